package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/errs"
)

// Passkey is a key of a person's device: it proves possession and, by the device's own lock, who holds it.
type Passkey struct {
	ID      string
	Name    string
	Created time.Time
	Used    time.Time // zero: never
}

// Ceremony is what a browser needs to make or ask for a passkey.
type Ceremony struct {
	Ticket  string `json:"ticket"`
	Options any    `json:"options"` // for navigator.credentials, as JSON of WebAuthn level 3
}

// holder is an account as WebAuthn sees it.
type holder struct {
	id, email, name string
	keys            []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.id) }
func (h holder) WebAuthnName() string                       { return h.email }
func (h holder) WebAuthnDisplayName() string                { return h.name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// relying is this portal as WebAuthn sees it.
func (k *Keeper) relying(ctx context.Context) (*webauthn.WebAuthn, error) {
	origin := k.cfg.Origin(ctx)
	u, err := url.Parse(origin)
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", err)
	}
	resident := true
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: u.Hostname(), RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &resident, UserVerification: protocol.VerificationRequired,
		},
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore, // we ask for none and use none
	})
	if err != nil {
		return nil, errs.Errorf(errs.Unavailable, "passkeys: they do not work at %s: %w", origin, err)
	}
	return w, nil
}

// Passkeys returns an account's passkeys, the newest first.
func (k *Keeper) Passkeys(ctx context.Context, account string) ([]Passkey, error) {
	list, err := selectPasskeys(ctx, k.cfg.DB, account)
	var out []Passkey
	for _, p := range list {
		out = append(out, p.Passkey)
	}
	return out, err
}

// holder returns an account with its keys.
func (k *Keeper) holder(ctx context.Context, q db.Queryer, a *Account) (holder, error) {
	h := holder{id: a.ID, email: a.Email, name: a.Name}
	list, err := selectPasskeys(ctx, q, a.ID)
	for _, p := range list {
		h.keys = append(h.keys, p.credential)
	}
	return h, err
}

// register is what a ticket of a passkey that is being made holds.
type register struct {
	Session webauthn.SessionData
	Joining *Joining `json:",omitempty"` // the account does not exist yet, or is invited
	Account string
	Email   string
	Name    string
}

// BeginPasskey asks the browser to make a passkey for the person.
func (k *Keeper) BeginPasskey(ctx context.Context, p *Person) (Ceremony, error) {
	a, err := FindAccount(ctx, k.cfg.DB, p.ID)
	if err != nil {
		return Ceremony{}, err
	}
	h, err := k.holder(ctx, k.cfg.DB, a)
	if err != nil {
		return Ceremony{}, err
	}
	return k.beginRegister(ctx, h, nil)
}

func (k *Keeper) beginRegister(ctx context.Context, h holder, j *Joining) (c Ceremony, err error) {
	w, err := k.relying(ctx)
	if err != nil {
		return c, err
	}
	var known []protocol.CredentialDescriptor
	for _, key := range h.keys {
		known = append(known, key.Descriptor())
	}
	options, session, err := w.BeginRegistration(h, webauthn.WithExclusions(known))
	if err != nil {
		return c, fmt.Errorf("passkey: %w", err)
	}
	c.Options = options
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		c.Ticket, err = k.issue(ctx, tx, ticket{Kind: kindRegister, Account: h.id, Data: register{*session, j, h.id, h.email, h.name}}, ceremonyLife)
		return err
	})
	return c, err
}

// finishRegister returns the passkey that the browser made.
func (k *Keeper) finishRegister(ctx context.Context, secret string, answer []byte) (r register, key *webauthn.Credential, err error) {
	if _, err := k.spend(ctx, kindRegister, secret, &r); err != nil {
		return r, nil, err
	}
	w, err := k.relying(ctx)
	if err != nil {
		return r, nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err == nil {
		key, err = w.CreateCredential(holder{id: r.Account, email: r.Email, name: r.Name}, r.Session, parsed)
	}
	if err != nil {
		return r, nil, errs.Errorf(errs.Invalid, "passkey: the browser's answer is not right (%s): try again", reason(err))
	}
	return r, key, nil
}

// reason is what WebAuthn found wrong; it holds no secret.
func reason(err error) string {
	var p *protocol.Error
	if errors.As(err, &p) {
		return p.Details
	}
	return err.Error()
}

// AddPasskey keeps the passkey that a browser made for the person.
func (k *Keeper) AddPasskey(ctx context.Context, p *Person, secret, name string, answer []byte) error {
	name, err := checkName(name)
	if err != nil {
		return err
	}
	r, key, err := k.finishRegister(ctx, secret, answer)
	if err != nil {
		return err
	}
	if r.Account != p.ID || r.Joining != nil {
		return errTicket
	}
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error { return addPasskey(ctx, tx, p.ID, name, key) })
}

func addPasskey(ctx context.Context, tx *db.Tx, account, name string, key *webauthn.Credential) error {
	id := base64.RawURLEncoding.EncodeToString(key.ID)
	if err := insertPasskey(ctx, tx, account, name, id, key); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Who: account, What: "factor.add", Target: "account/" + account}, map[string]string{"factor": "passkey", "name": name})
}

// RemovePasskey takes a passkey away. The last way in stays: the error is of kind errs.Conflict.
func (k *Keeper) RemovePasskey(ctx context.Context, p *Person, id string) error {
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		a, err := FindAccount(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if !a.Password && a.Passkeys == 1 {
			return errs.Errorf(errs.Conflict, "this passkey is the only way into the account: choose a password or add another passkey first")
		}
		name, err := deletePasskey(ctx, tx, p.ID, id)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: p.ID, What: "factor.remove", Target: "account/" + p.ID}, map[string]string{"factor": "passkey", "name": name})
	})
}

// AskPasskey asks the browser for any passkey that it has for this portal.
func (k *Keeper) AskPasskey(ctx context.Context) (c Ceremony, err error) {
	w, err := k.relying(ctx)
	if err != nil {
		return c, err
	}
	options, session, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return c, fmt.Errorf("passkey: %w", err)
	}
	c.Options = options
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		c.Ticket, err = k.issue(ctx, tx, ticket{Kind: kindPasskey, Data: session}, ceremonyLife)
		return err
	})
	return c, err
}

// SignInPasskey opens a session by a passkey. It needs no second factor.
func (k *Keeper) SignInPasskey(ctx context.Context, secret string, answer []byte, d Device) (in Admission, err error) {
	a, key, err := k.answered(ctx, secret, answer, d)
	if err != nil {
		return in, err
	}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := usePasskey(ctx, tx, key); err != nil {
			return err
		}
		if a, err = FindAccount(ctx, tx, a.ID); err != nil {
			return err
		}
		if a.State != Active {
			return errRefused
		}
		in, err = k.open(ctx, tx, a, "passkey", d)
		return err
	})
	return in, err
}

// ConfirmPasskey makes a session fresh by one of the person's passkeys.
func (k *Keeper) ConfirmPasskey(ctx context.Context, p *Person, s *Session, secret string, answer []byte, d Device) error {
	a, key, err := k.answered(ctx, secret, answer, d)
	if err != nil {
		return err
	}
	if a.ID != p.ID {
		return k.refuse(ctx, &Account{ID: p.ID}, "passkey", d)
	}
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := usePasskey(ctx, tx, key); err != nil {
			return err
		}
		return setFresh(ctx, tx, s.ID)
	})
}

// answered returns whose passkey answered, and the key as it is now.
func (k *Keeper) answered(ctx context.Context, secret string, answer []byte, d Device) (*Account, *webauthn.Credential, error) {
	if err := k.count(ctx, limit{addressAttempts + d.Address, perAddress}); err != nil {
		return nil, nil, err
	}
	var session webauthn.SessionData
	if _, err := k.spend(ctx, kindPasskey, secret, &session); err != nil {
		return nil, nil, err
	}
	w, err := k.relying(ctx)
	if err != nil {
		return nil, nil, err
	}
	var a *Account
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	var key *webauthn.Credential
	if err == nil {
		_, key, err = w.ValidatePasskeyLogin(func(_, user []byte) (webauthn.User, error) {
			found, err := FindAccount(ctx, k.cfg.DB, string(user))
			if err != nil {
				return nil, err
			}
			a = found
			return k.holder(ctx, k.cfg.DB, a)
		}, session, parsed)
	}
	if err == nil && key.Authenticator.CloneWarning {
		err = errors.New("the key's counter went back: it may have been copied")
	}
	if err == nil && a.State != Active {
		err = errors.New("the account is " + a.State)
	}
	if err != nil {
		slog.Info("passkey refused", "reason", reason(err), "address", d.Address)
		return nil, nil, k.refuse(ctx, a, "passkey", d)
	}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error { return lessAttempts(ctx, tx, addressAttempts+d.Address) })
	return a, key, err
}

// passkeyRow is a passkey with what verifies it.
type passkeyRow struct {
	Passkey
	credential webauthn.Credential
}

func (r *passkeyRow) read(data string) error {
	if err := json.Unmarshal([]byte(data), &r.credential); err != nil {
		return fmt.Errorf("passkey %s: %w", r.ID, err)
	}
	return nil
}
