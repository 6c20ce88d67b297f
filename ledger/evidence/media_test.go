package evidence

import (
	"strings"
	"testing"
)

func TestMedia(t *testing.T) {
	tests := []struct{ name, content, claim, want, code string }{
		{"PDF", aPDF, "", "application/pdf", ""},
		{"PDF, claimed", aPDF, "application/pdf", "application/pdf", ""},
		{"PDF, claimed in capitals with a parameter", aPDF, "Application/PDF; name=x.pdf", "application/pdf", ""},
		{"PDF, by another name", aPDF, "application/x-pdf", "application/pdf", ""},
		{"PDF, claims nothing", aPDF, "application/octet-stream", "application/pdf", ""},
		{"PNG", aPNG, "image/png", "image/png", ""},
		{"JPEG", aJPEG, "image/jpg", "image/jpeg", ""},
		{"WebP", aWebP, "image/webp", "image/webp", ""},
		{"OFD", anOFD(), "application/ofd", "application/ofd", ""},
		{"OFD, claims nothing", anOFD(), "", "application/ofd", ""},
		{"XML", aXML, "text/xml", "application/xml", ""},
		{"XML with a mark", "\uFEFF" + aXML, "", "application/xml", ""},
		{"XML without a prolog", "<发票 号码='1'/>", "", "application/xml", ""},
		{"XML in GBK", "<?xml version='1.0' encoding='GBK'?><\xb7\xa2\xc6\xb1/>", "", "application/xml", ""},
		{"CSV, claimed", aCSV, "text/csv; charset=utf-8", "text/csv", ""},
		{"CSV, claimed by Windows", aCSV, "application/vnd.ms-excel", "text/csv", ""},
		{"CSV, not claimed", aCSV, "", "text/plain", ""},
		{"CSV in GBK", "\xc8\xd5\xc6\xda,1\r\n", "text/csv", "text/csv", ""},
		{"text", "收到。\n", "text/plain", "text/plain", ""},

		{"PDF called PNG", aPDF, "image/png", "", "evidence-type-differs"},
		{"PNG called PDF", aPNG, "application/pdf", "", "evidence-type-differs"},
		{"text called PDF", "收到。", "application/pdf", "", "evidence-type-differs"},
		{"text called HTML", "收到。", "text/html", "", "evidence-type-differs"},
		{"text called JavaScript", "alert(1)", "text/javascript", "", "evidence-type-differs"},
		{"XML called CSV", aXML, "text/csv", "", "evidence-type-differs"},
		{"XML called SVG", aXML, "image/svg+xml", "", "evidence-type-differs"},
		{"a claim that is none", aPDF, "pdf; =", "", "media-unreadable"},
		{"a claim with a line break", aPDF, "application/pdf\r\nX: y", "", "media-unreadable"},

		{"HTML", "<!DOCTYPE html><title>x</title>", "", "", "evidence-type-active"},
		{"HTML called text", " \n<html><script>alert(1)</script>", "text/plain", "", "evidence-type-active"},
		{"HTML behind a mark", "\uFEFF<html>", "", "", "evidence-type-active"},
		{"words of HTML that are none in XML", "<main><script>alert(1)</script></main>", "", "application/xml", ""},
		{"XHTML", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>`, "", "", "evidence-type-active"},
		{"XHTML under another name", `<?xml version="1.0"?><x:body xmlns:x="http://www.w3.org/1999/xhtml"/>`, "", "", "evidence-type-active"},
		{"SVG", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "image/svg+xml", "", "evidence-type-active"},
		{"SVG called XML", `<?xml version="1.0"?><!-- x --><s:g xmlns:s="http://www.w3.org/2000/svg"/>`, "text/xml", "", "evidence-type-active"},
		{"XML with a style sheet", `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="x"?><a/>`, "", "", "evidence-type-active"},
		{"XML with a document type", `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`, "", "", "evidence-type-active"},
		{"XSLT", `<x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform"/>`, "", "", "evidence-type-active"},
		{"PHP", "<?php system($_GET['x']); ?>", "", "", "evidence-type-active"},
		{"PHP without an end", "<?php system($_GET['x']);", "", "", "evidence-type-unknown"},
		{"shell script", "#!/bin/sh\nrm -rf /\n", "text/plain", "", "evidence-type-active"},
		{"XML cut off", "<?xml version='1.0'?>", "", "", "evidence-type-unknown"},
		{"XML with a root out of reach", "<?xml version='1.0'?><!--" + strings.Repeat("a", headSize) + "--><a/>", "", "", "evidence-type-unknown"},
		{"XML in an unknown encoding", "<?xml version='1.0' encoding='utf-7'?><a/>", "", "", "evidence-type-unknown"},
		{"Windows program", "MZ\x90\x00\x03\x00\x00\x00", "", "", "evidence-type-unknown"},
		{"Windows program called PDF", "MZ\x90\x00\x03\x00\x00\x00", "application/pdf", "", "evidence-type-unknown"},
		{"Linux program", "\x7fELF\x02\x01\x01\x00", "", "", "evidence-type-unknown"},
		{"Java class", "\xca\xfe\xba\xbe\x00\x00\x00\x34", "", "", "evidence-type-unknown"},
		{"GIF", "GIF89a\x01\x00\x01\x00", "", "", "evidence-type-unknown"},
		{"PostScript", "%!PS-Adobe-3.0\n", "", "", "evidence-type-unknown"},
		{"RAR", "Rar!\x1a\x07\x00\x00", "", "", "evidence-type-unknown"},
		{"zip", zipped("invoice.pdf", aPDF), "", "", "evidence-type-unknown"},
		{"zip called OFD", zipped("invoice.exe", "MZ"), "application/ofd", "", "evidence-type-unknown"},
		{"zip with another OFD.xml", zipped("OFD.xml", aXML), "", "", "evidence-type-unknown"},
		{"zip with an OFD.xml deeper down", zipped("a/OFD.xml", aXML), "", "", "evidence-type-unknown"},
		{"zip with OFD.xml not XML", zipped("OFD.xml", "MZ\x90"), "", "", "evidence-type-unknown"},
		{"zip cut off", anOFD()[:100], "", "", "evidence-type-unknown"},
		{"zip of a thousand files", zipped(strings.Split(strings.Repeat("a,b,", 1000)+"OFD.xml,x", ",")...), "", "", "evidence-type-unknown"},
		{"a zip's directory beyond measure", zipped(strings.Split(strings.Repeat(strings.Repeat("a", 20000)+",,", 60)+"b,", ",")...), "", "", "evidence-type-unknown"},
		{"unknown bytes", "\x00\x01\x02\x03", "", "", "evidence-type-unknown"},
		{"unknown bytes called text", "\x00\x01\x02\x03", "text/plain", "", "evidence-type-unknown"},
		{"UTF-16", "\xff\xfea\x00", "text/plain", "", "evidence-type-unknown"},
		{"text with a terminal's escape", "paid\x1b[2J", "", "", "evidence-type-unknown"},
		{"text that becomes a program", strings.Repeat("a", 3*headSize) + "\x00\x01", "", "", "evidence-type-unknown"},
		{"XML that becomes a program", aXML + strings.Repeat(" ", 3*headSize) + "\x7fELF", "", "", "evidence-type-unknown"},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			eachBucket(t, func(t *testing.T, s *Store) {
				e, err := s.Put(t.Context(), strings.NewReader(c.content), c.claim)
				if c.code != "" {
					wantCode(t, err, c.code)
					wantEmpty(t, s)
				} else if err != nil || e.Media != c.want {
					t.Errorf("Put gives %s, %v; want %s", e.Media, err, c.want)
				}
			})
		})
	}
}
