package content_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"masthead/internal/changes"
	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/published"
)

var then = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// TestReadyWritesTheSame: CreateReady leaves every table as Create and Publish leave it.
func TestReadyWritesTheSame(t *testing.T) {
	body, _ := doc.FromHTML("<p>Été <a href=\"https://example.com/\">link</a>.</p><h2>More</h2><table><tr><td>1</td></tr></table>", doc.HTMLOptions{})
	full := published.Story{
		ID: "0123456789", Headline: "Harbour plan", Section: "harbour", Regions: []string{"halifax"}, Language: "en", Body: body,
		Topics: []published.Topic{{Name: "Fishing"}}, Bylines: []published.Byline{{Slug: "anna", Name: "Anna"}},
	}
	bare := published.Story{ID: "1123456789", Headline: "Bare", Section: "local"}
	for name, test := range map[string]struct {
		copy published.Story
		p    *content.Publication
	}{
		"draft":   {full, nil},
		"now":     {full, &content.Publication{}},
		"past":    {full, &content.Publication{At: then.Add(-48 * time.Hour)}},
		"updated": {full, &content.Publication{At: then.Add(-48 * time.Hour), Updated: then.Add(-time.Hour), Note: "more"}},
		"bare":    {bare, &content.Publication{}},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.EachAt(t, func() time.Time { return then }, func(t *testing.T, one *db.DB) {
				two := dbtest.SQLiteAt(t, func() time.Time { return then })
				do(t, one, func(ctx context.Context, k *content.Desk) error {
					s, err := k.Create(ctx, test.copy)
					if err == nil && test.p != nil {
						_, err = k.Publish(ctx, s.ID, *test.p)
					}
					return err
				})
				do(t, two, func(ctx context.Context, k *content.Desk) error {
					r, err := content.PrepareNew(test.copy, test.p, k.Site(), then)
					if err == nil {
						_, err = k.CreateReady(ctx, r)
					}
					return err
				})
				for _, q := range []string{
					`SELECT id, state, version, section, headline, due, published, created, updated FROM story`,
					`SELECT story, version, at, who, note, data FROM revision ORDER BY version`,
					`SELECT id, status, revision, section, slug, language, at, modified, lists, card FROM pub_story`,
					`SELECT id, data FROM pub_body`,
					`SELECT list, at, story FROM pub_list ORDER BY list`,
					`SELECT list, day, n FROM pub_count ORDER BY list`,
				} {
					if want, got := dump(t, one, q), dump(t, two, q); got != want {
						t.Errorf("%s\ngot  %s\nwant %s", q, got, want)
					}
				}
				if want, got := log(t, one), log(t, two); got != want {
					t.Errorf("changes\ngot  %s\nwant %s", got, want)
				}
			})
		})
	}
}

// TestReadySettingsChanged: settings that changed after the story was prepared decide.
func TestReadySettingsChanged(t *testing.T) {
	d := dbtest.SQLiteAt(t, func() time.Time { return then })
	old := &published.Site{}
	old.Complete()
	r, err := content.PrepareNew(published.Story{Headline: "A", Section: "harbour"}, &content.Publication{}, old, then)
	if err != nil {
		t.Fatal(err)
	}
	do(t, d, func(ctx context.Context, k *content.Desk) error {
		_, err := k.CreateReady(ctx, r)
		return err
	})
	if n := dump(t, d, `SELECT COUNT(*) FROM pub_list WHERE list = 'en/section/local'`); n != "[1]\n" {
		t.Errorf("the list of the section above has %s", n)
	}
}

func TestReadyRefuses(t *testing.T) {
	site := &published.Site{}
	site.Complete()
	for name, test := range map[string]struct {
		s published.Story
		p content.Publication
	}{
		"no headline": {published.Story{Section: "local"}, content.Publication{}},
		"embargo":     {published.Story{Headline: "A", Section: "local"}, content.Publication{At: then.Add(time.Hour)}},
		"media":       {published.Story{Headline: "A", Section: "local", Lead: &published.Lead{Media: "m"}}, content.Publication{}},
	} {
		if _, err := content.PrepareNew(test.s, &test.p, site, then); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// do runs commands on a portal whose settings have a section below another one.
func do(t *testing.T, d *db.DB, fn func(context.Context, *content.Desk) error) {
	t.Helper()
	ctx := context.Background()
	_, err := content.Do(ctx, d, "wire", func(k *content.Desk) error {
		return k.SetSite(ctx, &published.Site{Zone: "America/Halifax", Sections: []published.Section{{Slug: "local"}, {Slug: "harbour", Parent: "local"}},
			Regions: []published.Region{{Slug: "halifax", Province: "Nova Scotia"}}})
	})
	if err == nil {
		_, err = content.Do(ctx, d, "wire", func(k *content.Desk) error { return fn(ctx, k) })
	}
	if err != nil {
		t.Fatal(err)
	}
}

func log(t *testing.T, d *db.DB) string {
	t.Helper()
	list, err := changes.Since(context.Background(), d, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(list)
}

func dump(t *testing.T, d *db.DB, query string) (all string) {
	t.Helper()
	rows, err := d.Query(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i := range row {
			if b, ok := row[i].([]byte); ok {
				row[i] = fmt.Sprintf("%x", b)
			}
		}
		all += fmt.Sprintln(row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
