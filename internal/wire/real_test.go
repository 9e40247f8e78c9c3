package wire_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/fixture"
	"masthead/internal/wire"
)

// TestReadFacts checks what is known of real files: how many items, and exact pieces of the items' texts.
func TestReadFacts(t *testing.T) {
	tests := []struct {
		path, format, uri, status, headline string
		items, problems                     int
		text                                []string // exact pieces of the text
	}{
		{path: "ninjs/superdesk-ninjs-embargoed.json", format: "ninjs1", uri: "fd8e441b-a698-4411-9246-7d5de21cced9", status: "usable", items: 1,
			headline: "Trouble is brewing for the future of beer",
			text:     []string{"it “tastes like eating a Band-Aid.\"In 2021", "climate change on America’s favorite alcoholic beverage. The result", " — nearly a gallon"}},
		{path: "ninjs/v3.0-dpa_text.json", format: "ninjs3", uri: "urn:newsml:dpa.com:20090101:190510-99-167362", status: "usable", items: 1,
			headline: "Faktencheck Derby-Elfmeter: Hat Schiedsrichter Zwayer recht?",
			text:     []string{"Für Lucien Favre war es «der größte Skandal im Fußball seit Jahren».", "die richtige Auslegung der Bestimmungen kommen."}},
		{path: "newsml-g2/ap-newsmessage-3-items.xml", format: "newsml-g2", uri: "tag:ap.org,2011:5e565888b587889c5c8bd62b6164118c-text", status: "usable", items: 3,
			headline: "Nutrisystem beats 4Q earnings and revenue expectations", text: []string{"FORT WASHINGTON, Pa. (AP) _ Nutrisystem Inc. (NTRI) on Monday"}},
		{path: "newsml-g2/globenewswire-fr-correction.xml", format: "newsml-g2", uri: "urn:newsml:marketwired.com:20020408:202005267925935-fr", status: "usable", items: 1,
			headline: "CORRECTION ET MISE À JOUR - Les réseaux mobiles dans les régions rurales au Canada sont parmi les plus rapides au monde",
			text:     []string{"© 2020 Opensignal Limited."}},
		{path: "newsml-g2/reuters-L1N14N0FF-1542761538-canceled.xml", format: "newsml-g2", uri: "tag:reuters.com,0000:newsml_L1N14N0FF", status: "canceled", items: 1,
			headline: "CORRECTED-S. Illinois battles flooding as Mississippi River builds downstream"},
		{path: "newsml-g2/dpa-eni-2017.xml", format: "newsml-g2", uri: "urn:newsml:dpa.com:20090101:171220-99-357156", status: "usable", items: 1,
			headline: "Chef von Ölkonzern Eni soll wegen Nigeria-Schmiergeldern vor Gericht", text: []string{"Rom (dpa) - Der Geschäftsführer des italienischen Energiekonzerns Eni, Claudio Descalzi, m"}},
		{path: "nitf/pa-brexit-latin1-pound.xml", format: "nitf", uri: "17b7b4c3-6e05-4690-b7cb-37b5c99c9a86HHH-5-1", status: "usable", items: 1,
			headline: "HARD BREXIT TO COST UK UP TO £66BN A YEAR, SAYS TREASURY", text: []string{"Treasury coffers will take a £66 billion annual hit"}},
		{path: "nitf/ritzau-encoding-mismatch.xml", format: "nitf", uri: "20160512:RTZ:8883:0", status: "usable", items: 1,
			headline: "*En 41-årig mand, der onsdag blev anholdt og sat i forbindel", text: []string{"København /ritzau/: En 41-årig mand"}},
		{path: "nitf/ap-nitf.xml", format: "nitf", uri: "sha256:4e59dc7635f4f0d007ba6f06ec1dbdaf", status: "usable", items: 1,
			headline: "Can trading pollution like stocks help fight climate change?", text: []string{"NEW YORK (AP) — The gas produced by hog manure"}},
		{path: "events/stt-planning-584717.xml", format: "newsml-g2", problems: 1},
		{path: "newsml-g2/iptc-LISTING_6_Simple_NewsML-G2_Package.xml", format: "newsml-g2", uri: "tag:example.com,2008:UK-NEWS-TOPTEN:UK20081220098658", status: "usable", items: 1, headline: "UK"},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			b, err := os.ReadFile(fixture.Data(t, "wire", filepath.FromSlash(test.path)))
			if err != nil {
				t.Fatal(err)
			}
			m, err := wire.Read(b, "")
			if err != nil {
				t.Fatal(err)
			}
			if m.Format != test.format || len(m.Items) != test.items || len(m.Problems) != test.problems {
				t.Fatalf("%s, %d items, problems %v", m.Format, len(m.Items), m.Problems)
			}
			if test.items == 0 {
				return
			}
			it := m.Items[0]
			if it.URI != test.uri || it.PubStatus != test.status || it.Headline() != test.headline {
				t.Errorf("%s, %s, %q", it.URI, it.PubStatus, it.Headline())
			}
			body, _ := it.Body()
			d, _ := doc.FromHTML(body.Value, doc.HTMLOptions{})
			for _, want := range test.text {
				if !strings.Contains(doc.Text(d), want) {
					t.Errorf("not in the text: %q\n%.400s", want, doc.Text(d))
				}
			}
			if it.Type == "composite" && len(it.Associations) == 0 {
				t.Error("a package without its members")
			}
		})
	}
}

// TestReadPart: one broken item of many is named and the others come.
func TestReadPart(t *testing.T) {
	good := strings.ReplaceAll(version("g1", 1, "usable", "one", ""), "\n", "")
	other := strings.ReplaceAll(version("g2", 1, "usable", "two", ""), "\n", "")
	noID := strings.Replace(good, `"uri":"g1",`, "", 1)
	for name, text := range map[string]string{
		"list":                   "[" + good + "," + noID + "," + other + "]",
		"wrapped":                `{"items":[` + good + "," + noID + "," + other + "]}",
		"lines":                  good + "\n" + noID + "\n" + other + "\n",
		"a line that is no JSON": good + "\n{\"uri\":\"g3\",\n" + other + "\n",
	} {
		m, err := wire.Read([]byte(text), "")
		if err != nil || len(m.Items) != 2 || len(m.Problems) != 1 || m.Problems[0].Item != "item 2" {
			t.Errorf("%s: %v, %d items, problems %v", name, err, len(m.Items), m.Problems)
		}
	}
	if _, err := wire.Read([]byte("["+noID+"]"), ""); err == nil {
		t.Error("a file with nothing but a broken item was read")
	}
}

// TestIngestReal brings in all real files, twice: nothing crashes, and the second time changes nothing.
func TestIngestReal(t *testing.T) {
	dirs := []string{fixture.Data(t, "wire"), fixture.Data(t, "feeds")}
	dbtest.EachAt(t, (&clock{noon}).now, func(t *testing.T, d *db.DB) {
		portal(t, d)
		o := wire.Options{Publish: true}
		first, err := wire.Ingest(t.Context(), d, dirs, o)
		if err != nil {
			t.Fatal(err)
		}
		if first.New < 800 || first.Published < 600 {
			t.Errorf("%d new, %d published", first.New, first.Published)
		}
		for _, f := range first.Failed {
			if len(f.Reason) < 10 {
				t.Errorf("no reason: %s", f)
			}
		}
		sizes := func() (all []int) {
			for _, table := range tables {
				all = append(all, count(t, d, table))
			}
			return all
		}
		before := sizes()
		second, err := wire.Ingest(t.Context(), d, dirs, o)
		if err != nil || second.New != 0 || second.Published != 0 || !slices.Equal(before, sizes()) {
			t.Errorf("again: %v, %d new, %d updated, %d published, rows %v, before %v", err, second.New, second.Updated, second.Published, sizes(), before)
		}
	})
}

// TestReuters: a corrected story and its cancellation, whose version numbers are random, in both orders.
func TestReuters(t *testing.T) {
	corrected := fixture.Data(t, "wire", "newsml-g2", "reuters-L1N14N0FF-978556838-corrected.xml")
	gone := fixture.Data(t, "wire", "newsml-g2", "reuters-L1N14N0FF-1542761538-canceled.xml")
	for _, order := range [][]string{{corrected, gone}, {gone, corrected}} {
		dbtest.EachAt(t, (&clock{noon}).now, func(t *testing.T, d *db.DB) {
			portal(t, d)
			r, err := wire.Ingest(t.Context(), d, order, wire.Options{Publish: true})
			if err != nil || r.Canceled != 1 {
				t.Fatalf("%v, %+v", err, r)
			}
			it := find(t, d, "tag:reuters.com,0000:newsml_L1N14N0FF")
			if it.status != "canceled" || it.versions != 2 || it.public != "" && it.public != "410" {
				t.Errorf("%+v", it)
			}
		})
	}
}

func TestParse(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.json", version("g", 1, "usable", "Été — “quoted”", ""))
	write(t, dir, "b.txt", "Hello.\n")
	write(t, dir, ".hidden", "Hello.\n")
	var out, bad bytes.Buffer
	failed, err := wire.Parse(&out, &bad, []string{dir, filepath.Join(dir, "none")})
	if err != nil || failed != 2 {
		t.Errorf("%d failed, %v", failed, err)
	}
	var it struct {
		URI       string
		Headlines []struct{ Value string }
		Bodies    []struct{ Role, Value string }
		Standard  struct{ Version string }
	}
	if err := json.Unmarshal(out.Bytes(), &it); err != nil || bytes.Count(out.Bytes(), []byte("\n")) != 1 {
		t.Fatalf("%v: %s", err, out.Bytes())
	}
	if it.URI != "g" || it.Headlines[0].Value != "Été — “quoted”" || it.Standard.Version != "3.1" ||
		it.Bodies[0].Value != "<p>Été — “quoted”: text of the story.</p>" || it.Bodies[1].Value != "Été — “quoted”: text of the story." {
		t.Errorf("%s", out.Bytes())
	}
	for _, want := range []string{filepath.Join(dir, "b.txt") + ": plain text", filepath.Join(dir, "none") + ": no such file"} {
		if !strings.Contains(bad.String(), want) {
			t.Errorf("%q is not in %q", want, bad.String())
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(version("g", 1, "usable", "one", "")))
	f.Add([]byte("[" + version("g", 1, "usable", "one", "") + `,{"uri":"x","headline":"y"}]`))
	f.Add([]byte(newsmlFile("urn:x", 1)))
	f.Add([]byte(`<nitf><head><docdata management-status="embargoed"><doc-id id-string="1" regsrc="X"/></docdata></head><body><body.head><hedline><hl1>A</hl1></hedline></body.head><body.content><p>B</p></body.content></body></nitf>`))
	f.Add([]byte(`<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>A</title><description>&lt;p>B</description></item></channel></rss>`))
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom"><id>i</id><title>T</title><entry><id>1</id><title>A</title><content type="html">B</content></entry></feed>`))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","content_text":"B"}]}`))
	root := filepath.Join(fixture.Root(f), "..", "shared", "data", "wire")
	filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && !strings.Contains(path, "renditions") {
			if b, err := os.ReadFile(path); err == nil && len(b) < 20_000 {
				f.Add(b)
			}
		}
		return nil
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := wire.Read(b, "")
		if err != nil {
			return
		}
		for i := range m.Items {
			it := &m.Items[i]
			if it.URI == "" || strings.ContainsAny(it.URI, "\x00\n") || !slices.Contains([]string{"usable", "withheld", "canceled"}, it.PubStatus) {
				t.Errorf("%q, %q", it.URI, it.PubStatus)
			}
			if _, err := it.Marshal(); err != nil {
				t.Error(err)
			}
		}
	})
}
