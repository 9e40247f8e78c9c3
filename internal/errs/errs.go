// Package errs holds the kinds of error that the whole program agrees on, so that the edge
// (HTTP, command line) can choose a status and a sentence without knowing who failed.
// It knows nothing of HTTP. An error without a kind is Internal and its text is never shown to a reader.
package errs

import (
	"errors"
	"fmt"
)

// Kind says what a caller can do about an error.
type Kind uint8

// The kinds. Internal is the zero value: unknown errors are ours to explain, never the reader's.
const (
	Internal    Kind = iota
	Invalid          // the input is wrong; say what and where
	NotFound         // there is no such thing (or the asker may not know of it)
	Gone             // it was here and was removed for good
	Conflict         // somebody else changed it first
	Forbidden        // known, and not allowed
	Unavailable      // try again later
)

// Error is an error with a kind and a message fit to be shown to the person who caused it; Err is its cause, if any. Format
// and Args are what Msg was made of: screens in another language say it in that one (words.Refusal).
type Error struct {
	Kind   Kind
	Msg    string
	Err    error
	Format string
	Args   []any
}

func (e *Error) Error() string { return e.Msg }

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error of a kind. %w keeps the cause.
func Errorf(k Kind, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: k, Msg: err.Error(), Err: errors.Unwrap(err), Format: format, Args: args}
}

// KindOf returns the kind of the outermost *Error in the chain, Internal if there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// Wrap adds what was being done, and on what, to *err when a function returns:
//
//	defer errs.Wrap(&err, "publish %s", id)
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf(format+": %w", append(args, *err)...)
	}
}
