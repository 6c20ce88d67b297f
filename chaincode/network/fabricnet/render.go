package fabricnet

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"text/template"
)

//go:embed templates
var files embed.FS

var templates = template.Must(template.New("").Option("missingkey=error").ParseFS(files, "templates/*.yaml"))

// view is what the templates see.
type view struct {
	Folder                 places
	OrdererOrg, OrdererMSP string
	Orderers, Peers        []node
	Orgs                   []org
	Channel, BatchTimeout  string
	Peer                   node // of the template that concerns one
}

// places is the folder as templates can ask it.
type places struct{ folder }

func (p places) Path(parts ...string) string             { return p.path(parts...) }
func (p places) Member(o org, parts ...string) string    { return p.member(o, parts...) }
func (p places) Orderers(parts ...string) string         { return p.orderers(parts...) }
func (p places) Identity(n node, parts ...string) string { return p.identity(n, parts...) }
func (p places) User(o org, name string, parts ...string) string {
	return p.user(o, name, parts...)
}

func (n *Network) view() view {
	return view{
		Folder: places{n.folder}, OrdererOrg: ordererOrg, OrdererMSP: ordererMSP,
		Orderers: n.made.of(Orderer), Peers: n.made.of(Peer), Orgs: orgs,
		Channel: n.made.Channel, BatchTimeout: n.made.BatchTimeout.String(),
	}
}

// writable are the paths that can stand in YAML as they are, and in a list of it.
var writable = regexp.MustCompile(`^[\pL\pN/._@+~ -]+$`)

// render writes a template into the network's folder.
func (n *Network) render(name string, v view, to string) error {
	if !writable.MatchString(string(n.folder)) {
		return fmt.Errorf("folder %q: Fabric's settings cannot hold such a path; use letters, digits and ._@+~-", n.folder)
	}
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, v); err != nil {
		return err
	}
	return os.WriteFile(to, b.Bytes(), 0o600)
}

// writeProfile writes the connection profile, anew at every up: the folder may have
// been moved.
func (n *Network) writeProfile() error { return n.render("profile.yaml", n.view(), n.Profile()) }

// writeDiscovery writes whom the discover program speaks as, for each organisation.
func (n *Network) writeDiscovery() error {
	for _, p := range n.made.of(Peer) {
		v := n.view()
		v.Peer = p
		if err := n.render("discover.yaml", v, n.discovery(p)); err != nil {
			return err
		}
	}
	return nil
}

func (n *Network) discovery(p node) string {
	return filepath.Join(n.conf(), "discover-"+p.Org.Name+".yaml")
}
