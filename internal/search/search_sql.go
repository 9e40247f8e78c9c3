package search

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"masthead/internal/db"
)

func selectDoc(ctx context.Context, q db.Queryer, story string) (number, at int64, found bool, err error) {
	err = q.QueryRow(ctx, `SELECT doc, at FROM search_doc WHERE story = $1`, story).Scan(&number, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, false, nil
	}
	return number, at, err == nil, err
}

// selectLast returns the highest number from one to another (exclusive), -1 if there is none.
func selectLast(ctx context.Context, q db.Queryer, from, to int64) (last int64, err error) {
	err = q.QueryRow(ctx, `SELECT COALESCE(MAX(doc), -1) FROM search_doc WHERE doc >= $1 AND doc < $2`, from, to).Scan(&last)
	return last, err
}

func deleteDoc(ctx context.Context, tx *db.Tx, number int64) error {
	if tx.Dialect() == db.SQLite {
		if _, err := tx.Exec(ctx, `DELETE FROM search_text WHERE rowid = $1`, number); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `DELETE FROM search_doc WHERE doc = $1`, number)
	return err
}

func insertDoc(ctx context.Context, tx *db.Tx, number int64, e Entry) error {
	if tx.Dialect() == db.Postgres {
		_, err := tx.Exec(ctx, `INSERT INTO search_doc (doc, story, at, facets, head, lede, words)
			VALUES ($1, $2, $3, $4, $5::text::tsvector, $6::text::tsvector, $7::text::tsvector)`,
			number, e.story, e.at.UnixMicro(), e.facets,
			vector("", e.head), vector("", e.head, e.lede), vector(e.tags, e.head, e.lede, e.body))
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO search_doc (doc, story, at, facets) VALUES ($1, $2, $3, $4)`,
		number, e.story, e.at.UnixMicro(), e.facets); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO search_text (rowid, body, lede, head, tags) VALUES ($1, $2, $3, $4, $5)`,
		number, e.body, e.lede, e.head, e.tags)
	return err
}

// vector writes fields as a tsvector, tokens with their positions and tags without. A gap takes a position and
// writes nothing, and so does the end of a field.
func vector(tags string, fields ...string) string {
	var b strings.Builder
	for t := range strings.FieldsSeq(tags) {
		b.WriteString("'" + t + "' ")
	}
	position := 0
	for _, f := range fields {
		for t := range strings.FieldsSeq(f) {
			position++
			if t != gap {
				b.WriteString("'" + t + "':" + strconv.Itoa(position) + " ")
			}
		}
		position++
	}
	return b.String()
}

// insertVocabulary looks first which words are new, and writes them one by one. A statement that writes several
// rows runs under a savepoint, and a savepoint makes FTS5 write out all it holds in memory: once a story instead of
// once a transaction.
func insertVocabulary(ctx context.Context, tx *db.Tx, e Entry) error {
	unknown, err := selectUnknown(ctx, tx, e)
	if err != nil {
		return err
	}
	for _, i := range unknown {
		w := e.vocabulary[i]
		if _, err := tx.Exec(ctx, `INSERT INTO search_word (language, word, shown) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			e.lang.code, w[0], w[1]); err != nil {
			return err
		}
	}
	return nil
}

// selectUnknown returns which of an entry's words are not in the vocabulary.
func selectUnknown(ctx context.Context, q *db.Tx, e Entry) (list []int, err error) {
	if len(e.vocabulary) == 0 {
		return nil, nil
	}
	folded := make([]string, len(e.vocabulary))
	for i, w := range e.vocabulary {
		folded[i] = w[0]
	}
	text, err := json.Marshal(folded)
	if err != nil {
		return nil, err
	}
	query := `SELECT key FROM json_each($1) WHERE NOT EXISTS (SELECT 1 FROM search_word WHERE language = $2 AND word = value)`
	if q.Dialect() == db.Postgres {
		query = `SELECT n - 1 FROM json_array_elements_text($1::text::json) WITH ORDINALITY AS t (value, n)
			WHERE NOT EXISTS (SELECT 1 FROM search_word WHERE language = $2 AND word = value)`
	}
	rows, err := q.Query(ctx, query, string(text), e.lang.code)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var i int
		if err := rows.Scan(&i); err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, rows.Err()
}

// selectNumbers returns the newest documents that match in a tier.
func selectNumbers(ctx context.Context, d *db.DB, p plan, t tier, limit, offset int) ([]int64, error) {
	query := `SELECT rowid FROM search_text WHERE search_text MATCH $1 AND rowid >= $2 AND rowid < $3
		ORDER BY rowid DESC LIMIT $4 OFFSET $5`
	args := []any{p.expression(d.Dialect(), t), p.from, p.to, limit, offset}
	if d.Dialect() == db.Postgres {
		query = `SELECT doc FROM search_match($1::text::tsquery, $2, $3, $6, $7::text::tsquery, $4, $5) ORDER BY doc DESC`
		part := [...]string{"head", "lede", ""}[t]
		if len(p.have) == 0 {
			part = ""
		}
		args = append(args, part, p.narrow())
	}
	rows, err := d.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

// selectFacets counts the newest matches, at most limit, by their facets, with the lowest and highest number of each.
func selectFacets(ctx context.Context, d *db.DB, p plan, limit int) ([]facetCount, error) {
	query := `SELECT d.facets, COUNT(*), MIN(d.doc), MAX(d.doc) FROM (SELECT rowid AS doc FROM search_text
		WHERE search_text MATCH $1 AND rowid >= $2 AND rowid < $3 ORDER BY rowid DESC LIMIT $4) m
		JOIN search_doc d ON d.doc = m.doc GROUP BY d.facets`
	if d.Dialect() == db.Postgres {
		query = `SELECT facets, COUNT(*), MIN(doc), MAX(doc) FROM search_match($1::text::tsquery, $2, $3, '', '', $4, 0)
			GROUP BY facets`
	}
	rows, err := d.Query(ctx, query, p.expression(d.Dialect(), inAll), p.from, p.to, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []facetCount
	for rows.Next() {
		var c facetCount
		if err := rows.Scan(&c.facets, &c.n, &c.lowest, &c.highest); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// selectHit reads a live story by its document's number.
func selectHit(ctx context.Context, q db.Queryer, number int64) (card string, body []byte, found bool, err error) {
	err = q.QueryRow(ctx, `SELECT s.card, b.data FROM search_doc d JOIN pub_story s ON s.id = d.story AND s.status = 1
		JOIN pub_body b ON b.id = d.story WHERE d.doc = $1`, number).Scan(&card, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, false, nil
	}
	return card, body, err == nil, err
}

type known struct{ word, shown string }

// selectVocabulary returns known words from one to another (exclusive) whose length is within bounds.
func selectVocabulary(ctx context.Context, q db.Queryer, lang, from, to string, shortest, longest, limit int) (list []known, err error) {
	rows, err := q.Query(ctx, `SELECT word, shown FROM search_word WHERE language = $1 AND word >= $2 AND word < $3
		AND length(word) >= $4 AND length(word) <= $5 ORDER BY word LIMIT $6`, lang, from, to, shortest, longest, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k known
		if err := rows.Scan(&k.word, &k.shown); err != nil {
			return nil, err
		}
		list = append(list, k)
	}
	return list, rows.Err()
}
