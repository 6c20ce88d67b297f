package fabricnet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestConfigRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		c    Config
		want string
	}{
		"no folder":        {Config{}, "folder"},
		"two orderers":     {Config{Dir: "x", Orderers: 2}, "not 2"},
		"a shouted name":   {Config{Dir: "x", Channel: "MINGZHANG"}, "small letters"},
		"a name with more": {Config{Dir: "x", Channel: "a: b"}, "small letters"},
		"no batch timeout": {Config{Dir: "x", BatchTimeout: -1}, "batch timeout"},
		"a low port":       {Config{Dir: "x", Port: 80}, "port 80"},
		"a high port":      {Config{Dir: "x", Port: 65530}, "port 65530"},
	} {
		if err := test.c.check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := Config{Dir: "x"}
	if err := c.check(); err != nil || !filepath.IsAbs(c.Dir) {
		t.Errorf("the defaults: %v, folder %s", err, c.Dir)
	}
}

func TestConfigDiffers(t *testing.T) {
	made := Config{Dir: "x", Orderers: 3, Port: 20000}.chosen()
	for name, test := range map[string]struct {
		c    Config
		want string // "" for none
	}{
		"nothing said":  {Config{}, ""},
		"the same said": {Config{Orderers: 3, Channel: "mingzhang", BatchTimeout: 50 * time.Millisecond, Port: 20000, Policy: defaultPolicy}, ""},
		"fewer":         {Config{Orderers: 1}, "orderers 3"},
		"another name":  {Config{Channel: "other"}, "channel mingzhang"},
		"another pace":  {Config{BatchTimeout: time.Second}, "batch-timeout 50ms"},
		"another place": {Config{Port: 21000}, "port 20000"},
		"another rule":  {Config{Policy: "OR('PlatformMSP.peer')"}, "policy AND"},
	} {
		err := test.c.differs(made)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

func TestNodes(t *testing.T) {
	made := Config{Orderers: 3, Port: 20000}.chosen()
	ports, names := map[int]string{}, []string{}
	for _, n := range made.nodes() {
		names = append(names, n.Name)
		for _, p := range []int{n.Port, n.Admin, n.Health} {
			if was, taken := ports[p]; taken || p < 20000 || p >= 20000+portsPerNetwork {
				t.Errorf("port %d of %s: taken by %q, or out of the block", p, n.Name, was)
			}
			ports[p] = n.Name
		}
	}
	want := "orderer1 orderer2 orderer3 chaincode-charity chaincode-platform chaincode-regulator peer-charity peer-platform peer-regulator"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("nodes are %s", got)
	}
	if _, err := made.find("peer-nobody"); err == nil || !strings.Contains(err.Error(), "peer-charity") {
		t.Errorf("an unknown node: %v", err)
	}
	if one := (Config{Port: 20000}).chosen(); one.of(Peer)[0] != made.of(Peer)[0] {
		t.Error("a peer's place depends on the number of orderers")
	}
}

func TestMemory(t *testing.T) {
	f := folder(t.TempDir())
	was := remembered{Ready: true, Packages: map[string]string{"charity": "a:b"}, choices: Config{Port: 20000}.chosen()}
	if err := f.remember(was); err != nil {
		t.Fatal(err)
	}
	now, err := f.recall()
	if err != nil || now.choices != was.choices || !now.Ready || now.Packages["charity"] != "a:b" {
		t.Errorf("got %+v, %v", now, err)
	}
	for _, spoilt := range []string{`{`, `{"version":2}`, ``} {
		if err := os.WriteFile(f.path(memory), []byte(spoilt), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := f.recall(); err == nil {
			t.Errorf("%q is read", spoilt)
		}
	}
}

// TestPurgeTakesOnlyItsOwn: what someone else put into the folder stays.
func TestPurgeTakesOnlyItsOwn(t *testing.T) {
	f := folder(filepath.Join(t.TempDir(), "net"))
	if err := f.makeParts(); err != nil {
		t.Fatal(err)
	}
	letter := f.path("letter.txt")
	if err := os.WriteFile(letter, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.vacant(); err == nil {
		t.Error("a folder with a letter in it is vacant")
	}
	if err := f.purge(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(string(f))
	if err != nil || len(left) != 1 || left[0].Name() != "letter.txt" {
		t.Errorf("left: %v, %v", left, err)
	}
}
