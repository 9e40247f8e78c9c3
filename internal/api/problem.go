package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"masthead/internal/content/check"
	"masthead/internal/content/compare"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/words"
	"masthead/internal/workflow"
)

// Fault is one thing that is wrong with a request: where, and what.
type Fault struct {
	Location string `json:"location" doc:"The field, as in body.headline, query.limit, header.If-Match"`
	Message  string `json:"message"`
}

// Checked is an issue of the checks before publication.
type Checked struct {
	check.Issue
	Text string `json:"text" doc:"The issue in words"`
}

// Problem is an error as RFC 9457 has it, with what a program needs to put it right.
type Problem struct {
	Type    string        `json:"type"`
	Title   string        `json:"title"`
	Status  int           `json:"status"`
	Detail  string        `json:"detail"`
	Errors  []Fault       `json:"errors,omitempty"`
	Checks  []Checked     `json:"checks,omitempty" doc:"What keeps a story from going out, and what else was found"`
	Version int           `json:"version,omitempty" doc:"Conflict: the newest version"`
	Who     string        `json:"who,omitempty" doc:"Conflict: who saved it, or who has the story open"`
	Changed *compare.Diff `json:"changed,omitempty" doc:"Conflict: what changed since the version that was given"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType names the kind of JSON.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// shapeProblems makes the library write its own findings (a field that is missing, of a wrong type) as problems. What
// was sent is not echoed.
var shapeProblems = sync.OnceFunc(func() {
	huma.NewError = func(status int, msg string, list ...error) huma.StatusError {
		p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: msg}
		if msg == "validation failed" {
			p.Detail = "the request has faults: put right what errors names"
		}
		for _, err := range list {
			if d, ok := err.(huma.ErrorDetailer); ok {
				p.Errors = append(p.Errors, Fault{d.ErrorDetail().Location, d.ErrorDetail().Message})
			}
		}
		return p
	}
})

var statuses = map[errs.Kind]int{
	errs.Invalid: http.StatusUnprocessableEntity, errs.NotFound: http.StatusNotFound, errs.Gone: http.StatusGone,
	errs.Conflict: http.StatusConflict, errs.Forbidden: http.StatusForbidden, errs.Unavailable: http.StatusServiceUnavailable,
}

// field is how messages of kind Invalid name what is wrong.
var field = regexp.MustCompile(`^([a-z_]+(?:\.[a-z_]+)*): `)

// problem says an error to a program. What is ours to explain is logged and not told.
func (a *api) problem(ctx context.Context, operation string, err error) *Problem {
	var ours *Problem
	if errors.As(err, &ours) {
		return ours
	}
	kind := errs.KindOf(err)
	p := problem(statuses[kind], err.Error())
	var (
		fault    *doc.Fault
		conflict *workflow.ConflictError
		held     *workflow.HeldError
		blocked  *workflow.BlockedError
	)
	switch {
	case errors.As(err, &fault):
		p = problem(http.StatusUnprocessableEntity, "the body is not a document of this portal: "+fault.Error())
		at := "body.body"
		if fault.Path != "" {
			at += "." + fault.Path
		}
		p.Errors = []Fault{{at, fault.Reason}}
	case errors.As(err, &conflict):
		p = problem(http.StatusConflict, conflict.Error())
		p.Who, p.Version = conflict.Who, conflict.Newest.Version
	case errors.As(err, &held):
		p = problem(http.StatusConflict, held.Error())
		p.Who = held.Holder.Name
	case errors.As(err, &blocked):
		p = problem(http.StatusUnprocessableEntity, blocked.Error()+", or override them with a reason")
		p.Checks = checked(blocked.Issues)
		for _, c := range p.Checks {
			if c.Level == check.Must {
				p.Errors = append(p.Errors, Fault{"body." + c.Field, c.Text})
			}
		}
	case kind == errs.Internal:
		slog.ErrorContext(ctx, "staff API request failed", "operation", operation, "err", err)
		return problem(http.StatusInternalServerError, "something went wrong here: the log of the server says what")
	case kind == errs.Invalid:
		if m := field.FindStringSubmatch(p.Detail); m != nil {
			p.Errors = []Fault{{"body." + m[1], p.Detail[len(m[0]):]}}
		}
	}
	return p
}

func problem(status int, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

// fault is a problem with one part of the request.
func fault(location, message string) error {
	p := problem(http.StatusUnprocessableEntity, "the request has faults: put right what errors names")
	p.Errors = []Fault{{location, message}}
	return p
}

func checked(list []check.Issue) []Checked {
	out := []Checked{}
	for _, i := range list {
		out = append(out, Checked{i, check.Text(words.Staff("en"), i)})
	}
	return out
}

func write(w http.ResponseWriter, p *Problem) {
	p.Type, p.Title = "about:blank", http.StatusText(p.Status)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the asker is gone
}
