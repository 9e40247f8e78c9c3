package wire

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/errs"
	"masthead/internal/published"
)

// writer applies a batch in one transaction.
type writer struct {
	k   *content.Desk
	o   Options
	did *Report
}

func (w *writer) write(ctx context.Context, batch []unit) error {
	// Ingests side by side take their turns: each decides by what the others have written.
	if err := w.k.Tx().LockOrder(ctx); err != nil {
		return err
	}
	for _, u := range batch {
		if u.first {
			if err := w.begin(ctx, u.file); err != nil {
				return err
			}
		}
		if u.entry != nil {
			err := w.item(ctx, u.file, u.entry)
			if errs.Is(err, errs.Gone) || errs.Is(err, errs.Invalid) { // decided before anything was written
				w.did.Failed = append(w.did.Failed, Failure{Path: u.file.path, Item: u.entry.guid, Reason: err.Error()})
				err = nil
			}
			if err != nil {
				return fmt.Errorf("%s: %s: %w", u.file.path, u.entry.guid, err)
			}
		}
		if u.last {
			w.did.Files++
		}
	}
	return nil
}

func (w *writer) begin(ctx context.Context, f *file) error {
	w.did.Items += f.items
	w.did.Failed = append(w.did.Failed, f.failed...)
	w.did.Problems = append(w.did.Problems, f.notes...)
	if f.hash == "" {
		return nil
	}
	return insertMessage(ctx, w.k.Tx(), f, w.o.Source)
}

func (w *writer) note(f *file, e *entry, text string) {
	w.did.Problems = append(w.did.Problems, Failure{Path: f.path, Item: e.guid, Reason: text})
}

// item decides what the version means for the story, by what is known of the guid.
func (w *writer) item(ctx context.Context, f *file, e *entry) error {
	tx := w.k.Tx()
	old, err := selectItem(ctx, tx, e.guid)
	if err != nil {
		return err
	}
	if old == nil {
		return w.fresh(ctx, f, e)
	}
	seen, err := selectSeen(ctx, tx, e)
	if err != nil {
		return err
	}
	if seen {
		return w.again(ctx, e, *old)
	}
	if err := insertVersion(ctx, tx, e, f.hash); err != nil {
		return err
	}
	newest := newer(e, old)
	switch {
	case e.status == canceled && old.status != canceled:
		return w.cancel(ctx, f, e, *old, newest)
	case !newest:
		w.did.Older++
		return nil
	case old.status == canceled:
		w.did.Unchanged++
		if e.status != canceled {
			w.note(f, e, "a newer version of an item that was canceled: it stays down unless an editor publishes it")
		}
		return updateItem(ctx, tx, e, f.hash, record{e.version, e.created, canceled, old.story, old.made})
	}
	return w.replace(ctx, f, e, *old)
}

// newer reports whether a version that was never seen counts more than the newest one known. The date of the
// version decides; numbers decide between equal dates, because some agencies number at random; of versions without
// either the one that arrives later counts.
func newer(e *entry, old *record) bool {
	if e.created != 0 && old.created != 0 && e.created != old.created {
		return e.created > old.created
	}
	if e.version != "" && old.version != "" && e.version != old.version {
		return compareVersions(e.version, old.version) > 0
	}
	return true
}

// compareVersions compares as numbers if both are, else as text.
func compareVersions(a, b string) int {
	x, errX := strconv.ParseUint(a, 10, 64)
	y, errY := strconv.ParseUint(b, 10, 64)
	switch {
	case errX != nil || errY != nil || x == y:
		return strings.Compare(a, b)
	case x < y:
		return -1
	}
	return 1
}

// fresh takes the first version of a guid that arrives.
func (w *writer) fresh(ctx context.Context, f *file, e *entry) error {
	story, err := w.create(ctx, f, e)
	if err != nil {
		return err
	}
	w.did.New++
	if err := insertItem(ctx, w.k.Tx(), e, f.hash, record{e.version, e.created, e.status, story, e.made}); err != nil {
		return err
	}
	return insertVersion(ctx, w.k.Tx(), e, f.hash)
}

// create makes the story, if the item is one, and returns its id.
func (w *writer) create(ctx context.Context, f *file, e *entry) (id string, err error) {
	switch {
	case e.status == canceled:
		w.did.Canceled++
		return "", nil
	case e.status == withheld:
		w.did.Withheld++
	}
	if !e.text {
		w.did.Kept++
		return "", nil
	}
	s, err := w.k.CreateReady(ctx, e.ready)
	if err != nil {
		return "", err
	}
	if !slices.Contains(w.k.Site().Languages, s.Copy.Language) {
		w.did.Foreign++
	}
	switch {
	case s.State == content.Live:
		w.did.Published++
	case w.o.Publish && e.status == usable:
		return s.ID, w.publish(ctx, f, e, s)
	}
	return s.ID, nil
}

// publish makes a saved story public, now or when its embargo ends.
func (w *writer) publish(ctx context.Context, f *file, e *entry, s *content.Story) error {
	now := w.k.Tx().Now
	if e.embargo.After(now) {
		if !s.Copy.Published.IsZero() {
			w.note(f, e, "an embargoed version of a story that is public: saved, not published")
			return nil
		}
		w.did.Embargoed++
		_, err := w.k.Publish(ctx, s.ID, content.Publication{At: e.embargo})
		return err
	}
	p := *e.publication(now)
	if !s.Copy.Published.IsZero() {
		p = content.Publication{Substantive: true, Updated: e.changed}
	}
	w.did.Published++
	_, err := w.k.Publish(ctx, s.ID, p)
	return err
}

// again takes a version that is known. All it may still do is publish, if it came in as a draft before.
func (w *writer) again(ctx context.Context, e *entry, old record) error {
	w.did.Unchanged++
	newest := e.version == old.version && e.created == old.created
	if !w.o.Publish || !newest || old.story == "" || old.status != usable || e.status != usable {
		return nil
	}
	s, err := w.k.Story(ctx, old.story)
	if err != nil {
		return err
	}
	if s.State != content.Draft || s.Guard != (check.Guard{}) || textDigest(&s.Copy) != old.made || e.made != old.made {
		return nil
	}
	return w.publish(ctx, nil, e, s)
}

// cancel takes the story down, whatever came before or will come after: an agency's withdrawal is acted on even if
// it arrives late.
func (w *writer) cancel(ctx context.Context, f *file, e *entry, old record, newest bool) error {
	w.did.Canceled++
	if old.story != "" {
		s, err := w.k.Story(ctx, old.story)
		if err != nil {
			return err
		}
		if textDigest(&s.Copy) != old.made {
			w.note(f, e, "canceled by the agency: the story, which was edited here, was taken down; its text is kept")
		}
		if err := w.k.TakeDown(ctx, old.story, gone(s.Copy.Language, s.Copy.Source)); err != nil {
			return err
		}
	}
	if !newest {
		return updateStatus(ctx, w.k.Tx(), e.guid, canceled)
	}
	return updateItem(ctx, w.k.Tx(), e, f.hash, record{e.version, e.created, canceled, old.story, old.made})
}

// gone is what the story's address says.
func gone(language, source string) string {
	if language == "fr" {
		if source == "" {
			return "Cet article a été retiré par l’agence qui l’avait envoyé."
		}
		return "Cet article a été retiré par l’agence qui l’avait envoyé (" + source + ")."
	}
	if source == "" {
		source = "The agency that sent it"
	}
	return source + " has withdrawn this story."
}

// replace takes a newer version of an item that was not canceled.
func (w *writer) replace(ctx context.Context, f *file, e *entry, old record) error {
	now := record{e.version, e.created, e.status, old.story, old.made}
	if old.story == "" {
		id, err := w.create(ctx, f, e)
		if err != nil {
			return err
		}
		now.story, now.made = id, e.made
	} else {
		s, err := w.k.Story(ctx, old.story)
		if err != nil {
			return err
		}
		if why := w.keeps(e, s, old); why != "" {
			w.did.Edited++
			w.note(f, e, why)
		} else if err := w.update(ctx, f, e, s); err != nil {
			return err
		} else {
			now.made = e.made
		}
	}
	w.did.Updated++
	return updateItem(ctx, w.k.Tx(), e, f.hash, now)
}

// keeps says why a story must not be overwritten, "" if it may be.
func (w *writer) keeps(e *entry, s *content.Story, old record) string {
	switch {
	case s.State == content.Killed:
		return "a newer version of a story that was killed here: not used"
	case s.State == content.TakenDown && old.status != withheld:
		return "a newer version of a story that was taken down here: not used"
	case s.State == content.Spiked:
		return "a newer version of a story that is in the bin here: not used"
	case !e.text:
		return "a newer version without a text: not used"
	case textDigest(&s.Copy) != old.made:
		return "a newer version of a story that was edited here (" + s.ID + "): not overwritten"
	}
	return ""
}

// update saves the new text in the story and publishes it if it may be. What the newsroom decides of a story (its
// section, address, regions, pictures) stays.
func (w *writer) update(ctx context.Context, f *file, e *entry, s *content.Story) error {
	s, err := w.k.Save(ctx, s.ID, s.Version, retext(s.Copy, e.story), "wire version "+e.version)
	if errs.Is(err, errs.Invalid) {
		return fmt.Errorf("a version that is not accepted: %w", err)
	}
	if err != nil {
		return err
	}
	waits := s.State.Waits()
	if e.status == withheld {
		w.did.Withheld++
		if s.State == content.Live || waits {
			return w.k.TakeDown(ctx, s.ID, gone(s.Copy.Language, s.Copy.Source))
		}
		return nil
	}
	if s.State == content.Scheduled || s.Guard != (check.Guard{}) {
		return nil // the newsroom chose the moment and what goes out then, or holds the story back
	}
	// Without the wish to publish, a story that waits for its moment must still wait for the new one.
	if w.o.Publish || waits && e.embargo.After(s.Due) {
		return w.publish(ctx, f, e, s)
	}
	return nil
}

// retext puts the text of a new version into a story.
func retext(s, text published.Story) published.Story {
	s.Headline, s.Standfirst, s.Dateline, s.Body = text.Headline, text.Standfirst, text.Dateline, text.Body
	s.Bylines, s.Topics, s.Language = text.Bylines, text.Topics, text.Language
	s.Source, s.Rights = text.Source, text.Rights
	return s
}
