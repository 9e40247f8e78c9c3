package workflow_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/packed"
	"masthead/internal/published"
	"masthead/internal/search"
	"masthead/internal/workflow"
)

// tale is what a model knows of a story: every text is one word that no other text has.
type tale struct {
	id                       string
	state                    string // "changed" is live
	newest, approved, public string // words; public: what readers have
	due                      time.Time
	hold, pardoned           bool // a legal hold; it was answered for when the story was scheduled
	status                   published.Status
	undo                     *tale // what undoing the publication brings back, until due
}

func (s *tale) shown() string {
	if s.state == "live" && s.newest != s.public {
		return "changed"
	}
	return s.state
}

// TestRandomDeeds does random deeds on some stories, with the clock going forth and back. After each, the newsroom sees what
// a model says, and no word that is not public stands in any row that readers' code can see.
func TestRandomDeeds(t *testing.T) {
	runs := flag.Lookup("rapid.checks")
	if was := runs.Value.String(); was == runs.DefValue {
		runs.Value.Set("8")
		t.Cleanup(func() { runs.Value.Set(was) })
	}
	each(t, func(r room) {
		rapid.Check(r.T, func(t *rapid.T) {
			empty(t, r)
			*r.now = noon
			m := &model{T: t, room: r, ever: map[string]bool{}}
			for range rapid.IntRange(1, 3).Draw(t, "stories") {
				w := m.word()
				c := clean(w)
				c.Slug, c.Body = "river", body(w) // an address stays, whatever the headline becomes
				s, err := r.Create(r.Context(), amina, c, check.Guard{})
				if err != nil {
					t.Fatal(err)
				}
				m.tales = append(m.tales, &tale{id: s.ID, state: "draft", newest: w})
			}
			for range rapid.IntRange(1, 16).Draw(t, "deeds") {
				m.step()
				m.judge()
			}
		})
	})
}

type model struct {
	*rapid.T
	room  room
	tales []*tale
	words []string
	ever  map[string]bool // words that were public once: the search may suggest them
}

func (m *model) word() string {
	w := fmt.Sprintf("zq%04dxk", len(m.words))
	m.words = append(m.words, w)
	return w
}

// step does one deed, in the newsroom and in the model.
func (m *model) step() {
	r, now, ctx := m.room, *m.room.now, m.room.Context()
	s := rapid.SampledFrom(m.tales).Draw(m.T, "story")
	deed := rapid.SampledFrom([]string{"save", "save", "type", "publish", "publish", "schedule", "schedule", "unschedule", "undo", "undo", "correct",
		"take-down", "kill", "draft", "ready", "spike", "hold", "clock", "clock", "back"}).Draw(m.T, "deed")
	old, err := r.Story(ctx, paul, s.id)
	if err != nil {
		m.Fatal(err)
	}
	killed, live, waits := s.state == "killed", s.state == "live", s.state == "scheduled" || s.state == "embargoed"
	may := !killed
	switch deed {
	case "save", "type":
		c := old.Copy
		c.Headline = m.word()
		c.Body = body(c.Headline)
		who := rapid.SampledFrom([]*identity.Person{amina, rosa}).Draw(m.T, "who")
		_, err = r.Save(ctx, who, s.id, workflow.Save{Version: old.Version, Copy: c, Auto: deed == "type"})
		if may {
			s.newest = c.Headline
		}
	case "hold":
		g := check.Guard{}
		if !s.hold {
			g.Legal = "Counsel reads it."
		}
		_, err = r.Save(ctx, rosa, s.id, workflow.Save{Version: old.Version, Copy: old.Copy, Guard: &g})
		if may {
			s.hold = !s.hold
		}
	case "publish":
		_, err = r.Publish(ctx, paul, s.id, workflow.Publication{Override: "Counsel agrees."})
		if may {
			before := *s
			if !live {
				before.state = "ready"
				if s.status == published.TakenDown {
					before.state = "taken-down"
				}
			}
			before.due = now.Add(10 * time.Minute)
			s.state, s.public, s.status, s.due, s.undo = "live", s.newest, published.Live, time.Time{}, &before
		}
	case "schedule":
		at := now.Add(time.Duration(rapid.IntRange(1, 40).Draw(m.T, "in")) * time.Minute)
		embargo := rapid.Bool().Draw(m.T, "embargo")
		_, err = r.Publish(ctx, paul, s.id, workflow.Publication{At: at, Embargo: embargo, Override: "Counsel agrees."})
		if may = may && !live; may {
			s.state, s.approved, s.due, s.pardoned = "scheduled", s.newest, at, s.hold
			if embargo {
				s.state = "embargoed"
			}
		}
	case "unschedule":
		_, err = r.Unschedule(ctx, paul, s.id)
		if may = waits; may {
			s.state = "ready"
		}
	case "undo":
		_, err = r.UndoPublish(ctx, paul, s.id)
		if may = live && s.undo != nil && s.undo.due.After(now); may {
			s.state, s.public, s.status, s.undo = s.undo.state, s.undo.public, s.undo.status, nil
		}
	case "correct":
		_, err = r.Correct(ctx, paul, s.id, workflow.Correction{Text: "It was two.", Place: "end"})
		if may = live; may {
			before := *s
			before.due = now.Add(10 * time.Minute)
			s.undo = &before
		}
	case "take-down":
		_, err = r.TakeDown(ctx, paul, s.id, "A mistake.")
		if may = live; may {
			s.state, s.public, s.status, s.undo = "taken-down", "", published.TakenDown, nil
		}
	case "kill":
		_, err = r.Kill(ctx, paul, s.id, workflow.SlugOf(s.id, &old.Copy), "A court ordered it.")
		if may {
			if s.status != published.Unknown {
				s.status = published.Killed
			}
			s.state, s.public, s.undo = "killed", "", nil
		}
	case "draft", "ready", "spike":
		to := map[string]content.State{"draft": content.Draft, "ready": content.Ready, "spike": content.Spiked}[deed]
		var o *workflow.Outcome
		if o, err = r.Edit(ctx, rosa, []workflow.Edit{{ID: s.id, State: &to}}); err == nil && len(o.Failed) > 0 {
			err = errs.Errorf(errs.Conflict, "%s", o.Failed[s.id])
		}
		if may = may && !live && !waits; may {
			s.state = string(to)
		}
	case "clock", "back":
		minutes := rapid.IntRange(0, 25).Draw(m.T, "minutes")
		if deed == "back" {
			minutes = -minutes
		}
		*r.now = now.Add(time.Duration(minutes) * time.Minute)
		_, _, err = content.ReleaseDue(ctx, r.db, "clock")
		for _, s := range m.tales {
			m.release(s)
		}
		may = true
	}
	if may != (err == nil) || err != nil && !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.Gone) {
		m.Fatalf("%s a story that is %s: %v, want it done: %v", deed, old.Shown, err, may)
	}
}

// release is what the clock does.
func (m *model) release(s *tale) {
	if s.state != "scheduled" && s.state != "embargoed" || s.due.After(*m.room.now) {
		return
	}
	if s.hold && !s.pardoned {
		s.state = "ready"
		return
	}
	s.state, s.public, s.status, s.undo = "live", s.approved, published.Live, nil
}

// judge compares the newsroom and the readers' view with the model.
func (m *model) judge() {
	r := m.room
	public := map[string]bool{}
	for _, s := range m.tales {
		now, err := r.Story(r.Context(), paul, s.id)
		if err != nil {
			m.Fatal(err)
		}
		if now.Shown != s.shown() || now.Copy.Headline != s.newest {
			m.Fatalf("the newsroom sees %q, %s; want %q, %s", now.Copy.Headline, now.Shown, s.newest, s.shown())
		}
		if head, status := r.public(s.id); head != s.public || status != s.status {
			m.Fatalf("readers see %q, status %d; want %q, %d", head, status, s.public, s.status)
		}
		if s.public != "" {
			public[s.public], m.ever[s.public] = true, true
		}
	}
	all, vocabulary := dump(m.T, r, tables(m.T, r)...), dump(m.T, r, "search_word")
	for _, w := range m.words {
		if strings.Contains(vocabulary, w) && !m.ever[w] {
			m.Fatalf("the search may suggest %s, which was never public", w)
		}
		if got := strings.Contains(all, w); got != public[w] || found(m.T, r, w) != public[w] {
			i := max(strings.Index(all, w), 0)
			m.Fatalf("word %s stands in the readers' view: %v, want %v: …%s", w, got, public[w], all[max(i-200, 0):min(i+50, len(all))])
		}
	}
}

// tables are those that readers' code can see.
func tables(t *rapid.T, r room) (names []string) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if r.db.Dialect() == db.Postgres {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	rows, err := r.db.Query(r.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(n, "pub_") || strings.HasPrefix(n, "search_") && !strings.HasPrefix(n, "search_text") && n != "search_word" {
			names = append(names, n)
		}
	}
	if len(names) < 8 {
		t.Fatalf("tables %q", names)
	}
	return names
}

// dump returns every row of some tables, unpacked.
func dump(t *rapid.T, r room, tables ...string) string {
	var all strings.Builder
	for _, table := range tables {
		rows, err := r.db.Query(r.Context(), `SELECT * FROM `+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for _, v := range values {
				if b, ok := v.([]byte); ok {
					if plain, err := packed.Unpack(b); err == nil {
						b = plain
					}
					v = string(b)
				}
				fmt.Fprintln(&all, table, v)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
	return all.String()
}

// found reports whether a reader's search finds a word.
func found(t *rapid.T, r room, word string) bool {
	res, err := search.Search(r.Context(), r.db, search.Parse(word, &published.Site{}), search.Options{Lang: "en", N: 10})
	if err != nil {
		t.Fatal(err)
	}
	return res.Total > 0
}

// empty takes out what an earlier run left.
func empty(t *rapid.T, r room) {
	err := r.db.InTx(r.Context(), func(tx *db.Tx) error {
		queries := []string{`DELETE FROM story`, `DELETE FROM revision`, `DELETE FROM undo`, `DELETE FROM pub_story`, `DELETE FROM pub_body`,
			`DELETE FROM pub_list`, `DELETE FROM pub_count`, `DELETE FROM search_doc`, `DELETE FROM search_word`}
		if r.db.Dialect() == db.SQLite {
			queries = append(queries, `INSERT INTO search_text (search_text) VALUES ('delete-all')`)
		}
		for _, q := range queries {
			if _, err := tx.Exec(r.Context(), q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
