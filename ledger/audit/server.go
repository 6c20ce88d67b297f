package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
)

// Server is a book as a running server shows it: the log by its tiles, statements by
// its API. What it sends is bounded: a file of the log by what such a file can hold, a
// statement by maxStatement.
type Server struct {
	ctx   context.Context
	web   *mirror.Web
	log   *mirror.Mirror
	spool *spool // records that later ones may refer to; nil where nobody asks for them

	mu  sync.Mutex // a server is asked for one range at a time
	end End        // as it was last asked
}

// maxStatement bounds a statement: one in 10,000 assets takes half of it.
const maxStatement = 32 << 20

// OpenServer names a server by its address. It is asked until the context ends.
func OpenServer(ctx context.Context, address string) (*Server, error) {
	base, err := url.Parse(address)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("%q is no address of a server (https://…)", address)
	}
	web := mirror.NewWeb(base)
	return &Server{ctx: ctx, web: web, log: mirror.Over(web)}, nil
}

// Keep has records kept in a file until Close: RecordsAt needs them.
func (s *Server) Keep() (err error) {
	s.spool, err = newSpool()
	return err
}

// Close removes what was kept.
func (s *Server) Close() error {
	if s.spool == nil {
		return nil
	}
	return s.spool.close()
}

// Name implements Book.
func (*Server) Name() string { return "server" }

// Key gives the log's verifier key as the server names it.
func (s *Server) Key(ctx context.Context) (string, error) {
	data, err := s.web.Get(ctx, "log.pub", nil, 1000)
	return strings.TrimSuffix(string(data), "\n"), err
}

// End implements Book. Who signed the checkpoint is for the audit to see.
func (s *Server) End(ctx context.Context) (End, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ask(ctx)
}

func (s *Server) ask(ctx context.Context) (End, error) {
	msg, err := s.log.Checkpoint(ctx)
	if err != nil {
		return End{}, err
	}
	text, _, _ := strings.Cut(string(msg), "\n\n")
	cp, err := proof.ParseCheckpoint(text + "\n")
	s.end = End{cp.Size, cp.Root, msg}
	return s.end, err
}

// Range implements Book.
func (s *Server) Range(ctx context.Context, from, n int64) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if from+n > s.end.Size { // the ledger may have gone on meanwhile, and the server too
		if _, err := s.ask(ctx); err != nil {
			return nil, err
		}
	}
	if s.spool == nil {
		return s.log.Range(ctx, from, n, s.end.Size)
	}
	if kept := s.spool.size(); from < kept {
		return s.spool.rangeOf(from, min(n, kept-from))
	}
	records, err := s.log.Range(ctx, from, n, s.end.Size)
	if err == nil && from == s.spool.size() {
		err = s.spool.add(records)
	}
	return records, err
}

// RecordsAt implements Book.
func (s *Server) RecordsAt(_ context.Context, indices []int64) ([][]byte, error) {
	return s.spool.at(indices)
}

// ReadTile implements proof.TileReader.
func (s *Server) ReadTile(t proof.Tile) ([]byte, error) { return s.log.Tiles(s.ctx).ReadTile(t) }

// Statement implements Book. A project that the server does not know has an empty one.
func (s *Server) Statement(ctx context.Context, scope account.Scope, from, upto ledger.Date, at int64) (*account.Statement, error) {
	query := url.Values{"at": {fmt.Sprint(at)}}
	for name, day := range map[string]ledger.Date{"from": from, "to": upto} {
		if day != "" {
			query.Set(name, string(day))
		}
	}
	data, err := s.web.Get(ctx, fmt.Sprintf("v1/projects/%d/statement", scope.Project), query, maxStatement)
	if errors.Is(err, os.ErrNotExist) {
		return &account.Statement{Scope: scope, At: at}, nil
	}
	if err != nil {
		return nil, err
	}
	st := &account.Statement{}
	if err := json.Unmarshal(data, st); err != nil {
		return nil, fmt.Errorf("the server's answer is no statement: %w", err)
	}
	if st.Scope.Project != scope.Project || st.At != at {
		return nil, fmt.Errorf("the server gives the statement of project %d at %d for that of project %d at %d", st.Scope.Project, st.At, scope.Project, at)
	}
	return st, nil
}
