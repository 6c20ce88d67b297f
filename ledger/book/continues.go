package book

import "context"

// Continues refuses a store that does not continue the log which the keeper has published,
// as Open does, and takes no requests. It may be asked beside a running book. Without a
// store there are no records.
func Continues(ctx context.Context, c Config) error {
	msg, err := c.Keeper.Load() // before the head, which goes on meanwhile
	if err != nil || msg == nil {
		return err
	}
	var head Head
	if c.Store != nil {
		if head, err = c.Store.Head(ctx); err != nil {
			return err
		}
	}
	c.Keeper = Loaded(msg)
	kept, err := (&Book{Config: c}).kept()
	if err != nil {
		return err
	}
	return continued(kept, head, c.Store)
}

// Loaded is a Keeper of a checkpoint that was read already. It keeps no other.
type Loaded []byte

// Load implements Keeper.
func (l Loaded) Load() ([]byte, error) { return l, nil }

// Save implements Keeper.
func (Loaded) Save([]byte) error { return nil }
