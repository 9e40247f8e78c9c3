package deskui

import (
	"net/url"
	"reflect"
	"testing"
	"time"

	"masthead/internal/content"
	"masthead/internal/workflow"
)

// FuzzReadFilters: an address that was read and written is read the same again.
func FuzzReadFilters(f *testing.F) {
	for _, q := range []string{"", "view=mine&state=ready&state=live", "q=%ff&from=2026-02-30&to=x", "sort=due&cursor=a.b&trail=&trail=c"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		a, qa := readFilters(v, "me", time.UTC)
		b, qb := readFilters(a.values(), "me", time.UTC)
		qa.Cursor = ""
		if len(a.Faults) == 0 && (len(b.Faults) > 0 || !reflect.DeepEqual(qa, qb)) {
			t.Errorf("%q: %+v, then %+v %v", query, qa, qb, b.Faults)
		}
	})
}

func FuzzUnpackEdits(f *testing.F) {
	ready := content.Ready
	some, err := packEdits([]workflow.Edit{{ID: "a", State: &ready}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(some)
	f.Add("rubbish")
	f.Fuzz(func(t *testing.T, text string) {
		if edits, err := unpackEdits(text); err == nil && (len(edits) == 0 || len(edits) > maxMany) {
			t.Errorf("%d edits", len(edits))
		}
	})
}

// TestUndoOfManyFitsACookie: without script an undo travels in one.
func TestUndoOfManyFitsACookie(t *testing.T) {
	draft := content.Draft
	var edits []workflow.Edit
	for i := range maxMany {
		edits = append(edits, workflow.Edit{ID: content.NewID(time.Unix(1_900_000_000+int64(i)*977, 0)), State: &draft})
	}
	text, err := packEdits(edits)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > maxCookie {
		t.Errorf("%d bytes, more than %d", len(text), maxCookie)
	}
	back, err := unpackEdits(text)
	if err != nil || !reflect.DeepEqual(back, edits) {
		t.Errorf("it comes back as %d edits, %v", len(back), err)
	}
}
