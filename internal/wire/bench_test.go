package wire_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/published"
	"masthead/internal/wire"
)

// words for copy of a realistic length and mixture; written for these tests.
var words = strings.Fields(`the harbour board met on Tuesday evening to vote on a plan that residents have fought since
	spring and which the mayor calls overdue because ferries café naïve “quoted words” are late when ice closes the channel while
	fishing crews from the northern villages want a second berth council staff said costs rose by twelve per cent after
	engineers found the old piles unsafe and nobody at the meeting spoke against repairs although several asked who pays`)

func copyOf(n, seed int) string {
	var b strings.Builder
	for p := range 12 {
		b.WriteString("<p>")
		for i := range n / 12 {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(words[(seed*31+p*17+i*7+i*i*seed)%len(words)])
		}
		if p == 3 {
			b.WriteString(` <a href="https://example.com/plan">the plan</a> said`)
		}
		b.WriteString(".</p>\n")
	}
	return b.String()
}

func ninjsFile(guid string, i int) string {
	return fmt.Sprintf(`{"uri":%q,"type":"text","version":"1","versionCreated":"2024-0%d-1%dT10:%02d:00Z","firstCreated":"2024-0%d-1%dT10:%02d:00Z",
	"pubStatus":"usable","language":"en-CA","headlines":[{"role":"main","value":"Harbour board votes on plan %d"}],
	"descriptions":[{"role":"summary","value":"Residents of the northern villages lose a long fight over berth number %d."}],
	"by":"By Anna Example","located":"HALIFAX","urgency":4,"slugline":"harbour-board-plan","infoSources":[{"role":"provider","name":"Example Press"}],
	"subjects":[{"name":"politics","uri":"http://cv.iptc.org/newscodes/mediatopic/11000000","literal":"medtop:11000000"},{"name":"local government"},{"name":"fishing industry"}],
	"bodies":[{"role":"html","contentType":"text/html","value":%s}],"copyrightNotice":"© 2024 Example Press"}`,
		guid, i%9+1, i%9, i%60, i%9+1, i%9, i%60, i, i, quote(copyOf(600, i)))
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

func newsmlFile(guid string, i int) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid=%q version="1" standard="NewsML-G2" standardversion="2.35" conformance="power" xml:lang="en-CA">
<itemMeta><itemClass qcode="ninat:text"/><provider literal="example.com"><name>Example Press</name></provider><versionCreated>2024-0%d-1%dT10:%02d:00Z</versionCreated>
<firstCreated>2024-0%d-1%dT10:%02d:00Z</firstCreated><pubStatus qcode="stat:usable"/></itemMeta>
<contentMeta><urgency>4</urgency><headline>Ferry crews ask for a second berth %d</headline><slugline>ferry-second-berth</slugline><by>By Anna Example</by>
<subject type="cpnat:abstract" qcode="medtop:15000000"><name>sport</name></subject><description role="drol:summary">Crews say the channel closes too often, number %d.</description></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>%s</body></html></inlineXML></contentSet></newsItem>`,
		guid, i%9+1, i%9, i%60, i%9+1, i%9, i%60, i, i, copyOf(600, i))
}

// folder writes n files, every other one NewsML-G2.
func folder(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		write(t, dir, fmt.Sprintf("%05d", i), sample(i))
	}
	return dir
}

func sample(i int) string {
	guid := fmt.Sprintf("urn:example:%d", i)
	if i%2 == 0 {
		return ninjsFile(guid, i)
	}
	return newsmlFile(guid, i)
}

func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// portal sets up sections and regions.
func portal(t testing.TB, d *db.DB) {
	t.Helper()
	name := func(s string) map[string]string { return map[string]string{"en": s} }
	_, err := content.Do(context.Background(), d, "test", func(k *content.Desk) error {
		return k.SetSite(context.Background(), &published.Site{
			Name: "Test", Languages: []string{"en", "fr"}, Zone: "America/Halifax", Place: "halifax",
			Sections: []published.Section{{Slug: "local", Name: name("Local")}, {Slug: "politics", Name: name("Politics")}, {Slug: "sports", Name: name("Sports")}},
			Regions:  []published.Region{{Slug: "halifax", Name: "Halifax", Province: "Nova Scotia", Zone: "America/Halifax"}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// processor returns the time that this program has used of all processors: unlike the items a second, it says the same
// on a busy machine.
func processor() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkIngest publishes a folder of 10,000 files of 600 words, ninjs 3 and NewsML-G2 in turn.
func BenchmarkIngest(b *testing.B) {
	files := 10_000
	if testing.Short() {
		files = 2000
	}
	dir := folder(b, files)
	for b.Loop() {
		d := dbtest.SQLite(b)
		portal(b, d)
		began, cpu := time.Now(), processor()
		r, err := wire.Ingest(context.Background(), d, []string{dir}, wire.Options{Publish: true, Region: "halifax"})
		if err != nil || r.Published != files {
			b.Fatalf("%v, %d published, failed %v", err, r.Published, r.Failed)
		}
		b.ReportMetric(float64(files)/time.Since(began).Seconds(), "items/s")
		b.ReportMetric((processor()-cpu).Seconds()*1000/float64(files), "cpu-ms/item")
	}
}
