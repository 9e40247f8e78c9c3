package render

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// Service is a useful thing of the region.
type Service struct {
	Link
	Note string
}

// Container is a block of cards.
type Container struct {
	Layout   string // lead, row, split, river, video, opinion, live, most, service, notice
	ID       string
	Title    string
	Hidden   bool // the title is for screen readers only
	More     *Link
	First    bool
	Near     string // the language, where the reader's own place may take the row over
	Note     *Link
	Main     *Card // of lead and split
	Wide     bool  // Main has a row of its own
	Cards    []Card
	HasPhoto bool // some card has one
	Boosted  bool // some card of a row has a row of its own
	Plain    bool // the large card of lead has no picture
	Service  []Service
	Text     string // of a notice
}

// Slots of the layouts.
const (
	leadSlots  = 7
	rowSlots   = 4
	splitSlots = 6
	splitLeast = 5 // fewer do not reach the end of the large card
)

// row makes a row; nil without cards.
func (c *Chrome) row(id, title string, more Link, cards []Card) *Container {
	if len(cards) == 0 {
		return nil
	}
	k := &Container{Layout: "row", ID: id, Title: title, Cards: cards}
	if more.Href != "" {
		k.More = &more
	}
	k.photos()
	return k
}

func (k *Container) photos() {
	k.HasPhoto = slices.ContainsFunc(k.Cards, func(c Card) bool { return c.Picture != nil })
}

// lay fits a container's cards into its layout.
func (b *frontBuilder) lay(out *Container) {
	n := len(out.Cards)
	switch {
	case n == 1 && out.Layout != "lead":
		out.Layout = "river"
	case out.Layout == "lead" && n < 3, out.Layout == "split" && n < splitLeast:
		out.Layout, out.Cards = "row", out.Cards[:min(n, rowSlots)]
	}
	switch out.Layout {
	case "lead", "split":
		b.layMain(out)
	case "river":
		for i := range out.Cards {
			out.Cards[i] = out.Cards[i].sized(sizesRiver)
		}
	case "video", "opinion", "live":
		out.share()
	default:
		out.Layout = "row"
		out.share()
	}
}

// layMain fits the large card and those beside it.
func (b *frontBuilder) layMain(out *Container) {
	out.Wide = out.Cards[0].Boost > 0
	size := sizesXL
	switch {
	case out.Wide:
		size = sizesWide
	case out.Layout == "split":
		size = sizesL
	}
	main := b.large(out.Cards[0], size)
	out.Main, out.Cards = &main, out.Cards[1:]
	if out.Layout == "split" {
		room := splitRoom(main)
		if out.Wide {
			room = 1 << 20 // below the large card there is as much as they need
		}
		summaries(room, out.Cards)
		return
	}
	out.Plain = main.Picture == nil
	if out.Wide {
		out.Cards = out.Cards[:min(len(out.Cards), 6)]
		for i := range out.Cards {
			out.Cards[i] = out.Cards[i].aside()
		}
	} else {
		out.Cards = leadSide(main, out.Cards)
	}
	if n := len(out.Cards); n > 3 && (out.Plain || out.Wide) {
		out.Cards = out.Cards[:n-n%3] // whole rows of three
	}
}

// aside returns the card for the list beside a large one, where only a card raised by two sizes has a picture.
func (k Card) aside() Card {
	if k.Boost < 2 {
		k.Picture = nil
	}
	return k.sized(sizesS)
}

// share gives each boosted card of a row a row of its own, and lets those between share theirs evenly.
func (out *Container) share() {
	size := sizesS
	switch out.Layout {
	case "video":
		size = sizesVideo
	case "opinion":
		size = "72px"
	}
	out.Boosted = slices.ContainsFunc(out.Cards, func(k Card) bool { return k.Boost > 0 })
	for i := 0; i < len(out.Cards); {
		n := 0
		for i+n < len(out.Cards) && out.Cards[i+n].Boost == 0 {
			n++
		}
		rows := (n + rowSlots - 1) / rowSlots
		for j := range n {
			k := &out.Cards[i+j]
			if size != sizesS { // a card comes for a row
				*k = k.sized(size)
			}
			if out.Boosted {
				in := n / rows
				if j < n%rows*(in+1) {
					in++
				}
				k.Cell = "g" + strconv.Itoa(in)
			}
		}
		if i += n; i < len(out.Cards) {
			k := &out.Cards[i]
			k.Cell = "b" + strconv.Itoa(k.Boost)
			switch {
			case out.Layout == "opinion":
				*k = k.sized(size)
			case k.Boost == 1:
				*k = k.sized(sizesM)
			default:
				*k = k.sized(sizesL)
			}
			i++
		}
	}
}

// leadSide picks how many stories stand beside the splash, 4 to 6, and which of them show their summary, so that both
// columns end at about the same height. Heights are those of the theme at 1200 px, with lines counted by characters.
func leadSide(main Card, side []Card) []Card {
	room := 8 + 60*lines(main.Headline, 29) + 24*lines(main.Summary, 95)
	if main.Picture != nil {
		room += 533
	}
	if main.Kicker != "" || main.Live {
		room += 22
	}
	if main.Age != "" {
		room += 26
	}
	side = side[:min(len(side), 6)]
	used, heights := 0, make([]int, len(side))
	for i, k := range side {
		heights[i] = 29 + raised(k, 27, 34)
		if k.Kicker != "" || k.Live {
			heights[i] += 22
		}
		if k.Age != "" {
			heights[i] += 25
		}
		used += heights[i]
	}
	for len(side) > 4 && used > room+29 {
		used -= heights[len(side)-1]
		side = side[:len(side)-1]
	}
	for i := range side {
		k := &side[i]
		*k = k.aside()
		if more := 6 + 24*lines(k.Summary, 48); k.Summary != "" && used+more <= room+29 {
			used += more
		} else {
			k.Summary = ""
		}
	}
	return side
}

// splitRoom is the height of a split container's large card.
func splitRoom(main Card) int {
	room := 40*lines(main.Headline, 36) + 24*lines(main.Summary, 80)
	if main.Picture != nil {
		room += 467
	}
	return room
}

// summaries keeps the summaries of a split container's small cards as far as there is room beside the large one.
func summaries(room int, side []Card) {
	for i := range side {
		k := &side[i]
		*k = k.aside()
		room -= 29 + raised(*k, 22, 48)
		if k.Age != "" {
			room -= 25
		}
	}
	for i := range side {
		k := &side[i]
		if room -= 6 + 24*lines(k.Summary, 54); room < 0 {
			k.Summary = ""
		}
	}
}

// raised is the height of a headline beside a large card, and of its picture if it has one there: line is a line's
// height and width its characters without a boost.
func raised(k Card, line, width int) int {
	h := (line + 7*k.Boost) * lines(k.Headline, width-8*k.Boost)
	if k.Boost == 2 && k.Picture != nil {
		h += 262
	}
	return h
}

// lines is how many lines a text takes when so many characters fit on one.
func lines(s string, width int) int { return (utf8.RuneCountInString(s) + width - 1) / width }
