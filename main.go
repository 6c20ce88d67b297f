// Mingzhang (明账) is an open book for public fundraising: charities publish accounts
// with it, donors follow their own gift, regulators audit, and anyone can check that
// nothing was altered.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/sync/errgroup"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/explorer"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/backup"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/folder"
	"mingzhang/ledger/intake"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/sample"
	"mingzhang/ledger/sample/demo"
	"mingzhang/ledger/store"
	"mingzhang/ledger/verify"
	"mingzhang/ledger/witness"
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
	Serve     serve     `cmd:"" help:"Serve the API and the public pages."`
	Demo      tour      `cmd:"" help:"Serve the made accounts of a city, on embedded defaults."`
	Keys      keys      `cmd:"" help:"API keys."`
	Audit     auditing  `cmd:"" help:"Check a whole log from its first record on: from the permissioned ledger's blocks, a database, a server. Exit code 0: proven, 1: refuted, 2: could not check."`
	Verify    verifying `cmd:"" help:"Check a receipt, a record, an exported list or a whole log, offline or on a server, against the log's public key. Exit code 0: proven, 1: refuted, 2: could not check."`
	Backup    backingUp `cmd:"" help:"Put the whole book into one file, while it is served."`
	Restore   restoring `cmd:"" help:"Make a book of a backup. Then bring back what was recorded since, with catch-up."`
	CatchUp   catchUp   `cmd:"" help:"Bring a restored database to the head of its log."`
	Import    imports   `cmd:"" help:"Read real lists into the book: CSV or XLSX, from a bank, a payment platform or a hand-kept sheet. Exit code 0: everything is in, 1: rows were refused, or the total is not the one expected."`
	Reconcile reconcile `cmd:"" help:"Hold published totals against the book, per day and in all. Exit code 0: they agree, 1: they differ."`
	Version   version   `cmd:"" help:"Print the version."`
}

// run reads the command and does it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var c commands
	shown := false // the help: all that was asked for
	parser, err := kong.New(&c, kong.Name("mingzhang"), kong.Description("明账: an open book for public fundraising."),
		kong.DefaultEnvars("MINGZHANG"), kong.Writers(stdout, stderr), kong.Exit(func(int) { shown = true }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(stdout, (*io.Writer)(nil)),
		kong.Bind(slog.New(slog.NewTextHandler(stderr, nil))))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if shown {
		return nil
	}
	if err != nil {
		return &unchecked{err} // 1 would tell a script that something was refuted
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
	return book.Config{Store: o.store, Origin: o.folder.Origin, Secret: o.folder.Secret, Signer: o.folder.Signer, Next: o.folder.Next,
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
	Witness  []string `help:"A witness that cosigns checkpoints: its key, a space and its address. May be given several times." placeholder:"'VKEY URL'"`
	Quorum   int      `help:"How many witnesses a checkpoint waits for, half a second at most; all of them if left out."`

	ready func(stdout io.Writer, url string) // is told when the server can be reached, if not nil
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
	witnesses, err := v.witnesses(o, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, witnesses.Close()) }()
	config.Cosign = witnesses.Cosign
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
	site, err := explorer.New(explorer.Config{Book: &pages{o.store, b}, Anchors: shown{loop}, Origin: o.folder.Origin, LogKey: o.folder.LogKey,
		URL: strings.TrimSuffix(v.URL, "/"), Log: log})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	handler, err := api.New(api.Config{Pages: site, Book: b, Store: o.store, Evidence: files, Access: who, Metrics: metrics, Anchors: anchors{loop},
		Limits: access.NewLimits(access.DefaultRates(), time.Now), LogKey: o.folder.LogKey, URL: strings.TrimSuffix(v.URL, "/"), Proxies: v.Proxies, Log: log})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return who.Run(ctx) })
	group.Go(func() error { loop.Run(ctx); return nil })
	group.Go(func() error { return answer(ctx, listener, handler, log) })
	fmt.Fprintln(stdout, v.URL)
	if v.ready != nil {
		v.ready(stdout, v.URL)
	}
	return group.Wait()
}

// witnesses makes ready to ask those that the flags name.
func (v *serve) witnesses(o *opened, log *slog.Logger) (*witness.Client, error) {
	all, err := witness.ParseAll(o.folder.Origin, v.Witness)
	if err != nil {
		return nil, err
	}
	return witness.Open(witness.Config{Witnesses: all, Quorum: v.Quorum, Origin: o.folder.Origin, Log: o.folder.Verifier,
		Store: o.store, Dir: o.folder.Witnesses(), Logger: log})
}

// anchor opens the permissioned ledger and makes the loop that carries records to it.
func (v *serve) anchor(ctx context.Context, o *opened, b *book.Book, log *slog.Logger) (*anchor.Loop, func() error, error) {
	to, closeLedger, err := v.ledger(ctx, o, log)
	if err != nil {
		return nil, nil, err
	}
	return anchor.New(anchor.Config{Store: o.store, Ledger: to, Origin: b.Origin, Verifier: b.Verifier, Checkpoint: b.Checkpoint, Log: log,
		Sign: b.Sign}), closeLedger, nil
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

// shown shows a loop to the pages.
type shown struct{ *anchor.Loop }

// Standing implements explorer.Anchors.
func (s shown) Standing(ctx context.Context) (explorer.Standing, error) {
	st, err := s.Loop.Standing(ctx)
	return explorer.Standing{Backend: st.Backend, Upto: st.Upto, Lag: st.Lag, Seconds: st.Seconds, Alarm: st.Alarm}, err
}

// Latest implements explorer.Anchors.
func (s shown) Latest(ctx context.Context, before int64, limit int) ([]explorer.Batch, error) {
	list, err := s.Loop.Latest(ctx, before, limit)
	batches := make([]explorer.Batch, len(list))
	for i, a := range list {
		batches[i] = explorer.Batch(a)
	}
	return batches, err
}

// pages shows a book to the pages.
type pages struct {
	store *store.Store
	book  *book.Book
}

// At implements explorer.Book.
func (p *pages) At(ctx context.Context, do func(explorer.Reads) error) error {
	return p.store.At(ctx, func(s *store.Store) error { return do(s) })
}

// Head implements explorer.Book.
func (p *pages) Head(ctx context.Context) (book.Head, error) { return p.store.Head(ctx) }

// Checkpoint implements explorer.Book.
func (p *pages) Checkpoint() []byte { return p.book.Checkpoint() }

// Tiles implements explorer.Book.
func (p *pages) Tiles() proof.TileReader { return p.store }

// Receipt implements explorer.Book.
func (p *pages) Receipt(code string) (int64, error) { return p.book.ReceiptIndex(code) }

// Code implements explorer.Book.
func (p *pages) Code(index int64) string { return p.book.ReceiptCode(index) }

// Paid implements explorer.Book.
func (p *pages) Paid(ctx context.Context, channel, serial string, amount int64) (int64, error) {
	return p.store.Paid(ctx, p.book.PaymentKey(channel, serial), amount)
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
	Rotate rotateKey `cmd:"" help:"Begin to change the key that the log signs with, and print the next one: the server, started anew, signs with both. With --finish the next one takes the old one's place."`
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

// rotateKey changes the log's key, in two steps: between them both sign.
type rotateKey struct {
	Data   string `help:"The log's data folder." default:"mingzhang-data" type:"path"`
	Finish bool   `help:"Put the next key in the old one's place, which is then gone."`
}

// Run makes the next key, or puts it in place. A running server goes on as it was
// started.
func (k *rotateKey) Run(stdout io.Writer) error {
	f, err := folder.Open(k.Data, "")
	if err != nil {
		return err
	}
	step := f.Rotate
	if k.Finish {
		step = f.Finish
	}
	key, err := step()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, key)
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
	blocks, closeBlocks, err := audit.OpenBlocks(ctx, u.Source, origin, log)
	if err != nil {
		return nil, nil, err
	}
	return anchor.NewSource(blocks, origin), closeBlocks, nil
}

// auditing checks a whole log, from its first record on.
type auditing struct {
	Origin     string `help:"Name of the log; not needed with --log-key."`
	LogKey     string `help:"The log's public key, as served at /log.pub."`
	Checkpoint string `help:"File with a checkpoint that the log signed, as served at /checkpoint: its root must be that of the records." type:"path"`
	Blocks     string `help:"Folder of the embedded ledger's blocks." type:"path"`
	Fabric     string `help:"Connection profile of a Fabric network; a peer's blocks are read." type:"path"`
	Database   string `help:"sqlite:FILE or postgres://…: the book to hold against the blocks, or to check by itself."`
	URL        string `help:"Address of a server: likewise."`
}

// Run audits and says what was proven.
func (a *auditing) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) error {
	report, err := audit.Run(ctx, audit.Config{Origin: a.Origin, LogKey: a.LogKey, Checkpoint: a.Checkpoint,
		Blocks: a.Blocks, Fabric: a.Fabric, Database: a.Database, URL: a.URL, Log: log})
	if err != nil {
		return verdict(err)
	}
	_, err = io.WriteString(stdout, report.Text(chinese()))
	return err
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
	config := o.config(log)
	config.Keeper = o.folder.Published()
	done, err := book.CatchUp(ctx, config, from, func(index int64) { fmt.Fprintln(stdout, index) })
	if done != nil {
		log.Info("records were brought back", "from", done.From, "upto", done.Upto, "without their sealed words", done.Lost)
	}
	if err == nil {
		err = o.folder.CaughtUp()
	}
	return err
}

// imports are the commands that read lists into the book. They may run beside a server.
type imports struct {
	Donations    importDonations    `cmd:"" help:"Gifts of money, or other income."`
	Expenditures importExpenditures `cmd:"" help:"Payments."`
	Goods        importGoods        `cmd:"" help:"Things that were given, or handed out. What is new is registered by its name and unit."`
}

type importList struct {
	place
	intake.Flags
}

type importDonations struct{ importList }

// Run imports gifts.
func (l *importDonations) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) error {
	return l.run(ctx, intake.Donations, stdout, log)
}

type importExpenditures struct{ importList }

// Run imports payments.
func (l *importExpenditures) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) error {
	return l.run(ctx, intake.Expenditures, stdout, log)
}

type importGoods struct{ importList }

// Run imports goods.
func (l *importGoods) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) error {
	return l.run(ctx, intake.Goods, stdout, log)
}

func (l *importList) run(ctx context.Context, kind intake.Kind, stdout io.Writer, log *slog.Logger) (err error) {
	o, err := l.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	_, err = intake.Import(ctx, kind, l.Flags, intake.Parts{Book: o.config(log), Store: o.store, Profiles: filepath.Join(l.Data, "profiles"),
		Out: stdout, Terminal: os.Stderr, Chinese: chinese()})
	return err
}

// chinese says whether the terminal speaks Chinese.
func chinese() bool { return strings.HasPrefix(os.Getenv("LANG"), "zh") }

// reconcile holds claims against the book.
type reconcile struct {
	place
	intake.ReconcileFlags
}

// Run compares, and records the claims if it is told to.
func (r *reconcile) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	o, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	_, err = intake.CompareClaims(ctx, r.ReconcileFlags, intake.ReconcileParts{Book: o.config(log), Store: o.store, Profiles: filepath.Join(r.Data, "profiles"),
		Out: stdout, Chinese: chinese()})
	return err
}

// verifying checks what somebody has in hand.
type verifying struct {
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
func (v *verifying) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	trust, err := verify.ParseTrust(v.LogKey, v.Witness, v.Quorum)
	if err != nil {
		return verdict(err)
	}
	closeLedger, err := v.ledger(ctx, &trust, log)
	if err != nil {
		return verdict(err)
	}
	defer func() { err = errors.Join(err, closeLedger()) }()
	report, err := verify.Run(ctx, v.What, verify.Options{Record: v.Record, Log: v.Log, Project: v.Project}, trust)
	if report != nil {
		language := "en"
		if chinese() {
			language = "zh-Hans"
		}
		err = errors.Join(err, report.Write(stdout, language))
	}
	return verdict(err)
}

// ledger opens the permissioned ledger that is to be asked, if any.
func (v *verifying) ledger(ctx context.Context, t *verify.Trust, log *slog.Logger) (func() error, error) {
	place := "blocks:" + v.Blocks
	switch {
	case v.Fabric != "":
		place = "fabric:" + v.Fabric
	case v.Blocks == "":
		return func() error { return nil }, nil
	}
	blocks, closeBlocks, err := audit.OpenBlocks(ctx, place, t.Log.Name(), log)
	t.Ledger = &verify.Ledger{Blocks: blocks, Name: cmp.Or(v.Fabric, v.Blocks)}
	return closeBlocks, err
}

// backingUp makes a backup.
type backingUp struct {
	place
	File     string `arg:"" help:"The file to make; - writes to standard output, to be encrypted on its way."`
	WithKey  bool   `help:"The log's signing key, the secret of its look-ups and the embedded ledger's keys go with it. Who has them can sign in the log's name."`
	Files    bool   `help:"The files of evidence go with it." default:"true" negatable:""`
	Evidence string `help:"Where files of evidence lie, as for serve; the data folder if left out."`
}

// Run makes the backup. It may run beside a server.
func (u *backingUp) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	o, err := u.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	c := backup.Config{Folder: o.folder, Store: o.store, WithKey: u.WithKey, Program: programVersion(), Now: time.Now}
	if u.Files {
		if c.Files, err = evidence.Open(ctx, cmp.Or(u.Evidence, o.folder.Evidence())); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.Files.Close()) }()
	}
	var made *backup.Manifest
	if u.File == "-" {
		made, err = backup.Write(ctx, stdout, c)
	} else {
		made, err = backup.Save(ctx, u.File, c)
	}
	if err != nil {
		return err
	}
	for _, hash := range made.Damaged {
		log.Error("a file of evidence is damaged or missing and is not in the backup", "hash", hash)
	}
	log.Info("the backup is made", "records", made.Size, "files", len(made.Files), "with keys", made.WithKey)
	return nil
}

// restoring makes a book of a backup.
type restoring struct {
	File     string `arg:"" help:"The backup." type:"existingfile"`
	Data     string `help:"The data folder: a new one, or one whose database was lost. Its keys are put there first, if the backup comes without them." default:"mingzhang-data" type:"path"`
	Database string `help:"sqlite:FILE or postgres://…, empty; a file in the data folder if left out."`
	Evidence string `help:"Where files of evidence are to lie; the data folder if left out."`
	Last     bool   `help:"The server had stopped when the backup was made, and nothing was recorded since: no catch-up is needed."`
}

// Run restores, and says what is to be done next.
func (r *restoring) Run(ctx context.Context, stdout io.Writer) error {
	done, err := backup.Restore(ctx, r.File, backup.Target{Data: r.Data, Database: r.Database, Evidence: r.Evidence, Last: r.Last})
	if err != nil {
		return err
	}
	say := func(zh, en string, args ...any) {
		if chinese() {
			en = zh
		}
		fmt.Fprintf(stdout, en+"\n", args...)
	}
	say("已恢复日志 %[1]s 的 %[2]d 条记录（备份于 %[3]s）。", "%[2]d records of the log %[1]s are restored, as they were at %[3]s.", done.Origin, done.Size, done.Made.Format(time.RFC3339))
	if done.Published > done.Size {
		say("日志已公布到 %d 条记录。", "The log was published up to %d records.", done.Published)
	}
	if !r.Last {
		say("备份之后的记录须先补齐：mingzhang catch-up 来源（日志的镜像，或 blocks:%[1]s）。在此之前服务器不会启动。", "Bring back what was recorded since: mingzhang catch-up SOURCE (a mirror of the log, or blocks:%s). No server starts before that.", done.Folder.Ledger())
	}
	return nil
}

type version struct{}

// Run prints the version that the binary was built from.
func (version) Run(stdout io.Writer) error {
	_, err := fmt.Fprintln(stdout, "mingzhang", programVersion())
	return err
}

func programVersion() string {
	v := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		v = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v += " " + s.Value
			}
		}
	}
	return v
}

// tour serves the accounts of a made city.
type tour struct {
	Listen string `help:"Address to listen on." default:"127.0.0.1:8080"`
	Data   string `help:"Folder of the sample, filled on first use; mingzhang-demo in the user's cache folder if left out." type:"path"`
}

// Run fills the folder, unless it is filled, and serves it until the context ends.
func (d *tour) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) error {
	dir := d.Data
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("there is no cache folder, so give one with --data: %w", err)
		}
		dir = filepath.Join(cache, "mingzhang-demo")
	}
	city, err := demo.Load(ctx, dir, time.Now(), log)
	if err != nil {
		return err
	}
	var key strings.Builder
	create := createKey{place: place{Data: dir}, Role: ledger.Platform, Label: "demo", Expires: 24 * time.Hour}
	if err := create.Run(ctx, &key, log); err != nil {
		return err
	}
	v := serve{place: place{Data: dir}, Listen: d.Listen, Anchor: "local"}
	v.ready = func(stdout io.Writer, url string) { d.guide(stdout, url, city, strings.TrimSpace(key.String())) }
	return v.Run(ctx, stdout, log)
}

// guide says where to look.
func (d *tour) guide(stdout io.Writer, url string, city *sample.City, key string) {
	fmt.Fprintf(stdout, "\nThe accounts of %s are made up, as are all names in them. 账目、机构与人名均为虚构。\n\n", city.Name)
	for _, place := range [][2]string{
		{"/", "overview 总览"},
		{fmt.Sprint("/projects/", city.Showcase.Joint), "a joint campaign 联合劝募"},
		{fmt.Sprint("/projects/", city.Showcase.Relief), "an emergency, with goods 应急救援与物资"},
		{"/receipts/" + city.Showcase.Receipt, "a gift, followed to what it paid for 一笔捐赠的去向"},
		{"/docs/", "the interface 接口文档"},
	} {
		fmt.Fprintf(stdout, "%-62s %s\n", url+place[0], place[1])
	}
	fmt.Fprintf(stdout, "\nA key of the platform, good for a day 平台密钥，一天内有效:\n%s\n", key)
}
