// Mingzhang (明账) is an open book for public fundraising: charities publish accounts
// with it, donors follow their own gift, regulators audit, and anyone can check that
// nothing was altered.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/sync/errgroup"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/folder"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300) // a server's heap is small, and to collect it less often is worth a tenth of its speed
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "mingzhang:", sentence(err))
		os.Exit(code(err))
	}
}

// code is the exit code of an error: of a check, 1 says that something was refuted and
// 2 that it could not be checked; of every other command, 1 that it failed.
func code(err error) int {
	var u *unchecked
	if errors.As(err, &u) {
		return 2
	}
	return 1
}

// unchecked is why something could not be checked, which is not to say that it is wrong.
type unchecked struct{ error }

func (u *unchecked) Unwrap() error { return u.error }

// verdict tells what was refuted from what could not be checked.
func verdict(err error) error {
	if err == nil || ledger.KindOf(err) == ledger.Corrupt {
		return err
	}
	return &unchecked{err}
}

// sentence is an error in the language of the terminal.
func sentence(err error) string {
	var refusal *ledger.Error
	if errors.As(err, &refusal) && strings.HasPrefix(os.Getenv("LANG"), "zh") {
		return refusal.Zh
	}
	return err.Error()
}

// commands are everything the program does. Every flag is an environment variable as
// well: --database is MINGZHANG_DATABASE.
type commands struct {
	Serve   serve   `cmd:"" help:"Serve the API and the public pages."`
	Keys    keys    `cmd:"" help:"API keys."`
	Audit   audit   `cmd:"" help:"Check every record from the blocks of the permissioned ledger alone. Exit code 0: proven, 1: refuted, 2: could not check."`
	CatchUp catchUp `cmd:"" help:"Bring a restored database to the head of its log."`
	Version version `cmd:"" help:"Print the version."`
}

// run reads the command and does it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var c commands
	parser, err := kong.New(&c, kong.Name("mingzhang"), kong.Description("明账: an open book for public fundraising."),
		kong.DefaultEnvars("MINGZHANG"), kong.Writers(stdout, stderr), kong.Exit(func(int) {}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(stdout, (*io.Writer)(nil)),
		kong.Bind(slog.New(slog.NewTextHandler(stderr, nil))))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return command.Run()
}

// place is where a book is: the flags of every command that opens one.
type place struct {
	Data     string `help:"Folder for what is kept outside the database: signing key, secret, checkpoint, files." default:"mingzhang-data" type:"path"`
	Origin   string `help:"Name of the log, as in mingzhang.example/gz; given once, when the folder is made."`
	Database string `help:"sqlite:FILE or postgres://…; a file in the data folder if left out."`
}

// opened is a book's parts, joined.
type opened struct {
	folder *folder.Folder
	store  *store.Store
}

func (p *place) open(ctx context.Context) (*opened, error) {
	f, err := folder.Open(p.Data, p.Origin)
	if err != nil {
		return nil, err
	}
	if p.Database == "" {
		p.Database = "sqlite:" + f.Database()
	}
	s, err := store.Open(ctx, p.Database)
	return &opened{f, s}, err
}

// config is what a book on these parts is made of.
func (o *opened) config(log *slog.Logger) book.Config {
	return book.Config{Store: o.store, Origin: o.folder.Origin, Secret: o.folder.Secret, Signer: o.folder.Signer,
		Verifier: o.folder.Verifier, Keeper: o.folder.Keeper(), Log: log}
}

func (o *opened) access(log *slog.Logger) (*access.Access, error) {
	return access.New(access.Config{Keys: o.store, Secret: o.folder.Secret, Log: log})
}

// serve is the server.
type serve struct {
	place
	Listen   string   `help:"Address to listen on." default:"127.0.0.1:8080"`
	Anchor   string   `help:"The permissioned ledger: local, the embedded one in the data folder; or fabric:PROFILE, a network by its connection profile." default:"local"`
	URL      string   `help:"Where the public reaches this server; http:// and the address if left out."`
	Proxies  []string `help:"Addresses or networks of proxies whose X-Forwarded-For is believed."`
	Evidence string   `help:"Where files of evidence lie, as gocloud.dev/blob names it; the data folder if left out."`
}

// Run serves until the context ends; then it answers what it has accepted and closes in
// the order in which the parts need each other.
func (v *serve) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	o, err := v.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	metrics := api.NewMetrics()
	config := o.config(log)
	config.Committed = metrics.Committed
	b, err := book.Open(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if v.Evidence == "" {
		v.Evidence = o.folder.Evidence()
	}
	files, err := evidence.Open(ctx, v.Evidence)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	who, err := o.access(log)
	if err != nil {
		return err
	}
	loop, closeLedger, err := v.anchor(ctx, o, b, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLedger()) }()
	listener, err := net.Listen("tcp", v.Listen)
	if err != nil {
		return err
	}
	if v.URL == "" {
		v.URL = "http://" + listener.Addr().String()
	}
	handler, err := api.New(api.Config{Book: b, Store: o.store, Evidence: files, Access: who, Metrics: metrics, Anchors: anchors{loop},
		Limits: access.NewLimits(access.DefaultRates(), time.Now), LogKey: o.folder.LogKey, URL: strings.TrimSuffix(v.URL, "/"), Proxies: v.Proxies, Log: log})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return who.Run(ctx) })
	group.Go(func() error { loop.Run(ctx); return nil })
	group.Go(func() error { return answer(ctx, listener, handler, log) })
	fmt.Fprintln(stdout, v.URL)
	return group.Wait()
}

// anchor opens the permissioned ledger and makes the loop that carries records to it.
func (v *serve) anchor(ctx context.Context, o *opened, b *book.Book, log *slog.Logger) (*anchor.Loop, func() error, error) {
	to, closeLedger, err := v.ledger(ctx, o, log)
	if err != nil {
		return nil, nil, err
	}
	return anchor.New(anchor.Config{Store: o.store, Ledger: to, Origin: b.Origin, Verifier: b.Verifier, Checkpoint: b.Checkpoint, Log: log,
		Sign: func(cp proof.Checkpoint) ([]byte, error) { return proof.Sign(cp, b.Signer) }}), closeLedger, nil
}

// ledger opens the permissioned ledger that the flag names. On the embedded one the log
// is registered by itself; on a consortium's, by its members.
func (v *serve) ledger(ctx context.Context, o *opened, log *slog.Logger) (anchor.Ledger, func() error, error) {
	if profile, ok := strings.CutPrefix(v.Anchor, "fabric:"); ok {
		c, err := fabric.Open(ctx, fabric.Config{Profile: profile, Origin: o.folder.Origin, Log: log})
		if err != nil {
			return nil, nil, err
		}
		return c, c.Close, nil
	}
	if v.Anchor != "local" {
		return nil, nil, fmt.Errorf("%q is no permissioned ledger: local or fabric:PROFILE", v.Anchor)
	}
	l, err := local.Open(ctx, o.folder.Ledger(), local.Config{Origin: o.folder.Origin, Log: log})
	if err != nil {
		return nil, nil, err
	}
	if err := l.Register(ctx, o.folder.LogKey); err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	return l, l.Close, nil
}

// anchors shows a loop to the API.
type anchors struct{ *anchor.Loop }

// Standing implements api.Anchors.
func (a anchors) Standing(ctx context.Context) (api.Standing, error) {
	standing, err := a.Loop.Standing(ctx)
	return api.Standing(standing), err
}

// answer serves HTTP until the context ends, and then what is under way.
func answer(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute,
		WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)} // it names addresses
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return server.Shutdown(last)
}

// keys are the commands about API keys.
type keys struct {
	Create createKey `cmd:"" help:"Make an API key and print it, alone."`
}

type createKey struct {
	place
	Role         ledger.OrganizationKind `help:"platform, charity, partner, regulator or auditor." required:""`
	Organization *int64                  `help:"Index of the organization's record; not needed for the platform."`
	Label        string                  `help:"What the key is for."`
	Expires      time.Duration           `help:"How long the key is good for, as in 2160h; for ever if left out."`
}

// Run makes a key. It may run beside a server.
func (k *createKey) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	o, err := k.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	who, err := o.access(log)
	if err != nil {
		return err
	}
	wish := access.Wish{Role: k.Role, Organization: k.Organization, Label: k.Label}
	if k.Expires > 0 {
		wish.Expires = time.Now().Add(k.Expires)
	}
	key, err := who.Create(ctx, access.Operator, wish)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, key.Reveal())
	return err
}

// catchUp brings back the records that a restored database has lost.
type catchUp struct {
	place
	Source string `arg:"" help:"A mirror of the log, a folder or the address of a server; or the blocks of the permissioned ledger: blocks:DIR or fabric:PROFILE."`
}

// source opens where the records are to come from.
func (u *catchUp) source(ctx context.Context, origin string, log *slog.Logger) (book.Source, func() error, error) {
	if !strings.HasPrefix(u.Source, "blocks:") && !strings.HasPrefix(u.Source, "fabric:") {
		m, err := mirror.Open(u.Source)
		return m, func() error { return nil }, err
	}
	blocks, closeBlocks, err := openBlocks(ctx, u.Source, origin, log)
	if err != nil {
		return nil, nil, err
	}
	return anchor.NewSource(blocks, origin), closeBlocks, nil
}

// openBlocks opens the blocks of a permissioned ledger, to read them.
func openBlocks(ctx context.Context, place, origin string, log *slog.Logger) (anchor.Blocks, func() error, error) {
	if dir, ok := strings.CutPrefix(place, "blocks:"); ok {
		return local.Reader(dir), func() error { return nil }, nil
	}
	c, err := fabric.Open(ctx, fabric.Config{Profile: strings.TrimPrefix(place, "fabric:"), Origin: origin, Log: log})
	if err != nil {
		return nil, nil, err
	}
	return c, c.Close, nil
}

// audit checks a book by what the permissioned ledger committed.
type audit struct {
	Origin   string `help:"Name of the log." required:""`
	LogKey   string `help:"The log's public key, as served at /log.pub."`
	Blocks   string `help:"Folder of the embedded ledger's blocks." xor:"ledger" required:"" type:"path"`
	Fabric   string `help:"Connection profile of a Fabric network; its blocks are read." xor:"ledger" required:"" type:"path"`
	Database string `help:"sqlite:FILE or postgres://…: the book to hold against the blocks; without it, the blocks alone are checked."`
}

// Run reads all blocks, has the rules check each record anew, and compares.
func (a *audit) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	place := "fabric:" + a.Fabric
	if a.Blocks != "" {
		place = "blocks:" + a.Blocks
	}
	blocks, closeBlocks, err := openBlocks(ctx, place, a.Origin, log)
	if err != nil {
		return verdict(err)
	}
	defer func() { err = errors.Join(err, closeBlocks()) }()
	var against anchor.Book
	if a.Database != "" {
		if file, ok := strings.CutPrefix(a.Database, "sqlite:"); ok {
			if _, err := os.Stat(file); err != nil {
				return verdict(err) // to open it would make an empty one
			}
		}
		s, err := store.Open(ctx, a.Database)
		if err != nil {
			return verdict(err)
		}
		defer s.Close()
		against = s
	}
	report, err := anchor.Audit(ctx, blocks, anchor.Trust{Origin: a.Origin, Key: a.LogKey}, against)
	if err != nil {
		return verdict(err)
	}
	return a.tell(stdout, report)
}

// tell says what was proven, and what was not.
func (a *audit) tell(stdout io.Writer, r *anchor.Report) error {
	fmt.Fprintf(stdout, "%d blocks, %d batches, %d records (%d flows) of the log %s follow the rules, from the first to the last.\n",
		r.Blocks, r.Batches, r.Head.Size, r.Flows, a.Origin)
	if a.LogKey == "" {
		fmt.Fprintln(stdout, "The key of the log is the one that the ledger registered: give --log-key to rely on nobody for it.")
	}
	if r.Compared {
		fmt.Fprintf(stdout, "The database agrees with them, record by record and total by total, for %d projects.\n", len(r.Statements))
	}
	return nil
}

// Run brings the records back and says whose sealed words are lost.
func (u *catchUp) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	o, err := u.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	from, closeSource, err := u.source(ctx, o.folder.Origin, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeSource()) }()
	done, err := book.CatchUp(ctx, o.config(log), from, func(index int64) { fmt.Fprintln(stdout, index) })
	if done != nil {
		log.Info("records were brought back", "from", done.From, "upto", done.Upto, "without their sealed words", done.Lost)
	}
	return err
}

type version struct{}

// Run prints the version that the binary was built from.
func (version) Run(stdout io.Writer) error {
	v := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		v = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v += " " + s.Value
			}
		}
	}
	_, err := fmt.Fprintln(stdout, "mingzhang", v)
	return err
}
