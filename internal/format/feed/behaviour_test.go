package feed_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"masthead/internal/errs"
	"masthead/internal/fixture"
	"masthead/internal/format/feed"
)

func parse(t *testing.T, text string) *feed.Feed {
	t.Helper()
	f, err := feed.Parse([]byte(text), "", "")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// rss puts an item's inside into a feed.
func rss(inside string) string {
	return `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">` +
		`<channel><title>Harbour News</title><link>https://news.example/</link><item>` + inside + `</item></channel></rss>`
}

func atom(inside string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://news.example/a/"><title>Port</title>` +
		`<author><name>Rédaction</name></author><entry>` + inside + `</entry></feed>`
}

func TestTexts(t *testing.T) {
	for _, c := range []struct{ name, doc, title, summary, content string }{
		{"entities in XML", rss(`<title>Caf&eacute; &amp; Bar &#233; &#x2019; &unheard; A & B</title>`),
			"Café & Bar é ’ &unheard; A & B", "", ""},
		{"entities in CDATA", rss(`<title><![CDATA[Fish &amp; Chips]]></title><description><![CDATA[<p>a &amp;lt; b</p>]]></description>`),
			"Fish & Chips", "<p>a &amp;lt; b</p>", ""},
		{"escaped twice", rss(`<title>AT&amp;amp;T</title><description>&amp;lt;b&amp;gt;</description>`), "AT&T", "&lt;b&gt;", ""},
		{"markup in a title", rss(`<title>A &lt;b&gt;bold&lt;/b&gt; move: x &lt; y, List&lt;T&gt;</title>`), "A bold move: x < y, List<T>", "", ""},
		{"naked markup", rss(`<description>One<br>two <b>three &amp; <i>four</description><title>After</title>`),
			"After", "One<br>two <b>three &amp; <i>four</i></b>", ""},
		{"split CDATA", rss(`<content:encoded><![CDATA[a ]]]]><![CDATA[> b]]> c]]>d</content:encoded>`), "", "", "a ]]> b c]]>d"},
		{"no namespace declared", `<rss><channel><item><content:encoded>&lt;p&gt;x&lt;/p&gt;</content:encoded></item></channel></rss>`, "", "", "<p>x</p>"},
		{"control characters", rss("<title>a\x0bb\x00c&#11;d&#150;e\u0093f</title>"), "abcd–e“f", "", ""},
		{"stray tags", rss(`<title>one</b></title><description>x</p></div>y</description>`), "one", "xy", ""},
		{"atom text", atom(`<title>1 &lt; 2 &amp;amp; 3</title><summary>a &lt;b&gt; c</summary>`), "1 < 2 &amp; 3", "a &lt;b&gt; c", ""},
		{"atom html", atom(`<title type="html">a &amp;amp; &lt;em&gt;b&lt;/em&gt;</title><content type="html">&lt;a href="x.html"&gt;&amp;amp;&lt;/a&gt;</content>`),
			"a & b", "", `<a href="https://news.example/a/x.html">&amp;</a>`},
		{"atom xhtml", atom(`<content type="xhtml" xml:base="b/"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &lt; b<br/><img src="i.png" alt="&quot;"/></p><p/></div></content>`),
			"", "", `<p>a &lt; b<br><img src="https://news.example/a/b/i.png" alt="&#34;"></p><p></p>`},
		{"atom xhtml with prefix", atom(`<content type="xhtml" xmlns:h="http://www.w3.org/1999/xhtml"><h:div><h:p>x</h:p></h:div></content>`), "", "", `<p>x</p>`},
		{"atom base64", atom(`<content type="application/octet-stream">PHA+aGk8L3A+</content>`), "", "", "<p>hi</p>"},
		{"atom picture", atom(`<content type="image/png">iVBORw0KGgoAAAANSUhEUg==</content><summary>s</summary>`), "", "s", ""},
		{"mediaRSS only", rss(`<media:group><media:title>T</media:title><media:description>one
two &lt; three</media:description></media:group>`), "T", "<p>one<br>\ntwo &lt; three</p>", ""},
		{"json", `{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{"id":7,"title":"a &amp; b","content_text":"1 < 2\n\nz"}]}`,
			"a &amp; b", "", "<p>1 &lt; 2</p>\n<p>z</p>"},
	} {
		it := parse(t, c.doc).Items[0]
		if it.Title != c.title || it.Summary != c.summary || it.Content != c.content {
			t.Errorf("%s:\n got %q\n     %q\n     %q\nwant %q\n     %q\n     %q", c.name, it.Title, it.Summary, it.Content, c.title, c.summary, c.content)
		}
	}
}

func TestIdentity(t *testing.T) {
	for _, c := range []struct{ doc, guid, link string }{
		{rss(`<guid> x1 </guid><link>/story</link>`), "x1", "https://news.example/story"},
		{rss(`<link>https://news.example/s</link>`), "https://news.example/s", "https://news.example/s"},
		{rss(`<guid>https://news.example/g</guid>`), "https://news.example/g", "https://news.example/g"},
		{rss(`<guid isPermalink="FALSE">https://news.example/g</guid>`), "https://news.example/g", ""},
		{rss(`<title>Only this</title>`), "digest:0fb0c85f564ee9e7c61dcea64cf89a6b", ""},
		{atom(`<id>tag:x</id><link rel="self" href="me"/><link rel="alternate" type="application/pdf" href="p.pdf"/><link href="h.html" type="text/html"/>`),
			"tag:x", "https://news.example/a/h.html"},
	} {
		it := parse(t, c.doc).Items[0]
		if it.GUID != c.guid || it.Link != c.link {
			t.Errorf("%s: got %q %q, want %q %q", c.doc, it.GUID, it.Link, c.guid, c.link)
		}
	}
	twice := parse(t, `<rss><channel><item><guid>1</guid><title>a</title></item><item><guid>1</guid><title>b</title></item></channel></rss>`)
	if len(twice.Items) != 2 || twice.Items[0].Title != "a" || twice.Items[1].Title != "b" {
		t.Errorf("the same guid twice: %+v", twice.Items)
	}
}

func TestAuthors(t *testing.T) {
	for in, want := range map[string]feed.Author{
		"Ann Lee":                       {Name: "Ann Lee"},
		"ann@news.example (Ann Lee)":    {Name: "Ann Lee", Email: "ann@news.example"},
		"Ann Lee (ann@news.example)":    {Name: "Ann Lee", Email: "ann@news.example"},
		"Ann Lee &lt;ann@news.example>": {Name: "Ann Lee", Email: "ann@news.example"},
		"ann@news.example":              {Email: "ann@news.example"},
		"Ann Lee (Ottawa)":              {Name: "Ann Lee (Ottawa)"},
	} {
		it := parse(t, rss("<author>"+in+"</author><dc:creator>"+in+"</dc:creator>")).Items[0]
		if len(it.Authors) != 1 || it.Authors[0] != want {
			t.Errorf("%s: got %+v, want %+v", in, it.Authors, want)
		}
	}
	it := parse(t, atom(`<title>x</title>`)).Items[0]
	if len(it.Authors) != 1 || it.Authors[0].Name != "Rédaction" || it.Language != "fr" {
		t.Errorf("not inherited: %+v %q", it.Authors, it.Language)
	}
}

func TestMedia(t *testing.T) {
	it := parse(t, rss(`<media:credit>Agency</media:credit><media:thumbnail url="/t.jpg"/>
		<enclosure url="/v.mp4" length="1200" type="video/mp4"/>
		<media:group><media:title>Ferry</media:title>
			<media:content url="/v.mp4" width="640" height="360" duration="61.5" isDefault="true"><media:credit>Ann Lee</media:credit></media:content>
			<media:content url="/small.mp4" width="320"/></media:group>
		<media:content url="/p.jpg" medium="image" fileSize="x"><media:description type="html">&lt;b&gt;Dock&lt;/b&gt; &amp;amp; crane</media:description></media:content>`)).Items[0]
	want := []feed.Media{
		{URL: "https://news.example/v.mp4", Type: "video/mp4", Medium: "video", Length: 1200, Width: 640, Height: 360, Title: "Ferry",
			Duration: 61500 * time.Millisecond, Credit: "Ann Lee", Thumbnail: "https://news.example/t.jpg", Group: 1, Default: true},
		{URL: "https://news.example/small.mp4", Medium: "video", Width: 320, Title: "Ferry", Credit: "Agency", Thumbnail: "https://news.example/t.jpg", Group: 1},
		{URL: "https://news.example/p.jpg", Medium: "image", Description: "Dock & crane", Credit: "Agency", Thumbnail: "https://news.example/t.jpg"},
	}
	if len(it.Media) != len(want) {
		t.Fatalf("got %+v", it.Media)
	}
	for i := range want {
		if it.Media[i] != want[i] {
			t.Errorf("media %d:\n got %+v\nwant %+v", i, it.Media[i], want[i])
		}
	}
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"Wed, 31 Jan 2018 07:26:05 GMT":        "2018-01-31T07:26:05Z",
		"Thu, 01 Jan 04 19:48:21 EST":          "2004-01-02T00:48:21Z",
		"03 Apr 02 1500 GMT":                   "2002-04-03T15:00:00Z",
		"Tue, 15 Nov 2022 20:15:04 Z":          "2022-11-15T20:15:04Z",
		"Seg, 24 Set 2018 19:42:40 -0300":      "2018-09-24T22:42:40Z",
		"mar., 14 mai 2019 08:00:00 +02:00":    "2019-05-14T06:00:00Z",
		"jeu. 4 juil. 2019 08:00 HAE":          "2019-07-04T12:00:00Z",
		"Mon, 1 Juni 2020 08:00:00 MESZ":       "2020-06-01T06:00:00Z",
		"Thu Jan  1 19:48:21 2004":             "2004-01-01T19:48:21Z?",
		"Sun Jan 04 16:29:06 PST 2004":         "2004-01-05T00:29:06Z",
		"Sun Jan 04 16:29:06 +0000 2004":       "2004-01-04T16:29:06Z",
		"May 14, 2020 3 PM":                    "2020-05-14T15:00:00Z?",
		"12 October 2019 12:30 AM UTC":         "2019-10-12T00:30:00Z",
		"05-Jan-2014 10:00:00 GMT+2":           "2014-01-05T08:00:00Z",
		"Wed, 4 May 2016 06:53:45 -0500 (EST)": "2016-05-04T11:53:45Z",
		"2003-12-31T10:14:55Z":                 "2003-12-31T10:14:55Z",
		"2003-12-31T10:14:55.123+01:00":        "2003-12-31T09:14:55Z",
		"2003-12-31 10:14":                     "2003-12-31T10:14:00Z?",
		"2003-12-31T10:14:55 EST":              "2003-12-31T15:14:55Z",
		"20031231T101455Z":                     "2003-12-31T10:14:55Z",
		"2003-12":                              "2003-12-01T00:00:00Z?",
		"2003":                                 "2003-01-01T00:00:00Z?",
		"2003-335":                             "2003-12-01T00:00:00Z?",
		"2020/1/10 14:33:00":                   "2020-01-10T14:33:00Z?",
		"1518478934":                           "2018-02-12T23:42:14Z",
		"2016-12-31T23:59:60Z":                 "2016-12-31T23:59:59Z",
		"2016-12-31T24:00:00Z":                 "2017-01-01T00:00:00Z",
		"14/05/2020 10:00":                     "2020-05-14T10:00:00Z?",
		"Sat, 01 Jan 2005 00:00:00 XYZ":        "2005-01-01T00:00:00Z?",
		"3/4/2020":                             "",
		"0001-01-01T00:00:00":                  "",
		"Thu, 01 Jan 1970 00:00:00 GMT":        "",
		"30 Feb 2020":                          "",
		"2020-13-01":                           "",
		"yesterday":                            "",
		"12":                                   "",
	} {
		d := parse(t, rss("<pubDate> "+in+" </pubDate>")).Items[0].Published
		got := ""
		if !d.Time.IsZero() {
			got = d.Time.Format(time.RFC3339)
			if d.Floating {
				got += "?"
			}
		}
		if got != want || d.Raw != strings.Join(strings.Fields(in), " ") {
			t.Errorf("%q: got %q (raw %q), want %q", in, got, d.Raw, want)
		}
	}
}

func TestBrokenFeeds(t *testing.T) {
	item := `<item><guid>1</guid><title>whole</title></item>`
	for _, c := range []struct {
		name, doc string
		items     int    // -1: refused
		says      string // in the error or a problem; "" expects no problem
	}{
		{"cut after an item", `<rss><channel>` + item + `<item><title>half`, 1, "ends inside"},
		{"cut in a tag", `<rss><channel>` + item + `<item><enclosure url="x`, 1, "ends inside"},
		{"no end tags", `<rss><channel>` + item, 1, "ends without"},
		{"cut in the first", `<rss><channel><item><title>half`, -1, "no complete item"},
		{"item not closed", `<rss><channel>` + item + `<item><title>b</title></channel></rss>`, 2, ""},
		{"trailing garbage", `<rss><channel>` + item + `</channel></rss><!-- x --><script>&&&`, 1, ""},
		{"two roots", `<rss><channel>` + item + `</channel></rss><rss><channel>` + item + `</channel></rss>`, 1, ""},
		{"page", `<!DOCTYPE html><html><head><title>x</title></head></html>`, -1, "HTML page"},
		{"text", `Service unavailable`, -1, "no XML element"},
		{"blank", " \n ", -1, "empty"},
		{"json array", `[{"id":1}]`, -1, "not a JSON Feed"},
		{"other json", `{"uri":"x","type":"text"}`, -1, "not a JSON Feed"},
		{"cut json", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1"},{"id":"2"},{"id":`, 2, "ends early"},
		{"odd json items", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","tags":"a","authors":[null,"Ann"],"attachments":{"url":"u","size_in_bytes":"x"}},5]}`, 1, "left out"},
		{"deep", `<rss><channel>` + item + `<item>` + strings.Repeat("<b>", 300) + `</item>`, 1, "256 deep"},
		{"wide", `<rss><channel>` + item + `<item>` + strings.Repeat("<b/>", 100_001) + `</item>`, 1, "100,000 elements"},
	} {
		f, err := feed.Parse([]byte(c.doc), "", "")
		if c.items < 0 {
			if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: got %v, want Invalid with %q", c.name, err, c.says)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if said := strings.Join(f.Problems, "; "); len(f.Items) != c.items || (said == "") != (c.says == "") || !strings.Contains(said, c.says) {
			t.Errorf("%s: %d items, problems %q", c.name, len(f.Items), said)
		}
	}
}

func TestLimits(t *testing.T) {
	if _, err := feed.Parse(make([]byte, feed.MaxBytes+1), "", ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("too large: %v", err)
	}
	f := parse(t, `<rss><channel>`+strings.Repeat(`<item/>`, feed.MaxItems+1)+`</channel></rss>`)
	if len(f.Items) != feed.MaxItems || len(f.Problems) != 1 {
		t.Errorf("too many items: %d, %q", len(f.Items), f.Problems)
	}
}

// TestEntityDeclarations shows that no declaration of a document is ever used.
func TestEntityDeclarations(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString(`<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol"><!ENTITY ext SYSTEM "file:///etc/passwd">`)
	for i := range 9 {
		fmt.Fprintf(&bomb, `<!ENTITY l%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&l%d;", i), 10))
	}
	bomb.WriteString(`]><rss><channel><item><title>&l9;&ext;</title></item></channel></rss>`)
	if got := parse(t, bomb.String()).Items[0].Title; got != "&l9;&ext;" {
		t.Errorf("got %.100q", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, doc := range []string{
		rss(`<title>a &lt;b&gt; &#x41; &eacute;</title><media:group><media:content url="x" duration="1e9"/></media:group><pubDate>Thu, 01 Jan 04 19:48:21 EST</pubDate>`),
		atom(`<id>1</id><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><a href="?x">y</a></div></content><updated>2003-12-31</updated>`),
		atom(`<content type="html" xml:base="../b/">&lt;img src=x alt='"'&gt;</content><published>May 14, 2020 3 PM</published>`),
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item rdf:about="u"><dc:date>05-Jan-2014</dc:date></item></rdf:RDF>`,
		`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"content_html":"<a href='x'>","attachments":[{"url":"u"}]}]}`,
		`<!DOCTYPE rss [<!ENTITY a "]>">]><rss><channel><item><title>]]>--</b>`,
	} {
		f.Add([]byte(doc), "application/xml", "https://news.example/feed")
	}
	f.Fuzz(func(t *testing.T, b []byte, contentType, base string) {
		got, err := feed.Parse(b, contentType, base)
		if (got == nil) == (err == nil) {
			t.Fatalf("feed %v, error %v", got, err)
		}
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("kind of %v", err)
			}
			return
		}
		for _, it := range got.Items {
			if it.GUID == "" {
				t.Fatal("an item without guid")
			}
			for _, d := range []feed.Date{it.Published, it.Updated} {
				if !d.Time.IsZero() && (d.Raw == "" || d.Time.Location() != time.UTC) {
					t.Fatalf("date %+v", d)
				}
			}
		}
	})
}

// BenchmarkParse reads a news feed with long descriptions and reports items per second.
func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"news/rssparser-guardian.rss", "blogs/DaringFireball.atom", "jsonfeed/inessential.json"} {
		b.Run(name, func(b *testing.B) {
			text, err := os.ReadFile(fixture.Data(b, "feeds", name))
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(text)))
			items := 0
			for b.Loop() {
				f, err := feed.Parse(text, "", "")
				if err != nil {
					b.Fatal(err)
				}
				items += len(f.Items)
			}
			b.ReportMetric(float64(items)/b.Elapsed().Seconds(), "items/s")
		})
	}
}
