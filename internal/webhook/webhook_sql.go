package webhook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

func insertHook(ctx context.Context, tx *db.Tx, h Hook, sealed string) error {
	_, err := tx.Exec(ctx, `INSERT INTO webhook (id, url, events, secret, state, created, who) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		h.ID, h.URL, strings.Join(h.Events, "\n"), sealed, h.State, h.Created.UnixMicro(), h.Who)
	if err != nil {
		return fmt.Errorf("webhook %s: %w", h.ID, err)
	}
	return nil
}

func updateHook(ctx context.Context, tx *db.Tx, id, state string) (int64, error) {
	return tx.Exec(ctx, `UPDATE webhook SET state = $1 WHERE id = $2`, state, id)
}

func deleteHook(ctx context.Context, tx *db.Tx, id string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM delivery WHERE webhook = $1`, id); err != nil {
		return fmt.Errorf("webhook %s: %w", id, err)
	}
	if _, err := tx.Exec(ctx, `DELETE FROM webhook WHERE id = $1`, id); err != nil {
		return fmt.Errorf("webhook %s: %w", id, err)
	}
	return nil
}

const hookColumns = `id, url, events, secret, state, created, who`

func scanHook(scan func(...any) error) (h Hook, sealed string, err error) {
	var events string
	var created int64
	err = scan(&h.ID, &h.URL, &events, &sealed, &h.State, &created, &h.Who)
	if events != "" {
		h.Events = strings.Split(events, "\n")
	}
	h.Created = time.UnixMicro(created).UTC()
	return h, sealed, err
}

// List returns all hooks, the oldest first.
func List(ctx context.Context, q db.Queryer) (list []Hook, err error) {
	rows, err := q.Query(ctx, `SELECT `+hookColumns+` FROM webhook ORDER BY created, id`)
	if err != nil {
		return nil, fmt.Errorf("webhooks: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		h, _, err := scanHook(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("webhooks: %w", err)
		}
		list = append(list, h)
	}
	return list, rows.Err()
}

// Find returns a hook; errs.NotFound if there is none.
func Find(ctx context.Context, q db.Queryer, id string) (Hook, error) {
	h, _, err := selectHook(ctx, q, id)
	return h, err
}

func selectHook(ctx context.Context, q db.Queryer, id string) (h Hook, sealed string, err error) {
	h, sealed, err = scanHook(q.QueryRow(ctx, `SELECT `+hookColumns+` FROM webhook WHERE id = $1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return h, "", errs.Errorf(errs.NotFound, "webhook %s: there is none", id)
	}
	if err != nil {
		return h, "", fmt.Errorf("webhook %s: %w", id, err)
	}
	return h, sealed, nil
}

func insertDelivery(ctx context.Context, tx *db.Tx, v Delivery) error {
	_, err := tx.Exec(ctx, `INSERT INTO delivery (id, webhook, event, body, created, tries, state, code, error, at)
		VALUES ($1, $2, $3, $4, $5, 0, 'waiting', 0, '', 0)`, v.ID, v.Hook, v.Event, v.Body, tx.Now.UnixMicro())
	return err
}

// updateDelivery writes down how a try ended; nothing if the hook was removed meanwhile.
func updateDelivery(ctx context.Context, tx *db.Tx, v Delivery) error {
	_, err := tx.Exec(ctx, `UPDATE delivery SET tries = $1, state = $2, code = $3, error = $4, at = $5 WHERE id = $6`,
		v.Tries, v.State, v.Code, v.Error, v.At.UnixMicro(), v.ID)
	if err != nil {
		return fmt.Errorf("delivery %s: %w", v.ID, err)
	}
	return nil
}

func again(ctx context.Context, tx *db.Tx, id string) (int64, error) {
	return tx.Exec(ctx, `UPDATE delivery SET state = 'waiting', error = '' WHERE id = $1`, id)
}

// forget removes a hook's old deliveries, in the transaction that adds one.
func forget(ctx context.Context, tx *db.Tx, hook string, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM delivery WHERE webhook = $1 AND created < $2`, hook, before.UnixMicro())
	return err
}

const deliveryColumns = `id, webhook, event, body, created, tries, state, code, error, at`

func scanDelivery(scan func(...any) error) (v Delivery, err error) {
	var created, at int64
	err = scan(&v.ID, &v.Hook, &v.Event, &v.Body, &created, &v.Tries, &v.State, &v.Code, &v.Error, &at)
	v.Created = time.UnixMicro(created).UTC()
	if at != 0 {
		v.At = time.UnixMicro(at).UTC()
	}
	return v, err
}

// FindDelivery returns a delivery; errs.NotFound if there is none.
func FindDelivery(ctx context.Context, q db.Queryer, id string) (Delivery, error) {
	v, err := scanDelivery(q.QueryRow(ctx, `SELECT `+deliveryColumns+` FROM delivery WHERE id = $1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return v, errs.Errorf(errs.NotFound, "delivery %s: there is none", id)
	}
	if err != nil {
		return v, fmt.Errorf("delivery %s: %w", id, err)
	}
	return v, nil
}

// Deliveries returns a hook's deliveries of the last 30 days, the newest first, at most limit.
func Deliveries(ctx context.Context, q db.Queryer, hook string, now time.Time, limit int) (list []Delivery, err error) {
	rows, err := q.Query(ctx, `SELECT `+deliveryColumns+` FROM delivery WHERE webhook = $1 AND created >= $2 ORDER BY created DESC, id LIMIT $3`,
		hook, now.Add(-kept).UnixMicro(), limit)
	if err != nil {
		return nil, fmt.Errorf("deliveries of %s: %w", hook, err)
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scanDelivery(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("deliveries of %s: %w", hook, err)
		}
		list = append(list, v)
	}
	return list, rows.Err()
}
