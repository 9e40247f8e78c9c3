package deskui

import (
	"net/http"
	"strings"

	"masthead/internal/content/check"
	"masthead/internal/doc"
	"masthead/internal/newsroom"
	"masthead/internal/workflow"
)

// item is a story as the palette knows it.
type item struct {
	ID       string `json:"id"`
	Headline string `json:"headline"`
	Slug     string `json:"slug,omitempty"`
	Section  string `json:"section,omitempty"` // its name
	State    string `json:"state"`             // as people see it
	Word     string `json:"word"`              // the same in words
	URL      string `json:"url"`
}

type items struct {
	Items  []item   `json:"items"`
	People []person `json:"people,omitempty"`
}

// person is somebody to look for with @.
type person struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

const (
	recentMax = 500
	searchMax = 20
)

// recent is what the palette keeps in memory: the newest stories, and the people.
func (u *UI) recent(w http.ResponseWriter, r *newsroom.Request) error {
	out := items{Items: []item{}}
	for cursor := ""; len(out.Items) < recentMax; {
		l, err := u.room.List(r.Context(), r.Who, workflow.Query{Limit: maxMany, Cursor: cursor})
		if err != nil {
			return err
		}
		for _, s := range l.Rows[:min(len(l.Rows), recentMax-len(out.Items))] {
			out.Items = append(out.Items, u.item(r, s))
		}
		if cursor = l.Next; cursor == "" {
			break
		}
	}
	people, _, err := u.names(r.Context())
	if err != nil {
		return err
	}
	for _, a := range people {
		out.People = append(out.People, person{a.Name, stories + "?who=" + a.ID})
	}
	return newsroom.JSON(w, http.StatusOK, out)
}

// search looks through what the palette does not have in memory.
func (u *UI) search(w http.ResponseWriter, r *newsroom.Request) error {
	out := items{Items: []item{}}
	if q := strings.TrimSpace(r.URL.Query().Get("q")); q != "" && len(q) <= maxText {
		l, err := u.room.List(r.Context(), r.Who, workflow.Query{Text: q, Limit: searchMax})
		if err != nil {
			return err
		}
		for _, s := range l.Rows {
			out.Items = append(out.Items, u.item(r, s))
		}
	}
	return newsroom.JSON(w, http.StatusOK, out)
}

func (u *UI) item(r *newsroom.Request, s workflow.Row) item {
	i := item{
		ID: s.ID, Headline: headlineOf(s.Headline, r.Words), Slug: s.Slug, State: s.Shown, Word: stateWord(r, s.Shown), URL: stories + "/" + s.ID,
	}
	if s.Section != "" {
		i.Section = sectionName(r.Site, s.Section, r.Lang)
	}
	return i
}

// glance is a story's preview in the list.
type glance struct {
	*workflow.Story
	Title, Word    string
	Lines          []string // first paragraphs
	Length         int      // in words
	Must, Consider int      // what the checks found
	Held           string   // who writes it now
	May            bool     // write
}

const (
	glanceLines = 4
	glanceLine  = 600 // letters
)

// glance answers with a fragment: what a story says at first, and what can be done with it.
func (u *UI) glance(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.room.Story(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return err
	}
	issues, err := u.room.Checks(r.Context(), r.Who, s.ID)
	if err != nil {
		return err
	}
	g := &glance{Story: s, Title: headlineOf(s.Copy.Headline, r.Words), Word: stateWord(r, s.Shown), Length: doc.Words(s.Copy.Body), May: s.MayWrite(r.Who) == nil}
	for _, i := range issues {
		if i.Level == check.Must {
			g.Must++
		} else {
			g.Consider++
		}
	}
	holder, err := u.room.Holder(r.Context(), s.ID)
	if err != nil {
		return err
	}
	if holder != nil && holder.Account != r.Who.ID {
		g.Held = holder.Name
	}
	for _, n := range s.Copy.Body.Content {
		if n.Type != "paragraph" || len(g.Lines) == glanceLines {
			continue
		}
		if text := strings.TrimSpace(doc.Text(doc.Node{Type: "doc", Content: []doc.Node{n}})); text != "" {
			g.Lines = append(g.Lines, cut(text, glanceLine))
		}
	}
	r.Header.Set("X-Fragment", "glance")
	return u.shell.Page(w, r, newsroom.Page{Screen: "stories-glance", Title: g.Title, Nav: "stories", Data: g})
}

// cut shortens a text to n letters.
func cut(text string, n int) string {
	letters := []rune(text)
	if len(letters) <= n {
		return text
	}
	return strings.TrimSpace(string(letters[:n-1])) + "…"
}
