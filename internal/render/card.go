package render

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/doc"
	"masthead/internal/local/clock"
	"masthead/internal/published"
)

// Card is a story in a list.
type Card struct {
	Path, Headline, Summary string
	Lang                    string // when it is not the page's
	Kicker                  string
	Live                    bool
	Picture                 *Picture
	Video                   bool
	Length, Spoken          string // of a video
	By                      string // of an opinion
	ISO                     string
	Age                     string // the time, while the story is young
	Date                    string
	Old                     bool   // a large card says its date
	Boost                   int    // on a front: how many sizes larger, 0 to 2
	Cell                    string // class of its cell in a row where some have a row of their own

	id string
	at time.Time
}

// Picture is an image in the sizes that a place needs.
type Picture struct {
	Src, Srcset, Sizes string
	Squares            []Source // in the place of the others on a narrow screen, where it is a square
	Sources            []Source
	Width, Height      int
	Alt                string
	Class              string // of the page's own sheet: colour and focal point
	Look               string // the same for a script, in a part that is put into another page
	Eager              bool
}

// Source is one better format of a picture.
type Source struct{ Type, Srcset string }

// Room that a picture takes on cards, as the sizes attribute says it.
const (
	sizesXL    = "(min-width:1280px) 784px,(min-width:900px) 65vw," + wholeWidth
	sizesL     = "(min-width:1280px) 686px,(min-width:900px) 56vw," + wholeWidth
	sizesWide  = "(min-width:1280px) 1200px," + wholeWidth
	sizesM     = "(min-width:1280px) 490px,(min-width:900px) 40vw," + wholeWidth
	sizesS     = "(min-width:1280px) 282px,(min-width:900px) 23vw,(min-width:600px) 46vw,112px"
	sizesVideo = "(min-width:1280px) 282px,(min-width:900px) 23vw,(min-width:600px) 46vw," + wholeWidth
	sizesRiver = "(min-width:600px) 160px,112px"

	// wholeWidth is the room between the margins. A telephone has up to four pixels to one and a slow line: about two
	// are sent, which nobody can tell from more at that size, and half the bytes.
	wholeWidth = "(max-width:599px) and (min-resolution:2.2dppx) 64vw,94vw"
)

// young is how long a card shows its age.
const young = 12 * time.Hour

// card makes the view of a story. Its words on time bound the page.
func (c *Chrome) card(k published.Card) Card {
	zone := c.zone
	at := k.Published.In(zone)
	v := Card{
		Path: k.Path(), Headline: k.Headline, Summary: k.Standfirst, Kicker: k.Kicker, Live: k.Kind == "live",
		ISO: k.Published.UTC().Format(time.RFC3339), Date: clock.Date(at, c.Lang), id: k.ID, at: k.Published,
	}
	if k.Language != c.Lang {
		v.Lang = k.Language
	}
	if now := c.rec.Now(); now.Sub(k.Published) < young {
		v.Age = clock.TimeOfDay(at, c.Lang)
		if at.YearDay() != c.now.YearDay() {
			v.Age = clock.ShortDate(at, c.Lang)
		}
		c.rec.Expire(k.Published.Add(young))
	}
	if k.Kind == "opinion" {
		if v.Kicker == "" {
			v.Kicker = c.t("opinion")
		}
		if len(k.Bylines) > 0 {
			v.By = k.Bylines[0].Name
		}
	}
	if k.Duration > 0 {
		d := time.Duration(k.Duration) * time.Second
		v.Video, v.Length, v.Spoken = true, clock.Length(d), clock.SpokenLength(d, c.Lang)
	}
	if k.Picture != nil {
		v.Picture = c.picture(k.Picture, sizesS)
	}
	return v
}

func (c *Chrome) cards(list []published.Card) []Card {
	out := make([]Card, len(list))
	for i, k := range list {
		out[i] = c.card(k)
	}
	return out
}

// sized returns the card with its picture for another place.
func (k Card) sized(sizes string) Card {
	if k.Picture != nil {
		p := *k.Picture
		p.Sizes = sizes
		if sizes != sizesRiver && sizes != sizesS { // elsewhere it is as wide as the screen, or a head
			p.Squares = nil
		}
		k.Picture = &p
	}
	return k
}

// settled is from what age on a large card says its date.
const settled = 48 * time.Hour

// large returns the card for the large place of a container.
func (c *Chrome) large(k Card, sizes string) Card {
	k = k.sized(sizes)
	if from := k.at.Add(settled); c.rec.Now().Before(from) {
		c.rec.Expire(from)
	} else {
		k.Old = true
	}
	return k
}

// eager has the picture of the first card that has one loaded first: it is the largest thing on the first screen.
func eager(containers ...*Container) {
	for _, k := range containers {
		if k == nil {
			continue
		}
		if k.Main != nil && k.Main.Picture != nil {
			k.Main.Picture.Eager = true
			return
		}
		for i := range k.Cards {
			if k.Cards[i].Picture != nil {
				k.Cards[i].Picture.Eager = true
				return
			}
		}
	}
}

// picture chooses the files of a medium; nil if it has none that a browser can show.
func (c *Chrome) picture(m *doc.Media, sizes string) *Picture {
	p := &Picture{Sizes: sizes, Width: m.Width, Height: m.Height, Alt: m.Alt}
	if c.looks != nil {
		p.Class = c.looks.class(m)
	} else {
		p.Look = lookOf(m)
	}
	var plain doc.Rendition
	files := showable(m.Renditions, math.MaxInt)
	for _, f := range files {
		jpeg, had := f.Type == "image/jpeg", plain.Type == "image/jpeg"
		if plain.URL == "" || jpeg && !had || jpeg == had && f.Width <= 800 && f.Width > plain.Width {
			plain = f
		}
	}
	if plain.URL == "" {
		return nil
	}
	if p.Width == 0 || p.Height == 0 {
		p.Width, p.Height = plain.Width, plain.Height
	}
	p.Src, p.Srcset = plain.URL, srcset(files, plain.Type)
	p.Sources = sources(files, plain.Type)
	if i := slices.IndexFunc(m.Crops, func(c doc.Crop) bool { return c.Ratio == "1:1" }); i >= 0 {
		squares := showable(m.Crops[i].Renditions, maxThumb)
		p.Squares = append(sources(squares, "image/jpeg"), Source{"image/jpeg", srcset(squares, "image/jpeg")})
		p.Squares = slices.DeleteFunc(p.Squares, func(s Source) bool { return s.Srcset == "" })
	}
	return p
}

// maxThumb bounds the squares that cards use: three pixels to one on 112.
const maxThumb = 3 * 112

// showable are the files of a picture that can stand in a srcset, up to a width.
func showable(list []doc.Rendition, widest int) []doc.Rendition {
	return slices.DeleteFunc(slices.Clone(list), func(f doc.Rendition) bool {
		return !strings.HasPrefix(f.Type, "image/") || f.URL == "" || f.Width == 0 || f.Width > widest || strings.ContainsAny(f.URL, " ,")
	})
}

// sources are the formats that are better than the plain one, the best first.
func sources(files []doc.Rendition, plain string) (list []Source) {
	for _, t := range []string{"image/avif", "image/webp"} {
		if set := srcset(files, t); t != plain && set != "" {
			list = append(list, Source{t, set})
		}
	}
	return list
}

// srcset lists the files of one type.
func srcset(files []doc.Rendition, typ string) string {
	var set []string
	for _, f := range files {
		if f.Type == typ {
			set = append(set, f.URL+" "+strconv.Itoa(f.Width)+"w")
		}
	}
	return strings.Join(set, ", ")
}

// socialRatios are what networks and search engines ask for.
var socialRatios = []string{"16:9", "4:3", "1:1"}

// socialImages are the crops of a picture for sharing; the whole picture when it has none.
func socialImages(origin string, m *doc.Media) []SocialImage {
	if m == nil {
		return nil
	}
	if m.Kind == "video" {
		if m.Poster == nil {
			return nil
		}
		m = m.Poster
	}
	var out []SocialImage
	for _, ratio := range socialRatios {
		for _, crop := range m.Crops {
			if f, ok := widestJPEG(crop.Renditions); crop.Ratio == ratio && ok {
				out = append(out, SocialImage{URL: origin + f.URL, Alt: m.Alt, Width: f.Width, Height: f.Height})
			}
		}
	}
	if f, ok := widestJPEG(m.Renditions); len(out) == 0 && ok {
		out = append(out, SocialImage{URL: origin + f.URL, Alt: m.Alt, Width: f.Width, Height: f.Height})
	}
	return out
}

func widestJPEG(list []doc.Rendition) (best doc.Rendition, ok bool) {
	for _, f := range list {
		if f.Type == "image/jpeg" && (!ok || f.Width > best.Width) {
			best, ok = f, true
		}
	}
	return best, ok
}

// headlines leaves the summaries out.
func headlines(list []Card) []Card {
	for i := range list {
		list[i].Summary = ""
	}
	return list
}
