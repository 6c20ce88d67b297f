package store

import (
	"context"
	"database/sql"
	"sync"
)

// checkpointEach is after how many records SQLite's write-ahead log is moved into the file.
const checkpointEach = 4096

// checkpointer moves SQLite's write-ahead log into the file while the writer goes on: the
// places of random keys lie all over a large file, and whoever has them written waits for
// the disk. The writer itself does so only when the log has become too long, and finds most
// of it done.
type checkpointer struct {
	due    chan struct{}
	stop   context.CancelFunc
	done   chan struct{}
	moving sync.Mutex
}

func newCheckpointer(reads *sql.DB) *checkpointer {
	ctx, stop := context.WithCancel(context.Background())
	c := &checkpointer{due: make(chan struct{}, 1), stop: stop, done: make(chan struct{})}
	go func() {
		defer close(c.done)
		for {
			select {
			case <-c.due:
				// What fails here is left to the next time, and in the end to the writer, who
				// says what is wrong with the disk.
				c.moving.Lock()
				reads.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
				c.moving.Unlock()
			case <-ctx.Done():
				return
			}
		}
	}()
	return c
}

// wrote is told of the log's size before and after a commit.
func (c *checkpointer) wrote(before, after int64) {
	if c == nil || after <= before || before/checkpointEach == after/checkpointEach {
		return
	}
	select {
	case c.due <- struct{}{}:
	default: // it is due already
	}
}

// without does something while the log is not moved. Of two who want to move it SQLite
// refuses the second at once, however long it was told to wait.
func (c *checkpointer) without(do func()) {
	if c != nil {
		c.moving.Lock()
		defer c.moving.Unlock()
	}
	do()
}

func (c *checkpointer) close() {
	if c != nil {
		c.stop()
		<-c.done
	}
}
