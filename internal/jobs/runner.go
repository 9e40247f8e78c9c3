package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	mathrand "math/rand/v2"
	"slices"
	"sync"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

// Kind is how one kind of job is done.
type Kind struct {
	// Do does the work, outside any transaction. done, which may be nil, writes what came of it, in the transaction that
	// removes the job or, if Do returned an error too, records the failure; it commits only if the job is still ours.
	// An error of kind errs.Invalid gives the job up at once: trying again would not help.
	Do      func(ctx context.Context, j Job) (done func(ctx context.Context, tx *db.Tx) error, err error)
	Tries   int           // at most; 0: 10
	Timeout time.Duration // of one try; 0: a minute
}

const (
	poll     = time.Second
	firstGap = 10 * time.Second // between tries; it doubles
	longest  = time.Hour
	settle   = 10 * time.Second // to write down how a try ended when the program stops
)

// Runner does the jobs of some kinds.
type Runner struct {
	db     *db.DB
	atOnce int
	kinds  map[string]Kind
	names  []string
}

// New makes a runner that works on so many jobs at once. Jobs of other kinds are left to other runners.
func New(d *db.DB, atOnce int, kinds map[string]Kind) *Runner {
	own := maps.Clone(kinds)
	for name, k := range own {
		if k.Tries == 0 {
			k.Tries = 10
		}
		if k.Timeout == 0 {
			k.Timeout = time.Minute
		}
		own[name] = k
	}
	return &Runner{d, atOnce, own, slices.Sorted(maps.Keys(own))}
}

// Run does what is due until ctx ends, and returns when the last try has ended. It looks each second, and at once when
// this process adds a job.
func (r *Runner) Run(ctx context.Context) {
	if len(r.names) == 0 {
		return
	}
	tick := time.NewTicker(poll)
	defer tick.Stop()
	free := make(chan struct{}, r.atOnce)
	ended := make(chan struct{}, 1)
	var tries sync.WaitGroup
	defer tries.Wait()
	for ctx.Err() == nil {
		work := r.db.Work()
		begun, err := r.begin(ctx, r.atOnce-len(free), func(j Job, lease string) {
			free <- struct{}{}
			tries.Go(func() {
				r.try(ctx, j, lease)
				<-free
				select {
				case ended <- struct{}{}:
				default:
				}
			})
		})
		if err != nil && ctx.Err() == nil {
			slog.Error("jobs cannot be taken", "err", err)
		}
		if begun > 0 && err == nil && len(free) < r.atOnce {
			continue // there may be more
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-work:
		case <-ended:
		}
	}
}

// begin takes up to n jobs that are due.
func (r *Runner) begin(ctx context.Context, n int, start func(Job, string)) (begun int, err error) {
	if n <= 0 {
		return 0, nil
	}
	due, err := selectDue(ctx, r.db, r.names, r.db.Now(), n)
	if err != nil {
		return 0, err
	}
	for _, j := range due {
		lease := rand.Text()
		ok, err := r.claim(ctx, &j, lease)
		if err != nil {
			return begun, fmt.Errorf("job %s %s: %w", j.Kind, j.Name, err)
		}
		if ok {
			start(j, lease)
			begun++
		}
	}
	return begun, nil
}

// term is the longest that a job waits for another try after a crash, halved: work that may take longer has its lease renewed.
const term = time.Minute

// until is when a lease that begins or is renewed now ends.
func (k Kind) until(now time.Time) time.Time { return now.Add(2 * min(k.Timeout, term)) }

// renew keeps the lease of long work until ctx ends. A lease that was lost stays lost.
func (r *Runner) renew(ctx context.Context, j Job, lease string) {
	tick := time.NewTicker(term / 2)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := r.db.InTx(ctx, func(tx *db.Tx) error { return renew(ctx, tx, j.ID, lease, r.kinds[j.Kind].until(tx.Now)) })
		if err != nil && ctx.Err() == nil {
			slog.Error("the lease of a job cannot be renewed", "kind", j.Kind, "name", j.Name, "err", err)
		}
	}
}

// claim takes a job under a lease of twice its timeout or term. One whose tries all ended without a word, because the program
// stopped each time, is given up.
func (r *Runner) claim(ctx context.Context, j *Job, lease string) (ok bool, err error) {
	k := r.kinds[j.Kind]
	err = r.db.InTx(ctx, func(tx *db.Tx) error {
		if *j, ok, err = claim(ctx, tx, j.ID, lease, k.until(tx.Now)); err != nil || !ok || j.Tries <= k.Tries {
			return err
		}
		ok = false
		j.Tries, j.Due, j.State = k.Tries, tx.Now, Failed
		if j.Error == "" {
			j.Error = "the program stopped each time while it was at work on this"
		}
		_, err := putBack(ctx, tx, *j, lease)
		return err
	})
	return ok, err
}

// try works on a job once and writes down how that ended.
func (r *Runner) try(ctx context.Context, j Job, lease string) {
	working, ended := context.WithCancel(ctx)
	var keeper sync.WaitGroup
	if r.kinds[j.Kind].Timeout > term {
		keeper.Go(func() { r.renew(working, j, lease) })
	}
	done, failure := r.do(ctx, j)
	ended()
	keeper.Wait()
	stopped := failure != nil && ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settle)
	defer cancel()
	err := r.db.InTx(ctx, func(tx *db.Tx) error {
		n, err := r.end(ctx, tx, j, lease, failure, stopped)
		if err != nil {
			return err
		}
		if n == 0 {
			return errLost
		}
		if done == nil || stopped {
			return nil
		}
		return done(ctx, tx)
	})
	if errors.Is(err, errLost) {
		slog.Info("job was taken over while it was worked on", "kind", j.Kind, "name", j.Name)
	} else if err != nil {
		slog.Error("job is done again when its lease ends: what came of it could not be written", "kind", j.Kind, "name", j.Name, "err", err)
	}
}

// errLost says that a job is no longer ours.
var errLost = errors.New("the lease is over")

// end removes a job that was done, or puts it back. One that was stopped with the program has lost no try.
func (r *Runner) end(ctx context.Context, tx *db.Tx, j Job, lease string, failure error, stopped bool) (int64, error) {
	if failure == nil {
		return finish(ctx, tx, j.ID, lease)
	}
	switch {
	case stopped:
		j.Due, j.Tries = tx.Now, j.Tries-1
	case j.Tries >= r.kinds[j.Kind].Tries || errs.Is(failure, errs.Invalid):
		j.Due, j.State, j.Error = tx.Now, Failed, failure.Error()
	default:
		j.Due, j.Error = tx.Now.Add(gap(j.Tries)), failure.Error()
	}
	return putBack(ctx, tx, j, lease)
}

// do calls the kind's Do; a panic is a failure of that job alone.
func (r *Runner) do(ctx context.Context, j Job) (done func(context.Context, *db.Tx) error, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.kinds[j.Kind].Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			done, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	return r.kinds[j.Kind].Do(ctx, j)
}

// gap returns how long to wait after a number of tries, up to a quarter less than the rule so that many do not come at once.
func gap(tries int) time.Duration {
	wait := min(firstGap<<min(tries-1, 12), longest)
	return wait - mathrand.N(wait/4)
}
