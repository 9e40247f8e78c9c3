package workflow

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
)

// Note is a remark on a story.
type Note struct {
	ID       string    `json:"id"`
	Story    string    `json:"story"`
	Headline string    `json:"headline,omitempty"` // of the story, in lists of mentions
	Parent   string    `json:"parent,omitempty"`   // the note it answers
	Block    string    `json:"block,omitempty"`    // first words of the block it is about
	Who      string    `json:"who"`
	Name     string    `json:"name"` // of who wrote it
	At       time.Time `json:"at"`
	Text     string    `json:"text"`
	Resolved time.Time `json:"resolved,omitzero"`
	Resolver string    `json:"resolver,omitempty"`
}

// Notes returns a story's notes, oldest first.
func (r *Room) Notes(ctx context.Context, who *identity.Person, id string) ([]Note, error) {
	if err := who.Need(identity.Read, ""); err != nil {
		return nil, err
	}
	return selectNotes(ctx, r.cfg.DB, id)
}

// AddNote writes a note. @Name in its text mentions a colleague, who is told.
func (r *Room) AddNote(ctx context.Context, who *identity.Person, n Note) (*Note, error) {
	n.Text = strings.TrimSpace(n.Text)
	switch {
	case n.Text == "":
		return nil, errs.Errorf(errs.Invalid, "text: write the note first")
	case len(n.Text) > 8000:
		return nil, errs.Errorf(errs.Invalid, "text: longer than 8,000 bytes")
	case len(n.Block) > 400:
		return nil, errs.Errorf(errs.Invalid, "block: longer than 400 bytes")
	}
	if err := who.Need(identity.Write, ""); err != nil {
		return nil, err
	}
	err := r.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if _, err := content.Find(ctx, tx, n.Story); err != nil {
			return err
		}
		n.ID, n.Who, n.Name, n.At = rand.Text()[:16], who.ID, who.Name, tx.Now
		if err := insertNote(ctx, tx, &n); err != nil {
			return err
		}
		all, err := identity.Accounts(ctx, tx)
		if err != nil {
			return err
		}
		for _, a := range Mentioned(n.Text, all) {
			if a.ID == who.ID {
				continue
			}
			if err := insertMention(ctx, tx, a.ID, &n); err != nil {
				return err
			}
		}
		return nil
	})
	return &n, err
}

// Mentioned returns the accounts whose whole name, or whose first name if it is only theirs, follows an @ in a text.
func Mentioned(text string, all []identity.Account) (found []identity.Account) {
	folded := strings.ToLower(text)
	first := map[string]int{}
	for _, a := range all {
		given, _, _ := strings.Cut(strings.ToLower(a.Name), " ")
		first[given]++
	}
	for _, a := range all {
		name := strings.ToLower(a.Name)
		given, _, _ := strings.Cut(name, " ")
		if named(folded, name) || first[given] == 1 && named(folded, given) {
			found = append(found, a)
		}
	}
	return found
}

// named reports whether @name stands in a text as a whole.
func named(text, name string) bool {
	for rest := text; name != ""; {
		_, after, ok := strings.Cut(rest, "@"+name)
		if !ok {
			return false
		}
		next, _ := utf8.DecodeRuneInString(after)
		if after == "" || !unicode.IsLetter(next) && !unicode.IsDigit(next) && next != '-' && next != '_' {
			return true
		}
		rest = after
	}
	return false
}

// ResolveNote closes a note, or opens it again.
func (r *Room) ResolveNote(ctx context.Context, who *identity.Person, note string, resolved bool) error {
	if err := who.Need(identity.Write, ""); err != nil {
		return err
	}
	return r.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		at, by := int64(0), ""
		if resolved {
			at, by = tx.Now.UnixMicro(), who.ID
		}
		return updateNote(ctx, tx, note, at, by)
	})
}

// Mentions returns the notes that mention a person and that they have not seen, newest first.
func (r *Room) Mentions(ctx context.Context, who *identity.Person) ([]Note, error) {
	return selectMentions(ctx, r.cfg.DB, who.ID)
}

// SeeMentions marks what mentions a person in a story as seen.
func (r *Room) SeeMentions(ctx context.Context, who *identity.Person, id string) error {
	waiting, err := r.Mentions(ctx, who)
	if err != nil || !slices.ContainsFunc(waiting, func(n Note) bool { return n.Story == id }) {
		return err // who only looks waits for no writer
	}
	return r.cfg.DB.InTx(ctx, func(tx *db.Tx) error { return seeMentions(ctx, tx, who.ID, id) })
}
