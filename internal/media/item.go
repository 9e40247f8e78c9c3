package media

import (
	"cmp"
	"io"
	"strings"
	"time"

	"masthead/internal/doc"
)

// The states of a medium.
const (
	Making = "making" // what readers get is not complete yet; what is there is shown
	Ready  = "ready"
	Failed = "failed" // its sizes could not be made: Fault says why
)

// Item is a medium as the newsroom has it.
type Item struct {
	doc.Media // what readers get

	Version  int       `json:"version"` // grows with every change that a person makes
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
	Who      string    `json:"who"` // who brought it: an account, or a part of the program
	State    string    `json:"state"`
	Fault    string    `json:"fault,omitempty"`    // of a Ready film: why there is not all of it
	Progress float64   `json:"progress,omitempty"` // of the work on a film, from 0 to 1
	Original Original  `json:"original,omitzero"`
	Facts    Facts     `json:"facts"`
	Rights   Rights    `json:"rights"`
	Still    string    `json:"still,omitempty"`  // of a film: the picture of the library that its still is
	Used     int       `json:"used"`             // stories and fronts that have it in their newest version
	NoAlt    int       `json:"no_alt,omitempty"` // those of them where it needs an alternative text and has none
	Removed  time.Time `json:"removed,omitzero"` // when it was taken out of the library; zero: it is there

	likeness uint64
	made     made
}

// Called is what a person calls a medium: its title, the beginning of its caption, else its file's name. Nobody should read
// an id.
func (m Item) Called() string {
	const most = 80
	return cmp.Or(shortened(m.Facts.Title, most), shortened(m.Facts.Caption, most), shortened(m.Media.Caption, most), shortened(m.Alt, most), m.Original.Name, m.ID)
}

func shortened(text string, most int) string {
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	return strings.TrimSpace(string(letters[:most-1])) + "…"
}

// Original is the file as it came: never altered, never given to readers. Zero: a medium from before originals were kept.
type Original struct {
	Name string `json:"name"` // as it was called where it came from
	Type string `json:"type"` // MIME, found in the file
	Size int64  `json:"size"`
	Hash string `json:"hash"` // SHA-256, hex
	File string `json:"file"` // name in its address
}

// Facts is what is known of a medium, first from the file itself. Times without a zone are UTC.
type Facts struct {
	Title        string    `json:"title,omitempty"`
	Caption      string    `json:"caption,omitempty"`
	Credit       string    `json:"credit,omitempty"`
	Creator      string    `json:"creator,omitempty"`
	Copyright    string    `json:"copyright,omitempty"`
	Source       string    `json:"source,omitempty"`
	Instructions string    `json:"instructions,omitempty"`
	Place        string    `json:"place,omitempty"`
	Taken        time.Time `json:"taken,omitzero"`
	People       []string  `json:"people,omitempty"`
	Keywords     []string  `json:"keywords,omitempty"`

	Zoned         bool   `json:"zoned,omitempty"` // Taken is an instant; otherwise the reading of the camera's clock
	WebStatement  string `json:"web_statement,omitempty"`
	LicensorURL   string `json:"licensor_url,omitempty"`
	DigitalSource string `json:"digital_source,omitempty"` // of the IPTC vocabulary: made by a machine, …
}

// Upload is a file that is brought to the library.
type Upload struct {
	Name string // as the file is called; its ending must fit what it holds
	Body io.Reader
	Key  string // where it comes from, such as a wire's id of it: the same file under another key is another medium
	// What whoever brings it knows: it wins over what the file says.
	Facts  Facts
	Alt    string
	Focus  *Focus // nil: the middle
	Rights Rights
}

// Focus is what must stay in a crop, as a fraction of width and height.
type Focus struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

func (f *Focus) point() (x, y float64) {
	if f == nil {
		return .5, .5
	}
	return min(max(f.X, 0), 1), min(max(f.Y, 0), 1)
}

// Change is what a person changes of a medium. Nil fields stay.
type Change struct {
	Title        *string    `json:"title,omitempty"`
	Caption      *string    `json:"caption,omitempty"`
	Credit       *string    `json:"credit,omitempty"`
	Creator      *string    `json:"creator,omitempty"`
	Copyright    *string    `json:"copyright,omitempty"`
	Source       *string    `json:"source,omitempty"`
	Instructions *string    `json:"instructions,omitempty"`
	Place        *string    `json:"place,omitempty"`
	Taken        *time.Time `json:"taken,omitempty"`
	People       *[]string  `json:"people,omitempty"`
	Keywords     *[]string  `json:"keywords,omitempty"`
	Focus        *Focus     `json:"focus,omitempty"`
	Rights       *Rights    `json:"rights,omitempty"`
}

// Version is what the newsroom said of a medium at a time.
type Version struct {
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	Facts   Facts     `json:"facts"`
	Rights  Rights    `json:"rights"`
	Focus   Focus     `json:"focus"`
}

// Use is one place that shows a medium.
type Use struct {
	Owner    string `json:"owner"`              // a story's id, or front/{name}
	Headline string `json:"headline,omitempty"` // of the story's newest version
	Live     bool   `json:"live"`               // readers see it there
	Alt      string `json:"alt,omitempty"`
	NoAlt    bool   `json:"no_alt,omitempty"` // it needs an alternative text there
}

// Page is a part of a list of media, the newest first.
type Page struct {
	Items []Item
	Next  string // where the next part begins; "": this is the last
}
