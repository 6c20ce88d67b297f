package backup_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/backup"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/folder"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

var quiet = slog.New(slog.DiscardHandler)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, what string, err error, code string) {
	t.Helper()
	if !errors.Is(err, &ledger.Error{Code: code}) {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

// A book that is made once; each test works on a copy. That every kind of row comes back
// is proven in package store.
var (
	once    sync.Once
	made    string
	trouble error
	small   scene
)

// scene is a folder and what of its book the tests speak of.
type scene struct {
	dir                     string
	platform, project, gift int64
}

func TestMain(m *testing.M) {
	if made, trouble = os.MkdirTemp("", "backup"); trouble == nil {
		defer os.RemoveAll(made)
	}
	m.Run()
}

// aBook is a book with some hundred records, a file and an embedded ledger.
func aBook(t *testing.T) scene {
	t.Helper()
	once.Do(func() { small = makeBook(t, filepath.Join(made, "small")) })
	must(t, trouble)
	return small.copied(t)
}

// copied gives a copy to work on.
func (s scene) copied(t *testing.T) scene {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	must(t, os.CopyFS(dir, os.DirFS(s.dir)))
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			err = os.Chmod(path, 0o600)
		}
		return err
	}))
	s.dir = dir
	return s
}

func makeBook(t *testing.T, dir string) scene {
	t.Helper()
	_, err := folder.Open(dir, "mingzhang.example/small")
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "city.json"), []byte("{}\n"), 0o600))
	p := open(t, dir, "")
	_, err = p.files.Put(t.Context(), strings.NewReader("%PDF-1.7\nan invoice\n%%EOF\n"), "")
	must(t, err)
	b, err := book.Open(t.Context(), p.config())
	must(t, err)
	s := scene{dir: dir, project: 2}
	ask := func(what any) int64 {
		a, err := b.Submit(t.Context(), book.Request{By: ledger.Author{Org: 0, Key: "p1"}, What: what})
		must(t, err)
		return a.Index
	}
	ask(book.RegisterOrganization{USCC: "51440100000000001B", Name: "某平台", Kind: ledger.Platform})
	ask(book.RegisterOrganization{USCC: "51440100000000002E", Name: "甲慈善会", Kind: ledger.Charity, PublicFundraising: true})
	ask(book.RegisterProject{Organization: "51440100000000002E", Name: "课桌", Kind: ledger.Fund, Cause: "education", Place: "440100"})
	for n := range int64(300) {
		s.gift = ask(s.giving(n + 1).What)
	}
	l, err := local.Open(t.Context(), p.folder.Ledger(), local.Config{Origin: p.folder.Origin, Log: quiet})
	must(t, err)
	must(t, l.Register(t.Context(), p.folder.LogKey))
	must(t, l.Close())
	carryOn(t, p, b)
	must(t, b.Close())
	must(t, p.store.Close())
	return s
}

// place is an open book.
type place struct {
	folder *folder.Folder
	store  *store.Store
	files  *evidence.Store
}

func open(t *testing.T, dir, database string) *place {
	t.Helper()
	f, err := folder.Open(dir, "")
	must(t, err)
	if database == "" {
		database = "sqlite:" + f.Database()
	}
	s, err := store.Open(t.Context(), database)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	files, err := evidence.Open(t.Context(), f.Evidence())
	must(t, err)
	t.Cleanup(func() { files.Close() })
	return &place{f, s, files}
}

func (p *place) config() book.Config {
	return book.Config{Store: p.store, Origin: p.folder.Origin, Secret: p.folder.Secret, Signer: p.folder.Signer, Verifier: p.folder.Verifier,
		Keeper: p.folder.Keeper(), Log: quiet}
}

func (p *place) book(t *testing.T) *book.Book {
	t.Helper()
	b, err := book.Open(t.Context(), p.config())
	must(t, err)
	t.Cleanup(func() { b.Close() })
	return b
}

func (p *place) save(t *testing.T, withKey bool) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "book.backup")
	_, err := backup.Save(t.Context(), name, backup.Config{Folder: p.folder, Store: p.store, Files: p.files, WithKey: withKey, Program: "test", Now: time.Now})
	must(t, err)
	return name
}

// giving is a gift that the platform records.
func (s scene) giving(amount int64) book.Request {
	return book.Request{By: ledger.Author{Org: s.platform, Key: "p1"}, What: book.Income{PoolRef: book.PoolRef{Project: s.project}, Asset: "CNY", Amount: amount,
		Occurred: string(ledger.Day(time.Now().UTC())), Channel: "bank", Donor: &book.Party{Kind: ledger.Person, Name: "某人", Display: "某*"}, Note: "后来的"}}
}

// TestWhole: what was backed up is restored: the database to the last row, every file,
// and a book that goes on.
func TestWhole(t *testing.T) {
	at := aBook(t)
	p := open(t, at.dir, "")
	name := p.save(t, true)
	info, err := os.Stat(name)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("others can read the backup: %v", info.Mode())
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(name), ".*")); len(left) > 0 {
		t.Errorf("beside it lie %v", left)
	}
	want := rowsOf(t, p.store)
	for _, database := range []string{"", pgtest.DSN(t)} {
		dir := filepath.Join(t.TempDir(), "new", "data")
		done, err := backup.Restore(t.Context(), name, backup.Target{Data: dir, Database: database, Last: true})
		must(t, err)
		again := open(t, dir, database)
		if got := rowsOf(t, again.store); got != want {
			t.Errorf("%d bytes of rows were restored, of %d", len(got), len(want))
		}
		for _, rel := range filesOf(t, p.folder.Dir()) {
			a, err := os.ReadFile(filepath.Join(p.folder.Dir(), rel))
			must(t, err)
			b, err := os.ReadFile(filepath.Join(dir, rel))
			if err != nil || !bytes.Equal(a, b) {
				t.Errorf("%s is not what it was: %v", rel, err)
			}
		}
		b := again.book(t)
		a, err := b.Submit(t.Context(), at.giving(100))
		must(t, err)
		if a.Index != done.Size || done.Published != done.Size {
			t.Errorf("the book goes on at %d, want %d (published %d)", a.Index, done.Size, done.Published)
		}
		carryOn(t, again, b)
	}
}

// carryOn has the embedded ledger go on from its restored blocks.
func carryOn(t *testing.T, p *place, b *book.Book) {
	t.Helper()
	l, err := local.Open(t.Context(), p.folder.Ledger(), local.Config{Origin: p.folder.Origin, Log: quiet})
	must(t, err)
	defer l.Close()
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	loop := anchor.New(anchor.Config{Store: p.store, Ledger: l, Origin: p.folder.Origin, Verifier: p.folder.Verifier, Checkpoint: b.Checkpoint, Log: quiet,
		Sign: func(cp proof.Checkpoint) ([]byte, error) { return proof.Sign(cp, p.folder.Signer) }})
	done := make(chan struct{})
	go func() { defer close(done); loop.Run(ctx) }()
	for {
		s, err := loop.Standing(ctx)
		if err != nil || s.Alarm != "" {
			t.Errorf("the ledger does not go on: %+v, %v", s, err)
		}
		if s.Lag == 0 || err != nil || s.Alarm != "" {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	<-done
}

// filesOf lists what of a folder is to be there again.
func filesOf(t *testing.T, dir string) (all []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		if err == nil && e.Type().IsRegular() && !strings.HasPrefix(rel, "book.db") && !strings.HasPrefix(rel, "ledger/state.db") && !strings.HasSuffix(rel, ".lock") {
			all = append(all, rel)
		}
		return err
	}))
	if !slices.Contains(all, "city.json") || len(all) < 8 {
		t.Fatalf("the folder has only %v", all)
	}
	return all
}

// rowsOf gives all rows of a database as text.
func rowsOf(t *testing.T, s *store.Store) string {
	t.Helper()
	var text rows
	must(t, s.Dump(t.Context(), &text))
	return text.String()
}

type rows struct{ strings.Builder }

func (r *rows) Begin(version int, head book.Head, _ []store.Table) error {
	fmt.Fprintln(r, version, head)
	return nil
}

func (r *rows) Row(t *store.Table, cells []any) error {
	fmt.Fprintln(r, t.Name, cells)
	return nil
}

// TestKeys: without being asked, a backup holds nothing that signs, and is restored only
// where the right keys are.
func TestKeys(t *testing.T) {
	p := open(t, aBook(t).dir, "")
	name := p.save(t, false)
	plain := unzip(t, name)
	for _, file := range []string{"log.key", "secret", "ledger/keys/node", "ledger/keys/platform", "ledger/keys/regulator"} {
		key, err := os.ReadFile(filepath.Join(p.folder.Dir(), file))
		must(t, err)
		key, _, _ = bytes.Cut(key, []byte("\n"))
		if bytes.Contains(plain, key) || bytes.Contains(plain, []byte("/"+file)) {
			t.Errorf("the backup holds %s", file)
		}
	}
	dir := filepath.Join(t.TempDir(), "data")
	restore := func() error {
		_, err := backup.Restore(t.Context(), name, backup.Target{Data: dir, Last: true})
		return err
	}
	wantCode(t, "no keys", restore(), "keys-missing")
	give := func(file string) {
		data, err := os.ReadFile(filepath.Join(p.folder.Dir(), file))
		must(t, err)
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o700))
		must(t, os.WriteFile(filepath.Join(dir, file), data, 0o600))
	}
	give("log.key")
	wantCode(t, "no secret", restore(), "keys-missing")
	must(t, os.WriteFile(filepath.Join(dir, "secret"), bytes.Repeat([]byte{1}, 32), 0o600))
	for _, key := range []string{"node", "platform", "regulator"} {
		give("ledger/keys/" + key)
	}
	wantCode(t, "another secret", restore(), "keys-other")
	give("secret")
	must(t, os.Rename(filepath.Join(dir, "ledger/keys/node"), filepath.Join(dir, "ledger/keys/away")))
	wantCode(t, "no key of the ledger", restore(), "keys-missing")
	must(t, os.Rename(filepath.Join(dir, "ledger/keys/away"), filepath.Join(dir, "ledger/keys/node")))
	must(t, restore())
	again := open(t, dir, "")
	carryOn(t, again, again.book(t))
}

// TestOld: a backup that was made while the book was written is older than the log. It is
// noticed, the missing records come back, what was erased since stays erased, and the
// sealed words that are lost are named.
func TestOld(t *testing.T) {
	at := aBook(t)
	p := open(t, at.dir, "")
	b := p.book(t)
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	for range 4 {
		writing.Go(func() {
			for n := int64(1); ctx.Err() == nil; n++ {
				if _, err := b.Submit(context.Background(), at.giving(n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	name := p.save(t, true)
	stop()
	writing.Wait()
	erased := at.gift
	_, err := b.Submit(t.Context(), book.Request{By: ledger.Author{Org: at.platform, Key: "p1"}, What: book.Erase{Of: erased, Seal: record.Private, Basis: "pipl-47"}})
	must(t, err)
	must(t, b.Close())
	now, err := p.store.Head(t.Context())
	must(t, err)

	dir := filepath.Join(t.TempDir(), "data")
	done, err := backup.Restore(t.Context(), name, backup.Target{Data: dir})
	must(t, err)
	if done.Size >= now.Size {
		t.Fatalf("the backup has %d of %d records: nothing was written meanwhile", done.Size, now.Size)
	}
	again := open(t, dir, "")
	_, private, err := again.store.Openings(t.Context(), erased)
	must(t, err)
	if private == nil {
		t.Fatal("the backup does not have what was erased later")
	}
	_, err = book.Open(t.Context(), again.config())
	wantCode(t, "a book on a restored folder", err, "restore-unfinished")

	m, err := mirror.Open(copied(t, p, b.Checkpoint()))
	must(t, err)
	config := again.config()
	config.Keeper = again.folder.Published()
	var lost []int64
	caught, err := book.CatchUp(t.Context(), config, m, func(index int64) { lost = append(lost, index) })
	must(t, err)
	must(t, again.folder.CaughtUp())
	if caught.From != done.Size || caught.Upto != now.Size || int64(len(lost)) != now.Size-done.Size-1 {
		t.Errorf("brought back: %+v, lost %d; want the records from %d to %d", caught, len(lost), done.Size, now.Size)
	}
	if _, private, err = again.store.Openings(t.Context(), erased); err != nil || private != nil {
		t.Errorf("what was erased after the backup is there again: %q, %v", private, err)
	}
	if head, _ := again.store.Head(t.Context()); head != now {
		t.Errorf("the head is %+v, want %+v", head, now)
	}
	again.book(t)
}

// copied is the log as a mirror has it.
func copied(t *testing.T, p *place, checkpoint []byte) string {
	t.Helper()
	dir := t.TempDir()
	head, err := p.store.Head(t.Context())
	must(t, err)
	records, err := p.store.Range(t.Context(), 0, head.Size)
	must(t, err)
	for n := 0; n*proof.TileWidth < len(records); n++ {
		part := records[n*proof.TileWidth : min((n+1)*proof.TileWidth, len(records))]
		var bundle []byte
		for _, r := range part {
			bundle, err = proof.AppendEntry(bundle, r)
			must(t, err)
		}
		name := filepath.Join(dir, proof.Tile{Level: proof.BundleLevel, Number: int64(n), Width: len(part)}.Path())
		must(t, os.MkdirAll(filepath.Dir(name), 0o700))
		must(t, os.WriteFile(name, bundle, 0o600))
	}
	must(t, os.WriteFile(filepath.Join(dir, "checkpoint"), checkpoint, 0o600))
	return dir
}

// TestInPlace: where only the database was lost, the folder keeps what it knows: the
// later checkpoint, by which the old backup is noticed, and the ledger's blocks, from
// which the records come back.
func TestInPlace(t *testing.T) {
	at := aBook(t)
	p := open(t, at.dir, "")
	name := p.save(t, false)
	b := p.book(t)
	for n := range int64(30) {
		_, err := b.Submit(t.Context(), at.giving(n+1))
		must(t, err)
	}
	carryOn(t, p, b)
	must(t, b.Close())
	now, err := p.store.Head(t.Context())
	must(t, err)
	must(t, p.store.Close())
	dir := p.folder.Dir()
	wantCode(t, "beside the book", restoreError(t, name, backup.Target{Data: dir}), "database-taken")
	live := open(t, dir, "") // what was refused is not in its way
	must(t, live.book(t).Close())
	must(t, live.store.Close())
	for _, file := range []string{"book.db", "book.db-wal", "book.db-shm"} {
		os.Remove(filepath.Join(dir, file))
	}
	wantCode(t, "as if nothing were missing", restoreError(t, name, backup.Target{Data: dir, Last: true}), "backup-not-last")
	done, err := backup.Restore(t.Context(), name, backup.Target{Data: dir})
	must(t, err)
	if done.Published != now.Size || done.Size != now.Size-30 {
		t.Errorf("restored %d records of a log published up to %d, want %d and %d", done.Size, done.Published, now.Size-30, now.Size)
	}
	again := open(t, dir, "")
	config := again.config()
	config.Keeper = again.folder.Published()
	_, err = book.Open(t.Context(), config)
	wantCode(t, "an old backup", err, "store-behind")
	_, err = book.CatchUp(t.Context(), config, anchor.NewSource(local.Reader(again.folder.Ledger()), again.folder.Origin), nil)
	must(t, err)
	must(t, again.folder.CaughtUp())
	carryOn(t, again, again.book(t))
}

// TestInUse: nothing is restored into a folder that a program has open, whatever the
// database.
func TestInUse(t *testing.T) {
	at := aBook(t)
	name := open(t, at.dir, "").save(t, false)
	before := filesOf(t, at.dir)
	must(t, os.Remove(filepath.Join(at.dir, "city.json"))) // which the backup would put back
	used, err := folder.Place{Data: at.dir}.Open(t.Context())
	must(t, err)
	other := filepath.Join(t.TempDir(), "other.db")
	wantCode(t, "beside a server", restoreError(t, name, backup.Target{Data: at.dir, Database: "sqlite:" + other}), "folder-used")
	if store.There("sqlite:" + other) {
		t.Error("a database was made")
	}
	must(t, os.WriteFile(filepath.Join(at.dir, "city.json"), []byte("{}\n"), 0o600)) // nobody else did
	if after := filesOf(t, at.dir); !slices.Equal(after, before) {
		t.Errorf("the folder has %v, want %v", after, before)
	}
	must(t, used.Close())
	_, err = backup.Restore(t.Context(), name, backup.Target{Data: at.dir, Database: "sqlite:" + other})
	must(t, err)
}

// TestCovered: a folder that is held although its database lacks nothing is let go by a
// source that is behind, if it agrees as far as it goes. Where the folder knows no more
// than the backup did, there may be more.
func TestCovered(t *testing.T) {
	at, other := aBook(t), aBook(t)
	p, fork := open(t, at.dir, ""), open(t, other.dir, "")
	had, err := p.store.Head(t.Context())
	must(t, err)
	give := func(p *place, at scene, amounts ...int64) *book.Book {
		b := p.book(t)
		for _, amount := range amounts {
			_, err := b.Submit(t.Context(), at.giving(amount))
			must(t, err)
		}
		return b
	}
	must(t, give(p, at, 5, 6).Close()) // which the ledger does not know yet
	b := give(fork, other, 7)
	carryOn(t, fork, b)
	must(t, b.Close())
	for _, c := range []struct {
		name, code string
		size       int64 // of the backup
		ledger     string
	}{
		{"nothing is known beyond the backup", "source-behind", had.Size + 2, p.folder.Ledger()},
		{"the ledger has other records", "store-forked", had.Size, fork.folder.Ledger()},
		{"the ledger agrees", "", had.Size, p.folder.Ledger()},
	} {
		must(t, p.folder.CaughtUp())
		must(t, p.folder.Restoring(folder.Restored{Made: time.Now(), Size: c.size}))
		u := backup.CatchUpCommand{Place: folder.Place{Data: at.dir}, Source: "blocks:" + c.ledger}
		err := u.Run(t.Context(), io.Discard, quiet)
		if c.code != "" {
			wantCode(t, c.name, err, c.code)
		} else if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if mark, err := p.folder.Restored(); err != nil || (mark == nil) != (c.code == "") {
			t.Errorf("%s: the mark is %+v, %v", c.name, mark, err)
		}
	}
	carryOn(t, p, p.book(t))
}

func restoreError(t *testing.T, name string, to backup.Target) error {
	t.Helper()
	_, err := backup.Restore(t.Context(), name, to)
	if err == nil {
		t.Errorf("%+v was restored", to)
	}
	return err
}

// TestOtherLog: a backup is not restored into another log's folder.
func TestOtherLog(t *testing.T) {
	p := open(t, aBook(t).dir, "")
	name := p.save(t, true)
	dir := t.TempDir()
	_, err := folder.Open(dir, "mingzhang.example/other")
	must(t, err)
	wantCode(t, "another log", restoreError(t, name, backup.Target{Data: dir}), "origin-other")
	other := t.TempDir()
	_, err = folder.Open(other, p.folder.Origin)
	must(t, err)
	wantCode(t, "another key", restoreError(t, name, backup.Target{Data: other}), "keys-other")
}

// TestSaveRefused: a file is whole or not there, and none is overwritten.
func TestSaveRefused(t *testing.T) {
	p := open(t, aBook(t).dir, "")
	config := backup.Config{Folder: p.folder, Store: p.store, Files: p.files, Program: "test", Now: time.Now}
	dir := t.TempDir()
	name := filepath.Join(dir, "book.backup")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := backup.Save(ctx, name, config); !errors.Is(err, context.Canceled) {
		t.Errorf("called off: got %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("what was called off left %v", left)
	}
	must(t, os.WriteFile(name, []byte("x"), 0o600))
	_, err := backup.Save(t.Context(), name, config)
	wantCode(t, "over another file", err, "file-exists")
	if _, err := backup.Save(t.Context(), filepath.Join(dir, "no", "such"), config); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("into no folder: got %v", err)
	}
}

// TestDamagedEvidence: a file that rotted is named and keeps no backup from being made.
func TestDamagedEvidence(t *testing.T) {
	p := open(t, aBook(t).dir, "")
	found, err := filepath.Glob(filepath.Join(p.folder.Evidence(), "sha256", "*"))
	must(t, err)
	must(t, os.WriteFile(found[0], []byte("rot"), 0o600))
	var b bytes.Buffer
	m, err := backup.Write(t.Context(), &b, backup.Config{Folder: p.folder, Store: p.store, Files: p.files, Program: "test", Now: time.Now})
	must(t, err)
	if want := []string{"sha256:" + filepath.Base(found[0])}; !slices.Equal(m.Damaged, want) {
		t.Errorf("damaged: %v, want %v", m.Damaged, want)
	}
	m, err = backup.Write(t.Context(), io.Discard, backup.Config{Folder: p.folder, Store: p.store, Program: "test", Now: time.Now})
	must(t, err)
	if m.Evidence || slices.ContainsFunc(m.Files, func(f backup.File) bool {
		return strings.HasPrefix(f.Name, "evidence/") || strings.HasPrefix(f.Name, "folder/evidence/")
	}) {
		t.Error("the evidence was to be left out")
	}
}

func unzip(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	must(t, err)
	defer f.Close()
	zip, err := gzip.NewReader(f)
	must(t, err)
	data, err := io.ReadAll(zip)
	must(t, err)
	return data
}

// TestDamaged: whatever byte is changed or missing, nothing is written.
func TestDamaged(t *testing.T) {
	p := open(t, aBook(t).dir, "")
	name := p.save(t, true)
	good, err := os.ReadFile(name)
	must(t, err)
	refused := func(what string, data []byte) {
		t.Helper()
		bad, dir := filepath.Join(t.TempDir(), "bad"), filepath.Join(t.TempDir(), "data")
		must(t, os.WriteFile(bad, data, 0o600))
		_, err := backup.Restore(t.Context(), bad, backup.Target{Data: dir, Last: true})
		if ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("%s: got %v, want a refusal", what, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: something was written", what)
		}
	}
	for i := range 8 {
		data := bytes.Clone(good)
		place := 12 + i*(len(good)-40)/8
		data[place] ^= 0x10
		refused(fmt.Sprintf("byte %d", place), data)
	}
	for _, n := range []int{0, 1, 100, len(good) / 2, len(good) - 9, len(good) - 1} {
		refused(fmt.Sprintf("%d bytes", n), good[:n])
	}
	for what, change := range map[string]func(e *entries){
		"a file outside":       func(e *entries) { e.add("folder/../../evil", "x") },
		"an absolute file":     func(e *entries) { e.add("/etc/evil", "x") },
		"another folder":       func(e *entries) { e.add("elsewhere/evil", "x") },
		"a database file":      func(e *entries) { e.add("folder/book.db", "x") },
		"a held folder":        func(e *entries) { e.add("folder/restored", "x") },
		"a file twice":         func(e *entries) { e.add("folder/x", "x"); e.add("folder/x", "y") },
		"a link":               func(e *entries) { e.add("folder/link", ""); e.list[len(e.list)-1].link = "/etc/passwd" },
		"a row changed alone":  func(e *entries) { e.change("database/records.00000.jsonl", "donation", "donatiox", false) },
		"a missing entry":      func(e *entries) { e.drop("database/records.00000.jsonl", false) },
		"an entry more":        func(e *entries) { e.list = append(e.list, entry{name: "folder/more", data: []byte("x")}) },
		"something behind":     func(e *entries) { e.behind = true },
		"no manifest":          func(e *entries) { e.silent = true },
		"a record changed":     func(e *entries) { e.changeRecord() },
		"a manifest of others": func(e *entries) { e.manifest.Format = "x" },
	} {
		e := entriesOf(t, good)
		change(e)
		refusedInside(t, what, e.pack(t), name)
	}
}

// refusedInside: the archive is whole, but not one of ours; the database must stay empty.
func refusedInside(t *testing.T, what string, data []byte, good string) {
	t.Helper()
	bad, dir := filepath.Join(t.TempDir(), "bad"), filepath.Join(t.TempDir(), "data")
	must(t, os.WriteFile(bad, data, 0o600))
	_, err := backup.Restore(t.Context(), bad, backup.Target{Data: dir, Last: true})
	if ledger.KindOf(err) != ledger.Corrupt {
		t.Errorf("%s: got %v, want a refusal", what, err)
	}
	if _, err := os.Stat(dir); err == nil {
		if _, err := backup.Restore(t.Context(), good, backup.Target{Data: dir, Last: true}); err != nil {
			t.Errorf("%s left something in the way of a good backup: %v", what, err)
		}
	}
	for _, evil := range []string{filepath.Join(dir, "..", "evil"), filepath.Join(dir, "..", "..", "evil"), "/etc/evil"} {
		if _, err := os.Lstat(evil); err == nil {
			t.Errorf("%s: %s was written", what, evil)
		}
	}
}

// entries is a backup taken apart.
type entries struct {
	list           []entry
	manifest       backup.Manifest
	behind, silent bool
}

type entry struct {
	name string
	data []byte
	link string
}

func entriesOf(t *testing.T, data []byte) *entries {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(data))
	must(t, err)
	e, r := &entries{}, tar.NewReader(zip)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return e
		}
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		if h.Name == "manifest.json" {
			must(t, json.Unmarshal(content, &e.manifest))
			continue
		}
		e.list = append(e.list, entry{name: h.Name, data: content})
	}
}

func (e *entries) add(name, data string) {
	e.list = append(e.list, entry{name: name, data: []byte(data)})
	e.note()
}

// note has the manifest agree with the entries.
func (e *entries) note() {
	e.manifest.Files = nil
	for _, x := range e.list {
		sum := sha256.Sum256(x.data)
		e.manifest.Files = append(e.manifest.Files, backup.File{Name: x.name, Size: int64(len(x.data)), SHA256: hex.EncodeToString(sum[:])})
	}
}

func (e *entries) change(name, old, new string, agree bool) {
	for i := range e.list {
		if e.list[i].name == name {
			e.list[i].data = bytes.Replace(e.list[i].data, []byte(old), []byte(new), 1)
			if old != "" && !bytes.Contains(e.list[i].data, []byte(new)) { // the records are base64
				e.list[i].data[len(e.list[i].data)/2] ^= 1
			}
		}
	}
	if agree {
		e.note()
	}
}

func (e *entries) drop(name string, agree bool) {
	e.list = slices.DeleteFunc(e.list, func(x entry) bool { return x.name == name })
	if agree {
		e.note()
	}
}

// changeRecord changes one record and the manifest with it: the tree tells.
func (e *entries) changeRecord() {
	for i := range e.list {
		if e.list[i].name != "database/records.00000.jsonl" {
			continue
		}
		line, rest, _ := bytes.Cut(e.list[i].data, []byte("\n"))
		var cells []any
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		if d.Decode(&cells) != nil {
			panic("no row")
		}
		raw := []byte(cells[1].(string))
		for at := len(raw) / 2; ; at++ {
			if raw[at] != 'A' && raw[at] != 'B' {
				raw[at] = 'A'
				break
			}
		}
		cells[1] = string(raw)
		line, _ = json.Marshal(cells)
		e.list[i].data = append(append(line, '\n'), rest...)
	}
	e.note()
}

func (e *entries) pack(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	w := tar.NewWriter(zip)
	put := func(x entry) {
		h := &tar.Header{Name: x.name, Mode: 0o600, Size: int64(len(x.data)), Format: tar.FormatPAX}
		if x.link != "" {
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, x.link, 0
		}
		must(t, w.WriteHeader(h))
		_, err := w.Write(x.data[:h.Size])
		must(t, err)
	}
	for _, x := range e.list {
		put(x)
	}
	data, err := json.Marshal(e.manifest)
	must(t, err)
	if !e.silent {
		put(entry{name: "manifest.json", data: data})
	}
	if e.behind {
		put(entry{name: "folder/behind", data: []byte("x")})
	}
	must(t, w.Close())
	must(t, zip.Close())
	return b.Bytes()
}
