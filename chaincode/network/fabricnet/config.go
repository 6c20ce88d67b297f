package fabricnet

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"time"
)

// Config says what network to run. Everything but Dir may be left zero: the default
// for a new network, what it was made with for one that exists.
type Config struct {
	Dir          string        // the folder of the network; made where it is missing
	Orderers     int           // 1 (default) or 3
	Channel      string        // default "mingzhang"
	Policy       string        // who must endorse, in Fabric's words; default: platform and regulator
	BatchTimeout time.Duration // how long an orderer gathers transactions for a block; default 50 ms
	Port         int           // the first of the network's ports; default: a free block is found and kept

	Programs  string // a folder with Fabric's programs; default: they are built once and cached
	Chaincode string // the chaincode server's program; default: it is built from this module
	Logging   string // Fabric's logging specification, such as "info"; default: warnings
	Tied      bool   // end the network with this process, however that ends: for tests

	Progress func(step string) // told of each step as it begins; may be nil
}

// Chaincode is the chaincode's name on the channel.
const Chaincode = "mingzhang"

const (
	defaultChannel = "mingzhang"
	defaultBatch   = 50 * time.Millisecond

	// defaultLogging leaves out that a peer does not know its neighbours yet: whoever
	// waits for it asks again and again, and each time would be an error in the log.
	defaultLogging = "warn:discovery=fatal"

	// defaultPolicy: a record counts only when the platform, which submits it, and the
	// regulator, who does not trust it, have both checked it. A charity's peer may
	// endorse too, but can neither replace one of them nor hold up an anchor.
	defaultPolicy = "AND('PlatformMSP.peer','RegulatorMSP.peer')"
)

// choices are what a network is made with; network.json keeps them.
type choices struct {
	Orderers     int           `json:"orderers"`
	Channel      string        `json:"channel"`
	Policy       string        `json:"policy"`
	BatchTimeout time.Duration `json:"batch_timeout_ns"`
	Port         int           `json:"port"`
}

// chosen are the choices a Config makes for a new network; the port is still 0 where
// one has to be found.
func (c Config) chosen() choices {
	return choices{
		Orderers:     or(c.Orderers, 1),
		Channel:      or(c.Channel, defaultChannel),
		Policy:       or(c.Policy, defaultPolicy),
		BatchTimeout: or(c.BatchTimeout, defaultBatch),
		Port:         c.Port,
	}
}

// differs names the first choice of the Config that the existing network was not made
// with: all of them are in its first block or in its packages.
func (c Config) differs(was choices) error {
	for _, f := range []struct {
		name      string
		now, made any
		unset     bool
	}{
		{"orderers", c.Orderers, was.Orderers, c.Orderers == 0},
		{"channel", c.Channel, was.Channel, c.Channel == ""},
		{"policy", c.Policy, was.Policy, c.Policy == ""},
		{"batch-timeout", c.BatchTimeout, was.BatchTimeout, c.BatchTimeout == 0},
		{"port", c.Port, was.Port, c.Port == 0},
	} {
		if !f.unset && f.now != f.made {
			return fmt.Errorf("the network in %s was made with %s %v, not %v; take another folder, or remove it with down --purge",
				c.Dir, f.name, f.made, f.now)
		}
	}
	return nil
}

// channelName is Fabric's rule for a channel.
var channelName = regexp.MustCompile(`^[a-z][a-z0-9.-]{0,248}$`)

// check refuses what no network can be made with.
func (c *Config) check() (err error) {
	if c.Dir == "" {
		return errors.New("a network needs a folder")
	}
	if c.Dir, err = filepath.Abs(c.Dir); err != nil {
		return err
	}
	made := c.chosen()
	switch {
	case made.Orderers != 1 && made.Orderers != 3:
		return fmt.Errorf("a network has 1 or 3 orderers, not %d: Raft needs an odd number, and more prove nothing on one machine", made.Orderers)
	case !channelName.MatchString(made.Channel):
		return fmt.Errorf("channel %q: small letters, digits, dots and dashes, beginning with a letter", made.Channel)
	case made.BatchTimeout < time.Millisecond || made.BatchTimeout > time.Minute:
		return fmt.Errorf("batch timeout %v: between 1ms and 1m", made.BatchTimeout)
	case made.Port != 0 && (made.Port < 1024 || made.Port > 65535-portsPerNetwork):
		return fmt.Errorf("port %d: between 1024 and %d, as the network takes %d from there", made.Port, 65535-portsPerNetwork, portsPerNetwork)
	}
	return nil
}

func (c Config) progress(format string, args ...any) {
	if c.Progress != nil {
		c.Progress(fmt.Sprintf(format, args...))
	}
}

// or gives v, or the default where v is zero.
func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
