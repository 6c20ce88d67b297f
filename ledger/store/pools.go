package store

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// balance is what a pool holds, in SQL: see ledger.Head.Balance.
const balance = "p.laid - p.next - p.holed"

// pooled is a pool with what lists and statements ask of it.
type pooled struct {
	poolRow
	Owner int64  // the organization of its project
	Class string // of its designation
}

func (p *pooled) fields() []any {
	return []any{&p.ID, &p.Project, &p.Holder, &p.Designation, &p.Asset, &p.Laid, &p.Next, &p.Holed, &p.Owner, &p.Class}
}

func (p *pooled) view() view.Pool {
	st := p.state()
	return view.Pool{Pool: st.Pool, Head: st.Head, Class: ledger.Class(p.Class)}
}

// sum is a sum of one of the pool's lines.
func (p *pooled) sum(line, units, flows int64) account.PoolSum {
	return account.PoolSum{Pool: p.state().Pool, Line: account.Line(line), Partner: p.Holder != p.Owner, Agency: p.Class == string(ledger.Agency),
		Sum: account.Sum{Units: units, Flows: flows}}
}

// poolsWhere asks for the pools that conditions hold for, in the order in which they were
// first used: p is the pool, pr its project.
func poolsWhere(db *gorm.DB, where conditions, end string) *gorm.DB {
	return poolsOrdered(db, where, "p.id"+end)
}

func poolsOrdered(db *gorm.DB, where conditions, order string) *gorm.DB {
	return db.Raw(`SELECT p.id, p.project, p.holder, p.designation, p.asset, p.laid, p.next, p.holed, pr.organization, coalesce(d.class, '')
		FROM pools p JOIN projects pr ON pr.idx = p.project LEFT JOIN designations d ON d.project = p.project AND d.id = p.designation
		WHERE `+where.String()+" ORDER BY "+order, where.args...)
}

func readPools(db *gorm.DB, where conditions) ([]pooled, error) {
	return ask[pooled](poolsWhere(db, where, ""))
}

// Pools gives the pools of a project and what each holds, or those that an
// organization holds in the projects of others.
func (s *Store) Pools(ctx context.Context, project, holder *int64) ([]view.Pool, error) {
	var where conditions
	if project != nil {
		where.add("p.project = ?", *project)
	}
	if holder != nil {
		where.add("p.holder = ? AND pr.organization <> ?", *holder, *holder)
	}
	rows, err := readPools(s.reads.WithContext(ctx), where)
	pools := make([]view.Pool, len(rows))
	for i := range rows {
		pools[i] = rows[i].view()
	}
	return pools, err
}

// EachPool gives the pools of a filter, in the order in which they were first used, each
// as it stands while its page is read.
func (s *Store) EachPool(ctx context.Context, f view.PoolFilter, do func(view.Pool) error) error {
	for after := int64(0); ; {
		where := poolsThat(f)
		where.add("p.id > ?", after)
		rows, err := ask[pooled](poolsWhere(s.reads.WithContext(ctx), where, atMost(int(exportPage))))
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			if err := do(rows[i].view()); err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].ID
	}
}

// poolsThat are the conditions of a filter.
func poolsThat(f view.PoolFilter) (where conditions) {
	if f.Project != nil {
		where.add("p.project = ?", *f.Project)
	}
	if f.Organization != nil {
		where.add("pr.organization = ? OR p.holder = ?", *f.Organization, *f.Organization)
	}
	if f.Owner != nil {
		where.add("pr.organization = ?", *f.Owner)
	}
	if f.Holder != nil {
		where.add("p.holder = ?", *f.Holder)
	}
	if f.Cause != "" {
		where.add("pr.cause = ?", f.Cause)
	}
	if f.Place != "" {
		where.add(`pr.place LIKE ? ESCAPE '\'`, begins(f.Place))
	}
	if f.Asset != "" {
		where.add("p.asset = ?", string(f.Asset))
	}
	if f.Transit {
		where.add("p.holder <> pr.organization")
	}
	return where
}

// Keeping gives a page of the pools that hold something, those that hold most first, and
// the place where the next one goes on, nil at the end. Of several assets it compares
// what cannot be compared: a filter should name one.
func (s *Store) Keeping(ctx context.Context, f view.PoolFilter, after *view.Place, limit int) ([]view.Pool, *view.Place, error) {
	where := poolsThat(f)
	where.add(balance + " > 0")
	if after != nil {
		held, _ := strconv.ParseInt(after.Key, 10, 64)
		where.add("("+balance+", p.id) < (?, ?)", held, after.Index)
	}
	n := limited(limit)
	rows, err := ask[pooled](poolsOrdered(s.reads.WithContext(ctx), where, balance+" DESC, p.id DESC"+atMost(n+1)))
	var next *view.Place
	if len(rows) > n {
		rows = rows[:n]
		last := rows[n-1]
		next = &view.Place{Key: key(last.Laid - last.Next - last.Holed), Index: last.ID}
	}
	list := make([]view.Pool, len(rows))
	for i := range rows {
		list[i] = rows[i].view()
	}
	return list, next, err
}

// Holdings gives what the pools of a filter add up to, by asset.
func (s *Store) Holdings(ctx context.Context, f view.PoolFilter) ([]view.Holding, error) {
	where := poolsThat(f)
	rows, err := ask[holdingRow](s.holdings(ctx, "''", where.String(), where.args...))
	return holdingsOf(rows)[""], err
}
