package book

import (
	"errors"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/trace"
)

// errUnasked ends a turn that is played ahead: it needs to know what only the store does.
var errUnasked = errors.New("the store is to be asked first")

// unasked is the transaction of a turn that is played ahead: it knows nothing. Who wants
// its reader has been refused a flush before.
type unasked struct{}

func (unasked) Head() Head                                             { return Head{} }
func (unasked) ReadTile(proof.Tile) ([]byte, error)                    { return nil, errUnasked }
func (unasked) Edge() (*proof.Edge, error)                             { return nil, errUnasked }
func (unasked) Lookup([]Key) (map[Key]Hit, error)                      { return nil, errUnasked }
func (unasked) Pools([]ledger.Pool) ([]PoolEnd, error)                 { return nil, errUnasked }
func (unasked) Laid(int64, ledger.AssetID, int64) (int64, error)       { return 0, errUnasked }
func (unasked) Holes(int64) ([]ledger.Span, error)                     { return nil, errUnasked }
func (unasked) Record(int64) ([]byte, error)                           { return nil, errUnasked }
func (unasked) Openings(int64) ([]byte, []byte, error)                 { return nil, nil, errUnasked }
func (unasked) Undone(int64) (int64, error)                            { return 0, errUnasked }
func (unasked) Delivered(int64) (int64, error)                         { return 0, errUnasked }
func (unasked) Corrections(int64) ([]int64, error)                     { return nil, errUnasked }
func (unasked) Organization(int64) (*ledger.Organization, error)       { return nil, errUnasked }
func (unasked) OrganizationByCode(string, string) (int64, error)       { return 0, errUnasked }
func (unasked) Project(int64) (*ProjectState, error)                   { return nil, errUnasked }
func (unasked) ProjectByFiling(string) (int64, error)                  { return 0, errUnasked }
func (unasked) Designation(int64, string) (*ledger.Designation, error) { return nil, errUnasked }
func (unasked) Asset(ledger.AssetID) (*ledger.Asset, error)            { return nil, errUnasked }
func (unasked) Key(string) (*ledger.Key, error)                        { return nil, errUnasked }
func (unasked) Reader() trace.Drawer                                   { return nil }
func (unasked) Write(*Batch) error                                     { return errUnasked }
func (unasked) Save() error                                            { return errUnasked }
func (unasked) Restore() error                                         { return errUnasked }
func (unasked) Commit() error                                          { return errUnasked }
func (unasked) Rollback()                                              {}
