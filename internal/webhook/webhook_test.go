package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/fetch"
	"masthead/internal/jobs"
	"masthead/internal/seal"
	"masthead/internal/webhook"
)

type clock struct{ off atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(c.off.Load()))
}

func (c *clock) on(d time.Duration) { c.off.Add(int64(d)) }

// receiver is a server that is told; its answers are the test's.
type receiver struct {
	mu     sync.Mutex
	status int
	got    []*http.Request
	bodies []string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	b, _ := io.ReadAll(hr.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got, r.bodies = append(r.got, hr), append(r.bodies, string(b))
	w.WriteHeader(r.status)
}

func (r *receiver) answer(status int) { r.mu.Lock(); r.status = status; r.mu.Unlock() }

func (r *receiver) count() int { r.mu.Lock(); defer r.mu.Unlock(); return len(r.got) }

type bed struct {
	*testing.T
	d   *db.DB
	c   *clock
	key seal.Key
	*receiver
	url string
}

func each(t *testing.T, fn func(b *bed)) {
	t.Helper()
	open := func(t *testing.T, with func(testing.TB, func() time.Time) *db.DB) {
		b := &bed{T: t, c: &clock{}, receiver: &receiver{status: 200}}
		b.d = with(t, b.c.now)
		srv := httptest.NewServer(b.receiver)
		t.Cleanup(srv.Close)
		b.url = srv.URL
		var err error
		if b.key, err = seal.New(bytes.Repeat([]byte{3}, 32)); err != nil {
			t.Fatal(err)
		}
		fn(b)
	}
	t.Run("sqlite", func(t *testing.T) { open(t, dbtest.SQLiteAt) })
	t.Run("postgres", func(t *testing.T) { open(t, dbtest.PostgresAt) })
}

func (b *bed) tx(fn func(ctx context.Context, tx *db.Tx) error) {
	b.Helper()
	if err := b.d.InTx(b.Context(), func(tx *db.Tx) error { return fn(b.Context(), tx) }); err != nil {
		b.Fatal(err)
	}
}

func (b *bed) add(url string, events ...string) (h webhook.Hook, secret string) {
	b.Helper()
	b.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		h, secret, err = webhook.Add(ctx, tx, b.key, "ada", url, events)
		return err
	})
	return h, secret
}

func (b *bed) run(allow ...netip.Prefix) {
	b.Helper()
	kind, k := webhook.Job(b.d, b.key, fetch.New(fetch.Config{Allow: allow}))
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); jobs.New(b.d, 8, map[string]jobs.Kind{kind: k}).Run(ctx) }()
	b.Cleanup(func() { cancel(); <-ended })
}

var loopback = netip.MustParsePrefix("127.0.0.0/8")

func (b *bed) until(what string, ok func() bool) {
	b.Helper()
	end := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-end:
			b.Fatalf("it never came to that: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (b *bed) deliveries(hook string) []webhook.Delivery {
	b.Helper()
	list, err := webhook.Deliveries(b.Context(), b.d, hook, b.c.now(), 99)
	if err != nil {
		b.Fatal(err)
	}
	return list
}

func (b *bed) states(hook string) (list []string) {
	for _, v := range b.deliveries(hook) {
		list = append(list, v.Event+" "+v.State)
	}
	return list
}

// TestWhoIsTold: a hook gets what it subscribed to, of transactions that committed, while it is on.
func TestWhoIsTold(t *testing.T) {
	each(t, func(b *bed) {
		all, _ := b.add(b.url)
		some, _ := b.add(b.url, "story.killed")
		off, _ := b.add(b.url)
		b.tx(func(ctx context.Context, tx *db.Tx) error {
			return webhook.SetState(ctx, tx, "ada", off.ID, webhook.Off)
		})
		for _, e := range []string{"story.published", "story.killed"} {
			b.c.on(time.Second)
			b.tx(func(ctx context.Context, tx *db.Tx) error { return webhook.Emit(ctx, tx, e, nil) })
		}
		b.d.InTx(b.Context(), func(tx *db.Tx) error {
			if err := webhook.Emit(b.Context(), tx, "story.updated", nil); err != nil {
				b.Error(err)
			}
			return errors.New("undone")
		})
		for hook, want := range map[string][]string{
			all.ID: {"story.killed waiting", "story.published waiting"}, some.ID: {"story.killed waiting"}, off.ID: nil,
		} {
			if diff := cmp.Diff(want, b.states(hook)); diff != "" {
				b.Error(diff)
			}
		}
		if n, err := jobs.Counts(b.Context(), b.d); err != nil || n[jobs.Waiting] != 3 {
			b.Errorf("%v: jobs %v", err, n)
		}
	})
}

func TestDelivery(t *testing.T) {
	each(t, func(b *bed) {
		h, secret := b.add(b.url)
		b.run(loopback)
		b.answer(500)
		b.tx(func(ctx context.Context, tx *db.Tx) error {
			return webhook.Emit(ctx, tx, "story.published", map[string]string{"id": "k3f9", "headline": "« Élan »"})
		})
		b.until("a try has failed", func() bool { return b.deliveries(h.ID)[0].Code == 500 })
		if v := b.deliveries(h.ID)[0]; v.State != webhook.Waiting || v.Tries != 1 || v.Error == "" {
			b.Errorf("after a failed try: %+v", v)
		}
		b.answer(204)
		b.c.on(11 * time.Second)
		b.until("it is delivered", func() bool { return b.deliveries(h.ID)[0].State == webhook.Delivered })
		v := b.deliveries(h.ID)[0]
		if v.Tries != 2 || v.Code != 204 || v.Error != "" || v.At.IsZero() {
			b.Errorf("delivered as %+v", v)
		}
		r, body := b.got[1], b.bodies[1]
		want := map[string]string{
			"Masthead-Event": "story.published", "Masthead-Delivery": v.ID, "Content-Type": "application/json",
			"Masthead-Signature": webhook.Sign(secret, b.c.now(), []byte(body)),
		}
		for name, value := range want {
			if got := r.Header.Get(name); got != value {
				b.Errorf("%s: %s, want %s", name, got, value)
			}
		}
		var sent struct {
			ID, Event string
			At        time.Time
			Data      map[string]string
		}
		if err := json.Unmarshal([]byte(body), &sent); err != nil || body != v.Body || sent.ID != v.ID || sent.Event != v.Event || sent.Data["headline"] != "« Élan »" {
			b.Errorf("%v: sent %s", err, body)
		}
		if b.bodies[0] != body {
			b.Error("two tries sent two bodies")
		}

		b.tx(func(ctx context.Context, tx *db.Tx) error { return webhook.Redeliver(ctx, tx, "ada", v.ID) })
		b.until("it is delivered again", func() bool { return b.count() == 3 && b.deliveries(h.ID)[0].State == webhook.Delivered })
		b.tx(func(ctx context.Context, tx *db.Tx) error { return webhook.SetState(ctx, tx, "ada", h.ID, webhook.Off) })
		b.c.on(time.Second)
		b.tx(func(ctx context.Context, tx *db.Tx) error { _, err := webhook.Test(ctx, tx, "ada", h.ID); return err })
		b.until("the ping is delivered", func() bool { return cmp.Equal(b.states(h.ID), []string{"ping delivered", "story.published delivered"}) })
		b.tx(func(ctx context.Context, tx *db.Tx) error { return webhook.Remove(ctx, tx, "ada", h.ID) })
		if len(b.deliveries(h.ID)) != 0 {
			b.Error("the deliveries of a removed hook are there")
		}
	})
}

// TestGivenUp: what cannot work is not tried for a day.
func TestGivenUp(t *testing.T) {
	each(t, func(b *bed) {
		h, _ := b.add(b.url)
		b.answer(410)
		b.run(loopback)
		b.tx(func(ctx context.Context, tx *db.Tx) error { return webhook.Emit(ctx, tx, "story.killed", nil) })
		b.until("a server that is gone is left alone", func() bool { return b.deliveries(h.ID)[0].State == webhook.Failed })
		if v := b.deliveries(h.ID)[0]; v.Tries != 1 || v.Code != 410 {
			b.Errorf("%+v", v)
		}
	})
}

func TestPrivateAddress(t *testing.T) {
	each(t, func(b *bed) {
		h, _ := b.add(b.url)
		b.run()
		b.tx(func(ctx context.Context, tx *db.Tx) error { return webhook.Emit(ctx, tx, "story.killed", nil) })
		b.until("it is given up", func() bool { return b.deliveries(h.ID)[0].State == webhook.Failed })
		if v := b.deliveries(h.ID)[0]; b.count() != 0 || !strings.Contains(v.Error, "127.0.0.1") {
			b.Errorf("%d requests, %+v", b.count(), v)
		}
	})
}

// TestADayOfTries: a server that is down for hours gets its events; one that stays down is given up after about a day.
func TestADayOfTries(t *testing.T) {
	b := &bed{T: t, c: &clock{}, receiver: &receiver{status: 503}}
	b.d = dbtest.SQLiteAt(t, b.c.now)
	srv := httptest.NewServer(b.receiver)
	t.Cleanup(srv.Close)
	b.key, _ = seal.New(bytes.Repeat([]byte{3}, 32))
	h, _ := b.add(srv.URL)
	b.tx(func(ctx context.Context, tx *db.Tx) error { return webhook.Emit(ctx, tx, "story.killed", nil) })
	b.run(loopback)
	begin := b.c.now()
	for n := 1; ; n++ {
		b.until("another try", func() bool { return b.deliveries(h.ID)[0].Tries == n })
		if b.deliveries(h.ID)[0].State == webhook.Failed {
			break
		}
		next, err := jobs.List(t.Context(), b.d, jobs.Waiting, 1)
		if err != nil || len(next) != 1 {
			t.Fatalf("%v: %v", err, next)
		}
		b.c.on(next[0].Due.Sub(b.c.now()))
		b.tx(func(_ context.Context, tx *db.Tx) error { tx.NotifyWork(); return nil })
	}
	if took := b.c.now().Sub(begin); took < 22*time.Hour || took > 30*time.Hour {
		t.Errorf("given up after %v", took)
	}
}

func TestWhatIsRefused(t *testing.T) {
	each(t, func(b *bed) {
		for _, c := range []struct {
			url    string
			events []string
			field  string
		}{
			{"ftp://example.com", nil, "url"}, {"https://", nil, "url"}, {"https://a:b@example.com/", nil, "url"}, {"example.com", nil, "url"},
			{"https://example.com", []string{"story.eaten"}, "events"},
		} {
			err := b.d.InTx(b.Context(), func(tx *db.Tx) error {
				_, _, err := webhook.Add(b.Context(), tx, b.key, "ada", c.url, c.events)
				return err
			})
			if !errs.Is(err, errs.Invalid) || !strings.HasPrefix(err.Error(), c.field+": ") {
				b.Errorf("%s %v: %v", c.url, c.events, err)
			}
		}
		for name, fn := range map[string]func(*db.Tx) error{
			"state":     func(tx *db.Tx) error { return webhook.SetState(b.Context(), tx, "ada", "x", webhook.On) },
			"remove":    func(tx *db.Tx) error { return webhook.Remove(b.Context(), tx, "ada", "x") },
			"test":      func(tx *db.Tx) error { _, err := webhook.Test(b.Context(), tx, "ada", "x"); return err },
			"redeliver": func(tx *db.Tx) error { return webhook.Redeliver(b.Context(), tx, "ada", "x") },
		} {
			if err := b.d.InTx(b.Context(), fn); !errs.Is(err, errs.NotFound) {
				b.Errorf("%s of none: %v", name, err)
			}
		}
	})
}

// TestLogIsForgotten: deliveries are kept for 30 days.
func TestLogIsForgotten(t *testing.T) {
	each(t, func(b *bed) {
		h, _ := b.add(b.url)
		emit := func(ctx context.Context, tx *db.Tx) error { return webhook.Emit(ctx, tx, "story.killed", nil) }
		b.tx(emit)
		b.c.on(31 * 24 * time.Hour)
		if n := len(b.deliveries(h.ID)); n != 0 {
			b.Errorf("%d old deliveries are shown", n)
		}
		b.tx(emit)
		list, err := webhook.Deliveries(b.Context(), b.d, h.ID, time.Time{}.Add(kept), 9)
		if err != nil || len(list) != 1 {
			b.Errorf("%v: %d deliveries are kept", err, len(list))
		}
	})
}

const kept = 40 * 24 * time.Hour
