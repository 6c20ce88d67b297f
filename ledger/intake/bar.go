package intake

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// bar shows on a terminal how far an import is, how fast, and how long it takes yet.
// Elsewhere it shows nothing.
type bar struct{ *progressbar.ProgressBar }

func newBar(terminal *os.File, rows int64) *bar {
	if terminal == nil || !term.IsTerminal(int(terminal.Fd())) {
		return &bar{}
	}
	return &bar{progressbar.NewOptions64(rows, progressbar.OptionSetWriter(terminal), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("rows"), progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetRenderBlankState(true), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())}
}

// advance counts rows. Lines that were counted as rows may hold two, or none.
func (b *bar) advance(rows int) {
	if b.ProgressBar != nil {
		b.Add(min(rows, max(0, b.GetMax()-int(b.State().CurrentNum)-1)))
	}
}

func (b *bar) finish() {
	if b.ProgressBar != nil {
		b.Finish()
	}
}
