package workflow

import (
	"context"
	"errors"
	"slices"

	"masthead/internal/audit"
	"masthead/internal/content"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
)

// Edit is a change to a story that is no change of its text. Nil fields stay.
type Edit struct {
	ID       string           `json:"id"`
	State    *content.State   `json:"state,omitempty"` // draft, in-edit, ready; spiked and back (draft)
	Assignee *string          `json:"assignee,omitempty"`
	Section  *string          `json:"section,omitempty"`
	Topic    *published.Topic `json:"topic,omitempty"`    // added
	NoTopic  *string          `json:"no_topic,omitempty"` // slug, removed
}

// Outcome is what became of many edits: those that failed are named, the others are done.
type Outcome struct {
	Done   []string          `json:"done"`
	Failed map[string]string `json:"failed,omitempty"` // id → why
	Undo   []Edit            `json:"undo"`             // makes it as it was
}

// Edit changes many stories, each by itself.
func (r *Room) Edit(ctx context.Context, who *identity.Person, edits []Edit) (*Outcome, error) {
	o := &Outcome{Failed: map[string]string{}}
	for _, e := range edits {
		undo := Edit{ID: e.ID}
		_, err := r.deed(ctx, who, func(k *content.Desk) (*content.Story, error) {
			s, err := k.Story(ctx, e.ID)
			if err != nil {
				return nil, err
			}
			if undo, err = e.inverse(s); err != nil {
				return nil, err
			}
			return r.edit(ctx, k, who, s, e)
		})
		var known *errs.Error
		switch {
		case err == nil:
			o.Done = append(o.Done, e.ID)
			o.Undo = append(o.Undo, undo)
		case errors.As(err, &known):
			o.Failed[e.ID] = err.Error()
		default:
			return o, err
		}
	}
	slices.Reverse(o.Undo)
	return o, nil
}

// inverse returns the edit that makes a story as it is now.
func (e Edit) inverse(s *content.Story) (Edit, error) {
	undo := Edit{ID: e.ID}
	if e.State != nil && *e.State != s.State {
		state := s.State
		undo.State = &state
	}
	if e.Assignee != nil {
		undo.Assignee = &s.Assignee
	}
	if e.Section != nil {
		section := s.Copy.Section
		undo.Section = &section
	}
	if e.Topic != nil {
		slug := published.MakeSlug(e.Topic.Name)
		if !slices.ContainsFunc(s.Copy.Topics, func(t published.Topic) bool { return t.Slug == slug }) {
			undo.NoTopic = &slug
		}
	}
	if e.NoTopic != nil {
		if i := slices.IndexFunc(s.Copy.Topics, func(t published.Topic) bool { return t.Slug == *e.NoTopic }); i >= 0 {
			undo.Topic = &s.Copy.Topics[i]
		}
	}
	return undo, nil
}

func (r *Room) edit(ctx context.Context, k *content.Desk, who *identity.Person, s *content.Story, e Edit) (*content.Story, error) {
	if err := who.Need(identity.Edit, s.Copy.Section); err != nil {
		// A writer may hand in and take back what is theirs.
		if e.State == nil || e.Assignee != nil || (*e.State != content.Draft && *e.State != content.InEdit && *e.State != content.Spiked) || needWrite(who, s) != nil {
			return nil, err
		}
	}
	if s.State == content.Killed {
		return nil, errs.Errorf(errs.Gone, "the story was killed: nothing of it can be changed")
	}
	if e.Section != nil || e.Topic != nil || e.NoTopic != nil {
		next, err := r.retag(ctx, k, who, s, e)
		if err != nil {
			return nil, err
		}
		s = next
	}
	if e.State != nil && *e.State == s.State {
		e.State = nil
	}
	if e.Assignee != nil && *e.Assignee == s.Assignee {
		e.Assignee = nil
	}
	if e.State == nil && e.Assignee == nil {
		return s, nil
	}
	if e.Assignee != nil && *e.Assignee != "" {
		if _, err := identity.FindAccount(ctx, k.Tx(), *e.Assignee); err != nil {
			return nil, err
		}
	}
	s, err := k.Change(ctx, s.ID, content.Change{State: e.State, Assignee: e.Assignee})
	if err != nil {
		return nil, err
	}
	if e.Assignee != nil {
		if err := r.record(ctx, k, who, "story.assign", s, map[string]string{"to": *e.Assignee}); err != nil {
			return nil, err
		}
	}
	if e.State != nil {
		return s, r.record(ctx, k, who, "story.state", s, map[string]string{"state": string(*e.State)})
	}
	return s, nil
}

// retag moves a story to a section, or changes its topics: a new version of its text.
func (r *Room) retag(ctx context.Context, k *content.Desk, who *identity.Person, s *content.Story, e Edit) (*content.Story, error) {
	c := s.Copy
	c.Topics = slices.Clone(c.Topics)
	if e.Section != nil {
		if err := who.Need(identity.Edit, *e.Section); err != nil {
			return nil, err
		}
		c.Section = *e.Section
	}
	if e.NoTopic != nil {
		c.Topics = slices.DeleteFunc(c.Topics, func(t published.Topic) bool { return t.Slug == *e.NoTopic })
	}
	if e.Topic != nil {
		t := published.Topic{Slug: published.MakeSlug(e.Topic.Name), Name: e.Topic.Name}
		if t.Slug == "" {
			return nil, errs.Errorf(errs.Invalid, "topic: %q has no letters to make an address of", e.Topic.Name)
		}
		if !slices.ContainsFunc(c.Topics, func(o published.Topic) bool { return o.Slug == t.Slug }) {
			c.Topics = append(c.Topics, t)
		}
	}
	if err := known(k.Site(), &c, &s.Copy); err != nil {
		return nil, err
	}
	return k.SaveBy(ctx, s.ID, s.Version, c, nil, "filed anew")
}

// record writes a deed into the audit log and tells those who subscribed to it, in the deed's transaction.
func (r *Room) record(ctx context.Context, k *content.Desk, who *identity.Person, what string, s *content.Story, detail map[string]string) error {
	if detail == nil {
		detail = map[string]string{}
	}
	detail["headline"] = s.Copy.Headline
	if err := audit.Record(ctx, k.Tx(), audit.Entry{Who: who.ID, What: what, Target: "story/" + s.ID}, detail); err != nil {
		return err
	}
	event := events[what]
	if event == "" || r.cfg.Emit == nil {
		return nil
	}
	return r.cfg.Emit(ctx, k.Tx(), event, map[string]any{
		"id": s.ID, "state": s.State, "version": s.Version, "headline": s.Copy.Headline, "section": s.Copy.Section, "language": s.Copy.Language,
		"path": s.Copy.Path(), "by": who.Name,
	})
}

// events are the deeds that subscribers are told of.
var events = map[string]string{
	"story.publish": "story.published", "story.update": "story.updated", "story.correct": "story.corrected", "story.take-down": "story.taken-down",
	"story.kill": "story.killed", "story.state": "story.state", "story.schedule": "story.scheduled", "story.undo-publish": "story.taken-down",
}
