package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"masthead/internal/db"
	"masthead/internal/workflow"
)

const (
	repeatHeader = "Idempotency-Key"
	maxKey       = 200            // bytes of a key
	keepAnswers  = 24 * time.Hour // how long a repeated request has the same answer
)

// request is a request that names itself: its answer is kept in the transaction of its effect.
type request struct{ caller, key, digest string }

type requestKey struct{}

// repeat answers a request that was answered before as it was then. What no operation keeps (see keep) is done again:
// making a token, whose secret must not lie about. A file is not held in memory for it: sent twice, it is one medium anyway.
func (a *api) repeat(ctx huma.Context, next func(huma.Context)) {
	key := ctx.Header(repeatHeader)
	if key == "" || ctx.Method() != http.MethodPost || ctx.Operation().Metadata["streamed"] == true {
		next(ctx)
		return
	}
	if len(key) > maxKey {
		_ = huma.WriteErr(a.huma, ctx, http.StatusUnprocessableEntity, "validation failed",
			&huma.ErrorDetail{Location: "header." + repeatHeader, Message: fmt.Sprintf("longer than %d bytes", maxKey)})
		return
	}
	r, w := humago.Unwrap(ctx)
	_ = ctx.SetReadDeadline(a.cfg.DB.Now().Add(time.Minute)) // a connection without deadlines: a test's
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		a.refuse(ctx, http.StatusBadRequest, "the body could not be read to its end: send the request again")
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %s\n", r.Method, r.URL.RequestURI())
	sum.Write(body)
	q := request{person(ctx.Context()).ID, key, hex.EncodeToString(sum.Sum(nil))}
	k, err := findAnswer(ctx.Context(), a.cfg.DB, q.caller, q.key, a.cfg.DB.Now().Add(-keepAnswers))
	switch {
	case err != nil:
		p := a.problem(ctx.Context(), ctx.Operation().OperationID, err)
		a.refuse(ctx, p.Status, p.Detail)
	case k == nil:
		next(huma.WithValue(ctx, requestKey{}, q))
	case k.digest != q.digest:
		_ = huma.WriteErr(a.huma, ctx, http.StatusUnprocessableEntity, "validation failed",
			&huma.ErrorDetail{Location: "header." + repeatHeader, Message: "another request had this key: use a new one for each"})
	default:
		k.send(w)
	}
}

// send writes a kept answer as it was written first.
func (k *kept) send(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Idempotency-Replayed", "true")
	var t Answer
	if json.Unmarshal([]byte(k.body), &t) == nil && t.Version > 0 {
		h.Set("ETag", etag(t.Version))
		if k.status == http.StatusCreated {
			h.Set("Location", Prefix+"/stories/"+t.ID)
		}
	}
	w.WriteHeader(k.status)
	_, _ = io.WriteString(w, k.body) // the asker is gone
}

// errRepeated says that the same request was answered while this one was worked on.
var errRepeated = errors.New("the same request was answered meanwhile")

// keep keeps the answer to the request under way, if it named itself.
func keep(ctx context.Context, tx *db.Tx, status int, answer any) error {
	q, ok := ctx.Value(requestKey{}).(request)
	if !ok {
		return nil
	}
	old := tx.Now.Add(-keepAnswers)
	k, err := findAnswer(ctx, tx, q.caller, q.key, old)
	if err != nil {
		return err
	}
	if k != nil {
		return errRepeated
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("answer of request %s: %w", q.key, err)
	}
	return insertAnswer(ctx, tx, q.caller, q.key, kept{q.digest, status, string(text)}, old)
}

// told is the answer to a deed on a story.
type told struct {
	Status   int
	ETag     string `header:"ETag" doc:"The version, for If-Match"`
	Location string `header:"Location"`
	Body     Answer
}

// deed does something to a story and answers where it stands; the answer is kept in the same transaction.
func (a *api) deed(ctx context.Context, status int, dropped []Dropped, do func(*workflow.Room) (*workflow.Story, error)) (*told, error) {
	room := a.cfg.Room.Along(func(ctx context.Context, tx *db.Tx, s *workflow.Story) error {
		return keep(ctx, tx, status, a.answer(s, dropped))
	})
	s, err := do(room)
	if errors.Is(err, errRepeated) {
		return nil, problem(http.StatusConflict, "the same request was just answered: send it again for its answer")
	}
	if err != nil {
		return nil, err
	}
	out := &told{Status: status, ETag: etag(s.Version), Body: a.answer(s, dropped)}
	if status == http.StatusCreated {
		out.Location = Prefix + "/stories/" + s.ID
	}
	return out, nil
}
