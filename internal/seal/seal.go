// Package seal keeps secrets that the program must read again (a mail server's password, the seed of a second
// factor) unreadable in the database and its backups: they are encrypted with the portal's key, a file of its own.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"masthead/internal/errs"
)

// Key encrypts. It is safe for concurrent use.
type Key struct{ aead cipher.AEAD }

const keySize = 32 // bytes: AES-256

// Open reads a portal's key from a file, and makes the file, for its owner only, if there is none.
func Open(path string) (Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = create(path)
	}
	if err != nil {
		return Key{}, fmt.Errorf("the portal's key: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != keySize {
		return Key{}, errs.Errorf(errs.Invalid, "%s is not a portal's key: put back the file that was there, or remove it and enter the secrets anew", path)
	}
	return New(raw)
}

// create writes a new key. Two processes that begin at once agree: the second reads what the first wrote.
func create(path string) ([]byte, error) {
	raw := make([]byte, keySize)
	rand.Read(raw) // never fails
	text := []byte(base64.StdEncoding.EncodeToString(raw) + "\n")
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(text)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(tmp.Name(), path); errors.Is(err, fs.ErrExist) {
		return os.ReadFile(path)
	} else if err != nil {
		return nil, err
	}
	return text, nil
}

// New returns the key of 32 bytes.
func New(raw []byte) (Key, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return Key{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return Key{aead}, err
}

// Seal encrypts a secret. purpose ("totp ACCOUNT") is bound to it: sealed text that is moved elsewhere does not open.
func (k Key) Seal(secret, purpose string) string {
	return base64.RawStdEncoding.EncodeToString(k.aead.Seal(nil, nil, []byte(secret), []byte(purpose)))
}

// Unseal returns the secret. The error, of kind errs.Unavailable, says that it was sealed with another key.
func (k Key) Unseal(sealed, purpose string) (string, error) {
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err == nil {
		raw, err = k.aead.Open(nil, nil, raw, []byte(purpose))
	}
	if err != nil {
		return "", errs.Errorf(errs.Unavailable, "a stored secret (%s) was sealed with another key: put back the portal's key file, or enter the secret anew", purpose)
	}
	return string(raw), nil
}
