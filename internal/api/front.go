package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"masthead/internal/db"
	"masthead/internal/front"
	"masthead/internal/published"
)

// Front is a front that can be arranged.
type Front struct {
	Name     string     `json:"name" doc:"en/home, en/r/calgary"`
	Language string     `json:"language"`
	Region   string     `json:"region,omitempty" doc:"Left out: the portal's own front"`
	Curated  bool       `json:"curated" doc:"It was launched; else it is made by rule"`
	Changed  int        `json:"changed" doc:"In so many containers the draft differs from what readers have"`
	Due      *time.Time `json:"due,omitempty" doc:"When its draft is launched by itself"`
}

type frontsOutput struct {
	Body struct {
		Fronts []Front `json:"fronts"`
	}
}

func (a *api) listFronts(ctx context.Context, _ *struct{}) (*frontsOutput, error) {
	list, err := a.cfg.Fronts.Names(ctx)
	if err != nil {
		return nil, err
	}
	out := &frontsOutput{}
	out.Body.Fronts = []Front{}
	for _, n := range list {
		out.Body.Fronts = append(out.Body.Fronts, Front{n.Name, n.Language, n.Region, n.Curated, n.Changed, moment(n.Due)})
	}
	return out, nil
}

// OfFront names a front in an address.
type OfFront struct {
	Lang  string `path:"lang" pattern:"^[a-z]{2,3}$"`
	Front string `path:"front" maxLength:"80" doc:"home, or the slug of a region"`
}

func (f OfFront) name() string {
	if f.Front == "home" {
		return f.Lang + "/home"
	}
	return f.Lang + "/r/" + f.Front
}

// Look is how a card looks on one front only.
type Look struct {
	Headline  string `json:"headline,omitempty" maxLength:"200" doc:"Left out: the story's"`
	Kicker    string `json:"kicker,omitempty" maxLength:"60" doc:"Left out: the story's"`
	Picture   string `json:"picture,omitempty" maxLength:"64" doc:"Id of a picture in the library; left out: the story's"`
	NoPicture bool   `json:"no_picture,omitempty"`
	Boost     int    `json:"boost,omitempty" minimum:"0" maximum:"2" doc:"So many sizes larger"`
}

func lookOf(c published.Placed) Look {
	return Look{c.Headline, c.Kicker, c.Picture, c.NoPicture, c.Boost}
}

func (l *Look) placed() *published.Placed {
	if l == nil {
		return nil
	}
	return &published.Placed{Headline: l.Headline, Kicker: l.Kicker, Picture: l.Picture, NoPicture: l.NoPicture, Boost: l.Boost}
}

// Box is the settings of a container.
type Box struct {
	ID     string            `json:"id,omitempty" maxLength:"20" doc:"Lower-case letters and digits; add: left out, it gets one"`
	Layout string            `json:"layout" enum:"lead,row,split,river,video,opinion,live,most,service,notice"`
	Title  map[string]string `json:"title,omitempty" doc:"By language"`
	Link   string            `json:"link,omitempty" maxLength:"151" doc:"Path of more, such as /world"`
	List   string            `json:"list,omitempty" maxLength:"200" doc:"What fills it behind its cards: all, section/SLUG, region/SLUG, topic/SLUG, kind/NAME"`
	Slots  int               `json:"slots,omitempty" minimum:"0" maximum:"30" doc:"How many cards it has at most; 0: as its layout"`
	Text   string            `json:"text,omitempty" maxLength:"300" doc:"Of a notice"`
	Hidden bool              `json:"hidden,omitempty" doc:"Readers do not see it"`
}

func boxOf(k published.Container) Box {
	return Box{k.ID, k.Layout, k.Title, k.Link, k.List, k.Slots, k.Text, k.Hidden}
}

func (b *Box) container() *published.Container {
	if b == nil {
		return nil
	}
	return &published.Container{ID: b.ID, Layout: b.Layout, Title: b.Title, Link: b.Link, List: b.List, Slots: b.Slots, Text: b.Text, Hidden: b.Hidden}
}

// Standing is a card on a draft.
type Standing struct {
	Story string `json:"story"`
	Look
	State string `json:"state" doc:"Of the story: what is not live is not shown to readers"`
}

// Filled is a container with its cards.
type Filled struct {
	Box
	Cards      []Standing `json:"cards"`
	Previously []Standing `json:"previously" doc:"Cards that were taken off or fell off, newest first"`
}

// Launch is one launch of a front.
type Launch struct {
	Seq        int64     `json:"seq"`
	At         time.Time `json:"at"`
	Who        string    `json:"who"`
	Containers []string  `json:"containers" doc:"That changed for readers"`
	Waiting    []string  `json:"waiting" doc:"Stories that were not live: they show when they become so"`
	Undone     bool      `json:"undone"`
}

func launchOf(l *front.Launched) *Launch {
	if l == nil {
		return nil
	}
	return &Launch{l.Seq, l.At, l.Who, append([]string{}, l.Containers...), append([]string{}, l.Waiting...), l.Undone}
}

type frontOutput struct {
	Body struct {
		Name       string     `json:"name"`
		Version    int        `json:"version" doc:"Of the draft"`
		ByRule     bool       `json:"by_rule" doc:"Readers have what is made by rule: nobody has launched this front"`
		Changed    []string   `json:"changed" doc:"Containers in which the draft differs from what readers have"`
		Due        *time.Time `json:"due,omitempty" doc:"When the draft is launched by itself"`
		Last       *Launch    `json:"last,omitempty"`
		Containers []Filled   `json:"containers"`
	}
}

func (a *api) getFront(ctx context.Context, in *OfFront) (*frontOutput, error) {
	d, err := a.cfg.Fronts.Draft(ctx, in.name())
	if err != nil {
		return nil, err
	}
	out := &frontOutput{}
	b := &out.Body
	b.Name, b.Version, b.ByRule, b.Changed, b.Last, b.Containers = d.Name, d.Version, d.ByRule, d.Changed, launchOf(d.Last), []Filled{}
	if d.Scheduled != nil {
		b.Due = moment(d.Scheduled.At)
	}
	standing := func(c published.Placed) Standing { return Standing{c.Story, lookOf(c), d.Stories[c.Story].State} }
	for _, k := range d.Front.Containers {
		f := Filled{Box: boxOf(k), Cards: []Standing{}, Previously: []Standing{}}
		for _, c := range k.Cards {
			f.Cards = append(f.Cards, standing(c))
		}
		for _, c := range d.Previously[k.ID] {
			f.Previously = append(f.Previously, standing(c.Placed))
		}
		b.Containers = append(b.Containers, f)
	}
	return out, nil
}

// Step is one small deed on the draft of a front.
type Step struct {
	Do        string `json:"do" enum:"place,remove,card,add,shift,settings,drop" doc:"Place or move a card, remove it, say how it looks; add a container, move it, change its settings, drop it with its cards"`
	ID        string `json:"id,omitempty" maxLength:"100" doc:"The caller's own: given back in lost"`
	Story     string `json:"story,omitempty" maxLength:"64"`
	From      string `json:"from,omitempty" maxLength:"20" doc:"place, remove: the container in which the card is; place without it: a new card"`
	Container string `json:"container,omitempty" maxLength:"20"`
	Before    string `json:"before,omitempty" maxLength:"64" doc:"The card or container that is to follow; left out: none, at the end"`
	After     string `json:"after,omitempty" maxLength:"64" doc:"The one to come before, where before is gone"`
	Card      *Look  `json:"card,omitempty"`
	Settings  *Box   `json:"settings,omitempty"`
}

func (o Step) op() front.Op {
	return front.Op{Do: o.Do, ID: o.ID, Story: o.Story, From: o.From, Container: o.Container, Before: o.Before, After: o.After,
		Card: o.Card.placed(), Settings: o.Settings.container()}
}

// LostOp is a deed that was not done, because somebody else was first.
type LostOp struct {
	Index     int       `json:"index" doc:"Of the deed in the request, from 0"`
	ID        string    `json:"id,omitempty"`
	Who       string    `json:"who"`
	When      time.Time `json:"when"`
	Container string    `json:"container,omitempty" doc:"Where the card is now; left out: nowhere on the draft"`
}

// Arranged is the answer to deeds on a draft.
type Arranged struct {
	Front   string   `json:"front"`
	Version int      `json:"version"`
	Lost    []LostOp `json:"lost"`
	Launch  *Launch  `json:"launch,omitempty"`
}

type arrangedOutput struct{ Body Arranged }

type arrangeInput struct {
	OfFront
	Body struct {
		Version int    `json:"version" minimum:"0" doc:"Of the draft that was read: what somebody else has touched since is not done over it"`
		Ops     []Step `json:"ops" minItems:"1" maxItems:"100"`
	}
}

// arranged does something to a front; the answer is kept in the same transaction.
func (a *api) arranged(ctx context.Context, f OfFront, do func(*front.Keeper) error) (*arrangedOutput, error) {
	out := &arrangedOutput{}
	keeper := a.cfg.Fronts.Along(func(ctx context.Context, tx *db.Tx, o front.Outcome) error {
		out.Body = Arranged{Front: f.name(), Version: o.Version, Lost: []LostOp{}, Launch: launchOf(o.Launch)}
		for _, l := range o.Lost {
			lost := LostOp{Index: l.Index, ID: l.Op.ID, Who: l.Who, When: l.When}
			if l.Now != nil {
				lost.Container = l.Now.Container
			}
			out.Body.Lost = append(out.Body.Lost, lost)
		}
		return keep(ctx, tx, http.StatusOK, out.Body)
	})
	err := do(keeper)
	if errors.Is(err, errRepeated) {
		return nil, problem(http.StatusConflict, "the same request was just answered: send it again for its answer")
	}
	return out, err
}

func (a *api) arrangeFront(ctx context.Context, in *arrangeInput) (*arrangedOutput, error) {
	var ops []front.Op
	for _, o := range in.Body.Ops {
		ops = append(ops, o.op())
	}
	return a.arranged(ctx, in.OfFront, func(k *front.Keeper) error {
		_, _, err := k.Apply(ctx, person(ctx), in.name(), in.Body.Version, ops)
		return err
	})
}

type launchInput struct {
	OfFront
	Body struct {
		Containers []string `json:"containers,omitempty" maxItems:"60" doc:"Only these; left out: all"`
		Version    *int     `json:"version,omitempty" minimum:"0" doc:"Of the draft that was read: nothing is launched if somebody else has changed them since. Left out: as the draft is"`
	}
}

func (a *api) launchFront(ctx context.Context, in *launchInput) (*arrangedOutput, error) {
	base := front.Unseen
	if in.Body.Version != nil {
		base = *in.Body.Version
	}
	return a.arranged(ctx, in.OfFront, func(k *front.Keeper) error {
		_, err := k.Launch(ctx, person(ctx), in.name(), in.Body.Containers, base)
		return err
	})
}

type undoFrontInput struct {
	OfFront
	Body struct {
		Launch bool `json:"launch,omitempty" doc:"The last launch, and not a deed on the draft"`
	}
}

func (a *api) undoFront(ctx context.Context, in *undoFrontInput) (*arrangedOutput, error) {
	return a.arranged(ctx, in.OfFront, func(k *front.Keeper) error {
		if in.Body.Launch {
			_, err := k.UndoLaunch(ctx, person(ctx), in.name(), 0)
			return err
		}
		_, err := k.Undo(ctx, person(ctx), in.name())
		return err
	})
}
