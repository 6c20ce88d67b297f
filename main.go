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
	"net/netip"
	"net/url"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/sync/errgroup"
	"golang.org/x/text/language"

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
	"mingzhang/ledger/proof"
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

// terminal is the language of the terminal.
func terminal() language.Tag {
	if strings.HasPrefix(os.Getenv("LANG"), "zh") {
		return language.SimplifiedChinese
	}
	return language.English
}

// sentence is an error in the language of the terminal.
func sentence(err error) string {
	var refusal *ledger.Error
	if errors.As(err, &refusal) && terminal() == language.SimplifiedChinese {
		return refusal.Zh
	}
	return err.Error()
}

// commands are everything the program does. Every flag is an environment variable as
// well: --database is MINGZHANG_DATABASE. A command's flags and its body live with its
// noun; here are those that join all parts.
type commands struct {
	Serve     serve                   `cmd:"" help:"Serve the API and the public pages."`
	Demo      tour                    `cmd:"" help:"Serve the made accounts of a city, on embedded defaults."`
	Keys      keys                    `cmd:"" help:"API keys."`
	Audit     audit.Command           `cmd:"" help:"Check a whole log from its first record on: from the permissioned ledger's blocks, a database, a server. Exit code 0: proven, 1: refuted, 2: could not check."`
	Verify    verify.Command          `cmd:"" help:"Check a receipt, a record, an exported list or a whole log, offline or on a server, against the log's public key. Exit code 0: proven, 1: refuted, 2: could not check."`
	Backup    backup.Command          `cmd:"" help:"Put the whole book into one file, while it is served."`
	Restore   backup.RestoreCommand   `cmd:"" help:"Make a book of a backup. Then bring back what was recorded since, with catch-up."`
	CatchUp   backup.CatchUpCommand   `cmd:"" help:"Bring a restored database to the head of its log."`
	Import    intake.Commands         `cmd:"" help:"Read real lists into the book: CSV or XLSX, from a bank, a payment platform or a hand-kept sheet. Exit code 0: everything is in, 1: rows were refused, or the total is not the one expected."`
	Reconcile intake.ReconcileCommand `cmd:"" help:"Hold published totals against the book, per day and in all. Exit code 0: they agree, 1: they differ."`
	Version   version                 `cmd:"" help:"Print the version."`
}

// run reads the command and does it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var c commands
	shown := false // the help: all that was asked for
	parser, err := kong.New(&c, kong.Name("mingzhang"), kong.Description("明账: an open book for public fundraising."),
		kong.DefaultEnvars("MINGZHANG"), kong.Writers(stdout, stderr), kong.Exit(func(int) { shown = true }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(stdout, (*io.Writer)(nil)),
		kong.Bind(slog.New(slog.NewTextHandler(stderr, nil)), terminal(), backup.Program(programVersion())))
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
	err = command.Run()
	if name := command.Selected().Name; name == "audit" || name == "verify" {
		return verdict(err)
	}
	return err
}

// serve is the server.
type serve struct {
	folder.Place
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
	if err := errors.Join(checkListen(v.Listen), checkURL(v.URL), checkProxies(v.Proxies)); err != nil {
		return err
	}
	o, err := v.Make(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	metrics := api.NewMetrics()
	config := o.Config(log)
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
		v.Evidence = o.Folder.Evidence()
	}
	files, err := evidence.Open(ctx, v.Evidence)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	who, err := access.New(access.Config{Keys: o.Store, Secret: o.Secret, Log: log})
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
		return ledger.Refuse(ledger.Unavailable, "listen-failed", "listen", "无法在 %s 上监听：%v", "cannot listen on %s: %v", v.Listen, err)
	}
	if v.URL == "" {
		v.URL = "http://" + listener.Addr().String()
	}
	site, err := explorer.New(explorer.Config{Book: &pages{o.Store, b}, Anchors: shown{loop}, Origin: o.Origin, LogKey: o.LogKey,
		URL: strings.TrimSuffix(v.URL, "/"), Lists: api.Dictionary(), Log: log})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	handler, err := api.New(api.Config{Pages: site, Book: b, Store: o.Store, Evidence: files, Access: who, Metrics: metrics, Anchors: anchors{loop}, Witnesses: witnesses, Writable: o.Writable,
		Limits: access.NewLimits(access.DefaultRates(), time.Now), LogKey: o.LogKey, URL: strings.TrimSuffix(v.URL, "/"), Proxies: v.Proxies, Log: log})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return who.Run(ctx) })
	group.Go(func() error { loop.Run(ctx); return nil })
	group.Go(func() error { return api.Serve(ctx, listener, handler, log) })
	debug.FreeOSMemory() // a third of what is held now was for starting
	fmt.Fprintln(stdout, v.URL)
	if v.ready != nil {
		v.ready(stdout, v.URL)
	}
	return group.Wait()
}

// checkListen refuses what is no address to listen on, before anything is opened or made.
func checkListen(listen string) error {
	_, port, err := net.SplitHostPort(listen)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		return ledger.Refuse(ledger.Invalid, "listen-unreadable", "listen",
			"--listen 应为“主机:端口”，如 127.0.0.1:8080 或 :8080，而不是 %q", "--listen is a host and a port, as in 127.0.0.1:8080 or :8080, and not %q", listen)
	}
	return nil
}

// checkURL refuses what cannot be the beginning of a link: it goes into receipts and QR
// codes, which nobody can put right later. The pages lie at the root of their server.
func checkURL(text string) error {
	u, err := url.Parse(text)
	if text == "" || err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && strings.TrimSuffix(text, "/") == u.Scheme+"://"+u.Host {
		return nil
	}
	return ledger.Refuse(ledger.Invalid, "url-unreadable", "url",
		"--url 应为公众访问本服务器的网址，不带路径，如 https://mingzhang.example，而不是 %q", "--url is where the public reaches this server, without a path, as in https://mingzhang.example, and not %q", text)
}

// checkProxies refuses what is no address and no network: by it visitors are told apart.
func checkProxies(proxies []string) error {
	for _, p := range proxies {
		a, noAddress := netip.ParseAddr(p)
		if _, noNetwork := netip.ParsePrefix(p); (noAddress != nil || a.Zone() != "") && noNetwork != nil {
			return ledger.Refuse(ledger.Invalid, "proxy-unreadable", "proxies",
				"--proxies 应为代理的 IP 地址或网段，以逗号分隔，如 10.0.0.2,192.168.0.0/16，而不是 %q", "--proxies are IP addresses or networks with commas between them, as in 10.0.0.2,192.168.0.0/16, and not %q", p)
		}
	}
	return nil
}

// witnesses makes ready to ask those that the flags name.
func (v *serve) witnesses(o *folder.Opened, log *slog.Logger) (*witness.Client, error) {
	all, err := witness.ParseAll(o.Origin, v.Witness)
	if err != nil {
		return nil, err
	}
	return witness.Open(witness.Config{Witnesses: all, Quorum: v.Quorum, Origin: o.Origin, Log: o.Verifier,
		Store: o.Store, Dir: o.Witnesses(), Logger: log})
}

// anchor opens the permissioned ledger and makes the loop that carries records to it.
func (v *serve) anchor(ctx context.Context, o *folder.Opened, b *book.Book, log *slog.Logger) (*anchor.Loop, func() error, error) {
	to, closeLedger, err := v.ledger(ctx, o, log)
	if err != nil {
		return nil, nil, err
	}
	return anchor.New(anchor.Config{Store: o.Store, Ledger: to, Origin: b.Origin, Verifier: b.Verifier, Checkpoint: b.Checkpoint, Log: log,
		Sign: b.Sign}), closeLedger, nil
}

// ledger opens the permissioned ledger that the flag names. On the embedded one the log
// is registered by itself; on a consortium's, by its members.
func (v *serve) ledger(ctx context.Context, o *folder.Opened, log *slog.Logger) (anchor.Ledger, func() error, error) {
	if profile, ok := strings.CutPrefix(v.Anchor, "fabric:"); ok {
		c, err := fabric.Open(ctx, fabric.Config{Profile: profile, Origin: o.Origin, Log: log})
		if err != nil {
			return nil, nil, err
		}
		return c, c.Close, nil
	}
	if v.Anchor != "local" {
		return nil, nil, fmt.Errorf("%q is no permissioned ledger: local or fabric:PROFILE", v.Anchor)
	}
	l, err := local.Open(ctx, o.Ledger(), local.Config{Origin: o.Origin, Log: log})
	if err != nil {
		return nil, nil, err
	}
	if err := l.Register(ctx, o.LogKey); err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	return l, l.Close, nil
}

// anchors shows a loop to the API.
type anchors struct{ *anchor.Loop }

var _ api.Agreements = anchors{} // an exception is recorded once the ledger has it

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

// keys are the commands about API keys.
type keys struct {
	Create access.CreateCommand `cmd:"" help:"Make an API key and print it, alone."`
	Rotate folder.RotateCommand `cmd:"" help:"Begin to change the key that the log signs with, and print the next one: the server, started anew, signs with both. With --finish the next one takes the old one's place."`
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
	if err := checkListen(d.Listen); err != nil {
		return err
	}
	if d.Data == "" {
		dir, err := demo.Dir()
		if err != nil {
			return err
		}
		d.Data = dir
	}
	city, err := demo.Load(ctx, d.Data, time.Now(), log)
	if err != nil {
		return err
	}
	place := folder.Place{Data: d.Data}
	var key strings.Builder
	create := access.CreateCommand{Place: place, Role: ledger.Platform, Label: "demo", Expires: 24 * time.Hour}
	if err := create.Run(ctx, &key, log); err != nil {
		return err
	}
	v := serve{Place: place, Listen: d.Listen, Anchor: "local"}
	v.ready = func(stdout io.Writer, url string) { demo.Guide(stdout, url, city, strings.TrimSpace(key.String())) }
	return v.Run(ctx, stdout, log)
}
