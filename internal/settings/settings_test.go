package settings_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/seal"
	"masthead/internal/settings"
)

func key(t *testing.T, b byte) seal.Key {
	t.Helper()
	k, err := seal.New(bytes.Repeat([]byte{b}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var good = settings.Mail{Host: "mail.example.com", Port: 587, Mode: settings.StartTLS, User: "news", Password: "hush-hush", From: "news@example.com", FromName: "News"}

func save[T any](t *testing.T, d *db.DB, fn func(*db.Tx, T) error, v T) error {
	t.Helper()
	return d.InTx(t.Context(), func(tx *db.Tx) error { return fn(tx, v) })
}

func TestSaveUndo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := key(t, 1)
		set := func(tx *db.Tx, m settings.Mail) error { return settings.Save(t.Context(), tx, k, "ada", m) }
		undo := func() error {
			return d.InTx(t.Context(), func(tx *db.Tx) error { return settings.Undo[settings.Mail](t.Context(), tx, "ada") })
		}
		want := func(m settings.Mail) {
			t.Helper()
			got, err := settings.Load[settings.Mail](t.Context(), d, k)
			if diff := cmp.Diff(m, got); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
		}
		want(settings.Mail{})
		if err := undo(); !errs.Is(err, errs.NotFound) {
			t.Errorf("undoing nothing: %v", err)
		}
		other := good
		other.Host, other.Password = "other.example.com", "another secret"
		for _, m := range []settings.Mail{good, other} {
			if err := save(t, d, set, m); err != nil {
				t.Fatal(err)
			}
			want(m)
		}
		for _, m := range []settings.Mail{good, other} {
			if err := undo(); err != nil {
				t.Fatal(err)
			}
			want(m)
		}
		log, err := audit.List(t.Context(), d, audit.Filter{What: "settings.*"})
		if err != nil || len(log) != 4 || log[0].Target != "settings/mail" {
			t.Fatalf("%v: log %+v", err, log)
		}
		for _, e := range log {
			if strings.Contains(string(e.Detail), "hush") || strings.Contains(string(e.Detail), "another") {
				t.Errorf("a secret is in the log: %s", e.Detail)
			}
		}
		rows, err := d.Query(t.Context(), `SELECT data FROM setting`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var data string
			if err := rows.Scan(&data); err != nil || strings.Contains(data, "hush") || strings.Contains(data, "another") {
				t.Errorf("%v: a secret is in the database: %s", err, data)
			}
		}
		if _, err := settings.Load[settings.Mail](t.Context(), d, key(t, 2)); !errs.Is(err, errs.Unavailable) {
			t.Errorf("with another key: %v", err)
		}
		last, err := settings.Changed(t.Context(), d)
		if err != nil || last["mail"].Who != "ada" || last["mail"].At.IsZero() {
			t.Errorf("%v: last changes %v", err, last)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	d, k := dbtest.SQLite(t), key(t, 1)
	mail := func(change func(*settings.Mail)) func(*db.Tx) error {
		m := good
		change(&m)
		return func(tx *db.Tx) error { return settings.Save(t.Context(), tx, k, "ada", m) }
	}
	oidc := func(o settings.OIDC) func(*db.Tx) error {
		return func(tx *db.Tx) error { return settings.Save(t.Context(), tx, k, "ada", o) }
	}
	rules := func(r ...settings.Rule) func(*db.Tx) error {
		return func(tx *db.Tx) error { return settings.Save(t.Context(), tx, k, "ada", settings.Style{Rules: r}) }
	}
	for name, c := range map[string]struct {
		save  func(*db.Tx) error
		field string // "": it is good
	}{
		"mail":                  {mail(func(*settings.Mail) {}), ""},
		"no mail":               {mail(func(m *settings.Mail) { *m = settings.Mail{} }), ""},
		"a port in the host":    {mail(func(m *settings.Mail) { m.Host = "a:25" }), "host"},
		"no port":               {mail(func(m *settings.Mail) { m.Port = 0 }), "port"},
		"a mode that is none":   {mail(func(m *settings.Mail) { m.Mode = "x" }), "mode"},
		"a password in clear":   {mail(func(m *settings.Mail) { m.Mode = settings.Plain }), "mode"},
		"a name in the address": {mail(func(m *settings.Mail) { m.From = "News <n@example.com>" }), "from"},
		"a header in the name":  {mail(func(m *settings.Mail) { m.FromName = "a\r\nBcc: b@example.com" }), "from_name"},
		"sign-on":               {oidc(settings.OIDC{Issuer: "https://id.example.com/", ClientID: "m", Domains: []string{"@Example.com"}, Role: "editor"}), ""},
		"sign-on in clear":      {oidc(settings.OIDC{Issuer: "http://id.example.com", ClientID: "m"}), "issuer"},
		"sign-on without us":    {oidc(settings.OIDC{Issuer: "https://id.example.com"}), "client_id"},
		"everybody may join":    {oidc(settings.OIDC{Issuer: "https://id.example.com", ClientID: "m", Role: "editor"}), "domains"},
		"admins join":           {oidc(settings.OIDC{Issuer: "https://id.example.com", ClientID: "m", Role: "admin", Domains: []string{"a.ca"}}), "role"},
		"no domain":             {oidc(settings.OIDC{Issuer: "https://id.example.com", ClientID: "m", Domains: []string{"a b"}}), "domains"},
		"a rule":                {rules(settings.Rule{Pattern: "very|rather", Reason: "It says nothing."}), ""},
		"no pattern":            {rules(settings.Rule{Pattern: " "}), "pattern"},
		"too long a pattern":    {rules(settings.Rule{Pattern: strings.Repeat("a", 201)}), "pattern"},
	} {
		err := d.InTx(t.Context(), c.save)
		if c.field == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		} else if !errs.Is(err, errs.Invalid) || !strings.HasPrefix(err.Error(), c.field+": ") {
			t.Errorf("%s: %v, want one about %s", name, err, c.field)
		}
	}
}

func TestKeep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var got map[string]string
		if ok, err := settings.Kept(t.Context(), d, "look", &got); ok || err != nil {
			t.Fatalf("%v %v", ok, err)
		}
		want := map[string]string{"accent": "#0b5563"}
		if err := d.InTx(t.Context(), func(tx *db.Tx) error { return settings.Keep(t.Context(), tx, "ada", "look", want) }); err != nil {
			t.Fatal(err)
		}
		if ok, err := settings.Kept(t.Context(), d, "look", &got); !ok || err != nil || !cmp.Equal(got, want) {
			t.Errorf("%v %v %v", ok, err, got)
		}
	})
}
