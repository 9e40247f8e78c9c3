// Package webhook tells other servers what happens: a delivery for each subscriber is a row of the transaction that made
// the event, and a job sends it, signed, until the other server has taken it or a day is over. It does not know what
// the events mean.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/fetch"
	"masthead/internal/jobs"
	"masthead/internal/seal"
)

// Events are what a hook can subscribe to.
var Events = []string{
	"story.published", "story.updated", "story.corrected", "story.taken-down", "story.killed", "story.state", "story.scheduled",
}

// Ping is the event that only tests a hook.
const Ping = "ping"

// The states of a hook.
const (
	On  = "on"
	Off = "off" // nothing is sent but pings
)

// The states of a delivery.
const (
	Waiting   = "waiting" // for its first or next try
	Delivered = "delivered"
	Failed    = "failed" // given up
)

// Hook is somebody who is told.
type Hook struct {
	ID      string    `json:"id"`
	URL     string    `json:"url"`
	Events  []string  `json:"events,omitempty"` // empty: all
	State   string    `json:"state"`
	Created time.Time `json:"created"`
	Who     string    `json:"who"` // made it
}

// Delivery is one event on its way to one hook.
type Delivery struct {
	ID      string    `json:"id"`
	Hook    string    `json:"hook"`
	Event   string    `json:"event"`
	Body    string    `json:"body"` // exactly what is sent
	Created time.Time `json:"created"`
	Tries   int       `json:"tries"`
	State   string    `json:"state"`
	Code    int       `json:"code"` // HTTP status of the last try; 0: no answer
	Error   string    `json:"error,omitempty"`
	At      time.Time `json:"at,omitzero"` // of the last try
}

const (
	job   = "webhook"
	tries = 36 // with the gaps of package jobs: about 24 hours
	kept  = 30 * 24 * time.Hour
)

// Emit tells everybody who subscribed to an event, once the transaction has committed. data is what JSON can hold; it
// is sent as it is.
func Emit(ctx context.Context, tx *db.Tx, event string, data any) error {
	hooks, err := List(ctx, tx)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if h.State != On || len(h.Events) > 0 && !slices.Contains(h.Events, event) {
			continue
		}
		if _, err := emit(ctx, tx, h.ID, event, data); err != nil {
			return err
		}
	}
	return nil
}

func emit(ctx context.Context, tx *db.Tx, hook, event string, data any) (id string, err error) {
	defer errs.Wrap(&err, "webhook %s, event %s", hook, event)
	id = rand.Text()
	body, err := json.Marshal(struct {
		ID    string    `json:"id"`
		Event string    `json:"event"`
		At    time.Time `json:"at"`
		Data  any       `json:"data,omitempty"`
	}{id, event, tx.Now, data})
	if err != nil {
		return "", err
	}
	if err := forget(ctx, tx, hook, tx.Now.Add(-kept)); err != nil {
		return "", err
	}
	if err := insertDelivery(ctx, tx, Delivery{ID: id, Hook: hook, Event: event, Body: string(body)}); err != nil {
		return "", err
	}
	return id, jobs.Add(ctx, tx, job, id, tx.Now, nil)
}

// Add makes a hook and returns it with the secret that its deliveries are signed with, which is told only now. events,
// if not empty, are those it subscribes to. Errors of kind errs.Invalid begin with the field.
func Add(ctx context.Context, tx *db.Tx, key seal.Key, who, address string, events []string) (h Hook, secret string, err error) {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || len(address) > 2000 {
		return h, "", errs.Errorf(errs.Invalid, "url: enter an address that begins with https://, without a user or password in it")
	}
	for _, e := range events {
		if !slices.Contains(Events, e) {
			return h, "", errs.Errorf(errs.Invalid, "events: there is no event %q", e)
		}
	}
	h = Hook{ID: rand.Text()[:12], URL: address, Events: events, State: On, Created: tx.Now, Who: who}
	secret = rand.Text()
	if err := insertHook(ctx, tx, h, key.Seal(secret, purpose(h.ID))); err != nil {
		return h, "", err
	}
	return h, secret, record(ctx, tx, who, "webhook.add", h.ID, map[string]any{"url": h.URL, "events": h.Events})
}

func purpose(id string) string { return "webhook " + id }

func record(ctx context.Context, tx *db.Tx, who, what, id string, detail any) error {
	return audit.Record(ctx, tx, audit.Entry{Who: who, What: what, Target: "webhook/" + id}, detail)
}

// SetState turns a hook on or off; errs.NotFound if there is none.
func SetState(ctx context.Context, tx *db.Tx, who, id, state string) error {
	if state != On && state != Off {
		return errs.Errorf(errs.Invalid, "state: a webhook is on or off")
	}
	if err := one(updateHook(ctx, tx, id, state)); err != nil {
		return err
	}
	return record(ctx, tx, who, "webhook."+state, id, nil)
}

// Remove ends a hook with all its deliveries; errs.NotFound if there is none.
func Remove(ctx context.Context, tx *db.Tx, who, id string) error {
	h, err := Find(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := deleteHook(ctx, tx, id); err != nil {
		return err
	}
	return record(ctx, tx, who, "webhook.remove", id, map[string]string{"url": h.URL})
}

// Test sends a ping to a hook, also to one that is off, and returns the delivery's id.
func Test(ctx context.Context, tx *db.Tx, who, id string) (string, error) {
	if _, err := Find(ctx, tx, id); err != nil {
		return "", err
	}
	if err := record(ctx, tx, who, "webhook.ping", id, nil); err != nil {
		return "", err
	}
	return emit(ctx, tx, id, Ping, nil)
}

// Redeliver sends a delivery again, with the same id and body; errs.NotFound if there is none.
func Redeliver(ctx context.Context, tx *db.Tx, who, id string) error {
	if err := one(again(ctx, tx, id)); err != nil {
		return err
	}
	if err := record(ctx, tx, who, "webhook.redeliver", id, nil); err != nil {
		return err
	}
	return jobs.Add(ctx, tx, job, id, tx.Now, nil)
}

func one(n int64, err error) error {
	if err == nil && n == 0 {
		return errs.Errorf(errs.NotFound, "webhook: there is no such one")
	}
	return err
}

// Job is how deliveries are sent, for the runner of jobs; its kind is "webhook".
func Job(d *db.DB, key seal.Key, client *fetch.Client) (string, jobs.Kind) {
	return job, jobs.Kind{Tries: tries, Timeout: 30 * time.Second, Do: func(ctx context.Context, j jobs.Job) (func(context.Context, *db.Tx) error, error) {
		v, err := FindDelivery(ctx, d, j.Name)
		if errs.Is(err, errs.NotFound) {
			return nil, nil // its hook was removed
		}
		if err != nil {
			return nil, err
		}
		h, sealed, err := selectHook(ctx, d, v.Hook)
		if err != nil {
			return nil, err
		}
		switch {
		case h.State == Off && v.Event != Ping:
			err = errs.Errorf(errs.Invalid, "the webhook is off")
		default:
			v.Code, err = send(ctx, client, h, v, key, sealed, d.Now())
		}
		v.Tries, v.At, v.State, v.Error = j.Tries, d.Now(), Delivered, ""
		if err != nil {
			v.State, v.Error = Waiting, err.Error()
			if j.Tries >= tries || errs.Is(err, errs.Invalid) {
				v.State = Failed
			}
		}
		return func(ctx context.Context, tx *db.Tx) error { return updateDelivery(ctx, tx, v) }, err
	}}
}

// send posts a delivery once. An error of kind errs.Invalid says that no later try can work.
func send(ctx context.Context, client *fetch.Client, h Hook, v Delivery, key seal.Key, sealed string, now time.Time) (code int, err error) {
	secret, err := key.Unseal(sealed, purpose(h.ID))
	if err != nil {
		return 0, err
	}
	res, err := client.Post(ctx, h.URL, map[string]string{
		"Content-Type":       "application/json",
		"Masthead-Event":     v.Event,
		"Masthead-Delivery":  v.ID,
		"Masthead-Signature": Sign(secret, now, []byte(v.Body)),
	}, []byte(v.Body), fetch.Options{Timeout: 20 * time.Second, MaxBody: 64 << 10})
	if err == nil {
		return res.Status, nil
	}
	var status *fetch.StatusError
	var refused *fetch.Refused
	switch {
	case errors.As(err, &status):
		kind := errs.Unavailable
		if status.Status == 410 {
			kind = errs.Invalid
		}
		return status.Status, errs.Errorf(kind, "the server answered with %s", status)
	case errors.As(err, &refused):
		return 0, errs.Errorf(errs.Invalid, "%w", refused)
	}
	return 0, errs.Errorf(errs.Unavailable, "%w", err)
}

// Sign returns the signature header of a body that is sent at a moment: "t=SECONDS,v1=HEX", where HEX is the HMAC-SHA256
// with the hook's secret of SECONDS, a full stop and the body.
func Sign(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%s.%s", t, body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
