package doctor

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/oidc"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/internal/tlscert"
	"github.com/huimian/huimian/wecom/callback"
)

// maxBodyBytes limits the response body that is read from the public address.
const maxBodyBytes = 64 << 10

// checkSettings validates the settings as the server does at startup.
func (p *installation) checkSettings(context.Context) systemstatus.Result {
	if missing := p.MissingSettings(); len(missing) > 0 {
		return systemstatus.NewResult(systemstatus.Fail, "settings.missing", "Names", strings.Join(missing, ", "))
	}
	if err := p.CheckSettings(); err != nil {
		return systemstatus.NewResult(systemstatus.Fail, "settings.wrong", "Error", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	if !strings.HasPrefix(p.PublicURL, "https://") {
		return systemstatus.NewResult(systemstatus.Warn, "settings.http", "PublicURL", p.PublicURL)
	}
	return systemstatus.NewResult(systemstatus.OK, "settings.ok")
}

// checkVariables finds variables that are misspelt settings.
func (p *installation) checkVariables(context.Context) systemstatus.Result {
	unknown := app.UnknownVariables()
	if len(unknown) == 0 {
		return systemstatus.NewResult(systemstatus.OK, "variables.ok")
	}
	names := make([]string, 0, len(unknown))
	for _, v := range unknown {
		if v.Suggestion != "" {
			v.Name += " → " + v.Suggestion
		}
		names = append(names, v.Name)
	}
	return systemstatus.NewResult(systemstatus.Warn, "variables.unknown", "Names", strings.Join(names, ", "))
}

// checkSecretKey reports that the keys of encrypted values are derived from the
// Secret in WeCom, and old keys that are still accepted.
func (p *installation) checkSecretKey(context.Context) systemstatus.Result {
	_, old, err := p.SecretKeys()
	switch {
	case err != nil:
		return systemstatus.NewResult(systemstatus.Fail, "secretkey.wrong", "Error", err.Error())
	case p.SecretKey == "":
		return systemstatus.NewResult(systemstatus.Warn, "secretkey.derived")
	}
	return systemstatus.NewResult(systemstatus.OK, "secretkey.ok", "Old", len(old))
}

// checkFiles writes a file into the file store, reads it and deletes it.
func (p *installation) checkFiles(ctx context.Context) systemstatus.Result {
	location, err := app.ProbeFiles(ctx, *p.Config)
	s := p.Files.S3
	switch {
	case err != nil && s.Bucket == "":
		return systemstatus.NewResult(systemstatus.Fail, "files.wrong", "Error", err.Error())
	case err != nil:
		id := bucketProblems[filestore.ProblemOf(err)]
		return systemstatus.NewResult(systemstatus.Fail, id, "Error", err.Error(), "Bucket", s.Bucket, "Endpoint", s.Endpoint, "Region", s.Region)
	case s.Bucket != "" && strings.HasPrefix(s.Endpoint, "http://"):
		return systemstatus.NewResult(systemstatus.Warn, "files.s3_plain", "Path", location)
	}
	return systemstatus.NewResult(systemstatus.OK, "files.ok", "Path", location)
}

// bucketProblems are the text ids of the problems of a bucket.
var bucketProblems = map[filestore.Problem]string{
	filestore.ProblemAccessKey: "files.s3_access_key", filestore.ProblemSecretKey: "files.s3_secret_key", filestore.ProblemDenied: "files.s3_denied",
	filestore.ProblemBucket: "files.s3_bucket", filestore.ProblemRegion: "files.s3_region", filestore.ProblemClock: "files.s3_clock",
	filestore.ProblemUnreachable: "files.s3_unreachable", filestore.ProblemOther: "files.s3_other",
}

// checkOIDC reads the configuration of the OpenID Connect provider. Whether the client id and
// the client secret are right is known with a sign-in only.
func (p *installation) checkOIDC(ctx context.Context) systemstatus.Result {
	issuer := p.OIDC.Issuer
	switch err := app.DiscoverOIDC(ctx, *p.Config); {
	case err != nil && errors.Is(err, oidc.ErrIssuer):
		return systemstatus.NewResult(systemstatus.Fail, "oidc.issuer", "Issuer", issuer, "Error", err.Error())
	case err != nil:
		return systemstatus.NewResult(systemstatus.Fail, "oidc.unavailable", "Issuer", issuer, "Error", err.Error())
	case issuer == "":
		return systemstatus.NewResult(systemstatus.OK, "oidc.none")
	}
	return systemstatus.NewResult(systemstatus.OK, "oidc.ok", "Issuer", issuer, "Callback", p.PublicURL+account.OIDCCallbackPath)
}

// checkSend reports that nothing is sent.
func (p *installation) checkSend(context.Context) systemstatus.Result {
	if p.SendsNothing() {
		return systemstatus.NewResult(systemstatus.Warn, "send.off")
	}
	return systemstatus.NewResult(systemstatus.OK, "send.on")
}

// checkDatabase connects to the database and counts pending migrations.
func (p *installation) checkDatabase(ctx context.Context) systemstatus.Result {
	if path := strings.TrimPrefix(p.DatabaseURL, "sqlite://"); !strings.Contains(path, "://") {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return systemstatus.NewResult(systemstatus.Warn, "database.absent", "Path", path)
		}
	}
	d, err := db.Open(ctx, p.DatabaseURL)
	if errors.Is(err, db.ErrTransactionPooling) {
		return systemstatus.NewResult(systemstatus.Fail, "database.pooled")
	}
	if err != nil {
		return systemstatus.NewResult(systemstatus.Fail, "database.unreachable", "Error", errorWithoutURL(err))
	}
	defer func() { _ = d.Close() }()
	n, err := d.Pending(ctx)
	switch {
	case err != nil:
		return systemstatus.NewResult(systemstatus.Fail, "database.unreachable", "Error", errorWithoutURL(err))
	case n > 0:
		return systemstatus.NewResult(systemstatus.Warn, "database.pending", "Count", n)
	}
	return systemstatus.NewResult(systemstatus.OK, "database.ok", "Kind", string(d.Dialect()))
}

// checkCallback sends the verification request that WeCom sends when an
// administrator saves the callback URL.
func (p *installation) checkCallback(ctx context.Context) systemstatus.Result {
	w := p.WeCom
	codec, err := callback.NewCodec(w.Token, w.EncodingAESKey, w.CorpID)
	if err != nil {
		return systemstatus.NewResult(systemstatus.Fail, "callback.keys")
	}
	return p.verifyURL(ctx, "callback", fmt.Sprintf("%s/wecom/callback/%s/%d", p.PublicURL, w.CorpID, w.AgentID), codec)
}

// checkSmartBot sends the same request to the callback URL of the smart bot, if there is one.
func (p *installation) checkSmartBot(ctx context.Context) systemstatus.Result {
	address, codec, err := app.SmartBotCallback(ctx, *p.Config)
	switch {
	case errors.Is(err, secretbox.ErrDecrypt):
		return systemstatus.NewResult(systemstatus.Fail, "smartbot.keys")
	case err != nil: // the check of the database reports it
		return systemstatus.Result{State: systemstatus.Skip, ID: systemstatus.Skipped}
	case codec == nil:
		return systemstatus.NewResult(systemstatus.Skip, "smartbot.off")
	}
	return p.verifyURL(ctx, "smartbot", address, codec)
}

// verifyURL sends the verification request of WeCom to a callback URL. What depends on the settings behind
// the URL has texts of the check.
func (p *installation) verifyURL(ctx context.Context, check, address string, codec *callback.Codec) systemstatus.Result {
	word := rand.Text()
	echo, err := codec.Encrypt([]byte(word))
	if err != nil {
		return systemstatus.NewResult(systemstatus.Fail, check+".keys")
	}
	timestamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), rand.Text()
	query := url.Values{"timestamp": {timestamp}, "nonce": {nonce}, "echostr": {echo}, "msg_signature": {codec.Sign(timestamp, nonce, echo)}}
	status, body, err := p.fetchURL(ctx, address+"?"+query.Encode())
	switch {
	case err != nil:
		return systemstatus.NewResult(systemstatus.Fail, "callback.unreachable", "Address", address, "Error", errorWithoutURL(err))
	case status == http.StatusNotFound:
		return systemstatus.NewResult(systemstatus.Fail, check+".elsewhere", "Address", address)
	case status != http.StatusOK:
		return systemstatus.NewResult(systemstatus.Fail, check+".refused", "Address", address, "Status", status)
	case body != word:
		return systemstatus.NewResult(systemstatus.Fail, check+".elsewhere", "Address", address)
	}
	return systemstatus.NewResult(systemstatus.OK, "callback.ok", "Address", address)
}

// checkDomainFile compares the domain verification file on disk with what the
// server serves.
func (p *installation) checkDomainFile(ctx context.Context) systemstatus.Result {
	path := p.WeCom.DomainFile
	if path == "" {
		return systemstatus.NewResult(systemstatus.Warn, "file.none")
	}
	want, err := os.ReadFile(path)
	if err != nil {
		return systemstatus.NewResult(systemstatus.Fail, "file.unreadable", "Error", errorWithoutURL(err))
	}
	address := p.PublicURL + "/" + filepath.Base(path)
	status, body, err := p.fetchURL(ctx, address)
	switch {
	case err != nil:
		return systemstatus.NewResult(systemstatus.Fail, "file.unreachable", "Address", address, "Error", errorWithoutURL(err))
	case status != http.StatusOK || strings.TrimSpace(body) != strings.TrimSpace(string(want)):
		return systemstatus.NewResult(systemstatus.Fail, "file.differs", "Address", address)
	}
	return systemstatus.NewResult(systemstatus.OK, "file.ok", "Address", address)
}

// checkCertificate reads the files of the built-in TLS.
func (p *installation) checkCertificate(context.Context) systemstatus.Result {
	t := p.TLS
	if t.Certificate == "" {
		return systemstatus.NewResult(systemstatus.Skip, "certificate.none")
	}
	files, err := tlscert.OpenFiles(t.Certificate, t.Key, nil, nil)
	if err != nil {
		return systemstatus.NewResult(systemstatus.Fail, "settings.wrong", "Error", err.Error())
	}
	leaf := files.Certificate().Leaf
	if own, err := url.Parse(p.PublicURL); err == nil && leaf.VerifyHostname(own.Hostname()) != nil {
		return systemstatus.NewResult(systemstatus.Warn, "certificate.other", "Host", own.Hostname(), "Names", strings.Join(leaf.DNSNames, ", "))
	}
	return systemstatus.CertificateResult(leaf.NotAfter, time.Now(), time.UTC)
}

func (p *installation) fetchURL(ctx context.Context, address string) (status int, body string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	res, err := p.http.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxBodyBytes))
	return res.StatusCode, string(raw), err
}

// checkSandbox starts a sandbox in a temporary folder, because the configured one
// may be in use by the server.
func (p *installation) checkSandbox(ctx context.Context) systemstatus.Result {
	switch p.Sandbox.Mode {
	case app.SandboxRunners:
		return p.checkRunners(ctx)
	case app.SandboxOff:
		return systemstatus.NewResult(systemstatus.OK, "sandbox.disabled")
	}
	settings := p.Sandbox.Settings(slog.New(slog.DiscardHandler))
	dir, err := os.MkdirTemp("", "huimian-doctor-")
	if err != nil {
		return systemstatus.NewResult(systemstatus.Warn, "sandbox.off", "Reason", errorWithoutURL(err))
	}
	defer func() { _ = os.RemoveAll(dir) }()
	settings.Root, settings.PoolSize = dir, 0
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := sandbox.New(ctx, settings)
	if err == nil {
		err = r.Ready()
	}
	if err != nil {
		return systemstatus.NewResult(systemstatus.Warn, "sandbox.off", "Reason", errorWithoutURL(err))
	}
	return systemstatus.SandboxResult(r)
}

// checkRunners reports the runners that the database knows.
func (p *installation) checkRunners(ctx context.Context) systemstatus.Result {
	languages, count, err := app.CheckRunners(ctx, *p.Config)
	if err != nil {
		return systemstatus.NewResult(systemstatus.Warn, "sandbox.norunner", "Reason", errorWithoutURL(err))
	}
	var names []string
	for _, l := range languages {
		names = append(names, l.Name)
	}
	return systemstatus.NewResult(systemstatus.OK, "sandbox.runners", "Count", count, "Languages", strings.Join(names, ", "))
}

// checkMail connects to the mail server and signs in as the delivery does, or requests
// the mailbox of the app. It sends no mail.
func (p *installation) checkMail(ctx context.Context) systemstatus.Result {
	if p.Mail.Provider == app.MailProviderWeCom && p.failed["ip"] {
		return systemstatus.Result{State: systemstatus.Skip, ID: systemstatus.Skipped}
	}
	sender := p.Mail.NewSender(p.client, nil)
	if sender == nil {
		return systemstatus.NewResult(systemstatus.Warn, "mail.none")
	}
	err := sender.Check(ctx)
	switch {
	case p.Mail.Provider == app.MailProviderWeCom && err != nil:
		return systemstatus.NewResult(systemstatus.Fail, "mail.wecom", "Error", errorWithoutURL(err))
	case p.Mail.Provider == app.MailProviderWeCom:
		address, _ := sender.FromAddress(ctx) // Check has requested it
		return systemstatus.NewResult(systemstatus.OK, "mail.wecom_ok", "Address", address)
	case err == nil:
		return systemstatus.NewResult(systemstatus.OK, "mail.ok", "Host", p.Mail.Host)
	case mail.ClassOf(err) == mail.Configuration:
		return systemstatus.NewResult(systemstatus.Fail, "mail.configuration", "Host", p.Mail.Host, "Error", errorWithoutURL(err))
	default:
		return systemstatus.NewResult(systemstatus.Fail, "mail.unreachable", "Host", p.Mail.Host, "Error", errorWithoutURL(err))
	}
}
