// Package blobtest says what must hold of every place where the library keeps its files. Only tests import it.
package blobtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"masthead/internal/errs"
	"masthead/internal/media"
)

// Conform tries a place that is empty. spool is a folder on which files on their way in lie.
func Conform(t *testing.T, b media.Blobs, spool string) {
	t.Helper()
	put := func(data string) media.Spooled {
		t.Helper()
		s, err := media.Spool(t.Context(), spool, strings.NewReader(data), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Drop()
		if err := b.Put(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		return *s
	}
	each := func() (list []media.Stat) {
		t.Helper()
		if err := b.Each(t.Context(), func(s media.Stat) error { list = append(list, s); return nil }); err != nil {
			t.Fatal(err)
		}
		return list
	}
	if list := each(); len(list) > 0 {
		t.Fatalf("it is not empty: %v", list)
	}

	one, empty := put("The first file."), put("")
	f, err := b.Open(t.Context(), one.Hash)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(f)
	if err != nil || string(got) != "The first file." {
		t.Errorf("it holds %q, %v", got, err)
	}
	if n, err := f.Seek(4, io.SeekStart); n != 4 || err != nil {
		t.Errorf("sought %d, %v", n, err)
	}
	part := make([]byte, 5)
	if _, err := io.ReadFull(f, part); err != nil || string(part) != "first" {
		t.Errorf("from 4 on: %q, %v", part, err)
	}
	if _, err := f.ReadAt(part, 10); err != nil && !errors.Is(err, io.EOF) || string(part) != "file." {
		t.Errorf("at 10: %q, %v", part, err)
	}
	if end, err := f.Seek(0, io.SeekEnd); end != one.Size || err != nil {
		t.Errorf("it ends at %d, %v", end, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}

	put("The first file.") // again
	var want []string
	for _, s := range []media.Spooled{one, empty} {
		want = append(want, s.Hash)
	}
	slices.Sort(want)
	var names []string
	for _, s := range each() {
		names = append(names, s.Hash)
		if s.Hash == one.Hash && s.Size != one.Size || time.Since(s.Kept) > time.Hour {
			t.Errorf("stat: %+v", s)
		}
	}
	if !slices.Equal(names, want) {
		t.Errorf("files %v, want %v", names, want)
	}
	stop := errors.New("enough")
	if err := b.Each(t.Context(), func(media.Stat) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the walk went on: %v", err)
	}

	for _, hash := range []string{"", "..", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("0", 63), strings.Repeat("0", 64)} {
		if f, err := b.Open(t.Context(), hash); !errs.Is(err, errs.NotFound) {
			t.Errorf("opened %q: %v %v", hash, f, err)
		}
		if err := b.Remove(t.Context(), hash); err != nil {
			t.Errorf("removing %q, which is not there: %v", hash, err)
		}
	}
	if err := b.Remove(t.Context(), one.Hash); err != nil {
		t.Error(err)
	}
	if _, err := b.Open(t.Context(), one.Hash); !errs.Is(err, errs.NotFound) {
		t.Errorf("it is still there: %v", err)
	}

	// Many at once, the same content too.
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			data := bytes.Repeat([]byte{byte(i % 4)}, 10_000)
			s, err := media.Spool(t.Context(), spool, bytes.NewReader(data), 1<<20)
			if err == nil {
				err = b.Put(t.Context(), s)
				s.Drop()
			}
			if err != nil {
				t.Error(err)
				return
			}
			f, err := b.Open(t.Context(), s.Hash)
			if err != nil {
				t.Error(err)
				return
			}
			defer f.Close()
			if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, data) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
	wg.Wait()
	if n := len(each()); n != 5 {
		t.Errorf("%d files", n)
	}

	// What is larger than allowed, or nobody waits for, leaves nothing.
	if _, err := media.Spool(t.Context(), spool, strings.NewReader("too long"), 7); !errs.Is(err, errs.Invalid) {
		t.Errorf("larger than allowed: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := media.Spool(gone, spool, strings.NewReader("x"), 7); err == nil {
		t.Error("spooled although nobody waits")
	}
}
