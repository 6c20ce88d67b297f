package verify

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"

	"golang.org/x/text/language"

	"mingzhang/ledger/audit"
)

// Command checks what somebody has in hand.
type Command struct {
	What    string   `arg:"" help:"A receipt or an exported list (a file, or its address on a server), the address of a record's page, or a whole log: the address of a server, or a folder with its tiles."`
	LogKey  string   `help:"The log's public key, as at /log.pub, or the file that has it." required:""`
	Witness []string `help:"The key of a witness whose word is wanted. May be given several times." placeholder:"VKEY"`
	Quorum  int      `help:"How many of the witnesses must have signed; all of them if left out."`
	Fabric  string   `help:"Connection profile of a Fabric network that must have the record as well." xor:"ledger" type:"existingfile"`
	Blocks  string   `help:"Folder of an embedded ledger that must have the record as well." xor:"ledger" type:"existingdir"`
	Log     string   `help:"Where the log of today is read, to see that it goes on from the receipt's: an address or a folder with its tiles. What is on a server says it by itself."`
	Record  string   `help:"File with the record itself, for a receipt in the form of tlog-proof." type:"existingfile"`
	Project *int64   `help:"The exported list is meant to have all flows of this project."`
}

// Run says what was proven and what was not.
func (c *Command) Run(ctx context.Context, stdout io.Writer, log *slog.Logger, terminal language.Tag) (err error) {
	trust, err := ParseTrust(c.LogKey, c.Witness, c.Quorum)
	if err != nil {
		return err
	}
	closeLedger, err := c.ledger(ctx, &trust, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLedger()) }()
	report, err := Run(ctx, c.What, Options{Record: c.Record, Log: c.Log, Project: c.Project}, trust)
	if report != nil {
		err = errors.Join(err, report.Write(stdout, terminal.String()))
	}
	return err
}

// ledger opens the permissioned ledger that is to be asked, if any.
func (c *Command) ledger(ctx context.Context, t *Trust, log *slog.Logger) (func() error, error) {
	place := "blocks:" + c.Blocks
	switch {
	case c.Fabric != "":
		place = "fabric:" + c.Fabric
	case c.Blocks == "":
		return func() error { return nil }, nil
	}
	blocks, closeBlocks, err := audit.OpenBlocks(ctx, place, t.Log.Name(), log)
	t.Ledger = &Ledger{Blocks: blocks, Name: cmp.Or(c.Fabric, c.Blocks)}
	return closeBlocks, err
}
