package main

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"mingzhang/chaincode/contract"
)

// adapter lets a peer call the contract. It holds nothing between calls: all state is
// the peer's.
type adapter struct{ log *slog.Logger }

// Init has nothing to do; the definition does not ask for it.
func (adapter) Init(shim.ChaincodeStubInterface) *peer.Response { return shim.Success(nil) }

// Invoke answers one call: the first argument names the function. A refusal comes back
// as an error whose message is the refusal in JSON (contract.ParseError reads it); any
// other error is a fault, and only its text.
func (a adapter) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	answer, err := a.invoke(stub)
	if err == nil {
		return shim.Success(answer)
	}
	if text, ok := contract.FormatError(err); ok {
		return shim.Error(string(text))
	}
	a.log.Error("call failed", "tx", stub.GetTxID(), "error", err)
	return shim.Error(err.Error())
}

// invoke runs the contract. What it writes goes to the peer in one message at the end,
// and only when it did not refuse. A panic would take the server down with every other
// call it is answering, so it fails this call alone.
func (a adapter) invoke(stub shim.ChaincodeStubInterface) (answer []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("call panicked", "tx", stub.GetTxID(), "panic", p, "stack", string(debug.Stack()))
			answer, err = nil, errors.New("the contract failed; the chaincode server's log says how")
		}
	}()
	args := stub.GetArgs()
	if len(args) == 0 {
		return nil, errors.New("no function is named")
	}
	c, err := caller(stub)
	if err != nil {
		return nil, err
	}
	stub.StartWriteBatch()
	if answer, err = contract.Invoke(state{stub}, c, string(args[0]), args[1:]); err != nil {
		return nil, err
	}
	return answer, stub.FinishWriteBatch()
}

// caller says who signed the proposal and what time it names. The peer has checked the
// signature, and that the certificate is of that member; the time is the submitter's
// own, the same for every endorser, and the contract has to judge it.
func caller(stub shim.ChaincodeStubInterface) (c contract.Call, err error) {
	creator, err := stub.GetCreator()
	if err != nil {
		return c, fmt.Errorf("read the caller: %w", err)
	}
	var id msp.SerializedIdentity
	if err := proto.Unmarshal(creator, &id); err != nil {
		return c, fmt.Errorf("read the caller: %w", err)
	}
	t, err := stub.GetTxTimestamp()
	if err == nil {
		err = t.CheckValid() // nil is not, either
	}
	if err != nil {
		return c, fmt.Errorf("read the transaction's time: %w", err)
	}
	return contract.Call{MSP: id.GetMspid(), Tx: stub.GetTxID(), Time: t.AsTime()}, nil
}
