package mailer_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/jobs"
	"masthead/internal/mailer"
	"masthead/internal/seal"
	"masthead/internal/settings"
)

// postOffice is a mail server in this process that keeps what it gets.
type postOffice struct {
	refuse error

	mu   sync.Mutex
	got  []string
	user string
	safe bool // the last message came by TLS
}

func (p *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) { return &visit{p, c, ""}, nil }

type visit struct {
	office *postOffice
	conn   *smtp.Conn
	user   string
}

func (v *visit) AuthMechanisms() []string { return []string{sasl.Plain} }

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "hush" {
			return &smtp.SMTPError{Code: 535, Message: "who are you"}
		}
		v.user = user
		return nil
	}), nil
}

func (v *visit) Mail(string, *smtp.MailOptions) error { return nil }
func (v *visit) Rcpt(string, *smtp.RcptOptions) error { return v.office.refuse }
func (v *visit) Reset()                               {}
func (v *visit) Logout() error                        { return nil }

func (v *visit) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	_, safe := v.conn.TLSConnectionState()
	v.office.got, v.office.user, v.office.safe = append(v.office.got, string(b)), v.user, safe
	return err
}

func (p *postOffice) mails() []string { p.mu.Lock(); defer p.mu.Unlock(); return p.got }

// open serves a post office; its certificate is the test server's of net/http, for example.com and 127.0.0.1.
func open(t *testing.T, p *postOffice, mode string) (settings.Mail, *x509.CertPool) {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	cert, root := web.TLS.Certificates[0], web.Certificate()
	web.Close()
	pool := x509.NewCertPool()
	pool.AddCert(root)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	s := smtp.NewServer(p)
	s.AllowInsecureAuth = true
	own := &tls.Config{Certificates: []tls.Certificate{cert}}
	switch mode {
	case settings.StartTLS:
		s.TLSConfig = own
	case settings.TLS:
		l = tls.NewListener(l, own)
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return settings.Mail{Host: "127.0.0.1", Port: port, Mode: mode, From: "news@example.com", FromName: "Le Journal d’ici"}, pool
}

func key(t *testing.T) seal.Key {
	t.Helper()
	k, err := seal.New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var letter = mailer.Message{To: "ada@example.ca", Subject: "Réinitialiser", Text: "Bonjour,\n\nvoici le lien : https://news.example/x?y=z\n.\nÀ bientôt\n"}

func TestSend(t *testing.T) {
	for _, mode := range []string{settings.StartTLS, settings.TLS, settings.Plain} {
		t.Run(mode, func(t *testing.T) {
			p := &postOffice{}
			set, roots := open(t, p, mode)
			if mode != settings.Plain {
				set.User, set.Password = "news", "hush"
			}
			m := &mailer.Mailer{DB: dbtest.SQLite(t), Key: key(t), Roots: roots}
			if err := m.Send(t.Context(), set, letter, "abc"); err != nil {
				t.Fatal(err)
			}
			got := p.mails()
			if len(got) != 1 || p.user != set.User || p.safe != (mode != settings.Plain) {
				t.Fatalf("%d mails, user %q, TLS %v", len(got), p.user, p.safe)
			}
			read, err := mail.ReadMessage(strings.NewReader(got[0]))
			if err != nil {
				t.Fatal(err)
			}
			from, err := read.Header.AddressList("From")
			if err != nil || from[0].Name != set.FromName || from[0].Address != set.From {
				t.Errorf("from %v %v", from, err)
			}
			if read.Header.Get("Message-ID") != "<abc@example.com>" || read.Header.Get("Auto-Submitted") != "auto-generated" {
				t.Errorf("header %v", read.Header)
			}
			body, err := io.ReadAll(quotedprintable.NewReader(read.Body))
			if text := strings.ReplaceAll(string(body), "\r\n", "\n"); err != nil || strings.TrimRight(text, "\n") != strings.TrimRight(letter.Text, "\n") {
				t.Errorf("%v: text %q", err, text)
			}
			if mode == settings.Plain {
				return
			}
			m.Roots = x509.NewCertPool()
			if err := m.Test(t.Context(), set, letter); !errs.Is(err, errs.Unavailable) {
				t.Errorf("to a server nobody vouches for: %v", err)
			}
			m.Roots, set.Password = roots, "loud"
			if err := m.Test(t.Context(), set, letter); err == nil || !strings.Contains(err.Error(), "who are you") {
				t.Errorf("with a wrong password: %v", err)
			}
			if n := len(p.mails()); n != 1 {
				t.Errorf("%d mails", n)
			}
		})
	}
}

// TestNoTLSNoMail: a server that offers no TLS gets nothing, though it would take it.
func TestNoTLSNoMail(t *testing.T) {
	p := &postOffice{}
	set, _ := open(t, p, settings.Plain)
	set.Mode = settings.StartTLS
	m := &mailer.Mailer{DB: dbtest.SQLite(t), Key: key(t)}
	if err := m.Test(t.Context(), set, letter); err == nil || len(p.mails()) > 0 {
		t.Errorf("%v, %d mails", err, len(p.mails()))
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		refuse *smtp.SMTPError
		kind   errs.Kind
	}{
		{&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody of that name here"}, errs.Invalid},
		{&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "come back later"}, errs.Unavailable},
	} {
		set, _ := open(t, &postOffice{refuse: c.refuse}, settings.Plain)
		m := &mailer.Mailer{DB: dbtest.SQLite(t), Key: key(t)}
		if err := m.Test(t.Context(), set, letter); !errs.Is(err, c.kind) || !strings.Contains(err.Error(), c.refuse.Message) {
			t.Errorf("%d: %v of kind %d, want the server’s words of kind %d", c.refuse.Code, err, errs.KindOf(err), c.kind)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	m := &mailer.Mailer{DB: dbtest.SQLite(t), Key: key(t)}
	set := settings.Mail{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Mode: settings.Plain, From: "a@example.com"}
	if err := m.Test(t.Context(), set, letter); !errs.Is(err, errs.Unavailable) {
		t.Errorf("nobody there: %v", err)
	}
}

func TestHeadersStayOurs(t *testing.T) {
	d := dbtest.SQLite(t)
	m := &mailer.Mailer{DB: d, Key: key(t)}
	for _, msg := range []mailer.Message{
		{To: "a@example.ca\r\nBcc: b@example.ca"}, {To: "a@example.ca, b@example.ca"}, {To: "A <a@example.ca>"}, {To: ""},
		{To: "a@example.ca", Subject: "x\r\nBcc: b@example.ca"}, {To: "a@example.ca", Subject: "x\nBcc: b@example.ca"},
	} {
		err := d.InTx(t.Context(), func(tx *db.Tx) error { return m.Queue(t.Context(), tx, msg) })
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", msg, err)
		}
	}
}

// TestQueue: what a transaction queued arrives once; what was undone does not; its text is not to be read in the database.
func TestQueue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := &postOffice{}
		set, roots := open(t, p, settings.TLS)
		set.User, set.Password = "news", "hush"
		m := &mailer.Mailer{DB: d, Key: key(t), Roots: roots}
		queue := func(ctx context.Context, end error) error {
			return d.InTx(ctx, func(tx *db.Tx) error {
				if err := settings.Save(ctx, tx, m.Key, "ada", set); err != nil {
					return err
				}
				if err := m.Queue(ctx, tx, letter); err != nil {
					return err
				}
				return end
			})
		}
		if ready, err := m.Ready(t.Context(), d); ready || err != nil {
			t.Errorf("ready before it is set: %v %v", ready, err)
		}
		if err := queue(t.Context(), io.EOF); err == nil {
			t.Fatal("it was not undone")
		}
		if err := queue(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		waiting, err := jobs.List(t.Context(), d, jobs.Waiting, 9)
		if err != nil || len(waiting) != 1 || bytes.Contains(waiting[0].Data, []byte("https")) {
			t.Fatalf("%v: waiting %+v", err, waiting)
		}
		kind, k := m.Job()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); jobs.New(d, 8, map[string]jobs.Kind{kind: k}).Run(ctx) }()
		for end := time.After(20 * time.Second); ; {
			n, err := jobs.Counts(t.Context(), d)
			if err == nil && n[jobs.Waiting] == 0 {
				break
			}
			select {
			case <-end:
				t.Fatalf("it was never sent: %v %v", n, err)
			case <-time.After(10 * time.Millisecond):
			}
		}
		cancel()
		<-ended
		if got := p.mails(); len(got) != 1 {
			t.Errorf("%d mails arrived", len(got))
		}
	})
}
