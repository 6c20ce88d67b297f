package access

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"mingzhang/ledger"
)

// The callers of the matrix, one to a column.
var columns = []struct {
	name string
	c    *Caller
}{
	{"the platform's first key", &Caller{Key: "pl-0", Role: ledger.Platform}},
	{"the platform", caller(ledger.Platform, thePlatform)},
	{"charity A", caller(ledger.Charity, charityA)},
	{"charity B", caller(ledger.Charity, charityB)},
	{"charity C", caller(ledger.Charity, charityC)},
	{"partner P", caller(ledger.Partner, partnerP)},
	{"partner Q", caller(ledger.Partner, partnerQ)},
	{"a regulator", caller(ledger.Regulator, theRegulator)},
	{"an auditor", caller(ledger.Auditor, theAuditor)},
	{"nobody", Anonymous},
	{"nil", nil},
}

func caller(role ledger.OrganizationKind, organization int64) *Caller {
	return &Caller{Key: "k", Role: role, Organization: &organization}
}

// The projects are 10 and 11 of charity A, 20 of B, 30 of C.
const a10, a11, b20, c30 = 10, 11, 20, 30

// at is a pool; to adds where units go, by who wrote a record of which type.
func at(project, owner, holder int64) Target { return Target{Pool: &Pool{project, owner, holder}} }

func (x Target) to(project, owner, holder int64) Target {
	x.To = &Pool{project, owner, holder}
	return x
}

func (x Target) by(organization int64, kind string) Target {
	x.By, x.Type = &organization, kind
	return x
}

func apiKey(role ledger.OrganizationKind, organization int64) Target {
	return Target{Key: &Holder{Role: role, Organization: &organization}}
}

func publicKey(use string, organization int64) Target {
	return Target{Key: &Holder{Use: use, Organization: &organization}}
}

// matrix is every action, on whatever makes a difference, and who may: + yes, . no.
//
// 0 the platform's first key, pl the platform; A B C charities, P Q partners; re a
// regulator, au an auditor; - nobody, n a program's mistake.
var matrix = []struct {
	action Action
	on     string
	target Target
	may    string //  0 pl  A B C  P Q  re au  - n
}{
	{RegisterOrganization, "", Target{}, "+ +  . . .  . .  . .  . ."},
	{RegisterAsset, "", Target{}, "       + +  . . .  . .  . .  . ."},
	{RegisterProject, "of A", at(a10, charityA, charityA), "+ +  . . .  . .  . .  . ."},
	{RegisterKey, "the log's", publicKey("log", thePlatform), "+ +  . . .  . .  . .  . ."},
	{RegisterKey, "an author's of A", publicKey("author", charityA), "+ +  . . .  . .  . .  . ."},
	{RegisterKey, "the regulator's as a witness", publicKey("witness", theRegulator), "+ +  . . .  . .  + .  . ."},
	{RegisterKey, "another regulator's as a witness", publicKey("witness", anotherRegulator), "+ +  . . .  . .  . .  . ."},
	{RegisterKey, "the regulator's as the log's", publicKey("log", theRegulator), "+ +  . . .  . .  . .  . ."},
	{RegisterKey, "of nobody known", Target{}, "+ +  . . .  . .  . .  . ."},

	{RecordIncome, "A's project", at(a10, charityA, charityA), "+ +  + . .  . .  . .  . ."},
	{RecordIncome, "A's project, held by B", at(a10, charityA, charityB), "+ +  + . .  . .  . .  . ."},
	{RecordIncome, "A's project, held by P", at(a10, charityA, partnerP), "+ +  + . .  . .  . .  . ."},
	{RecordIncome, "no pool known", Target{}, "+ +  . . .  . .  . .  . ."},
	{Spend, "A's project", at(a10, charityA, charityA), "+ +  + . .  . .  . .  . ."},
	{Spend, "A's project, held by B", at(a10, charityA, charityB), "+ +  + + .  . .  . .  . ."},
	{Spend, "A's project, held by P", at(a10, charityA, partnerP), "+ +  + . .  + .  . .  . ."},
	{Spend, "no pool known", Target{}, "+ +  . . .  . .  . .  . ."},
	{Transfer, "A to its partner", at(a10, charityA, charityA).to(a10, charityA, partnerP), "+ +  + . .  . .  . .  . ."},
	{Transfer, "A to its other project", at(a10, charityA, charityA).to(a11, charityA, charityA), "+ +  + . .  . .  . .  . ."},
	{Transfer, "A to C's project", at(a10, charityA, charityA).to(c30, charityC, charityC), "+ +  + . .  . .  . .  . ."},
	{Transfer, "P back to A", at(a10, charityA, partnerP).to(a10, charityA, charityA), "+ +  + . .  + .  . .  . ."},
	{Transfer, "P to A's other project", at(a10, charityA, partnerP).to(a11, charityA, charityA), "+ +  + . .  . .  . .  . ."},
	{Transfer, "P to partner Q", at(a10, charityA, partnerP).to(a10, charityA, partnerQ), "+ +  + . .  . .  . .  . ."},
	{Transfer, "P to itself in B's project", at(a10, charityA, partnerP).to(b20, charityB, partnerP), "+ +  + . .  . .  . .  . ."},
	{Transfer, "P to nobody known", at(a10, charityA, partnerP), "+ +  + . .  . .  . .  . ."},
	{Transfer, "B, which holds for A, back", at(a10, charityA, charityB).to(a10, charityA, charityA), "+ +  + + .  . .  . .  . ."},
	{Transfer, "B, which holds for A, to its own", at(a10, charityA, charityB).to(b20, charityB, charityB), "+ +  + . .  . .  . .  . ."},
	{Consent, "A to C's project", at(a10, charityA, charityA).to(c30, charityC, charityC), ". .  . . +  . .  . .  . ."},
	{Consent, "A to C's project, held by P", at(a10, charityA, charityA).to(c30, charityC, partnerP), ". .  . . +  . .  . .  . ."},
	{Consent, "A to nobody known", at(a10, charityA, charityA), ". .  . . .  . .  . .  . ."},
	{Convert, "A's project", at(a10, charityA, charityA), "+ +  + . .  . .  . .  . ."},
	{Convert, "A's project, held by P", at(a10, charityA, partnerP), "+ +  + . .  . .  . .  . ."},
	{Refund, "A's project", at(a10, charityA, charityA), "+ +  + . .  . .  . .  . ."},
	{Refund, "A's project, held by P", at(a10, charityA, partnerP), "+ +  + . .  . .  . .  . ."},
	{Refund, "A's gift, now in C's project", at(c30, charityC, charityC), "+ +  . . +  . .  . .  . ."},
	{Return, "A's project", at(a10, charityA, charityA), "+ +  + . .  . .  . .  . ."},
	{Return, "A's project, held by B", at(a10, charityA, charityB), "+ +  + + .  . .  . .  . ."},
	{Return, "A's project, held by P", at(a10, charityA, partnerP), "+ +  + . .  + .  . .  . ."},
	{Reverse, "A's own entry", at(a10, charityA, charityA).by(charityA, "flow"), "+ +  + . .  . .  . .  . ."},
	{Reverse, "the platform's entry for A", at(a10, charityA, charityA).by(thePlatform, "flow"), "+ +  + . .  . .  . .  . ."},
	{Reverse, "P's payment", at(a10, charityA, partnerP).by(partnerP, "flow"), "+ +  + . .  + .  . .  . ."},
	{Reverse, "A's transfer to P", at(a10, charityA, partnerP).by(charityA, "flow"), "+ +  + . .  . .  . .  . ."},
	{Reverse, "P's transfer back to A", at(a10, charityA, charityA).by(partnerP, "flow"), "+ +  + . .  . .  . .  . ."},
	{Reverse, "B's payment from what it holds for A", at(a10, charityA, charityB).by(charityB, "flow"), "+ +  + + .  . .  . .  . ."},
	{Reverse, "A's transfer into C's project", at(c30, charityC, charityC).by(charityA, "flow"), "+ +  . . +  . .  . .  . ."},
	{Deliver, "A's payment", at(a10, charityA, charityA), "+ +  + . .  . .  . .  . ."},
	{Deliver, "B's payment for A", at(a10, charityA, charityB), "+ +  + + .  . .  . .  . ."},
	{Deliver, "P's payment", at(a10, charityA, partnerP), "+ +  + . .  + .  . .  . ."},

	{Disclose, "A's project", at(a10, charityA, charityA), "+ +  + . .  . .  . .  . ."},
	{Correct, "A's gift, by the platform", at(a10, charityA, charityA).by(thePlatform, "flow"), "+ +  + . .  . .  . .  . ."},
	{Correct, "P's payment", at(a10, charityA, partnerP).by(partnerP, "flow"), "+ +  + . .  + .  . .  . ."},
	{Correct, "B's file", Target{}.by(charityB, "evidence"), "+ +  . + .  . .  . .  . ."},
	{Correct, "an organization", Target{}.by(thePlatform, "organization"), "+ +  . . .  . .  . .  . ."},
	{Correct, "the regulator's freeze of A's project", at(a10, charityA, charityA).by(theRegulator, "freeze"), ". .  . . .  . .  + .  . ."},
	{Correct, "another regulator's freeze", at(a10, charityA, charityA).by(anotherRegulator, "freeze"), ". .  . . .  . .  . .  . ."},
	{Correct, "a record of A's project of no known type", at(a10, charityA, charityA), ". .  . . .  . .  . .  . ."},
	{ChangePlan, "A's project", at(a10, charityA, charityA), ". .  + . .  . .  . .  . ."},
	{ChangePlan, "no project known", Target{}, ". .  . . .  . .  . .  . ."},
	{ChangeStatus, "A's project", at(a10, charityA, charityA), ". .  + . .  . .  . .  . ."},
	{Freeze, "A's project", at(a10, charityA, charityA), ". .  . . .  . .  + .  . ."},
	{AddEvidence, "a new file", Target{}, "+ +  + + +  + +  . .  . ."},
	{AddEvidence, "a redacted version of A's file", Target{}.by(charityA, "evidence"), "+ +  + . .  . .  . .  . ."},
	{AddEvidence, "a redacted version of P's file", Target{}.by(partnerP, "evidence"), "+ +  . . .  + .  . .  . ."},
	{Erase, "A's gift", at(a10, charityA, charityA).by(charityA, "flow"), "+ +  . . .  . .  . .  . ."},
	{Except, "", Target{}, "+ +  . . .  . .  + .  . ."},
	{Batch, "the door", Target{}, "+ +  + + +  + +  + .  . ."},

	{ReadPrivateSeal, "A's gift", at(a10, charityA, charityA).by(charityA, "flow"), ". .  . . .  . .  . +  . ."},
	{ReadPrivateEvidence, "A's file", Target{}.by(charityA, "evidence"), ". .  + . .  . .  + +  . ."},
	{ReadPrivateEvidence, "the platform's file", Target{}.by(thePlatform, "evidence"), "+ +  . . .  . .  + +  . ."},
	{ReadPrivateEvidence, "P's file", Target{}.by(partnerP, "evidence"), ". .  . . .  + .  + +  . ."},
	{ReadPrivateEvidence, "nobody's file known", Target{}, ". .  . . .  . .  + +  . ."},
	{ReadOpenings, "", Target{}, "+ +  . . .  . .  + .  . ."},
	{ManageKeys, "the platform's", apiKey(ledger.Platform, thePlatform), "+ +  . . .  . .  . .  . ."},
	{ManageKeys, "A's", apiKey(ledger.Charity, charityA), "+ +  . . .  . .  . .  . ."},
	{ManageKeys, "P's", apiKey(ledger.Partner, partnerP), "+ +  . . .  . .  . .  . ."},
	{ManageKeys, "the regulator's", apiKey(ledger.Regulator, theRegulator), "+ +  . . .  . .  + .  . ."},
	{ManageKeys, "another regulator's", apiKey(ledger.Regulator, anotherRegulator), "+ +  . . .  . .  . .  . ."},
	{ManageKeys, "an auditor's", apiKey(ledger.Auditor, theAuditor), "+ +  . . .  . .  + .  . ."},
	{ManageKeys, "a charity's key for the regulator's organization", apiKey(ledger.Charity, theRegulator), "+ +  . . .  . .  . .  . ."},
	{ManageKeys, "of nobody known", Target{}, "+ +  . . .  . .  . .  . ."},
}

func TestMatrix(t *testing.T) {
	for _, row := range matrix {
		marks := strings.Fields(row.may)
		if len(marks) != len(columns) {
			t.Fatalf("%s, %s: %d marks, want %d", row.action, row.on, len(marks), len(columns))
		}
		for i, col := range columns {
			err := Allow(col.c, row.action, row.target)
			if (err == nil) != (marks[i] == "+") {
				t.Errorf("%s, %s, by %s: got %v, want %s", row.action, row.on, col.name, err, marks[i])
			}
			if err != nil {
				wantRefusal(t, col.c, row.action, err)
			}
		}
	}
}

// wantRefusal: it is Forbidden, of the code that the caller's case has, in two languages.
func wantRefusal(t *testing.T, c *Caller, action Action, err error) {
	t.Helper()
	var e *ledger.Error
	if !errors.As(err, &e) || e.Kind != ledger.Forbidden || e.Zh == "" || strings.Contains(e.Zh+e.En, "%!") {
		t.Fatalf("%s: got %#v", action, err)
	}
	want := "role-forbidden"
	switch {
	case c == nil || c.Role == "":
		want = "key-missing"
	default:
		for _, g := range rules[action].may {
			if g.role == c.Role {
				want = "not-yours"
			}
		}
	}
	if e.Code != want {
		t.Errorf("%s by %v: code %s, want %s", action, c, e.Code, want)
	}
}

// TestEveryAction: every action that has a name has a rule and stands in the matrix.
func TestEveryAction(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "action.go", nil, 0)
	must(t, err)
	named := map[Action]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			named[Action(strings.Trim(lit.Value, `"`))] = true
		}
		return true
	})
	seen := map[Action]bool{}
	for _, row := range matrix {
		seen[row.action] = true
	}
	for action := range named {
		if len(rules[action].may) == 0 || !seen[action] {
			t.Errorf("%s: %d grants, in the matrix %v", action, len(rules[action].may), seen[action])
		}
	}
	if len(named) != len(rules) {
		t.Errorf("%d actions have names and %d rules", len(named), len(rules))
	}
	if err := Allow(Operator, "fly", Target{}); err == nil {
		t.Error("what has no rule is allowed")
	}
}

// TestSentences: a refusal says who could.
func TestSentences(t *testing.T) {
	for _, c := range []struct {
		c      *Caller
		action Action
		on     Target
		zh, en string
	}{
		{caller(ledger.Charity, charityC), Freeze, at(a10, charityA, charityA),
			"冻结或解冻项目须使用监管部门的 API 密钥", "to freeze or release a project takes an API key of the regulator"},
		{caller(ledger.Charity, charityC), Spend, at(a10, charityA, partnerP),
			"记录支出须使用平台、项目所属的慈善组织（组织 1）或资金池的持有人（组织 4）的 API 密钥",
			"to record an expenditure takes an API key of the platform, the charity whose project it is (organization 1) or the holder of the pool (organization 4)"},
		{Anonymous, Batch, Target{},
			"批量提交须使用平台、慈善组织、执行机构或监管部门的 API 密钥", "to hand in a batch takes an API key of the platform, a charity, a partner or the regulator"},
	} {
		var e *ledger.Error
		if !errors.As(Allow(c.c, c.action, c.on), &e) || e.Zh != c.zh || e.En != c.en {
			t.Errorf("%s:\ngot  %s\n     %s\nwant %s\n     %s", c.action, e.Zh, e.En, c.zh, c.en)
		}
	}
}
