package fabricnet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func laidOut(t *testing.T, c Config) *Network {
	t.Helper()
	n := &Network{folder: folder(t.TempDir()), made: c.chosen(), logging: "warn"}
	if err := n.makeParts(); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRender(t *testing.T) {
	n := laidOut(t, Config{Orderers: 3, Port: 20000, BatchTimeout: 20 * time.Millisecond, Channel: "books"})
	for template, want := range map[string][]string{
		"crypto-config.yaml": {
			"Domain: orderer.mingzhang.test", "{Hostname: orderer3, SANS: [localhost, 127.0.0.1]}",
			"Name: regulator\n    Domain: regulator.mingzhang.test",
		},
		"configtx.yaml": {
			"ID: PlatformMSP", "MSPDir: " + n.Crypto() + "/peerOrganizations/platform.mingzhang.test/msp",
			"- localhost:20000\n      - localhost:20003\n      - localhost:20006\n", "- {Host: localhost, Port: 20012}",
			"{Host: localhost, Port: 20006, ClientTLSCert: " + n.Crypto() + "/ordererOrganizations/orderer.mingzhang.test/orderers/orderer3.orderer.mingzhang.test/tls/server.crt",
			"BatchTimeout: 20ms", "Organizations: [*charity, *platform, *regulator]",
		},
		"profile.yaml": {
			"\n  books:\n", `orderers: ["localhost:20000", "localhost:20003", "localhost:20006"]`, "organization: platform",
			"peer0.regulator.mingzhang.test:\n    url: localhost:20015", `cryptoPath: "peerOrganizations/charity.mingzhang.test/users/{username}@charity.mingzhang.test/msp"`,
			n.Crypto() + "/peerOrganizations/charity.mingzhang.test/peers/peer0.charity.mingzhang.test/tls/ca.crt",
		},
	} {
		to := filepath.Join(n.conf(), template)
		if err := n.render(template, n.view(), to); err != nil {
			t.Errorf("%s: %v", template, err)
			continue
		}
		got, _ := os.ReadFile(to)
		for _, w := range want {
			if !strings.Contains(string(got), w) {
				t.Errorf("%s has no %q:\n%s", template, w, got)
			}
		}
	}
}

// TestRenderRefusesFolders that would mean something else in Fabric's settings.
func TestRenderRefusesFolders(t *testing.T) {
	for _, dir := range []string{"/a: b", "/a#b", "/a,b", "/{a}", "/[a]", "/a\nb", `/a"b`, "/a$b"} {
		n := &Network{folder: folder(dir)}
		if err := n.render("profile.yaml", n.view(), filepath.Join(t.TempDir(), "x")); err == nil {
			t.Errorf("folder %q is accepted", dir)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Setenv("CORE_PEER_ID", "someone else's")
	n := laidOut(t, Config{Port: 20000})
	n.packages = map[string]string{"platform": "mingzhang-platform:00"}
	for name, want := range map[string][]string{
		"orderer1":           {"ORDERER_GENERAL_LISTENADDRESS=127.0.0.1", "ORDERER_GENERAL_TLS_ENABLED=true", "ORDERER_ADMIN_LISTENADDRESS=127.0.0.1:20001"},
		"peer-platform":      {"CORE_PEER_LISTENADDRESS=127.0.0.1:20012", "CORE_PEER_TLS_ENABLED=true", "CORE_PEER_LOCALMSPID=PlatformMSP", "CORE_VM_ENDPOINT=", "CORE_PEER_GOSSIP_EXTERNALENDPOINT=localhost:20012"},
		"chaincode-platform": {"MINGZHANG_CHAINCODE_LISTEN=127.0.0.1:20021", "MINGZHANG_CHAINCODE_PACKAGE=mingzhang-platform:00"},
	} {
		one, err := n.made.find(name)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(n.settings(one), "\n") + "\n"
		for _, w := range want {
			if !strings.Contains(got, w+"\n") {
				t.Errorf("%s has no %s:\n%s", name, w, got)
			}
		}
	}
	if strings.Contains(strings.Join(clean(), "\n"), "CORE_") {
		t.Error("others' settings get through")
	}
}
