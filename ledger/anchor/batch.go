package anchor

import (
	"context"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// published is the log's latest checkpoint that everybody may know.
type published struct {
	proof.Checkpoint
	note []byte
}

// prepared is a batch that is ready to be submitted.
type prepared struct {
	*contract.Batch
	data []byte
	err  error
}

func (p prepared) end() int64 { return p.First + int64(len(p.Records)) }

// prepare makes a batch with its bytes.
func (l *Loop) prepare(ctx context.Context, first int64, upto published, count int64) prepared {
	b, err := l.batch(ctx, first, upto, count)
	if err != nil {
		return prepared{err: err}
	}
	data, err := b.Marshal()
	return prepared{b, data, err}
}

// next gives the batch that begins at the log's end on the ledger: the one that was
// prepared while the last was on its way, if it does.
func (l *Loop) next(ctx context.Context, upto published) prepared {
	if l.ahead != nil {
		p := <-l.ahead
		l.ahead = nil
		if p.err == nil && p.First == l.size {
			return p
		}
	}
	return l.prepare(ctx, l.size, upto, l.count)
}

// prepareAhead begins to prepare the batch behind one that is about to be submitted, if
// there are records enough to fill it.
func (l *Loop) prepareAhead(ctx context.Context, first int64, upto published) {
	if count := l.count; upto.Size-first >= count {
		ahead := make(chan prepared, 1)
		l.ahead = ahead
		go func() { ahead <- l.prepare(ctx, first, upto, count) }()
	}
}

// drop waits for a batch that is being prepared, and forgets it.
func (l *Loop) drop() {
	if l.ahead != nil {
		<-l.ahead
		l.ahead = nil
	}
}

// batch makes the next batch from first on: at most count records, and no more than
// MaxBytes where one record does not exceed that by itself. It ends at the published
// checkpoint, or before it at one that is signed for the purpose.
func (l *Loop) batch(ctx context.Context, first int64, upto published, count int64) (*contract.Batch, error) {
	count = min(count, upto.Size-first)
	records, err := l.Store.Range(ctx, first, count)
	if err != nil {
		return nil, err
	}
	if int64(len(records)) < count {
		return nil, ledger.Refuse(ledger.Corrupt, "record-missing", "", "数据库中缺少第 %d 号记录", "the database lacks record %d", first+int64(len(records)))
	}
	records = records[:l.fitting(records)]
	records = records[:l.untilOrder(records)]
	if end := first + int64(len(records)); end < upto.Size && len(records) > proof.TileWidth {
		records = records[:len(records)-int(end%proof.TileWidth)] // full tiles: less to read for the root
	}
	olders, err := Olders(first, records, func(indices []int64) ([][]byte, error) { return l.Store.RecordsAt(ctx, indices) })
	if err != nil {
		return nil, err
	}
	if len(records) > 1 && (len(olders) > contract.MaxOlders || bytesOf(records)+bytesOfOlders(olders) > l.MaxBytes) {
		return l.batch(ctx, first, upto, int64(len(records)+1)/2)
	}
	note, err := l.checkpoint(first+int64(len(records)), upto)
	return &contract.Batch{First: first, Records: records, Olders: olders, Checkpoint: note}, err
}

// fitting is how many of the records, at least one, are within MaxBytes.
func (l *Loop) fitting(records [][]byte) int {
	sum := 0
	for i, r := range records {
		if sum += len(r); sum > l.MaxBytes {
			return max(i, 1)
		}
	}
	return len(records)
}

// checkpoint gives a signed checkpoint of a size. A published one is taken as it is. For
// a smaller size a new one is signed, but only of a tree that the published one has
// been shown to begin with: the signature then says nothing that the log has not
// said, whatever the database holds by now.
func (l *Loop) checkpoint(size int64, upto published) ([]byte, error) {
	if size == upto.Size {
		return upto.note, nil
	}
	root, err := proof.Root(size, l.Store)
	if err != nil {
		return nil, err
	}
	p, err := proof.Consistency(size, upto.Size, upto.Root, l.Store)
	if err != nil {
		return nil, err
	}
	cp := proof.Checkpoint{Origin: l.Origin, Size: size, Root: root}
	if err := proof.CheckConsistency(cp, upto.Checkpoint, p); err != nil {
		return nil, err
	}
	return l.Sign(cp)
}

func bytesOf(records [][]byte) (sum int) {
	for _, r := range records {
		sum += len(r)
	}
	return sum
}

func bytesOfOlders(olders []contract.Older) (sum int) {
	for _, o := range olders {
		sum += len(o.Record)
	}
	return sum
}
