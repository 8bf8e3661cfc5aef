package mail

import (
	"context"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/mail/mailtest"
)

// A server that examines a mail for 40 seconds accepts it within the minute of a job.
func TestAcceptLimit(t *testing.T) {
	if got := acceptLimit(t.Context()); got != 10*time.Minute { // RFC 5321, 4.5.3.2.6
		t.Errorf("without a deadline: %s", got)
	}
	for timeout, want := range map[time.Duration]time.Duration{time.Minute: 49 * time.Second, 4 * time.Second: 2 * time.Second} {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		if got := acceptLimit(ctx); got < want || got > timeout-timeout/6 {
			t.Errorf("%s before the deadline: %s", timeout, got)
		}
	}
}

// The names of a server with implicit TLS are verified, and PLAIN is used there.
func TestImplicitTLS(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	file := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", file)
	relay := mailtest.NewTLS(t, web.TLS)
	relay.Reply("EHLO", "250-mailtest\r\n250 AUTH PLAIN LOGIN")
	s := &Server{Host: relay.Address, From: "interview@example.com", TLS: "tls", Username: "user", Password: "password"}
	if err := s.Send(t.Context(), Mail{ID: "m1", To: "zhao@example.com", Subject: "s", Text: "t", Date: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if got := relay.Commands("AUTH PLAIN"); len(relay.Mails()) != 1 || len(got) != 1 {
		t.Errorf("%d mails, %q", len(relay.Mails()), got)
	}
}
