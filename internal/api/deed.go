package api

import (
	"context"
	"net/http"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/workflow"
)

// Out is how a story goes out.
type Out struct {
	Version  int    `json:"version,omitempty" minimum:"1" doc:"The one that is meant; the newest if left out"`
	Note     string `json:"note,omitempty" maxLength:"500" doc:"For the public list of changes"`
	Override string `json:"override,omitempty" maxLength:"1000" doc:"Why what the checks found does not matter; it is written into the audit log"`
}

type publishInput struct {
	Of
	Body Out
}

func (a *api) publish(ctx context.Context, id string, p workflow.Publication) (*told, error) {
	out, err := a.deed(ctx, http.StatusOK, nil, func(r *workflow.Room) (*workflow.Story, error) {
		return r.Publish(ctx, person(ctx), id, p)
	})
	return out, a.conflict(ctx, id, p.Version, err)
}

func (a *api) publishStory(ctx context.Context, in *publishInput) (*told, error) {
	return a.publish(ctx, in.ID, workflow.Publication{Version: in.Body.Version, Note: in.Body.Note, Override: in.Body.Override})
}

type updateInput struct {
	Of
	Body struct {
		Out
		Substantive bool `json:"substantive,omitempty" doc:"Readers are told that the story was updated"`
	}
}

func (a *api) updateStory(ctx context.Context, in *updateInput) (*told, error) {
	s, err := a.cfg.Room.Story(ctx, person(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if s.State != content.Live {
		return nil, errs.Errorf(errs.Conflict, "the story is not live: publish it")
	}
	b := in.Body
	return a.publish(ctx, in.ID, workflow.Publication{Version: b.Version, Note: b.Note, Override: b.Override, Substantive: b.Substantive})
}

type scheduleInput struct {
	Of
	Body struct {
		Out
		At      time.Time `json:"at" doc:"When it becomes public"`
		Embargo bool      `json:"embargo,omitempty" doc:"The moment is others' and not the newsroom's own"`
	}
}

func (a *api) scheduleStory(ctx context.Context, in *scheduleInput) (*told, error) {
	b := in.Body
	if !b.At.After(a.cfg.DB.Now()) {
		return nil, fault("body.at", "that moment has passed: give one to come, or publish")
	}
	return a.publish(ctx, in.ID, workflow.Publication{Version: b.Version, At: b.At.UTC(), Embargo: b.Embargo, Note: b.Note, Override: b.Override})
}

func (a *api) unscheduleStory(ctx context.Context, in *Of) (*told, error) {
	return a.deed(ctx, http.StatusOK, nil, func(r *workflow.Room) (*workflow.Story, error) { return r.Unschedule(ctx, person(ctx), in.ID) })
}

func (a *api) undoPublication(ctx context.Context, in *Of) (*told, error) {
	return a.deed(ctx, http.StatusOK, nil, func(r *workflow.Room) (*workflow.Story, error) { return r.UndoPublish(ctx, person(ctx), in.ID) })
}

type correctInput struct {
	Of
	Body struct {
		Was   string `json:"was,omitempty" maxLength:"1000" doc:"What was wrong"`
		Now   string `json:"now,omitempty" maxLength:"1000" doc:"What the story says now"`
		Text  string `json:"text,omitempty" maxLength:"2000" doc:"The whole correction, in place of was and now"`
		Place string `json:"place,omitempty" enum:"top,end" default:"end" doc:"top if it changes the story's meaning"`
	}
}

func (a *api) correctStory(ctx context.Context, in *correctInput) (*told, error) {
	b := in.Body
	return a.deed(ctx, http.StatusOK, nil, func(r *workflow.Room) (*workflow.Story, error) {
		return r.Correct(ctx, person(ctx), in.ID, workflow.Correction{Was: b.Was, Now: b.Now, Text: b.Text, Place: b.Place})
	})
}

type restoreInput struct {
	Of
	Body struct {
		N       int `json:"n" minimum:"1" doc:"The version to restore"`
		Version int `json:"version" minimum:"1" doc:"The newest version that is known"`
	}
}

func (a *api) restoreVersion(ctx context.Context, in *restoreInput) (*told, error) {
	out, err := a.deed(ctx, http.StatusOK, nil, func(r *workflow.Room) (*workflow.Story, error) {
		return r.Restore(ctx, person(ctx), in.ID, in.Body.N, in.Body.Version)
	})
	return out, a.conflict(ctx, in.ID, in.Body.Version, err)
}

type stateInput struct {
	Of
	Body struct {
		State    *string `json:"state,omitempty" enum:"draft,in-edit,ready,spiked"`
		Assignee *string `json:"assignee,omitempty" maxLength:"60" doc:"An account's id; empty: nobody"`
	}
}

func (a *api) moveStory(ctx context.Context, in *stateInput) (*told, error) {
	e := workflow.Edit{ID: in.ID, Assignee: in.Body.Assignee}
	if in.Body.State != nil {
		state := content.State(*in.Body.State)
		e.State = &state
	}
	s, err := a.cfg.Room.Story(ctx, person(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if err := person(ctx).Need(identity.Edit, s.Copy.Section); err != nil {
		return nil, err
	}
	return a.deed(ctx, http.StatusOK, nil, func(r *workflow.Room) (*workflow.Story, error) {
		o, err := r.Edit(ctx, person(ctx), []workflow.Edit{e})
		if err != nil {
			return nil, err
		}
		if why, failed := o.Failed[in.ID]; failed {
			return nil, errs.Errorf(errs.Conflict, "%s", why)
		}
		return r.Story(ctx, person(ctx), in.ID)
	})
}

type removalOutput struct{ Body workflow.Receipt }

// removed answers a removal. The answer is kept after it: the deed itself is done once at most, for a story can be
// taken down or killed once.
func (a *api) removed(ctx context.Context, r *workflow.Receipt, err error) (*removalOutput, error) {
	if err != nil {
		return nil, err
	}
	if r.Surfaces == nil {
		r.Surfaces = []workflow.Surface{}
	}
	err = a.cfg.DB.InTx(ctx, func(tx *db.Tx) error { return keep(ctx, tx, http.StatusOK, r) })
	return &removalOutput{*r}, err
}

type takeDownInput struct {
	Of
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"2000" doc:"Readers are told it"`
	}
}

func (a *api) takeDownStory(ctx context.Context, in *takeDownInput) (*removalOutput, error) {
	r, err := a.cfg.Room.TakeDown(ctx, person(ctx), in.ID, in.Body.Reason)
	return a.removed(ctx, r, err)
}

type killInput struct {
	Of
	Body struct {
		Slug   string `json:"slug" minLength:"1" maxLength:"200" doc:"The story's, so that no other is meant"`
		Reason string `json:"reason" minLength:"1" maxLength:"2000" doc:"Readers are told it"`
	}
}

func (a *api) killStory(ctx context.Context, in *killInput) (*removalOutput, error) {
	r, err := a.cfg.Room.Kill(ctx, person(ctx), in.ID, in.Body.Slug, in.Body.Reason)
	return a.removed(ctx, r, err)
}
