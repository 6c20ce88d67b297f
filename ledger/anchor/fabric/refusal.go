package fabric

import (
	"strings"

	"github.com/hyperledger/fabric-sdk-go/pkg/common/errors/multi"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/errors/status"
	"github.com/pkg/errors"

	"mingzhang/chaincode/contract"
)

// orRefusal gives the refusal that a peer's chaincode answered, or else the error as
// it is.
func orRefusal(err error) error {
	if r := refusal(err); r != nil {
		return r
	}
	return err
}

// refusal reads the refusal out of what one peer answered; nil if there is none. It
// travels as the chaincode's message, which a peer may put words before.
func refusal(err error) error {
	s, ok := status.FromError(err)
	if !ok || s.Group != status.ChaincodeStatus {
		return nil
	}
	at := strings.IndexByte(s.Message, '{')
	if at < 0 {
		return nil
	}
	r, ok := contract.ParseError([]byte(s.Message[at:]))
	if !ok {
		return nil
	}
	return r
}

// verdict is what endorsers said together.
type verdict struct {
	refusal  error // of one of them; nil if none refused
	agreed   bool  // all of them refused, in the same words
	rejected bool  // those that did not refuse have endorsed
}

// verdictOf weighs the error of an endorsement that so many peers were asked for.
func verdictOf(err error, asked int) verdict {
	all := []error{err}
	if m, ok := errors.Cause(err).(multi.Errors); ok {
		all = m
	}
	refusals, same := 0, true
	var v verdict
	for _, e := range all {
		r := refusal(e)
		if r == nil {
			continue
		}
		same = same && (v.refusal == nil || v.refusal.Error() == r.Error())
		v.refusal = r
		refusals++
	}
	v.agreed = refusals > 0 && refusals == asked && same
	v.rejected = refusals > 0 && refusals == len(all)
	return v
}
