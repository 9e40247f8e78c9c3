package wire_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/published"
	"masthead/internal/wire"
)

// A picture beside the copy is no failure, and a heading that repeats the headline is not shown twice.
func TestWhatLiesBesideTheCopy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		for name, text := range map[string]string{
			"picture.jpg": "\xff\xd8\xff\xe0\x00\x10JFIF\x00 and so on",
			"film":        "\x00\x00\x00\x20ftypisom and so on",
			"item.json":   `{"uri":"urn:x","pubstatus":"usable","headline":"Rail line reopens","body_xhtml":"<h1>Rail  line reopens</h1><p>Trains ran again.</p>","versioncreated":"2026-03-02T10:00:00Z"}`,
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := content.Do(t.Context(), d, "test", func(k *content.Desk) error {
			return k.SetSite(t.Context(), &published.Site{Sections: []published.Section{{Slug: "local"}}})
		}); err != nil {
			t.Fatal(err)
		}
		r, err := wire.Ingest(t.Context(), d, []string{dir}, wire.Options{Publish: true})
		if err != nil || len(r.Failed) != 0 || len(r.Problems) != 2 || r.Published != 1 {
			t.Fatalf("%v: failed %v, problems %v, %d published", err, r.Failed, r.Problems, r.Published)
		}
		view := published.New(d).Record(d.Now())
		cards, err := view.List(t.Context(), "en/all", published.Cursor{}, 5)
		if err != nil || len(cards) != 1 {
			t.Fatal(err, cards)
		}
		f, err := view.Story(t.Context(), cards[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(doc.Text(f.Story.Body)); got != "Trains ran again." {
			t.Errorf("text %q", got)
		}
	})
}
