package render

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"masthead/internal/doc"
	"masthead/internal/feeds"
	"masthead/internal/local/clock"
	"masthead/internal/published"
	"masthead/internal/render/sharecard"
	"masthead/internal/theme"
	"masthead/internal/words"
)

// shareRoute reads {id}-{ratio}-{sum}.jpg: the drawn picture of a story. The sum changes with what the picture shows,
// because networks keep what they fetched from an address.
func shareRoute(name string) (Route, bool) {
	name, jpeg := strings.CutSuffix(name, ".jpg")
	parts := strings.Split(name, "-")
	if !jpeg || len(parts) != 3 || slices.Contains(parts, "") {
		return Route{}, false
	}
	known := slices.ContainsFunc(sharecard.Ratios(), func(r sharecard.Ratio) bool { return r.Name == parts[1] })
	return Route{Kind: KindShare, ID: parts[0], Slug: parts[1], Sum: parts[2]}, known
}

// shareCard is what the drawn picture of a story says.
func (c *Chrome) shareCard(s *published.Story) sharecard.Card {
	at := s.Published.In(published.Zone(s.Zone, c.zone))
	k := sharecard.Card{
		Site: c.Name, Section: c.sectionName(s.Section), Headline: or(s.SocialHeadline, s.Headline), Date: clock.Date(at, c.Lang),
		Accent: theme.Spruce,
	}
	if a, err := theme.DeriveAccent(c.site.Accent); err == nil {
		k.Accent = a.Light
	}
	age, until := clock.Age(c.rec.Now(), s.Published, c.Lang)
	c.rec.Expire(until)
	if age != "" {
		k.Note = c.t("story_age", age)
	}
	return k
}

// sumOf is short for what a card says and how it is drawn.
func sumOf(k sharecard.Card) string {
	b, err := json.Marshal(struct {
		Version int
		Card    sharecard.Card
	}{sharecard.Version, k})
	if err != nil {
		panic(err) // strings
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:5])
}

// share draws the picture of a story. One whose sum is of before leads to that of now.
func (r *Renderer) share(ctx context.Context, rec *published.Recorder, route Route, lang string, s *published.Story) (Page, error) {
	site, err := rec.Site(ctx)
	if err != nil {
		return Page{}, err
	}
	c := &Chrome{Lang: lang, Name: site.Name, words: words.For(lang), site: site, zone: site.Location(), rec: rec}
	k := c.shareCard(s)
	if sum := sumOf(k); sum != route.Sum {
		route.Sum = sum
		p := moved(route.Path())
		p.Status = 302 // a headline may become again what it was
		return p, nil
	}
	for _, ratio := range sharecard.Ratios() {
		if ratio.Name == route.Slug {
			b, err := sharecard.Draw(k, ratio)
			return Page{Status: 200, Type: "image/jpeg", Body: b}, err
		}
	}
	panic("render: a route has a ratio that nobody draws: " + route.Slug)
}

// drawnImages are the addresses of a story's drawn pictures.
func (c *Chrome) drawnImages(s *published.Story) (list []SocialImage) {
	k := c.shareCard(s)
	sum := sumOf(k)
	alt := k.Headline
	if k.Note != "" {
		alt += " " + k.Note
	}
	for _, ratio := range sharecard.Ratios() {
		route := Route{Kind: KindShare, ID: s.ID, Slug: ratio.Name, Sum: sum}
		list = append(list, SocialImage{URL: c.origin + route.Path(), Alt: alt, Width: ratio.Width, Height: ratio.Height})
	}
	return list
}

// storyImages are the pictures of a story for sharing: the crops of its own, or else drawn ones. What was drawn is
// returned too, for search engines.
func (c *Chrome) storyImages(s *published.Story) (list []SocialImage, drawn []feeds.File) {
	if m := feeds.KeyPicture(s); m != nil && hasCrops(m) {
		return socialImages(c.origin, m), nil
	}
	list = c.drawnImages(s)
	for _, i := range list {
		drawn = append(drawn, feeds.File{URL: i.URL, Type: "image/jpeg", Width: i.Width, Height: i.Height, Text: i.Alt})
	}
	return list, drawn
}

// hasCrops reports whether a picture has all three forms for sharing already.
func hasCrops(m *doc.Media) bool {
	for _, ratio := range socialRatios {
		if !slices.ContainsFunc(m.Crops, func(k doc.Crop) bool {
			_, ok := widestJPEG(k.Renditions)
			return ok && k.Ratio == ratio
		}) {
			return false
		}
	}
	return true
}
