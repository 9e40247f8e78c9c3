// Package changes is the log that ties writing to reading: a transaction that changes what readers may see
// appends the keys it touched, in the same transaction, as one numbered row. The press follows the numbers.
// The table is the truth; notification only wakes its readers.
package changes

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"masthead/internal/db"
)

// Change says that the answer to questions with this key may differ now. At is the position in a list or
// calendar (Unix microseconds) that changed; 0 means all of it.
type Change struct {
	Key string
	At  int64
}

func (c Change) String() string {
	if c.At == 0 {
		return c.Key
	}
	return c.Key + "@" + strconv.FormatInt(c.At, 36)
}

func parse(s string) (Change, error) {
	key, at, found := strings.Cut(s, "@")
	if !found {
		return Change{Key: s}, nil
	}
	n, err := strconv.ParseInt(at, 36, 64)
	if err != nil {
		return Change{}, fmt.Errorf("change %q: %w", s, err)
	}
	return Change{Key: key, At: n}, nil
}

// Batch is one committed transaction's changes.
type Batch struct {
	Seq     int64
	Changes []Change
}

// exact is how many changes of one transaction are told with their positions. Of an import of thousands of stories
// it is enough to say which lists changed.
const exact = 20_000

// Record appends the changes of tx. Call it once, as the last write of the transaction: on PostgreSQL it
// takes a lock that is held until commit, so that numbers become visible in order and no follower can step
// over one that commits late.
func Record(ctx context.Context, tx *db.Tx, list []Change) (seq int64, err error) {
	if len(list) == 0 {
		return 0, nil
	}
	if err := tx.LockOrder(ctx); err != nil {
		return 0, err
	}
	seen := make(map[string]bool, len(list))
	var b strings.Builder
	for _, c := range list {
		if len(list) > exact {
			c.At = 0
		}
		s := c.String()
		if seen[s] {
			continue
		}
		seen[s] = true
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(s)
	}
	return insertBatch(ctx, tx, b.String())
}

// Since returns the batches after seq, oldest first, at most limit.
func Since(ctx context.Context, q db.Queryer, seq int64, limit int) ([]Batch, error) {
	rows, err := selectSince(ctx, q, seq, limit)
	if err != nil {
		return nil, err
	}
	list := make([]Batch, 0, len(rows))
	for _, r := range rows {
		b := Batch{Seq: r.seq}
		for _, s := range strings.Split(r.keys, "\n") {
			c, err := parse(s)
			if err != nil {
				return nil, fmt.Errorf("change log row %d: %w", r.seq, err)
			}
			b.Changes = append(b.Changes, c)
		}
		list = append(list, b)
	}
	return list, nil
}
