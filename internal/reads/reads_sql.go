package reads

import (
	"context"
	"math"
	"strconv"
	"strings"

	"masthead/internal/db"
)

// slot is the key of a sum: a story and the start of five minutes, Unix seconds.
type slot struct {
	story string
	at    int64
}

// add adds to a sum. Nodes that count the same story at the same time each add their own.
func add(ctx context.Context, tx *db.Tx, k slot, n int) error {
	_, err := tx.Exec(ctx, `INSERT INTO read_count (story, at, n) VALUES ($1, $2, $3)
		ON CONFLICT (story, at) DO UPDATE SET n = read_count.n + excluded.n`, k.story, k.at, n)
	return err
}

// mostAsked is how many stories one query asks about: few enough for every engine, and always as many, so that there is
// one text.
const mostAsked = 100

// marks are mostAsked placeholders, from $first on.
func marks(first int) string {
	m := make([]string, mostAsked)
	for i := range m {
		m[i] = "$" + strconv.Itoa(first+i)
	}
	return strings.Join(m, ", ")
}

// asked are the arguments of marks.
func asked(args []any, ids []string) []any {
	for i := range mostAsked {
		id := ""
		if i < len(ids) {
			id = ids[i]
		}
		args = append(args, id)
	}
	return args
}

var (
	selectSums = `SELECT story, CAST(SUM(n) AS BIGINT), CAST(SUM(today) AS BIGINT) FROM (
		SELECT story, n, CASE WHEN at >= $1 THEN n ELSE 0 END AS today FROM read_count WHERE story IN (` + marks(2) + `)
		UNION ALL SELECT story, n, 0 FROM read_day WHERE story IN (` + marks(2) + `)) AS sums GROUP BY story`
	selectHour = `SELECT story, at, n FROM read_count WHERE at >= $1 AND story IN (` + marks(2) + `)`
)

func sums(ctx context.Context, q db.Queryer, ids []string, midnight int64, into map[string]Series) error {
	rows, err := q.Query(ctx, selectSums, asked([]any{midnight}, ids)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var story string
		s := Series{Hour: make([]int, hourSlots)}
		if err := rows.Scan(&story, &s.Total, &s.Today); err != nil {
			return err
		}
		into[story] = s
	}
	return rows.Err()
}

func lastHour(ctx context.Context, q db.Queryer, ids []string, first int64, into map[string]Series) error {
	rows, err := q.Query(ctx, selectHour, asked([]any{first}, ids)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k slot
		var n int
		if err := rows.Scan(&k.story, &k.at, &n); err != nil {
			return err
		}
		// A node whose clock is ahead may have counted in the next slot.
		if s, ok := into[k.story]; ok {
			s.Hour[min(int((k.at-first)/seconds(Slot)), hourSlots-1)] += n
		}
	}
	return rows.Err()
}

func addDays(ctx context.Context, tx *db.Tx, before int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO read_day (story, day, n)
		SELECT story, at / 86400, CAST(SUM(n) AS BIGINT) FROM read_count WHERE at < $1 GROUP BY story, at / 86400
		ON CONFLICT (story, day) DO UPDATE SET n = read_day.n + excluded.n`, before)
	return err
}

func deleteSlots(ctx context.Context, tx *db.Tx, before int64) error {
	_, err := tx.Exec(ctx, `DELETE FROM read_count WHERE at < $1`, before)
	return err
}

// selectTop has the database weigh: a portal may have read hundreds of thousands of slots. What is to come was counted by a
// wrong clock.
func selectTop(ctx context.Context, q db.Queryer, now, since int64, halfLife float64, limit int) (list []Read, err error) {
	rows, err := q.Query(ctx, `SELECT story, SUM(n * EXP(CAST(at - $1 AS DOUBLE PRECISION) * $2)) AS score FROM read_count
		WHERE at >= $3 AND at <= $1 GROUP BY story ORDER BY score DESC, story LIMIT $4`, now, math.Ln2/halfLife, since, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Read
		if err := rows.Scan(&r.Story, &r.Score); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
