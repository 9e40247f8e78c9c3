package fetch

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"

	"masthead/internal/errs"
)

const (
	firstPause = 500 * time.Millisecond
	longest    = 10 * time.Second // of a pause inside one Get; a longer Retry-After is the caller's to keep
)

// pause says whether to ask again after a failed try, and how long to wait first.
func pause(err error, try int) (time.Duration, bool) {
	var status *StatusError
	if errors.As(err, &status) {
		if !passing(status.Status) || status.RetryAfter > longest {
			return 0, false
		}
		if status.RetryAfter > 0 {
			return status.RetryAfter, true
		}
	} else if !mayPass(err) {
		return 0, false
	}
	wait := min(firstPause<<min(try-1, 5), longest)
	return wait/2 + rand.N(wait/2), true
}

// passing reports whether a status is one that a server gets over.
func passing(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// mayPass reports whether an error of the network may be gone a moment later.
func mayPass(err error) bool {
	var refused *Refused
	var known *errs.Error
	var dns *net.DNSError
	if errors.As(err, &refused) || errors.As(err, &known) || errors.Is(err, context.Canceled) ||
		errors.As(err, &dns) && dns.IsNotFound {
		return false
	}
	var op net.Error
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &op)
}

// sleep waits unless the request's time would be over before that.
func sleep(ctx context.Context, d time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && time.Until(end) <= d {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// retryAfter reads RFC 9110 §10.2.3: seconds or a date. What it cannot read is 0, what is beyond a day is a day.
func retryAfter(v string, now time.Time) time.Duration {
	const day = 24 * time.Hour
	if n, err := strconv.ParseUint(v, 10, 63); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(n, uint64(day/time.Second))) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return min(max(t.Sub(now), 0), day)
	}
	return 0
}
