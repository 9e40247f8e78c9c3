package identity_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/identity"
)

// provider is a small single sign-on: discovery, keys, a token endpoint that holds the client to PKCE and to its secret,
// and one person, whose claims a test changes.
type provider struct {
	*httptest.Server
	key      *rsa.PrivateKey
	claims   map[string]any
	info     map[string]any // of the userinfo endpoint
	question url.Values     // that the browser was sent with
	used     bool
}

func newProvider(t *testing.T) *provider {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{key: key}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"userinfo_endpoint": p.URL + "/info", "id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]string{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("GET /info", func(w http.ResponseWriter, _ *http.Request) { answer(w, p.info) })
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if id != "masthead" || secret != "s3cret" || r.FormValue("code") != "the-code" || b64(sum[:]) != p.question.Get("code_challenge") || p.used {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		p.used = true
		answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.sign(t)})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// sign makes an id_token of the claims.
func (p *provider) sign(t *testing.T) string {
	all := map[string]any{
		"iss": p.URL, "aud": "masthead", "sub": "17", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(), "nonce": p.question.Get("nonce"),
	}
	maps.Copy(all, p.claims)
	body, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	text := b64([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + b64(body)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + b64(sig)
}

func TestSingleSignOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := bare(t, nil, d)
		p := newProvider(t)
		boss := h.add("boss@ledger.example", identity.Admin)
		h.app(boss) // the provider is asked instead of our own factors
		h.oidc = &identity.OIDC{Issuer: p.URL, ClientID: "masthead", Secret: "s3cret", Domains: []string{"Ledger.example"}, Role: identity.Reporter}
		begin := func() string {
			t.Helper()
			address, ticket, err := h.keep.BeginOIDC(h.ctx, "/newsroom/stories")
			h.ok(err)
			u, err := url.Parse(address)
			h.ok(err)
			p.question, p.used = u.Query(), false
			return ticket
		}
		sign := func(claims map[string]any) (identity.Admission, error) {
			t.Helper()
			p.claims = claims
			ticket := begin()
			in, to, err := h.keep.FinishOIDC(h.ctx, ticket, p.question.Get("state"), "the-code", here)
			if err == nil && to != "/newsroom/stories" {
				t.Errorf("it leads to %q", to)
			}
			return in, err
		}
		in, err := sign(map[string]any{"email": "Boss@Ledger.example", "email_verified": true, "name": "Somebody"})
		h.ok(err)
		if who, _ := h.session(in.Secret); who.ID != boss.ID || who.Name != boss.Name {
			t.Errorf("signed in as %+v", who)
		}
		in, err = sign(map[string]any{"email": "new@ledger.example", "email_verified": "true", "name": "New Reporter"})
		h.ok(err)
		if who, _ := h.session(in.Secret); who.Role != identity.Reporter || who.Name != "New Reporter" {
			t.Errorf("a newcomer is %+v", who)
		}
		_, _, _, err = h.keep.Invite(h.ctx, boss, identity.Invitation{Email: "guest@elsewhere.example", Name: "Guest", Role: identity.Editor})
		h.ok(err)
		in, err = sign(map[string]any{"email": "guest@elsewhere.example", "email_verified": true})
		h.ok(err)
		if who, _ := h.session(in.Secret); who.Role != identity.Editor {
			t.Errorf("an invited guest is %+v", who)
		}
		p.info = map[string]any{"sub": "17", "email": "late@ledger.example", "email_verified": true}
		in, err = sign(nil) // the address comes from userinfo
		h.ok(err)
		if who, _ := h.session(in.Secret); who.Email != "late@ledger.example" || who.Name != "late" {
			t.Errorf("%+v", who)
		}
		h.ok(h.keep.UpdateAccount(h.ctx, boss, in.Person.ID, identity.Change{Name: "L", Role: identity.Reporter, State: identity.Suspended}))

		for name, c := range map[string]struct {
			claims map[string]any
			want   errs.Kind
		}{
			"an address that is not verified":  {map[string]any{"email": "boss@ledger.example", "email_verified": false}, errs.Forbidden},
			"an address nobody speaks of":      {map[string]any{"email": "boss@ledger.example"}, errs.Forbidden},
			"another domain":                   {map[string]any{"email": "x@elsewhere.example", "email_verified": true}, errs.Forbidden},
			"a domain within another":          {map[string]any{"email": "x@evil.example@ledger.example", "email_verified": true}, errs.Invalid},
			"somebody suspended":               {map[string]any{"email": "late@ledger.example", "email_verified": true}, errs.Forbidden},
			"another question's answer":        {map[string]any{"email": "boss@ledger.example", "email_verified": true, "nonce": "x"}, errs.Unavailable},
			"a word for somebody else":         {map[string]any{"email": "boss@ledger.example", "email_verified": true, "aud": "other"}, errs.Unavailable},
			"a word that is too old":           {map[string]any{"email": "boss@ledger.example", "email_verified": true, "exp": 1}, errs.Unavailable},
			"another's word on the same token": {map[string]any{"sub": "18"}, errs.Unavailable},
		} {
			_, err := sign(c.claims)
			h.kind(err, c.want, name)
		}
		p.claims = map[string]any{"email": "boss@ledger.example", "email_verified": true}
		ticket := begin()
		_, _, err = h.keep.FinishOIDC(h.ctx, ticket, "another state", "the-code", here)
		h.kind(err, errs.NotFound, "another state")
		_, _, err = h.keep.FinishOIDC(h.ctx, ticket, p.question.Get("state"), "the-code", here)
		h.kind(err, errs.NotFound, "a ticket a second time")
		ticket = begin()
		p.question.Set("code_challenge", "another browser's")
		_, _, err = h.keep.FinishOIDC(h.ctx, ticket, p.question.Get("state"), "the-code", here)
		h.kind(err, errs.Unavailable, "a code of another browser")
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error shows the secret: %v", err)
		}
		h.oidc.Role = ""
		_, err = sign(map[string]any{"email": "fresh@ledger.example", "email_verified": true})
		h.kind(err, errs.Forbidden, "a newcomer where only invited people may come")
		h.oidc.Issuer = p.URL + "/elsewhere"
		_, _, err = h.keep.BeginOIDC(h.ctx, "/newsroom/")
		h.kind(err, errs.Unavailable, "a provider that is not there")
		h.oidc = nil
		_, _, err = h.keep.BeginOIDC(h.ctx, "/newsroom/")
		h.kind(err, errs.NotFound, "a single sign-on that is off")
	})
}
