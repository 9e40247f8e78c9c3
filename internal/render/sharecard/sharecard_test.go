package sharecard

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"strings"
	"testing"
	"time"
)

func full() Card {
	return Card{
		Site: "Prairie Post", Section: "Ukraine", Headline: "Grain ships leave Odesa as port workers return after a night of drone attacks",
		Date: "Nov. 20, 2021", Note: "This story is 3 years old.", Accent: "#0b5563",
	}
}

func drawn(t testing.TB, c Card, r Ratio) image.Image {
	t.Helper()
	b, err := Draw(c, r)
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, r.Width, r.Height) {
		t.Fatalf("%v, want %d × %d", img.Bounds(), r.Width, r.Height)
	}
	if dir := os.Getenv("SHARECARD_OUT"); dir != "" {
		if err := os.WriteFile(dir+"/"+strings.ReplaceAll(t.Name(), "/", "_")+"-"+r.Name+".jpg", b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return img
}

func near(c color.Color, to color.NRGBA, within int) bool {
	r, g, b, _ := c.RGBA()
	off := func(x uint32, y uint8) int { d := int(x>>8) - int(y); return max(d, -d) }
	return off(r, to.R) <= within && off(g, to.G) <= within && off(b, to.B) <= within
}

// box is the smallest rectangle around what has a colour, inside a part of the picture.
func box(img image.Image, in image.Rectangle, of color.NRGBA) (out image.Rectangle) {
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if near(img.At(x, y), of, 40) {
				out = out.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return out
}

func TestEverythingStandsInsideTheMargins(t *testing.T) {
	long := full()
	long.Headline = "Council of the Municipal District of Foothills approves, after a nineteen-hour hearing with two hundred speakers, the long-contested gravel pit near Okotoks"
	word := full()
	word.Headline = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz wird abgeschafft"
	endless := full()
	endless.Headline = strings.Repeat("Mississauga", 40)
	endless.Site, endless.Section, endless.Note = strings.Repeat("The Daily ", 20), strings.Repeat("Section ", 20), strings.Repeat("Old ", 60)
	uneven := full() // broken by its average letter, the word would leave the picture
	uneven.Headline = strings.Repeat("W", 30) + strings.Repeat("i", 200)
	for name, c := range map[string]Card{"usual": full(), "long": long, "word": word, "endless": endless, "uneven": uneven} {
		for _, r := range Ratios() {
			t.Run(name+" "+r.Name, func(t *testing.T) {
				img := drawn(t, c, r)
				inner := image.Rect(bar+2, 0, r.Width, r.Height)
				for of, colour := range map[string]color.NRGBA{"ink": ink, "accent": parse(c.Accent), "note": signal} {
					got := box(img, inner, colour)
					if got.Empty() {
						t.Errorf("nothing has the colour of the %s", of)
					}
					if allowed := image.Rect(margin-6, margin-20, r.Width-margin+6, r.Height-margin+20); !got.In(allowed) {
						t.Errorf("%s at %v, want inside %v", of, got, allowed)
					}
				}
			})
		}
	}
}

// The headline takes the room that it has: large letters for few words, and no letter over the note.
func TestHeadlineFillsItsRoomAndNoMore(t *testing.T) {
	for _, r := range Ratios() {
		img := drawn(t, full(), r)
		note := box(img, image.Rect(bar+2, r.Height/2, r.Width, r.Height), signal)
		head := box(img, image.Rect(bar+2, margin+kickerSize+12, r.Width, note.Min.Y), ink)
		if gap := note.Min.Y - head.Max.Y; gap < 12 {
			t.Errorf("%s: the headline ends %d above the note", r.Name, gap)
		}
		if head.Dx() < (r.Width-2*margin)*6/10 || head.Dy() < (note.Min.Y-margin)*4/10 {
			t.Errorf("%s: the headline takes %v only", r.Name, head)
		}
	}
}

// What fonts do not have leaves no box; what they have is there.
func TestLettersOfThisCountry(t *testing.T) {
	r := Ratios()[0]
	blank := Card{Site: "Prairie Post"}
	empty := drawn(t, blank, r)
	room := image.Rect(bar+2, margin, r.Width, r.Height-margin-siteSize-60)
	for text, shown := range map[string]bool{
		"À l’été, où çà ?": true, "ᐃᓄᒃᑎᑐᑦ ᓀᐦᐃᔭᐍᐏᐣ": true, "Київ": true, "Ōtepoti e\u0301te\u0301": true,
		"東京 كتاب 🍁": false, "\u200b\u202e": false, "": false,
	} {
		c := blank
		c.Headline = text
		img := drawn(t, c, r)
		if got := box(img, room, ink); got.Empty() == shown {
			t.Errorf("%q: ink at %v", text, got)
		}
	}
	if !box(empty, room, ink).Empty() {
		t.Error("a card without a headline has one")
	}
}

// A composed letter and a letter with its accent look the same.
func TestAccentsAreComposed(t *testing.T) {
	a, b := full(), full()
	a.Headline, b.Headline = "Québec", "Que\u0301bec"
	x, err := Draw(a, Ratios()[0])
	if err != nil {
		t.Fatal(err)
	}
	y, err := Draw(b, Ratios()[0])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(x, y) {
		t.Error("the accent makes another picture")
	}
}

func TestDrawIsQuick(t *testing.T) {
	if _, err := Draw(full(), Ratios()[0]); err != nil { // fonts are read once
		t.Fatal(err)
	}
	best := time.Hour
	for range 8 {
		from := time.Now()
		if _, err := Draw(full(), Ratios()[2]); err != nil {
			t.Fatal(err)
		}
		best = min(best, time.Since(from))
	}
	if best > 250*time.Millisecond { // 60 is the aim; neighbours and the race detector take their share
		t.Errorf("a picture takes %v", best)
	}
}

func BenchmarkDraw(b *testing.B) {
	for _, r := range Ratios() {
		b.Run(r.Name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Draw(full(), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzDraw(f *testing.F) {
	f.Add("Grain ships leave", "World", "Old", "#0b5563")
	f.Add("\xff\u202e\u0301", " ", "\n", "#zzzzzz")
	f.Fuzz(func(t *testing.T, headline, section, note, accent string) {
		if _, err := Draw(Card{Headline: headline, Section: section, Note: note, Site: section, Date: note, Accent: accent}, Ratios()[0]); err != nil {
			t.Fatal(err)
		}
	})
}
