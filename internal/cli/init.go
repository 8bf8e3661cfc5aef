package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/doctor"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/internal/setup"
	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/wecom"
)

// Init is the command "init": it writes the environment file of a new installation.
// Settings of flags and of the environment are answers; the others are read from
// the terminal.
type Init struct {
	app.Config
	File       string `arg:"" optional:"" type:"path" default:"huimian.env" help:"File to write."`
	SecretFrom string `name:"wecom-secret-from" type:"path" placeholder:"FILE" help:"File with the Secret of the application; - for standard input. Or set HUIMIAN_WECOM_SECRET."`
	Yes        bool   `short:"y" help:"Do not prompt: use the defaults of settings that are not given."`
	Force      bool   `help:"Update an existing file: keep its other lines, and the values that are not given."`
	Lang       string `enum:",zh-CN,en,ja" default:"" help:"Language: zh-CN, en or ja; default: that of the terminal."`
	JSON       bool   `help:"Print JSON."`
}

// initQuestion is a setting that Init reads from the terminal.
type initQuestion struct {
	name             string
	secret, optional bool
	generate         func() string // for a setting without an answer
}

var initQuestions = []initQuestion{
	{name: "HUIMIAN_PUBLIC_URL"},
	{name: "HUIMIAN_COMPANY_NAME"},
	{name: "HUIMIAN_TIME_ZONE"},
	{name: "HUIMIAN_DATABASE_URL"},
	{name: "HUIMIAN_ADMINISTRATORS", optional: true},
	{name: "HUIMIAN_WECOM_CORP_ID"},
	{name: "HUIMIAN_WECOM_AGENT_ID"},
	{name: "HUIMIAN_WECOM_SECRET", secret: true},
	{name: "HUIMIAN_WECOM_TOKEN", secret: true, generate: setup.GenerateToken},
	{name: "HUIMIAN_WECOM_ENCODING_AES_KEY", secret: true, generate: setup.GenerateEncodingAESKey},
	{name: "HUIMIAN_WECOM_DOMAIN_FILE", optional: true},
}

// Run collects the settings, writes the file, checks the settings and prints the steps
// in WeCom's admin console. Failed checks do not change the exit code: most of them
// pass once these steps are done.
func (c *Init) Run(ctx context.Context, s *session) error {
	s.json = c.JSON
	old, err := c.readAnswers(s)
	if err != nil {
		return err
	}
	if err := c.completeAnswers(s); err != nil {
		return err
	}
	console := setup.Console{PublicURL: c.PublicURL, CorpID: c.WeCom.CorpID, AgentID: c.WeCom.AgentID}
	if c.WeCom.Token == "" {
		console.Token = setup.GenerateToken()
		c.WeCom.Token = wecom.Secret(console.Token)
	}
	if c.WeCom.EncodingAESKey == "" {
		console.EncodingAESKey = setup.GenerateEncodingAESKey()
		c.WeCom.EncodingAESKey = wecom.Secret(console.EncodingAESKey)
	}
	if c.SecretKey == "" {
		c.SecretKey = wecom.Secret(secretbox.GenerateKey())
	}
	if err := c.writeSettings(old); err != nil {
		return err
	}
	findings, callerIP := doctor.Run(ctx, &c.Config, c.language())
	console.CallerIP = callerIP
	return c.printReport(s, findings, console.Steps())
}

func (c *Init) language() string { return (&Doctor{Lang: c.Lang}).textLanguage() }

// readAnswers reads the answers of the environment, of --wecom-secret-from and, with
// --force, of the existing file, whose content it returns.
func (c *Init) readAnswers(s *session) (old []byte, err error) {
	if err := c.LoadSecrets(); err != nil {
		return nil, usageError{err}
	}
	if c.SecretFrom != "" {
		text, err := c.readSecret(s)
		if err == nil {
			err = c.SetSetting("HUIMIAN_WECOM_SECRET", text)
		}
		if err != nil {
			return nil, usageErrorf("--wecom-secret-from: %w", err)
		}
	}
	old, err = os.ReadFile(c.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, usageErrorf("reading the environment file: %w", err)
	case !c.Force:
		return nil, usageErrorf("%s exists: choose another file, or update it with --force", c.File)
	}
	variables, err := setup.ReadFile(c.File)
	if err != nil {
		return nil, usageError{err}
	}
	for _, v := range variables {
		if c.HasDefault(v.Name) {
			_ = c.SetSetting(v.Name, v.Value) // an invalid value is missing afterwards
		}
	}
	return old, nil
}

// maxSecretBytes limits what is read from standard input.
const maxSecretBytes = 64 << 10

func (c *Init) readSecret(s *session) (string, error) {
	if filepath.Base(c.SecretFrom) == "-" { // kong makes the path absolute
		raw, err := io.ReadAll(io.LimitReader(s.In, maxSecretBytes))
		return string(raw), err
	}
	raw, err := os.ReadFile(c.SecretFrom)
	return string(raw), err
}

// completeAnswers prompts for the settings on a terminal. Without one, or with --yes,
// required settings that are missing are an error that names their flags.
func (c *Init) completeAnswers(s *session) error {
	if s.Prompt && !c.Yes {
		in := bufio.NewReader(s.In)
		for _, q := range initQuestions {
			if err := c.askSetting(s, in, q); err != nil {
				return err
			}
		}
	}
	var missing []string
	for _, name := range c.MissingSettings() {
		switch flag := app.SettingFlag(name); {
		case name == "HUIMIAN_WECOM_SECRET":
			missing = append(missing, "--wecom-secret-from (or "+name+")")
		case flag != "":
			missing = append(missing, flag)
		}
	}
	if len(missing) > 0 {
		return usageErrorf("missing: %s", strings.Join(missing, ", "))
	}
	return c.checkAnswers()
}

// checkAnswers checks all settings but the two that are generated later, and makes
// paths absolute: the server may run in another folder.
func (c *Init) checkAnswers() error {
	check := c.Config
	if check.WeCom.Token == "" {
		check.WeCom.Token = "generated"
	}
	if check.WeCom.EncodingAESKey == "" {
		check.WeCom.EncodingAESKey = wecom.Secret(setup.GenerateEncodingAESKey())
	}
	if err := check.CheckSettings(); err != nil {
		return usageError{err}
	}
	c.PublicURL = check.PublicURL
	for _, path := range []*string{&c.DatabaseURL, &c.WeCom.DomainFile} {
		if *path == "" || db.IsPostgresURL(*path) {
			continue
		}
		absolute, err := filepath.Abs(strings.TrimPrefix(*path, "sqlite://"))
		if err != nil {
			return usageError{err}
		}
		*path = absolute
	}
	return nil
}

// askSetting repeats the prompt until the answer is valid. An empty answer keeps the current value.
func (c *Init) askSetting(s *session, in *bufio.Reader, q initQuestion) error {
	lang, current := c.language(), c.SettingText(q.name)
	prompt := i18n.T(lang, "setup.ask."+q.name, nil)
	switch {
	case current != "" && current != "0" && q.secret:
		prompt += " [" + i18n.T(lang, "setup.kept", nil) + "]"
	case current != "" && current != "0":
		prompt += " [" + current + "]"
	}
	for {
		fmt.Fprint(s.Err, prompt+": ")
		answer, err := s.readAnswer(in, q.secret)
		if err != nil {
			return err
		}
		if answer = strings.TrimSpace(answer); answer == "" {
			if current != "" && current != "0" {
				answer = current
			} else if q.optional || q.generate != nil {
				return nil
			}
		}
		if err = c.SetSetting(q.name, answer); err == nil {
			return nil
		}
		fmt.Fprintln(s.Err, "  "+sanitizeCell(err.Error()))
	}
}

// readAnswer reads a line. A secret is read without echo where the terminal can do so.
func (s *session) readAnswer(in *bufio.Reader, secret bool) (string, error) {
	if secret && s.ReadSecret != nil {
		answer, err := s.ReadSecret()
		fmt.Fprintln(s.Err)
		if err != nil {
			return "", fmt.Errorf("reading the answer: %w", err)
		}
		return answer, nil
	}
	answer, err := in.ReadString('\n')
	if err != nil && (answer == "" || !errors.Is(err, io.EOF)) {
		return "", usageErrorf("the input ended before all questions were answered")
	}
	return answer, nil
}

// writeSettings writes the settings of the questions, those that differ from their
// defaults, and the secret key.
func (c *Init) writeSettings(old []byte) error {
	names := make([]string, 0, len(initQuestions))
	for _, q := range initQuestions {
		if !q.optional {
			names = append(names, q.name)
		}
	}
	content, err := setup.Update(old, c.SettingVariables(names...))
	if err != nil {
		return usageError{err}
	}
	return setup.WriteFile(c.File, content)
}

func (c *Init) printReport(s *session, findings []systemstatus.Finding, steps []setup.Step) error {
	lang := c.language()
	for n := range steps {
		if steps[n].Note != "" {
			steps[n].Note = i18n.T(lang, steps[n].Note, nil)
		}
	}
	if c.JSON {
		return writeJSON(s.Out, map[string]any{"file": c.File, "checks": findings, "steps": steps})
	}
	text := func(id string) string { return i18n.T(lang, id, map[string]any{"File": c.File}) }
	fmt.Fprintf(s.Out, "%s\n\n%s\n", text("setup.written"), text("setup.checks"))
	if err := s.printFindings(findings); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", text("setup.steps"))
	for n, step := range steps {
		fmt.Fprintf(&b, "\n%d. %s\n", n+1, step.Place)
		for _, v := range step.Values {
			fmt.Fprintf(&b, "   %s: %s\n", v.Name, v.Value)
		}
		if step.Note != "" {
			fmt.Fprintf(&b, "   %s\n", step.Note)
		}
	}
	fmt.Fprintf(&b, "\n%s\n   huimian serve --env-file %s\n%s\n   huimian doctor --env-file %s\n", text("setup.start"), c.File, text("setup.finish"), c.File)
	_, err := fmt.Fprint(s.Out, b.String())
	return wrapError("writing the steps", err)
}
