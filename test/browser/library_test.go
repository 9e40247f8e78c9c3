package browser_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// drawing makes a picture file of three by two, that differs by its seed, in the page: the value of a promise.
func drawing(name string, seed int) string {
	return fmt.Sprintf(`new Promise(done => { const c = document.createElement("canvas"); c.width = 600; c.height = 400; const g = c.getContext("2d");
		for (let i = 0; i < 60; i++) { g.fillStyle = "hsl(" + (i * %[2]d * 7) %% 360 + " 70%% 50%%)"; g.fillRect((i * 97 * %[2]d) %% 600, (i * 61) %% 400, 90, 70) }
		c.toBlob(b => done(new File([b], %[1]q, {type: "image/jpeg"})), "image/jpeg", .9) })`, name, seed)
}

// dropped lets files fall on the page.
func (w *window) dropped(target string, files ...string) {
	w.t.Helper()
	js := "(async () => { const d = new DataTransfer();"
	for _, f := range files {
		js += "d.items.add(await " + f + ");"
	}
	w.wait(js + fmt.Sprintf(`const e = document.querySelector(%q), r = e.getBoundingClientRect();
		e.dispatchEvent(new DragEvent("drop", {dataTransfer: d, bubbles: true, cancelable: true, clientX: r.left + 10, clientY: r.top + 10})); return "" })()`, target))
}

// pictures writes picture files, and returns their paths.
func pictures(t *testing.T, names ...string) (list []string) {
	t.Helper()
	dir := t.TempDir()
	for i, name := range names {
		m := image.NewRGBA(image.Rect(0, 0, 300, 200))
		for y := range 200 {
			for x := range 300 {
				m.SetRGBA(x, y, color.RGBA{uint8(x*(i+2) + len(name)*31), uint8(y * (i + 3)), uint8(x * y / (i + 5)), 255})
			}
		}
		var b bytes.Buffer
		must(t, png.Encode(&b, m))
		list = append(list, filepath.Join(dir, name))
		must(t, os.WriteFile(list[i], b.Bytes(), 0o600))
	}
	return list
}

// tileOf finds the tile of a name.
func tileOf(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("[data-tile]")].find(e => e.querySelector(".name").textContent == %q)`, name)
}

func TestLibraryUploads(t *testing.T) {
	w := at(t, 1280, 900, "Ula Bright", "reporter")
	w.expected = "/newsroom/library?name=" // one is refused
	w.open("/newsroom/library")
	w.dropped("main", drawing("Dropped one.jpg", 3), drawing("Dropped two.jpg", 5), `new File(["no picture"], "notes.jpg")`)
	w.until("both are in the grid, at its head", tileOf("Dropped one.jpg")+" && "+tileOf("Dropped two.jpg"))
	w.until("how it stands", `document.querySelector("[data-uploads-said]").textContent == "2 of 3 done. 1 was refused. 2 need a credit."`)
	w.until("why, beside the name", `[...document.querySelectorAll(".uploads .refused")].some(e => e.textContent.includes("notes.jpg") && e.textContent.includes("no picture, video or sound"))`)
	if w.is(`[...document.querySelectorAll(".uploads .refused button")].some(b => b.textContent == "Try again")`) {
		t.Error("what can only be refused is offered to be tried again")
	}
	w.until("the picture is shown", tileOf("Dropped one.jpg")+`.querySelector("img").naturalWidth > 0`)

	// Pasted.
	w.wait(`(async () => { const d = new DataTransfer(); d.items.add(await ` + drawing("Pasted.jpg", 9) + `);
		document.dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true})); return "" })()`)
	w.until("the pasted one", tileOf("Pasted.jpg"))

	// The same again, and a way to it.
	w.dropped("main", drawing("Dropped again.jpg", 3))
	w.until("it is known", `[...document.querySelectorAll("[data-uploads] .said")].some(e => e.textContent == "Was in the library already")`)
	w.until("a way to it", `/^\/newsroom\/library\/m/.test([...document.querySelectorAll("[data-uploads] .name a")].find(a => a.textContent == "Dropped again.jpg")?.getAttribute("href"))`)

	// By the keyboard: Tab leads to the field for files, and then to one tile; arrows go on, x selects, Enter opens.
	w.open("/newsroom/library")
	w.tabTo("#files")
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#files"), pictures(t, "By key.png")))
	w.until("the one of the keyboard", tileOf("By key.png"))
	w.tabTo("[data-tile] a")
	w.key(kb.Home)
	w.key(kb.ArrowRight)
	w.until("the second tile has the focus", `document.activeElement.closest("[data-tile]") == document.querySelectorAll("[data-tile]")[1]`)
	w.key("x")
	w.until("it is selected", `document.activeElement.closest("[data-tile]").querySelector("input").checked && document.querySelector("[data-picked]").textContent == "1 selected"`)
	name := w.text(`document.activeElement.querySelector(".name").textContent`)
	w.key("\r")
	w.until("its page", fmt.Sprintf(`document.querySelector("main h1").textContent == %q && document.querySelector("form#medium")`, name))
}

// TestBesideTheGrid: on a wide screen a medium is looked at and changed beside the grid, which keeps its place.
func TestBesideTheGrid(t *testing.T) {
	w := at(t, 1440, 900, "Bess Ide", "editor")
	w.expected = "/newsroom/library/m" // one is refused
	w.open("/newsroom/library")
	w.dropped("main", drawing("Sidelong a.jpg", 31), drawing("Sidelong b.jpg", 37))
	w.until("both", tileOf("Sidelong a.jpg")+" && "+tileOf("Sidelong b.jpg"))
	w.open("/newsroom/library?q=sidelong")
	title := `document.querySelector("[data-side] h2")?.textContent`
	first := w.text(`document.querySelector("[data-tile] .name").textContent`)
	w.tabTo("[data-tile] a")
	w.key(" ")
	w.until("the first is beside the grid", title+" == "+fmt.Sprintf("%q", first)+` && document.querySelector("[data-side] .focal") && document.querySelector(".tile.viewed .name").textContent == `+fmt.Sprintf("%q", first))
	if !w.is(`document.activeElement.closest("[data-tile]") != null && location.hash == "#" + document.activeElement.closest("[data-tile]").dataset.id`) {
		t.Error("the focus left the grid, or the address does not say what is shown")
	}
	w.key(kb.ArrowRight)
	w.until("the arrow leads it along", title+` == document.activeElement.querySelector(".name").textContent && `+title+" != "+fmt.Sprintf("%q", first))
	second := w.text(title)
	w.key(" ")
	w.until("Space again goes there", `document.activeElement.matches("[data-side] h2")`)

	// Saved there, and undone there: the tile follows, the page stays.
	w.is(`(window.stayed = true)`)
	w.do(chromedp.SendKeys(chromedp.CSS("#f-credit"), "Bess Ide\r"))
	w.until("saved", `document.querySelector("[data-side] .undone")?.textContent.includes("Saved: Credit.") && document.activeElement.closest(".undone") != null`)
	w.until("the tile has the credit", tileOf(second)+`.textContent.includes("Bess Ide") && window.stayed`)
	for _, scheme := range []string{"light", "dark"} {
		w.look(scheme, "")
		for _, v := range w.violations() {
			t.Errorf("%s: %s", scheme, v)
		}
	}
	w.key("\r")
	w.until("undone", tileOf(second)+`.dataset.credited == "false" && document.querySelector("#f-credit").value == "" && window.stayed`)

	// What cannot be is said there, and stays in the form; nothing leads away from it unasked.
	w.is(`(document.querySelector("#focus_x").value = "900") && document.querySelector("form#medium").requestSubmit() || true`)
	w.until("refused", `document.querySelector("[data-side] [role=alert]")?.contains(document.activeElement) || document.activeElement.matches("[data-side] [role=alert]")`)
	w.key(kb.Escape)
	w.until("asked first", `[...document.querySelectorAll(".toast")].some(e => e.textContent.includes("is not saved yet"))`)
	if got := w.text(title); got != second {
		t.Errorf("beside the grid is %q", got)
	}
	w.press("Drop the changes")
	w.until("closed, the focus on its tile", `document.querySelector("[data-side]").hidden && document.activeElement.querySelector(".name")?.textContent == `+fmt.Sprintf("%q", second)+` && location.hash == "" && window.stayed`)
	w.key("\r")
	w.until("Enter opens the page", fmt.Sprintf(`document.querySelector("main h1").textContent == %q`, second))
}

// TestRemovedAndBack: what was removed is a key away.
func TestRemovedAndBack(t *testing.T) {
	w := at(t, 1280, 900, "Remy Over", "editor")
	w.open("/newsroom/library")
	w.dropped("main", drawing("Thrown away.jpg", 41))
	w.until("the picture", tileOf("Thrown away.jpg"))
	w.do(chromedp.Navigate(w.text(tileOf("Thrown away.jpg") + `.querySelector("a").href + "/remove"`)))
	w.do(chromedp.Submit(chromedp.CSS("form .danger")))
	w.until("it says so, with undo", `document.querySelector(".undone")?.textContent.includes("“Thrown away.jpg” was removed") && !`+tileOf("Thrown away.jpg"))
	for _, v := range w.violations() {
		t.Error(v)
	}
	w.key("z")
	w.until("it is back", `document.querySelector("main h1").textContent == "Thrown away.jpg" && document.querySelector("form#medium .primary")`)
}

func TestFocalPoint(t *testing.T) {
	w := at(t, 1280, 900, "Foca Lane", "reporter")
	w.open("/newsroom/library")
	w.dropped("main", drawing("Focus.jpg", 11))
	w.until("the picture", tileOf("Focus.jpg"))
	w.do(chromedp.Navigate(w.text(tileOf("Focus.jpg") + `.querySelector("a").href`)))
	w.until("the handle", `document.querySelector(".focal") && document.querySelector(".stage img").naturalWidth > 0`)
	crop := func(ratio string) string {
		return w.text(`document.querySelector('[data-ratio="` + ratio + `"] img').style.objectPosition`)
	}
	if got := crop("1:1"); got != "50% 50%" {
		t.Errorf("the square begins at %s", got)
	}
	// By mouse: a quarter from the left and the top.
	var x, y float64
	_, err := fmt.Sscan(w.text(`(r => (r.left + r.width * .25) + " " + (r.top + r.height * .25))(document.querySelector(".stage img").getBoundingClientRect())`), &x, &y)
	must(t, err)
	w.do(chromedp.MouseClickXY(x, y))
	w.until("the point", `Math.abs(document.querySelector("#focus_x").value - 25) < .6 && Math.abs(document.querySelector("#focus_y").value - 25) < .6`)
	// The square of a picture of 3:2 keeps 400 of 600 px: from 0, as its middle would be at 150 of 600.
	if got := crop("1:1"); got != "0% 50%" {
		t.Errorf("the square follows to %s", got)
	}
	if got := crop("3:2"); got != "50% 50%" {
		t.Errorf("a crop of the picture's own ratio moves to %s", got)
	}
	// By keys: 1 %, with Shift 10 %.
	w.until("the handle has the focus", `document.activeElement.matches(".focal")`)
	before := w.text(`document.querySelector("#focus_x").value`)
	w.key(kb.ArrowRight, chromedp.ModifierShift)
	w.key(kb.ArrowRight, chromedp.ModifierShift)
	w.key(kb.ArrowRight)
	w.until("21 % further", `Math.abs(document.querySelector("#focus_x").value - `+before+` - 21) < .01`)
	w.until("it is named", `document.activeElement.getAttribute("aria-label").startsWith("Focal point: " + document.querySelector("#focus_x").value + " %")`)
	if got := crop("1:1"); got == "0% 50%" {
		t.Error("the square does not follow the keys")
	}
	want := w.text(`document.querySelector("#focus_x").value`)
	w.is(`document.querySelector("form#medium").requestSubmit() || true`)
	w.until("it is saved", `document.querySelector(".undone")?.textContent.includes("Focal point")`)
	if got := w.text(`document.querySelector("#focus_x").value`); got != want {
		t.Errorf("saved %s as %s", want, got)
	}
	w.is(`document.querySelector(".undone").requestSubmit() || true`)
	w.until("undone", `document.querySelector("#focus_x").value == "50"`)
	for _, width := range []int64{1280, 360} {
		w.do(chromedp.EmulateViewport(width, 800))
		for _, scheme := range []string{"light", "dark"} {
			w.look(scheme, "")
			for _, v := range w.violations() {
				t.Errorf("%d %s: %s", width, scheme, v)
			}
		}
	}
}

// TestRightsEnd: a lease that is over is said in words on the medium's page, in the grid, and before it is used.
func TestRightsEnd(t *testing.T) {
	w := at(t, 1280, 900, "Lea Holder", "editor")
	w.open("/newsroom/library")
	w.dropped("main", drawing("Leased.jpg", 13))
	w.until("the picture", tileOf("Leased.jpg"))
	w.do(chromedp.Navigate(w.text(tileOf("Leased.jpg") + `.querySelector("a").href`)))
	w.tabTo(".leases > .button")
	w.key("\r")
	w.until("a new lease with the focus on it", `document.activeElement.matches("[name=lease_kind]") && document.activeElement.value == "allow"`)
	w.is(`(document.querySelector("[name=lease_until]").value = "2020-01-31")`)
	w.is(`(document.querySelector("#f-credit").value = "Agency")`)
	w.is(`document.querySelector("form#medium").requestSubmit() || true`)
	w.until("it is over", `document.querySelector(".head .rights.expired")?.textContent.trim() == "Rights have ended"`)
	if until := w.text(`document.querySelector("[name=lease_until]").value`); until != "2020-01-31" {
		t.Errorf("its last day became %s", until)
	}
	w.open("/newsroom/library?q=expires:soon")
	w.until("found as ending", tileOf("Leased.jpg")+`?.querySelector(".rights").textContent.trim() == "Rights have ended"`)
}

func TestManyCredits(t *testing.T) {
	w := at(t, 360, 800, "Manny Moore", "editor")
	w.open("/newsroom/library")
	w.dropped("main", drawing("Many a.jpg", 17), drawing("Many b.jpg", 19))
	w.until("both", tileOf("Many a.jpg")+" && "+tileOf("Many b.jpg"))
	w.open("/newsroom/library?q=many")
	w.until("both found", `document.querySelectorAll("[data-tile]").length == 2`)
	w.tabTo("[data-tile] a")
	w.key(" ")
	w.key(kb.ArrowRight)
	w.key(" ")
	w.until("two are selected", `document.querySelector("[data-picked]").textContent == "2 selected"`)
	w.do(chromedp.SendKeys(chromedp.CSS("#b-credit"), "Manny Moore\r"))
	w.until("credited", `[...document.querySelectorAll("[data-tile]")].every(e => e.dataset.credited == "true")`)
	w.until("it says so, with undo", `[...document.querySelectorAll(".toast")].some(e => e.textContent.includes("Credit of 2 media set") && e.querySelector("button"))`)
	w.is(`[...document.querySelectorAll(".toast")].find(e => e.textContent.includes("Credit of 2 media")).querySelector("button").click() || true`)
	w.until("it says that it is undone", `[...document.querySelectorAll(".toast")].some(e => e.textContent.includes("Undone: 2 media"))`)
	w.until("undone", `[...document.querySelectorAll("[data-tile]")].every(e => e.dataset.credited == "false")`)
	for _, scheme := range []string{"light", "dark"} {
		w.look(scheme, "")
		for _, v := range w.violations() {
			t.Errorf("%s: %s", scheme, v)
		}
	}
}

// TestPhoneBringsAPicture: the address is opened where nobody has signed in.
func TestPhoneBringsAPicture(t *testing.T) {
	w := at(t, 1280, 900, "Phil Own", "reporter")
	w.open("/newsroom/library")
	w.do(chromedp.Submit(chromedp.CSS(`form[action="/newsroom/library/phone"] button`)))
	w.until("the code", `document.querySelector("svg.qr") && document.querySelector("code.secret")`)
	address := w.text(`new URL(document.querySelector("code.secret").textContent).pathname`)
	phone := newWindow(t, 360, 800)
	phone.open(address)
	phone.until("in whose name", `document.querySelector("main").textContent.includes("Phil Own")`)
	phone.do(chromedp.SetUploadFiles(chromedp.CSS("#files"), pictures(t, "From the phone.png")))
	phone.until("it is there", `document.querySelector("[data-uploads-said]").textContent.startsWith("1 of 1 done.")`)
	for _, v := range phone.violations() {
		t.Error(v)
	}
	w.open("/newsroom/library")
	w.until("on the desk", tileOf("From the phone.png"))
}

// TestPictureOnAStory: a picture that falls on a story is in the library and in the text.
func TestPictureOnAStory(t *testing.T) {
	w := at(t, 1280, 900, "Dora Drop", "reporter")
	w.newStory()
	w.until("the editor", `document.querySelector("#editor .ProseMirror[contenteditable=true]")`)
	w.dropped("#editor .ProseMirror", drawing("On a story.jpg", 23))
	w.until("the block, its alt text asked", `document.querySelector(".module.photo .module-picture img")?.naturalWidth > 0 && document.activeElement.dataset.field == "alt"`)
	w.key("Squares of many colours")
	w.until("saved", `document.querySelector("#save-state").textContent.startsWith("Saved")`)
	w.open("/newsroom/library?q=story+used:yes")
	w.until("used once", tileOf("On a story.jpg")+`?.textContent.includes("used once")`)
}

// brought adds a picture to the library as a script of the screen does, says whose it is, and gives its id.
func (w *window) brought(name, credit string, seed int) string {
	w.t.Helper()
	w.open("/newsroom/library")
	w.dropped("main", drawing(name, seed))
	w.until(name, tileOf(name))
	w.do(chromedp.Navigate(w.text(tileOf(name) + `.querySelector("a").href`)))
	w.credited(credit)
	return w.text(`location.pathname.split("/").pop()`)
}

// credited says on the page of a medium whose it is.
func (w *window) credited(credit string) {
	w.t.Helper()
	w.is(fmt.Sprintf(`(document.querySelector("#f-credit").value = %q)`, credit))
	w.is(`document.querySelector("form#medium").requestSubmit() || true`)
	w.until("the credit", fmt.Sprintf(`document.querySelector(".undone") && document.querySelector("#f-credit").value == %q`, credit))
}

// TestCreditFollowsTheLibrary: what a story does not say of its own about a picture is the library's, and no word about
// one picture stays with the next.
func TestCreditFollowsTheLibrary(t *testing.T) {
	w := at(t, 1280, 900, "Cora Credit", "publisher")
	first, second := w.brought("Lighthouse one.jpg", "Agency One", 47), w.brought("Lighthouse two.jpg", "Agency Two", 53)
	id := w.newStory()
	w.until("the editor", `document.querySelector("#editor .ProseMirror[contenteditable=true]")`)
	choose := func(name string) {
		w.until("the chooser", `document.querySelector("dialog[open] input[type=search]")`)
		w.key(name)
		w.until("found by its file", fmt.Sprintf(`(l => l.length == 1 && l[0].querySelector(".name").textContent == %q)(document.querySelectorAll("dialog[open] .pick"))`, name))
		w.key(kb.ArrowDown)
		w.key("\r")
	}
	field := func(name string) string {
		return w.text(`document.querySelector(".module.photo [data-field=` + name + `]").value`)
	}
	w.is(`document.querySelector("#editor .ProseMirror").focus(), true`)
	w.key("/photo")
	w.until("the menu", `document.querySelector("[data-item=photo]")`)
	w.key("\r")
	choose("Lighthouse one.jpg")
	w.until("its alt text is asked", `document.activeElement.matches(".module.photo [data-field=alt]")`)
	w.key("A lighthouse")
	if got := field("credit"); got != "Agency One" {
		t.Errorf("the credit is shown as %q", got)
	}
	w.is(`document.querySelector(".module.photo button").focus() || true`)
	w.key(" ")
	choose("Lighthouse two.jpg")
	w.until("its alt text is asked", `document.activeElement.matches(".module.photo [data-field=alt]")`)
	if alt, credit := field("alt"), field("credit"); alt != "" || credit != "Agency Two" {
		t.Errorf("the second picture has the alt text %q and the credit %q", alt, credit)
	}
	w.key("Another lighthouse")
	w.until("saved", `document.querySelector("#save-state").textContent.startsWith("Saved")`)
	saved := w.wait(`fetch("/newsroom/stories/` + id + `/state", {headers: {Accept: "application/json"}}).then(r => r.json()).then(d =>
		(p => p.media + " " + p.alt + " " + p.credit)(d.copy.body.content.find(n => n.type == "photo").attrs))`)
	if saved != second+" Another lighthouse " {
		t.Errorf("kept with the story: %q, not %q and its alt text alone; the first was %s", saved, second, first)
	}
	w.open("/newsroom/library/" + second)
	w.credited("Agency Three")
	w.open("/newsroom/stories/" + id)
	w.until("the new credit", `document.querySelector(".module.photo [data-field=credit]")?.value == "Agency Three"`)
	// Words of the story's own stay.
	w.until("the editor", `document.querySelector("#editor .ProseMirror[contenteditable=true]")`)
	w.is(`(f => (f.focus(), f.select(), true))(document.querySelector(".module.photo [data-field=credit]"))`)
	w.key("Somebody else")
	w.until("saved", `document.querySelector("#save-state").textContent.startsWith("Saved")`)
	w.open("/newsroom/library/" + second)
	w.credited("Agency Four")
	w.open("/newsroom/stories/" + id)
	w.until("its own credit", `document.querySelector(".module.photo [data-field=credit]")?.value == "Somebody else"`)
}

// TestFormsBesideTheWords: captions and transcripts save themselves; nothing of the words is unsaved by them.
func TestFormsBesideTheWords(t *testing.T) {
	w := at(t, 1280, 900, "Wanda Words", "editor")
	w.open("/newsroom/library")
	// A second of silence, as WAV.
	w.dropped("main", `(() => { const b = new DataView(new ArrayBuffer(8044)), put = (at, s) => [...s].forEach((c, i) => b.setUint8(at + i, c.charCodeAt(0)));
		put(0, "RIFF"); b.setUint32(4, 8036, true); put(8, "WAVEfmt "); b.setUint32(16, 16, true); b.setUint16(20, 1, true); b.setUint16(22, 1, true); b.setUint32(24, 8000, true);
		b.setUint32(28, 8000, true); b.setUint16(32, 1, true); b.setUint16(34, 8, true); put(36, "data"); b.setUint32(40, 8000, true);
		for (let i = 44; i < 8044; i++) b.setUint8(i, 128); return new File([b], "Silence.wav") })()`)
	w.until("the sound", tileOf("Silence.wav"))
	w.do(chromedp.Navigate(w.text(tileOf("Silence.wav") + `.querySelector("a").href`)))
	w.until("the script is there", `document.querySelector(".leases > .button")`)
	w.do(chromedp.SendKeys(chromedp.CSS("textarea[name=transcript]"), "Nobody speaks."))
	if said := w.text(`document.querySelector("form#medium [data-said]").textContent`); said != "" {
		t.Errorf("the words are said to be unsaved: %q", said)
	}
	w.is(`document.querySelector("textarea[name=transcript]").form.requestSubmit() || true`)
	w.until("saved", `document.querySelector("#toasts").innerText.includes("Saved")`)
	w.do(chromedp.SendKeys(chromedp.CSS("#f-caption"), "Silence"))
	w.until("the words are not saved yet", `document.querySelector("form#medium [data-said]").textContent != ""`)
	w.is(`document.querySelector("form#medium").requestSubmit() || true`)
	w.until("now they are", `document.querySelector(".undone")`)
}

// TestKeyPicture: a story's key picture is brought by a drop, described, taken away and put back; nobody sees an id.
func TestKeyPicture(t *testing.T) {
	w := at(t, 1280, 900, "Kay Picture", "reporter")
	id := w.newStory()
	w.until("the editor", `document.querySelector("#editor .ProseMirror[contenteditable=true]")`)
	if w.is(`document.querySelector("#lead_media").getClientRects().length`) {
		t.Error("the id is asked for")
	}
	w.dropped("details.lead summary", drawing("Key.jpg", 59))
	w.until("it is shown, and its alt text asked", `document.querySelector("#lead-view img")?.naturalWidth > 0 && document.activeElement.id == "lead_alt"`)
	w.key("Many squares")
	saved := func() string {
		return w.wait(`fetch("/newsroom/stories/` + id + `/state", {headers: {Accept: "application/json"}}).then(r => r.json()).then(d => d.copy.lead ? d.copy.lead.alt : "none")`)
	}
	w.until("saved", `document.querySelector("#save-state").textContent.startsWith("Saved")`)
	if got := saved(); got != "Many squares" {
		t.Errorf("the key picture is kept with %q", got)
	}
	w.press("^Remove$")
	w.until("it is gone", `!document.querySelector("#lead-view img") && document.querySelector("#lead_media").value == ""`)
	w.press("^Undo$")
	w.until("it is back with its words", `document.querySelector("#lead-view img") && document.querySelector("#lead_alt").value == "Many squares"`)
	for _, v := range w.violations() {
		t.Error(v)
	}
}
