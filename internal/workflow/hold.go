package workflow

import (
	"context"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
)

// Holder is who has a story open for writing, or asks for it.
type Holder struct {
	Account string    `json:"account"`
	Name    string    `json:"name"`
	Tab     string    `json:"tab"`
	At      time.Time `json:"at"`             // last sign of life; of who asks: since when
	Take    bool      `json:"take,omitempty"` // of who asks: does not wait for an answer
}

// Hold is who may write now.
type Hold struct {
	Mine    bool    `json:"mine"`
	Holder  *Holder `json:"holder"` // nil: nobody
	Wanted  *Holder `json:"wanted"` // who asks for it
	Version int     `json:"version"`
}

const (
	silence   = 30 * time.Second // without a sign of life a tab has lost its story
	takeAfter = 12 * time.Second // what a tab has to hand over its text
	askedFor  = 2 * time.Minute  // then the question is forgotten
)

// Hold acts on who has a story open for writing: open, beat, close, ask, take, give. A holder that gives no sign of life
// for 30 seconds has lost it. take makes the holder's next beat tell of it and succeeds once that tab gave it, or 12
// seconds later; the tab that takes asks again until then.
func (r *Room) Hold(ctx context.Context, who *identity.Person, id, tab, act string) (*Hold, error) {
	if tab == "" || len(tab) > 100 {
		return nil, errs.Errorf(errs.Invalid, "tab: a name of at most 100 bytes")
	}
	var out *Hold
	err := r.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.LockOrder(ctx); err != nil {
			return err
		}
		s, err := content.Find(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := needWrite(who, s); err != nil {
			return err
		}
		h, err := selectHold(ctx, tx, id)
		if err != nil {
			return err
		}
		me := &Holder{Account: who.ID, Name: who.Name, Tab: tab, At: tx.Now}
		if err := h.act(act, me, tx.Now); err != nil {
			return err
		}
		out = h
		out.Mine, out.Version = h.Holder != nil && h.Holder.Tab == tab, s.Version
		return putHold(ctx, tx, id, h)
	})
	return out, err
}

// act changes who holds the story at the moment now.
func (h *Hold) act(act string, me *Holder, now time.Time) error {
	if h.Holder != nil && now.Sub(h.Holder.At) > silence {
		h.Holder = nil
	}
	if h.Wanted != nil && now.Sub(h.Wanted.At) > askedFor {
		h.Wanted = nil
	}
	mine := h.Holder == nil || h.Holder.Tab == me.Tab
	asked := h.Wanted != nil && h.Wanted.Tab == me.Tab
	switch act {
	case "open", "beat":
		if mine && (h.Holder != nil || act == "open" || asked) {
			h.Holder = me
		}
	case "close":
		if mine {
			h.Holder = nil
		}
		if asked {
			h.Wanted = nil
		}
	case "ask":
		if mine {
			h.Holder = me
		} else if h.Wanted == nil || asked && !h.Wanted.Take {
			h.Wanted = me
		}
	case "take":
		switch {
		case mine, asked && h.Wanted.Take && now.Sub(h.Wanted.At) >= takeAfter:
			h.Holder = me
		case !asked || !h.Wanted.Take:
			h.Wanted = me
			h.Wanted.Take = true
		}
	case "give":
		if !mine {
			break
		}
		h.Holder = h.Wanted
		if h.Holder != nil {
			h.Holder.At, h.Holder.Take = now, false
		}
	default:
		return errs.Errorf(errs.Invalid, "act: %q is none of open, beat, close, ask, take, give", act)
	}
	if h.Holder != nil && h.Wanted != nil && h.Wanted.Tab == h.Holder.Tab {
		h.Wanted = nil
	}
	return nil
}

// held returns a *HeldError if another tab has the story open for writing.
func (r *Room) held(ctx context.Context, tx *db.Tx, id, tab string) error {
	h, err := selectHold(ctx, tx, id)
	if err != nil {
		return err
	}
	if h.Holder == nil || h.Holder.Tab == tab || tx.Now.Sub(h.Holder.At) > silence {
		return nil
	}
	return &HeldError{Holder: *h.Holder}
}

// Holder returns who has a story open for writing; nil: nobody.
func (r *Room) Holder(ctx context.Context, id string) (*Holder, error) {
	h, err := selectHold(ctx, r.cfg.DB, id)
	if err != nil || h.Holder == nil || r.cfg.DB.Now().Sub(h.Holder.At) > silence {
		return nil, err
	}
	return h.Holder, nil
}
