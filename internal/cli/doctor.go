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

// checkTime bounds one check.
const checkTime = 20 * time.Second

// Doctor is the command "doctor": it checks the settings of an installation
// one by one, against WeCom and against the installation itself, and says what
// to do. It changes nothing.
type Doctor struct {
	app.Config
	Lang string `enum:",zh-CN,en,ja" default:"" help:"Language of the findings: zh-CN, en or ja; that of the terminal when left out."`
	JSON bool   `help:"Print JSON for scripts."`
}

// state says how a check ended.
type state string

const (
	stateOK   state = "ok"
	stateWarn state = "warn" // it works, but something will be missing
	stateFail state = "fail"
	stateSkip state = "skip" // nothing to check, or not before another failure is mended
)

// outcome is what a check found: a text by its id, and the values in it.
type outcome struct {
	state  state
	id     string
	params map[string]any
}

// finding is an outcome in the reader's language.
type finding struct {
	Check  string `json:"check"`
	State  state  `json:"state"`
	Name   string `json:"name"`
	Text   string `json:"text"`
	Advice string `json:"advice,omitempty"`
	Page   string `json:"page,omitempty"`
}

// patient is what is looked at.
type patient struct {
	*app.Config
	client *wecom.Client
	agent  *wecom.Agent
	http   *http.Client
	failed map[string]bool
}

// check is one question. It is not asked when the one that it needs failed.
type check struct {
	name, needs string
	ask         func(*patient, context.Context) outcome
}

var checks = []check{
	{"settings", "", (*patient).settings},
	{"database", "", (*patient).database},
	{"clock", "", (*patient).clock},
	{"secret", "client", (*patient).secret},
	{"ip", "secret", (*patient).trustedIP},
	{"agent", "ip", (*patient).application},
	{"range", "agent", (*patient).visibleRange},
	{"domain", "agent", (*patient).trustedDomain},
	{"jssdk", "ip", (*patient).tickets},
	{"callback", "", (*patient).callback},
	{"file", "", (*patient).domainFile},
	{"sandbox", "", (*patient).sandbox},
	{"mail", "", (*patient).mail},
	{"showmebug", "", (*patient).showMeBug},
}

// Run asks every question and prints what was found.
func (d *Doctor) Run(ctx context.Context, s *session) error {
	s.json = d.JSON
	if err := d.LoadSecrets(); err != nil {
		return usage{err}
	}
	findings := diagnose(ctx, &d.Config, d.language())
	if err := s.report(findings); err != nil {
		return err
	}
	for _, f := range findings {
		if f.State == stateFail {
			return errReported
		}
	}
	return nil
}

func (d *Doctor) language() string {
	if d.Lang != "" {
		return d.Lang
	}
	tag, _, _ := strings.Cut(app.Locale(), ".")
	return i18n.Match(strings.ReplaceAll(tag, "_", "-"))
}

func diagnose(ctx context.Context, cfg *app.Config, lang string) []finding {
	p := newPatient(cfg)
	findings := make([]finding, 0, len(checks))
	for _, c := range checks {
		o := outcome{state: stateSkip, id: "doctor.skipped"}
		if !p.failed[c.needs] {
			o = p.within(ctx, c)
		}
		p.failed[c.name] = o.state == stateFail || o.id == "doctor.skipped"
		findings = append(findings, o.in(lang, c.name))
	}
	return findings
}

func newPatient(cfg *app.Config) *patient {
	p := &patient{Config: cfg, failed: map[string]bool{}, http: &http.Client{
		Timeout:       checkTime / 2,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	w := cfg.WeCom
	var err error
	p.client, err = wecom.New(wecom.Config{CorpID: w.CorpID, AgentID: w.AgentID, Secret: w.Secret, BaseURL: w.BaseURL,
		OAuthURL: w.OAuthURL, LoginURL: w.LoginURL, Timeout: checkTime / 2, Logger: slog.New(slog.DiscardHandler)})
	p.failed["client"] = err != nil
	return p
}

func (p *patient) within(ctx context.Context, c check) outcome {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	return c.ask(p, ctx)
}

// in says an outcome in a language.
func (o outcome) in(lang, check string) finding {
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

func found(s state, id string, nameValue ...any) outcome {
	o := outcome{state: s, id: "doctor." + id, params: map[string]any{}}
	for i := 0; i+1 < len(nameValue); i += 2 {
		o.params[fmt.Sprint(nameValue[i])] = nameValue[i+1]
	}
	return o
}

func (s *session) report(findings []finding) error {
	failures := 0
	for _, f := range findings {
		if f.State == stateFail {
			failures++
		}
	}
	if s.json {
		return encode(s.Out, map[string]any{"ok": failures == 0, "checks": findings})
	}
	wide := 0
	for _, f := range findings {
		wide = max(wide, columns(f.Name))
	}
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%-4s  %s%s  %s\n", f.State, f.Name, strings.Repeat(" ", wide-columns(f.Name)), clean(f.Text))
		if f.Advice != "" {
			fmt.Fprintf(&b, "      → %s\n", strings.TrimSpace(clean(f.Advice)+" "+f.Page))
		}
	}
	_, err := fmt.Fprint(s.Out, b.String())
	return wrap("writing the findings", err)
}
