// Package settings keeps what readers' pages do not show: how mail is sent, who signs in from where, the house style.
// Each group saves itself, is in the audit log without its secrets, and can be undone. Secrets are sealed in the
// database. It does not know what the groups are used for.
package settings

import (
	"context"
	"encoding/json"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/seal"
)

// How the way to a mail server is protected.
const (
	StartTLS = "starttls" // begins in the clear and must change to TLS
	TLS      = "tls"      // TLS from the first byte
	Plain    = "none"     // never encrypted: for a server on the same machine
)

// Mail is how mail is sent. Without a host it is not.
type Mail struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Mode     string `json:"mode"` // StartTLS, TLS, Plain
	User     string `json:"user"` // empty: the server asks for none
	Password string `json:"password"`
	From     string `json:"from"` // address
	FromName string `json:"from_name"`
}

// OIDC is a single sign-on (OpenID Connect). Without an issuer it is off.
type OIDC struct {
	Issuer   string   `json:"issuer"`
	ClientID string   `json:"client_id"`
	Secret   string   `json:"secret"`
	Name     string   `json:"name"`    // on the button
	Domains  []string `json:"domains"` // e-mail domains whose people may join
	Role     string   `json:"role"`    // of newcomers; empty: only invited people
}

// Style is the house style that stories are checked against.
type Style struct {
	Rules []Rule `json:"rules"`
}

// Rule is one rule of the house style.
type Rule struct {
	Pattern    string `json:"pattern"` // the words to avoid, as the check of stories reads them
	Suggestion string `json:"suggestion"`
	Reason     string `json:"reason"`
}

// group is what a group of settings knows of itself.
type group[T any] interface {
	*T
	name() string
	secrets() []*string
	check() error
}

func (*Mail) name() string         { return "mail" }
func (m *Mail) secrets() []*string { return []*string{&m.Password} }

func (m *Mail) check() error {
	m.Host, m.From = strings.TrimSpace(m.Host), strings.TrimSpace(m.From)
	if m.Host == "" {
		*m = Mail{}
		return nil
	}
	from, err := mail.ParseAddress(m.From)
	switch {
	case strings.ContainsAny(m.Host, " /:@"):
		return errs.Errorf(errs.Invalid, "host: %q is not a server’s name: write it like mail.example.com, without a port", m.Host)
	case m.Port < 1 || m.Port > 65535:
		return errs.Errorf(errs.Invalid, "port: %d is not a port: it is usually 587, or 465 with TLS from the start", m.Port)
	case m.Mode != StartTLS && m.Mode != TLS && m.Mode != Plain:
		return errs.Errorf(errs.Invalid, "mode: choose how the way to the server is protected")
	case err != nil || from.Name != "" || from.Address != m.From:
		return errs.Errorf(errs.Invalid, "from: %q is not an e-mail address: write it like news@example.com", m.From)
	case strings.ContainsAny(m.FromName, "\r\n"):
		return errs.Errorf(errs.Invalid, "from_name: a name is one line")
	case m.User != "" && m.Mode == Plain:
		return errs.Errorf(errs.Invalid, "mode: a password is not sent without TLS: choose TLS, or leave the user empty")
	}
	return nil
}

func (*OIDC) name() string         { return "oidc" }
func (o *OIDC) secrets() []*string { return []*string{&o.Secret} }

func (o *OIDC) check() error {
	o.Issuer = strings.TrimRight(strings.TrimSpace(o.Issuer), "/")
	if o.Issuer == "" {
		*o = OIDC{}
		return nil
	}
	switch {
	case !strings.HasPrefix(o.Issuer, "https://") || len(o.Issuer) == len("https://"):
		return errs.Errorf(errs.Invalid, "issuer: %q must begin with https://: it is the address that the provider calls its issuer", o.Issuer)
	case o.ClientID == "":
		return errs.Errorf(errs.Invalid, "client_id: enter what the provider calls this newsroom")
	case o.Role != "" && o.Role != "reporter" && o.Role != "editor" && o.Role != "publisher":
		return errs.Errorf(errs.Invalid, "role: newcomers can be a reporter, an editor or a publisher")
	case o.Role != "" && len(o.Domains) == 0:
		return errs.Errorf(errs.Invalid, "domains: name the e-mail domains whose people may join, or let only invited people in")
	}
	for i, d := range o.Domains {
		d = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(d), "@"))
		if !domain.MatchString(d) {
			return errs.Errorf(errs.Invalid, "domains: %q is not a domain: write one a line, like example.com", d)
		}
		o.Domains[i] = d
	}
	return nil
}

var domain = regexp.MustCompile(`^([a-z0-9-]+\.)+[a-z0-9-]{2,}$`)

func (*Style) name() string       { return "style" }
func (*Style) secrets() []*string { return nil }

func (s *Style) check() error {
	const most = 500
	if len(s.Rules) > most {
		return errs.Errorf(errs.Invalid, "rules: %d rules, at most %d are kept", len(s.Rules), most)
	}
	for _, r := range s.Rules {
		if strings.TrimSpace(r.Pattern) == "" {
			return errs.Errorf(errs.Invalid, "pattern: enter the words to avoid")
		}
		if len(r.Pattern) > 200 || len(r.Suggestion) > 200 || len(r.Reason) > 400 {
			return errs.Errorf(errs.Invalid, "pattern: the rule for %.40q is too long: 200 letters are enough for words, 400 for the reason", r.Pattern)
		}
	}
	return nil
}

// Load returns a group as it was last saved, its zero value if it never was. An error of kind errs.Unavailable says
// that its secrets were sealed with another key.
func Load[T any, P group[T]](ctx context.Context, q db.Queryer, key seal.Key) (v T, err error) {
	p := P(&v)
	r, err := find(ctx, q, p.name())
	if err != nil || r.data == "" {
		return v, err
	}
	if err := json.Unmarshal([]byte(r.data), p); err != nil {
		return v, fmt.Errorf("settings of %s: %w", p.name(), err)
	}
	for _, s := range p.secrets() {
		if *s == "" {
			continue
		}
		if *s, err = key.Unseal(*s, "setting "+p.name()); err != nil {
			return v, err
		}
	}
	return v, nil
}

// Save checks and keeps a group; errs.Invalid, beginning with the field, if something in it is wrong. What was there
// can be brought back with Undo.
func Save[T any, P group[T]](ctx context.Context, tx *db.Tx, key seal.Key, who string, v T) error {
	p := P(&v)
	if err := p.check(); err != nil {
		return err
	}
	open := make([]string, len(p.secrets()))
	for i, s := range p.secrets() {
		open[i], *s = *s, ""
	}
	shown, err := json.Marshal(p)
	if err != nil {
		return err
	}
	for i, s := range p.secrets() {
		if open[i] != "" {
			*s = key.Seal(open[i], "setting "+p.name())
		}
	}
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	before, err := find(ctx, tx, p.name())
	if err != nil {
		return err
	}
	if before.data == "" {
		before.data = "{}"
	}
	if err := put(ctx, tx, previous+p.name(), who, before.data); err != nil {
		return err
	}
	if err := put(ctx, tx, p.name(), who, string(data)); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Who: who, What: "settings." + p.name(), Target: "settings/" + p.name()}, json.RawMessage(shown))
}

// Undo brings back what a group was before it was last saved; a second Undo brings the later one back. errs.NotFound if
// it was never saved.
func Undo[T any, P group[T]](ctx context.Context, tx *db.Tx, who string) error {
	name := P(new(T)).name()
	now, err := find(ctx, tx, name)
	if err != nil {
		return err
	}
	before, err := find(ctx, tx, previous+name)
	if err != nil {
		return err
	}
	if before.data == "" {
		return errs.Errorf(errs.NotFound, "settings of %s: there is nothing to undo", name)
	}
	if err := put(ctx, tx, name, who, before.data); err != nil {
		return err
	}
	if err := put(ctx, tx, previous+name, who, now.data); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Who: who, What: "settings.undo", Target: "settings/" + name}, nil)
}

const previous = "before/"

// Keep holds what a group of the public settings was before it was changed, under a name of the caller's.
func Keep(ctx context.Context, tx *db.Tx, who, name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("settings of %s: %w", name, err)
	}
	return put(ctx, tx, previous+name, who, string(data))
}

// Kept puts what Keep held into v; false if there is nothing.
func Kept(ctx context.Context, q db.Queryer, name string, v any) (bool, error) {
	r, err := find(ctx, q, previous+name)
	if err != nil || r.data == "" {
		return false, err
	}
	if err := json.Unmarshal([]byte(r.data), v); err != nil {
		return false, fmt.Errorf("settings of %s: %w", name, err)
	}
	return true, nil
}

// Last is when a group was last changed, and by whom.
type Last struct {
	At  time.Time
	Who string
}

// Changed returns the last change of each group that can be undone, by the group's name.
func Changed(ctx context.Context, q db.Queryer) (map[string]Last, error) { return selectLast(ctx, q) }
