package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/jobs"
)

// clock is a time that a test moves on.
type clock struct{ off atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(c.off.Load()))
}

func (c *clock) on(d time.Duration) { c.off.Add(int64(d)) }

func each(t *testing.T, fn func(t *testing.T, d *db.DB, c *clock)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { c := &clock{}; fn(t, dbtest.SQLiteAt(t, c.now), c) })
	t.Run("postgres", func(t *testing.T) { c := &clock{}; fn(t, dbtest.PostgresAt(t, c.now), c) })
}

func add(t *testing.T, d *db.DB, name string, due time.Time, data any) {
	t.Helper()
	if err := d.InTx(t.Context(), func(tx *db.Tx) error { return jobs.Add(t.Context(), tx, "work", name, due, data) }); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, d *db.DB, state string) []jobs.Job {
	t.Helper()
	l, err := jobs.List(t.Context(), d, state, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// running starts a runner of work, and of other kinds in the same way, that stops, wholly, when the returned function is called or the test ends.
func running(t *testing.T, d *db.DB, k jobs.Kind, others ...string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	kinds := map[string]jobs.Kind{"work": k}
	for _, name := range others {
		kinds[name] = k
	}
	go func() {
		defer close(ended)
		jobs.New(d, 8, kinds).Run(ctx)
	}()
	stop = sync.OnceFunc(func() { cancel(); <-ended })
	t.Cleanup(stop)
	return stop
}

// until waits for a condition that a runner brings about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	end := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-end:
			t.Fatalf("it never came to that: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// effect writes a line that tests count.
func effect(name string) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		return audit.Record(ctx, tx, audit.Entry{Who: "jobs", What: "effect", Target: name}, nil)
	}
}

func effects(t *testing.T, d *db.DB) map[string]int {
	t.Helper()
	n := map[string]int{}
	for before := int64(0); ; {
		l, err := audit.List(t.Context(), d, audit.Filter{What: "effect", Limit: 500, Before: before})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range l {
			n[e.Target]++
			before = e.Seq
		}
		if len(l) < 500 {
			return n
		}
	}
}

func TestSameWorkWaitsOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		at := func(h int) time.Time { return c.now().Add(time.Duration(h) * time.Hour) }
		for _, w := range []struct {
			due       int
			data      string
			wantHours int
		}{{3, "a", 3}, {5, "b", 3}, {2, "c", 2}} {
			add(t, d, "x", at(w.due), w.data)
			l := list(t, d, jobs.Waiting)
			if len(l) != 1 {
				t.Fatalf("%d jobs wait", len(l))
			}
			text, _ := json.Marshal(w.data)
			want := jobs.Job{ID: l[0].ID, Kind: "work", Name: "x", Data: text, Due: at(w.wantHours), State: jobs.Waiting, Added: c.now()}
			if diff := cmp.Diff(want, l[0]); diff != "" {
				t.Error(diff)
			}
		}
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			if err := jobs.Add(t.Context(), tx, "work", "never", c.now(), nil); err != nil {
				return err
			}
			return errors.New("undone")
		})
		if n, _ := jobs.Counts(t.Context(), d); err == nil || n[jobs.Waiting] != 1 {
			t.Errorf("a job of a transaction that was undone waits: %v", n)
		}
	})
}

// TestOnceEach: two runners, five hundred jobs, each effect once.
func TestOnceEach(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		const n = 500
		if err := d.InTx(t.Context(), func(tx *db.Tx) error {
			for i := range n {
				if err := jobs.Add(t.Context(), tx, "work", fmt.Sprint(i), c.now(), i); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		var begun atomic.Int32
		k := jobs.Kind{Do: func(_ context.Context, j jobs.Job) (func(context.Context, *db.Tx) error, error) {
			begun.Add(1)
			return effect(j.Name), nil
		}}
		running(t, d, k)
		running(t, d, k)
		until(t, "all are done", func() bool { m, err := jobs.Counts(t.Context(), d); return err == nil && m[jobs.Waiting] == 0 })
		if begun.Load() != n {
			t.Errorf("the work was done %d times under leases that had not ended", begun.Load())
		}
		got := effects(t, d)
		if len(got) != n {
			t.Errorf("%d jobs had an effect, want %d", len(got), n)
		}
		for name, times := range got {
			if times != 1 {
				t.Errorf("job %s had its effect %d times", name, times)
			}
		}
	})
}

// TestLeaseThatEnds: a node that stands still after it did the work, while another takes the job over, writes nothing.
func TestLeaseThatEnds(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		add(t, d, "x", c.now(), nil)
		began, resume := make(chan struct{}), make(chan struct{})
		slow := running(t, d, jobs.Kind{Do: func(context.Context, jobs.Job) (func(context.Context, *db.Tx) error, error) {
			close(began)
			<-resume
			return effect("slow"), nil
		}})
		<-began
		quick := jobs.Kind{Do: func(_ context.Context, j jobs.Job) (func(context.Context, *db.Tx) error, error) {
			return effect(fmt.Sprint("quick, try ", j.Tries)), nil
		}}
		c.on(119 * time.Second)
		stop := running(t, d, quick, "beside")
		if err := d.InTx(t.Context(), func(tx *db.Tx) error { return jobs.Add(t.Context(), tx, "beside", "y", c.now(), nil) }); err != nil {
			t.Fatal(err)
		}
		until(t, "the other job is done", func() bool { return len(list(t, d, jobs.Waiting)) == 1 })
		stop()
		if diff := cmp.Diff(map[string]int{"quick, try 1": 1}, effects(t, d)); diff != "" {
			t.Fatalf("before the lease ended: %s", diff)
		}
		c.on(2 * time.Second)
		taken, slowEnded := make(chan struct{}), make(chan struct{})
		running(t, d, jobs.Kind{Do: func(ctx context.Context, j jobs.Job) (func(context.Context, *db.Tx) error, error) {
			close(taken)
			<-slowEnded
			return quick.Do(ctx, j)
		}})
		<-taken
		close(resume)
		slow()
		if n := len(list(t, d, jobs.Waiting)); n != 1 {
			t.Errorf("the node whose lease ended took the job away: %d wait", n)
		}
		close(slowEnded)
		until(t, "the job is done", func() bool { return len(list(t, d, jobs.Waiting)) == 0 })
		if diff := cmp.Diff(map[string]int{"quick, try 1": 1, "quick, try 2": 1}, effects(t, d)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestStopInTheMiddle: a program that ends between the work and what it writes loses nothing: the work is done again.
func TestStopInTheMiddle(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		add(t, d, "x", c.now(), nil)
		began := make(chan struct{})
		stop := running(t, d, jobs.Kind{Do: func(ctx context.Context, _ jobs.Job) (func(context.Context, *db.Tx) error, error) {
			close(began)
			<-ctx.Done()
			return effect("half"), ctx.Err()
		}})
		<-began
		stop()
		if l := list(t, d, jobs.Waiting); len(l) != 1 || l[0].Tries != 0 || l[0].Error != "" {
			t.Fatalf("after the stop: %+v", l)
		}
		running(t, d, jobs.Kind{Do: func(context.Context, jobs.Job) (func(context.Context, *db.Tx) error, error) {
			return effect("whole"), nil
		}})
		until(t, "it is done", func() bool { return len(list(t, d, jobs.Waiting)) == 0 })
		if diff := cmp.Diff(map[string]int{"whole": 1}, effects(t, d)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestKilled: what cannot be written, as when the process is killed there, leaves the job to the end of its lease.
func TestKilled(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		add(t, d, "x", c.now(), nil)
		died := make(chan struct{}, 9)
		stop := running(t, d, jobs.Kind{Tries: 2, Do: func(context.Context, jobs.Job) (func(context.Context, *db.Tx) error, error) {
			return func(context.Context, *db.Tx) error { died <- struct{}{}; return errors.New("killed") }, nil
		}})
		<-died
		c.on(2*time.Minute + time.Second)
		<-died
		c.on(2*time.Minute + time.Second)
		until(t, "it is given up", func() bool { return len(list(t, d, jobs.Failed)) == 1 })
		stop()
		if n := len(effects(t, d)); n != 0 {
			t.Errorf("%d effects", n)
		}
		if j := list(t, d, jobs.Failed)[0]; j.Tries != 2 || j.Error == "" {
			t.Errorf("given up as %+v", j)
		}
	})
}

func TestFailures(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		do := func(failure error) jobs.Kind {
			return jobs.Kind{Tries: 3, Do: func(_ context.Context, j jobs.Job) (func(context.Context, *db.Tx) error, error) {
				if j.Name == "panics" {
					panic("oh")
				}
				return effect(fmt.Sprint("try ", j.Tries)), failure
			}}
		}
		add(t, d, "x", c.now(), nil)
		stop := running(t, d, do(errors.New("no answer")))
		for tries := 1; tries <= 2; tries++ {
			var wait time.Duration
			most := 10 * time.Second << (tries - 1)
			until(t, "a try has failed", func() bool { // and is no longer under its lease, which is longer
				l := list(t, d, jobs.Waiting)
				wait = l[0].Due.Sub(c.now())
				return l[0].Tries == tries && l[0].Error == "no answer" && wait <= most
			})
			if wait < most*3/4 {
				t.Errorf("after try %d it waits %v, want a little under %v", tries, wait, most)
			}
			c.on(wait)
		}
		until(t, "it is given up", func() bool { return len(list(t, d, jobs.Failed)) == 1 })
		stop()
		if diff := cmp.Diff(map[string]int{"try 1": 1, "try 2": 1, "try 3": 1}, effects(t, d)); diff != "" {
			t.Errorf("what failures write: %s", diff)
		}

		x := list(t, d, jobs.Failed)[0]
		in := func(fn func(context.Context, *db.Tx, int64) error, id int64) error {
			return d.InTx(t.Context(), func(tx *db.Tx) error { return fn(t.Context(), tx, id) })
		}
		if err := in(jobs.Retry, x.ID); err != nil {
			t.Fatal(err)
		}
		if err := in(jobs.Retry, x.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("retrying what waits: %v", err)
		}
		stop = running(t, d, do(errs.Errorf(errs.Invalid, "no such address")))
		until(t, "what cannot work is given up at once", func() bool {
			l := list(t, d, jobs.Failed)
			return len(l) == 1 && l[0].Tries == 1 && l[0].Error == "no such address"
		})
		stop()
		if err := in(jobs.Drop, x.ID); err != nil {
			t.Fatal(err)
		}
		if err := in(jobs.Drop, x.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("dropping what is gone: %v", err)
		}
		add(t, d, "panics", c.now(), nil)
		running(t, d, do(nil))
		until(t, "a panic is a failure of its job", func() bool { l := list(t, d, jobs.Waiting); return l[0].Error == "panic: oh" })
	})
}

// TestNewerWorkMeanwhile: work that is added again while it is done is done again, with the newer data.
func TestNewerWorkMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		add(t, d, "x", c.now(), "old")
		began, resume := make(chan struct{}, 2), make(chan struct{}, 2)
		running(t, d, jobs.Kind{Do: func(_ context.Context, j jobs.Job) (func(context.Context, *db.Tx) error, error) {
			began <- struct{}{}
			<-resume
			return effect(string(j.Data)), nil
		}})
		<-began
		add(t, d, "x", c.now(), "new")
		<-began
		resume <- struct{}{}
		resume <- struct{}{}
		until(t, "it is done", func() bool { return len(list(t, d, jobs.Waiting)) == 0 })
		if diff := cmp.Diff(map[string]int{`"new"`: 1}, effects(t, d)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestLaterWorkMeanwhile: work that is added again for a later time, while it is done, waits for that time.
func TestLaterWorkMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		add(t, d, "x", c.now(), "old")
		began, resume := make(chan struct{}), make(chan struct{})
		stop := running(t, d, jobs.Kind{Do: func(_ context.Context, j jobs.Job) (func(context.Context, *db.Tx) error, error) {
			close(began)
			<-resume
			return effect(string(j.Data)), nil
		}})
		<-began
		later := c.now().Add(time.Hour)
		add(t, d, "x", later, "new")
		close(resume)
		stop()
		l := list(t, d, jobs.Waiting)
		if len(l) != 1 || string(l[0].Data) != `"new"` || !l[0].Due.Equal(later) || len(effects(t, d)) != 0 {
			t.Errorf("waiting %+v, effects %v", l, effects(t, d))
		}
	})
}

// TestWakes: this process hears of work at once when its transaction has committed, and of no other.
func TestWakes(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		waiting := []<-chan struct{}{d.Work(), d.Work()}
		heard := func() (n int) {
			for _, w := range waiting {
				select {
				case <-w:
					n++
				default:
				}
			}
			return n
		}
		d.InTx(t.Context(), func(tx *db.Tx) error {
			if err := jobs.Add(t.Context(), tx, "work", "x", c.now(), nil); err != nil {
				t.Error(err)
			}
			return errors.New("undone")
		})
		if heard() > 0 {
			t.Error("it hears of work that was undone")
		}
		add(t, d, "x", c.now(), nil)
		if n := heard(); n != 2 {
			t.Errorf("%d of 2 hear of work", n)
		}
	})
}
