package cli

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/smtp"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/wecom/callback"
)

// largestAnswer bounds what is read from our own address.
const largestAnswer = 64 << 10

// settings looks at them as the server does at its start.
func (p *patient) settings(context.Context) outcome {
	if missing := p.Missing(); len(missing) > 0 {
		return found(stateFail, "settings.missing", "Names", strings.Join(missing, ", "))
	}
	if err := p.Check(); err != nil {
		return found(stateFail, "settings.wrong", "Error", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	if !strings.HasPrefix(p.PublicURL, "https://") {
		return found(stateWarn, "settings.http", "PublicURL", p.PublicURL)
	}
	return found(stateOK, "settings.ok")
}

// database connects and counts what is to be migrated.
func (p *patient) database(ctx context.Context) outcome {
	if path := strings.TrimPrefix(p.DatabaseURL, "sqlite://"); !strings.Contains(path, "://") {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return found(stateWarn, "database.absent", "Path", path)
		}
	}
	d, err := db.Open(ctx, p.DatabaseURL)
	if err != nil {
		return found(stateFail, "database.unreachable", "Error", plain(err))
	}
	defer func() { _ = d.Close() }()
	n, err := d.Pending(ctx)
	switch {
	case err != nil:
		return found(stateFail, "database.unreachable", "Error", plain(err))
	case n > 0:
		return found(stateWarn, "database.pending", "Count", n)
	}
	return found(stateOK, "database.ok", "Kind", string(d.Dialect()))
}

// callback asks our own address as WeCom does when an administrator saves it.
func (p *patient) callback(ctx context.Context) outcome {
	w := p.WeCom
	codec, err := callback.NewCodec(callback.Secret(w.Token), callback.Secret(w.EncodingAESKey), w.CorpID)
	if err != nil {
		return found(stateFail, "callback.keys")
	}
	word := rand.Text()
	echo, err := codec.Encrypt([]byte(word))
	if err != nil {
		return found(stateFail, "callback.keys")
	}
	timestamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), rand.Text()
	address := fmt.Sprintf("%s/wecom/callback/%s/%d", strings.TrimRight(p.PublicURL, "/"), w.CorpID, w.AgentID)
	query := url.Values{"timestamp": {timestamp}, "nonce": {nonce}, "echostr": {echo}, "msg_signature": {codec.Sign(timestamp, nonce, echo)}}
	status, body, err := p.fetch(ctx, address+"?"+query.Encode())
	switch {
	case err != nil:
		return found(stateFail, "callback.unreachable", "Address", address, "Error", plain(err))
	case status == http.StatusNotFound:
		return found(stateFail, "callback.elsewhere", "Address", address)
	case status != http.StatusOK:
		return found(stateFail, "callback.refused", "Address", address, "Status", status)
	case body != word:
		return found(stateFail, "callback.elsewhere", "Address", address)
	}
	return found(stateOK, "callback.ok", "Address", address)
}

// domainFile fetches the file by which WeCom knows the domain as ours.
func (p *patient) domainFile(ctx context.Context) outcome {
	path := p.WeCom.DomainFile
	if path == "" {
		return found(stateWarn, "file.none")
	}
	want, err := os.ReadFile(path)
	if err != nil {
		return found(stateFail, "file.unreadable", "Error", plain(err))
	}
	address := strings.TrimRight(p.PublicURL, "/") + "/" + filepath.Base(path)
	status, body, err := p.fetch(ctx, address)
	switch {
	case err != nil:
		return found(stateFail, "file.unreachable", "Address", address, "Error", plain(err))
	case status != http.StatusOK || strings.TrimSpace(body) != strings.TrimSpace(string(want)):
		return found(stateFail, "file.differs", "Address", address)
	}
	return found(stateOK, "file.ok", "Address", address)
}

func (p *patient) fetch(ctx context.Context, address string) (status int, body string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	res, err := p.http.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, largestAnswer))
	return res.StatusCode, string(raw), err
}

// sandbox asks whether programs can be run, in a folder of its own: the
// server's belongs to the server.
func (p *patient) sandbox(ctx context.Context) outcome {
	settings := p.SandboxSettings(slog.New(slog.DiscardHandler))
	dir, err := os.MkdirTemp("", "huimian-doctor-")
	if err != nil {
		return found(stateWarn, "sandbox.off", "Reason", plain(err))
	}
	defer func() { _ = os.RemoveAll(dir) }()
	settings.Root = dir
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := sandbox.New(ctx, settings)
	if err == nil {
		err = r.Ready()
	}
	if err != nil {
		return found(stateWarn, "sandbox.off", "Reason", plain(err))
	}
	var names []string
	for _, l := range r.Languages() {
		names = append(names, l.Name)
	}
	return found(stateOK, "sandbox.ok", "Languages", strings.Join(names, ", "))
}

// mail waits for the greeting of the mail server. Nobody signs in and nothing
// is sent.
func (p *patient) mail(ctx context.Context) outcome {
	m := p.Mail
	if m.Host == "" {
		return found(stateWarn, "mail.none")
	}
	conn, err := dial(ctx, m.Host, m.TLS == "tls")
	if err != nil {
		return found(stateFail, "mail.unreachable", "Host", m.Host, "Error", plain(err))
	}
	defer func() { _ = conn.Close() }()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	host, _, _ := net.SplitHostPort(m.Host)
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return found(stateFail, "mail.unreachable", "Host", m.Host, "Error", plain(err))
	}
	defer func() { _ = c.Quit() }()
	if offered, _ := c.Extension("STARTTLS"); m.TLS == "starttls" && !offered {
		return found(stateFail, "mail.starttls", "Host", m.Host)
	}
	return found(stateOK, "mail.ok", "Host", m.Host)
}

func dial(ctx context.Context, address string, secure bool) (net.Conn, error) {
	d := net.Dialer{Timeout: checkTime / 2}
	if secure {
		return (&tls.Dialer{NetDialer: &d}).DialContext(ctx, "tcp", address)
	}
	return d.DialContext(ctx, "tcp", address)
}
