package ledger

import (
	"strconv"
	"strings"
)

// General is the designation that every project has: no narrower purpose than the
// project's own.
const General = "general"

// Pool names the units of one asset that one holder keeps for one project under
// one designation. Project and Holder are record indices.
type Pool struct {
	Project     int64
	Holder      int64
	Designation string
	Asset       AssetID
}

// String is the pool's address, "5/1/general/CNY": project, holder, designation,
// asset. It is what records, answers and pages show.
func (p Pool) String() string { return string(p.Append(nil)) }

// Append appends the pool's address to b.
func (p Pool) Append(b []byte) []byte {
	b = strconv.AppendInt(b, p.Project, 10)
	b = append(b, '/')
	b = strconv.AppendInt(b, p.Holder, 10)
	b = append(b, '/')
	b = append(b, p.Designation...)
	b = append(b, '/')
	return append(b, p.Asset...)
}

// ParsePool reads an address as [Pool.String] gives it.
func ParsePool(s string) (Pool, error) {
	project, rest, _ := strings.Cut(s, "/")
	holder, rest, _ := strings.Cut(rest, "/")
	designation, asset, _ := strings.Cut(rest, "/")
	p := Pool{Designation: designation, Asset: AssetID(asset)}
	var err1, err2 error
	p.Project, err1 = strconv.ParseInt(project, 10, 64)
	p.Holder, err2 = strconv.ParseInt(holder, 10, 64)
	var room [80]byte
	if err1 != nil || err2 != nil || string(p.Append(room[:0])) != s || p.Check() != nil {
		return Pool{}, Refuse(Invalid, "pool-unreadable", "pool",
			"%.80q 不是资金池地址（应为 5/1/general/CNY 这样的形式）", "%.80q is not a pool such as 5/1/general/CNY", s)
	}
	return p, nil
}

// Check refuses a pool that cannot exist. Record 0 is the platform's own
// organization, so no project has the index 0.
func (p Pool) Check() error {
	if p.Project < 1 || p.Project > MaxUnits || p.Holder < 0 || p.Holder > MaxUnits {
		return Refuse(Invalid, "pool-unreadable", "pool",
			"项目或持有人的编号超出范围", "the index of the project or holder is out of range")
	}
	if err := checkSlug("designation", p.Designation); err != nil {
		return err
	}
	return p.Asset.Check("asset")
}
