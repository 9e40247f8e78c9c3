package jobs

import (
	"testing"
	"time"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
)

// The lease of long work ends soon after a crash, and is renewed by nobody but its holder.
func TestRenew(t *testing.T) {
	if got := (Kind{Timeout: 12 * time.Hour}).until(time.Time{}).Sub(time.Time{}); got != 2*term || got > 5*time.Minute {
		t.Errorf("work of twelve hours is left for %s after a crash", got)
	}
	if got := (Kind{Timeout: time.Minute}).until(time.Time{}).Sub(time.Time{}); got != 2*time.Minute {
		t.Errorf("work of a minute is left for %s after a crash", got)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			ctx := t.Context()
			if err := Add(ctx, tx, "film", "x", tx.Now, nil); err != nil {
				return err
			}
			due, err := selectDue(ctx, tx, []string{"film"}, tx.Now, 1)
			if err != nil || len(due) != 1 {
				t.Fatalf("%v %v", due, err)
			}
			first, later := tx.Now.Add(time.Minute), tx.Now.Add(time.Hour)
			if _, ok, err := claim(ctx, tx, due[0].ID, "ours", first); !ok || err != nil {
				t.Fatal(ok, err)
			}
			for _, c := range []struct {
				lease string
				want  time.Time
			}{{"another", first}, {"ours", later}} {
				if err := renew(ctx, tx, due[0].ID, c.lease, later); err != nil {
					return err
				}
				j, err := scan(tx.QueryRow(ctx, `SELECT `+columns+` FROM job WHERE id = $1`, due[0].ID).Scan)
				if err != nil || !j.Due.Equal(c.want.Truncate(time.Microsecond)) {
					t.Errorf("renewed by %s: until %s, want %s; %v", c.lease, j.Due, c.want, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
