package cli

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

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/mail"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/wecom/callback"
)

// maxBodyBytes limits the response body that is read from the public address.
const maxBodyBytes = 64 << 10

// checkSettings validates the settings as the server does at startup.
func (p *installation) checkSettings(context.Context) checkResult {
	if missing := p.MissingSettings(); len(missing) > 0 {
		return newResult(stateFail, "settings.missing", "Names", strings.Join(missing, ", "))
	}
	if err := p.CheckSettings(); err != nil {
		return newResult(stateFail, "settings.wrong", "Error", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	if !strings.HasPrefix(p.PublicURL, "https://") {
		return newResult(stateWarn, "settings.http", "PublicURL", p.PublicURL)
	}
	return newResult(stateOK, "settings.ok")
}

// checkVariables finds variables that are misspelt settings.
func (p *installation) checkVariables(context.Context) checkResult {
	unknown := app.UnknownVariables()
	if len(unknown) == 0 {
		return newResult(stateOK, "variables.ok")
	}
	names := make([]string, 0, len(unknown))
	for _, v := range unknown {
		if v.Suggestion != "" {
			v.Name += " → " + v.Suggestion
		}
		names = append(names, v.Name)
	}
	return newResult(stateWarn, "variables.unknown", "Names", strings.Join(names, ", "))
}

// checkSecretKey reports that the keys of encrypted values are derived from the
// Secret in WeCom, and old keys that are still accepted.
func (p *installation) checkSecretKey(context.Context) checkResult {
	_, old, err := p.SecretKeys()
	switch {
	case err != nil:
		return newResult(stateFail, "secretkey.wrong", "Error", err.Error())
	case p.SecretKey == "":
		return newResult(stateWarn, "secretkey.derived")
	}
	return newResult(stateOK, "secretkey.ok", "Old", len(old))
}

// checkFiles writes a file into the file store, reads it and deletes it.
func (p *installation) checkFiles(ctx context.Context) checkResult {
	dir, err := app.ProbeFiles(ctx, *p.Config)
	if err != nil {
		return newResult(stateFail, "files.wrong", "Error", err.Error())
	}
	return newResult(stateOK, "files.ok", "Path", dir)
}

// checkSend reports that nothing is sent.
func (p *installation) checkSend(context.Context) checkResult {
	if p.SendsNothing() {
		return newResult(stateWarn, "send.off")
	}
	return newResult(stateOK, "send.on")
}

// checkDatabase connects to the database and counts pending migrations.
func (p *installation) checkDatabase(ctx context.Context) checkResult {
	if path := strings.TrimPrefix(p.DatabaseURL, "sqlite://"); !strings.Contains(path, "://") {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return newResult(stateWarn, "database.absent", "Path", path)
		}
	}
	d, err := db.Open(ctx, p.DatabaseURL)
	if errors.Is(err, db.ErrTransactionPooling) {
		return newResult(stateFail, "database.pooled")
	}
	if err != nil {
		return newResult(stateFail, "database.unreachable", "Error", errorWithoutURL(err))
	}
	defer func() { _ = d.Close() }()
	n, err := d.Pending(ctx)
	switch {
	case err != nil:
		return newResult(stateFail, "database.unreachable", "Error", errorWithoutURL(err))
	case n > 0:
		return newResult(stateWarn, "database.pending", "Count", n)
	}
	return newResult(stateOK, "database.ok", "Kind", string(d.Dialect()))
}

// checkCallback sends the verification request that WeCom sends when an
// administrator saves the callback URL.
func (p *installation) checkCallback(ctx context.Context) checkResult {
	w := p.WeCom
	codec, err := callback.NewCodec(w.Token, w.EncodingAESKey, w.CorpID)
	if err != nil {
		return newResult(stateFail, "callback.keys")
	}
	word := rand.Text()
	echo, err := codec.Encrypt([]byte(word))
	if err != nil {
		return newResult(stateFail, "callback.keys")
	}
	timestamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), rand.Text()
	address := fmt.Sprintf("%s/wecom/callback/%s/%d", p.PublicURL, w.CorpID, w.AgentID)
	query := url.Values{"timestamp": {timestamp}, "nonce": {nonce}, "echostr": {echo}, "msg_signature": {codec.Sign(timestamp, nonce, echo)}}
	status, body, err := p.fetchURL(ctx, address+"?"+query.Encode())
	switch {
	case err != nil:
		return newResult(stateFail, "callback.unreachable", "Address", address, "Error", errorWithoutURL(err))
	case status == http.StatusNotFound:
		return newResult(stateFail, "callback.elsewhere", "Address", address)
	case status != http.StatusOK:
		return newResult(stateFail, "callback.refused", "Address", address, "Status", status)
	case body != word:
		return newResult(stateFail, "callback.elsewhere", "Address", address)
	}
	return newResult(stateOK, "callback.ok", "Address", address)
}

// checkDomainFile compares the domain verification file on disk with what the
// server serves.
func (p *installation) checkDomainFile(ctx context.Context) checkResult {
	path := p.WeCom.DomainFile
	if path == "" {
		return newResult(stateWarn, "file.none")
	}
	want, err := os.ReadFile(path)
	if err != nil {
		return newResult(stateFail, "file.unreadable", "Error", errorWithoutURL(err))
	}
	address := p.PublicURL + "/" + filepath.Base(path)
	status, body, err := p.fetchURL(ctx, address)
	switch {
	case err != nil:
		return newResult(stateFail, "file.unreachable", "Address", address, "Error", errorWithoutURL(err))
	case status != http.StatusOK || strings.TrimSpace(body) != strings.TrimSpace(string(want)):
		return newResult(stateFail, "file.differs", "Address", address)
	}
	return newResult(stateOK, "file.ok", "Address", address)
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
func (p *installation) checkSandbox(ctx context.Context) checkResult {
	switch p.Sandbox.Mode {
	case app.SandboxRunners:
		return p.checkRunners(ctx)
	case app.SandboxOff:
		return newResult(stateOK, "sandbox.disabled")
	}
	settings := p.Sandbox.Settings(slog.New(slog.DiscardHandler))
	dir, err := os.MkdirTemp("", "huimian-doctor-")
	if err != nil {
		return newResult(stateWarn, "sandbox.off", "Reason", errorWithoutURL(err))
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
		return newResult(stateWarn, "sandbox.off", "Reason", errorWithoutURL(err))
	}
	return newSandboxResult(r)
}

// checkRunners reports the runners that the database knows.
func (p *installation) checkRunners(ctx context.Context) checkResult {
	languages, count, err := app.CheckRunners(ctx, *p.Config)
	if err != nil {
		return newResult(stateWarn, "sandbox.norunner", "Reason", errorWithoutURL(err))
	}
	var names []string
	for _, l := range languages {
		names = append(names, l.Name)
	}
	return newResult(stateOK, "sandbox.runners", "Count", count, "Languages", strings.Join(names, ", "))
}

func newSandboxResult(r sandbox.Runner) checkResult {
	var names []string
	for _, l := range r.Languages() {
		names = append(names, l.Name)
	}
	var missing []string
	for _, l := range r.MissingLanguages() {
		missing = append(missing, l.ID+" ("+l.Reason+")")
	}
	if len(missing) > 0 {
		return newResult(stateWarn, "sandbox.missing", "Languages", strings.Join(names, ", "), "Missing", strings.Join(missing, ", "))
	}
	return newResult(stateOK, "sandbox.ok", "Languages", strings.Join(names, ", "))
}

// checkMail connects to the mail server and signs in as the delivery does, or requests
// the mailbox of the app. It sends no mail.
func (p *installation) checkMail(ctx context.Context) checkResult {
	if p.Mail.Provider == app.MailProviderWeCom && p.failed["ip"] {
		return checkResult{state: stateSkip, id: "doctor.skipped"}
	}
	sender := p.Mail.NewSender(p.client, nil)
	if sender == nil {
		return newResult(stateWarn, "mail.none")
	}
	err := sender.Check(ctx)
	switch {
	case p.Mail.Provider == app.MailProviderWeCom && err != nil:
		return newResult(stateFail, "mail.wecom", "Error", errorWithoutURL(err))
	case p.Mail.Provider == app.MailProviderWeCom:
		address, _ := sender.FromAddress(ctx) // Check has requested it
		return newResult(stateOK, "mail.wecom_ok", "Address", address)
	case err == nil:
		return newResult(stateOK, "mail.ok", "Host", p.Mail.Host)
	case mail.ClassOf(err) == mail.Configuration:
		return newResult(stateFail, "mail.configuration", "Host", p.Mail.Host, "Error", errorWithoutURL(err))
	default:
		return newResult(stateFail, "mail.unreachable", "Host", p.Mail.Host, "Error", errorWithoutURL(err))
	}
}
