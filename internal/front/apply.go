package front

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/published"
	"masthead/internal/published/publish"
)

// remembered is how long deeds on a draft are known: so old may be what a person saw, and what is taken back.
const remembered = 7 * 24 * time.Hour

// open is a draft inside a transaction.
type open struct {
	row
	tx     *db.Tx
	name   string
	stored bool
	live   *published.Front // as launched, or by rule
	byRule bool
}

// inDraft runs fn on the newest draft of a front and stores what it made of it; one at a time.
func (k *Keeper) inDraft(ctx context.Context, who *identity.Person, name string, fn func(o *open, site *published.Site) error) error {
	if err := who.Need(identity.Curate, ""); err != nil {
		return err
	}
	site, err := k.site(ctx)
	if err != nil {
		return err
	}
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.LockOrder(ctx); err != nil {
			return err
		}
		o, err := read(ctx, tx, site, name)
		if err != nil {
			return err
		}
		o.tx = tx
		before := o.version
		if err := fn(o, site); err != nil {
			return err
		}
		if o.version == before {
			return nil
		}
		if err := putDraft(ctx, tx, o); err != nil {
			return err
		}
		return o.noteUses(ctx, o.live)
	})
}

// noteUses tells the library which pictures a front has, as it is arranged and as it was launched: nobody can remove them
// from under it.
func (o *open) noteUses(ctx context.Context, launched *published.Front) error {
	used := map[string]doc.Alt{}
	for _, f := range []*published.Front{&o.state.Front, launched} {
		for _, k := range f.Containers {
			for _, c := range k.Cards {
				if c.Picture != "" {
					used[c.Picture] = doc.Alt{}
				}
			}
		}
	}
	return media.SetUses(ctx, o.tx, published.Key(published.KindFront, o.name), used)
}

// read returns a front's draft: what is stored, or else what readers have.
func read(ctx context.Context, q db.Queryer, site *published.Site, name string) (*open, error) {
	rule := site.FrontByRule(name)
	if rule == nil {
		return nil, errs.Errorf(errs.NotFound, "no front %.60q", name)
	}
	o := &open{name: name}
	var err error
	if o.live, err = publish.Launched(ctx, q, name); err != nil {
		return nil, err
	}
	if o.live == nil {
		o.live, o.byRule = rule, true
	}
	if o.row, o.stored, err = selectDraft(ctx, q, name); err != nil {
		return nil, fmt.Errorf("draft of front %s: %w", name, err)
	}
	if !o.stored {
		o.state = state{Front: published.Front{Containers: copyOf(o.live).Containers}}
	}
	o.state.Front.Media = nil
	o.state.ready()
	return o, nil
}

// copyOf returns a front whose containers and cards can be changed.
func copyOf(f *published.Front) *published.Front {
	c := *f
	c.Containers = slices.Clone(f.Containers)
	for i := range c.Containers {
		c.Containers[i].Cards = slices.Clone(c.Containers[i].Cards)
	}
	return &c
}

func handOf(who *identity.Person, tx *db.Tx) hand { return hand{who.ID, who.Name, tx.Now} }

// note gives the draft its next version and keeps what was done.
func (o *open) note(ctx context.Context, by hand, op Op, d done) error {
	o.version++
	return insertOp(ctx, o.tx, o.name, o.version, by, op, d)
}

// Apply does deeds on the newest draft, in one transaction. base is the version that the person saw: what somebody else
// has touched since is not done over it but returned as lost. The draft is durable when it returns.
func (k *Keeper) Apply(ctx context.Context, who *identity.Person, name string, base int, ops []Op) (d Draft, lost []Lost, err error) {
	defer errs.Wrap(&err, "arrange front %s", name)
	if len(ops) > mostOps {
		return Draft{}, nil, errs.Errorf(errs.Invalid, "ops: at most %d at a time", mostOps)
	}
	err = k.inDraft(ctx, who, name, func(o *open, site *published.Site) error {
		since, err := o.since(ctx, base)
		if err != nil {
			return err
		}
		if err := forgetOps(ctx, o.tx, o.tx.Now.Add(-remembered)); err != nil {
			return err
		}
		lost = nil
		for i, op := range ops {
			if err := op.check(site); err != nil {
				return err
			}
			if err := o.known(ctx, &op); err != nil {
				return err
			}
			if op.Do == OpAdd && op.Settings != nil && op.Settings.ID == "" {
				op.Settings.ID = o.freshID()
			}
			l, err := o.do(ctx, handOf(who, o.tx), op, since)
			if err != nil {
				return err
			}
			if l != nil {
				l.Index = i
				lost = append(lost, *l)
			}
		}
		return k.tell(ctx, o.tx, Outcome{Version: o.version, Lost: lost})
	})
	if err != nil {
		return Draft{}, nil, err
	}
	for _, op := range ops {
		k.touch(name, Arranger{ID: who.ID, Name: who.Name, Container: op.Container, At: k.cfg.DB.Now()})
	}
	d, err = k.Draft(ctx, name)
	return d, lost, err
}

// since returns the deeds after a version.
func (o *open) since(ctx context.Context, base int) ([]past, error) {
	if base < 0 || base > o.version {
		return nil, errs.Errorf(errs.Invalid, "base: the draft has no version %d yet, the newest is %d", base, o.version)
	}
	list, err := selectOps(ctx, o.tx, o.name, base)
	if err != nil {
		return nil, err
	}
	if len(list) != o.version-base {
		return nil, errs.Errorf(errs.Conflict, "version %d of the draft is too old: load the front again", base)
	}
	return list, nil
}

// do does one deed, or returns why not.
func (o *open) do(ctx context.Context, by hand, op Op, since []past) (*Lost, error) {
	for _, p := range slices.Backward(since) {
		if p.who != by.who && slices.ContainsFunc(p.touched, op.clashes) {
			return o.lost(op, p), nil
		}
	}
	d, err := o.state.apply(op, by)
	if errors.Is(err, errMissing) {
		for _, p := range slices.Backward(since) {
			if slices.ContainsFunc(p.touched, op.about) {
				return o.lost(op, p), nil
			}
		}
		return nil, errs.Errorf(errs.Invalid, "%s: there is no such card or container on version %d of the draft: load the front again", op.Do, o.version)
	}
	if err != nil {
		return nil, err
	}
	return nil, o.note(ctx, by, op, d)
}

func (o *open) lost(op Op, p past) *Lost {
	l := &Lost{Op: op, Who: p.name, When: p.at}
	if op.Story != "" {
		near := op.From
		if near == "" {
			near = op.Container
		}
		l.Now = where(&o.state.Front, op.Story, near)
	}
	return l
}

// freshID returns an id that no container of the draft has had lately: it is made of the draft's version.
func (o *open) freshID() string {
	for n := o.version + 1; ; n++ {
		if id := fmt.Sprintf("n%d", n); o.state.container(id) == nil && len(o.state.Previously[id]) == 0 {
			return id
		}
	}
}

// known checks that there are the story and the picture that a deed brings in, and that the picture may be used.
func (o *open) known(ctx context.Context, op *Op) error {
	if op.Do == OpPlace && op.From == "" {
		ok, err := storyExists(ctx, o.tx, op.Story)
		if err != nil {
			return err
		}
		if !ok {
			return errs.Errorf(errs.Invalid, "story: there is no story %s", op.Story)
		}
	}
	if op.Card != nil && op.Card.Picture != "" {
		m, err := media.Get(ctx, o.tx, op.Card.Picture)
		switch {
		case errs.Is(err, errs.NotFound) || err == nil && m.Kind == "audio":
			return errs.Errorf(errs.Invalid, "card.picture: there is no picture %s in the library", op.Card.Picture)
		case err != nil:
			return err
		case !m.Rights.Standing(o.tx.Now).May() && !o.has(op):
			return errs.Errorf(errs.Invalid, "card.picture: the rights of %s do not allow its use: choose another, or renew them in the library", op.Card.Picture)
		}
	}
	return nil
}

// has reports whether the card has the deed's picture already.
func (o *open) has(op *Op) bool {
	k := o.state.container(op.Container)
	if k == nil {
		return false
	}
	i := k.Card(op.Story)
	return i >= 0 && k.Cards[i].Picture == op.Card.Picture
}

// Undo takes back the person's last deed on the draft that has not been taken back. What somebody else has changed since
// is errs.Conflict.
func (k *Keeper) Undo(ctx context.Context, who *identity.Person, name string) (d Draft, err error) {
	defer errs.Wrap(&err, "undo on front %s", name)
	err = k.inDraft(ctx, who, name, func(o *open, _ *published.Site) error {
		p, err := selectUndo(ctx, o.tx, name, who.ID)
		if err != nil {
			return err
		}
		since, err := selectOps(ctx, o.tx, name, p.version)
		if err != nil {
			return err
		}
		for _, q := range since {
			if q.who == who.ID {
				continue
			}
			if p.undo.Whole != nil || slices.ContainsFunc(q.touched, p.inTheWay) {
				return errs.Errorf(errs.Conflict, "%s has changed it since: move it by hand", q.name)
			}
		}
		by := handOf(who, o.tx)
		if err := o.state.takeBack(p.undo, by); errors.Is(err, errMissing) {
			return errs.Errorf(errs.Conflict, "the container is not there any more: move it by hand")
		} else if err != nil {
			return err
		}
		if err := markUndone(ctx, o.tx, name, p.version); err != nil {
			return err
		}
		o.version++
		if err := insertUndo(ctx, o.tx, name, o.version, by, p); err != nil {
			return err
		}
		return k.tell(ctx, o.tx, Outcome{Version: o.version})
	})
	if err != nil {
		return Draft{}, err
	}
	return k.Draft(ctx, name)
}

// inTheWay reports whether what somebody else touched keeps a deed from being taken back.
func (p *past) inTheWay(key string) bool {
	if c := p.undo.Container; c != nil && c.Was == nil && inside(key, c.ID) { // an added container goes with what is in it
		return true
	}
	return slices.Contains(p.touched, key)
}

// replace makes another front of the draft; it can be taken back as a whole.
func (o *open) replace(ctx context.Context, by hand, what string, next *published.Front) error {
	before := state{Front: *copyOf(&o.state.Front), Previously: map[string][]Fallen{}}
	for id, list := range o.state.Previously {
		before.Previously[id] = slices.Clone(list)
	}
	var touched []string
	for _, f := range []*published.Front{&before.Front, next} {
		for _, k := range f.Containers {
			touched = append(touched, settingsKey(k.ID), orderKey(k.ID))
			for _, c := range k.Cards {
				touched = append(touched, cardKey(k.ID, c.Story))
			}
		}
	}
	slices.Sort(touched)
	o.state.lostTo(next, by)
	o.state.Front = published.Front{Containers: copyOf(next).Containers}
	return o.note(ctx, by, Op{Do: what}, done{touched: slices.Compact(touched), undo: undo{Whole: &before}})
}

// Arranging notes that a person works on a container ("": only looks) and returns who else touched which one in the last
// 30 seconds.
func (k *Keeper) Arranging(ctx context.Context, who *identity.Person, name, container string) ([]Arranger, error) {
	if err := who.Need(identity.Curate, ""); err != nil {
		return nil, err
	}
	if container != "" {
		if !idForm.MatchString(container) {
			return nil, errs.Errorf(errs.Invalid, "container: %.30q is no container's id", container)
		}
		k.touch(name, Arranger{ID: who.ID, Name: who.Name, Container: container, At: k.cfg.DB.Now()})
	}
	list, err := k.arrangers(ctx, name)
	return slices.DeleteFunc(list, func(a Arranger) bool { return a.ID == who.ID }), err
}

// present is how long somebody is said to arrange after the last sign of it.
const present = 30 * time.Second

func (k *Keeper) touch(name string, a Arranger) {
	if a.Container == "" {
		return
	}
	k.watch.mu.Lock()
	defer k.watch.mu.Unlock()
	k.watch.seen[name] = merge(append(k.watch.seen[name], a), a.At.Add(-present))
}

// merge keeps the newest sign of each person on each container, of those after a moment, newest first.
func merge(list []Arranger, after time.Time) []Arranger {
	slices.SortStableFunc(list, func(a, b Arranger) int { return b.At.Compare(a.At) })
	var out []Arranger
	for _, a := range list {
		if a.At.After(after) && !slices.ContainsFunc(out, func(o Arranger) bool { return o.ID == a.ID && o.Container == a.Container }) {
			out = append(out, a)
		}
	}
	return out
}

// arrangers joins what this node saw with the deeds that any node stored.
func (k *Keeper) arrangers(ctx context.Context, name string) ([]Arranger, error) {
	after := k.cfg.DB.Now().Add(-present)
	ops, err := selectOpsAfter(ctx, k.cfg.DB, name, after)
	if err != nil {
		return nil, fmt.Errorf("who arranges front %s: %w", name, err)
	}
	k.watch.mu.Lock()
	list := slices.Clone(k.watch.seen[name])
	k.watch.mu.Unlock()
	for _, p := range ops {
		for _, key := range p.touched {
			if what, rest, _ := strings.Cut(key, " "); what != "order" {
				id, _, _ := strings.Cut(rest, " ")
				list = append(list, Arranger{ID: p.who, Name: p.name, Container: id, At: p.at})
			}
		}
	}
	return merge(list, after), nil
}
