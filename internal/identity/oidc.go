package identity

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/errs"
)

// OIDC is a single sign-on of a company: its people sign in there.
type OIDC struct {
	Issuer   string   // address of the provider
	ClientID string   // what the provider calls us
	Secret   string   // what we prove it with
	Name     string   // on the button
	Domains  []string // e-mail domains whose people may join
	Role     Role     // of newcomers; "": only invited people
}

// OIDCName returns what the single sign-on is called; "" if it is off.
func (k *Keeper) OIDCName(ctx context.Context) (string, error) {
	o, err := k.oidc(ctx)
	if err != nil || o == nil {
		return "", err
	}
	if o.Name == "" {
		return strings.TrimPrefix(o.Issuer, "https://"), nil
	}
	return o.Name, nil
}

func (k *Keeper) oidc(ctx context.Context) (*OIDC, error) {
	if k.cfg.OIDC == nil {
		return nil, nil
	}
	return k.cfg.OIDC(ctx)
}

// asked is what a ticket of a sign-in at the provider holds.
type asked struct {
	State, Nonce, Verifier, To string
}

// provider finds out from the issuer itself where to ask it.
func (k *Keeper) provider(ctx context.Context) (*OIDC, *oidc.Provider, *oauth2.Config, error) {
	o, err := k.oidc(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	if o == nil {
		return nil, nil, nil, errs.Errorf(errs.NotFound, "single sign-on: it is off")
	}
	p, err := oidc.NewProvider(ctx, o.Issuer)
	if err != nil {
		return nil, nil, nil, errs.Errorf(errs.Unavailable, "single sign-on at %s: %w", o.Issuer, err)
	}
	return o, p, &oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.Secret, Endpoint: p.Endpoint(), RedirectURL: k.cfg.Origin(ctx) + "/newsroom/sign-in/oidc/callback",
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}, nil
}

func (k *Keeper) client(ctx context.Context) context.Context {
	if k.cfg.HTTP == nil {
		return ctx
	}
	return oidc.ClientContext(ctx, k.cfg.HTTP)
}

// BeginOIDC returns the provider's address to send the browser to, and the ticket that the browser keeps meanwhile. to
// is where the person wants to go.
func (k *Keeper) BeginOIDC(ctx context.Context, to string) (address, secret string, err error) {
	ctx = k.client(ctx)
	_, _, c, err := k.provider(ctx)
	if err != nil {
		return "", "", err
	}
	a := asked{State: newSecret(), Nonce: newSecret(), Verifier: oauth2.GenerateVerifier(), To: to}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		secret, err = k.issue(ctx, tx, ticket{Kind: kindOIDC, Data: a}, ceremonyLife)
		return err
	})
	return c.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), secret, err
}

// FinishOIDC opens a session by what the provider answered to the browser that holds the ticket, and returns where the
// person wanted to go. An error of kind errs.Forbidden says why the provider's word is not enough.
func (k *Keeper) FinishOIDC(ctx context.Context, secret, state, code string, d Device) (in Admission, to string, err error) {
	var a asked
	if _, err := k.spend(ctx, kindOIDC, secret, &a); err != nil {
		return in, "", err
	}
	if subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1 {
		return in, "", errTicket
	}
	ctx = k.client(ctx)
	o, p, c, err := k.provider(ctx)
	if err != nil {
		return in, "", err
	}
	who, err := k.claims(ctx, o, p, c, a, code)
	if err != nil {
		return in, "", err
	}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.LockOrder(ctx); err != nil { // an account's row is written whole
			return err
		}
		account, err := k.known(ctx, tx, o, who, d)
		if err != nil {
			return err
		}
		in, err = k.open(ctx, tx, account, "single sign-on", d)
		return err
	})
	if errs.Is(err, errs.Forbidden) {
		if refused := k.refuse(ctx, nil, "single sign-on", d); !errs.Is(refused, errs.Forbidden) {
			err = refused
		}
	}
	return in, a.To, err
}

// claims is what the provider says of a person.
type claims struct {
	Email    string `json:"email"`
	Verified any    `json:"email_verified"` // some write it as text
	Name     string `json:"name"`
}

// claims exchanges the code for the provider's signed word, and asks it again if that leaves the address out.
func (k *Keeper) claims(ctx context.Context, o *OIDC, p *oidc.Provider, c *oauth2.Config, a asked, code string) (who claims, err error) {
	defer func() {
		if err != nil && errs.KindOf(err) == errs.Internal {
			err = errs.Errorf(errs.Unavailable, "single sign-on at %s: %w", o.Issuer, err)
		}
	}()
	token, err := c.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return who, err
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return who, fmt.Errorf("it gave no id_token")
	}
	id, err := p.VerifierContext(ctx, &oidc.Config{ClientID: o.ClientID}).Verify(ctx, raw)
	if err != nil {
		return who, err
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.Nonce)) != 1 {
		return who, fmt.Errorf("its answer is to another question (nonce)")
	}
	if err := id.Claims(&who); err != nil {
		return who, err
	}
	if who.Email == "" {
		info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return who, err
		}
		if info.Subject != id.Subject {
			return who, fmt.Errorf("it speaks of two people")
		}
		if err := info.Claims(&who); err != nil {
			return who, err
		}
	}
	if who.Verified != true && who.Verified != "true" {
		return who, errs.Errorf(errs.Forbidden, "the single sign-on has not verified your e-mail address: verify it there, or sign in another way")
	}
	if who.Email, err = checkEmail(who.Email); err != nil {
		return who, err
	}
	return who, nil
}

// known returns the account of a person whom the provider vouches for; a new one if they may join.
func (k *Keeper) known(ctx context.Context, tx *db.Tx, o *OIDC, who claims, d Device) (*Account, error) {
	a, err := FindEmail(ctx, tx, who.Email)
	switch {
	case err == nil && a.State == Active:
		return a, nil
	case err == nil && a.State == Invited:
		a.State = Active
		if err := dropTickets(ctx, tx, kindInvitation, a.ID); err != nil {
			return nil, err
		}
		err = updateAccount(ctx, tx, a)
	case err == nil:
		return nil, errs.Errorf(errs.Forbidden, "your account is suspended: ask an administrator")
	case errs.Is(err, errs.NotFound):
		_, domain, _ := strings.Cut(who.Email, "@")
		if o.Role == "" || !slices.ContainsFunc(o.Domains, func(s string) bool { return strings.EqualFold(s, domain) }) {
			return nil, errs.Errorf(errs.Forbidden, "nobody with the address %s works here: ask an administrator to invite you", who.Email)
		}
		name, nameErr := checkName(who.Name)
		if nameErr != nil {
			name, _, _ = strings.Cut(who.Email, "@")
		}
		a = &Account{ID: newID(), Email: who.Email, Name: name, Role: o.Role, State: Active, Created: tx.Now}
		err = insertAccount(ctx, tx, a)
	}
	if err != nil {
		return nil, err
	}
	return a, audit.Record(ctx, tx, audit.Entry{Who: a.ID, What: "account.join", Target: "account/" + a.ID, Address: d.Address},
		map[string]any{"email": a.Email, "name": a.Name, "role": a.Role, "by": "single sign-on"})
}
