package sample

// City says where in the book a reader finds what. All numbers are indices of records.
type City struct {
	Name      string   `json:"name"`
	Platform  int64    `json:"platform"`
	Regulator int64    `json:"regulator"`
	Auditor   int64    `json:"auditor"`
	Charities []int64  `json:"charities"`
	Partners  []int64  `json:"partners"`
	Projects  []int64  `json:"projects"`
	Showcase  Showcase `json:"showcase"`
}

// Showcase is one of each kind of thing worth looking at.
type Showcase struct {
	// Projects.
	Running    int64   `json:"running"`     // raises money today; its plan was changed
	Joint      int64   `json:"joint"`       // the joint campaign, ended
	Members    []int64 `json:"members"`     // to which it handed its money
	Relief     int64   `json:"relief"`      // an emergency, with goods
	Fund       int64   `json:"fund"`        // named, with dollars and an agency designation
	Match      int64   `json:"match"`       // matches gifts of others
	General    int64   `json:"general"`     // an organization's daily accounts, every kind of income
	Completed  int64   `json:"completed"`   // all spent, the rest handed on
	Overdue    int64   `json:"overdue"`     // its final publication is due since two months
	Frozen     int64   `json:"frozen"`      // by the regulator
	NotStarted int64   `json:"not_started"` // filed

	// Flows.
	Gift         int64  `json:"gift"`     // through the joint campaign, a member and a partner into a payment; in part still in transit
	Receipt      string `json:"receipt"`  // code of its receipt
	Serial       string `json:"serial"`   // under which its giver paid it, by wechat
	Amount       int64  `json:"amount"`   // in fen
	Payment      int64  `json:"payment"`  // that it went into
	Purchase     int64  `json:"purchase"` // an expenditure with evidence, signed for
	Refunded     int64  `json:"refunded"` // a gift given back in full
	PartRefunded int64  `json:"part_refunded"`
	Bounced      int64  `json:"bounced"`   // a payment that came back
	Reversed     int64  `json:"reversed"`  // an expenditure entered with a wrong amount
	Corrected    int64  `json:"corrected"` // a payment with a correction
	Late         int64  `json:"late"`      // a gift after the end
	Withdrawn    int64  `json:"withdrawn"` // a gift whose public words were erased
	Dollars      int64  `json:"dollars"`   // a gift in USD
	Exchange     int64  `json:"exchange"`  // its conversion
	Goods        int64  `json:"goods"`     // a gift of goods
	Expired      int64  `json:"expired"`   // goods that nobody could use any more
	Misposted    int64  `json:"misposted"` // a gift that was moved to its right project
	Freeze       int64  `json:"freeze"`    // the regulator's order
	PlanChange   int64  `json:"plan_change"`
	Disclosure   int64  `json:"disclosure"` // the final one of the completed project
}

// summary completes what was noted on the way.
func (f *filling) summary() *City {
	c := &f.city
	c.Name = "南珠市"
	c.Platform, c.Regulator, c.Auditor = f.platform.index, f.regulator.index, f.auditor.index
	for _, b := range []*body{f.society, f.seedling, f.riverside, f.bay, f.lamp} {
		c.Charities = append(c.Charities, b.index)
	}
	for _, b := range []*body{f.ridge, f.ginkgo, f.tide, f.handful} {
		c.Partners = append(c.Partners, b.index)
	}
	c.Showcase.Receipt = f.book.ReceiptCode(c.Showcase.Gift)
	return c
}
