package intake

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mingzhang/ledger"
)

// Profile says how a list is to be read. It is kept as a JSON file:
//
//	{
//	  "kind": "donations",
//	  "about": "交易明细，网银导出",
//	  "columns": {"date": "交易日期", "amount": "贷方发生额|收入", "donor": "对方户名?", "serial": "#7"},
//	  "words": {"donor_kind": {"单位": "organization"}},
//	  "unit": "yuan",
//	  "channel": "bank"
//	}
//
// A column is named as in the list's header, without regard to spaces, case and width;
// "a|b" is whichever is there, "a?" need not be there, and "#7" is the seventh column. In
// a profile of claims, the columns of totals are named as [ParseFigure] says, and
// "a + b" are two columns that make one total.
type Profile struct {
	Kind    Kind                         `json:"kind"`
	About   string                       `json:"about,omitempty"`
	Columns map[string]string            `json:"columns"`
	Words   map[string]map[string]string `json:"words,omitempty"` // by field: the list's words for the book's
	Settings
}

//go:embed profiles/*.json
var builtIn embed.FS

// LoadProfile gives the profile of a name: one that was saved in the folder, or one that
// the program has.
func LoadProfile(folder, name string) (*Profile, error) {
	if err := checkProfileName(name); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(folder, name+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		data, err = builtIn.ReadFile("profiles/" + name + ".json")
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ledger.Refuse(ledger.NotFound, "no-such-profile", "profile", "没有名为 %s 的对照表，现有：%s", "there is no profile %s, but: %s", name, strings.Join(ProfileNames(folder), ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("read the profile %s: %w", name, err)
	}
	return parseProfile(name, data)
}

func parseProfile(name string, data []byte) (*Profile, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	p := &Profile{}
	err := d.Decode(p)
	if err == nil {
		err = p.check()
	}
	if p.Columns == nil {
		p.Columns = map[string]string{}
	}
	if err != nil {
		return nil, errors.Join(ledger.Refuse(ledger.Invalid, "profile-unreadable", "profile", "对照表 %s 无法使用：%v", "the profile %s cannot be used: %v", name, err), err)
	}
	return p, nil
}

// check refuses a profile with a field or a column that there cannot be.
func (p *Profile) check() error {
	if _, ok := kindFields[p.Kind]; !ok {
		return ledger.Refuse(ledger.Invalid, "list-unknown", "kind", "没有 %.40q 这种清单", "there is no list of %.40q", string(p.Kind))
	}
	if _, err := p.mapping(); err != nil {
		return err
	}
	for name := range p.Words {
		if _, err := fieldOf(p.Kind, name); err != nil {
			return err
		}
	}
	return nil
}

// ProfileNames lists the saved profiles and the program's own.
func ProfileNames(folder string) []string {
	saved, _ := filepath.Glob(filepath.Join(folder, "*.json"))
	own, _ := fs.Glob(builtIn, "profiles/*.json")
	var names []string
	for _, path := range append(saved, own...) {
		names = append(names, strings.TrimSuffix(filepath.Base(path), ".json"))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Save keeps the profile in the folder.
func (p *Profile) Save(folder, name string) error {
	if err := checkProfileName(name); err != nil {
		return err
	}
	data, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = os.MkdirAll(folder, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".json"), append(data, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("save the profile %s: %w", name, err)
	}
	return nil
}

// checkProfileName refuses a name that would be a path.
func checkProfileName(name string) error {
	if name == "" || len(name) > 60 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return ledger.Refuse(ledger.Invalid, "profile-name", "profile", "对照表名称只用小写字母、数字和连字符，不是 %.60q", "the name of a profile has lower-case letters, digits and hyphens: %.60q", name)
	}
	return nil
}

// effective is the profile of a name, or else the program's own of a kind of list, with
// columns and settings over it. Columns alone need no profile.
func effective(kind Kind, folder, name string, columns map[string]string, settings Settings) (*Profile, error) {
	p, err := &Profile{Kind: kind, Columns: map[string]string{}}, error(nil)
	switch {
	case name != "":
		p, err = LoadProfile(folder, name)
	case len(columns) == 0:
		p, err = LoadProfile(folder, string(kind))
	}
	if err != nil {
		return nil, err
	}
	if p.Kind != kind {
		return nil, ledger.Refuse(ledger.Invalid, "profile-kind", "profile", "对照表 %s 用于 %s，不是 %s", "the profile %s is for %s, not for %s", name, p.Kind, kind)
	}
	for field, text := range columns {
		p.Columns[field] = text
	}
	p.override(settings)
	if _, err := p.Unit.places(ledger.Asset{}); err != nil {
		return nil, err
	}
	return p, p.check()
}
