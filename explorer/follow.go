package explorer

import (
	"context"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"golang.org/x/text/unicode/norm"

	"mingzhang/ledger"
)

// following is the form by which a giver finds a gift. Nothing that was typed into it is
// shown again.
type following struct {
	Missed   bool
	Channels []string
}

// channels are those that the form proposes, the most used first: a giver may write any
// other that the organization names.
var channels = []string{"wechat", "alipay", "bank", "unionpay", "platform", "qr", "pos"}

// form answers with the empty form.
func (s *Site) form(c *gin.Context) {
	s.make(c, s.visit(c), func(_ context.Context, v visit, _ Reads) (*page, error) {
		return &page{Name: "follow", Title: v.tongue.say("nav.follow"), Data: following{Channels: channels}}, nil
	})
}

// maxForm bounds what a form may bring, in bytes.
const maxForm = 4 << 10

// find leads from what a giver typed to the gift's own page. Every miss is answered with
// the same page after the same work, whatever of it was wrong.
func (s *Site) find(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
	if err := c.Request.ParseForm(); err != nil {
		s.Refuse(c, http.StatusBadRequest, refuse(ledger.Invalid, "form"))
		return
	}
	var index int64
	err := s.guess(c, func() (err error) { index, err = s.found(c.Request.Context(), c.Request.PostForm.Get); return err })
	v := s.visit(c)
	switch {
	case err == nil:
		c.Redirect(http.StatusSeeOther, v.link("/receipts/"+s.Book.Code(index)))
	case ledger.KindOf(err) == ledger.NotFound:
		s.missed(c, v)
	default:
		s.fail(c, err)
	}
}

// found gives the record that a form leads to. A miss goes both ways, whichever was filled
// in, so that the time tells nothing. A code that is right ends the look: with it nobody
// can have payments tried, and read from the time which are there.
func (s *Site) found(ctx context.Context, field func(string) string) (int64, error) {
	if byCode, err := s.Book.Receipt(tidyCode(field("code"))); err == nil {
		return byCode, nil
	}
	return s.Book.Paid(ctx, s.tidyChannel(field("channel")), strings.TrimSpace(field("serial")), tidyAmount(field("amount")))
}

// missed shows the form again, with the one sentence for everything that was not found.
func (s *Site) missed(c *gin.Context, v visit) {
	head, err := s.Book.Head(c.Request.Context())
	if err == nil {
		p := &page{Name: "follow", Title: v.tongue.say("nav.follow"), Head: head, Data: following{true, channels}}
		err = s.write(c, http.StatusNotFound, v, p)
	}
	if err != nil {
		s.fail(c, err)
	}
}

// lookalikes are letters that no code has, and the digits they are taken for.
var lookalikes = strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", "–", "", " ", "", "\t", "")

// tidyCode reads a code as people write it: in small letters, with spaces or hyphens, in
// full-width characters, or as the address of the gift's page.
func tidyCode(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(norm.NFKC.String(text)), "?")
	if _, after, found := strings.Cut(text, "/receipts/"); found {
		text, _, _ = strings.Cut(after, "/")
	}
	return lookalikes.Replace(strings.ToUpper(text))
}

// tidyChannel reads a channel as people write it: by the word of any language for one of
// those that are proposed, or by its own name.
func (s *Site) tidyChannel(text string) string {
	text = strings.ToLower(strings.TrimSpace(norm.NFKC.String(text)))
	name := text
	for _, t := range s.tongues.list {
		for _, channel := range channels {
			if text == strings.ToLower(t.term("channel", channel)) {
				name = channel
			}
		}
	}
	return name
}

// tidyAmount reads an amount in yuan as people write it; −1, which no payment has, for
// what is no amount.
func tidyAmount(text string) int64 {
	text = strings.NewReplacer("¥", "", "元", "", " ", "").Replace(norm.NFKC.String(text))
	fen, err := ledger.ParseAmount(text, 2)
	if err != nil {
		return -1
	}
	return fen
}

// unknownReceipt is the refusal of every code that leads to no gift.
func unknownReceipt() error {
	return refuse(ledger.NotFound, "receipt-unknown")
}
