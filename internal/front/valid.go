package front

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"masthead/internal/errs"
	"masthead/internal/published"
)

// Bounds of what a front may have; of texts in characters.
const (
	MostSlots    = 30
	MostHeadline = 200
	MostKicker   = 60
	MostTitle    = 100
	MostText     = 300

	mostContainers = 30
	mostOps        = 100 // of one call
)

var (
	idForm    = regexp.MustCompile(`^[a-z0-9]{1,20}$`)
	storyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	linkForm  = regexp.MustCompile(`^/[a-z0-9/-]{0,150}$`)
	listForm  = regexp.MustCompile(`^(all|(section|topic|kind)/[a-z0-9-]{1,80}|region/[a-z0-9-]{1,80}(/[a-z0-9-]{1,80})?)$`)
)

// check says what is wrong with a deed by itself: errs.Invalid.
func (op *Op) check(site *published.Site) error {
	for _, f := range []struct{ name, value string }{{"container", op.Container}, {"from", op.From}} {
		if f.value != "" && !idForm.MatchString(f.value) {
			return errs.Errorf(errs.Invalid, "%s: %.30q is no container's id", f.name, f.value)
		}
	}
	if len(op.ID) > 100 || len(op.Before) > 64 || len(op.After) > 64 {
		return errs.Errorf(errs.Invalid, "id, before, after: at most 100 and 64 bytes")
	}
	switch op.Do {
	case OpPlace, OpRemove, OpCard:
		if !storyForm.MatchString(op.Story) {
			return errs.Errorf(errs.Invalid, "story: %.30q is no story's id", op.Story)
		}
	}
	if op.Card != nil {
		if err := checkCard(op.Card); err != nil {
			return err
		}
	}
	if op.Settings != nil {
		return checkSettings(op.Settings, site)
	}
	return nil
}

func checkCard(c *published.Placed) error {
	if err := line("card.headline", &c.Headline, MostHeadline); err != nil {
		return err
	}
	if err := line("card.kicker", &c.Kicker, MostKicker); err != nil {
		return err
	}
	if c.Picture != "" && !storyForm.MatchString(c.Picture) {
		return errs.Errorf(errs.Invalid, "card.picture: %.30q is no picture's id", c.Picture)
	}
	if c.NoPicture {
		c.Picture = ""
	}
	if c.Boost < 0 || c.Boost > 2 {
		return errs.Errorf(errs.Invalid, "card.boost: %d is not 0, 1 or 2", c.Boost)
	}
	return nil
}

func checkSettings(k *published.Container, site *published.Site) error {
	k.Cards = nil
	switch {
	case k.ID != "" && !idForm.MatchString(k.ID):
		return errs.Errorf(errs.Invalid, "settings.id: %.30q: use at most 20 lower-case letters and digits", k.ID)
	case !slices.Contains(published.Layouts, k.Layout):
		return errs.Errorf(errs.Invalid, "settings.layout: %.30q is none of %s", k.Layout, strings.Join(published.Layouts, ", "))
	case k.Link != "" && !linkForm.MatchString(k.Link):
		return errs.Errorf(errs.Invalid, "settings.link: %.80q is no path of this site, like /world", k.Link)
	case k.List != "" && !listForm.MatchString(k.List):
		return errs.Errorf(errs.Invalid, "settings.list: %.80q: use all, section/SLUG, region/SLUG, topic/SLUG or kind/NAME", k.List)
	case k.Slots < 0 || k.Slots > MostSlots:
		return errs.Errorf(errs.Invalid, "settings.slots: %d is not from 0 to %d", k.Slots, MostSlots)
	}
	title := map[string]string{}
	for lang, s := range k.Title {
		if !slices.Contains(site.Languages, lang) {
			return errs.Errorf(errs.Invalid, "settings.title: the site has no language %.10q", lang)
		}
		if err := line("settings.title", &s, MostTitle); err != nil {
			return err
		}
		if s != "" {
			title[lang] = s
		}
	}
	k.Title = nil
	if len(title) > 0 {
		k.Title = title
	}
	return line("settings.text", &k.Text, MostText)
}

// line makes a text one line without space around it, of at most most characters.
func line(field string, s *string, most int) error {
	if !utf8.ValidString(*s) || len(*s) > 8*most {
		return errs.Errorf(errs.Invalid, "%s: at most %d characters of text", field, most)
	}
	*s = strings.Join(strings.FieldsFunc(*s, func(r rune) bool { return r == ' ' || unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }), " ")
	if n := utf8.RuneCountInString(*s); n > most {
		return errs.Errorf(errs.Invalid, "%s: %d characters are more than %d: shorten it", field, n, most)
	}
	return nil
}
