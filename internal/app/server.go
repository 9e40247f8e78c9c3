package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"

	"masthead/internal/config"
	"masthead/internal/errs"
)

// limits of every listener: what a client may take before it is cut off.
const (
	headerTime = 10 * time.Second
	readTime   = 30 * time.Second
	writeTime  = 60 * time.Second // media extend it while they flow
	idleTime   = 2 * time.Minute
	headerSize = 32 << 10
	stopTime   = 10 * time.Second
)

func newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: headerSize, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
}

// listen opens an address; the error says what to do about a port that is taken.
func listen(addr string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, errs.Errorf(errs.Invalid, "listen on %q: write host and port, such as 127.0.0.1:8080", addr)
	}
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, errs.Errorf(errs.Unavailable, "listen on %s: another program uses that port; stop it, or choose another with --listen", addr)
	}
	if errors.Is(err, syscall.EACCES) {
		return nil, errs.Errorf(errs.Forbidden, "listen on %s: not allowed; use a port above 1023, or give the program the right to bind low ports", addr)
	}
	return l, err
}

// serving is a server with its listener.
type serving struct {
	server *http.Server
	on     net.Listener
}

// open opens the listeners that the settings ask for.
func (a *App) open(ctx context.Context) (list []serving, err error) {
	defer func() {
		if err != nil {
			for _, s := range list {
				s.on.Close()
			}
		}
	}()
	add := func(addr string, h http.Handler, wrap func(net.Listener) net.Listener) error {
		on, err := listen(addr)
		if err != nil {
			return err
		}
		if wrap != nil {
			on = wrap(on)
		}
		list = append(list, serving{newServer(h), on})
		return nil
	}
	c := a.cfg.Server
	if c.OpsListen != "" {
		if err := add(c.OpsListen, a.opsHandler(), nil); err != nil {
			return list, err
		}
	}
	if len(c.TLSDomain) == 0 {
		return list, add(c.Listen, a, nil)
	}
	certs, issuer, err := certificates(c, filepath.Join(a.cfg.Data.Data, "certificates"))
	if err != nil {
		return list, err
	}
	redirect := issuer.HTTPChallengeHandler(toTLS(c.TLSDomain))
	if err := add(c.TLSRedirect, redirect, nil); err != nil {
		return list, err
	}
	conf := certs.TLSConfig()
	conf.NextProtos = append([]string{"h2", "http/1.1"}, conf.NextProtos...)
	conf.MinVersion = tls.VersionTLS12
	if err := add(c.TLSListen, a, func(l net.Listener) net.Listener { return tls.NewListener(l, conf) }); err != nil {
		return list, err
	}
	list[len(list)-1].server.TLSConfig = conf
	if err := certs.ManageAsync(ctx, c.TLSDomain); err != nil {
		return list, fmt.Errorf("certificates for %v: %w", c.TLSDomain, err)
	}
	return list, nil
}

// certificates prepares fetching and renewing certificates by ACME into dir.
func certificates(c config.Server, dir string) (*certmagic.Config, *certmagic.ACMEIssuer, error) {
	storage := &certmagic.FileStorage{Path: dir}
	var conf *certmagic.Config
	cache := certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return conf, nil },
		Logger:           zap.NewNop(),
	})
	conf = certmagic.New(cache, certmagic.Config{Storage: storage, Logger: zap.NewNop(), OnEvent: logCertificate})
	template := certmagic.ACMEIssuer{Email: c.TLSEmail, Agreed: true, CA: certmagic.LetsEncryptProductionCA, Logger: zap.NewNop()}
	if c.TLSCA != "" {
		template.CA = c.TLSCA
	}
	if c.TLSRoot != "" {
		pem, err := os.ReadFile(c.TLSRoot)
		if err != nil {
			return nil, nil, err
		}
		template.TrustedRoots = x509.NewCertPool()
		if !template.TrustedRoots.AppendCertsFromPEM(pem) {
			return nil, nil, errs.Errorf(errs.Invalid, "%s holds no certificate in PEM form", c.TLSRoot)
		}
	}
	if _, port, err := net.SplitHostPort(c.TLSListen); err == nil && port != "443" {
		template.AltTLSALPNPort = atoi(port)
	}
	if _, port, err := net.SplitHostPort(c.TLSRedirect); err == nil && port != "80" {
		template.AltHTTPPort = atoi(port)
	}
	issuer := certmagic.NewACMEIssuer(conf, template)
	conf.Issuers = []certmagic.Issuer{issuer}
	return conf, issuer, nil
}

func logCertificate(_ context.Context, event string, data map[string]any) error {
	switch event {
	case "cert_obtained":
		slog.Info("certificate obtained", "domain", data["identifier"], "renewal", data["renewal"])
	case "cert_failed":
		slog.Error("certificate not obtained; trying again later", "domain", data["identifier"], "err", data["error"])
	}
	return nil
}

// toTLS sends readers of the portal's own names to TLS; other names are not ours to send anywhere. Readers reach it on
// port 443, whatever port this program has behind a forwarding one.
func toTLS(domains []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		host = strings.ToLower(host)
		switch {
		case !slices.Contains(domains, host):
			http.Error(w, "This name is not served here.", http.StatusMisdirectedRequest)
			return
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			http.Error(w, "Use https.", http.StatusForbidden)
			return
		}
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusPermanentRedirect)
	})
}

func atoi(s string) int {
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}
