package explorer

import (
	"strconv"

	"mingzhang/ledger/view"
)

// facet is a filter with the values that it can have and how many projects each leaves.
type facet struct {
	Name    string // of the filter, and of its word in the catalogue
	Choices []facetChoice
	Rest    []facetChoice // beyond the first few
}

// facetChoice sets a filter, or takes it away where it is set.
type facetChoice struct {
	Label  string
	Count  int64
	Link   string
	Chosen bool
}

// firstChoices are shown of each filter at once.
const firstChoices = 8

// facets gives the choices that the list of projects offers.
func (v visit) facets(f view.ProjectFilter, found *view.Facets, names map[int64]string) []facet {
	term := func(family string) func(string) string {
		return func(value string) string { return v.tongue.term(family, value) }
	}
	return []facet{
		v.facet("status", string(f.Status), found.Statuses, term("status")),
		v.facet("cause", f.Cause, found.Causes, term("cause")),
		v.facet("kind", string(f.Kind), found.Kinds, term("project")),
		v.facet("place", f.Place, found.Places, term("place")),
		v.facet("year", yearText(f.Year), found.Years, func(value string) string { return value }),
		v.facet("organization", indexText(f.Organization), found.Organizations, func(value string) string { return nameOf(names, value) }),
	}
}

// facet gives the choices of one filter: the link of the chosen one takes it away.
func (v visit) facet(name, chosen string, found []view.Facet, label func(string) string) facet {
	out := facet{Name: name}
	for i, value := range found {
		c := facetChoice{Label: label(value.Value), Count: value.Count, Link: v.with(name, value.Value, "after", ""), Chosen: value.Value == chosen}
		if c.Chosen {
			c.Link = v.with(name, "", "after", "")
		}
		if i < firstChoices || c.Chosen {
			out.Choices = append(out.Choices, c)
		} else {
			out.Rest = append(out.Rest, c)
		}
	}
	return out
}

// chosenProjects gives the filters that were chosen, each with the way back.
func (v visit) chosenProjects(f view.ProjectFilter, names map[int64]string) (chosen []chip) {
	add := func(name, value string) {
		if value != "" {
			chosen = append(chosen, chip{"filter." + name, value, v.with(name, "", "after", "")})
		}
	}
	term := func(family, value string) string {
		if value == "" {
			return ""
		}
		return v.tongue.term(family, value)
	}
	add("q", f.Text)
	add("status", term("status", string(f.Status)))
	add("cause", term("cause", f.Cause))
	add("kind", term("project", string(f.Kind)))
	add("place", v.placeAndCode(f.Place))
	add("year", yearText(f.Year))
	if f.Organization != nil {
		add("organization", nameOf(names, indexText(f.Organization)))
	}
	if f.Frozen {
		add("frozen", v.tongue.say("project.frozen"))
	}
	return chosen
}

// placeAndCode names a place; of a part of a province the code stands beside.
func (v visit) placeAndCode(code string) string {
	if len(code) <= 2 {
		return v.tongue.place(code)
	}
	return v.tongue.term("place", code[:2]) + " " + code
}

func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}

func indexText(index *int64) string {
	if index == nil {
		return ""
	}
	return text64(*index)
}

// nameOf gives the name of a record, or its number where it has none.
func nameOf(names map[int64]string, index string) string {
	n, err := strconv.ParseInt(index, 10, 64)
	if name := names[n]; err == nil && name != "" {
		return name
	}
	return "№ " + index
}
