package av

import (
	"context"
	"errors"
	"testing"

	"masthead/internal/errs"
)

// Work that takes too long is the source's fault and not tried again; work that was stopped is nobody's.
func TestFailed(t *testing.T) {
	over, stop := context.WithTimeout(t.Context(), 0)
	defer stop()
	killed := errors.New("signal: killed")
	if err := failed(t.Context(), over, killed, ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("too long: %v", err)
	}
	if err := failed(over, over, killed, ""); !errors.Is(err, context.DeadlineExceeded) || errs.Is(err, errs.Invalid) {
		t.Errorf("stopped: %v", err)
	}
	if err := failed(t.Context(), t.Context(), killed, ""); !errs.Is(err, errs.Unavailable) {
		t.Errorf("killed by somebody else: %v", err)
	}
}
