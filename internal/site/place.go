package site

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/published"
)

// placeCookie holds the reader's place as slug|zone|name|unit, for the strip's script; nothing else is in it and
// the server reads it only here, to keep the place when just the unit is set.
const placeCookie = "mh_place"

// choosePlace stores the reader's place in a cookie of their own and returns to the page they came from. GET never
// does, so that a prefetch cannot.
func (s *Site) choosePlace(w http.ResponseWriter, r *http.Request) error {
	if m := s.closed(); m != nil {
		return errs.Errorf(errs.Unavailable, "the portal is closed")
	}
	if err := r.ParseForm(); err != nil {
		return errs.Errorf(errs.Invalid, "form: %w", err)
	}
	site, err := s.View.Record(s.DB.Now()).Site(r.Context())
	if err != nil {
		return err
	}
	cookie := &http.Cookie{Name: placeCookie, Path: "/", SameSite: http.SameSiteLaxMode, MaxAge: int((365 * 24 * time.Hour).Seconds()), Secure: r.TLS != nil}
	slug, unit := r.PostForm.Get("place"), r.PostForm.Get("unit")
	old := strings.Split(cookieValue(r), "|")
	if slug == "" && !r.PostForm.Has("place") {
		slug = old[0]
		if slug == "" {
			slug = site.Place
		}
	}
	if unit == "" && len(old) == 4 {
		unit = old[3]
	}
	if region := site.Region(slug); region != nil {
		cookie.Value = url.PathEscape(strings.Join([]string{region.Slug, region.Zone, placeName(*region, r.PathValue("lang")), unitOf(unit)}, "|"))
	} else if slug != "" {
		return errs.Errorf(errs.NotFound, "no place %q", slug)
	} else {
		cookie.MaxAge = -1 // the whole portal
	}
	http.SetCookie(w, cookie)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, local(r.Form.Get("return")), http.StatusSeeOther)
	return nil
}

func cookieValue(r *http.Request) string {
	c, err := r.Cookie(placeCookie)
	if err != nil {
		return ""
	}
	v, err := url.PathUnescape(c.Value)
	if err != nil {
		return ""
	}
	return v
}

func placeName(r published.Region, lang string) string {
	if lang == "fr" && r.NameFR != "" {
		return r.NameFR
	}
	return r.Name
}

func unitOf(s string) string {
	if s == "F" || s == "f" {
		return "F"
	}
	return "C"
}
