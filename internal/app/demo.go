package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"image/jpeg"
	"io/fs"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/demo"
	"masthead/internal/demo/draw"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/local/place"
	"masthead/internal/media"
	"masthead/internal/published"
	"masthead/internal/reads"
)

// FillDemo makes the ready newsroom in an empty portal; a portal that has stories is left as it is. say is told
// what is being done.
func (a *App) FillDemo(ctx context.Context, say func(string)) error {
	return a.fillDemo(ctx, say, true)
}

// fillDemo can leave out the pictures and clips, which take a minute to draw; the stories are then published
// without them.
func (a *App) fillDemo(ctx context.Context, say func(string), media bool) (err error) {
	defer errs.Wrap(&err, "make the demo newsroom")
	if site, err := published.New(a.db).Record(a.db.Now()).Site(ctx); err != nil || site.Demo {
		return err
	}
	f := &demoFill{app: a, now: a.db.Now(), keys: map[string]string{}}
	if media {
		if err := f.media(ctx, say); err != nil {
			return err
		}
	}
	zone, err := time.LoadLocation(demo.Site().Regions[0].Zone)
	if err != nil {
		return err
	}
	stories := demo.Stories(f.now.In(zone))
	slices.SortFunc(stories, func(a, b demo.Story) int { return a.Published.Compare(b.Published) })
	for _, s := range stories {
		f.keys[s.Key] = demoID("story " + s.Key)
	}
	say(fmt.Sprintf("Publishing %d stories", len(stories)))
	// One transaction: a demo that was interrupted begins anew.
	_, err = content.Do(ctx, a.db, "demo", func(k *content.Desk) error {
		if err := f.site(ctx, k); err != nil {
			return err
		}
		for _, p := range f.prepared {
			if _, err := a.media.Save(ctx, k.Tx(), "demo", p); err != nil {
				return err
			}
		}
		for _, s := range stories {
			if err := f.story(ctx, k, s); err != nil {
				return fmt.Errorf("story %s: %w", s.Key, err)
			}
		}
		if err := f.reads(ctx, k.Tx(), stories); err != nil {
			return err
		}
		return f.front(ctx, k)
	})
	return err
}

// demoRead is how many of the newest stories have readers.
const demoRead = 40

// reads invents readers of the last hours, or nothing would be read most. Each story has its own share of them.
func (f *demoFill) reads(ctx context.Context, tx *db.Tx, stories []demo.Story) error {
	for i, s := range stories[max(0, len(stories)-demoRead):] {
		if !s.Embargo.IsZero() {
			continue
		}
		id := f.keys[s.Key]
		share := 1 + i/10 + int(id[0]+id[1])%6
		for slot := range 96 {
			at := f.now.Add(-time.Duration(slot) * reads.Slot)
			if at.Before(s.Published) {
				break
			}
			if err := reads.Add(ctx, tx, id, at, share*int(1+id[slot%len(id)]%4)); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoFill turns the demo's keys into ids.
type demoFill struct {
	app      *App
	now      time.Time
	keys     map[string]string // of a story, picture or clip → id
	prepared []*media.Prepared
}

// demoID is the id of a demo story: the same in every demo, so that addresses can be written down.
func demoID(key string) string {
	sum := sha256.Sum256([]byte(key))
	const letters = "0123456789bcdfghjkmnpqrstvwxyz"
	n, base, digit := new(big.Int).SetBytes(sum[:8]), big.NewInt(int64(len(letters))), new(big.Int)
	id := make([]byte, 10)
	for i := range id {
		n.DivMod(n, base, digit)
		id[i] = letters[digit.Int64()]
	}
	return string(id)
}

// media draws the pictures and takes in the clips, on all cores.
func (f *demoFill) media(ctx context.Context, say func(string)) error {
	type work struct {
		key string
		do  func() (*media.Prepared, error)
	}
	var list []work
	for _, p := range demo.Pictures() {
		list = append(list, work{p.Key, func() (*media.Prepared, error) {
			file, err := picture(p.Scene, p.Width, p.Height)
			if err != nil {
				return nil, err
			}
			return f.app.media.TakeIn(ctx, media.Upload{
				Name: p.Key + ".jpg", Body: bytes.NewReader(file), Key: "demo " + p.Key, Alt: p.Alt,
				Facts: media.Facts{Caption: p.Caption, Credit: p.Credit}, Rights: media.Rights{Category: "staff"},
				Focus: &media.Focus{X: p.FocusX, Y: p.FocusY},
			})
		}})
	}
	for _, v := range demo.Videos() {
		list = append(list, work{v.Key, func() (*media.Prepared, error) { return f.video(ctx, v) }})
	}
	var (
		mu   sync.Mutex
		wg   sync.WaitGroup
		fail error
		done int
	)
	jobs := make(chan work)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for w := range jobs {
				p, err := w.do()
				mu.Lock()
				if err != nil && fail == nil {
					fail = fmt.Errorf("picture %s: %w", w.key, err)
				}
				if err == nil {
					f.keys[w.key] = p.Item().ID
					f.prepared = append(f.prepared, p)
				}
				if done++; done%6 == 0 || done == len(list) {
					say(fmt.Sprintf("Drawing pictures: %d of %d", done, len(list)))
				}
				mu.Unlock()
			}
		})
	}
	for _, w := range list {
		if ctx.Err() != nil {
			break
		}
		jobs <- w
	}
	close(jobs)
	wg.Wait()
	if fail == nil {
		fail = ctx.Err()
	}
	return fail
}

// picture draws a scene as a camera would have kept it.
func picture(scene string, w, h int) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, draw.Scene(scene, w, h), &jpeg.Options{Quality: 92})
	return b.Bytes(), err
}

func (f *demoFill) video(ctx context.Context, v demo.Video) (*media.Prepared, error) {
	mp4, err := fs.ReadFile(demo.Clips, v.File)
	if err != nil {
		return nil, err
	}
	still, err := picture(v.Poster, 1216, 684)
	if err != nil {
		return nil, err
	}
	in := media.FilmInput{
		MP4: mp4, Width: v.Width, Height: v.Height, Duration: int(v.Duration.Round(time.Second).Seconds()), Key: "demo " + v.Key,
		Poster: still, PosterAlt: v.Title,
		Caption: v.Description, Credit: v.Credit, Transcript: v.Transcript,
	}
	for _, t := range v.Tracks {
		vtt, err := fs.ReadFile(demo.Clips, t.File)
		if err != nil {
			return nil, err
		}
		in.Tracks = append(in.Tracks, media.TrackInput{VTT: bytes.Clone(vtt), Kind: "captions", Lang: t.Lang, Label: t.Label})
	}
	return f.app.media.Film(ctx, in)
}

func (f *demoFill) story(ctx context.Context, k *content.Desk, s demo.Story) error {
	c := published.Story{
		ID: f.keys[s.Key], Slug: s.Slug, Language: s.Language, Section: s.Section, Kind: s.Kind,
		Headline: s.Headline, ShortHeadline: s.ShortHead, Standfirst: s.Standfirst, Regions: s.Regions,
		Dateline: s.Dateline, Credits: closingCredit(s.Language, s.Credits), Body: f.body(s.Body), Translation: f.keys[s.TranslationOf],
	}
	for _, t := range s.Topics {
		c.Topics = append(c.Topics, f.topic(t, s.Language))
	}
	for _, b := range s.Bylines {
		c.Bylines = append(c.Bylines, published.Byline{Slug: authorSlug(b.Name), Name: b.Name, Role: b.Role})
	}
	if s.Lead.Media != "" {
		c.Lead = &published.Lead{Media: f.keys[s.Lead.Media], Alt: s.Lead.Alt, Caption: s.Lead.Caption, Credit: s.Lead.Credit}
		f.leadVideo(c.Lead, s.Lead.Media)
	}
	if _, err := k.Create(ctx, c); err != nil {
		return err
	}
	p := content.Publication{At: s.Published, Updated: s.Updated}
	if !s.Embargo.IsZero() {
		p.At = s.Embargo
	}
	if _, err := k.Publish(ctx, c.ID, p); err != nil {
		return err
	}
	for _, fix := range s.Corrections {
		if _, err := k.Correct(ctx, c.ID, fix.Was+" "+fix.Now, fix.Place, fix.At); err != nil {
			return err
		}
	}
	if s.Killed != "" {
		return k.Kill(ctx, c.ID, s.Killed)
	}
	return nil
}

// closingCredit is the sentence that names whose copy a story used.
func closingCredit(lang string, names []string) []string {
	if len(names) == 0 {
		return nil
	}
	words, and := "With files from ", " and "
	if lang == "fr" {
		words, and = "Avec des informations de ", " et "
	}
	last := len(names) - 1
	if last == 0 {
		return []string{words + names[0]}
	}
	return []string{words + strings.Join(names[:last], ", ") + and + names[last]}
}

func (f *demoFill) leadVideo(l *published.Lead, key string) {
	for _, v := range demo.Videos() {
		if v.Key == key {
			l.Title, l.Recorded = v.Title, f.now.Add(v.Recorded)
		}
	}
}

// body returns the document with ids in place of the demo's keys.
func (f *demoFill) body(n doc.Node) doc.Node {
	out := n
	if n.Attrs != nil {
		out.Attrs = doc.Attrs{}
		for name, v := range n.Attrs {
			out.Attrs[name] = f.ids(name, v)
		}
	}
	out.Content = nil
	for _, c := range n.Content {
		out.Content = append(out.Content, f.body(c))
	}
	return out
}

func (f *demoFill) ids(name string, v any) any {
	switch v := v.(type) {
	case string:
		if id, ok := f.keys[v]; ok && (name == "media" || name == "target" || name == "stories") {
			return id
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = f.ids(name, v[i])
		}
		return out
	case []string:
		out := make([]any, len(v))
		for i := range v {
			out[i] = f.ids(name, v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, inner := range v {
			out[k] = f.ids(k, inner)
		}
		return out
	}
	return v
}

// authorSlug returns the slug of a demo author's page, "" for an agency.
func authorSlug(name string) string {
	for _, p := range demo.Site().Authors {
		if strings.EqualFold(p.Name, name) {
			return published.MakeSlug(name)
		}
	}
	return ""
}

// front curates the English home page; the French one and those of the regions go by rule.
func (f *demoFill) front(ctx context.Context, k *content.Desk) error {
	row := func(section, en, fr string) published.Container {
		return published.Container{Layout: "row", Title: map[string]string{"en": en, "fr": fr}, Link: "/" + section, List: "section/" + section}
	}
	home := published.Front{Containers: []published.Container{
		{Layout: "lead", Cards: []published.Placed{{Story: f.keys["bow-valley-flood"]}}, List: "all"},
		{Layout: "row", Title: map[string]string{"en": "Calgary"}, Link: "/r/calgary", List: "region/calgary"},
		row("alberta", "Alberta", "Alberta"),
		{Layout: "split", Title: map[string]string{"en": "World"}, Link: "/world", Cards: []published.Placed{{Story: f.keys["ukraine-grain"]}}, List: "section/world"},
		{Layout: "video", Title: map[string]string{"en": "Watch"}, Link: "/video", List: "kind/video"},
		row("canada", "Canada", "Canada"), row("business", "Business", "Économie"), row("sports", "Sports", "Sports"),
		{Layout: "opinion", Title: map[string]string{"en": "Opinion"}, Link: "/opinion", List: "kind/opinion"},
		row("culture", "Culture", "Culture"), {Layout: "most"}, {Layout: "service"},
	}}
	return k.SetFront(ctx, "en/home", &home)
}

// topic finds the demo's topic by slug or name.
func (f *demoFill) topic(key, lang string) published.Topic {
	for _, t := range demo.Site().Topics {
		if t.Slug == key || t.Name == key {
			return published.Topic{Slug: t.Slug, Name: t.Name}
		}
	}
	return published.Topic{Slug: published.MakeSlug(key), Name: key}
}

// site writes the newsroom's settings, topics and people.
func (f *demoFill) site(ctx context.Context, k *content.Desk) error {
	p := demo.Site()
	site := *k.Site()
	site.Name, site.Tagline = p.Name, map[string]string{"en": p.Tagline, "fr": p.TaglineFR}
	site.Languages, site.Zone, site.Place, site.Demo, site.Founded = p.Languages, p.Regions[0].Zone, p.Regions[0].Slug, true, f.now.Year()-3
	for _, s := range p.Sections {
		site.Sections = append(site.Sections, published.Section{Slug: s.Slug, Parent: s.Parent, Name: map[string]string{"en": s.Name, "fr": s.NameFR}})
	}
	all := place.All()
	for _, r := range p.Regions {
		region := published.Region{
			Slug: r.Slug, Name: r.Name, NameFR: r.NameFR, Province: r.Province, ProvinceFR: r.ProvinceFR, Zone: r.Zone, Lat: r.Latitude, Lon: r.Longitude,
		}
		if i := slices.IndexFunc(all, func(p place.Place) bool { return p.Slug == r.Slug }); i >= 0 {
			region.Abbrev, region.Country = all[i].Abbrev, all[i].Country
		}
		site.Regions = append(site.Regions, region)
	}
	if err := k.SetSite(ctx, &site); err != nil {
		return err
	}
	for _, t := range p.Topics {
		page := published.TopicPage{Slug: t.Slug, Name: map[string]string{t.Language: t.Name}, About: map[string]string{t.Language: t.Description}, Since: f.now}
		if err := k.SetTopic(ctx, page); err != nil {
			return err
		}
	}
	for _, p := range p.Authors {
		a := published.Author{Slug: published.MakeSlug(p.Name), Name: p.Name, Role: map[string]string{p.Language: p.Role}, Bio: map[string]string{p.Language: p.Bio}}
		if err := k.SetAuthor(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
