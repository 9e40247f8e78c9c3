package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"masthead/internal/db"
	"masthead/internal/published"
)

// picker picks addresses of an archive at random.
type picker struct {
	db       *db.DB
	r        *rand.Rand
	min, max uint64            // ids as numbers
	lists    map[string][]page // by kind
}

// page is an address and what it is.
type page struct{ kind, path string }

// letters are those of story ids.
const letters = "0123456789bcdfghjkmnpqrstvwxyz"

func newPicker(ctx context.Context, d *db.DB, seed uint64) (*picker, error) {
	p := &picker{db: d, r: rand.New(rand.NewPCG(seed, 1)), lists: map[string][]page{}}
	var low, high string
	if err := d.QueryRow(ctx, `SELECT MIN(id) FROM pub_story`).Scan(&low); err != nil {
		return nil, fmt.Errorf("the archive is empty: %w", err)
	}
	// Not the stories that a measurement published: they are few and the space of ids up to them is wide.
	if err := d.QueryRow(ctx, `SELECT MAX(id) FROM pub_story WHERE id < '00001'`).Scan(&high); err != nil {
		return nil, fmt.Errorf("the archive is not one of tools/dataset: %w", err)
	}
	p.min, p.max = number(low), number(high)
	return p, nil
}

func number(id string) (n uint64) {
	for _, c := range []byte(id) {
		n = n*uint64(len(letters)) + uint64(max(strings.IndexByte(letters, c), 0))
	}
	return n
}

func id(n uint64) string {
	var b [10]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = letters[n%uint64(len(letters))]
		n /= uint64(len(letters))
	}
	return string(b[:])
}

// story returns the path of a random story.
func (p *picker) story(ctx context.Context) (string, error) {
	var section, slug, key string
	err := p.db.QueryRow(ctx, `SELECT section, slug, id FROM pub_story WHERE id >= $1 AND status = 1 ORDER BY id LIMIT 1`,
		id(p.min+p.r.Uint64N(p.max-p.min+1))).Scan(&section, &slug, &key)
	return published.Path(section, slug, key), err
}

// headline returns the headline of a random story.
func (p *picker) headline(ctx context.Context) (string, error) {
	var text string
	err := p.db.QueryRow(ctx, `SELECT headline FROM story WHERE id >= $1 ORDER BY id LIMIT 1`,
		id(p.min+p.r.Uint64N(p.max-p.min+1))).Scan(&text)
	return text, err
}

// listings returns the pages of every list of the view, in random order, by kind.
func (p *picker) listings(ctx context.Context) (map[string][]page, error) {
	found := map[string][]page{}
	for last := ""; ; {
		err := p.db.QueryRow(ctx, `SELECT list FROM pub_list WHERE list > $1 ORDER BY list LIMIT 1`, last).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err != nil {
			return nil, err
		}
		if g, ok := listing(last); ok {
			found[g.kind] = append(found[g.kind], g)
		}
	}
	var days []page
	rows, err := p.db.Query(ctx, `SELECT day FROM pub_count WHERE list = 'en/all' ORDER BY day`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var day int
		if err := rows.Scan(&day); err != nil {
			return nil, err
		}
		days = append(days, page{"archive day", fmt.Sprintf("/archive/%04d/%02d/%02d", day/10000, day/100%100, day%100)})
	}
	found["archive day"] = days
	for _, list := range found {
		p.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	return found, rows.Err()
}

// listing returns the page of a list; false if it has none.
func listing(list string) (page, bool) {
	part := strings.Split(list, "/")
	if part[0] == "author" && len(part) == 2 {
		return page{"author", "/by/" + part[1]}, true
	}
	prefix := ""
	if part[0] != "en" {
		prefix = "/" + part[0]
	}
	if len(part) < 3 {
		return page{}, false
	}
	switch part[1] {
	case "section":
		return page{"section", prefix + "/" + part[2]}, true
	case "region":
		return page{"region", prefix + "/r/" + strings.Join(part[2:], "/")}, true
	case "topic":
		return page{"topic", prefix + "/topics/" + part[2]}, true
	}
	return page{}, false
}
