package storyui_test

import (
	"bytes"
	"image"
	"image/png"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"masthead/internal/audit"
	"masthead/internal/content/check"
	"masthead/internal/doc"
	"masthead/internal/media"
	"masthead/internal/published"
)

// TestConditionsAreTicked: a story with a picture that may be used on a condition goes out when somebody ticks that it is
// kept, and the audit log has it.
func TestConditionsAreTicked(t *testing.T) {
	k := open(t)
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	m, err := k.room.AddMedia(t.Context(), person("publisher"), media.Upload{
		Name: "a.png", Body: &file, Facts: media.Facts{Credit: "Jo"}, Rights: media.Rights{Category: "handout", Note: "Only with the event"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := k.room.Create(t.Context(), person("publisher"), published.Story{
		Headline: "The river fell", Section: "world", Language: "en", Lead: &published.Lead{Media: m.ID, Alt: "A river"},
		Body: doc.Node{Type: "doc", Content: []doc.Node{{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: "It fell by two metres."}}}}},
	}, check.Guard{})
	if err != nil {
		t.Fatal(err)
	}
	at := "/newsroom/stories/" + s.ID + "/publish"
	if page := k.get(at, "publisher").doc; page.Find("input#conditions:not([checked])").Length() != 1 || !strings.Contains(page.Find(".issues").Text(), "Only with the event") {
		t.Errorf("it asks: %s", page.Find("main").Text())
	}
	form := url.Values{"version": {strconv.Itoa(s.Version)}, "when": {"now"}}
	if a := k.post(at, "publisher", form); a.StatusCode != 422 || a.doc.Find("#fault a[href='#conditions']").Length() != 1 {
		t.Errorf("published unread: %d %s", a.StatusCode, a.doc.Find("#fault").Text())
	}
	form.Set("conditions", "read")
	if a := k.post(at, "publisher", form); a.StatusCode != 303 {
		t.Errorf("published: %d %s", a.StatusCode, a.doc.Find("#fault").Text())
	}
	log, err := audit.List(t.Context(), k.db, audit.Filter{What: "story.publish"})
	if err != nil || len(log) != 1 || !strings.Contains(string(log[0].Detail), `"conditions":"read"`) {
		t.Errorf("the log has %+v, %v", log, err)
	}
}
