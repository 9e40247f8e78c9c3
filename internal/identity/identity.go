// Package identity knows who works here: accounts, how they prove who they are, their sessions, the tokens of
// programs, and the one table of who may do what. It knows no stories and no screens.
package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"

	"masthead/internal/db"
	"masthead/internal/seal"
)

// Config is what a Keeper works with.
type Config struct {
	DB  *db.DB
	Key seal.Key
	// Origin returns the public origin of the newsroom, such as https://news.example, without a slash at the end.
	Origin func(context.Context) string
	// Mail queues a message in the transaction; nil: this portal sends none.
	Mail func(ctx context.Context, tx *db.Tx, to, subject, text string) error
	// MailReady reports whether what Mail queues will be sent; nil: it will not.
	MailReady func(context.Context) bool
	// OIDC returns the single sign-on of the portal, nil if it is off; a nil function is off too.
	OIDC func(context.Context) (*OIDC, error)
	// HTTP asks the single sign-on's servers.
	HTTP *http.Client
}

// Keeper opens the door: it signs people in and keeps their accounts. It is safe for concurrent use.
type Keeper struct {
	cfg    Config
	hashes chan struct{} // how many passwords may be hashed at once: each takes 64 MiB
}

// New returns the keeper of a portal.
func New(c Config) *Keeper { return &Keeper{cfg: c, hashes: make(chan struct{}, 2)} }

// Device is where a request comes from, for limits, lists of sessions and the audit log.
type Device struct {
	Address string // of the network, without a port
	Agent   string // what the browser calls itself
}

// Admission is what a step of signing in gives: the secret of a new session for the cookie, or, while a second factor
// is due, the ticket to give to Second.
type Admission struct {
	Secret string
	Ticket string
	Person *Person
}

// MailReady reports whether sign-in links and invitations can be sent.
func (k *Keeper) MailReady(ctx context.Context) bool {
	return k.cfg.Mail != nil && k.cfg.MailReady != nil && k.cfg.MailReady(ctx)
}

// DB returns the database that the accounts are in, for reading them.
func (k *Keeper) DB() *db.DB { return k.cfg.DB }

// newSecret returns 32 random bytes as text.
func newSecret() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// newID returns a short random name.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

// digest is what the database keeps of a secret.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
