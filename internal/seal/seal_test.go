package seal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"masthead/internal/errs"
	"masthead/internal/seal"
)

func TestSealedComesBackOnlyWithKeyAndPurpose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	one, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key file: %v, %v", info.Mode(), err)
	}
	again, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	text := one.Seal("Kraftwerk 7", "smtp")
	if strings.Contains(text, "Kraftwerk") || text == one.Seal("Kraftwerk 7", "smtp") {
		t.Errorf("sealed as %q", text)
	}
	if got, err := again.Unseal(text, "smtp"); err != nil || got != "Kraftwerk 7" {
		t.Errorf("got %q, %v", got, err)
	}
	other, err := seal.New(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string]func() (string, error){
		"another purpose": func() (string, error) { return one.Unseal(text, "oidc") },
		"another key":     func() (string, error) { return other.Unseal(text, "smtp") },
		"changed":         func() (string, error) { return one.Unseal("A"+text[1:], "smtp") },
		"no seal":         func() (string, error) { return one.Unseal("Kraftwerk 7", "smtp") },
		"nothing":         func() (string, error) { return one.Unseal("", "smtp") },
	} {
		if got, err := try(); !errs.Is(err, errs.Unavailable) || got != "" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestABrokenKeyFileIsNotReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Open(path); !errs.Is(err, errs.Invalid) {
		t.Errorf("error %v", err)
	}
}
