// Package doctor checks each setting of an installation against WeCom and the running server,
// and changes nothing.
package doctor

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/wecom"
)

// checkTimeout limits one check.
const checkTimeout = 20 * time.Second

// installation holds the settings under test and what earlier checks found.
type installation struct {
	*app.Config
	client *wecom.Client
	agent  *wecom.Agent
	http   *http.Client
	failed map[string]bool
}

// check is one check. It is skipped when the check named by needs failed.
type check struct {
	name, needs string
	run         func(*installation, context.Context) systemstatus.Result
}

var checks = []check{
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
	{"customerservice", "ip", (*installation).checkCustomerService},
	{"approval", "ip", (*installation).checkApprovals},
	{"callback", "", (*installation).checkCallback},
	{"smartbot", "database", (*installation).checkSmartBot},
	{"file", "", (*installation).checkDomainFile},
	{"certificate", "settings", (*installation).checkCertificate},
	{"sandbox", "", (*installation).checkSandbox},
	{"mail", "", (*installation).checkMail},
	{"oidc", "", (*installation).checkOIDC},
	{"showmebug", "", (*installation).checkShowMeBug},
}

// Names returns the names of the checks.
func Names() (names []string) {
	for _, c := range checks {
		names = append(names, c.name)
	}
	return names
}

// Run returns the findings of all checks but those named by except, and the IP address from
// which WeCom sees this server if it is not trusted. The checks that remain when ctx ends
// are skipped.
func Run(ctx context.Context, cfg *app.Config, lang string, except ...string) (findings []systemstatus.Finding, untrustedIP string) {
	p := newInstallation(cfg)
	for _, c := range checks {
		if slices.Contains(except, c.name) {
			continue
		}
		r := systemstatus.Result{State: systemstatus.Skip, ID: systemstatus.Skipped}
		if !p.failed[c.needs] && ctx.Err() == nil {
			r = p.runCheck(ctx, c)
		}
		p.failed[c.name] = r.State == systemstatus.Fail || r.ID == systemstatus.Skipped
		findings = append(findings, r.Localize(lang, c.name))
		if ip, ok := r.Params["IP"].(string); ok && ip != "?" {
			untrustedIP = ip
		}
	}
	return findings, untrustedIP
}

// RunOnline returns the findings of the checks that a server can make about itself while it
// runs. It starts no second sandbox.
func RunOnline(ctx context.Context, cfg app.Config, lang string) []systemstatus.Finding {
	findings, _ := Run(ctx, &cfg, lang, "sandbox")
	return findings
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

func (p *installation) runCheck(ctx context.Context, c check) systemstatus.Result {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	return c.run(p, ctx)
}
