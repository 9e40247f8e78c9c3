package front

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/media"
	"masthead/internal/published"
	"masthead/internal/published/publish"
)

func (k *Keeper) site(ctx context.Context) (*published.Site, error) {
	return k.view.Record(k.cfg.DB.Now()).Site(ctx)
}

// Names returns the fronts of the portal: in each language its own and that of each region.
func (k *Keeper) Names(ctx context.Context) (list []Named, err error) {
	defer errs.Wrap(&err, "fronts")
	site, err := k.site(ctx)
	if err != nil {
		return nil, err
	}
	launched, err := publish.AllLaunched(ctx, k.cfg.DB)
	if err != nil {
		return nil, err
	}
	drafts, err := selectDrafts(ctx, k.cfg.DB)
	if err != nil {
		return nil, err
	}
	for _, lang := range site.Languages {
		list = append(list, Named{Name: lang + "/home", Language: lang})
		for _, p := range site.Regions {
			list = append(list, Named{Name: lang + "/r/" + p.Slug, Language: lang, Region: p.Slug})
		}
	}
	for i := range list {
		n := &list[i]
		live := launched[n.Name]
		n.Curated = live != nil
		if d, ok := drafts[n.Name]; ok {
			if live == nil {
				live = site.FrontByRule(n.Name)
			}
			n.Due, n.Changed = d.due, len(differ(&d.state.Front, live))
		}
	}
	return list, nil
}

// Draft returns a front as it is being arranged.
func (k *Keeper) Draft(ctx context.Context, name string) (d Draft, err error) {
	defer errs.Wrap(&err, "draft of front %s", name)
	site, err := k.site(ctx)
	if err != nil {
		return Draft{}, err
	}
	o, err := read(ctx, k.cfg.DB, site, name)
	if err != nil {
		return Draft{}, err
	}
	d = Draft{Name: name, Version: o.version, Front: &o.state.Front, Live: o.live, ByRule: o.byRule, Changed: differ(&o.state.Front, o.live), Previously: o.state.Previously}
	if d.Stories, err = selectStories(ctx, k.cfg.DB, d.placed()); err != nil {
		return Draft{}, err
	}
	d.also()
	if d.Media, err = k.thumbs(ctx, d.Front, d.Live); err != nil {
		return Draft{}, err
	}
	d.Live.Media = nil // Media has what the screen needs of them
	if !o.due.IsZero() {
		d.Scheduled = &Schedule{At: o.due, Who: o.person}
	}
	last, err := selectLaunches(ctx, k.cfg.DB, name, 1)
	if err != nil {
		return Draft{}, err
	}
	if len(last) > 0 {
		d.Last = &last[0]
	}
	d.Arranging, err = k.arrangers(ctx, name)
	return d, err
}

// placed returns the stories that a draft names, each once.
func (d *Draft) placed() []string {
	var ids []string
	for _, f := range []*published.Front{d.Front, d.Live} {
		for _, k := range f.Containers {
			for _, c := range k.Cards {
				ids = append(ids, c.Story)
			}
		}
	}
	for _, list := range d.Previously {
		for _, f := range list {
			ids = append(ids, f.Story)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// also notes the places of stories that stand on the draft more than once.
func (d *Draft) also() {
	places := map[string][]Place{}
	for _, k := range d.Front.Containers {
		for i, c := range k.Cards {
			places[c.Story] = append(places[c.Story], Place{k.ID, i + 1})
		}
	}
	for id, list := range places {
		if s, ok := d.Stories[id]; ok && len(list) > 1 {
			s.Also = list
			d.Stories[id] = s
		}
	}
}

// thumbs returns the pictures that cards have of their own, but for those that a launch would leave out.
func (k *Keeper) thumbs(ctx context.Context, fronts ...*published.Front) (map[string]Thumb, error) {
	out := map[string]Thumb{}
	for _, f := range fronts {
		list, err := pictures(ctx, k.cfg.DB, k.cfg.DB.Now(), f)
		if err != nil {
			return nil, err
		}
		for id, m := range list {
			still := m
			if m.Poster != nil {
				still = *m.Poster
			}
			out[id] = Thumb{Src: small(&still), Alt: m.Alt}
		}
	}
	return out, nil
}

// pictures returns the library's pictures that cards of a front name. One that is there no longer, or whose rights do not
// allow its use, is left out: its card has the story's.
func pictures(ctx context.Context, q db.Queryer, now time.Time, f *published.Front) (map[string]doc.Media, error) {
	out := map[string]doc.Media{}
	for _, k := range f.Containers {
		for _, c := range k.Cards {
			if c.Picture == "" {
				continue
			}
			m, err := media.Get(ctx, q, c.Picture)
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			if m.Rights.Standing(now).May() {
				out[c.Picture] = m.Media
			}
		}
	}
	return out, nil
}

// small returns the address of a picture's smallest file.
func small(m *doc.Media) (address string) {
	width := 0
	for _, r := range m.Renditions {
		if strings.HasPrefix(r.Type, "image/") && (address == "" || r.Width < width) {
			address, width = r.URL, r.Width
		}
	}
	return address
}

// Preview returns the draft with its pictures, as render.Front shows it.
func (k *Keeper) Preview(ctx context.Context, name string) (f *published.Front, err error) {
	defer errs.Wrap(&err, "preview of front %s", name)
	site, err := k.site(ctx)
	if err != nil {
		return nil, err
	}
	o, err := read(ctx, k.cfg.DB, site, name)
	if err != nil {
		return nil, err
	}
	f = &o.state.Front
	f.Media, err = pictures(ctx, k.cfg.DB, k.cfg.DB.Now(), f)
	return f, err
}

// differ returns the containers in which two fronts differ, in the order of the first; those that only the second has
// come last. Of containers whose order differs the fewest are named.
func differ(a, b *published.Front) []string {
	changed := map[string]bool{}
	var order []int // places in b of a's containers
	var ids []string
	for _, k := range a.Containers {
		i := b.Container(k.ID)
		if i < 0 {
			changed[k.ID] = true
			continue
		}
		if !same(k, b.Containers[i]) {
			changed[k.ID] = true
		}
		order, ids = append(order, i), append(ids, k.ID)
	}
	stays := rising(order)
	for i, id := range ids {
		if !stays[i] {
			changed[id] = true
		}
	}
	list := []string{}
	for _, k := range a.Containers {
		if changed[k.ID] {
			list = append(list, k.ID)
		}
	}
	for _, k := range b.Containers {
		if a.Container(k.ID) < 0 {
			list = append(list, k.ID)
		}
	}
	return list
}

func same(a, b published.Container) bool {
	x, err := json.Marshal(a)
	if err != nil {
		panic(err) // strings and numbers
	}
	y, err := json.Marshal(b)
	if err != nil {
		panic(err) // the same
	}
	return bytes.Equal(x, y)
}

// rising marks the longest run of rising numbers.
func rising(list []int) map[int]bool {
	best, before := make([]int, len(list)), make([]int, len(list))
	end := -1
	for i, n := range list {
		best[i], before[i] = 1, -1
		for j := range i {
			if list[j] < n && best[j]+1 > best[i] {
				best[i], before[i] = best[j]+1, j
			}
		}
		if end < 0 || best[i] > best[end] {
			end = i
		}
	}
	out := map[int]bool{}
	for ; end >= 0; end = before[end] {
		out[end] = true
	}
	return out
}

// choose returns the front base with the named containers as from has them (also where they stand, and whether they are
// there); nil names all.
func choose(base, from *published.Front, ids []string) *published.Front {
	if ids == nil {
		return copyOf(from)
	}
	out := copyOf(base)
	out.Containers = slices.DeleteFunc(out.Containers, func(k published.Container) bool { return slices.Contains(ids, k.ID) })
	for i, k := range from.Containers {
		if !slices.Contains(ids, k.ID) {
			continue
		}
		at := 0 // after the nearest one before it that is there
		for _, before := range slices.Backward(from.Containers[:i]) {
			if j := out.Container(before.ID); j >= 0 {
				at = j + 1
				break
			}
		}
		k.Cards = slices.Clone(k.Cards)
		out.Containers = slices.Insert(out.Containers, at, k)
	}
	return out
}

// checkChosen says if a named container is on neither front.
func checkChosen(ids []string, fronts ...*published.Front) error {
	for _, id := range ids {
		if !slices.ContainsFunc(fronts, func(f *published.Front) bool { return f.Container(id) >= 0 }) {
			return errs.Errorf(errs.Invalid, "containers: there is no container %.30q on this front", id)
		}
	}
	return nil
}

var errNothing = errs.Errorf(errs.Conflict, "the draft does not differ from what readers have")

func marshal(f *published.Front) (string, error) {
	if f == nil {
		return "", nil
	}
	b, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("front: %w", err)
	}
	return string(b), nil
}
