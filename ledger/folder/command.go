package folder

import (
	"fmt"
	"io"
)

// RotateCommand changes the log's key, in two steps: between them both sign.
type RotateCommand struct {
	Data   string `help:"The log's data folder." default:"mingzhang-data" type:"path"`
	Finish bool   `help:"Put the next key in the old one's place, which is then gone."`
}

// Run makes the next key, or puts it in place. A running server goes on as it was
// started.
func (c *RotateCommand) Run(stdout io.Writer) error {
	f, err := Existing(c.Data, "")
	if err != nil {
		return err
	}
	step := f.Rotate
	if c.Finish {
		step = f.Finish
	}
	key, err := step()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, key)
	return err
}
