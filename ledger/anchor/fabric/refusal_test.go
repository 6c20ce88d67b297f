package fabric

import (
	"testing"

	"github.com/hyperledger/fabric-sdk-go/pkg/common/errors/multi"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/errors/status"
	"github.com/pkg/errors"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
)

// said is how fabric-sdk-go hands on what a peer's chaincode answered.
func said(message string) error {
	return errors.Wrap(status.New(status.ChaincodeStatus, 500, message, nil), "Transaction processing for endorser [x]")
}

func refusing(code string) error {
	cause := ledger.Refuse(ledger.Conflict, code, "", "不行：%s", "no: %s", code)
	text, _ := contract.FormatError(&contract.Refusal{Index: 7, Cause: cause})
	return said(string(text))
}

// TestVerdict: a refusal counts when all endorsers say the same.
func TestVerdict(t *testing.T) {
	down := status.New(status.EndorserClientStatus, status.ConnectionFailed.ToInt32(), "down", nil)
	broken := said("error in simulation: failed to execute transaction {oops")
	for name, c := range map[string]struct {
		err                       error
		refused, agreed, rejected bool
	}{
		"all alike":            {multi.Errors{refusing("a"), refusing("a")}, true, true, true},
		"one only":             {refusing("a"), true, false, true},
		"different reasons":    {multi.Errors{refusing("a"), refusing("b")}, true, false, true},
		"one and one is down":  {multi.Errors{down, refusing("a")}, true, false, false},
		"one, and one is hurt": {multi.Errors{broken, refusing("a")}, true, false, false},
		"both are down":        {multi.Errors{down, down}, false, false, false},
		"down":                 {down, false, false, false},
		"another error":        {errors.New(`{"kind":1,"code":"x"}`), false, false, false},
	} {
		v := verdictOf(c.err, 2)
		if (v.refusal != nil) != c.refused || v.agreed != c.agreed || v.rejected != c.rejected {
			t.Errorf("%s: got %+v", name, v)
		}
	}
	text, _ := status.FromError(refusing("a"))
	v := verdictOf(said("chaincode response 500, "+text.Message), 1)
	r, ok := v.refusal.(*contract.Refusal)
	if !ok || r.Index != 7 || r.Cause.Code != "a" || r.Cause.Zh != "不行：a" {
		t.Errorf("the refusal is %v", v.refusal)
	}
}
