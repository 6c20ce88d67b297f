package main

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
)

// stub is a peer's side of one call, as far as the adapter uses it.
type stub struct {
	shim.ChaincodeStubInterface
	creator []byte
	time    *timestamppb.Timestamp
	args    [][]byte
	values  map[string][]byte
	gone    bool // the peer does not answer reads

	batching, finished bool
	written            map[string][]byte
}

var signed = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

func call(t *testing.T, mspID string, args ...string) *stub {
	t.Helper()
	creator, err := proto.Marshal(&msp.SerializedIdentity{Mspid: mspID, IdBytes: []byte("certificate")})
	if err != nil {
		t.Fatal(err)
	}
	s := &stub{creator: creator, time: timestamppb.New(signed), values: map[string][]byte{}, written: map[string][]byte{}}
	for _, a := range args {
		s.args = append(s.args, []byte(a))
	}
	return s
}

func (s *stub) GetTxID() string             { return "tx1" }
func (s *stub) GetArgs() [][]byte           { return s.args }
func (s *stub) GetCreator() ([]byte, error) { return s.creator, nil }
func (s *stub) StartWriteBatch()            { s.batching = true }
func (s *stub) FinishWriteBatch() error     { s.finished = true; return nil }
func (s *stub) GetTxTimestamp() (*timestamppb.Timestamp, error) {
	return s.time, nil
}

func (s *stub) GetMultipleStates(keys ...string) ([][]byte, error) {
	if s.gone {
		return nil, errors.New("the stream is closed")
	}
	var values [][]byte
	for _, k := range keys {
		values = append(values, append([]byte{}, s.values[k]...)) // absent is empty, as over the wire
	}
	return values, nil
}

func (s *stub) PutState(key string, value []byte) error {
	if !s.batching {
		return errors.New("a write of its own")
	}
	s.written[key] = value
	return nil
}

func (s *stub) DelState(key string) error { return s.PutState(key, nil) }

const origin = "log.mingzhang.test"

func invoke(s *stub) (status int32, message string, payload []byte) {
	r := adapter{slog.New(slog.DiscardHandler)}.Invoke(s)
	return r.GetStatus(), r.GetMessage(), r.GetPayload()
}

func TestWritesInOneBatch(t *testing.T) {
	s := call(t, "PlatformMSP", "RegisterLog", origin, newKey(t), "PlatformMSP", "RegulatorMSP")
	if status, message, _ := invoke(s); status != shim.OK {
		t.Fatalf("refused: %s", message)
	}
	if !s.finished || len(s.written) == 0 {
		t.Errorf("finished %v, written %d keys", s.finished, len(s.written))
	}
}

func TestRefusalIsRebuilt(t *testing.T) {
	s := call(t, "CharityMSP", "RegisterLog", origin, newKey(t), "PlatformMSP", "RegulatorMSP")
	status, message, _ := invoke(s)
	err, ok := contract.ParseError([]byte(message))
	if status != shim.ERROR || !ok || ledger.KindOf(err) != ledger.Forbidden {
		t.Errorf("status %d, message %s", status, message)
	}
	if s.finished || len(s.written) > 0 {
		t.Errorf("a refusal wrote %d keys", len(s.written))
	}
}

func TestFaults(t *testing.T) {
	for name, spoil := range map[string]func(*stub){
		"no function":       func(s *stub) { s.args = nil },
		"unreadable caller": func(s *stub) { s.creator = []byte{0xff} },
		"no time":           func(s *stub) { s.time = nil },
		"impossible time":   func(s *stub) { s.time = &timestamppb.Timestamp{Nanos: -1} },
		"the peer is gone":  func(s *stub) { s.gone = true },
		"the stub panics":   func(s *stub) { s.written = nil },
	} {
		t.Run(name, func(t *testing.T) {
			s := call(t, "PlatformMSP", "RegisterLog", origin, newKey(t), "PlatformMSP", "RegulatorMSP")
			spoil(s)
			status, message, _ := invoke(s)
			if _, refusal := contract.ParseError([]byte(message)); status != shim.ERROR || message == "" || refusal {
				t.Errorf("status %d, message %q", status, message)
			}
			if s.finished {
				t.Error("it was written")
			}
		})
	}
}

func TestCaller(t *testing.T) {
	c, err := caller(call(t, "RegulatorMSP"))
	if want := (contract.Call{MSP: "RegulatorMSP", Tx: "tx1", Time: signed}); err != nil || c != want {
		t.Errorf("got %+v, %v; want %+v", c, err, want)
	}
}

func TestAbsentIsNil(t *testing.T) {
	s := call(t, "PlatformMSP")
	s.values["there"] = []byte("1")
	got, err := state{s}.Get([]string{"absent", "there"})
	if err != nil || got[0] != nil || !bytes.Equal(got[1], []byte("1")) {
		t.Errorf("got %q, %v", got, err)
	}
}
