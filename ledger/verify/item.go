package verify

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// item is an entry of a list in JSON: a flow, or a record.
type item struct {
	ID       *int64  `json:"id"`
	LeafHash string  `json:"leaf_hash"`
	Type     string  `json:"type"`
	Kind     *string `json:"kind"` // of a flow
	Project  int64   `json:"project"`
	Asset    string  `json:"asset"`
	Amount   int64   `json:"amount"`
	Occurred string  `json:"occurred"`
	Recorded string  `json:"recorded"`
	By       author  `json:"by"`
	From     string  `json:"from"`
	To       string  `json:"to"`
	Spans    []struct {
		Pool string `json:"pool"`
		From int64  `json:"from"`
		Upto int64  `json:"upto"`
	} `json:"spans"`
	Of       *int64 `json:"of"`
	Channel  string `json:"channel"`
	Category string `json:"category"`
	Basis    int64  `json:"basis"`
	Late     bool   `json:"late"`
	Into     *struct {
		Asset  string `json:"asset"`
		Amount int64  `json:"amount"`
	} `json:"into"`
	Party *struct {
		Kind    string `json:"kind"`
		Name    string `json:"name"`
		USCC    string `json:"uscc"`
		Related bool   `json:"related"`
	} `json:"party"`
	Value *struct {
		Amount int64  `json:"amount"`
		Basis  string `json:"basis"`
	} `json:"value"`
	Evidence []struct {
		Hash string `json:"hash"`
	} `json:"evidence"`
	Consent *author         `json:"consent"`
	What    json.RawMessage `json:"what"`
	Bytes   *string         `json:"bytes"`
}

type author struct {
	Org int64  `json:"org"`
	Key string `json:"key"`
}

// members are the names of what an item has.
var members = func() map[string]bool {
	names := map[string]bool{}
	for f := range reflect.TypeFor[item]().Fields() {
		names[f.Tag.Get("json")] = true
	}
	return names
}()

// nested are the members that cells lays out flat.
var nested = map[string]bool{"by": true, "into": true, "party": true, "value": true, "consent": true}

// cells lays an item out as a table has it. What it leaves out is empty.
func (v *item) cells() map[string]string {
	c := map[string]string{"type": v.Type, "recorded": v.Recorded, "by_org": number(v.By.Org), "by_key": v.By.Key, "project": ""}
	if v.Project != 0 {
		c["project"] = number(v.Project)
	}
	if v.Bytes != nil {
		c["bytes"] = *v.Bytes
	}
	if v.What != nil {
		c["what"] = string(v.What)
	}
	if v.Type == "flow" && v.What == nil || v.Kind != nil { // an item of a list of flows
		v.flow(c)
	}
	return c
}

func (v *item) flow(c map[string]string) {
	for name, text := range map[string]string{"kind": "", "asset": v.Asset, "amount": number(v.Amount), "occurred": v.Occurred, "from": v.From, "to": v.To,
		"of": "", "channel": v.Channel, "category": v.Category, "late": strconv.FormatBool(v.Late), "basis": "",
		"into_asset": "", "into_amount": "", "party_kind": "", "party_name": "", "party_uscc": "", "party_related": "",
		"value": "", "value_basis": "", "consent_org": "", "consent_key": ""} {
		c[name] = text
	}
	if v.Kind != nil {
		c["kind"] = *v.Kind
	}
	if v.Of != nil {
		c["of"] = number(*v.Of)
	}
	if v.Basis != 0 {
		c["basis"] = number(v.Basis)
	}
	var spans, evidence []string
	for _, s := range v.Spans {
		spans = append(spans, s.Pool+" "+number(s.From)+".."+number(s.Upto))
	}
	for _, e := range v.Evidence {
		evidence = append(evidence, e.Hash)
	}
	c["spans"], c["evidence"] = strings.Join(spans, ", "), strings.Join(evidence, " ")
	if i := v.Into; i != nil {
		c["into_asset"], c["into_amount"] = i.Asset, number(i.Amount)
	}
	if p := v.Party; p != nil {
		c["party_kind"], c["party_name"], c["party_uscc"], c["party_related"] = p.Kind, p.Name, p.USCC, strconv.FormatBool(p.Related)
	}
	if x := v.Value; x != nil {
		c["value"], c["value_basis"] = number(x.Amount), x.Basis
	}
	if a := v.Consent; a != nil {
		c["consent_org"], c["consent_key"] = number(a.Org), a.Key
	}
}
