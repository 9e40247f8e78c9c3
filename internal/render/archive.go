package render

import (
	"context"
	"strconv"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/feeds"
	"masthead/internal/local/clock"
	"masthead/internal/published"
)

// yearsPage is the archive by years, or one year by months.
type yearsPage struct {
	Chrome
	Crumbs  []Link
	Title   string
	Years   []yearOfMonths
	Nothing string
}

type yearOfMonths struct {
	Link
	Months []count
}

type count struct {
	Link
	N     int
	Count string
}

// monthPage is a month as a calendar.
type monthPage struct {
	Chrome
	Crumbs   []Link
	Title    string
	Caption  string
	Weekdays []weekday
	Weeks    [][]calendarDay
	Before   *Link
	After    *Link
}

type weekday struct{ Short, Name string }

type calendarDay struct {
	Day  int // 0: outside the month
	Href string
	N    int
	Unit string // " stories"
}

func (r *Renderer) archive(ctx context.Context, rec *published.Recorder, route Route, lang string) (Page, error) {
	c, err := r.chrome(ctx, rec, lang, route.String(), "page")
	if err != nil {
		return Page{}, err
	}
	crumbs := []Link{{Text: c.t("home"), Href: c.Home}}
	add := func(text, path string) { crumbs = append(crumbs, Link{Text: text, Href: c.link(path)}) }
	if route.Year != 0 {
		add(c.t("archive"), "/archive")
	}
	if route.Month != 0 {
		add(strconv.Itoa(route.Year), archivePath(route.Year, 0, 0))
	}
	if route.Day != 0 {
		add(clock.Month(time.Month(route.Month), lang), archivePath(route.Year, route.Month, 0))
	}
	if route.Year == 0 { // a period may have stories in one language only
		c.sameIn(route)
	}
	c.lite(route)
	c.Footer.Legal = c.legal()
	var page Page
	switch {
	case route.Day != 0:
		page, err = r.archiveDay(ctx, c, route, crumbs)
	case route.Month != 0:
		page, err = r.archiveMonth(ctx, c, route, crumbs)
	default:
		page, err = r.archiveYears(ctx, c, route, crumbs)
	}
	return page, err
}

func (r *Renderer) archiveYears(ctx context.Context, c *Chrome, route Route, crumbs []Link) (Page, error) {
	from, to := 10000101, 99991231
	p := &yearsPage{Crumbs: crumbs, Title: c.t("archive")}
	if route.Year != 0 {
		from, to = route.Year*10000+101, route.Year*10000+1231
		p.Title = strconv.Itoa(route.Year)
	}
	days, err := c.rec.Days(ctx, published.AllList(c.Lang), from, to)
	if err != nil {
		return Page{}, err
	}
	if len(days) == 0 {
		if route.Year != 0 {
			return Page{}, errs.Errorf(errs.NotFound, "no stories in %d", route.Year)
		}
		p.Nothing = c.t("no_stories")
	}
	for i := len(days) - 1; i >= 0; i-- {
		y, m := days[i].Day/10000, days[i].Day/100%100
		if n := len(p.Years); n == 0 || p.Years[n-1].Text != strconv.Itoa(y) {
			p.Years = append(p.Years, yearOfMonths{Link: Link{Text: strconv.Itoa(y), Href: c.link(archivePath(y, 0, 0))}})
		}
		year := &p.Years[len(p.Years)-1]
		name := capital(clock.Month(time.Month(m), c.Lang))
		if n := len(year.Months); n == 0 || year.Months[n-1].Text != name {
			year.Months = append(year.Months, count{Link: Link{Text: name, Href: c.link(archivePath(y, m, 0))}})
		}
		year.Months[len(year.Months)-1].N += days[i].N
	}
	for i := range p.Years {
		for j := range p.Years[i].Months {
			m := &p.Years[i].Months[j]
			m.Count = clock.Number(m.N, c.Lang)
		}
	}
	c.archiveHead(p.Title, crumbs, route)
	p.Chrome = *c
	return r.execute(c, tmplYears, p)
}

func (c *Chrome) archiveHead(title string, crumbs []Link, route Route) {
	head := title
	if route.Year != 0 {
		head = c.t("archive_of", title)
	}
	c.titled(head, c.t("archive_about", title, c.Name))
	g := c.graph()
	var steps []feeds.Crumb
	for _, l := range crumbs {
		steps = append(steps, feeds.Crumb{Name: l.Text, URL: c.origin + l.Href})
	}
	steps = append(steps, feeds.Crumb{Name: title, URL: c.Head.Canonical})
	c.jsonLD(g.Collection(head, "", c.Head.Canonical, nil), g.Breadcrumbs(steps))
}

func (r *Renderer) archiveMonth(ctx context.Context, c *Chrome, route Route, crumbs []Link) (Page, error) {
	y, m := route.Year, route.Month
	all := published.AllList(c.Lang)
	days, err := c.rec.Days(ctx, all, y*10000+m*100+1, y*10000+m*100+31)
	if err != nil {
		return Page{}, err
	}
	first := time.Date(y, time.Month(m), 1, 12, 0, 0, 0, time.UTC)
	if len(days) == 0 && (first.After(c.now) || y < 1600) {
		return Page{}, errs.Errorf(errs.NotFound, "no stories in %04d-%02d", y, m)
	}
	counts := map[int]int{}
	for _, d := range days {
		counts[d.Day%100] = d.N
	}
	p := &monthPage{Crumbs: crumbs, Title: capital(clock.MonthYear(first, c.Lang))}
	p.Caption = c.t("calendar_caption", p.Title)
	w := clock.StripWords(c.Lang, clock.Seed)
	for i := range 7 {
		p.Weekdays = append(p.Weekdays, weekday{string([]rune(w.Weekdays[i])[:3]), w.Weekdays[i]})
	}
	week := make([]calendarDay, int(first.Weekday()), 7)
	for d := 1; d <= daysIn(y, m); d++ {
		day := calendarDay{Day: d, N: counts[d]}
		if day.N > 0 {
			day.Href = c.link(archivePath(y, m, d))
			day.Unit = strings.TrimPrefix(c.t("n_stories", day.N), strconv.Itoa(day.N))
		}
		if week = append(week, day); len(week) == 7 {
			p.Weeks, week = append(p.Weeks, week), nil
		}
	}
	if len(week) > 0 {
		p.Weeks = append(p.Weeks, append(week, make([]calendarDay, 7-len(week))...))
	}
	if err := c.neighbours(ctx, p, first); err != nil {
		return Page{}, err
	}
	c.archiveHead(p.Title, crumbs, route)
	p.Chrome = *c
	return r.execute(c, tmplMonth, p)
}

// neighbours links the months before and after, when they have stories or the archive goes on behind them.
func (c *Chrome) neighbours(ctx context.Context, p *monthPage, first time.Time) error {
	link := func(t time.Time) *Link {
		return &Link{Text: capital(clock.MonthYear(t, c.Lang)), Href: c.link(archivePath(t.Year(), int(t.Month()), 0))}
	}
	older, err := c.rec.List(ctx, published.AllList(c.Lang), published.Cursor{At: c.midnight(first.Year(), int(first.Month()), 1).UnixMicro()}, 1)
	if err != nil {
		return err
	}
	if len(older) > 0 {
		p.Before = link(first.AddDate(0, -1, 0))
	}
	if next := first.AddDate(0, 1, 0); !next.AddDate(0, 0, -1).After(c.now) && next.Format("200601") <= c.now.Format("200601") {
		p.After = link(next)
	}
	return nil
}

// midnight is the beginning of a day in the newsroom's zone.
func (c *Chrome) midnight(y, m, d int) time.Time {
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, c.zone)
}

// archiveDay lists the stories of a day, newest first.
func (r *Renderer) archiveDay(ctx context.Context, c *Chrome, route Route, crumbs []Link) (Page, error) {
	start, end := c.midnight(route.Year, route.Month, route.Day), c.midnight(route.Year, route.Month, route.Day+1)
	if start.After(c.rec.Now()) || route.Year < 1600 {
		return Page{}, errs.Errorf(errs.NotFound, "no stories of %s yet", route.Path())
	}
	cursor := published.Cursor{At: end.UnixMicro()}
	if !route.Before.Zero() && route.Before.At < cursor.At {
		cursor = route.Before
	}
	cards, err := c.rec.List(ctx, published.AllList(c.Lang), cursor, riverPage+1)
	if err != nil {
		return Page{}, err
	}
	for i, k := range cards {
		if k.Published.Before(start) {
			cards = cards[:i]
			break
		}
	}
	p := &listingPage{Crumbs: crumbs, Title: capital(clock.LongDate(start, c.Lang))}
	p.pager(c, route, &cards)
	if len(cards) == 0 {
		if err := c.nearest(ctx, p, route); err != nil {
			return Page{}, err
		}
	}
	c.show(p, cards, false)
	c.archiveHead(p.Title, crumbs, route)
	if !route.Before.Zero() || len(cards) == 0 {
		c.Head.Robots = "noindex, follow"
	}
	p.Chrome = *c
	return r.execute(c, tmplListing, p)
}

// nearest says that the day has no story and links the nearest days that have.
func (c *Chrome) nearest(ctx context.Context, p *listingPage, route Route) error {
	day := c.midnight(route.Year, route.Month, route.Day)
	all := published.AllList(c.Lang)
	p.Nothing = c.t("no_stories_day")
	for _, span := range [][2]int{{-60, -1}, {1, 60}} {
		days, err := c.rec.Days(ctx, all, dayNumber(day.AddDate(0, 0, span[0])), dayNumber(day.AddDate(0, 0, span[1])))
		if err != nil {
			return err
		}
		if len(days) == 0 {
			continue
		}
		d := days[0].Day
		if span[1] < 0 {
			d = days[len(days)-1].Day
		}
		t := c.midnight(d/10000, d/100%100, d%100)
		p.Acts = append(p.Acts, Link{Text: clock.Date(t, c.Lang), Href: c.link(archivePath(d/10000, d/100%100, d%100))})
	}
	return nil
}

func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return y*10000 + int(m)*100 + d
}
