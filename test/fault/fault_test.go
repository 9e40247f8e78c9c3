// Package fault_test breaks everything around a person who writes, at random points, and holds the newsroom to its word:
// nothing typed is lost. It needs root (for a file system of its own) and Chromium; it fails without them, it never
// skips.
package fault_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var (
	points = flag.Int("points", 0, "faults; 0: 200, with -short 30")
	seed   = flag.Uint64("seed", 0, "repeats a run; 0: another one each time")
)

// desk is two people, their browsers, and the server that is being broken.
type desk struct {
	*testing.T
	*server
	books
	rnd      *rand.Rand
	browser  context.Context
	ada, ben *tab
	home     *tab // a tab of Ada's that stays open, so that her browser does
	story    string
}

func sit(t *testing.T) *desk {
	t.Helper()
	s := *seed
	if s == 0 {
		s = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", s)
	d := &desk{T: t, server: found(t), rnd: rand.New(rand.NewPCG(s, 4)), books: books{acked: map[string]bool{}}}
	alloc, end := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))...)
	t.Cleanup(end)
	var closeAll context.CancelFunc
	d.browser, closeAll = chromedp.NewContext(alloc)
	t.Cleanup(closeAll)
	if err := chromedp.Do(d.browser); err != nil {
		t.Fatal("Chromium does not start (Debian's package is chromium): ", err)
	}
	origin := "http://" + d.address
	d.home = newTab(t, d.browser, &d.books, origin, chromedp.WithNewBrowserContext())
	d.home.signIn(ada)
	d.story = d.draft()
	d.ada = d.beside(d.home)
	d.ben = newTab(t, d.browser, &d.books, origin, chromedp.WithNewBrowserContext())
	d.ben.signIn(ben)
	d.sits(d.ada)
	return d
}

// beside opens another tab of the same person.
func (d *desk) beside(w *tab) *tab {
	d.Helper()
	return newTab(d.T, w.ctx, &d.books, w.origin)
}

// sits opens the story for writing in a tab, and takes it over from a tab that is gone.
func (d *desk) sits(w *tab) {
	d.Helper()
	if !w.open(d.story) {
		d.Fatalf("the editor does not open: %s: %s", w.text("location.href"), w.text(`document.body.innerText`))
	}
	if w.until(3*time.Second, writable) {
		return
	}
	w.press("Take over")
	for end := time.Now().Add(45 * time.Second); !w.is(writable) && time.Now().Before(end); pause(300 * time.Millisecond) {
		w.press(`Edit\s*$`)
	}
	if !w.is(writable) {
		d.Fatalf("the story does not open for writing: %s", w.text(`document.body.innerText`))
	}
}

// TestNothingTypedIsLost types without pause while servers are killed, networks dropped, disks filled, tabs closed and
// opened, and other people come. After each fault every word whose save was acknowledged is on the disk, and in the end
// every word is that was typed at all.
func TestNothingTypedIsLost(t *testing.T) {
	n := *points
	switch {
	case n == 0 && testing.Short():
		n = 30
	case n == 0:
		n = 200
	}
	d := sit(t)
	began := time.Now()
	counts, spent := map[string]int{}, map[string]time.Duration{}
	for i := range n {
		d.ada.write(1 + d.rnd.IntN(6))
		if d.rnd.IntN(3) == 0 { // people do
			d.ada.do(chromedp.KeyEvent("s", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
		}
		pause(time.Duration(d.rnd.IntN(250)) * time.Millisecond)
		start := time.Now()
		what := d.fault(i)
		counts[what]++
		spent[what] += time.Since(start).Round(time.Millisecond)
		d.kept(fmt.Sprintf("fault %d, %s", i+1, what))
		if t.Failed() {
			return
		}
	}
	d.ada.write(3)
	d.everything("at the end", d.ada)
	d.mu.Lock()
	defer d.mu.Unlock()
	t.Logf("%d faults in %s: %v, %v; %d words, %d saves acknowledged, %d starts of the server", n, time.Since(began).Round(time.Second), counts, spent, len(d.typed), d.saves, d.starts)
	if len(d.typed) < 2*n {
		t.Errorf("only %d words were typed: the editor was hardly ever open for writing", len(d.typed))
	}
	for _, e := range d.errors {
		t.Errorf("the browser reports: %s", e)
	}
}

// fault breaks one thing, types on, and mends it.
func (d *desk) fault(i int) string {
	d.Helper()
	if i%100 == 50 { // slow: people wait for each other
		d.other()
		return "another person"
	}
	switch d.rnd.IntN(20) {
	case 0, 1, 2, 3, 4, 5:
		pause(time.Duration(d.rnd.IntN(400)) * time.Millisecond)
		d.kill()
		d.ada.write(d.rnd.IntN(4))
		d.serve()
		return "kill -9"
	case 6, 7, 8, 9, 10:
		pause(time.Duration(d.rnd.IntN(300)) * time.Millisecond)
		d.ada.offline(true)
		d.ada.write(1 + d.rnd.IntN(5))
		d.ada.offline(false)
		return "no network"
	case 11, 12, 13:
		d.fill()
		d.ada.write(1 + d.rnd.IntN(4))
		d.ada.do(chromedp.KeyEvent("s", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
		pause(time.Duration(d.rnd.IntN(1500)) * time.Millisecond)
		d.free()
		return "disk full"
	case 14, 15:
		second := d.beside(d.home)
		defer second.close_()
		if !second.open(d.story) {
			d.Errorf("a second tab does not open: %s", second.text(`document.body.innerText`))
		} else if second.is(writable) && d.ada.is(writable) {
			d.Error("two tabs may write at once")
		}
		d.ada.write(2)
		return "a second tab"
	case 16, 17, 18:
		d.settle()
		must(d.T, d.ada.do(chromedp.Reload()))
		d.sits(d.ada)
		return "reload"
	}
	d.settle()
	d.ada.close_()
	d.ada = d.beside(d.home)
	d.sits(d.ada)
	return "closed and opened"
}

// settle is the third of a second after a key within which a page that goes away may lose it.
func (d *desk) settle() { pause(400 * time.Millisecond) }

// other lets a second person ask for the story, take it, and write; then the first takes it back.
func (d *desk) other() {
	d.Helper()
	if !d.ben.open(d.story) {
		d.Fatalf("the editor does not open for a second person: %s", d.ben.text(`document.body.innerText`))
	}
	if d.ben.is(writable) && d.ada.is(writable) {
		d.Error("two people may write at once")
	}
	d.ben.press("Ask")
	d.ada.write(3)
	take := func(who, from *tab, name string) {
		d.Helper()
		if !who.until(5*time.Second, `[...document.querySelectorAll("button")].some(b => b.checkVisibility() && /Take over/.test(b.textContent))`) && !who.is(writable) {
			d.Fatalf("%s is not offered to take over: %s", name, who.text(`document.body.innerText`))
		}
		who.press("Take over")
		from.write(2)
		if !who.until(25*time.Second, writable) {
			d.Fatalf("%s cannot take over: %s", name, who.text(`document.body.innerText`))
		}
	}
	take(d.ben, d.ada, "Ben")
	d.everything("when Ben has taken over", d.ben)
	d.ben.write(4)
	take(d.ada, d.ben, "Ada")
	d.everything("when Ada has it back", d.ada)
	must(d.T, d.ben.do(chromedp.Navigate(d.ben.origin+"/newsroom/")))
}

// kept holds that every acknowledged word is on the disk.
func (d *desk) kept(after string) {
	d.Helper()
	promised := d.promised()
	texts, err := d.texts(d.story)
	if err != nil {
		d.Fatalf("after %s: %v", after, err)
	}
	var lost, old []string
	for _, w := range promised {
		switch {
		case strings.Contains(texts[0], w):
		case slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, w) }):
			old = append(old, w)
		default:
			lost = append(lost, w)
		}
	}
	if len(lost) > 0 {
		d.Errorf("after %s: acknowledged and lost: %v\nthe newest of %d versions: %.600s\nthe page says %q and shows: %.600s", after, lost, len(texts), texts[0], d.ada.text(state), d.ada.text(text+`.textContent`))
	}
	if len(old) > 0 {
		d.Errorf("after %s: acknowledged, and only in old versions: %v", after, old)
	}
}

// everything holds that every word ever typed is in a tab's text, in its order.
func (d *desk) everything(when string, w *tab) {
	d.Helper()
	shown := word.FindAllString(w.text(text+`.textContent`), -1)
	var lost []string
	for _, one := range d.all() {
		if !slices.Contains(shown, one) {
			lost = append(lost, one)
		}
	}
	if len(lost) > 0 {
		d.Errorf("%s: typed and not in the editor: %v", when, lost)
	}
	end := time.Now().Add(40 * time.Second)
	for len(d.promised()) < len(d.all()) && time.Now().Before(end) {
		pause(100 * time.Millisecond)
	}
	if !w.until(time.Second, settled) {
		d.Errorf("%s: the editor says %q", when, w.text(state))
	}
	texts, err := d.texts(d.story)
	must(d.T, err)
	for _, one := range d.all() {
		if !strings.Contains(texts[0], one) {
			d.Errorf("%s: %s was typed and is not in the newest version, though the editor says %q", when, one, w.text(state))
		}
	}
	if !slices.IsSorted(shown) {
		d.Logf("%s: the words are not in their order: %v", when, shown)
	}
}

// TestConflictLosesNothing: one person writes without a network while another takes the story over and writes too. When
// the network is back both texts are there, side by side, and what is chosen is saved.
func TestConflictLosesNothing(t *testing.T) {
	d := sit(t)
	d.ada.write(8)
	if !d.ada.until(15*time.Second, saved) {
		t.Fatalf("not saved: %q", d.ada.text(state))
	}
	d.ada.offline(true)
	d.ada.write(5)
	mine := d.all()
	if !d.ben.open(d.story) {
		t.Fatal("the editor does not open for a second person")
	}
	d.ben.press("Take over")
	for end := time.Now().Add(50 * time.Second); !d.ben.is(writable) && time.Now().Before(end); pause(300 * time.Millisecond) {
		d.ben.press(`Edit\s*$`) // offered once nobody is heard of for half a minute
	}
	if !d.ben.is(writable) {
		t.Fatalf("Ben cannot take over from somebody who is gone: %s", d.ben.text(`document.body.innerText`))
	}
	d.ben.write(5)
	if !d.ben.until(15*time.Second, saved) {
		t.Fatalf("Ben’s text is not saved: %q", d.ben.text(state))
	}
	all := d.all()
	d.ada.offline(false)
	if !d.ada.until(30*time.Second, `/^Not saved/.test(`+state+`)`) {
		t.Errorf("somebody else writes, and her page says %q", d.ada.text(state))
	}
	for _, w := range mine {
		if !d.ada.is(text + `.textContent.includes("` + w + `")`) {
			t.Errorf("word %s of hers is not in front of her", w)
		}
	}
	d.ada.press("Take over")
	// Both texts are in front of Ada.
	if !d.ada.until(40*time.Second, fmt.Sprintf(`document.body.textContent.includes(%q) && document.body.textContent.includes(%q)`, mine[len(mine)-1], all[len(all)-1])) {
		t.Fatalf("the two texts are not shown side by side: %s", d.ada.text(`document.body.innerText`))
	}
	for _, w := range all {
		if !d.ada.is(`document.body.textContent.includes("` + w + `")`) {
			t.Errorf("word %s is not in front of her", w)
		}
	}
	// Nothing was overwritten silently.
	d.kept("the network is back")
	if !d.ada.is(`(all => all.length > 0 && (all.forEach(r => r.click()), true))([...document.querySelectorAll('dialog.compare input[value="both"]')])`) {
		t.Fatalf("she cannot keep both: %s", d.ada.text(`document.querySelector("dialog").innerText`))
	}
	d.ada.press("Save the result")
	d.everything("after the choice", d.ada)
}
