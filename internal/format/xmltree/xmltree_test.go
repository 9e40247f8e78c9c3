package xmltree_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"masthead/internal/errs"
	"masthead/internal/fixture"
	"masthead/internal/format/charset"
	"masthead/internal/format/xmltree"
)

// dump writes a tree so that every name, attribute and blank shows.
func dump(n *xmltree.Node) string {
	if n.IsText() {
		return fmt.Sprintf("%q", n.Text)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "(%s|%s", n.Name.Space, n.Name.Local)
	for _, a := range n.Attrs {
		fmt.Fprintf(&b, " %s|%s=%q", a.Name.Space, a.Name.Local, a.Value)
	}
	for _, k := range n.Kids {
		b.WriteString(" " + dump(k))
	}
	return b.String() + ")"
}

func TestParse(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"mixed content keeps blanks": {"<p>see <a href='x'>here</a> , and\n <b> there</b></p>", `(|p "see " (|a |href="x" "here") " , and\n " (|b " there"))`},
		"comment joins text":         {"<p>a<!-- - --><?pi x?>b<![CDATA[<c>&amp;]]>d</p>", `(|p "ab<c>&amp;d")`},
		"references":                 {"<p t='&quot;&#x41;&eacute;'>&lt;&#8220;&nbsp;&hellip;&apos;</p>", "(|p |t=\"\\\"Aé\" \"<“\\u00a0…'\")"},
		"default namespace":          {"<a xmlns='u' k='v'><b/><c xmlns=''/></a>", `(u|a |k="v" (u|b) (|c))`},
		"prefixes":                   {"<x:a xmlns:x='u' x:k='v' xml:lang='fr'><x:b/></x:a>", `(u|a u|k="v" http://www.w3.org/XML/1998/namespace|lang="fr" (u|b))`},
		"binding after use in a tag": {"<x:a x:k='v' xmlns:x='u'/>", `(u|a u|k="v")`},
		"undeclared prefix":          {"<x:a/>", `(x|a)`},
		"binding ends":               {"<a><b xmlns='u'/><c/></a>", `(|a (u|b) (|c))`},
		"line ends":                  {"<a k='1\r\n2\t3&#10;4'>x\r\ny\rz</a>", `(|a |k="1 2 3\n4" "x\ny\nz")`},
		"declaration and doctype":    {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE nitf SYSTEM \"../dtd/nitf-3-2.dtd\">\n<nitf/>\n<!-- end -->\n", `(|nitf)`},
		"own entity":                 {"<!DOCTYPE a [ <!-- > ] --> <!ELEMENT a (#PCDATA)> <!ENTITY pub \"The “Post”\"> <!ENTITY % x SYSTEM 'y.dtd'> %x; ]><a>&pub;</a>", `(|a "The “Post”")`},
		"no-break space stays":       {"<a>\u00a0x\u00a0</a>", "(|a \"\\u00a0x\\u00a0\")"},
		"byte order mark":            {"\uFEFF<a/>", "(|a)"},
		"dotted names":               {"<body.head><hl1.x-2/></body.head>", "(|body.head (|hl1.x-2))"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			n, err := xmltree.Parse([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := dump(n); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	bomb := "<!DOCTYPE a [<!ENTITY a \"" + strings.Repeat("x", 1000) + "\">]><a>" + strings.Repeat("&a;", 1000) + "</a>"
	tests := map[string]struct{ in, want string }{
		"empty":               {"", "line 1: there is no element"},
		"cut off":             {"<a>\n<b>\ntext", "line 2: <b> is never closed"},
		"wrong end":           {"<a>\n<b>\n</a>", "line 3: </a> where </b> is due, which opened on line 2"},
		"two roots":           {"<a/><b/>", "second root"},
		"text outside":        {"<a/>\nx", "line 2: text outside"},
		"bare ampersand":      {"<a>\nAT&T</a>", "line 2: an & that begins no reference"},
		"unknown entity":      {"<a>&nosuch;</a>", "&nosuch; is unknown"},
		"prefix of entity":    {"<a>&notx;</a>", "&notx; is unknown"},
		"control character":   {"<a>\x0b</a>", "U+000B"},
		"control reference":   {"<a>&#11;</a>", "&#11; is no character"},
		"surrogate reference": {"<a>&#xD800;</a>", "no character"},
		"no quotes":           {"<a k=v/>", "has no quotes"},
		"no value":            {"<a k/>", "has no value"},
		"twice":               {"<a k='1' k='2'/>", "stands twice"},
		"twice by namespace":  {"<a xmlns:x='u' xmlns:y='u' x:k='1' y:k='2'/>", "stands twice"},
		"not UTF-8":           {"<a>\xE9</a>", "not UTF-8"},
		"external entity":     {"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", "&x; is unknown or not plain text"},
		"entity in entity":    {"<!DOCTYPE a [<!ENTITY x \"y\"><!ENTITY z \"&x;&x;\">]><a>&z;</a>", "&z; is unknown or not plain text"},
		"entity flood":        {bomb, "declared entities add more than"},
		"depth":               {strings.Repeat("<a>", 300), "deeper than 256"},
		"nodes":               {"<a>" + strings.Repeat("<b/>", 500_001) + "</a>", "more than 500000 nodes"},
		"size":                {strings.Repeat(" ", 32<<20+1), "are not read"},
		"comment":             {"<a><!-- </a>", "comment does not end"},
		"less-than":           {"<a>1 < 2</a>", "a < that begins no tag"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := xmltree.Parse([]byte(tt.in))
			if err == nil || !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want an invalid one with %q", err, tt.want)
			}
		})
	}
}

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"": "", " \n": "", "a": "a", " a  b\n\tc ": "a b c", "\u00a0a\u00a0": "\u00a0a\u00a0", "a\r\nb": "a b",
	} {
		if got := xmltree.OneLine(in); got != want {
			t.Errorf("OneLine(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAppendHTML(t *testing.T) {
	n, err := xmltree.Parse([]byte(`<x:P xmlns:x="u" x:k="1" title="a&quot;b" xml:lang="fr">1 &lt; 2 "q" &amp; <br/><x:i/></x:P>`))
	if err != nil {
		t.Fatal(err)
	}
	want := `<p title="a&#34;b" lang="fr">1 &lt; 2 "q" &amp; <br><i></i></p>`
	if got := string(n.AppendHTML(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func realFiles(t testing.TB) map[string][]byte {
	files := map[string][]byte{}
	for _, dir := range []string{"newsml-g2", "newsml-g2-conformance", "nitf", "events"} {
		names, err := filepath.Glob(fixture.Data(t, "wire", dir, "*.xml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			text, _, err := charset.Decode(b, "")
			if err != nil {
				t.Fatal(name, err)
			}
			files[filepath.Base(name)] = text
		}
	}
	return files
}

// The standard decoder is the second opinion on what well-formed files say.
func TestParseAgreesWithEncodingXML(t *testing.T) {
	for name, text := range realFiles(t) {
		d := xml.NewDecoder(strings.NewReader(string(text)))
		var want strings.Builder
		depth := 0
		var stdErr error
		for {
			tok, err := d.Token()
			if err != nil {
				if err != io.EOF {
					stdErr = err
				}
				break
			}
			switch v := tok.(type) {
			case xml.StartElement:
				depth++
				fmt.Fprintf(&want, "<%s|%s", v.Name.Space, v.Name.Local)
				for _, a := range v.Attr {
					if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
						fmt.Fprintf(&want, " %s=%s", a.Name.Local, xmltree.OneLine(a.Value))
					}
				}
			case xml.EndElement:
				depth--
				want.WriteString(">")
			case xml.CharData:
				if depth > 0 {
					want.Write(v)
				}
			}
		}
		n, err := xmltree.Parse(text)
		if (err != nil) != (stdErr != nil) {
			t.Errorf("%s: error %v, encoding/xml says %v", name, err, stdErr)
			continue
		}
		if err != nil {
			continue
		}
		var got strings.Builder
		write(&got, n)
		if got.String() != want.String() {
			t.Errorf("%s: the trees differ", name)
		}
	}
}

func write(b *strings.Builder, n *xmltree.Node) {
	if n.IsText() {
		b.WriteString(n.Text)
		return
	}
	fmt.Fprintf(b, "<%s|%s", n.Name.Space, n.Name.Local)
	for _, a := range n.Attrs {
		fmt.Fprintf(b, " %s=%s", a.Name.Local, xmltree.OneLine(a.Value))
	}
	for _, k := range n.Kids {
		write(b, k)
	}
	b.WriteString(">")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("<!DOCTYPE a [<!ENTITY x 'y'>]><a k='&x;'>b<![CDATA[c]]>&eacute;<d/></a>"))
	f.Add([]byte("<x:a xmlns:x='u' x:k=\"1\">\r\n<!-- --></x:a>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := xmltree.Parse(b)
		if (n == nil) == (err == nil) {
			t.Fatalf("node %v, error %v", n, err)
		}
		if err == nil {
			n.AppendHTML(nil)
			n.Line()
		}
	})
}

func BenchmarkParse(b *testing.B) {
	files := realFiles(b)
	size := 0
	for _, text := range files {
		size += len(text)
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, text := range files {
			_, _ = xmltree.Parse(text)
		}
	}
	b.ReportMetric(float64(len(files)*b.N)/b.Elapsed().Seconds(), "items/s")
}

func TestSpaced(t *testing.T) {
	n, err := xmltree.Parse([]byte("<a><b>Ottawa</b><c>Ontario</c>, <d>x</d><br/>y <skip>no</skip></a>"))
	if err != nil {
		t.Fatal(err)
	}
	if got := n.Spaced("skip"); got != "Ottawa Ontario, x y" {
		t.Errorf("got %q", got)
	}
}
