package app

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"masthead/internal/config"
	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// TestNothingUnpublishedLeaks is the embargo at the edge of the program: people do whatever they do in a newsroom, at
// random, and every text of theirs holds canary words that stand nowhere else. After each deed everything that can be
// asked without a sign-in is asked, and no body and no header may hold a word, an id or an address of what is not public
// at that moment.
func TestNothingUnpublishedLeaks(t *testing.T) {
	steps := 60
	if testing.Short() {
		steps = 36
	}
	t.Run("sqlite", func(t *testing.T) { cage(t, "").run(steps) })
	t.Run("postgres", func(t *testing.T) { cage(t, dbtest.PostgresURL(t)).run(steps / 2) })
}

var leakSeed = flag.Uint64("leak.seed", 0, "repeats a run of the leak test; 0: another one each time")

// canary is a word that no text holds by chance, and that survives slugs, the search index and every encoding.
var canary = regexp.MustCompile(`zq[a-z]{8}qz`)

// aviary is a newsroom whose every text is marked.
type aviary struct {
	*portal
	rnd     *rand.Rand
	room    *workflow.Room
	who     []*identity.Person // one of each role that may write
	stories []*caged
	birds   []*bird
	panes   []*pane
	used    map[string]string // canary → where it was written
	said    set               // public reasons of what was removed
	tags    map[string]string // address → ETag of its last 200
	at      *caged            // whom the newest deed is about
	last    *caged            // published last
	done    []string          // each deed in words
	seen    int               // canaries that readers were rightly shown
	report  func(format string, args ...any)
}

type set map[string]bool

func (s set) with(more ...set) set {
	out := maps.Clone(s)
	if out == nil {
		out = set{}
	}
	for _, m := range more {
		maps.Copy(out, m)
	}
	return out
}

// caged is what the test knows of a story.
type caged struct {
	id       string
	version  int
	texts    map[int]set    // canaries of each version
	names    map[int]set    // those of its headline and slug, which its address may keep
	birds    map[int]string // the picture of each version
	out      []shown        // what readers had, the newest last; empty: nothing
	live     bool
	gone     bool // 410 now
	killed   bool
	due      time.Time
	approved int // the version that goes out then, with this note
	note     string
	held     string // why a legal hold lies on it; "": none does
	pardoned string // the one that was answered for when it was approved
	removed  bool   // it was 410 once: its address never says again that it does not know it
	told     set    // notes and corrections of publications, which stay in the public log
	path     string // where readers found it last
}

// shown is what one publication makes public.
type shown struct {
	words, names set
	bird         string
}

// bird is a picture, with its files' addresses.
type bird struct {
	id    string
	words set
	files []string
}

func cage(t *testing.T, database string) *aviary {
	t.Helper()
	p := &portal{T: t, now: time.Date(2026, 11, 20, 18, 30, 0, 0, time.UTC)}
	a, err := New(t.Context(), Config{
		Data:   config.Data{Data: t.TempDir(), Database: database},
		Server: config.Server{Listen: "127.0.0.1:0", URL: origin, CacheMemory: 16, Weather: "off"}, Version: "test", Clock: func() time.Time { return p.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	p.App = a
	seed := *leakSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	v := &aviary{portal: p, rnd: rand.New(rand.NewPCG(seed, 3)), used: map[string]string{}, said: set{}, tags: map[string]string{}, report: t.Errorf}
	v.room = a.room
	for _, role := range []identity.Role{identity.Reporter, identity.Editor, identity.Publisher, identity.Admin} {
		v.who = append(v.who, &identity.Person{ID: "p-" + string(role), Name: "Person " + string(role), Role: role})
	}
	if err := a.Do(t.Context(), "test", func(k *content.Desk) error {
		s := *k.Site()
		s.Name, s.URL, s.Languages, s.Zone, s.Place = "The Ledger", origin, []string{"en", "fr"}, "America/Edmonton", "calgary"
		s.Sections = []published.Section{{Slug: "world", Name: map[string]string{"en": "World", "fr": "Monde"}}, {Slug: "local", Name: map[string]string{"en": "Local", "fr": "Local"}}}
		s.Regions = []published.Region{{Slug: "calgary", Name: "Calgary", Province: "Alberta", Zone: "America/Edmonton", Lat: 51, Lon: -114}}
		return k.SetSite(t.Context(), &s)
	}); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		v.hatch()
	}
	for _, name := range []string{"en/home", "fr/home", "en/r/calgary"} {
		v.panes = append(v.panes, &pane{name: name})
	}
	return v
}

// word makes a canary.
func (v *aviary) word(where string) string {
	b := []byte("zq........qz")
	for i := 2; i < 10; i++ {
		b[i] = 'a' + byte(v.rnd.IntN(26))
	}
	v.used[string(b)] = where
	return string(b)
}

// hatch puts a picture into the library.
func (v *aviary) hatch() {
	v.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 400))
	for i := range 4000 {
		img.Set(i%640, i/640, color.RGBA{byte(v.rnd.Uint32()), byte(i), byte(i >> 4), 255})
	}
	b := &bird{words: set{}}
	text := func(where string) string {
		w := v.word("picture's " + where)
		b.words[w] = true
		return w
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		v.Fatal(err)
	}
	made, err := v.media.TakeIn(v.Context(), media.Upload{
		Name: text("file name") + ".png", Body: &file, Key: text("key"), Alt: text("alt"),
		Facts: media.Facts{Caption: text("caption"), Credit: text("credit"), Creator: text("creator"), Instructions: text("instructions")},
	})
	if err != nil {
		v.Fatal(err)
	}
	if err := v.db.InTx(v.Context(), func(tx *db.Tx) error {
		m, err := v.media.Save(v.Context(), tx, "test", made)
		b.id = m.ID
		for _, r := range m.Renditions {
			b.files = append(b.files, r.URL)
		}
		for _, c := range m.Crops {
			for _, r := range c.Renditions {
				b.files = append(b.files, r.URL)
			}
		}
		return err
	}); err != nil {
		v.Fatal(err)
	}
	if len(b.files) == 0 {
		v.Fatal("a picture without files")
	}
	v.birds = append(v.birds, b)
}

// write makes a text of canaries. It returns those of the text, and those of the headline.
func (v *aviary) write(what string) (c published.Story, all, names set, pic string) {
	all, names = set{}, set{}
	w := func(where string) string {
		x := v.word(what + "’s " + where)
		all[x] = true
		return x
	}
	head := w("headline")
	names[head] = true
	p := v.birds[v.rnd.IntN(len(v.birds))]
	c = published.Story{
		Headline: "Report " + head, ShortHeadline: w("short headline"), SocialHeadline: w("social headline"), SearchHeadline: w("search headline"),
		Description: w("description"), Standfirst: w("standfirst"), Kicker: w("kicker"), Dateline: w("dateline"), Credits: []string{w("credit")},
		Section: []string{"world", "local"}[v.rnd.IntN(2)], Regions: []string{"calgary"}, Language: []string{"en", "en", "fr"}[v.rnd.IntN(3)],
		Kind:   []string{"story", "opinion", "live"}[v.rnd.IntN(3)],
		Topics: []published.Topic{{Name: w("topic")}}, Bylines: []published.Byline{{Name: w("byline")}},
		Lead: &published.Lead{Media: p.id, Alt: w("lead alt"), Caption: w("lead caption"), Credit: w("lead credit")},
		Body: doc.Node{Type: "doc", Content: []doc.Node{
			{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: "It was " + w("text") + " that began it."}}},
			{Type: "photo", Attrs: doc.Attrs{"media": p.id, "alt": w("alt"), "caption": w("caption"), "credit": w("photo credit")}},
			{Type: "factbox", Attrs: doc.Attrs{"title": w("fact box")}, Content: []doc.Node{{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: w("fact")}}}}},
		}},
	}
	if v.rnd.IntN(3) == 0 {
		slug := w("slug")
		names[slug] = true
		c.Slug = slug
	}
	return c, all, names, p.id
}

// any is a person of some role, mostly one who may publish.
func (v *aviary) any() *identity.Person { return v.who[min(len(v.who)-1, v.rnd.IntN(len(v.who)+3))] }

func (v *aviary) run(steps int) {
	v.Helper()
	counts := map[string]int{}
	v.ask("nothing done")
	for n := 0; n < steps || v.seen < steps && n < 4*steps; n++ { // chance may publish nothing for long
		what, err := v.deed()
		line := v.now.Format(time.TimeOnly) + " " + what
		if c := v.at; c != nil {
			line += fmt.Sprintf(" %s: version %d, %d public, due %s, held %v", c.id, c.version, len(c.out), c.due.Format(time.TimeOnly), c.held != "")
		}
		if err != nil {
			line += ": " + err.Error()
		}
		v.done = append(v.done, line)
		if err != nil {
			what += " (refused)"
			var blocked *workflow.BlockedError
			if kind := errs.KindOf(err); kind == errs.Internal && !errors.As(err, &blocked) {
				v.Fatalf("%s: %v", what, err)
			}
		}
		counts[what]++
		v.ask(what)
		if v.Failed() {
			v.Logf("what was done:\n%s", strings.Join(v.done, "\n"))
			return
		}
	}
	v.Logf("%v; readers were rightly shown %d canaries", counts, v.seen)
	if v.seen < steps {
		v.Errorf("readers saw only %d canaries: the test looks at pages that show nothing", v.seen)
	}
}

// deed does one thing; what it changes for readers is written down in the test's own books.
func (v *aviary) deed() (what string, err error) {
	ctx := v.Context()
	v.now = v.now.Add(time.Duration(v.rnd.IntN(200)) * time.Second)
	v.at = nil
	if len(v.stories) < 3 || v.rnd.IntN(12) == 0 && len(v.stories) < 14 {
		return "create", v.create()
	}
	c := v.stories[v.rnd.IntN(len(v.stories))]
	v.at = c
	who := v.any()
	switch v.rnd.IntN(21) {
	case 0, 1, 2:
		return "save", v.save(c, who)
	case 3, 4, 5:
		return "publish", v.publish(c, who, workflow.Publication{Override: v.word("an override’s reason"), Substantive: v.rnd.IntN(2) == 0})
	case 6:
		at := v.now.Add(time.Duration(60+v.rnd.IntN(900)) * time.Second)
		return "schedule or embargo", v.publish(c, who, workflow.Publication{At: at, Embargo: v.rnd.IntN(2) == 0, Override: v.word("an override’s reason")})
	case 7:
		if _, err := v.room.Unschedule(ctx, who, c.id); err != nil {
			return "unschedule", err
		}
		c.due = time.Time{}
		return "unschedule", nil
	case 8, 9:
		if v.last != nil { // it can be undone for ten minutes
			c, v.at = v.last, v.last
		}
		s, err := v.room.UndoPublish(ctx, who, c.id)
		if err != nil {
			return "undo", err
		}
		c.undo()
		v.versioned(c, s)
		return "undo", nil
	case 10:
		return "correct", v.correct(c, who)
	case 11:
		reason := v.word("a take-down’s reason")
		if _, err := v.room.TakeDown(ctx, who, c.id, "Being checked "+reason); err != nil {
			return "take down", err
		}
		v.said[reason] = true
		c.out, c.live, c.gone, c.removed, c.due = nil, false, true, true, time.Time{}
		return "take down", nil
	case 12:
		if v.rnd.IntN(3) != 0 { // it is final
			return "note", v.note(c, who)
		}
		return "kill", v.kill(c, who)
	case 13:
		st := []content.State{content.Draft, "in-edit", "ready", "spiked"}[v.rnd.IntN(4)]
		_, err := v.room.Edit(ctx, who, []workflow.Edit{{ID: c.id, State: &st}})
		return "state", err
	case 14:
		_, _, err := v.room.Share(ctx, who, c.id, 24*time.Hour)
		return "share", err
	case 15:
		return "restore", v.restore(c, who)
	case 16, 17, 18, 19:
		return v.arrange(c)
	}
	v.now = v.now.Add(time.Duration(v.rnd.IntN(1200)) * time.Second)
	return "the clock moves", v.release()
}

func (v *aviary) create() error {
	c, all, names, pic := v.write(fmt.Sprintf("story %d", len(v.stories)+1))
	s, err := v.room.Create(v.Context(), v.any(), c, check.Guard{})
	if err != nil {
		return err
	}
	v.stories = append(v.stories, &caged{id: s.ID, version: s.Version, texts: map[int]set{s.Version: all}, names: map[int]set{s.Version: names}, birds: map[int]string{s.Version: pic}})
	return nil
}

func (v *aviary) save(c *caged, who *identity.Person) error {
	text, all, names, pic := v.write("version after " + strconv.Itoa(c.version) + " of " + c.id)
	s := workflow.Save{Version: c.version, Copy: text, Note: v.word("a version’s note"), Auto: v.rnd.IntN(2) == 0}
	held := c.held
	switch v.rnd.IntN(6) {
	case 0:
		held = v.word("a legal hold’s reason")
		s.Guard = &check.Guard{Legal: held, Cleared: v.word("who cleared it")}
	case 1:
		s.Guard, held = &check.Guard{Embargo: v.now.Add(time.Hour)}, ""
	case 2:
		s.Guard, held = &check.Guard{}, ""
	}
	story, err := v.room.Save(v.Context(), who, c.id, s)
	if err != nil {
		return err
	}
	c.version, c.held = story.Version, held
	c.texts[c.version], c.names[c.version], c.birds[c.version] = all, names, pic
	return nil
}

func (v *aviary) publish(c *caged, who *identity.Person, p workflow.Publication) error {
	note := v.word("a publication’s note")
	p.Note = note
	s, err := v.room.Publish(v.Context(), who, c.id, p)
	if err != nil {
		return err
	}
	if !p.At.IsZero() {
		c.due, c.approved, c.note, c.pardoned = p.At, c.version, note, c.held
	} else {
		c.told = c.told.with(set{note: true})
		c.goesOut(c.version)
		c.due, v.last = time.Time{}, c
	}
	v.versioned(c, s)
	return nil
}

// versioned follows a version that a deed made of the newest text.
func (v *aviary) versioned(c *caged, s *workflow.Story) {
	if s.Version == c.version {
		return
	}
	c.texts[s.Version], c.names[s.Version], c.birds[s.Version] = c.texts[c.version], c.names[c.version], c.birds[c.version]
	c.version = s.Version
}

func (c *caged) goesOut(version int) {
	old := shown{}
	if len(c.out) > 0 {
		old = c.out[len(c.out)-1]
	}
	c.told = c.told.with(c.names[version]) // its address may keep them
	c.out = append(c.out, shown{words: c.texts[version], names: old.names.with(c.names[version]), bird: c.birds[version]})
	c.live, c.gone = true, false
}

func (c *caged) undo() {
	names := set{}
	if n := len(c.out); n > 0 {
		names = c.out[n-1].names
		c.out = c.out[:n-1]
	}
	c.live = len(c.out) > 0
	if c.live { // its address may have been kept
		last := &c.out[len(c.out)-1]
		last.names = last.names.with(names)
	}
}

func (v *aviary) correct(c *caged, who *identity.Person) error {
	was, now := v.word("a correction’s was"), v.word("a correction’s now")
	s, err := v.room.Correct(v.Context(), who, c.id, workflow.Correction{Was: was, Now: now, Place: "end"})
	if err != nil {
		return err
	}
	if len(c.out) == 0 {
		v.Fatalf("story %s was corrected, but readers do not have it", c.id)
	}
	c.told = c.told.with(set{was: true, now: true})
	c.out = append(c.out, c.out[len(c.out)-1])
	v.versioned(c, s)
	return nil
}

func (v *aviary) kill(c *caged, who *identity.Person) error {
	s, err := v.room.Story(v.Context(), who, c.id)
	if err != nil {
		return err
	}
	reason := v.word("a kill’s reason")
	if _, err := v.room.Kill(v.Context(), who, c.id, s.Copy.Slug, "Removed "+reason); err != nil {
		return err
	}
	v.said[reason] = true
	c.out, c.live, c.killed, c.due = nil, false, true, time.Time{}
	c.gone, c.removed = true, true
	return nil
}

func (v *aviary) note(c *caged, who *identity.Person) error {
	_, err := v.room.AddNote(v.Context(), who, workflow.Note{Story: c.id, Text: v.word("a note"), Block: v.word("a note’s block")})
	return err
}

func (v *aviary) restore(c *caged, who *identity.Person) error {
	list, err := v.room.Versions(v.Context(), who, c.id)
	if err != nil || len(list) == 0 {
		return err
	}
	n := list[v.rnd.IntN(len(list))].N
	s, err := v.room.Restore(v.Context(), who, c.id, n, c.version)
	if err != nil {
		return err
	}
	if c.texts[n] == nil {
		v.Fatalf("story %s has a version %d that nobody saved", c.id, n)
	}
	text, names := c.texts[n], c.names[n]
	old, err := v.room.Text(v.Context(), who, c.id, n)
	if err != nil {
		return err
	}
	if old.Slug == "" && s.Copy.Slug != "" { // a story that was public keeps the slug that it had last
		text, names = text.with(c.names[c.version]), names.with(c.names[c.version])
	}
	bird := c.birds[n]
	c.version = s.Version
	c.texts[s.Version], c.names[s.Version], c.birds[s.Version] = text, names, bird
	return nil
}

// release lets what is due go out. What is held back is not public: the test asks the newsroom which it was, and
// believes it only for stories that were due.
func (v *aviary) release() error {
	if err := v.ReleaseDue(v.Context()); err != nil {
		return err
	}
	if err := v.releaseFronts(); err != nil {
		return err
	}
	for _, c := range v.stories {
		if c.due.IsZero() || c.due.After(v.now) {
			continue
		}
		c.due = time.Time{}
		if c.held != c.pardoned && c.held != "" {
			continue
		}
		s, err := v.room.Story(v.Context(), v.who[3], c.id)
		if err != nil {
			return err
		}
		if s.State == content.Live {
			c.told = c.told.with(set{c.note: true})
			c.goesOut(c.approved)
			v.versioned(c, s)
		}
	}
	return nil
}

// addresses are everything that is asked after each deed, by what they are.
func (v *aviary) addresses() (list []string) {
	list = []string{
		"/", "/fr", "/lite", "/lite/fr", "/world", "/local", "/fr/world", "/fr/local", "/lite/world", "/r/calgary", "/fr/r/calgary", "/r/calgary/world", "/opinion",
		"/archive", v.now.Format("/archive/2006"), v.now.Format("/archive/2006/01"), v.now.Format("/archive/2006/01/02"), v.now.Format("/fr/archive/2006/01"),
		"/corrections", "/fr/corrections", "/regions", "/video", "/feed.rss", "/feed.atom", "/feed.json", "/fr/feed.json", "/world/feed.rss", "/world/feed.atom",
		"/local/feed.json", "/r/calgary/feed.rss", "/sitemap.xml", "/sitemap-news.xml", v.now.Format("/sitemap-2006-01.xml"), "/robots.txt", "/manifest.webmanifest",
		"/_/place/calgary.json", "/_/near/calgary", "/_/most/en", "/_/most/en/calgary", "/most-read", "/fr/most-read", "/lite/most-read", "/search?q=report", "/search?q=zq", "/search?q=zq*", "/search?q=%22began+it%22", "/fr/search?q=report", "/search?q=it+was&sort=new",
		"/api/v1/stories", "/api/v1/fronts", "/api/v1/fronts/en/home", "/newsroom/fronts", "/newsroom/fronts/en/home", "/api/v1/openapi.json", "/api/v1/people", "/api/v1/audit", "/newsroom/", "/newsroom/stories", "/newsroom/stories?q=zq", "/newsroom/events?once=1",
		"/newsroom/media/search?q=zq", "/newsroom/stories/search?q=zq", "/newsroom/shared/none", "/no-such-page",
	}
	for _, c := range v.stories {
		names := slices.Collect(maps.Keys(c.names[c.version]))
		slices.Sort(names)
		for _, slug := range []string{"x", names[0], "report-" + names[0]} {
			list = append(list, "/world/"+slug+"-"+c.id)
		}
		list = append(list, "/lite/local/x-"+c.id, "/local/x-"+c.id+"/changes", "/video/x-"+c.id, "/fr/world/x-"+c.id,
			"/api/v1/stories/"+c.id, "/newsroom/stories/"+c.id, "/newsroom/stories/"+c.id+"/state", "/newsroom/stories/"+c.id+"/preview/page", "/search?q="+c.id)
		if c.path != "" {
			list = append(list, c.path)
		}
	}
	for _, b := range v.birds {
		list = append(list, b.files[0], b.files[len(b.files)-1])
	}
	// Topics, authors and searches by some of the words, of the newest texts and of old ones.
	words := slices.Sorted(maps.Keys(v.used))
	for range 6 {
		w := words[v.rnd.IntN(len(words))]
		list = append(list, "/topics/"+w, "/by/"+w, "/search?q="+w, "/search?q="+w[:7], "/topics/"+w+"/feed.atom", "/fr/search?q="+w)
	}
	if c := v.stories; len(c) > 0 {
		for w := range c[v.rnd.IntN(len(c))].texts[c[0].version] {
			list = append(list, "/search?q="+w, "/topics/"+w)
			break
		}
	}
	return list
}

// public returns the words, the ids and the pictures that readers may see now.
func (v *aviary) public() (words, ids, pictures set) {
	words, ids, pictures = v.said.with(), set{}, set{}
	for _, c := range v.stories {
		if c.gone || c.removed {
			ids[c.id] = true // the page that says so names it
		}
		if !c.live {
			continue
		}
		ids[c.id] = true
		last := c.out[len(c.out)-1]
		words = words.with(last.words, last.names, c.told)
		pictures[last.bird] = true
	}
	more, shown := v.hanging()
	words, pictures = words.with(more), pictures.with(shown)
	for _, b := range v.birds {
		if pictures[b.id] {
			words = words.with(b.words)
		}
	}
	return words, ids, pictures
}

// ask asks everything and looks at every byte of the answers.
func (v *aviary) ask(after string) {
	v.Helper()
	words, ids, pictures := v.public()
	for _, c := range v.stories {
		if c.live { // readers find it: the test does not look into the void
			w := v.get("/world/x-" + c.id)
			if to := w.Header().Get("Location"); w.Code == http.StatusMovedPermanently {
				c.path = strings.TrimPrefix(to, origin)
				w = v.get(c.path)
			}
			if w.Code != http.StatusOK {
				v.Errorf("after %s: story %s is live and answers %d", after, c.id, w.Code)
			}
		}
	}
	for _, u := range v.addresses() {
		plain := v.get(u)
		v.look(after, u, plain, words, ids, pictures)
		v.status(after, u, plain)
		tag := v.tags[u]
		if tag != "" {
			again := v.getWith(u, "If-None-Match", tag)
			v.look(after, u+" with an old tag", again, words, ids, pictures)
			if again.Code == http.StatusNotModified && (plain.Code != http.StatusOK || plain.Header().Get("Etag") != tag) {
				v.Errorf("after %s: %s with the tag %s answers 304, without it %d", after, u, tag, plain.Code)
			}
		}
		if plain.Code == http.StatusOK && plain.Header().Get("Etag") != "" {
			v.tags[u] = plain.Header().Get("Etag")
		}
	}
	for _, u := range []string{"/api/v1/stories", "/api/v1/stories?limit=200"} {
		if w := v.getWith(u, "Authorization", "Bearer mh_nobodys"); w.Code == http.StatusOK {
			v.Errorf("after %s: %s answers a token that is nobody's", after, u)
		}
	}
}

func (v *aviary) getWith(path, name, value string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set(name, value)
	v.Handler().ServeHTTP(w, r)
	return w
}

// named finds the story or the picture that an address is about.
func (v *aviary) named(u string) (story *caged, picture *bird) {
	for _, c := range v.stories {
		if strings.Contains(u, c.id) {
			return c, nil
		}
	}
	for _, b := range v.birds {
		if strings.Contains(u, "/"+b.id+"/") {
			return nil, b
		}
	}
	return nil, nil
}

// status holds what the address of a thing answers.
func (v *aviary) status(after, u string, w *httptest.ResponseRecorder) {
	v.Helper()
	_, _, pictures := v.public()
	private := strings.HasPrefix(u, "/newsroom") || strings.HasPrefix(u, "/api/v1/") && u != "/api/v1/openapi.json"
	if private && w.Code == http.StatusOK {
		v.Errorf("after %s: %s answers 200 to nobody", after, u)
	}
	c, b := v.named(u)
	switch {
	case private || strings.HasPrefix(u, "/search"):
	case w.Code == http.StatusMovedPermanently && strings.HasPrefix(u, "/fr/"): // by its form alone, whatever the id
	case c != nil && c.gone && w.Code != http.StatusGone && w.Code != http.StatusMovedPermanently && w.Code != http.StatusNotFound:
		v.Errorf("after %s: %s of a removed story answers %d", after, u, w.Code)
	case c != nil && !c.gone && !c.live && w.Code != http.StatusNotFound && !c.removed:
		v.Errorf("after %s: %s of a story that is not public answers %d to %q, want 404", after, u, w.Code, w.Header().Get("Location"))
	case b != nil && (w.Code == http.StatusOK) != pictures[b.id]:
		v.Errorf("after %s: picture %s answers %d; public: %v", after, u, w.Code, pictures[b.id])
	}
}

var marked = strings.NewReplacer("<mark>", "", "</mark>", "", "<wbr>", "", "\u00ad", "", "&shy;", "")

// look finds what should not be in an answer.
func (v *aviary) look(after, u string, w *httptest.ResponseRecorder, words, ids, pictures set) {
	var head strings.Builder
	if err := w.Header().Write(&head); err != nil {
		v.Fatal(err)
	}
	text := strings.ToLower(head.String() + marked.Replace(w.Body.String()))
	asked, err := url.QueryUnescape(u) // a page may repeat what it was asked for
	if err != nil {
		v.Fatal(err)
	}
	asked = strings.ToLower(asked)
	for _, word := range canary.FindAllString(text, -1) {
		switch {
		case words[word]:
			v.seen++
		case strings.Contains(asked, word) && !v.told(u, word, w.Body.String()):
		default:
			v.report("after %s: %s (%d) shows %s, %s", after, u, w.Code, word, v.used[word])
		}
	}
	for _, c := range v.stories {
		if !ids[c.id] && strings.Contains(text, c.id) && !strings.Contains(asked, c.id) {
			v.report("after %s: %s (%d) names story %s", after, u, w.Code, c.id)
		}
	}
	for _, b := range v.birds {
		if !pictures[b.id] && strings.Contains(text, b.id) && !strings.Contains(asked, b.id) {
			v.report("after %s: %s (%d) names picture %s", after, u, w.Code, b.id)
		}
	}
}

// told reports whether a search for a word says anything else than a search for one that nobody ever wrote.
func (v *aviary) told(u, word, body string) bool {
	if !strings.Contains(u, "/search") {
		return false
	}
	const nobodys = "zqabcdefghqz"
	none := v.get(strings.Replace(u, word, nobodys, 1)).Body.String()
	return strings.ReplaceAll(body, word, nobodys) != none
}

// TestCanariesAreFound shows that the looking finds: a draft's text put into a public list by force is told of.
func TestCanariesAreFound(t *testing.T) {
	v := cage(t, "")
	if err := v.create(); err != nil {
		t.Fatal(err)
	}
	c := v.stories[0]
	leak := func(header, body string) int {
		w := httptest.NewRecorder()
		w.Header().Set("X-Story", header)
		if _, err := io.WriteString(w, body); err != nil {
			t.Fatal(err)
		}
		found := 0
		v.report = func(string, ...any) { found = 1 }
		v.look("a leak", "/world", w, set{}, set{}, set{})
		return found
	}
	var word string
	for w := range c.texts[c.version] {
		word = w
		break
	}
	for _, tt := range []struct {
		header, body string
		want         int
	}{
		{"", "<p>nothing</p>", 0}, {word, "", 1}, {"", "<p>" + strings.ToUpper(word) + "</p>", 1}, {"", "<mark>" + word[:5] + "</mark>" + word[5:], 1},
		{c.id, "", 1}, {"", `<a href="/world/x-` + c.id + `">`, 1}, {"", `<img src="` + v.birds[0].files[0] + `">`, 1},
	} {
		if got := leak(tt.header, tt.body); got != tt.want {
			t.Errorf("header %q, body %q: found %d, want %d", tt.header, tt.body, got, tt.want)
		}
	}
}
