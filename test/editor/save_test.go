package editor_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

func TestSavesWhileTyping(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("Three ships"))
	w := newWindow(t, nil)
	w.open(id)
	w.caret()
	w.typing(" left TK")
	w.untilState(saved)
	if got := s.markdown(t); got != "Three ships left TK" {
		t.Errorf("the server has %q", got)
	}
	s.with(func() {
		if s.Copy["rights"] != "AP" || s.Copy["headline"] != "Grain ships leave Odesa" {
			t.Errorf("the save lost what the page has no field for: %v", s.Copy)
		}
		if diff := cmp.Diff([]any{map[string]any{"slug": "ukraine", "name": "Ukraine"}}, s.Copy["topics"]); diff != "" {
			t.Error(diff)
		}
	})
	if got := w.text(`document.querySelector("#counts").textContent`); got != "4 words · 1 TK left" {
		t.Errorf("counts: %q", got)
	}
	if got := w.text(`document.querySelector(".tk").textContent`); got != "TK" {
		t.Errorf("marked: %q", got)
	}
	if got := w.text(`document.querySelector("[name=version]").value`); got != "2" {
		t.Errorf("other forms act on version %s, want 2", got)
	}
	w.run(`document.dispatchEvent(new CustomEvent("story:goto", { detail: { block: 7 } }))`) // there is none: nothing breaks
	// The headline is saved with the text, and set in its language.
	w.run(`const h = document.querySelector("[name=headline]"); h.focus(); h.select()`)
	w.typing(`"Open," they say`)
	w.key("s", 83, 2)
	w.until("the headline is saved", `document.querySelector("[name=version]").value != "2"`)
	s.with(func() {
		if s.Copy["headline"] != "“Open,” they say" {
			t.Errorf("headline %q", s.Copy["headline"])
		}
	})
	if got := w.text(`document.querySelector("#headline-hint").textContent`); got != "16 characters · fits in search results" {
		t.Errorf("headline count: %q", got)
	}
}

func TestOneSaveAtATime(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("A"))
	s.delay = 300 * time.Millisecond
	w := newWindow(t, nil)
	w.open(id)
	w.caret()
	for range 6 {
		w.typing("b")
		w.key("s", 83, 2)
	}
	w.until("all is saved", `document.querySelector("#save-state").dataset.state == "saved"`)
	for end := time.Now().Add(10 * time.Second); s.markdown(t) != "Abbbbbb" && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	if got := s.markdown(t); got != "Abbbbbb" {
		t.Errorf("the server has %q", got)
	}
	if s.crowd {
		t.Error("two saves were under way at once")
	}
	if got := w.text(`String(document.querySelectorAll("dialog").length)`); got != "0" {
		t.Error("own saves conflict")
	}
}

func TestLosesTheNetwork(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("Three ships"))
	w := newWindow(t, nil)
	w.open(id)
	s.with(func() { s.fail = cut })
	w.caret()
	w.typing(" left")
	w.untilState("Offline: kept on this computer")
	w.visit(id) // with the text on this computer only
	w.until("the text came back", `document.querySelector("#editor").innerText.includes("Three ships left")`)
	w.untilState("Offline: kept on this computer")
	s.with(func() { s.fail = nil })
	w.run(`dispatchEvent(new Event("online"))`)
	w.untilState(saved)
	if got := s.markdown(t); got != "Three ships left" {
		t.Errorf("the server has %q", got)
	}
	w.until("nothing is kept that the server has", kept+`.then(n => { globalThis.n = n }), globalThis.n === 0`)
}

// TestAnothersTextWaits: on a computer that two people share, nobody saves the other's text under their own name.
func TestAnothersTextWaits(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("Three ships"))
	w := newWindow(t, nil)
	w.open(id + "?me=amina")
	s.with(func() { s.fail = cut })
	w.caret()
	w.typing(" left")
	w.untilState("Offline: kept on this computer")
	w.open(id + "?me=ben")
	s.with(func() { s.fail = nil })
	w.caret()
	w.typing(" stay")
	w.untilState(saved)
	if got := s.markdown(t); got != "Three ships stay" {
		t.Errorf("Ben saved %q", got)
	}
	w.visit(id + "?me=amina")
	w.until("Amina is asked", `document.querySelector("dialog.compare[open]")?.innerText.includes("Three ships left")`)
}

const kept = `new Promise(r => { const o = indexedDB.open("masthead-editor", 1); o.onsuccess = () => { const q = o.result.transaction("stories").objectStore("stories").count(); q.onsuccess = () => r(q.result) } })`

func TestServerFails(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("Three ships"))
	w := newWindow(t, nil)
	w.open(id)
	s.with(func() { s.fail = refuse(http.StatusInternalServerError) })
	w.caret()
	w.typing(" left")
	w.until("it says that it is not saved", `/^Not saved: retrying in (10|9) s$/.test(document.querySelector("#save-state").textContent)`)
	w.until("the text can be copied", `[...document.querySelectorAll(".save-acts button")].some(b => b.textContent == "Copy all")`)
	w.until("it is announced", `document.querySelector("[role=alert]").textContent.startsWith("Not saved")`)
	s.with(func() { s.fail = refuse(http.StatusUnauthorized) })
	w.press("Try now")
	w.untilState("Not saved: you are signed out. Sign in again in a new tab, then try now.")
	s.with(func() { s.fail = nil })
	w.press("Try now")
	w.untilState(saved)
}

func TestConflict(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("One."), p("Two."), p("Three."))
	w := newWindow(t, nil)
	w.open(id)
	s.with(func() {
		s.Version = 5
		s.Copy = map[string]any{"id": id, "headline": "Ships leave", "rights": "AP", "language": "en", "section": "world", "topics": s.Copy["topics"],
			"body": map[string]any{"type": "doc", "content": []any{p("One, by Rosa."), p("Two."), p("Three, by Rosa.")}}}
	})
	w.caret()
	w.typing(" By me.")
	w.until("the comparison", `document.querySelector("dialog.compare[open]")`)
	w.press("Save the result") // one place is open
	w.until("it asks for the open choice", `document.querySelector("dialog.compare [role=alert]").textContent.includes("Nothing is chosen")`)
	w.press("Decide later")
	w.until("the comparison is gone", `!document.querySelector("dialog.compare")`) // or its fields would be taken for the next one's
	w.until("it says so", `document.querySelector("#save-state").textContent.startsWith("Not saved: Rosa Delgado changed")`)
	if s.markdown(t) != "One, by Rosa.\n\nTwo.\n\nThree, by Rosa." {
		t.Error("something was overwritten without a choice")
	}
	w.press("Compare")
	w.until("the comparison", `document.querySelector("dialog.compare[open]")`)
	w.run(`document.querySelector("dialog.compare[open] input[value=both]").click()`)
	w.press("Save the result")
	w.untilState(saved)
	if got, want := s.markdown(t), "One, by Rosa.\n\nTwo.\n\nThree. By me.\n\nThree, by Rosa."; got != want {
		t.Errorf("the server has %q, want %q", got, want)
	}
	s.with(func() {
		if s.Version != 6 || s.Copy["headline"] != "Ships leave" {
			t.Errorf("version %d, headline %q", s.Version, s.Copy["headline"])
		}
	})
}

// TestReturnsToAMovedStory: text that only this computer has meets a server that went on.
func TestReturnsToAMovedStory(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("One."))
	w := newWindow(t, nil)
	w.open(id)
	s.with(func() { s.fail = cut })
	w.caret()
	w.typing(" Mine.")
	w.untilState("Offline: kept on this computer")
	s.with(func() {
		s.fail, s.Version = nil, 2
		s.Copy["body"] = map[string]any{"type": "doc", "content": []any{p("One."), p("Theirs.")}}
		s.fail = refuse(http.StatusInternalServerError) // the page that goes away cannot save either
	})
	w.visit(id)
	w.until("the comparison", `document.querySelector("dialog.compare[open]")`)
	s.with(func() { s.fail = nil })
	w.run(`document.querySelectorAll("dialog.compare fieldset").forEach(f => (f.querySelector("input:checked") ?? f.querySelector("input[value=both]")).click())`)
	w.press("Save the result")
	w.untilState(saved)
	if got := s.markdown(t); !strings.Contains(got, "One. Mine.") || !strings.Contains(got, "Theirs.") {
		t.Errorf("the server has %q", got)
	}
}

func TestSecondTabIsReadOnly(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("One."))
	first := newWindow(t, nil)
	first.open(id)
	first.caret()
	first.typing(" First.")
	second := newWindow(t, first)
	second.visit(id)
	second.until("it says why", `document.querySelector(".presence").textContent.startsWith("This story is open in another tab")`)
	if second.text(`String(document.querySelector("#editor .ProseMirror").isContentEditable)`) != "false" {
		t.Error("two tabs can write")
	}
	second.press("Edit here")
	second.until("the second tab writes", ready)
	first.until("the first tab does not", `document.querySelector("#editor .ProseMirror[contenteditable=false]") && document.querySelector(".presence").textContent.includes("another tab")`)
	second.until("it has the first one's text", `document.querySelector("#editor").innerText.includes("One. First.")`)
	second.caret()
	second.typing(" Second.")
	second.untilState(saved)
	if got := s.markdown(t); got != "One. First. Second." {
		t.Errorf("the server has %q", got)
	}
}

func TestSecondPerson(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("One."))
	s.holder = &holder{Account: "rosa", Name: "Rosa Delgado", Tab: "rosa-1"}
	w := newWindow(t, nil)
	w.visit(id)
	w.until("who writes", `document.querySelector(".presence span").textContent == "Rosa Delgado is editing."`)
	s.with(func() {
		s.Version, s.Copy["body"] = 2, map[string]any{"type": "doc", "content": []any{p("One and two.")}}
	})
	w.press("Watch")
	w.until("the text is refreshed", `document.querySelector("#editor").innerText.includes("One and two.")`)
	w.press("Take over") // her tab is gone: nobody gives
	w.until("it is taken", ready)
	w.caret()
	w.typing(" Three.")
	w.untilState(saved)
	// And the other way round: this tab saves and gives.
	w.typing(" Four.")
	s.with(func() { s.wanted = &holder{Account: "rosa", Name: "Rosa Delgado", Tab: "rosa-2", Take: true} })
	w.run(`document.dispatchEvent(new Event("visibilitychange"))`)
	w.until("she writes", `document.querySelector(".presence span").textContent == "Rosa Delgado is editing."`)
	if got := s.markdown(t); got != "One and two. Three. Four." {
		t.Errorf("given away unsaved: the server has %q", got)
	}
}

// TestAnswerLost: the server has a save whose answer never came, and the person wrote on.
func TestAnswerLost(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("One."))
	w := newWindow(t, nil)
	w.open(id)
	s.with(func() { s.loseAnswer = true })
	w.caret()
	w.typing(" Two.")
	w.untilState("Offline: kept on this computer")
	s.with(func() { s.loseAnswer = false })
	w.typing(" Three.")
	w.untilState(saved)
	if got := s.markdown(t); got != "One. Two. Three." {
		t.Errorf("the server has %q", got)
	}
	if w.text(`String(document.querySelectorAll("dialog").length)`) != "0" {
		t.Error("a person is asked to choose between two of their own texts")
	}
}

// TestKeptWithinAMoment: what was typed is on this computer 300 ms later, whatever the server does.
func TestKeptWithinAMoment(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("One."))
	s.delay = 20 * time.Second
	w := newWindow(t, nil)
	w.open(id)
	w.caret()
	w.typing(" Two.")
	w.until("it is kept", `(`+kept+`.then(n => { globalThis.kept = n }), globalThis.kept === 1)`)
	if got := w.text(`document.querySelector("#save-state").dataset.state ?? ""`); got == "saved" {
		t.Error("the server was faster than a 20 second delay")
	}
	s.with(func() { s.delay = 0 })
}

// TestTypedBeforeTheScriptCame: a slow connection shows the fields before the editor; what is typed into them or chosen there
// counts.
func TestTypedBeforeTheScriptCame(t *testing.T) {
	for name, want := range map[string]string{"headline": "Early bird", "kind": "opinion"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, s := newStory(t, "en", p("One."))
			w := newWindow(t, nil)
			_, err := chromedp.Call(w.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf(`new MutationObserver((_, o) => {
				const field = document.querySelector("[name=%s]"), last = document.getElementById("doc");
				if (field && last) { o.disconnect(); field.value = %q; }
			}).observe(document, {childList: true, subtree: true})`, name, want)})
			w.must(err)
			w.open(id)
			w.untilState(saved)
			s.with(func() {
				if got := s.Copy[name]; got != want {
					t.Errorf("the server has %q", got)
				}
			})
		})
	}
}

func TestLinksSaveFirst(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("One."))
	w := newWindow(t, nil)
	w.open(id)
	w.caret()
	w.typing(" Two.")
	w.click("#to-preview")
	w.until("the other screen", `location.pathname.endsWith("/state")`)
	if got := s.markdown(t); got != "One. Two." {
		t.Errorf("the screen showed an older text: %q", got)
	}
}
