package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// words say what the members of requests and answers mean where no comment in the code
// does: one vocabulary, so that most words mean the same wherever they stand. A name of
// a type before the word is for that type alone.
var words = map[string]string{
	"amount":        "how much, in smallest units of the asset (CNY: fen)",
	"asset":         "what is counted, and in whose smallest units the amounts beside it are: CNY (fen), USD (cents), goods/kn95-mask (pieces)",
	"at":            "how many records the log had when it was so: those up to, and without, this index",
	"budget":        "what the plan sets aside, one line for each category, in the target's asset",
	"by":            "who recorded it: an organization, and which of its keys",
	"category":      "what was paid for: an account of the accounting system for non-profit organizations, some with a detail: 5101.direct_aid, 5301, 5401.payment_fee",
	"cause":         "the charitable cause, a machine name: education, health, disaster-relief",
	"channel":       "how the money came, a machine name: wechat, alipay, bank, cash",
	"corrections":   "indices of the records that put a wrong word of this one right, the oldest first",
	"deliveries":    "indices of the records by which recipients signed for units of it, the oldest first",
	"designation":   "the purpose within the project that the units are bound to: general where the giver named none",
	"ends":          "the last day of fundraising; left out where it has no end",
	"evidence":      "hashes of evidence files that were uploaded before, each sha256: and 64 hexadecimal digits; at most 50",
	"expires":       "from when on the key is refused; left out: never",
	"filing_number": "the number under which the fundraising plan was filed (备案编号)",
	"flows":         "how many flows the amount adds up, net of reversals",
	"holder":        "the organization that keeps the units: the project's own, or a partner; by the index of its record",
	"holdings":      "what it has of each asset",
	"id":            "index of the record, its identity everywhere",
	"items":         "the entries of this page",
	"kind":          "what it is for the accounts: donation, grant, expenditure, transfer, …",
	"leaf_hash":     "hash of the record's bytes as a leaf of the log (RFC 6962)",
	"name":          "as it is called in public",
	"next":          "where the next page begins: send it as cursor; left out on the last page",
	"occurred":      "when it happened: a day, or an interval of days (2026-01-22/2026-01-28) that counts on its last",
	"of":            "index of the record that this one refers to",
	"org":           "the organization, by the index of its record",
	"partners":      "organizations that carry the project out with its own, by the indices of their records",
	"place":         "where the project works: a six-digit code of GB/T 2260, or the two letters of a country",
	"project":       "the project, by the index of its record",
	"reason":        "why, as the public may read it; at most 1,000 characters",
	"recorded":      "when the book recorded it, in UTC; it never runs back",
	"spans":         "which units moved: runs of addresses that it took from a pool, and laid in one",
	"starts":        "the first day of fundraising",
	"target":        "how much is to be raised",
	"type":          "what sort of record it is",
	"unit":          "what one whole unit is called: 元, 张, 小时",
	"upto":          "just behind the last: the run is from the first place up to and without this one",
	"url":           "where it is",
	"uscc":          "the unified social credit code of an organization (统一社会信用代码), 18 characters",
	"verifier":      "the public key, as a signed note writes it: name+hash+key",
	"withdrawn":     "there was a public text, and it was deleted; the record stays and still verifies",

	"access.Wish.role":                             "what the key may do: platform, charity, partner, regulator or auditor",
	"account.AssetStatement.opening":               "held before the first day, in smallest units; negative where payments were dated before the gifts that paid them",
	"account.AssetStatement.income":                "what came in, by kind",
	"account.AssetStatement.returns":               "payments and refunds that came back, in smallest units",
	"account.AssetStatement.transfers_in":          "from pools outside of what the statement is of, in smallest units",
	"account.AssetStatement.transfers_out":         "to pools outside of what the statement is of, in smallest units",
	"account.AssetStatement.converted_in":          "units that another asset was changed into",
	"account.AssetStatement.converted_out":         "units that were changed into another asset",
	"account.AssetStatement.expenditure":           "what was paid, by category",
	"account.AssetStatement.refunds":               "given back to givers, in smallest units",
	"account.AssetStatement.closing":               "held after the last day, in smallest units: opening and all that came in, less all that went out",
	"account.AssetStatement.agency":                "held for beneficiaries whom givers named (受托代理), in smallest units; in none of the other figures",
	"account.KindAmount.amount":                    "how much, in smallest units of the asset, net of reversals",
	"account.CategoryAmount.amount":                "how much, in smallest units of the asset, net of reversals",
	"account.Sum.amount":                           "how much, in smallest units of the asset, net of reversals",
	"api.AnchorState.backend":                      "which permissioned ledger: fabric, or local for the embedded one",
	"api.AnchorState.block":                        "the number of the block",
	"api.AnchorState.tx":                           "the transaction's id on the ledger",
	"api.Answer.anchor":                            "where the permissioned ledger has the record: pending when it was just written",
	"api.Answer.receipt":                           "of an income: where its giver finds the receipt",
	"api.Asset.id":                                 "three capitals for money (CNY), goods/ and a machine name for goods",
	"api.Asset.class":                              "money, goods or time",
	"api.Asset.name":                               "as people call it",
	"api.Asset.scale":                              "how many decimal places a whole unit has: CNY has 2, so that 2000 is 20.00 yuan",
	"api.Author.key":                               "the id of the key, which is not the key itself",
	"api.Budget.actual":                            "spent of what was planned or not, in smallest units",
	"api.Budget.asset":                             "the asset of the plan's target, in whose smallest units the budget is",
	"api.Budget.lines":                             "one for each category that was planned, or spent on",
	"api.Budget.planned":                           "planned in all, in smallest units",
	"api.BudgetLine.actual":                        "spent up to the statement's last day, in smallest units",
	"api.BudgetLine.planned":                       "as the plan has it, in smallest units; 0 where it was not planned",
	"api.Designation.id":                           "a machine name within the project",
	"api.Designation.class":                        "how far givers bound the money: unrestricted, restricted, or agency (for a named beneficiary)",
	"api.Expenditure.payee":                        "who was paid",
	"api.Facet.value":                              "the choice: a cause, a province, a status …",
	"api.Facet.count":                              "projects that would be listed",
	"api.Facets.causes":                            "by cause",
	"api.Facets.kinds":                             "by kind of project",
	"api.Facets.statuses":                          "by status today",
	"api.Facets.total":                             "projects under all filters",
	"api.Facets.years":                             "by the year in which fundraising starts",
	"api.File.hash":                                "by which it is known, and asked for at /v1/evidence/{hash}",
	"api.File.media":                               "its media type; left out where no record of the file is there",
	"api.Flow.amount":                              "units that moved, in smallest units: of a conversion, those that went out",
	"api.Flow.basis":                               "index of the plan that allows a transfer to change project or purpose",
	"api.Flow.consent":                             "who agreed for the organization that received a transfer",
	"api.Flow.party":                               "the giver, payer or payee",
	"api.Flow.value":                               "of goods: what they are worth",
	"api.FoundReceipt.receipt":                     "where the receipt is",
	"api.Gift.channel":                             "how it came, a machine name",
	"api.Group.value":                              "the cause, the first two digits of the place, or the index of the organization",
	"api.Group.projects":                           "how many",
	"api.Head.size":                                "records of the log",
	"api.Hit.id":                                   "index of the record that was found",
	"api.Holding.held":                             "in pools, in smallest units: what came in less what went out",
	"api.Holding.income":                           "all income, in smallest units and flows",
	"api.Holding.spent":                            "all expenditure, in smallest units and flows",
	"api.Key.id":                                   "of the key; records carry it as by.key",
	"api.Key.created":                              "when it was made",
	"api.Key.label":                                "what it is for, as its maker wrote",
	"api.Key.organization":                         "whose it is, by the index of its record",
	"api.Key.revoked":                              "since when it is refused; left out where it is not",
	"api.Key.role":                                 "what it may do: platform, charity, partner, regulator or auditor",
	"api.Log.head":                                 "the end of the log, which the published checkpoint follows within a second",
	"api.Log.keys":                                 "public keys that were registered: of the log, of authors, of witnesses",
	"api.Log.origin":                               "the log's name, in its checkpoints",
	"api.LogKey.id":                                "a machine name",
	"api.Moment.income":                            "what came in, by kind",
	"api.Moment.expenditure":                       "what was paid, by category",
	"api.Moment.period":                            "the day, month or year: 2026-11",
	"api.Moment.refunds":                           "given back to givers",
	"api.Moment.returns":                           "payments and refunds that came back",
	"api.NewKey.id":                                "of the key; records carry it as by.key",
	"api.Organization.code":                        "its code in the register: the USCC, or of a body abroad the number there",
	"api.Organization.kind":                        "charity, platform, partner, regulator or auditor",
	"api.Organization.public_fundraising":          "qualified for public fundraising (公开募捐资格)",
	"api.OrganizationName.code":                    "its code in the register",
	"api.Party.display":                            "of a person: the name that they agreed to show",
	"api.Party.kind":                               "person, organization, group, anonymous or public (many at once)",
	"api.Party.related":                            "a related party of the charity (关联方)",
	"api.Plan.beneficiaries":                       "how many are expected; left out where the plan does not say",
	"api.Pool.class":                               "how far givers bound the money: unrestricted, restricted or agency; left out for general",
	"api.Pool.designation":                         "the purpose within the project: general, or a designation's id",
	"api.Pool.held":                                "now, in smallest units",
	"api.Pool.pool":                                "its address: project/holder/designation/asset",
	"api.PrivateOpening.id":                        "index of the record",
	"api.Problem.status":                           "the HTTP status once more",
	"api.Problem.title":                            "what the HTTP status is called",
	"api.Progress.raised":                          "income, in smallest units of the target's asset",
	"api.Progress.spent":                           "expenditure, in smallest units of the target's asset",
	"api.Project.kind":                             "campaign, project, joint (several organizations), fund or general",
	"api.Project.organization":                     "to which it belongs",
	"api.ProjectDetail.kind":                       "campaign, project, joint (several organizations), fund or general",
	"api.ProjectDetail.organization":               "to which it belongs",
	"api.ProjectDetail.plan":                       "the fundraising plan that is in force",
	"api.ProjectParty.name":                        "the organization's name",
	"api.ProjectStatement.assets":                  "one part for each asset; assets are never added up",
	"api.ProjectStatement.budget":                  "the plan's budget beside what was spent; left out where there is none",
	"api.ProjectStatement.from":                    "the first day; empty where that side is open",
	"api.ProjectStatement.shares":                  "what of the expenditure was for management and for raising funds, for each asset",
	"api.Proof.index":                              "of the record that is proven",
	"api.Ready.anchor":                             "where the permissioned ledger stands; left out where there is none",
	"api.Ready.database":                           "ok, unavailable, or unwritable where the last write failed less than half a minute ago",
	"api.Ready.folder":                             "ok, or unwritable: no checkpoint can be kept, and none is published that is not",
	"api.Ready.log":                                "ok, unpublished where no checkpoint follows the log, or unknown",
	"api.Ready.ready":                              "requests can be answered",
	"api.Receipt.type":                             "the format and its version",
	"api.ReceiptLink.code":                         "opens the receipt: 24 characters, for the giver alone",
	"api.ReceiptLink.url":                          "of the page that shows it",
	"api.ReceiptQuestion.amount":                   "the whole payment, in smallest units (fen)",
	"api.ReceiptQuestion.serial":                   "the channel's number of the payment (支付流水号)",
	"api.RecordDetail.anchor":                      "where the permissioned ledger has the record",
	"api.Result.answer":                            "of a line that was recorded",
	"api.Result.line":                              "the line's number, from 1",
	"api.Result.problem":                           "of a line that was refused",
	"api.Result.replayed":                          "the line was recorded before, and this is the first answer again",
	"api.Share.donations":                          "in smallest units",
	"api.Share.spent":                              "all expenditure, in smallest units",
	"api.Size.amount":                              "what gifts of this size add up to, in smallest units",
	"api.Size.flows":                               "how many gifts",
	"api.Size.least":                               "the smallest amount of this size, in smallest units",
	"api.Size.most":                                "the largest amount of this size, in smallest units",
	"api.Source.amount":                            "units from this gift, in smallest units",
	"api.Source.gift":                              "that brought them",
	"api.Sources.flow":                             "index of the flow that is followed back",
	"api.Sources.sources":                          "runs of units in their order, each from one gift",
	"api.Sources.total":                            "units of the flow, in smallest units: what the sources of all pages add up to",
	"api.Span.from":                                "the first address",
	"api.Span.pool":                                "in which they are: project/holder/designation/asset",
	"api.Statement.assets":                         "one part for each asset; assets are never added up",
	"api.Statement.from":                           "the first day; empty where that side is open",
	"api.Statement.shares":                         "what of the expenditure was for management and for raising funds, for each asset",
	"api.Trace.flow":                               "index of the flow that is followed",
	"api.Trace.parts":                              "runs of its units in their order, each with what became of it",
	"api.Trace.total":                              "units of the flow, in smallest units: what the parts of all pages add up to",
	"api.TracePart.amount":                         "how many units, in smallest units",
	"api.Value.basis":                              "where it comes from: document, fair (a market price) or nominal (one yuan)",
	"book.ChangePlan.beneficiaries":                "how many are expected; left out where the plan does not say",
	"book.ChangePlan.plan":                         "the plan in words, as filed; public",
	"book.ChangeStatus.status":                     "the status to move to: filed, fundraising, closed, executing or completed; never back",
	"book.Convert.basis":                           "where the rate comes from, as the public may read it; at most 1,000 characters",
	"book.Convert.from":                            "what goes out",
	"book.Convert.pool":                            "where both are",
	"book.Convert.to":                              "what comes in",
	"book.Correct.field":                           "which member of the record, as the record has it: payee.name",
	"book.Correct.new":                             "what is right",
	"book.Correct.old":                             "what was written",
	"book.Deliver.amount":                          "units that were signed for, in smallest units; never more than was paid for",
	"book.Deliver.of":                              "index of the expenditure",
	"book.Deliver.recipient":                       "who signed for them",
	"book.Designation.id":                          "a machine name within the project: lower-case letters, digits and hyphens",
	"book.Designation.class":                       "how far givers bind the money: unrestricted, restricted, or agency (for a named beneficiary)",
	"book.Disclose.kind":                           "a machine name: progress, final, annual",
	"book.Disclose.period":                         "which days it is about: a day, or an interval (2026-07-01/2026-09-30)",
	"book.Disclose.text":                           "at most 20,000 characters; lines may be broken",
	"book.Disclose.title":                          "at most 200 characters",
	"book.Erase.of":                                "index of the record whose seal loses its opening",
	"book.Erase.seal":                              "public or private",
	"book.FreezeProject.order":                     "the number of the order (文号)",
	"book.FreezeProject.release":                   "true: payments may go on again",
	"book.Income.asset":                            "what came in: CNY, or goods that are registered",
	"book.Income.channel":                          "how it came, a machine name: wechat, alipay, bank, cash",
	"book.Income.donor":                            "who gave",
	"book.Income.kind":                             "of an income that is no donation: grant, membership, service, sale, investment, allocation, other or opening",
	"book.Income.note":                             "what the giver wrote with it, public; at most 500 characters",
	"book.Income.payer":                            "who paid, of an income that is no donation",
	"book.Income.value":                            "of goods: what they are worth",
	"book.Party.contact":                           "how to reach them; sealed, for auditors alone",
	"book.Party.display":                           "of a person: the name as they agreed to show it (李*), public",
	"book.Party.name":                              "of an organization its name, public; of a person the real name, sealed for the giver and auditors",
	"book.Party.related":                           "a related party of the charity (关联方)",
	"book.PlanTexts.area":                          "where the money is spent",
	"book.PlanTexts.beneficiaries":                 "who they are",
	"book.PlanTexts.contact":                       "the office that answers questions",
	"book.PlanTexts.purpose":                       "what the money is raised for",
	"book.PlanTexts.remaining":                     "what happens with what is left",
	"book.PlanTexts.selection":                     "how beneficiaries are chosen",
	"book.PlanTexts.use":                           "what it is spent on",
	"book.Refund.amount":                           "units to give back, in smallest units; never more than is left of the gift",
	"book.Refund.from":                             "the pool that they are in now, where it is not the one the gift came into",
	"book.Refund.of":                               "index of the gift",
	"book.RegisterAsset.class":                     "money, goods or time",
	"book.RegisterAsset.id":                        "three capitals for money (CNY), goods/ and a machine name for goods",
	"book.RegisterAsset.name":                      "as people call it",
	"book.RegisterAsset.scale":                     "how many decimal places a whole unit has: CNY has 2",
	"book.RegisterKey.id":                          "a machine name",
	"book.RegisterKey.replaces":                    "the id of the key that ends with this one",
	"book.RegisterOrganization.code":               "of a body abroad: its number in the register of scheme",
	"book.RegisterOrganization.kind":               "charity, platform, partner, regulator or auditor",
	"book.RegisterProject.beneficiaries":           "how many are expected",
	"book.RegisterProject.designations":            "purposes within the project, beside general, which every project has",
	"book.RegisterProject.kind":                    "campaign, project, joint (several organizations), fund or general",
	"book.RegisterProject.plan":                    "the plan in words, as filed; public",
	"book.Return.amount":                           "units that came back, in smallest units; never more than went out",
	"book.Return.of":                               "index of the payment or refund",
	"book.Reverse.of":                              "index of the entry that should not have been made",
	"book.Spend.payee":                             "who was paid; none of an impairment (5501)",
	"book.Spend.purpose":                           "what for, public; at most 1,000 characters",
	"book.Transfer.basis":                          "index of the plan that allows it, where project or purpose change",
	"book.Transfer.from":                           "the pool that the units leave",
	"book.Transfer.of":                             "index of a gift that is put in its right place: its units move, and no others",
	"book.Transfer.purpose":                        "what for, public; at most 1,000 characters",
	"book.Transfer.to":                             "the pool that they enter",
	"book.Value.amount":                            "in fen",
	"book.Value.basis":                             "where it comes from: document, fair (a market price) or nominal (one yuan)",
	"ledger.BudgetLine.amount":                     "set aside, in smallest units of the target's asset",
	"ledger.Span.from":                             "the first place",
	"book.RegisterOrganization.public_fundraising": "qualified for public fundraising (公开募捐资格)",
}

// describe adds to the document what swag does not take from the code: what each type
// is, by the comment before it, and what each member means that has no comment.
func describe(t testing.TB, doc map[string]any) {
	t.Helper()
	types := comments(t)
	used := map[string]bool{}
	for name, v := range doc["definitions"].(map[string]any) {
		definition := v.(map[string]any)
		if text := types[name]; text != "" {
			definition["description"] = text
		}
		members, _ := definition["properties"].(map[string]any)
		for member, v := range members {
			v := v.(map[string]any)
			if v["description"] != nil {
				continue
			}
			key := name + "." + member
			if words[key] == "" {
				key = member
			}
			used[key] = true
			if ref := v["$ref"]; ref != nil { // beside which nothing is read
				delete(v, "$ref")
				v["allOf"] = []any{map[string]any{"$ref": ref}}
			}
			v["description"] = words[key]
		}
	}
	for key := range words {
		if !used[key] {
			t.Errorf("nothing is described by the word %s", key)
		}
	}
}

// comments gives the comments before types, by the names that the document has of them.
func comments(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, dir := range []string{".", "access", "export", "../ledger", "../ledger/account", "../ledger/book"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		check(t, err)
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			check(t, err)
			for _, d := range f.Decls {
				if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE && len(d.Specs) == 1 {
					all[f.Name.Name+"."+d.Specs[0].(*ast.TypeSpec).Name.Name] = strings.TrimSpace(d.Doc.Text())
				}
			}
		}
	}
	return all
}

// TestDescribed: the document leaves nothing unexplained.
func TestDescribed(t *testing.T) {
	c := newContract(t)
	for name, s := range c.Components.Schemas {
		if s.Value.Type.Is("object") && s.Value.Description == "" {
			t.Errorf("the document does not say what %s is", name)
		}
		for member, v := range s.Value.Properties {
			if v.Value.Description == "" {
				t.Errorf("the document does not say what %s of %s is", member, name)
			}
		}
	}
	for path, item := range c.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Summary == "" {
				t.Errorf("the document does not say what %s %s is for", method, path)
			}
			for _, p := range op.Parameters {
				if p.Value.Description == "" {
					t.Errorf("the document does not say what %s of %s %s is", p.Value.Name, method, path)
				}
			}
		}
	}
}
