package fetch

import (
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"

	"masthead/internal/errs"
)

// body reads an answer whole, at most limit bytes before and after decompression.
func body(res *http.Response, limit int64) ([]byte, error) {
	tooLarge := errs.Errorf(errs.Invalid, "answer is larger than %d bytes", limit)
	if res.ContentLength > limit {
		return nil, tooLarge
	}
	wire := &io.LimitedReader{R: res.Body, N: limit + 1}
	var r io.Reader = wire
	switch encoding := strings.ToLower(strings.TrimSpace(res.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(wire)
		if err != nil {
			return nil, notGzip(err)
		}
		r = io.LimitReader(z, limit+1)
	default:
		return nil, errs.Errorf(errs.Invalid, "answer is encoded as %.40q, which was not asked for", encoding)
	}
	b, err := io.ReadAll(r)
	if int64(len(b)) > limit || wire.N == 0 {
		return nil, tooLarge
	}
	if err != nil {
		return nil, notGzip(err)
	}
	return b, nil
}

// notGzip gives broken compression a kind; errors of the network stay as they are and may be tried again.
func notGzip(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) {
		return errs.Errorf(errs.Invalid, "answer says it is gzip and is not: %w", err)
	}
	return err
}
