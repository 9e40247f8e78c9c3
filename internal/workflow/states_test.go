package workflow_test

import (
	"strings"
	"testing"
	"time"

	"masthead/internal/content"
	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// states are the states that people see, in the order of the table below.
var states = []string{"draft", "in-edit", "ready", "scheduled", "embargoed", "live", "changed", "taken-down", "spiked", "killed"}

// deeds says what each deed makes of a story in each state: the state that people see then, or the kind of refusal.
var deeds = map[string]string{
	//            draft      in-edit    ready      scheduled  embargoed  live       changed    taken-down spiked     killed
	"save":       "draft      in-edit    ready      scheduled  embargoed  changed    changed    taken-down spiked     GONE",
	"publish":    "live       live       live       live       live       live       live       live       live       GONE",
	"schedule":   "scheduled  scheduled  scheduled  scheduled  scheduled  CONFLICT   CONFLICT   scheduled  scheduled  GONE",
	"embargo":    "embargoed  embargoed  embargoed  embargoed  embargoed  CONFLICT   CONFLICT   embargoed  embargoed  GONE",
	"unschedule": "CONFLICT   CONFLICT   CONFLICT   ready      ready      CONFLICT   CONFLICT   CONFLICT   CONFLICT   GONE",
	"undo":       "CONFLICT   CONFLICT   CONFLICT   CONFLICT   CONFLICT   ready      ready      CONFLICT   CONFLICT   GONE",
	"correct":    "CONFLICT   CONFLICT   CONFLICT   CONFLICT   CONFLICT   live       changed    CONFLICT   CONFLICT   GONE",
	"take-down":  "CONFLICT   CONFLICT   CONFLICT   CONFLICT   CONFLICT   taken-down taken-down CONFLICT   CONFLICT   GONE",
	"kill":       "killed     killed     killed     killed     killed     killed     killed     killed     killed     GONE",
	"draft":      "draft      draft      draft      CONFLICT   CONFLICT   CONFLICT   CONFLICT   draft      draft      GONE",
	"ready":      "ready      ready      ready      CONFLICT   CONFLICT   CONFLICT   CONFLICT   ready      ready      GONE",
	"spike":      "spiked     spiked     spiked     CONFLICT   CONFLICT   CONFLICT   CONFLICT   spiked     spiked     GONE",
	"restore":    "draft      in-edit    ready      scheduled  embargoed  changed    changed    taken-down spiked     GONE",
	"assign":     "draft      in-edit    ready      scheduled  embargoed  live       changed    taken-down spiked     GONE",
	"share":      "draft      in-edit    ready      scheduled  embargoed  live       changed    taken-down spiked     GONE",
	"moment":     "draft      in-edit    ready      live       live       live       changed    taken-down spiked     killed",
}

func TestEveryDeedInEveryState(t *testing.T) {
	each(t, func(r room) {
		insertAccount(r, "ben", "Ben Achak")
		for deed, line := range deeds {
			outcomes := strings.Fields(line)
			for i, state := range states {
				*r.now = noon
				s := r.in(state)
				err := r.try(deed, s)
				now, seen := r.Story(r.Context(), paul, s.ID)
				if seen != nil {
					r.Fatal(seen)
				}
				got := now.Shown
				switch {
				case errs.Is(err, errs.Conflict):
					got = "CONFLICT"
				case errs.Is(err, errs.Gone):
					got = "GONE"
				case err != nil:
					r.Errorf("%s a story that is %s: %v", deed, state, err)
					continue
				}
				if got != outcomes[i] {
					r.Errorf("%s a story that is %s: %s, want %s (%v)", deed, state, got, outcomes[i], err)
				}
				if err != nil && (now.Shown != state || now.Version != s.Version || !now.Updated.Equal(s.Updated)) {
					r.Errorf("%s a story that is %s was refused and left it %s", deed, state, now.Shown)
				}
			}
		}
	})
}

// in makes a story in a state.
func (r room) in(state string) *workflow.Story {
	r.Helper()
	ctx := r.Context()
	s := r.save(amina, r.create(amina, clean("River falls")), func(c *published.Story) { c.Kicker = "Second version" })
	var err error
	switch state {
	case "in-edit", "ready", "spiked":
		to := content.State(state)
		_, err = r.Edit(ctx, rosa, []workflow.Edit{{ID: s.ID, State: &to}})
	case "scheduled", "embargoed":
		_, err = r.Publish(ctx, paul, s.ID, workflow.Publication{At: noon.Add(time.Hour), Embargo: state == "embargoed"})
	case "live":
		r.publish(s)
	case "changed":
		r.save(amina, r.publish(s), func(c *published.Story) { c.Kicker = "Third" })
	case "taken-down":
		r.publish(s)
		_, err = r.TakeDown(ctx, paul, s.ID, "A mistake.")
	case "killed":
		_, err = r.Kill(ctx, paul, s.ID, "river-falls", "A court ordered it.")
	}
	if err != nil {
		r.Fatal(err)
	}
	if s, err = r.Story(ctx, paul, s.ID); err != nil || s.Shown != state {
		r.Fatalf("made %v, want %s: %v", s, state, err)
	}
	return s
}

// try does a deed as somebody who may.
func (r room) try(deed string, s *workflow.Story) (err error) {
	ctx := r.Context()
	edit := func(e workflow.Edit) error {
		e.ID = s.ID
		o, err := r.Edit(ctx, rosa, []workflow.Edit{e})
		switch why := o.Failed[s.ID]; {
		case strings.Contains(why, "was killed"):
			return errs.Errorf(errs.Gone, "%s", why)
		case why != "":
			return errs.Errorf(errs.Conflict, "%s", why)
		}
		return err
	}
	switch deed {
	case "save":
		c := s.Copy
		c.Kicker = "Saved"
		_, err = r.Save(ctx, rosa, s.ID, workflow.Save{Version: s.Version, Copy: c})
	case "publish":
		_, err = r.Publish(ctx, paul, s.ID, workflow.Publication{})
	case "schedule", "embargo":
		_, err = r.Publish(ctx, paul, s.ID, workflow.Publication{At: noon.Add(2 * time.Hour), Embargo: deed == "embargo"})
	case "unschedule":
		_, err = r.Unschedule(ctx, paul, s.ID)
	case "undo":
		_, err = r.UndoPublish(ctx, paul, s.ID)
	case "correct":
		_, err = r.Correct(ctx, paul, s.ID, workflow.Correction{Text: "It was two.", Place: "end"})
	case "take-down":
		_, err = r.TakeDown(ctx, paul, s.ID, "A mistake.")
	case "kill":
		_, err = r.Kill(ctx, paul, s.ID, "river-falls", "A court ordered it.")
	case "draft", "ready":
		to := content.State(deed)
		err = edit(workflow.Edit{State: &to})
	case "spike":
		to := content.Spiked
		err = edit(workflow.Edit{State: &to})
	case "assign":
		to := "ben"
		err = edit(workflow.Edit{Assignee: &to})
	case "restore":
		_, err = r.Restore(ctx, rosa, s.ID, 1, s.Version)
	case "share":
		_, _, err = r.Share(ctx, rosa, s.ID, time.Hour)
	case "moment":
		*r.now = noon.Add(time.Hour)
		_, _, err = content.ReleaseDue(ctx, r.db, "clock")
	}
	return err
}

// TestUndoingAReturn: a story that had been taken down is taken down again, and its address says so as before.
func TestUndoingAReturn(t *testing.T) {
	each(t, func(r room) {
		ctx := r.Context()
		s := r.publish(r.create(amina, clean("River falls")))
		if _, err := r.TakeDown(ctx, paul, s.ID, "A mistake."); err != nil {
			r.Fatal(err)
		}
		*r.now = noon.Add(time.Hour)
		s, err := r.Publish(ctx, paul, s.ID, workflow.Publication{})
		if err == nil {
			s, err = r.UndoPublish(ctx, paul, s.ID)
		}
		if err != nil || s.Shown != "taken-down" || !s.Copy.Published.Equal(noon) {
			r.Errorf("%+v, %v", s, err)
		}
		f, err := published.New(r.db).Record(*r.now).Story(ctx, s.ID)
		if err != nil || f.Tombstone == nil || f.Tombstone.Reason != "A mistake." || !f.Tombstone.At.Equal(noon) {
			r.Errorf("readers see %+v, %v", f, err)
		}
		if s, err = r.Publish(ctx, paul, s.ID, workflow.Publication{}); err != nil || s.Shown != "live" || !s.Copy.Published.Equal(noon) {
			r.Errorf("returned: %+v, %v", s, err)
		}
	})
}
