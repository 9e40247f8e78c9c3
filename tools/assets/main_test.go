package main

import (
	"bytes"
	"os"
	"testing"
)

func TestCommittedFilesAreFresh(t *testing.T) {
	if _, err := os.Stat("../../ui/node_modules"); err != nil && testing.Short() {
		t.Skip("ui has no node_modules: run npm ci in ui")
	}
	files, err := build("../..")
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, b := range bundles {
		want += len(b.entries)
	}
	if len(files) != want {
		t.Fatalf("built %d files, want %d", len(files), want)
	}
	for name, want := range files {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is older than its sources: run go run ./tools/assets", name)
		}
	}
}
