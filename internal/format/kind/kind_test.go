package kind_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"masthead/internal/fixture"
	"masthead/internal/format/kind"
)

func TestOf(t *testing.T) {
	tests := map[string]struct {
		in   string
		kind kind.Kind
		what string
	}{
		"empty":          {" \n", kind.Unknown, "an empty file"},
		"nothing":        {"", kind.Unknown, "an empty file"},
		"plain":          {"The council met.", kind.Unknown, "plain text"},
		"html":           {"<!DOCTYPE html>\n<html lang=en>", kind.Unknown, "an HTML page"},
		"html fragment":  {"<!doctype html><title>x</title>", kind.Unknown, "an HTML page"},
		"nitf":           {"<?xml version='1.0'?><!-- c > --><!DOCTYPE nitf SYSTEM \"x\" [<!ENTITY a \"]>\">]>\n<nitf>", kind.NITF, "a NITF document"},
		"news item":      {"<ns0:newsItem xmlns:ns0='http://iptc.org/std/nar/2006-10-01/'>", kind.NewsMLG2, "a NewsML-G2 newsItem"},
		"foreign item":   {"<newsItem xmlns='urn:other'>", kind.Unknown, "an XML document with the root element <newsItem>"},
		"fragment":       {"<contentMeta xmlns=\"http://iptc.org/std/nar/2006-10-01/\">", kind.Unknown, "a part of a NewsML-G2 item, <contentMeta>, without the item"},
		"newsml 1":       {"<NewsML Version=\"1.2\"><x/>", kind.Unknown, "a NewsML 1 document, the format before NewsML-G2"},
		"newsml doctype": {"<!DOCTYPE NewsML SYSTEM \"NewsML_1.2.dtd\"><NewsML>", kind.Unknown, "a NewsML 1.2 document, the format before NewsML-G2"},
		"rss":            {"\xEF\xBB\xBF\n<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'>", kind.RSS, "an RSS 2.0 feed"},
		"rss bare":       {"<rss><channel>", kind.RSS, "an RSS feed"},
		"rss 1.0":        {"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns=\"http://purl.org/rss/1.0/\">", kind.RSS1, "an RSS 1.0 feed"},
		"rdf":            {"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>", kind.Unknown, "an RDF document that is no feed"},
		"atom":           {"<a:feed xmlns:a='http://www.w3.org/2005/Atom'>", kind.Atom, "an Atom feed"},
		"other feed":     {"<feed xmlns='urn:x'>", kind.Unknown, "an XML document with the root element <feed>"},
		"utf-16":         {"\xFF\xFE<\x00n\x00i\x00t\x00f\x00>\x00", kind.NITF, "a NITF document"},
		"no root":        {"<?xml version='1.0'?>", kind.Unknown, "XML without an element"},
		"json feed":      {`{"version":"https://jsonfeed.org/version/1.1","items":[`, kind.JSONFeed, "a JSON Feed"},
		"ninjs 1":        {`{"uri":"u","type":"text","headline":"h","versioncreated":"x"}`, kind.Ninjs1, "a ninjs 1 item"},
		"ninjs 2":        {`{"uri":"u","type":"text","headlines":[],"versioncreated":"x"}`, kind.Ninjs2, "a ninjs 2 item"},
		"ninjs 3":        {`[{"uri":"u","type":"text","headlines":[],"versionCreated":"x"}`, kind.Ninjs3, "a ninjs 3 item"},
		"ninjs page":     {`{"item":[{"uri":"u","type":"text","headline":"h","versioncreated":"x"}]}`, kind.Ninjs1, "a ninjs 1 item"},
		"json":           {`{"b":1,"a":{}}`, kind.Unknown, "JSON of an unknown kind (with a, b)"},
		"broken json":    {`{"a`, kind.Unknown, "damaged JSON"},
		"pdf":            {"%PDF-1.7", kind.Unknown, "a PDF file"},
		"binary":         {"abc\x00def", kind.Unknown, "a binary file"},
		"mail":           {"Received: from x\n by y\nSubject: z\n\nHello", kind.Unknown, "an e-mail message"},
		"like mail":      {"Dateline: Ottawa\nHello", kind.Unknown, "plain text"},
		"calendar":       {"BEGIN:VCALENDAR\n", kind.Unknown, "an iCalendar file"},
	}
	for name, tt := range tests {
		k, what := kind.Of([]byte(tt.in))
		if k != tt.kind || what != tt.what {
			t.Errorf("%s: got %q, %q; want %q, %q", name, k, what, tt.kind, tt.what)
		}
	}
}

// The formats that expected.json names, in our words; all others are unknown to us.
var formats = map[string]kind.Kind{
	"newsml-g2": kind.NewsMLG2, "nitf": kind.NITF, "xml:feed": kind.Atom, "jsonfeed": kind.JSONFeed,
	"rss 2.0": kind.RSS, "rss 0.92": kind.RSS, "rss 0.91": kind.RSS, "rss ?": kind.RSS, "atom 1.0": kind.Atom,
	"atom 0.3/other": kind.Atom, "rdf": kind.RSS1,
}

func TestRealFiles(t *testing.T) {
	// Files whose expectation says something else than what a reader needs to know.
	special := map[string]kind.Kind{
		"ninjs/bbc-ninjs-text.json": kind.Ninjs1, // a page with one item
	}
	n := 0
	for _, folder := range []string{"wire", "feeds"} {
		b, err := os.ReadFile(fixture.Data(t, folder, "expected.json"))
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]struct{ Format string }
		if err := json.Unmarshal(b, &all); err != nil {
			t.Fatal(err)
		}
		for name, f := range all {
			if f.Format == "" {
				continue
			}
			b, err := os.ReadFile(fixture.Data(t, folder, name))
			if err != nil {
				t.Fatal(err)
			}
			n++
			got, what := kind.Of(b)
			want, ok := special[name]
			switch {
			case ok:
			case f.Format == "ninjs":
				want = kind.Ninjs1
				if v := filepath.Base(name); strings.HasPrefix(v, "v2") || strings.HasPrefix(v, "v3") {
					want = kind.Kind("ninjs" + v[1:2])
				}
				if strings.HasPrefix(filepath.Base(name), "ninjs3") {
					want = kind.Ninjs3
				}
			default:
				want = formats[f.Format]
			}
			if got != want || what == "" {
				t.Errorf("%s: got %q (%s), want %q for %s", name, got, what, want, f.Format)
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d files", n)
	}
}

func FuzzOf(f *testing.F) {
	f.Add([]byte("<!DOCTYPE x [<!ENTITY a \"b\">]><rss version=\"2.0\">"))
	f.Add([]byte(`{"item":[{"uri":"u","type":"text","headline":"h","versionCreated":"x"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, what := kind.Of(b); what == "" {
			t.Error("no description")
		}
	})
}

func BenchmarkOf(b *testing.B) {
	in := []byte("<?xml version='1.0'?><newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='g'>" + strings.Repeat("<p>text</p>", 1000))
	for b.Loop() {
		kind.Of(in)
	}
}
