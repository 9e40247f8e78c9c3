package frontui

import (
	"net/http"

	"masthead/internal/newsroom"
)

// fronts are those of one language.
type fronts struct {
	Lang, Name string
	Fronts     []listed
}

// listed is a front in the list.
type listed struct {
	Name, URL, Scheduled, Last string
	Changed                    int
}

func (u *ui) list(w http.ResponseWriter, r *newsroom.Request) error {
	names, err := u.Keeper.Names(r.Context())
	if err != nil {
		return err
	}
	s := &screen{Request: r, now: u.DB.Now()}
	var list []fronts
	for _, n := range names {
		if len(list) == 0 || list[len(list)-1].Lang != n.Language {
			list = append(list, fronts{Lang: n.Language, Name: r.Words.T("stories.lang_" + n.Language)})
		}
		l := listed{Name: r.Words.T("fronts.home"), URL: home + "/" + n.Name, Changed: n.Changed, Last: r.Words.T("fronts.by_rule_yet")}
		if n.Region != "" {
			l.Name = regionName(r.Site, n.Region, r.Lang)
		}
		if n.Curated {
			l.Last = r.Words.T("fronts.curated")
		}
		if !n.Due.IsZero() {
			l.Scheduled = r.Words.T("fronts.due", s.at(n.Due))
		}
		in := &list[len(list)-1]
		in.Fronts = append(in.Fronts, l)
	}
	return u.Shell.Page(w, r, newsroom.Page{Screen: "fronts", Title: r.Words.T("shell.fronts"), Nav: "fronts", Data: list})
}
