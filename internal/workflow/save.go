package workflow

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
)

// Save is a new text of a story.
type Save struct {
	Version int             // the one it was made from
	Copy    published.Story // what writers decide; what publishing decides is kept from before
	Guard   *check.Guard    // nil: as it is
	Was     *check.Guard    // what Guard was made from, which has no version: one that equals it changes nothing; nil: not known
	Note    string          // of the version
	Auto    bool            // saved while typing: the next automatic save of the same person may take its place in the list of versions
	Tab     string          // who has it open for writing; "": a program. A held story refuses other tabs with *HeldError
}

// ConflictError says that a story was changed since the version a text was made from. Kind errs.Conflict.
type ConflictError struct {
	Newest *Story
	Who    string // the name of who saved it
}

func (e *ConflictError) Error() string { return e.Who + " saved a newer version: compare the two" }

func (e *ConflictError) Unwrap() error { return &errs.Error{Kind: errs.Conflict, Msg: e.Error()} }

// HeldError says that a story is open for writing elsewhere. Kind errs.Conflict.
type HeldError struct{ Holder Holder }

func (e *HeldError) Error() string { return e.Holder.Name + " is editing this story" }

func (e *HeldError) Unwrap() error { return &errs.Error{Kind: errs.Conflict, Msg: e.Error()} }

// BlockedError says which checks keep a story from going out. Kind errs.Invalid.
type BlockedError struct{ Issues []check.Issue }

func (e *BlockedError) Error() string { return "the checks found what must be put right first" }

func (e *BlockedError) Unwrap() error { return &errs.Error{Kind: errs.Invalid, Msg: e.Error()} }

// Story returns a story; errs.NotFound if there is none. The text of a killed one is kept for those who may kill.
func (r *Room) Story(ctx context.Context, who *identity.Person, id string) (*Story, error) {
	s, err := content.Find(ctx, r.cfg.DB, id)
	if err != nil {
		return nil, err
	}
	if err := who.Need(identity.Read, ""); err != nil {
		return nil, err
	}
	if s.State == content.Killed && who.Need(identity.Kill, s.Copy.Section) != nil {
		s.Copy = published.Story{ID: s.ID, Headline: s.Copy.Headline, Slug: s.Copy.Slug, Section: s.Copy.Section, Language: s.Copy.Language, Kind: s.Copy.Kind, Body: doc.Node{Type: "doc"}}
	}
	return r.story(ctx, r.cfg.DB, s)
}

// story completes what the newsroom knows of a story.
func (r *Room) story(ctx context.Context, q db.Queryer, s *content.Story) (*Story, error) {
	out := &Story{
		ID: s.ID, State: s.State, Shown: shown(s.State, s.Version, s.Out), Version: s.Version, Out: s.Out, Due: s.Due,
		Author: s.Author, Assignee: s.Assignee, Created: s.Created, Updated: s.Updated, Copy: s.Copy, Guard: s.Guard,
	}
	if s.Copy.Section != "" && s.Copy.Slug != "" {
		out.URL = s.Copy.Path()
	}
	var err error
	if s.State == content.Live {
		if out.UndoTill, err = content.UndoUntil(ctx, q, s.ID); err != nil {
			return nil, err
		}
		if !out.UndoTill.After(r.cfg.DB.Now()) {
			out.UndoTill = time.Time{}
		}
	}
	_, out.Wire, err = content.WireOf(ctx, q, s.ID)
	return out, err
}

// shown is the state that people see.
func shown(s content.State, version, out int) string {
	if s == content.Live && version != out {
		return "changed"
	}
	return string(s)
}

// needWrite lets writers change what is theirs, and editors everything.
func needWrite(who *identity.Person, s *content.Story) error {
	if s.Author == who.ID || s.Assignee == who.ID {
		return who.Need(identity.Write, s.Copy.Section)
	}
	return who.Need(identity.Edit, s.Copy.Section)
}

// MayWrite reports whether a person may change a story's text, and why not.
func (s *Story) MayWrite(who *identity.Person) error {
	return needWrite(who, &content.Story{Author: s.Author, Assignee: s.Assignee, Copy: published.Story{Section: s.Copy.Section}})
}

// Create makes a draft. Headline and section may be empty until it is published.
func (r *Room) Create(ctx context.Context, who *identity.Person, c published.Story, g check.Guard) (*Story, error) {
	if err := who.Need(identity.Write, c.Section); err != nil {
		return nil, err
	}
	// What publishing decides is nobody's to bring along.
	c.ID, c.Revision, c.Corrections, c.Log, c.Words = "", 0, nil, nil, 0
	c.Published, c.Updated, c.Modified = time.Time{}, time.Time{}, time.Time{}
	if loosens(check.Guard{}, g) {
		if err := who.Need(identity.Edit, c.Section); err != nil {
			return nil, err
		}
	}
	if err := r.link(ctx, &c); err != nil {
		return nil, err
	}
	return r.deed(ctx, who, func(k *content.Desk) (*content.Story, error) {
		if err := known(k.Site(), &c, &published.Story{}); err != nil {
			return nil, err
		}
		if c.Language == "" {
			c.Language = k.Site().Languages[0]
		}
		s, err := k.Begin(ctx, c, g, who.ID)
		if err != nil {
			return nil, err
		}
		return s, r.record(ctx, k, who, "story.create", s, nil)
	})
}

// link leads the names of a byline to the pages of writers who have one.
func (r *Room) link(ctx context.Context, c *published.Story) error {
	if len(c.Bylines) == 0 {
		return nil
	}
	rec := published.New(r.cfg.DB).Record(r.cfg.DB.Now())
	c.Bylines = slices.Clone(c.Bylines)
	for i := range c.Bylines {
		b := &c.Bylines[i]
		b.Name, b.Slug = strings.TrimSpace(b.Name), ""
		slug := published.MakeSlug(b.Name)
		if slug == "" {
			continue
		}
		a, err := rec.Author(ctx, slug)
		if err != nil {
			return err
		}
		if a != nil && a.Name == b.Name {
			b.Slug = slug
		}
	}
	return nil
}

// known refuses sections, regions and languages that the site does not have. What the story had before may stay: nothing
// typed is lost because the settings have changed.
func known(site *published.Site, c, before *published.Story) error {
	if c.Language != "" && c.Language != before.Language && !slices.Contains(site.Languages, c.Language) {
		return errs.Errorf(errs.Invalid, "language: the site is not written in %q", c.Language)
	}
	if c.Section != "" && c.Section != before.Section && site.Section(c.Section) == nil {
		return errs.Errorf(errs.Invalid, "section: there is no section %q", c.Section)
	}
	for _, slug := range c.Regions {
		if site.Region(slug) == nil && !slices.Contains(before.Regions, slug) {
			return errs.Errorf(errs.Invalid, "regions: there is no region %q", slug)
		}
	}
	switch c.Kind {
	case "", "story", "live", "video", "gallery", "opinion", "obituary":
	default:
		return errs.Errorf(errs.Invalid, "kind: %q is none of story, live, video, gallery, opinion, obituary", c.Kind)
	}
	return nil
}

// Save keeps a new version. It never changes a state and never what readers see. The error may be a *ConflictError
// or a *HeldError.
func (r *Room) Save(ctx context.Context, who *identity.Person, id string, n Save) (*Story, error) {
	if err := r.link(ctx, &n.Copy); err != nil {
		return nil, err
	}
	return r.deed(ctx, who, func(k *content.Desk) (*content.Story, error) {
		s, err := k.Story(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := needWrite(who, s); err != nil {
			return nil, err
		}
		if err := who.Need(identity.Write, n.Copy.Section); err != nil {
			return nil, err
		}
		if s.State == content.Killed {
			return nil, errs.Errorf(errs.Gone, "the story was killed: nothing of it can be changed")
		}
		if n.Tab != "" {
			if err := r.held(ctx, k.Tx(), id, n.Tab); err != nil {
				return nil, err
			}
		}
		if s.Version != n.Version {
			return nil, r.conflict(ctx, k.Tx(), s)
		}
		if n.Guard != nil && n.Was != nil {
			switch guard, was := whole(*n.Guard), whole(*n.Was); {
			case guard == was: // whoever typed did not touch it: what others set meanwhile stays
				n.Guard = nil
			case s.Guard != was && s.Guard != guard:
				return nil, r.conflict(ctx, k.Tx(), s)
			}
		}
		if err := known(k.Site(), &n.Copy, &s.Copy); err != nil {
			return nil, err
		}
		if len(n.Note) > 500 {
			return nil, errs.Errorf(errs.Invalid, "note: longer than 500 bytes")
		}
		old := s.Guard
		if n.Guard != nil && loosens(old, *n.Guard) {
			if err := who.Need(identity.Edit, s.Copy.Section); err != nil {
				return nil, err
			}
		}
		if n.Auto {
			s, err = k.SaveTyped(ctx, id, n.Version, n.Copy, n.Guard)
		} else {
			s, err = k.SaveBy(ctx, id, n.Version, n.Copy, n.Guard, n.Note)
		}
		if err != nil || s.Guard == old {
			return s, err
		}
		return s, r.record(ctx, k, who, "story.guard", s, map[string]string{"legal": s.Guard.Legal, "cleared": s.Guard.Cleared})
	})
}

// whole is a guard as the database keeps it, to compare.
func whole(g check.Guard) check.Guard {
	g.Embargo = g.Embargo.UTC().Truncate(time.Microsecond)
	return g
}

// loosens reports whether less holds a story back than before: that is not the writer's to decide.
func loosens(old, g check.Guard) bool {
	return old.Legal != "" && g.Legal == "" || old.Ban && !g.Ban || old.Youth && !g.Youth ||
		g.Cleared != "" && g.Cleared != old.Cleared || g.Embargo.Before(old.Embargo)
}

// conflict says who saved the newest version.
func (r *Room) conflict(ctx context.Context, q db.Queryer, s *content.Story) error {
	by, err := content.Versions(ctx, q, s.ID)
	if err != nil {
		return err
	}
	newest, err := r.story(ctx, q, s)
	if err != nil {
		return err
	}
	c := &ConflictError{Newest: newest}
	if len(by) > 0 {
		c.Who, err = identity.Name(ctx, q, by[0].Who)
	}
	if err != nil {
		return err
	}
	return c
}

// Checks looks over the newest version.
func (r *Room) Checks(ctx context.Context, who *identity.Person, id string) ([]check.Issue, error) {
	if err := who.Need(identity.Read, ""); err != nil {
		return nil, err
	}
	s, err := content.Find(ctx, r.cfg.DB, id)
	if err != nil {
		return nil, err
	}
	site, err := published.New(r.cfg.DB).Record(r.cfg.DB.Now()).Site(ctx)
	if err != nil {
		return nil, err
	}
	return r.check(ctx, r.cfg.DB, s, check.Facts{Site: site, Now: r.cfg.DB.Now()})
}

// check gathers the facts about a story and looks it over. f has the site and the moment at which it would go out.
func (r *Room) check(ctx context.Context, q db.Queryer, s *content.Story, f check.Facts) (list []check.Issue, err error) {
	defer errs.Wrap(&err, "check story %s", s.ID)
	if f.Media, err = content.Media(ctx, q, &s.Copy); err != nil {
		return nil, err
	}
	if f.Rights, err = rightsOf(ctx, q, f.Media, f.Now); err != nil {
		return nil, err
	}
	if f.Wire, _, err = content.WireOf(ctx, q, s.ID); err != nil {
		return nil, err
	}
	if f.RecentPhotos, err = recentPhotos(ctx, q, s.ID, f.Media, r.cfg.DB.Now()); err != nil {
		return nil, err
	}
	if f.Broken, err = r.broken(ctx, &s.Copy, f.Site); err != nil {
		return nil, err
	}
	if r.cfg.Style != nil {
		if f.Style, err = r.cfg.Style(ctx, q); err != nil {
			return nil, err
		}
	}
	return check.Story(&s.Copy, s.Guard, f), nil
}

// broken returns the links that lead to stories of this site which readers cannot open. Other sites are not asked.
func (r *Room) broken(ctx context.Context, c *published.Story, site *published.Site) (list []string, err error) {
	rec := published.New(r.cfg.DB).Record(r.cfg.DB.Now())
	for _, href := range doc.Links(c.Body) {
		path := href
		if site.URL != "" {
			path = strings.TrimPrefix(href, site.URL)
		}
		dash := strings.LastIndexByte(path, '-')
		if !strings.HasPrefix(path, "/") || strings.Count(path, "/") != 2 || dash < 0 || !storyID.MatchString(path[dash+1:]) {
			continue
		}
		card, err := rec.Card(ctx, path[dash+1:])
		if err != nil {
			return nil, err
		}
		if card == nil {
			list = append(list, href)
		}
	}
	return list, nil
}

// storyID is what ends the address of a story: see content.NewID.
var storyID = regexp.MustCompile(`^[0-9a-z]{10,13}$`)

// deed runs a command in one transaction and returns the story when readers on this node see it.
func (r *Room) deed(ctx context.Context, who *identity.Person, fn func(k *content.Desk) (*content.Story, error)) (*Story, error) {
	var out *Story
	seq, err := content.Do(ctx, r.cfg.DB, who.ID, func(k *content.Desk) error {
		s, err := fn(k)
		if err != nil {
			return err
		}
		if out, err = r.story(ctx, k.Tx(), s); err != nil || r.along == nil {
			return err
		}
		return r.along(ctx, k.Tx(), out)
	})
	if err != nil {
		return nil, err
	}
	return out, r.sync(ctx, seq)
}

// sync waits until readers on this node see a change. The deed is done whatever comes of the waiting.
func (r *Room) sync(ctx context.Context, seq int64) error {
	if seq == 0 || r.cfg.Sync == nil {
		return nil
	}
	if err := r.cfg.Sync(ctx, seq); err != nil {
		return fmt.Errorf("the change is saved, but its pages could not be renewed yet: %w", err)
	}
	return nil
}
