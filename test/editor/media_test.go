package editor_test

import (
	"fmt"
	"strings"
	"testing"
)

// drop lets a file fall on the text.
func (w *window) drop(name, content string) {
	w.t.Helper()
	w.run(fmt.Sprintf(`const d = new DataTransfer(); d.items.add(new File([%s], %s, { type: "image/jpeg" }));
const e = document.querySelector("#editor .ProseMirror"), r = e.firstElementChild.getBoundingClientRect();
e.dispatchEvent(new DragEvent("drop", { dataTransfer: d, bubbles: true, cancelable: true, clientX: r.left + 5, clientY: r.top + 5 }))`, quoted(content), quoted(name)))
}

// TestFilesOnAStory: a picture that is dropped or pasted is uploaded, stands in the text with what the library knows, which
// stays the library's, and its alt text is asked; one that is refused leaves the text as it was and is told by name.
func TestFilesOnAStory(t *testing.T) {
	t.Parallel()
	id, s := newStory(t, "en", p("One"), p("Two"))
	w := newWindow(t, nil)
	w.open(id)
	w.drop("bridge.jpg", "a picture")
	w.until("the photo after the first paragraph", `document.querySelector("#editor .ProseMirror").children[1]?.querySelector("[data-field=credit]")?.value == "Ana Cruz"`)
	w.until("its alt text is asked", `document.activeElement.dataset.field == "alt"`)
	w.until("no line about the upload", `!document.querySelector(".bringing")`)
	w.typing("The bridge at dawn")
	w.stored(s)
	for _, want := range []string{`"media":"new"`, `"caption":"","credit":""`, "The bridge at dawn"} {
		if body := s.json(t); !strings.Contains(body, want) {
			t.Errorf("the server's text lacks %q: %s", want, body)
		}
	}

	w.caret()
	w.run(`const d = new DataTransfer(); d.items.add(new File(["a picture"], "image.png", { type: "image/png" }));
document.querySelector("#editor .ProseMirror").dispatchEvent(new ClipboardEvent("paste", { clipboardData: d, bubbles: true, cancelable: true }))`)
	w.until("a second photo", `document.querySelectorAll(".module.photo").length == 2`)

	w.drop("broken.jpg", "nothing")
	w.until("why it was refused", `[...document.querySelectorAll("#toasts .fault")].some(e => e.textContent.includes("broken.jpg: the file is damaged"))`)
	w.until("no third photo", `document.querySelectorAll(".module.photo").length == 2 && !document.querySelector(".bringing")`)
}

// TestRightsBeforeUse: the picker shows what may be done with a picture; a condition must be ticked, and one that may not
// be used says so first.
func TestRightsBeforeUse(t *testing.T) {
	t.Parallel()
	w, _ := blank(t, "en")
	w.typing("/pho\n")
	w.until("the rights in words", `document.querySelector("dialog .pick[data-id=ended] .rights.expired")?.textContent == "× Rights have ended"`)
	w.click("dialog .pick[data-id=ended]")
	w.until("it says so, and why", `[...document.querySelectorAll("dialog")].at(-1).textContent.includes("Rights were for the tour.")`)
	w.press("Choose another")
	w.until("the picker is there", `document.querySelectorAll("dialog").length == 1`)
	w.click("dialog .pick[data-id=handout]")
	w.until("the condition", `[...document.querySelectorAll("dialog")].at(-1).textContent.includes("Only with the story on the bridge.")`)
	w.press("Use it")
	w.until("it must be ticked", `[...document.querySelectorAll("dialog .wrong")].some(e => e.textContent.includes("tick the box"))`)
	w.run(`[...document.querySelectorAll("dialog")].at(-1).querySelector("input[type=checkbox]").click()`)
	w.press("Use it")
	w.until("the photo", `document.querySelector(".module.photo [data-field=credit]")?.value == "City"`)
}

// TestGallery: several pictures are chosen at once, and the keyboard moves them.
func TestGallery(t *testing.T) {
	t.Parallel()
	w, s := blank(t, "en")
	w.typing("/gal\n")
	w.click("dialog .pick[data-id=handout]")
	w.run(`const d = [...document.querySelectorAll("dialog")].at(-1); d.querySelector("input[type=checkbox]").click()`)
	w.press("Use it")
	w.until("it is chosen", `document.querySelector("dialog .pick[data-id=handout]")?.getAttribute("aria-pressed") == "true"`)
	w.click("dialog .pick[data-id=boat]")
	w.press("Add 2 photos")
	captions := `[...document.querySelectorAll(".module.gallery [data-field=caption]")].map(e => e.value).join("|")`
	w.until("both, in the order in which they were chosen", captions+` == "A plan.|A boat."`)
	w.run(`document.querySelector(".module.gallery li:nth-child(2) [data-field=credit]").focus()`)
	w.key("ArrowUp", 38, 1)
	w.until("moved by Alt and an arrow", captions+` == "A boat.|A plan."`)
	w.until("the focus went along", `document.activeElement.closest("li") == document.querySelector(".module.gallery li")`)
	w.stored(s)
	if body := s.json(t); strings.Index(body, "boat") > strings.Index(body, "handout") {
		t.Errorf("the server has another order: %s", body)
	}
}
