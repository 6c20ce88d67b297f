package evidence

import (
	"context"
	"io"

	"mingzhang/ledger"
)

// intake is what a caller sends: it ends with its context, and one byte after the
// limit. It cannot break off a Read that hangs; a server's read timeout does.
type intake struct {
	ctx   context.Context
	r     io.Reader
	left  int64
	limit int64
}

func (in *intake) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	if int64(len(p)) > in.left+1 {
		p = p[:in.left+1]
	}
	n, err := in.r.Read(p)
	if in.left -= int64(n); in.left < 0 {
		return 0, ledger.Refuse(ledger.Invalid, "evidence-too-large", "file",
			"文件超过 %s 的上限，请压缩或拆分后再上传", "the file is larger than %s: make it smaller or split it", sizeText(in.limit))
	}
	return n, err
}
