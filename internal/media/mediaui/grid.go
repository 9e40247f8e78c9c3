package mediaui

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/newsroom"
)

// chip is a part of a search, with the way to the list without it.
type chip struct{ Name, Without string }

// quick is a search that is a press away; pressed again it is left.
type quick struct {
	Name, URL string
	Chosen    bool
}

// grid is what the screen of the library shows.
type grid struct {
	Q              string
	Fault          string // why the search cannot be understood
	Chips          []chip
	Quick          []quick
	Tiles          []tile
	More           string // address of what follows
	Empty          string
	First          bool // the library has nothing at all
	Back           string
	Accept         string
	Categories     []option
	May            bool // upload and change
	Undo, UndoSaid string
	Removed        string // the medium that was just removed
}

// quicks are the searches that are offered, by their key in the words.
var quicks = []struct{ key, part string }{
	{"q_free", "cost:free"}, {"q_unused", "used:no"}, {"q_week", "new:week"}, {"q_credit", "needs:credit"}, {"q_alt", "needs:alt"}, {"q_ending", "expires:soon"}, {"q_video", "is:video"}, {"q_removed", "is:removed"},
}

func (u *ui) grid(w http.ResponseWriter, r *newsroom.Request) error {
	q := strings.TrimSpace(r.FormValue("q"))
	g := &grid{Q: q, Back: r.URL.RequestURI(), Accept: media.Accepted(), Categories: categories(r, ""), May: r.May(identity.Write)}
	page := newsroom.Page{Screen: "library", Title: r.Words.T("shell.library"), Nav: "library", Data: g, Areas: []string{"library", "upload"}}
	parts := partsOf(q)
	for i, p := range parts {
		g.Chips = append(g.Chips, chip{partName(r, p), address(slices.Delete(slices.Clone(parts), i, i+1))})
	}
	for _, c := range quicks {
		chosen := slices.Contains(parts, c.part)
		to := append(slices.Clone(parts), c.part)
		if chosen {
			to = slices.DeleteFunc(to, func(p string) bool { return p == c.part })
		}
		g.Quick = append(g.Quick, quick{r.Words.T("library." + c.key), address(to), chosen})
	}
	query, err := media.ParseQuery(q)
	var found media.Page
	if err == nil {
		query.Before = r.FormValue("before")
		found, err = u.Media.List(r.Context(), query)
	}
	if errs.Is(err, errs.Invalid) {
		page.Status = http.StatusUnprocessableEntity
		g.Fault, err = why(r, err, "library.e_query")
	}
	if err != nil {
		return err
	}
	for _, m := range found.Items {
		g.Tiles = append(g.Tiles, u.tile(r, m))
	}
	if found.Next != "" {
		v := url.Values{"before": {found.Next}}
		if q != "" {
			v.Set("q", q)
		}
		g.More = base + "?" + v.Encode()
	}
	if len(g.Tiles) == 0 && g.Fault == "" {
		g.First = q == "" && query.Before == ""
		g.Empty = r.Words.T("library.empty_search")
		if g.First {
			g.Empty = r.Words.T("library.empty")
		}
	}
	g.Undo, g.UndoSaid, g.Removed = u.Shell.Told(w, r, undoCookie), u.Shell.Told(w, r, undoSaidCookie), u.Shell.Told(w, r, removedCookie)
	return u.Shell.Page(w, r, page)
}

// tiles answers a script with a few tiles as they are now: of what it just brought, or what was still being made.
func (u *ui) tiles(w http.ResponseWriter, r *newsroom.Request) error {
	g := &grid{May: r.May(identity.Write)}
	for i, id := range strings.Split(r.FormValue("ids"), ",") {
		if i == maxMany {
			break
		}
		m, err := u.Media.Item(r.Context(), id)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		g.Tiles = append(g.Tiles, u.tile(r, m))
	}
	r.Header.Set("X-Fragment", "tiles")
	return u.Shell.Page(w, r, newsroom.Page{Screen: "library-tiles", Title: r.Words.T("shell.library"), Nav: "library", Data: g})
}

// address is the library with a search of these parts.
func address(parts []string) string {
	if len(parts) == 0 {
		return base
	}
	return base + "?q=" + url.QueryEscape(strings.Join(parts, " "))
}

// maxParts bounds the chips of a search.
const maxParts = 40

// partsOf parts a search where the library does: at spaces outside quotation marks. The parts are as they were typed.
func partsOf(q string) (list []string) {
	var b strings.Builder
	quoted := false
	flush := func() {
		if s := b.String(); s != "" && len(list) < maxParts && !slices.Contains(list, s) {
			list = append(list, s)
		}
		b.Reset()
	}
	for _, r := range q {
		if strings.ContainsRune("\"“”«»", r) {
			quoted = !quoted
		}
		if unicode.IsSpace(r) && !quoted {
			flush()
			continue
		}
		b.WriteRune(r)
	}
	flush()
	return list
}

// partName is a part of a search in words, if it is one that the screen offers.
func partName(r *newsroom.Request, part string) string {
	for _, c := range quicks {
		if c.part == part {
			return r.Words.T("library." + c.key)
		}
	}
	if category, ok := strings.CutPrefix(part, "rights:"); ok && slices.Contains(media.Categories, category) {
		return r.Words.T("rights.c_" + category)
	}
	if shape, ok := strings.CutPrefix(part, "is:"); ok && slices.Contains([]string{"landscape", "portrait", "square", "photo", "audio"}, shape) {
		return r.Words.T("library.is_" + shape)
	}
	return part
}

// categories are the kinds of rights to choose from.
func categories(r *newsroom.Request, chosen string) (list []option) {
	for _, c := range media.Categories {
		list = append(list, option{c, r.Words.T("rights.c_" + c), c == chosen})
	}
	return list
}
