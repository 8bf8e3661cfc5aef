package doctor

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/systemstatus"
	"github.com/huimian/huimian/wecom"
)

// Limits of the clock skew. WeCom's codes and callbacks carry timestamps, and the
// server rejects callbacks that are minutes old.
const (
	clockSkewWarn = 30 * time.Second
	clockSkewFail = 4 * time.Minute
)

// checkClock compares the local clock with the Date header of WeCom's servers.
func (p *installation) checkClock(ctx context.Context) systemstatus.Result {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, cmp.Or(p.WeCom.BaseURL, wecom.DefaultBaseURL), http.NoBody)
	if err != nil {
		return systemstatus.NewResult(systemstatus.Fail, "clock.unreachable", "Error", errorWithoutURL(err))
	}
	asked := time.Now()
	res, err := p.http.Do(req)
	if err != nil {
		return systemstatus.NewResult(systemstatus.Fail, "clock.unreachable", "Error", errorWithoutURL(err))
	}
	_ = res.Body.Close()
	theirs, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return systemstatus.NewResult(systemstatus.Warn, "clock.silent")
	}
	middle := asked.Add(time.Since(asked) / 2)
	off := middle.Sub(theirs.Add(time.Second / 2)) // the header has a resolution of one second
	seconds := int64(math.Round(math.Abs(off.Seconds())))
	switch {
	case off.Abs() > clockSkewFail:
		return systemstatus.NewResult(systemstatus.Fail, "clock.off", "Seconds", seconds)
	case off.Abs() > clockSkewWarn:
		return systemstatus.NewResult(systemstatus.Warn, "clock.off", "Seconds", seconds)
	}
	return systemstatus.NewResult(systemstatus.OK, "clock.ok", "Seconds", seconds)
}

// Errcodes of WeCom for an invalid secret, company, application or IP address, and for an
// API that the application may not call.
const (
	codeBadSecret  = 40001
	codeBadCorp    = 40013
	codeOtherAgent = 40056
	codeNoAgent    = 301002
	codeUntrusted  = 60020
	codeDisabled   = 50003
	codeForbidden  = 48002
	codeNoAPI      = 48001
	// codeNoCustomerService is that of an application that is not listed for WeChat customer service.
	codeNoCustomerService = 48007
	// codeNoApprovals is that of an application that is not listed for approvals; codeApprovalsOff that of
	// a company without them.
	codeNoApprovals  = 301055
	codeApprovalsOff = 301056
)

// checkSecret fetches an access token.
func (p *installation) checkSecret(ctx context.Context) systemstatus.Result {
	_, err := p.client.AccessToken(ctx)
	switch {
	case err == nil:
		return systemstatus.NewResult(systemstatus.OK, "secret.ok")
	case wecom.IsCode(err, codeBadSecret):
		return systemstatus.NewResult(systemstatus.Fail, "secret.wrong", "CorpID", p.WeCom.CorpID)
	case wecom.IsCode(err, codeDisabled):
		return systemstatus.NewResult(systemstatus.Fail, "agent.closed", "Name", p.WeCom.AgentID)
	case wecom.IsCode(err, codeBadCorp):
		return systemstatus.NewResult(systemstatus.Fail, "secret.corp", "CorpID", p.WeCom.CorpID)
	}
	return wecomFailure(err)
}

// checkTrustedIP makes a call that every application may make. If the caller's IP
// address is not trusted, WeCom's error contains the address.
func (p *installation) checkTrustedIP(ctx context.Context) systemstatus.Result {
	if _, err := p.client.Server.GetCallbackIPs(ctx); err != nil {
		return wecomFailure(err)
	}
	return systemstatus.NewResult(systemstatus.OK, "ip.ok")
}

// checkApplication fetches the application, which later checks use.
func (p *installation) checkApplication(ctx context.Context) systemstatus.Result {
	var err error
	p.agent, err = p.client.Agent.Get(ctx)
	switch {
	case wecom.IsCode(err, codeOtherAgent, codeNoAgent):
		return systemstatus.NewResult(systemstatus.Fail, "agent.other", "AgentID", p.WeCom.AgentID)
	case err != nil:
		return wecomFailure(err)
	case p.agent.Closed:
		return systemstatus.NewResult(systemstatus.Fail, "agent.closed", "Name", p.agent.Name)
	case !sameHost(p.agent.HomeURL, p.PublicURL):
		return systemstatus.NewResult(systemstatus.Warn, "agent.home", "Name", p.agent.Name, "PublicURL", p.PublicURL)
	}
	return systemstatus.NewResult(systemstatus.OK, "agent.ok", "Name", p.agent.Name, "AgentID", p.WeCom.AgentID)
}

// checkVisibleRange fails when no member, department or tag may use the application.
func (p *installation) checkVisibleRange(context.Context) systemstatus.Result {
	users, departments, tags := len(p.agent.AllowUsers), len(p.agent.AllowParties), len(p.agent.AllowTags)
	if users+departments+tags == 0 {
		return systemstatus.NewResult(systemstatus.Fail, "range.empty")
	}
	return systemstatus.NewResult(systemstatus.OK, "range.ok", "Users", users, "Departments", departments, "Tags", tags)
}

// checkTrustedDomain compares the trusted domain in WeCom with the host of PublicURL.
func (p *installation) checkTrustedDomain(context.Context) systemstatus.Result {
	own, err := url.Parse(p.PublicURL)
	if err != nil || own.Host == "" {
		return systemstatus.NewResult(systemstatus.Skip, "skipped")
	}
	set := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(p.agent.RedirectDomain, "https://"), "http://"), "/")
	switch {
	case set == "":
		return systemstatus.NewResult(systemstatus.Fail, "domain.none", "Host", own.Host)
	case !strings.EqualFold(set, own.Host):
		return systemstatus.NewResult(systemstatus.Fail, "domain.other", "Host", own.Host, "Domain", set)
	}
	return systemstatus.NewResult(systemstatus.OK, "domain.ok", "Domain", set)
}

// checkTickets signs a page with both JS-SDK tickets, that of the company and that
// of the application.
func (p *installation) checkTickets(ctx context.Context) systemstatus.Result {
	_, corp := p.client.JSSDK.ConfigSignature(ctx, p.PublicURL)
	_, agent := p.client.JSSDK.AgentConfigSignature(ctx, p.PublicURL)
	if err := errors.Join(corp, agent); err != nil {
		return wecomFailure(err)
	}
	return systemstatus.NewResult(systemstatus.OK, "jssdk.ok")
}

// noSuchID identifies no object of any application: WeCom refuses it after the
// permission to call the API has been checked.
const noSuchID = "huimian-doctor"

// checkCalendar warns if the application may not create schedules.
func (p *installation) checkCalendar(ctx context.Context) systemstatus.Result {
	_, err := p.client.Calendars.Get(ctx, noSuchID)
	return newPermissionResult("calendar", err)
}

// checkMeetings warns if the application may not create meetings.
func (p *installation) checkMeetings(ctx context.Context) systemstatus.Result {
	_, err := p.client.Meetings.Get(ctx, noSuchID)
	return newPermissionResult("meetings", err)
}

// checkCustomerService reports whether the application may use WeChat customer service, which is optional:
// System status warns when the company has turned it on.
func (p *installation) checkCustomerService(ctx context.Context) systemstatus.Result {
	accounts, err := p.client.KF.ListAccounts(ctx, 0, 0)
	if e, ok := errors.AsType[*wecom.Error](err); ok && wecom.IsCode(err, codeForbidden, codeNoAgent, codeNoAPI, codeNoCustomerService, 95011, 95012, 95017) {
		return systemstatus.NewResult(systemstatus.Skip, "customerservice.forbidden", "Code", e.Code)
	}
	if err != nil {
		return wecomFailure(err)
	}
	granted := 0
	for _, a := range accounts {
		if a.ManagePrivilege {
			granted++
		}
	}
	if granted == 0 {
		return systemstatus.NewResult(systemstatus.Skip, "customerservice.none")
	}
	return systemstatus.NewResult(systemstatus.OK, "customerservice.ok", "Count", granted)
}

// checkApprovals reports whether the application may submit and read approvals, which are optional: a page
// of the settings tests the template of the company.
func (p *installation) checkApprovals(ctx context.Context) systemstatus.Result {
	now := time.Now()
	_, _, err := p.client.Approvals.ListNumbers(ctx, wecom.ApprovalFilter{From: now.Add(-time.Minute), To: now}, "")
	e, ok := errors.AsType[*wecom.Error](err)
	switch {
	case ok && wecom.IsCode(err, codeForbidden, codeNoAgent, codeNoAPI, codeNoApprovals):
		return systemstatus.NewResult(systemstatus.Skip, "approval.forbidden", "Code", e.Code)
	case ok && wecom.IsCode(err, codeApprovalsOff):
		return systemstatus.NewResult(systemstatus.Skip, "approval.stopped", "Code", e.Code)
	case err != nil:
		return wecomFailure(err)
	}
	return systemstatus.NewResult(systemstatus.OK, "approval.ok")
}

func newPermissionResult(check string, err error) systemstatus.Result {
	e, ok := errors.AsType[*wecom.Error](err)
	switch {
	case wecom.IsCode(err, codeForbidden, codeNoAgent):
		return systemstatus.NewResult(systemstatus.Warn, check+".forbidden", "Code", e.Code)
	case err != nil && (!ok || e.Code == 0 || e.Class == wecom.ClassRetry || e.Class == wecom.ClassLimit):
		return wecomFailure(err)
	}
	return systemstatus.NewResult(systemstatus.OK, check+".ok")
}

// wecomFailure maps the error of a call to WeCom to a failed check.
func wecomFailure(err error) systemstatus.Result {
	e, ok := errors.AsType[*wecom.Error](err)
	switch {
	case !ok:
		return systemstatus.NewResult(systemstatus.Fail, "wecom.unreachable", "Error", errorWithoutURL(err))
	case e.Code == codeUntrusted:
		return systemstatus.NewResult(systemstatus.Fail, "ip.refused", "IP", cmp.Or(e.FromIP, "?"), "Page", e.DocURL())
	case e.Code == 0:
		return systemstatus.NewResult(systemstatus.Fail, "wecom.unreachable", "Error", e.Message)
	}
	id := "doctor.class." + e.Class.String()
	switch e.Class {
	case wecom.ClassRetry, wecom.ClassLimit, wecom.ClassConfig, wecom.ClassPermission:
	default:
		id = "doctor.class.unknown"
	}
	return systemstatus.NewResult(systemstatus.Fail, "wecom.refused", "Code", e.Code, "Message", e.Message, "Advice", id, "Page", e.DocURL())
}

func sameHost(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && strings.EqualFold(x.Host, y.Host)
}

// errorWithoutURL returns the text of an error without the URL, whose query may
// contain a signature.
func errorWithoutURL(err error) string {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return err.Error()
}

// Errcodes of WeCom for a userid that does not exist or is outside the visible
// range: https://developer.work.weixin.qq.com/document/path/90313.
const (
	codeNoUser     = 60111
	codeOutOfRange = 60011
)

// checkAdministrators looks up the members of HUIMIAN_ADMINISTRATORS.
func (p *installation) checkAdministrators(ctx context.Context) systemstatus.Result {
	if len(p.Administrators) == 0 {
		return systemstatus.NewResult(systemstatus.Warn, "administrators.none")
	}
	var unknown []string
	for _, userID := range p.Administrators {
		_, err := p.client.Users.Get(ctx, userID)
		switch {
		case wecom.IsCode(err, codeNoUser, codeOutOfRange):
			unknown = append(unknown, userID)
		case err != nil:
			return systemstatus.NewResult(systemstatus.Warn, "administrators.unchecked", "Error", errorWithoutURL(err))
		}
	}
	if len(unknown) > 0 {
		return systemstatus.NewResult(systemstatus.Fail, "administrators.unknown", "Names", strings.Join(unknown, ", "))
	}
	return systemstatus.NewResult(systemstatus.OK, "administrators.ok", "Count", len(p.Administrators))
}
