package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/store"
)

// Report is what an audit found.
type Report struct {
	Origin     string
	Head       contract.Head       // as the rules made it from the records alone
	Blocks     int64               // that were read; 0 of a book by itself
	Batches    int64               // that were anchored
	Flows      int64               // among the records
	Keys       []KeyUse            // of the log, the first first
	Word       string              // whose word the key is: ByAuditor, ByServer, ByLedger; "" where no signature was checked
	Signed     int64               // size of the largest signed checkpoint that agrees; 0 for none
	Breaches   map[string]int64    // records that are marked, by kind (contract.Breach)
	Statements []account.Statement // of each project over all its days, by project
	Compared   string              // name of the book that was held against the records, without a difference; "" for none
	Tables     bool                // the tables of a database were compared as well, row by row
	Lost       int64               // openings that a database lacks, though no record erased them
	Rows       *store.Rows         // anchors of a database that were held against blocks; nil where there were none
	Ahead      int64               // records that it has beyond these: those of a database follow the rules, too
}

// Whose word the log's key is.
const (
	ByAuditor = "auditor"
	ByServer  = "server"
	ByLedger  = "ledger"
)

// KeyUse is a key of the log.
type KeyUse struct {
	Key    string
	From   int64  // how many records were anchored when it began to count
	Block  int64  // in which the regulator confirmed it
	Record *int64 // that registers it in the log itself; nil for none
}

// finish reads what came out, and holds the book's tree and totals against it.
func (a *audit) finish() error {
	head, err := a.head()
	if err != nil {
		return err
	}
	r := a.report
	r.Head, r.Flows = *head, a.accounts.flows
	r.Statements = a.accounts.statements(head.Size)
	for i := range r.Keys {
		if index, ok := a.accounts.keys[r.Keys[i].Key]; ok {
			r.Keys[i].Record = &index
		}
	}
	if r.Word, err = a.word(); err != nil {
		return err
	}
	if r.Breaches, err = a.breaches(); err != nil {
		return err
	}
	if !a.alone {
		r.Signed = a.size // the rules let no batch in without
	}
	if a.against == nil {
		return a.compareCheckpoint()
	}
	return a.compareBook()
}

// word says whose word the log's key is, and refuses one that the ledger never had.
func (a *audit) word() (string, error) {
	switch {
	case a.Key == "" && a.alone:
		return "", nil
	case a.Key == "":
		return ByLedger, nil
	case a.Named:
		return ByServer, nil
	case !a.alone && !slices.ContainsFunc(a.report.Keys, func(k KeyUse) bool { return k.Key == a.Key }):
		return "", ledger.Refuse(ledger.Corrupt, "key-otherwise", "", "账本登记的日志密钥是 %q，不是 %q", "the ledger has the log's key as %q, not %q", a.report.Head.Key, a.Key)
	}
	return ByAuditor, nil
}

// compareBook holds everything of the book against the records but these themselves.
func (a *audit) compareBook() (err error) {
	if !a.alone { // else it was asked before
		if a.end, err = a.against.End(a.ctx); err != nil {
			return fmt.Errorf("where the book ends: %w", err)
		}
	}
	if a.end.Size < a.size {
		return ofShort(a.size, a.end.Size)
	}
	a.report.Ahead = a.end.Size - a.size
	for _, step := range []func() error{a.beyond, a.compareTree, a.compareEnd, a.compareCheckpoint, a.compareStatements} {
		if err := step(); err != nil {
			return err
		}
	}
	if d, ok := a.against.(Database); ok {
		if err := a.compareDatabase(d.Store); err != nil {
			return err
		}
	}
	a.report.Compared = a.against.Name()
	return nil
}

// breaches counts the marks by kind. Records that no ledger has yet have no orders beside
// them, so what they lack of those is no breach.
func (a *audit) breaches() (map[string]int64, error) {
	counts := map[string]int64{}
	for from, total := int64(0), int64(1); from < total; {
		page, err := ask[contract.Page[contract.Breach]](a, "Breaches", fmt.Sprint(from))
		if err != nil {
			return nil, err
		}
		for _, b := range page.Items {
			if b.Index < a.anchored || b.Kind != contract.BreachOrder && b.Kind != contract.BreachException {
				counts[b.Kind]++
			}
		}
		from, total = page.Next, page.Total
	}
	return counts, nil
}

// Text says it in sentences, a line each, in Chinese or in English.
func (r *Report) Text(chinese bool) string {
	var b strings.Builder
	say := func(zh, en string, args ...any) {
		if chinese {
			en = zh
		}
		fmt.Fprintf(&b, en+"\n", args...)
	}
	if r.Blocks > 0 {
		say("日志 %[4]s 的 %[1]d 个区块、%[2]d 个批次、%[3]d 条记录（其中流水 %[5]d 条）从头至尾符合规则。",
			"%[1]d blocks, %[2]d batches, %[3]d records (%[5]d flows) of the log %[4]s follow the rules, from the first to the last.", r.Blocks, r.Batches, r.Head.Size, r.Origin, r.Flows)
	} else {
		say("日志 %[2]s 的 %[1]d 条记录（其中流水 %[3]d 条）从头至尾符合规则。",
			"%[1]d records (%[3]d flows) of the log %[2]s follow the rules, from the first to the last.", r.Head.Size, r.Origin, r.Flows)
	}
	r.sayKeys(say)
	r.sayMarks(say)
	if r.Signed > 0 {
		say("日志签名的检查点（%d 条记录）与记录相符。", "The checkpoint of %d records that the log signed is that of these records.", r.Signed)
	} else {
		say("没有可供比对的签名检查点。", "There was no signed checkpoint to hold them against.")
	}
	switch r.Compared {
	case "server":
		say("服务器逐条记录、逐项合计与之相符，共 %d 个项目。", "The server agrees with them, record by record and total by total, for %d projects.", len(r.Statements))
	case "database":
		say("数据库逐条记录、逐项合计与之相符，共 %d 个项目。", "The database agrees with them, record by record and total by total, for %d projects.", len(r.Statements))
	}
	r.sayTables(say)
	switch {
	case r.Ahead > 0 && r.Compared == "database":
		say("另有 %d 条记录不在所读区块之内（尚未上链，或区块较旧）：同样符合规则，各表也按其核对，但没有区块可供比对。", "It has %d records more than the blocks (not anchored yet, or the blocks are older): they follow the rules as well, and the tables were held against them, too, but no block says that they are the ones.", r.Ahead)
	case r.Ahead > 0:
		say("另有 %d 条记录尚未上链，不在本次核验之内。", "It has %d records more, which are not anchored yet and were not checked.", r.Ahead)
	}
	return b.String()
}

// sayTables says what of a database was compared beyond records and totals, and what was not.
func (r *Report) sayTables(say func(zh, en string, args ...any)) {
	if r.Compared != "database" {
		return
	}
	if r.Tables {
		say("由记录得出的各表（组织、资产、项目、指定用途、凭证、密钥、资金池收支与空洞、退回与冲销的累计、逐日合计、往来单位、流水种类、数额分布、叶哈希的索引）逐行相符，记录旁的各列、取用区段和开封内容也相符。",
			"So do the tables that follow from them, row by row (organizations, assets, projects, designations, evidence, keys, income, expenditure and holes of pools, what was undone, sums by day, parties, lines, sizes, the index of leaf hashes), and what stands beside each record: its columns, the units it took, its openings.")
	} else {
		say("未核对：由记录得出的各表——有记录凭例外进入日志。",
			"Not checked: the tables that follow from the records, since some entered by an exception.")
	}
	if r.Lost > 0 {
		say("有 %d 份开封内容不在数据库中，而没有记录撤回它们（例如从镜像补齐之后）。", "%d openings are not in the database, though no record erased them (as after a catch-up from a mirror).", r.Lost)
	}
	r.sayRows(say)
	say("未核对：查找键（以数据库之外的密钥计算）、访问密钥和查阅记录。",
		"Not checked: look-up keys (made with a secret that is not in the database), access keys and who looked behind a seal.")
}

// sayRows says which of the anchors in a database were compared.
func (r *Report) sayRows(say func(zh, en string, args ...any)) {
	if r.Rows == nil {
		say("未核对：上链登记（记录的区间、区块号、交易号）——没有区块可供比对。请给出 --blocks 或 --fabric。",
			"Not checked: where the database says that records were anchored (ranges, blocks, transactions), since there were no blocks to hold it against: give --blocks or --fabric.")
		return
	}
	say("上链登记（记录的区间、区块号、交易号、背书组织和时间）与区块相符，共 %d 条。", "Where the database says that records were anchored (ranges, blocks, transactions, who endorsed them and when), the blocks say so: %d rows.", r.Rows.Same)
	if n := r.Batches - r.Rows.Same; n > 0 {
		say("最后 %d 个批次在数据库中还没有登记。", "Of the last %d batches it has no such row yet.", n)
	}
	if r.Rows.Later > 0 {
		say("未核对：另有 %d 条登记，其区块在所读区块之后。", "Not checked: %d such rows of later blocks than were read.", r.Rows.Later)
	}
	if r.Rows.Others > 0 {
		say("未核对：另有 %d 条登记属于其他账本。", "Not checked: %d such rows of another ledger.", r.Rows.Others)
	}
}

// sayKeys says whose word the log's key is, and how it changed.
func (r *Report) sayKeys(say func(zh, en string, args ...any)) {
	switch r.Word {
	case ByLedger:
		say("日志密钥以账本登记的为准；如要自行核对，请给出 --log-key。", "The key of the log is the one that the ledger registered: give --log-key to rely on nobody for it.")
	case ByServer:
		say("日志密钥以服务器公布的为准；如要自行核对，请给出 --log-key。", "The key of the log is the one that the server names: give --log-key to rely on nobody for it.")
	}
	for i, k := range r.Keys {
		if i == 0 {
			continue
		}
		say("日志密钥在第 %d 号记录之前更换为 %s（由平台提出，监管部门在第 %d 号区块确认）。", "Before record %d the key of the log was changed to %s (proposed by the platform, confirmed by the regulator in block %d).", k.From, k.Key, k.Block)
		if k.Record == nil {
			say("日志中没有登记该密钥的记录。", "No record of the log registers that key.")
		} else {
			say("登记该密钥的是第 %d 号记录。", "Record %d registers that key.", *k.Record)
		}
	}
}

// sayMarks says what was let in although it should not have been.
func (r *Report) sayMarks(say func(zh, en string, args ...any)) {
	for _, kind := range slices.SortedFunc(maps.Keys(r.Breaches), cmp.Compare[string]) {
		say("有 %d 处违规标记：%s。", "%d times a record is marked as in breach: %s.", r.Breaches[kind], kind)
	}
	if r.Head.Excepted > 0 {
		say("有 %d 条记录凭例外进入日志，%d 个资金池自此不再核验。", "%d records entered by an exception, and %d pools are unchecked from there on.", r.Head.Excepted, r.Head.Unchecked)
	}
}
