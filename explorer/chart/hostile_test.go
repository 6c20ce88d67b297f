package chart

import (
	"html/template"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// evil is text that would do harm if it came through as it is.
const evil = `<script>alert("x")</script>' onload='y` + "\u202e\u2066\u200f\x00\x1b\x9b\xff]]>&amp;"

// TestHostileText puts it into every text of every picture: all of it comes out as
// letters that can be read, and nothing of it as markup or as a turn of direction.
func TestHostileText(t *testing.T) {
	for name, p := range samples() {
		t.Run(name, func(t *testing.T) {
			p := poison(p, evil)
			markup := sound(t, p)
			harmless(t, string(markup))
			if !strings.Contains(string(markup), "&lt;script&gt;") {
				t.Error("the text is not there at all")
			}
		})
	}
	code, err := QR(evil)
	if err != nil {
		t.Fatal(err)
	}
	safe(t, code)
	harmless(t, string(code))
}

func harmless(t *testing.T, markup string) {
	t.Helper()
	for _, bad := range []string{"<script", "\u202e", "\u2066", "\u200f", "\x00", "\x1b", "\u009b", "\xff", "]]>", `onload='`, "&#x", "&#8"} {
		if strings.Contains(markup, bad) {
			t.Errorf("%q is in the markup", bad)
		}
	}
}

// poison gives a copy of a picture with text in every field that is one.
func poison(p picture, text string) picture {
	v := reflect.New(reflect.TypeOf(p)).Elem()
	v.Set(reflect.ValueOf(p))
	spread(v, text)
	return v.Interface().(picture)
}

func spread(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Struct:
		for i := range v.NumField() {
			spread(v.Field(i), text)
		}
	case reflect.Slice:
		all := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(all, v)
		for i := range all.Len() {
			spread(all.Index(i), text)
		}
		v.Set(all)
	}
}

func TestAddresses(t *testing.T) {
	for href, want := range map[string]bool{
		"/records/5": true, "/v1/flows?a=1&b=2#x": true, "#part": true, "?page=2": true, "https://peer.example/": true, "http://127.0.0.1:8080/": true, "/搜索?q=捐赠": true,
		"": false, "javascript:alert(1)": false, "JavaScript:alert(1)": false, " javascript:alert(1)": false, "java\nscript:x": false, "data:text/html,x": false,
		"//evil.example/": false, `/\evil.example/`: false, "/\t/evil.example/": false, "vbscript:x": false, "records/5": false, "/a b": false, "/\u202etxt.exe": false, "/\xff": false,
	} {
		if got := address(href) == href && href != ""; got != want {
			t.Errorf("address(%q) kept: %v, want %v", href, got, want)
		}
	}
	bad := Bars{Head{ID: "b", Title: "t"}, []Bar{{Label: "甲", Value: 1, Href: "javascript:alert(1)"}}}
	markup, err := bad.SVG()
	if err != nil || strings.Contains(string(markup), "javascript") || strings.Contains(string(markup), "<a") {
		t.Errorf("%s, %v: want no link", markup, err)
	}
}

// TestRoles holds a picture with links to a role in which they can be reached, and one
// without to that of an image.
func TestRoles(t *testing.T) {
	for href, want := range map[string]string{"": `role="img"`, "/v1/flows": `role="group"`} {
		markup, err := Bars{Head{ID: "b", Title: "t"}, []Bar{{Label: "甲", Value: 1, Href: href}}}.SVG()
		if err != nil || strings.Count(string(markup), want) != 2 {
			t.Errorf("link %q: want %s in %s (%v)", href, want, markup, err)
		}
	}
}

// described lists the classes of the package comment.
func described(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("chart.go")
	if err != nil {
		t.Fatal(err)
	}
	known := " "
	for _, m := range regexp.MustCompile(`(?m)^//\t([a-z ]+?)  +\S`).FindAllStringSubmatch(string(source), -1) {
		known += m[1] + " "
	}
	return known
}

// TestClassesAreDescribed holds the markup to the list in the package comment.
func TestClassesAreDescribed(t *testing.T) {
	known := described(t)
	pictures := samples()
	pictures["line of 500"], pictures["large flow"] = longLine(500), largeFlow()
	code, err := QR("x")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	note := func(markup template.HTML) {
		for _, d := range drawings(t, markup) {
			for _, e := range d {
				for _, c := range strings.Fields(e.attr["class"]) {
					used[c] = true
				}
			}
		}
	}
	note(code)
	for _, p := range pictures {
		note(sound(t, p))
	}
	for c := range used {
		if !strings.Contains(known, " "+c+" ") {
			t.Errorf("class %q is not described", c)
		}
	}
	for _, c := range strings.Fields(known) {
		if !used[c] {
			t.Errorf("class %q is not used", c)
		}
	}
}
