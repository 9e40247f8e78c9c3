package media_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"masthead/internal/media"
	"masthead/internal/media/blobtest"
)

func TestDisk(t *testing.T) {
	dir := t.TempDir()
	d, err := media.OpenDisk(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	spool := filepath.Join(dir, "spool")
	if err := os.Mkdir(spool, 0o755); err != nil {
		t.Fatal(err)
	}
	blobtest.Conform(t, d, spool)
	s, err := media.Spool(t.Context(), spool, strings.NewReader("whole"), 10)
	if err != nil {
		t.Fatal(err)
	}
	path := media.DiskPath(filepath.Join(dir, "blobs"), s.Hash)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("wh"), 0o644), d.Put(t.Context(), s)); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); string(b) != "whole" || err != nil {
		t.Errorf("a damaged file was left as it was: %q, %v", b, err)
	}
	if left, _ := os.ReadDir(spool); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func FuzzSVG(f *testing.F) {
	for _, s := range []string{
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h9" fill="url(#a)"/></svg>`,
		`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><a href="javascript:x"><text>Hi</text></a></svg>`,
		`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="http://example.org/x.svg#a"/><style>@import url(x)</style></svg>`,
		`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x "y">]><svg>&x;</svg>`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) { media.CheckCleanSVG(t, file) })
}
