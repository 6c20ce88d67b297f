package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
)

// ask gives the witness's signature line. It may be asked twice, where the log did not
// know how far the witness was. A line is nil where another program that publishes the
// same log was faster.
func (a *asked) ask(ctx context.Context, r *round) ([]byte, error) {
	for range 2 {
		if a.size > r.cp.Size {
			return nil, a.ahead(ctx, a.size)
		}
		said, err := a.post(ctx, r)
		if err != nil {
			return nil, err
		}
		switch said.status {
		case http.StatusOK:
			return a.signed(r, said.body)
		case http.StatusUnprocessableEntity:
			return nil, fork(a.Name(), a.size)
		case http.StatusConflict:
		default:
			return nil, fmt.Errorf("the witness answered %d", said.status)
		}
		size, ok := said.size()
		switch {
		case !ok:
			return nil, errors.New("the witness does not say how far it is")
		case size == a.size && size == r.cp.Size:
			return nil, fork(a.Name(), size)
		case size == a.size:
			return nil, fmt.Errorf("the witness is at %d records and takes no proof from there", size)
		case size > r.cp.Size:
			return nil, a.ahead(ctx, size)
		}
		a.size = size
	}
	return nil, errors.New("the witness is elsewhere each time it is asked")
}

// ahead tells whether a witness that has seen more than the checkpoint has seen more
// than there is. Another program on the same store may just be further.
func (a *asked) ahead(ctx context.Context, size int64) error {
	head, err := a.client.Store.Head(ctx)
	if err != nil || size <= head.Size {
		return err
	}
	return ledger.Refuse(ledger.Corrupt, "witness-ahead", "", "见证人 %s 已见过 %d 条记录，而数据库只有 %d 条：数据库被回滚或换成了旧备份，请先用 catch-up 补齐",
		"the witness %s has seen %d records, but the database has %d: it was rolled back or is an old backup, so bring the missing ones back first (catch-up)", a.Name(), size, head.Size)
}

func fork(name string, size int64) error {
	return ledger.Refuse(ledger.Corrupt, "witness-fork", "", "见证人 %s 见过的日志（前 %d 条记录）与本数据库不同", "the witness %s has seen another log: its first %d records are not those of this database", name, size)
}

// contradicts says whether an error is a witness's word against the database.
func contradicts(err error) bool {
	return errors.Is(err, &ledger.Error{Code: "witness-ahead"}) || errors.Is(err, &ledger.Error{Code: "witness-fork"})
}

// signed takes the witness's own line out of an answer, ignores those of keys that
// nobody knows, and keeps the checkpoint with it.
func (a *asked) signed(r *round, body []byte) ([]byte, error) {
	text := r.cp.Text()
	n, err := note.Open([]byte(text+"\n"+string(body)), note.VerifierList(a))
	if err != nil || n.Text != text {
		return nil, errors.New("the answer holds no valid signature of the witness")
	}
	line := []byte("— " + a.Name() + " " + n.Sigs[0].Base64 + "\n")
	msg, err := proof.AddSignatures(r.own, line, a)
	if err != nil {
		return nil, err
	}
	a.size = r.cp.Size
	a.last.Store(&Last{r.cp.Size, signedAt(n.Sigs[0])})
	if err := a.file.Save(msg); err != nil && !errors.Is(err, book.ErrLonger) {
		a.client.Logger.Warn("what a witness signed was not kept", "witness", a.Name(), "error", err)
	}
	return line, nil
}

// reply is what a witness said.
type reply struct {
	status int
	media  string
	body   []byte
}

// maxReply is far more than a few signature lines.
const maxReply = 64 << 10

// post sends a checkpoint with the proof from where the witness is (tlog-witness,
// "add-checkpoint").
func (a *asked) post(ctx context.Context, r *round) (*reply, error) {
	c := a.client
	p, err := proof.Consistency(a.size, r.cp.Size, r.cp.Root, c.Store)
	if err != nil {
		return nil, fmt.Errorf("prove the log from %d records: %w", a.size, err)
	}
	body := []byte("old " + strconv.FormatInt(a.size, 10) + "\n")
	for _, h := range p {
		body = append(body, h.String()+"\n"...)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.URL+"/add-checkpoint", bytes.NewReader(append(append(body, '\n'), r.own...)))
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err == nil && len(answer) > maxReply {
		err = errors.New("the witness's answer has no end")
	}
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return &reply{resp.StatusCode, media, answer}, err
}

// size reads how far the witness is.
func (r *reply) size() (int64, bool) {
	digits, ok := strings.CutSuffix(string(r.body), "\n")
	size, err := strconv.ParseInt(digits, 10, 64)
	return size, ok && err == nil && size >= 0 && strconv.FormatInt(size, 10) == digits && r.media == "text/x.tlog.size"
}
