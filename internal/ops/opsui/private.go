package opsui

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/mailer"
	"masthead/internal/newsroom"
	"masthead/internal/settings"
	"masthead/internal/webhook"
)

// privateGroups are the settings that readers' pages do not show.
func (u *ui) privateGroups() map[string]group {
	return map[string]group{
		"mail":     {fill: u.fillMail, save: u.saveMail, kept: "mail", undo: undoPrivate[settings.Mail](u)},
		"sign-on":  {fill: u.fillSignOn, save: u.saveSignOn, kept: "oidc", undo: undoPrivate[settings.OIDC](u)},
		"style":    {fill: u.fillStyle, save: u.saveStyle, kept: "style", undo: undoPrivate[settings.Style](u)},
		"webhooks": {fill: u.fillWebhooks, save: u.saveWebhooks},
	}
}

func undoPrivate[T settings.Mail | settings.OIDC | settings.Style](u *ui) func(*newsroom.Request) error {
	return func(r *newsroom.Request) error {
		return u.DB.InTx(r.Context(), func(tx *db.Tx) error {
			switch any(*new(T)).(type) {
			case settings.Mail:
				return settings.Undo[settings.Mail](r.Context(), tx, r.Who.ID)
			case settings.OIDC:
				return settings.Undo[settings.OIDC](r.Context(), tx, r.Who.ID)
			}
			return settings.Undo[settings.Style](r.Context(), tx, r.Who.ID)
		})
	}
}

// unlessSealed lets a page show its other fields when a secret was sealed with another key.
func unlessSealed(err error) error {
	if errs.Is(err, errs.Unavailable) {
		return nil
	}
	return err
}

func (u *ui) fillMail(r *newsroom.Request, p *settingsPage) error {
	m, err := settings.Load[settings.Mail](r.Context(), u.DB, u.Key)
	port := "587"
	if m.Port != 0 {
		port = strconv.Itoa(m.Port)
	}
	if m.Mode == "" {
		m.Mode = settings.StartTLS
	}
	p.Stored = map[string]string{
		"host": m.Host, "port": port, "mode": m.Mode, "user": m.User, "from": m.From, "from_name": m.FromName, "to": r.Who.Email,
	}
	p.X = m.Password != ""
	return unlessSealed(err)
}

func (u *ui) saveMail(r *newsroom.Request) (string, error) {
	if r.PostForm.Get("do") == "test" {
		return u.testMail(r)
	}
	old, err := settings.Load[settings.Mail](r.Context(), u.DB, u.Key)
	if unlessSealed(err) != nil {
		return "", err
	}
	f := r.PostForm
	port, _ := strconv.Atoi(strings.TrimSpace(f.Get("port"))) // what is no number is no port
	m := settings.Mail{
		Host: f.Get("host"), Port: port, Mode: f.Get("mode"), User: strings.TrimSpace(f.Get("user")), Password: f.Get("password"),
		From: f.Get("from"), FromName: strings.TrimSpace(f.Get("from_name")),
	}
	// A stored password goes to no other server or person than it was entered for.
	if m.Password == "" && m.Host == old.Host && m.User == old.User {
		m.Password = old.Password
	}
	if m.User == "" {
		m.Password = ""
	}
	err = u.DB.InTx(r.Context(), func(tx *db.Tx) error { return settings.Save(r.Context(), tx, u.Key, r.Who.ID, m) })
	return r.Words.T("settings.saved"), err
}

func (u *ui) testMail(r *newsroom.Request) (string, error) {
	m, err := settings.Load[settings.Mail](r.Context(), u.DB, u.Key)
	if err != nil {
		return "", err
	}
	to := strings.TrimSpace(r.PostForm.Get("to"))
	err = u.Mail.Test(r.Context(), m, mailer.Message{
		To: to, Subject: r.Words.T("settings.test_subject", r.Site.Name), Text: r.Words.T("settings.test_text", r.Site.Name) + "\n",
	})
	if err != nil {
		return "", fault("to", "e_test", err.Error())
	}
	return r.Words.T("settings.test_sent", to), nil
}

func (u *ui) fillSignOn(r *newsroom.Request, p *settingsPage) error {
	o, err := settings.Load[settings.OIDC](r.Context(), u.DB, u.Key)
	p.Stored = map[string]string{
		"issuer": o.Issuer, "client_id": o.ClientID, "button": o.Name, "domains": strings.Join(o.Domains, "\n"), "role": o.Role,
	}
	p.X = o.Secret != ""
	return unlessSealed(err)
}

func (u *ui) saveSignOn(r *newsroom.Request) (string, error) {
	old, err := settings.Load[settings.OIDC](r.Context(), u.DB, u.Key)
	if unlessSealed(err) != nil {
		return "", err
	}
	f := r.PostForm
	o := settings.OIDC{
		Issuer: f.Get("issuer"), ClientID: strings.TrimSpace(f.Get("client_id")), Secret: f.Get("secret"), Name: strings.TrimSpace(f.Get("button")),
		Domains: strings.Fields(f.Get("domains")), Role: f.Get("role"),
	}
	if o.Secret == "" && strings.TrimRight(strings.TrimSpace(o.Issuer), "/") == old.Issuer && o.ClientID == old.ClientID {
		o.Secret = old.Secret
	}
	err = u.DB.InTx(r.Context(), func(tx *db.Tx) error { return settings.Save(r.Context(), tx, u.Key, r.Who.ID, o) })
	return r.Words.T("settings.saved"), err
}

func (u *ui) fillStyle(r *newsroom.Request, p *settingsPage) error {
	s, err := settings.Load[settings.Style](r.Context(), u.DB, u.Key)
	p.X = s.Rules
	return err
}

// saveStyle adds a rule or removes one, by its number and pattern: a page that is out of date removes nothing else.
func (u *ui) saveStyle(r *newsroom.Request) (string, error) {
	f := r.PostForm
	err := u.DB.InTx(r.Context(), func(tx *db.Tx) error {
		s, err := settings.Load[settings.Style](r.Context(), tx, u.Key)
		if err != nil {
			return err
		}
		rule := settings.Rule{Pattern: strings.TrimSpace(f.Get("pattern")), Suggestion: strings.TrimSpace(f.Get("suggestion")), Reason: strings.TrimSpace(f.Get("reason"))}
		if f.Get("do") == "remove" {
			i, err := strconv.Atoi(f.Get("n"))
			if err != nil || i < 0 || i >= len(s.Rules) || s.Rules[i].Pattern != rule.Pattern {
				return errs.Errorf(errs.Conflict, "the rules have changed: look at them again")
			}
			s.Rules = slices.Delete(s.Rules, i, i+1)
		} else {
			s.Rules = append(s.Rules, rule)
		}
		return settings.Save(r.Context(), tx, u.Key, r.Who.ID, s)
	})
	return r.Words.T("settings.saved"), err
}

// Webhooks is what the page of webhooks shows.
type Webhooks struct {
	Hooks  []Hook
	Events []string
	Once   *showOnce // a secret that was just made
}

// Hook is a webhook with what was sent to it.
type Hook struct {
	webhook.Hook
	Log []Sent
}

// Sent is a delivery with when it was last tried, in words.
type Sent struct {
	webhook.Delivery
	When string
}

func (u *ui) fillWebhooks(r *newsroom.Request, p *settingsPage) error {
	x := Webhooks{Events: webhook.Events}
	x.Once, _ = p.X.(*showOnce)
	hooks, err := webhook.List(r.Context(), u.DB)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		log, err := webhook.Deliveries(r.Context(), u.DB, h.ID, u.DB.Now(), 20)
		if err != nil {
			return err
		}
		hook := Hook{Hook: h}
		for _, v := range log {
			hook.Log = append(hook.Log, Sent{v, stamp(r, v.Created)})
		}
		x.Hooks = append(x.Hooks, hook)
	}
	p.X = x
	return nil
}

func (u *ui) saveWebhooks(r *newsroom.Request) (said string, err error) {
	err = u.DB.InTx(r.Context(), func(tx *db.Tx) error {
		said, err = u.changeWebhook(r.Context(), tx, r)
		return err
	})
	if err == nil && r.PostForm.Get("do") == "add" {
		id, secret, _ := strings.Cut(said, " ")
		return "", &showOnce{id, secret, "webhook added"}
	}
	return said, err
}

func (u *ui) changeWebhook(ctx context.Context, tx *db.Tx, r *newsroom.Request) (said string, err error) {
	f, who := r.PostForm, r.Who.ID
	id, do := f.Get("id"), f.Get("do")
	switch do {
	case "add":
		h, secret, err := webhook.Add(ctx, tx, u.Key, who, f.Get("url"), f["events"])
		return h.ID + " " + secret, err
	case "on", "off":
		err = webhook.SetState(ctx, tx, who, id, do)
	case "remove":
		err = webhook.Remove(ctx, tx, who, id)
	case "ping":
		_, err = webhook.Test(ctx, tx, who, id)
	case "redeliver":
		err = webhook.Redeliver(ctx, tx, who, id)
	default:
		return "", errs.Errorf(errs.Invalid, "nothing is known of %q", do)
	}
	return r.Words.T(fmt.Sprintf("settings.hook_%s_done", do)), err
}
