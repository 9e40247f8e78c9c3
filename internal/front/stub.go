package front

import (
	"context"
	"time"

	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
)

var errLater = errs.Errorf(errs.Unavailable, "fronts cannot be arranged yet")

// Names returns the fronts of the portal: per language home and each region.
func (k *Keeper) Names(ctx context.Context) ([]Named, error) { return nil, errLater }

// Draft returns a front as it is being arranged.
func (k *Keeper) Draft(ctx context.Context, name string) (Draft, error) { return Draft{}, errLater }

// DraftFor is Draft with what Undo would take back for that person.
func (k *Keeper) DraftFor(ctx context.Context, who *identity.Person, name string) (Draft, error) {
	return Draft{}, errLater
}

// Apply does deeds on the newest draft, in one transaction. base is the version that the person saw: what somebody else
// has touched since is not done again over it but returned as lost. The draft is durable when it returns.
func (k *Keeper) Apply(ctx context.Context, who *identity.Person, name string, base int, ops []Op) (Draft, []Lost, error) {
	return Draft{}, nil, errLater
}

// Undo takes back the person's last deed on the draft that has not been taken back. What somebody else has changed since
// is errs.Conflict.
func (k *Keeper) Undo(ctx context.Context, who *identity.Person, name string) (Draft, error) {
	return Draft{}, errLater
}

// Launch gives the named containers of the draft to readers; nil: all. When it returns, readers of this node see them.
func (k *Keeper) Launch(ctx context.Context, who *identity.Person, name string, containers []string) (Launched, error) {
	return Launched{}, errLater
}

// Discard returns the named containers of the draft to what readers have; nil: all.
func (k *Keeper) Discard(ctx context.Context, who *identity.Person, name string, containers []string) (Draft, error) {
	return Draft{}, errLater
}

// Schedule launches the whole draft, as it then is, at a moment.
func (k *Keeper) Schedule(ctx context.Context, who *identity.Person, name string, at time.Time) error {
	return errLater
}

// Unschedule calls a scheduled launch off.
func (k *Keeper) Unschedule(ctx context.Context, who *identity.Person, name string) error {
	return errLater
}

// Release makes the launches whose moment has come.
func (k *Keeper) Release(ctx context.Context, now time.Time) error { return nil }

// UndoLaunch gives readers back what they had before the newest launch that is not undone. The draft stays.
func (k *Keeper) UndoLaunch(ctx context.Context, who *identity.Person, name string) (Launched, error) {
	return Launched{}, errLater
}

// History returns the newest n launches of a front, newest first.
func (k *Keeper) History(ctx context.Context, name string, n int) ([]Launched, error) {
	return nil, errLater
}

// Restore makes the draft of what a launch had.
func (k *Keeper) Restore(ctx context.Context, who *identity.Person, name string, seq int64) (Draft, error) {
	return Draft{}, errLater
}

// Preview returns the draft as render.Front shows it: with its pictures.
func (k *Keeper) Preview(ctx context.Context, name string) (*published.Front, error) {
	return nil, errLater
}

// Arranging notes that a person works on a container ("": only looks) and returns who else touched which one in the last
// 30 seconds.
func (k *Keeper) Arranging(ctx context.Context, who *identity.Person, name, container string) ([]Arranger, error) {
	return nil, errLater
}
