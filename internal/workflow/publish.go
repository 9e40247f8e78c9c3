package workflow

import (
	"context"
	"strconv"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
)

// Publication says how a story goes out.
type Publication struct {
	Version     int       // the one the person saw; 0: the newest
	At          time.Time // zero: now. In the future: scheduled, or embargoed if Embargo is set
	Embargo     bool      // At is when others allow it
	Substantive bool      // an update that readers are told of
	Note        string    // for the public list of changes
	Override    string    // why what the checks found does not matter; written into the audit log
	Conditions  bool      // the person has read the conditions under which its media may be used; written there too
}

// Publish makes the newest version public, now or at its moment, or replaces what is public. When it returns, readers
// on this node see it. The error may be a *BlockedError or a *ConflictError.
func (r *Room) Publish(ctx context.Context, who *identity.Person, id string, p Publication) (*Story, error) {
	return r.deed(ctx, who, func(k *content.Desk) (*content.Story, error) {
		s, err := r.mine(ctx, k, who, id, identity.Publish)
		if err != nil {
			return nil, err
		}
		if p.Version != 0 && p.Version != s.Version {
			return nil, r.conflict(ctx, k.Tx(), s)
		}
		if !p.At.IsZero() && !p.At.After(k.Tx().Now) {
			p.At = time.Time{}
		}
		at := k.Tx().Now
		if p.At.After(at) {
			at = p.At
		}
		issues, err := r.check(ctx, k.Tx(), s, check.Facts{Site: k.Site(), Now: at})
		if err != nil {
			return nil, err
		}
		if err := r.override(ctx, k, who, s, issues, p.Override); err != nil {
			return nil, err
		}
		what, detail := "story.publish", map[string]string{"version": strconv.Itoa(s.Version)}
		if p.Conditions {
			detail["conditions"] = "read"
		}
		switch {
		case !p.At.IsZero():
			what, detail["at"] = "story.schedule", p.At.UTC().Format(time.RFC3339)
		case s.State == content.Live:
			what = "story.update"
		}
		s, err = k.Publish(ctx, id, content.Publication{
			At: p.At, Planned: !p.Embargo, Substantive: p.Substantive, Note: p.Note, Undo: true,
		})
		if err != nil {
			return nil, err
		}
		return s, r.record(ctx, k, who, what, s, detail)
	})
}

// mine returns a story on which a person may do that.
func (r *Room) mine(ctx context.Context, k *content.Desk, who *identity.Person, id string, a identity.Action) (*content.Story, error) {
	s, err := k.Story(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := who.Need(a, s.Copy.Section); err != nil {
		return nil, err
	}
	if s.State == content.Killed {
		return nil, errs.Errorf(errs.Gone, "the story was killed: it cannot come back")
	}
	return s, nil
}

// override lets a story pass whose checks found what must be put right, if somebody gives a reason.
func (r *Room) override(ctx context.Context, k *content.Desk, who *identity.Person, s *content.Story, issues []check.Issue, why string) error {
	var codes []string
	for _, i := range issues {
		if i.Level != check.Must {
			continue
		}
		if i.Code == "headline" || i.Code == "section" { // there is no address without them
			return &BlockedError{Issues: issues}
		}
		codes = append(codes, i.Code)
	}
	if len(codes) == 0 {
		return nil
	}
	if strings.TrimSpace(why) == "" {
		return &BlockedError{Issues: issues}
	}
	return r.record(ctx, k, who, "story.override", s, map[string]string{"checks": strings.Join(codes, ", "), "reason": why})
}

// Unschedule takes a scheduled or embargoed story back to Ready.
func (r *Room) Unschedule(ctx context.Context, who *identity.Person, id string) (*Story, error) {
	return r.deed(ctx, who, func(k *content.Desk) (*content.Story, error) {
		if _, err := r.mine(ctx, k, who, id, identity.Publish); err != nil {
			return nil, err
		}
		s, err := k.Unschedule(ctx, id)
		if err != nil {
			return nil, err
		}
		return s, r.record(ctx, k, who, "story.unschedule", s, nil)
	})
}

// UndoPublish takes a publication of the last ten minutes back: the first one leaves the story Ready and its address
// unknown, a later one brings back what was public before.
func (r *Room) UndoPublish(ctx context.Context, who *identity.Person, id string) (*Story, error) {
	return r.deed(ctx, who, func(k *content.Desk) (*content.Story, error) {
		if _, err := r.mine(ctx, k, who, id, identity.Publish); err != nil {
			return nil, err
		}
		s, err := k.UndoPublish(ctx, id)
		if err != nil {
			return nil, err
		}
		return s, r.record(ctx, k, who, "story.undo-publish", s, nil)
	})
}

// Correction is what readers are told: a sentence of what was wrong and what is right, or the whole text.
type Correction struct {
	Was, Now, Text string
	Place          string // top (changes the meaning), end
}

// Sentence returns the text as readers will see it, in the story's language.
func (c Correction) Sentence(lang string) (string, error) {
	was, now, text := strings.TrimSpace(c.Was), strings.TrimSpace(c.Now), strings.TrimSpace(c.Text)
	switch {
	case len(was)+len(now)+len(text) > 4000:
		return "", errs.Errorf(errs.Invalid, "text: longer than 4,000 bytes")
	case text != "":
		return text, nil
	case was == "":
		return "", errs.Errorf(errs.Invalid, "was: say what was wrong")
	case now == "":
		return "", errs.Errorf(errs.Invalid, "now: say what the story says now")
	case lang == "fr":
		return "Une version précédente indiquait " + stop(was) + " L’article indique maintenant " + stop(now), nil
	}
	return "An earlier version gave " + stop(was) + " The story now says " + stop(now), nil
}

// stop ends a sentence.
func stop(s string) string {
	if strings.ContainsAny(s[len(s)-1:], ".!?") || strings.HasSuffix(s, ".”") || strings.HasSuffix(s, "»") {
		return s
	}
	return s + "."
}

// Correct publishes a correction; a text saved since stays unpublished.
func (r *Room) Correct(ctx context.Context, who *identity.Person, id string, c Correction) (*Story, error) {
	return r.deed(ctx, who, func(k *content.Desk) (*content.Story, error) {
		s, err := r.mine(ctx, k, who, id, identity.Publish)
		if err != nil {
			return nil, err
		}
		text, err := c.Sentence(s.Copy.Language)
		if err != nil {
			return nil, err
		}
		if s, err = k.Correct(ctx, id, text, c.Place, time.Time{}); err != nil {
			return nil, err
		}
		return s, r.record(ctx, k, who, "story.correct", s, map[string]string{"text": text, "place": c.Place})
	})
}

// Preview returns the page-ready snapshot of the newest version, as Publish would write it, media included.
func (r *Room) Preview(ctx context.Context, who *identity.Person, id string) (*published.Story, error) {
	if err := who.Need(identity.Read, ""); err != nil {
		return nil, err
	}
	s, err := content.Find(ctx, r.cfg.DB, id)
	if err != nil {
		return nil, err
	}
	if s.State == content.Killed {
		if err := who.Need(identity.Kill, s.Copy.Section); err != nil {
			return nil, err
		}
	}
	return content.Snapshot(ctx, r.cfg.DB, s, r.cfg.DB.Now())
}
