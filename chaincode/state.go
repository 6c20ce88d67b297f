package main

import (
	"fmt"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"mingzhang/chaincode/contract"
)

// state is the channel's state as one transaction sees it. Reads show what was
// committed before the transaction; writes are gathered by the stub.
type state struct{ stub shim.ChaincodeStubInterface }

var _ contract.State = state{}

// Get reads many keys in one message to the peer (a thousand at the most; the shim
// sends more where there are more). Fabric does not tell an empty value from none.
func (s state) Get(keys []string) ([][]byte, error) {
	values, err := s.stub.GetMultipleStates(keys...)
	if err != nil {
		return nil, fmt.Errorf("read %d keys: %w", len(keys), err)
	}
	for i, v := range values {
		if len(v) == 0 {
			values[i] = nil
		}
	}
	return values, nil
}

func (s state) Put(key string, value []byte) error {
	if err := s.stub.PutState(key, value); err != nil {
		return fmt.Errorf("write %q: %w", key, err)
	}
	return nil
}

func (s state) Delete(key string) error {
	if err := s.stub.DelState(key); err != nil {
		return fmt.Errorf("delete %q: %w", key, err)
	}
	return nil
}
