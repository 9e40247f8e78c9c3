package storyui

import (
	"testing"

	"masthead/internal/doc"
	"masthead/internal/errs"
)

// FuzzReadSave: what a browser sends becomes a valid document or an error that says what is wrong.
func FuzzReadSave(f *testing.F) {
	for _, seed := range []string{
		`{"version":1,"tab":"t","auto":true,"copy":{"headline":"A","body":{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]}}}`,
		`{"copy":{"body":null}}`, `{"copy":{"lead":{"media":"x"},"topics":[{"name":"A"}]},"guard":{"embargo":"2026-11-20T07:00:00Z"}}`, `{`, `[]`, `{"copy":7}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := readSave(text)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("error of no kind that a person can mend: %v", err)
			}
			return
		}
		if err := doc.Validate(s.Copy.Body); err != nil {
			t.Fatalf("a document that is not valid came through: %v", err)
		}
	})
}
