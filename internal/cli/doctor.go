package cli

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/wecom"
)

// checkTimeout limits one check.
const checkTimeout = 20 * time.Second

// Doctor is the command "doctor": it checks each setting of an installation
// against WeCom and the running server, and prints advice for each failure. It
// changes nothing.
type Doctor struct {
	app.Config
	Lang string `enum:",zh-CN,en,ja" default:"" help:"Language of the findings: zh-CN, en or ja; default: that of the terminal."`
	JSON bool   `help:"Print JSON."`
}

// checkState is the outcome of a check.
type checkState string

const (
	stateOK   checkState = "ok"
	stateWarn checkState = "warn" // the product works, but a feature is missing
	stateFail checkState = "fail"
	stateSkip checkState = "skip" // not configured, or a check that it depends on failed
)

// checkResult is the result of a check: a text id with its parameters.
type checkResult struct {
	state  checkState
	id     string
	params map[string]any
}

// finding is a localized checkResult.
type finding struct {
	Check  string     `json:"check"`
	State  checkState `json:"state"`
	Name   string     `json:"name"`
	Text   string     `json:"text"`
	Advice string     `json:"advice,omitempty"`
	Page   string     `json:"page,omitempty"`
}

// installation holds the settings under test and what earlier checks found.
type installation struct {
	*app.Config
	client *wecom.Client
	agent  *wecom.Agent
	http   *http.Client
	failed map[string]bool
}

// doctorCheck is one check. It is skipped when the check named by needs failed.
type doctorCheck struct {
	name, needs string
	run         func(*installation, context.Context) checkResult
}

var doctorChecks = []doctorCheck{
	{"settings", "", (*installation).checkSettings},
	{"variables", "", (*installation).checkVariables},
	{"secretkey", "", (*installation).checkSecretKey},
	{"database", "", (*installation).checkDatabase},
	{"files", "", (*installation).checkFiles},
	{"send", "", (*installation).checkSend},
	{"clock", "", (*installation).checkClock},
	{"secret", "client", (*installation).checkSecret},
	{"ip", "secret", (*installation).checkTrustedIP},
	{"agent", "ip", (*installation).checkApplication},
	{"range", "agent", (*installation).checkVisibleRange},
	{"administrators", "ip", (*installation).checkAdministrators},
	{"domain", "agent", (*installation).checkTrustedDomain},
	{"jssdk", "ip", (*installation).checkTickets},
	{"calendar", "ip", (*installation).checkCalendar},
	{"meetings", "ip", (*installation).checkMeetings},
	{"callback", "", (*installation).checkCallback},
	{"file", "", (*installation).checkDomainFile},
	{"sandbox", "", (*installation).checkSandbox},
	{"mail", "", (*installation).checkMail},
	{"showmebug", "", (*installation).checkShowMeBug},
}

// Run runs every check and prints the findings.
func (d *Doctor) Run(ctx context.Context, s *session) error {
	s.json = d.JSON
	if err := d.LoadSecrets(); err != nil {
		return usageError{err}
	}
	findings, _ := runChecks(ctx, &d.Config, d.textLanguage())
	if err := s.printFindings(findings); err != nil {
		return err
	}
	for _, f := range findings {
		if f.State == stateFail {
			return errReported
		}
	}
	return nil
}

func (d *Doctor) textLanguage() string {
	if d.Lang != "" {
		return d.Lang
	}
	return app.TerminalLanguage()
}

// runChecks returns the findings of all checks, and the IP address from which WeCom sees
// this server if it is not trusted.
func runChecks(ctx context.Context, cfg *app.Config, lang string) (findings []finding, untrustedIP string) {
	p := newInstallation(cfg)
	for _, c := range doctorChecks {
		o := checkResult{state: stateSkip, id: "doctor.skipped"}
		if !p.failed[c.needs] {
			o = p.runCheck(ctx, c)
		}
		p.failed[c.name] = o.state == stateFail || o.id == "doctor.skipped"
		findings = append(findings, o.localize(lang, c.name))
		if ip, ok := o.params["IP"].(string); ok && ip != "?" {
			untrustedIP = ip
		}
	}
	return findings, untrustedIP
}

func newInstallation(cfg *app.Config) *installation {
	p := &installation{Config: cfg, failed: map[string]bool{}, http: &http.Client{
		Timeout:       checkTimeout / 2,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	w := cfg.WeCom
	var err error
	p.client, err = wecom.New(wecom.Config{CorpID: w.CorpID, AgentID: w.AgentID, Secret: w.Secret, BaseURL: w.BaseURL,
		OAuthURL: w.OAuthURL, LoginURL: w.LoginURL, Timeout: checkTimeout / 2, Logger: slog.New(slog.DiscardHandler)})
	p.failed["client"] = err != nil
	return p
}

func (p *installation) runCheck(ctx context.Context, c doctorCheck) checkResult {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	return c.run(p, ctx)
}

// localize returns the finding in a language.
func (o checkResult) localize(lang, check string) finding {
	f := finding{Check: check, State: o.state, Name: i18n.T(lang, "doctor.name."+check, nil), Text: i18n.T(lang, o.id, o.params)}
	if o.state == stateOK || o.state == stateSkip {
		return f
	}
	params := maps.Clone(o.params)
	if page, ok := params["Page"].(string); ok {
		f.Page = page
	}
	if id, ok := params["Advice"].(string); ok {
		f.Advice = i18n.T(lang, id, params)
	} else {
		f.Advice = i18n.T(lang, o.id+".do", params)
	}
	return f
}

func newResult(s checkState, id string, nameValue ...any) checkResult {
	o := checkResult{state: s, id: "doctor." + id, params: map[string]any{}}
	for i := 0; i+1 < len(nameValue); i += 2 {
		o.params[fmt.Sprint(nameValue[i])] = nameValue[i+1]
	}
	return o
}

func (s *session) printFindings(findings []finding) error {
	failures := 0
	for _, f := range findings {
		if f.State == stateFail {
			failures++
		}
	}
	if s.json {
		return writeJSON(s.Out, map[string]any{"ok": failures == 0, "checks": findings})
	}
	wide := 0
	for _, f := range findings {
		wide = max(wide, displayWidth(f.Name))
	}
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%-4s  %s%s  %s\n", f.State, f.Name, strings.Repeat(" ", wide-displayWidth(f.Name)), sanitizeCell(f.Text))
		if f.Advice != "" {
			fmt.Fprintf(&b, "      → %s\n", strings.TrimSpace(sanitizeCell(f.Advice)+" "+f.Page))
		}
	}
	_, err := fmt.Fprint(s.Out, b.String())
	return wrapError("writing the findings", err)
}
