package charset_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"masthead/internal/errs"
	"masthead/internal/fixture"
	"masthead/internal/format/charset"
)

func TestDecode(t *testing.T) {
	tests := map[string]struct {
		in, contentType, want, label string
	}{
		"empty":                          {"", "", "", "utf-8"},
		"utf-8":                          {"Café “x”", "", "Café “x”", "utf-8"},
		"utf-8 mark":                     {"\xEF\xBB\xBF<a>é</a>", "", "<a>é</a>", "utf-8"},
		"latin-1 declared":               {"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>\xA35 \xE9</a>", "", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>£5 é</a>", "windows-1252"},
		"latin-1 declared, utf-8 in":     {"<?xml version='1.0' encoding='ISO-8859-1'?><a>København</a>", "", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>København</a>", "utf-8"},
		"latin-9 euro":                   {"<?xml version='1.0' encoding='ISO-8859-15'?><a>\xA4</a>", "", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>€</a>", "iso-8859-15"},
		"utf-8 declared, cp1252 in":      {"<?xml version='1.0' encoding='UTF-8'?><a>\x93caf\xE9\x94</a>", "", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>“café”</a>", "windows-1252"},
		"nothing declared, cp1252 in":    {"O\x92Brien\x92s caf\xE9", "", "O’Brien’s café", "windows-1252"},
		"transport beats declaration":    {"<?xml version='1.0' encoding='iso-8859-2'?><a>\xA3\x93test.\x94</a>", "text/xml; charset=windows-1252", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>£“test.”</a>", "windows-1252"},
		"transport wrong, declared used": {"<?xml version='1.0' encoding='koi8-r'?><a>\xF0\xD2\xC9</a>", "text/xml; charset=us-ascii", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>При</a>", "koi8-r"},
		"blanks round the sign":          {"\xF0\xD2\xC9", "text/xml;charset = 'koi8-r'", "При", "koi8-r"},
		"shift_jis":                      {"\x93\xFA\x96\x7B", "text/plain; charset=Shift_JIS", "日本", "shift_jis"},
		"utf-16 declared, ascii in":      {"<?xml version='1.0' encoding='utf-16'?><a>é</a>", "", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>é</a>", "utf-8"},
		"utf-16le mark":                  {"\xFF\xFEa\x00\x3D\xD8\x00\xDE", "", "a😀", "utf-16le"},
		"utf-16be no mark":               {"\x00<\x00a\x00>\x20\x19", "", "<a>’", "utf-16be"},
		"utf-32le no mark":               {"<\x00\x00\x00\x00\xF6\x01\x00", "", "<😀", "utf-32le"},
		"utf-32be mark":                  {"\x00\x00\xFE\xFF\x00\x01\xF6\x00", "", "😀", "utf-32be"},
		"xml 1.1 and blanks before":      {"\n <?xml version=\"1.1\"\n encoding=\"utf8\" standalone='yes'?><a/>", "", "\n <?xml version=\"1.0\" encoding=\"UTF-8\"\n?><a/>", "utf-8"},
		"unknown label, utf-8 in":        {"<?xml version='1.0' encoding='ebcdic-cp-us'?><a>é</a>", "", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>é</a>", "utf-8"},
		"replacement character is text":  {"a\uFFFDb", "", "a\uFFFDb", "utf-8"},
		"nbsp":                           {"10\xA0%", "text/plain; charset=iso-8859-1", "10\u00A0%", "windows-1252"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, label, err := charset.Decode([]byte(tt.in), tt.contentType)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want || label != tt.label {
				t.Errorf("got %q (%s), want %q (%s)", got, label, tt.want, tt.label)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	tests := map[string]struct{ in, contentType, want string }{
		"broken after mark":     {"\xEF\xBB\xBFab\ncd\xF1", "", "mark of UTF-8"},
		"cut character":         {"Ottawa – Montréal – caf\xC3", "", "ends inside a character"},
		"mixed":                 {"é é é é \xF1a", "", "line 1, byte 13"},
		"cyrillic, no label":    {"\xF0\xD2\xC9\xD7\xC5\xD4 \xCD\xC9\xD2", "", "names no other encoding"},
		"half a surrogate":      {"\xFF\xFEa\x00\x3D\xD8", "", "half a character"},
		"odd utf-16":            {"\xFF\xFEa\x00b", "", "cut inside a character"},
		"beyond unicode":        {"<\x00\x00\x00\x00\x00\x11\x00", "", "no character in utf-32le"},
		"unassigned byte":       {"a\x9Db", "text/plain; charset=windows-1252", "0x9D at line 1, byte 2"},
		"unknown label":         {"<?xml version='1.0' encoding='x-foo'?>\xE9", "", "encoding \"x-foo\" is not known"},
		"declared and not true": {"\x93\xFA\x96", "text/plain; charset=Shift_JIS", "not shift_jis"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, _, err := charset.Decode([]byte(tt.in), tt.contentType)
			if err == nil || !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, error %v; want an invalid error with %q", got, err, tt.want)
			}
		})
	}
}

// Every real feed and wire file either decodes to UTF-8 that encoding/xml accepts the declaration of, or is one of
// the few that name no encoding and are not Western.
func TestDecodeRealFiles(t *testing.T) {
	refused := map[string]bool{
		"encoding__bozo_invalid-bytes-with-bom.xml": true,
		"illformed__chardet__big5.xml":              true, "illformed__chardet__euckr.xml": true,
		"illformed__chardet__gb2312.xml": true, "illformed__chardet__koi8r.xml": true,
		"illformed__chardet__shiftjis.xml": true, "illformed__chardet__tis620.xml": true,
		"illformed__chardet__windows1255.xml": true,
	}
	headers := contentTypes(t)
	n := 0
	for _, dir := range []string{"feeds/*", "wire/newsml-1", "wire/newsml-g2", "wire/nitf", "wire/ninjs", "wire/iptc7901"} {
		files, err := filepath.Glob(filepath.Join(fixture.Data(t), dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				continue // a folder
			}
			n++
			name := filepath.Base(file)
			text, _, err := charset.Decode(b, headers[name])
			if refused[name] {
				if err == nil {
					t.Errorf("%s: decoded, want it refused", name)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if !utf8.Valid(text) {
				t.Errorf("%s: result is not UTF-8", name)
			}
			if _, err := xml.NewDecoder(bytes.NewReader(text)).RawToken(); err != nil && err != io.EOF && bytes.HasPrefix(text, []byte("<?xml")) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d files read", n)
	}
}

func contentTypes(t *testing.T) map[string]string {
	b, err := os.ReadFile(fixture.Data(t, "feeds", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]struct {
		Headers []string `json:"http_headers"`
	}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	types := map[string]string{}
	for name, f := range all {
		for _, h := range f.Headers {
			if v, ok := strings.CutPrefix(h, "Content-type:"); ok {
				types[filepath.Base(name)] = strings.TrimSpace(v)
			}
		}
	}
	return types
}

func TestDecodeTrueText(t *testing.T) {
	tests := map[string]string{
		"wire/nitf/pa-brexit-latin1-pound.xml":            "£",
		"wire/nitf/ritzau-encoding-mismatch.xml":          "ø",
		"wire/newsml-1/afp-fr-2024-encoding-mismatch.xml": "Décès de Naomi Musenga",
		"feeds/news/rssparser-uolNoticias.rss":            "Últimas Notícias",
		"feeds/news/rssparser-encoding.rss":               "Mãe de utente é a nova presidente da Raríssimas",
		"feeds/micro/encoding__utf-16be-autodetect.xml":   "Wellformed UTF-16",
		"feeds/micro/encoding__utf-32le.xml":              "Wellformed UTF-32",
		"wire/newsml-1/belga-mediawatch-latin9.xml":       "é",
	}
	for name, want := range tests {
		b, err := os.ReadFile(fixture.Data(t, name))
		if err != nil {
			t.Fatal(err)
		}
		text, label, err := charset.Decode(b, "")
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s (%s): no %q in the text, error %v", name, label, want, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("<?xml version='1.0' encoding='iso-8859-1'?><a>\xE9</a>"), "text/xml; charset=utf-8")
	f.Add([]byte("\xFF\xFEa\x00\x3D\xD8\x00\xDE"), "")
	f.Add([]byte("\xE9\x93\x94"), "text/xml;charset = x")
	f.Add([]byte("\x1b$B\x46\x7c"), "text/plain; charset=iso-2022-jp")
	f.Fuzz(func(t *testing.T, b []byte, contentType string) {
		before := bytes.Clone(b)
		text, label, err := charset.Decode(b, contentType)
		if !bytes.Equal(b, before) {
			t.Error("the input was changed")
		}
		if err == nil && (label == "" || !utf8.Valid(text)) {
			t.Errorf("label %q, text %q", label, text)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	in := []byte("<?xml version='1.0' encoding='iso-8859-1'?><a>" + strings.Repeat("Le caf\xE9 est ferm\xE9. ", 500) + "</a>")
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		if _, _, err := charset.Decode(in, ""); err != nil {
			b.Fatal(err)
		}
	}
}
