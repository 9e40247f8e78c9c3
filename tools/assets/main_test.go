package main

import (
	"bytes"
	"os"
	"testing"
)

func TestCommittedFilesAreFresh(t *testing.T) {
	files, err := build("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(sheets)+1 {
		t.Fatalf("built %d files, want %d", len(files), len(sheets)+1)
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
