// Package mailer sends the program's own mail: sign-in links, invitations, resets. A message waits as a job of the
// transaction that wanted it. It does not know what messages say.
package mailer

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/jobs"
	"masthead/internal/seal"
	"masthead/internal/settings"
)

// Message is a mail in plain text to one person.
type Message struct {
	To      string `json:"to"` // address alone
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

// check refuses what would put a header of the sender's choice into the message.
func (m Message) check() error {
	a, err := mail.ParseAddress(m.To)
	switch {
	case err != nil || a.Name != "" || a.Address != m.To:
		return errs.Errorf(errs.Invalid, "to: %q is not an e-mail address", m.To)
	case strings.ContainsAny(m.Subject, "\r\n\x00"):
		return errs.Errorf(errs.Invalid, "subject: it must be one line")
	}
	return nil
}

const (
	job     = "mail"
	purpose = "mail"
	timeout = 30 * time.Second
)

// Mailer sends mail by the settings as they are at that moment.
type Mailer struct {
	DB  *db.DB
	Key seal.Key
	// Roots, if not nil, are the authorities that mail servers' certificates are held to; nil: the system's.
	Roots *x509.CertPool
}

// Queue leaves a message to be sent once the transaction has committed. Its text, which may hold a link that signs
// somebody in, is sealed. errs.Invalid if no mail can be made of it.
func (m *Mailer) Queue(ctx context.Context, tx *db.Tx, msg Message) error {
	if err := msg.check(); err != nil {
		return err
	}
	text, err := json.Marshal(msg)
	if err != nil {
		return fmt.Errorf("mail to %s: %w", msg.To, err)
	}
	return jobs.Add(ctx, tx, job, rand.Text(), tx.Now, m.Key.Seal(string(text), purpose))
}

// Job is how queued mail is sent, for the runner of jobs; its kind is "mail". Mail that is not set up waits and is
// tried again: about a day in all.
func (m *Mailer) Job() (string, jobs.Kind) {
	return job, jobs.Kind{Tries: 32, Timeout: timeout + 10*time.Second, Do: func(ctx context.Context, j jobs.Job) (func(context.Context, *db.Tx) error, error) {
		var sealed string
		if err := json.Unmarshal(j.Data, &sealed); err != nil {
			return nil, errs.Errorf(errs.Invalid, "queued mail cannot be read: %w", err)
		}
		text, err := m.Key.Unseal(sealed, purpose)
		if err != nil {
			return nil, err
		}
		var msg Message
		if err := json.Unmarshal([]byte(text), &msg); err != nil {
			return nil, errs.Errorf(errs.Invalid, "queued mail cannot be read: %w", err)
		}
		set, err := settings.Load[settings.Mail](ctx, m.DB, m.Key)
		if err != nil {
			return nil, err
		}
		return nil, m.Send(ctx, set, msg, j.Name)
	}}
}

// Ready reports whether a mail server is set.
func (m *Mailer) Ready(ctx context.Context, q db.Queryer) (bool, error) {
	set, err := settings.Load[settings.Mail](ctx, q, m.Key)
	return set.Host != "", err
}

// Test sends a message now. The error holds the server's own words.
func (m *Mailer) Test(ctx context.Context, set settings.Mail, msg Message) error {
	return m.Send(ctx, set, msg, rand.Text())
}

// Send hands a message to the mail server that set names. id becomes its Message-ID: a message that is sent twice can be
// recognised. Errors are of kind errs.Invalid if the server refused it for good, else errs.Unavailable.
func (m *Mailer) Send(ctx context.Context, set settings.Mail, msg Message, id string) error {
	if set.Host == "" {
		return errs.Errorf(errs.Unavailable, "no mail server is set: set one up in Settings, Mail")
	}
	if err := msg.check(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out, err := m.compose(set, msg, id)
	if err != nil {
		return err
	}
	client, err := m.client(set)
	if err != nil {
		return fmt.Errorf("mail server %s: %w", set.Host, err)
	}
	if err := client.DialAndSendWithContext(ctx, out); err != nil {
		kind := errs.Unavailable
		var code *textproto.Error
		var failed *gomail.SendError
		if errors.As(err, &failed) && !failed.IsTemp() && failed.ErrorCode() >= 500 || errors.As(err, &code) && failed != nil && code.Code >= 500 {
			kind = errs.Invalid
		}
		return errs.Errorf(kind, "mail server %s: %w", set.Host, err)
	}
	return nil
}

func (m *Mailer) compose(set settings.Mail, msg Message, id string) (*gomail.Msg, error) {
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := out.FromFormat(set.FromName, set.From); err != nil {
		return nil, errs.Errorf(errs.Invalid, "from: %w", err)
	}
	if err := out.To(msg.To); err != nil {
		return nil, errs.Errorf(errs.Invalid, "to: %w", err)
	}
	_, host, _ := strings.Cut(set.From, "@")
	out.Subject(msg.Subject)
	out.SetMessageIDWithValue(id + "@" + host)
	out.SetDateWithValue(m.DB.Now())
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	out.SetBodyString(gomail.TypeTextPlain, msg.Text)
	return out, nil
}

func (m *Mailer) client(set settings.Mail) (*gomail.Client, error) {
	o := []gomail.Option{
		gomail.WithPort(set.Port), gomail.WithTimeout(timeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: set.Host, RootCAs: m.Roots, MinVersion: tls.VersionTLS12}),
	}
	switch set.Mode {
	case settings.TLS:
		o = append(o, gomail.WithSSL())
	case settings.Plain:
		o = append(o, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		o = append(o, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if set.User != "" {
		o = append(o, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(set.User), gomail.WithPassword(set.Password))
	}
	return gomail.NewClient(set.Host, o...)
}
