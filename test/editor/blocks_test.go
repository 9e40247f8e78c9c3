package editor_test

import (
	"strings"
	"testing"
)

func TestSlashMenu(t *testing.T) {
	t.Parallel()
	w, s := blank(t, "en")
	w.typing("/pho")
	w.until("the menu shows the photo", `document.querySelector("[role=option][aria-selected=true]")?.dataset.item == "photo"`)
	w.until("the editor names what is chosen", `document.querySelector("#editor .ProseMirror").getAttribute("aria-activedescendant") == document.querySelector("[role=option][aria-selected=true]").id`)
	w.typing("\n")
	w.click("dialog .pick")
	w.until("the photo with its fields", `document.querySelector(".module.photo [data-field=alt]")?.value == "A boat at sea"`)
	w.until("no menu", `!document.querySelector("[role=listbox]")`)
	// Its first field is asked at once, Enter leads back to the text after it.
	w.until("the first field", `document.activeElement.dataset.field == "alt"`)
	w.run(`const c = document.querySelector("[data-field=credit]"); c.focus(); c.select()`)
	w.typing("Ann Lee")
	w.key("Enter", 13, 0)
	w.typing("/embed https://video.example/1")
	w.key("Enter", 13, 0)
	w.until("the embed", `document.querySelector(".module.embed [data-field=url]")?.value == "https://video.example/1"`)
	got := w.stored(s)
	for _, want := range []string{"Ann Lee", "A boat at sea", "https://video.example/1"} {
		if body := s.json(t); !strings.Contains(body, want) {
			t.Errorf("the server's text lacks %q: %s", want, body)
		}
	}
	// An address that cannot be is refused in words and never saved.
	w.run(`const u = document.querySelector("[data-field=url]"); u.focus(); u.select()`)
	w.typing("no address")
	w.until("it says why", `document.querySelector(".module.embed .wrong:not([hidden])")?.textContent.includes("Begin with https://")`)
	if again := w.stored(s); again != got {
		t.Errorf("a wrong address was saved: %s", again)
	}
}

// TestEveryBlockCanBeInserted puts each entry of the menu into a story; the server takes all of them.
func TestEveryBlockCanBeInserted(t *testing.T) {
	t.Parallel()
	w, s := blank(t, "en")
	for _, name := range []string{"heading2", "heading3", "bulletList", "orderedList", "blockquote", "pullquote", "table", "codeBlock", "divider", "photo", "gallery", "video", "audio",
		"watch", "related", "promo", "factbox", "keyPoints", "chart"} {
		w.click(".gutter button")
		w.until("the list", `document.querySelector(".block-menu-box input")`)
		w.run(`document.querySelector(".block-menu-box [data-item=` + name + `]").dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }))`)
		switch name {
		case "photo", "gallery", "video", "audio", "related":
			w.click("dialog .pick")
			if name == "gallery" {
				w.press("Add 1 photo")
			}
			w.until("the picker is closed", `!document.querySelector("dialog")`)
		}
		w.until("the list is closed", `!document.querySelector(".block-menu-box")`)
	}
	w.typing("x")
	w.stored(s)
	body := s.json(t)
	for _, want := range []string{"heading", "bulletList", "orderedList", "table", "divider", "photo", "gallery", "video", "audio", "watch", "related", "promo", "keyPoints", "chart"} {
		if !strings.Contains(body, `"type":"`+want+`"`) {
			t.Errorf("no %s in %s", want, body)
		}
	}
}

func TestBlockKeys(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("One"), p("Two"), p("Three"))
	w := newWindow(t, nil)
	w.open(id)
	w.caret()
	step := func(name string, code, mod int64, want string) {
		t.Helper()
		w.key(name, code, mod)
		if got := strings.ReplaceAll(w.text(`[...document.querySelectorAll("#editor .ProseMirror > p")].map(p => (p.classList.contains("ProseMirror-selectednode") ? "*" : "") + p.textContent).join(" ")`), "\n", ""); got != want {
			t.Fatalf("after %s: %q, want %q", name, got, want)
		}
	}
	step("Escape", 27, 0, "One Two *Three")
	step("ArrowUp", 38, 0, "One *Two Three")
	step("ArrowDown", 40, 1, "One Three *Two")
	step("ArrowUp", 38, 1, "One *Two Three")
	step("D", 68, 2|8, "One Two *Two Three")
	step("Backspace", 8, 0, "One Two *Three")
	step("Backspace", 8, 0, "One *Two")
	w.typing("x") // a letter does not replace a block
	step("ArrowUp", 38, 0, "*One Two")
	w.key("Enter", 13, 0)
	w.typing(" more")
	if got := w.stored(s); got != "One more\n\nTwo" {
		t.Errorf("the server has %q", got)
	}
	w.undo()
	if got := w.stored(s); got != "One\n\nTwo" {
		t.Errorf("after undo the server has %q", got)
	}
}

func TestEmptiedStoryCanBeWrittenIn(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("One"), map[string]any{"type": "divider"})
	w := newWindow(t, nil)
	w.open(id)
	w.caret()
	w.key("Escape", 27, 0)
	w.key("Backspace", 8, 0)
	w.key("Backspace", 8, 0)
	w.until("one empty paragraph", `(e => e.children.length == 1 && e.firstChild.tagName == "P" && !e.textContent)(document.querySelector("#editor .ProseMirror"))`)
	w.key("Enter", 13, 0)
	w.typing("New")
	if got := w.stored(s); got != "New" {
		t.Errorf("the server has %q", got)
	}
}

func TestHandleMenu(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("One"), p("Two"))
	w := newWindow(t, nil)
	w.open(id)
	w.caret()
	w.click(".gutter [draggable]")
	w.until("its menu has the focus", `document.activeElement.getAttribute("role") == "menuitem"`)
	w.click("[data-act=up]")
	if got := w.stored(s); got != "Two\n\nOne" {
		t.Errorf("the server has %q", got)
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("Grain ships"))
	w := newWindow(t, nil)
	w.open(id)
	w.caret()
	w.key("a", 65, 2)
	w.run(`const r = document.createRange(); r.selectNodeContents(document.querySelector("#editor p")); getSelection().removeAllRanges(); getSelection().addRange(r)`)
	w.until("the bar", `!document.querySelector(".marks").hidden`)
	w.key("k", 75, 2)
	w.until("the form", `document.querySelector("dialog[open] input")`)
	w.typing("javascript:x\n")
	w.submit()
	w.until("it says what is wrong", `document.querySelector("dialog .wrong:not([hidden])")?.textContent.includes("kind of address")`)
	w.run(`document.querySelector("dialog input").value = "grain.example/prices"`)
	w.submit()
	w.until("the link", `document.querySelector("#editor a")?.getAttribute("href") == "https://grain.example/prices"`)
	w.key("9", 57, 2|8)
	w.until("the form", `document.querySelector("dialog[open] input")`)
	w.run(`document.querySelector("dialog input").value = "Ann Lee"`)
	w.submit()
	w.until("the quote", `document.querySelector("#editor q")`)
	w.key("b", 66, 2)
	w.stored(s)
	body := s.json(t)
	for _, want := range []string{`"href":"https://grain.example/prices"`, `"speaker":"Ann Lee"`, `"strong"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if w.text(`document.querySelector(".marks [data-mark=strong]").getAttribute("aria-pressed")`) != "true" {
		t.Error("the bar does not show that the text is bold")
	}
}

// TestWholePage: every control has a name, the text is a text box, nothing scrolls sideways on a phone.
func TestWholePage(t *testing.T) {
	t.Parallel()
	id, _ := newStory(t, "fr", p("Un"), map[string]any{"type": "photo", "attrs": map[string]any{"media": "boat"}},
		map[string]any{"type": "chart", "attrs": map[string]any{"spec": map[string]any{"type": "bar", "labels": []any{"a"}, "series": []any{map[string]any{"name": "s", "values": []any{1}}}}}})
	w := newWindow(t, nil)
	w.narrow()
	w.open(id)
	if got := w.text(`(e => [e.getAttribute("role"), e.getAttribute("aria-multiline"), e.getAttribute("aria-label"), e.lang].join())(document.querySelector("#editor .ProseMirror"))`); got != "textbox,true,Texte de l’article,fr" {
		t.Errorf("the text is %s", got)
	}
	if got := w.text(`[...document.querySelectorAll("input:not([type=hidden]), textarea, select, button")].filter(e => e.checkVisibility() && !(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim())).map(e => e.outerHTML).join()`); got != "" {
		t.Errorf("without a name: %s", got)
	}
	if got := w.text(`[...document.querySelectorAll("button, input, select")].filter(e => e.checkVisibility()).filter(e => { const r = e.getBoundingClientRect(); return !e.closest(".choice") && (r.width < 24 || r.height < 24) }).map(e => e.outerHTML).join()`); got != "" {
		t.Errorf("too small to hit: %s", got)
	}
	if got := w.text(`String(document.documentElement.scrollWidth - innerWidth)`); got != "0" {
		t.Errorf("the page is %s px too wide", got)
	}
	if got := w.text(`document.body.innerText`); strings.Contains(got, "editor.") {
		t.Errorf("a word is missing: %s", got)
	}
}
