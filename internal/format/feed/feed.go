// Package feed reads RSS 0.9x, 1.0 (RDF) and 2.0, Atom 0.3 and 1.0, and JSON Feed 1.0 and 1.1 into one small
// Feed. It owns what these formats say and how real feeds get them wrong. It knows nothing of stories, sections,
// storage or HTTP, and it does not clean HTML: fragments come out as the feed meant them, decoded exactly once.
//
// It reads markup with a forgiving scanner of its own and not with encoding/xml or mmcdole/gofeed. gofeed lost whole
// files that end early or declare no charset, RSS 1.0 identities, relative and Atom-in-RSS links, markup in titles, and
// has no place for mediaRSS; encoding/xml stops at a control character, a bare "]]>", "--" in a comment or XML 1.1.
package feed

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"masthead/internal/errs"
	"masthead/internal/format/charset"
)

// Limits on one feed. More bytes are refused; items beyond MaxItems are left out with a Problem.
const (
	MaxBytes = 32 << 20
	MaxItems = 100_000

	maxDepth   = 256     // elements inside each other
	maxNodes   = 100_000 // elements and texts in one item
	maxAttrs   = 256     // attributes of one element, and namespaces in scope
	maxAddress = 4096    // characters of an address that is made absolute
	maxLists   = 500     // categories, media and people of one item
)

// Feed is one document. Texts are plain unless a field says HTML; links are absolute where the document gives a way
// to make them so.
type Feed struct {
	Format      string // "rss 2.0", "rss 1.0", "atom 1.0", "jsonfeed 1.1"; the bare family where no version is stated
	Charset     string // what the bytes were read as
	ID          string
	Title       string
	Link        string // the site's page, not the feed
	Self        string // the feed's own address, as it states it
	Description string
	Language    string // as written
	Updated     Date
	Authors     []Author
	Items       []Item   // in document order; ids that occur twice are kept
	Problems    []string // what was wrong and worked around, fit to be shown to an operator
}

// Item is one entry. GUID is never empty: the id it states, else its link, else "digest:" and 32 hex digits of the
// SHA-256 of title, raw publication date, summary and content joined with NUL, which stays the same while they do.
type Item struct {
	GUID       string
	Link       string
	External   string // the page the item is about (JSON Feed external_url, Atom rel=related)
	Title      string // plain text: entities resolved, markup removed, white space collapsed
	Summary    string // HTML
	Content    string // HTML
	ContentURL string // Atom content/@src: the content lies there
	Published  Date
	Updated    Date
	Authors    []Author // the item's, else its source's, else the feed's (Atom, JSON Feed)
	Categories []Category
	Language   string // nearest of the content's, the item's and the feed's; "" is unknown
	Media      []Media
	Source     Source
}

// Date is a date as the feed wrote it. Time is zero when there is none or it cannot be read; it is never a guess.
type Date struct {
	Raw      string
	Time     time.Time // UTC
	Floating bool      // no usable zone was stated: Time shows the written clock as if it were UTC
}

// Author is a person or a body. At least one field is filled.
type Author struct{ Name, Email, URI string }

// Category is a subject. Term is what RSS writes as text and Atom as term.
type Category struct{ Term, Label, Scheme string }

// Media is an enclosure, attachment or mediaRSS object. URL is empty only for an object that has nothing but a Player.
type Media struct {
	URL           string
	Type          string // media type
	Medium        string // image, audio, video, document, executable, or ""
	Length        int64  // bytes; 0 is unknown
	Width, Height int    // pixels; 0 is unknown
	Duration      time.Duration
	Title         string
	Description   string // plain text
	Credit        string // several are joined with ", "
	Copyright     string
	Thumbnail     string
	Player        string // a page that plays it
	Group         int    // renditions of one object share a number; 0 stands alone
	Default       bool   // the rendition the feed prefers
}

// Source is the feed an item was taken from, as RSS source and Atom source say.
type Source struct {
	ID, Title, Link string
	Authors         []Author
}

// Parse reads a feed. contentType is the HTTP header's value and base the address the bytes came from; both may be "".
// What a reader can live with becomes a Problem. An input that is no feed, or ends before its first complete item, is
// an errs.Invalid error that says what it is instead.
func Parse(b []byte, contentType, base string) (*Feed, error) {
	if len(b) > MaxBytes {
		return nil, errs.Errorf(errs.Invalid, "feed of %d bytes is larger than the limit of %d", len(b), MaxBytes)
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return nil, errs.Errorf(errs.Invalid, "the file is empty")
	}
	text, label, err := charset.Decode(b, contentType)
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "feed's characters cannot be read: %w", err)
	}
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	text = bytes.TrimLeft(text, "\ufeff \t\r\n\x00")
	var f *Feed
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		f, err = readJSON(text, base)
	} else {
		f, err = readXML(string(text), base)
	}
	if err != nil {
		return nil, err
	}
	f.Charset = label
	for i := range f.Items {
		finish(f, &f.Items[i])
	}
	return f, nil
}

// finish applies the rules that hold for an item of every format.
func finish(f *Feed, it *Item) {
	if it.GUID == "" {
		it.GUID = it.Link
	}
	if it.GUID == "" {
		sum := sha256.Sum256([]byte(strings.Join([]string{it.Title, it.Published.Raw, it.Summary, it.Content}, "\x00")))
		it.GUID = "digest:" + hex.EncodeToString(sum[:16])
	}
	if len(it.Authors) == 0 {
		it.Authors = it.Source.Authors
	}
	if len(it.Authors) == 0 && !strings.HasPrefix(f.Format, "rss") {
		it.Authors = f.Authors
	}
}

func (f *Feed) problem(text string) { f.Problems = append(f.Problems, text) }
