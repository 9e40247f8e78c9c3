package workflow

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"masthead/internal/content"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
)

// maxWords is how many words of a search count.
const maxWords = 8

// countMax is where counting stops: a number beside a view is read at a glance.
const countMax = 1000

// List returns the stories that a query chooses.
func (r *Room) List(ctx context.Context, who *identity.Person, q Query) (*Listing, error) {
	if err := who.Need(identity.Read, ""); err != nil {
		return nil, err
	}
	s, err := r.search(ctx, q)
	if err != nil {
		return nil, err
	}
	s.limit = max(min(cmp.Or(q.Limit, 50), 200), 1) + 1
	rows, err := s.rows(ctx, r.cfg.DB)
	if err != nil {
		return nil, err
	}
	l := &Listing{Rows: rows}
	if len(rows) == s.limit {
		l.Rows = rows[:s.limit-1]
		l.Next = s.order.cursor(l.Rows[len(l.Rows)-1])
	}
	return l, nil
}

// Counts returns how many stories each query chooses, counted up to 1,000.
func (r *Room) Counts(ctx context.Context, who *identity.Person, list ...Query) ([]int, error) {
	if err := who.Need(identity.Read, ""); err != nil {
		return nil, err
	}
	counts := make([]int, len(list))
	for i, q := range list {
		q.Cursor = ""
		s, err := r.search(ctx, q)
		if err != nil {
			return nil, err
		}
		s.limit = countMax
		if counts[i], err = s.count(ctx, r.cfg.DB); err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// order is how a list is sorted.
type order struct {
	column string
	down   bool
	of     func(Row) string // the value of a row, as a cursor has it
}

var orders = map[string]order{
	"":         {"updated", true, func(r Row) string { return strconv.FormatInt(r.Updated.UnixMicro(), 36) }},
	"due":      {"due", false, func(r Row) string { return strconv.FormatInt(r.Due.UnixMicro(), 36) }},
	"headline": {"headline", false, func(r Row) string { return r.Headline }},
}

func (o order) cursor(r Row) string { return r.ID + "." + o.of(r) }

// compare sorts rows that several statements brought.
func (o order) compare(a, b Row) int {
	n := 0
	switch o.column {
	case "updated":
		n = a.Updated.Compare(b.Updated)
	case "due":
		n = a.Due.Compare(b.Due)
	default:
		n = strings.Compare(a.Headline, b.Headline)
	}
	n = cmp.Or(n, strings.Compare(a.ID, b.ID))
	if o.down {
		return -n
	}
	return n
}

// find is a query made ready: conditions that hold for all, and alternatives of which each is a statement of its own that
// walks the index of its choosiest condition, newest first. Their rows are merged.
type find struct {
	where        []condition
	alternatives [][]condition
	order        order
	after        string // value of the cursor
	afterID      string
	limit        int
}

// condition is a piece of SQL with ? for its values. One that an index finds names it.
type condition struct {
	index string
	sql   string
	args  []any
}

// walkMax is how many of the newest stories are looked through that the choosiest condition finds. Only a list that has
// more to choose from than a person would ever page through leaves older ones out.
const walkMax = 20_000

func (r *Room) search(ctx context.Context, q Query) (*find, error) {
	o, ok := orders[strings.TrimPrefix(q.Sort, "updated")]
	if !ok {
		return nil, errs.Errorf(errs.Invalid, "sort: %q is none of updated, due, headline", q.Sort)
	}
	f := &find{order: o}
	if q.Cursor != "" {
		if f.afterID, f.after, ok = strings.Cut(q.Cursor, "."); !ok {
			return nil, errs.Errorf(errs.Invalid, "cursor: %q is not from a list", q.Cursor)
		}
	}
	and := func(index, sql string, args ...any) { f.where = append(f.where, condition{index, sql, args}) }
	if q.Section != "" {
		and("section", "section = ?", q.Section)
	}
	if q.Kind != "" {
		and("kind", "kind = ?", q.Kind)
	}
	if q.Language != "" {
		and("language", "language = ?", q.Language)
	}
	switch q.Assignee {
	case "":
	case "none":
		and("assignee", "assignee = ''")
	default:
		and("assignee", "assignee = ?", q.Assignee)
	}
	if q.Picture != nil {
		and("", "picture = ?", *q.Picture)
	}
	if !q.From.IsZero() {
		and("updated", "updated >= ?", q.From.UnixMicro())
	}
	if !q.To.IsZero() {
		and("updated", "updated < ?", q.To.UnixMicro())
	}
	if o.column == "due" {
		and("due", "due IS NOT NULL")
	}
	if q.Today {
		site, err := published.New(r.cfg.DB).Record(r.cfg.DB.Now()).Site(ctx)
		if err != nil {
			return nil, err
		}
		y, m, d := r.cfg.DB.Now().In(site.Location()).Date()
		and("published", "published >= ?", midnight(y, m, d, site.Location()).UnixMicro())
	}
	if q.Region != "" {
		line := "\n" + q.Region + "\n"
		and("", `(? || places || ?) LIKE ? ESCAPE '\'`, "\n", "\n", "%"+like(line)+"%")
	}
	if text := strings.TrimSpace(q.Text); text != "" {
		is, err := isID(ctx, r.cfg.DB, text)
		switch {
		case err != nil:
			return nil, err
		case is:
			and("id", "id = ?", text)
		default:
			for _, word := range strings.Fields(text)[:min(len(strings.Fields(text)), maxWords)] {
				lower, slug := "%"+like(strings.ToLower(word))+"%", published.MakeSlug(word)
				if slug == "" {
					and("", `LOWER(headline) LIKE ? ESCAPE '\'`, lower)
					continue
				}
				and("", `(LOWER(headline) LIKE ? ESCAPE '\' OR slug LIKE ? ESCAPE '\')`, lower, "%"+like(slug)+"%")
			}
		}
	}
	f.alternatives = states(q.State)
	if q.Mine != "" {
		var both [][]condition
		for _, a := range f.alternatives {
			both = append(both, append(slices.Clone(a), condition{"author", "author = ?", []any{q.Mine}}),
				append(slices.Clone(a), condition{"assignee", "assignee = ? AND author <> ?", []any{q.Mine, q.Mine}}))
		}
		f.alternatives = both
	}
	return f, nil
}

// states returns an alternative for each state. Without any, all but the bin is shown.
func states(list []string) (all [][]condition) {
	for _, s := range list {
		switch s {
		case "changed":
			all = append(all, []condition{{"changed", "out > 0 AND out <> version", nil}}) // as its index has it
		case string(content.Live):
			if slices.Contains(list, "changed") {
				all = append(all, []condition{{"state", "state = ?", []any{s}}, {"", "out = version", nil}})
				continue
			}
			fallthrough
		default:
			all = append(all, []condition{{"state", "state = ?", []any{s}}})
		}
	}
	if len(all) == 0 {
		all = [][]condition{{{"", "state <> ?", []any{string(content.Spiked)}}}}
	}
	return all
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

func like(text string) string { return likeEscapes.Replace(text) }
