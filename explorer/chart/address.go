package chart

import (
	"strings"
	"unicode/utf8"
)

// address gives a link that may stand in a page: http, https, or a place on this site or
// page. Everything else, javascript: among it, gives "". Browsers drop control
// characters from an address and take \ for /, so neither may occur.
func address(href string) string {
	if !utf8.ValidString(href) {
		return ""
	}
	for _, r := range href {
		if r <= ' ' || r == '\\' || r != shown(r) {
			return ""
		}
	}
	switch {
	case strings.HasPrefix(href, "//"):
		return ""
	case strings.HasPrefix(href, "/"), strings.HasPrefix(href, "#"), strings.HasPrefix(href, "?"),
		strings.HasPrefix(href, "https://"), strings.HasPrefix(href, "http://"):
		return href
	}
	return ""
}

// plainID gives what of an id may stand in an id and in a reference to it. One that
// begins with a digit or has nothing left begins with c.
func plainID(id string) string {
	id = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-':
			return r
		}
		return -1
	}, id)
	if id == "" || id[0] < 'A' {
		return "c" + id
	}
	return id
}
