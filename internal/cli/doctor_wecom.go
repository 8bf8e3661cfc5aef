package cli

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/huimian/huimian/wecom"
)

// How far the clock may be off: WeCom's codes and callbacks carry times, and
// ours refuses callbacks that are minutes old.
const (
	skewWarn = 30 * time.Second
	skewFail = 4 * time.Minute
)

// clock compares our clock with the one of WeCom's servers.
func (p *patient) clock(ctx context.Context) outcome {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, orText(p.WeCom.BaseURL, wecom.DefaultBaseURL), http.NoBody)
	if err != nil {
		return found(stateFail, "clock.unreachable", "Error", plain(err))
	}
	asked := time.Now()
	res, err := p.http.Do(req)
	if err != nil {
		return found(stateFail, "clock.unreachable", "Error", plain(err))
	}
	_ = res.Body.Close()
	theirs, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return found(stateWarn, "clock.silent")
	}
	middle := asked.Add(time.Since(asked) / 2)
	off := middle.Sub(theirs.Add(time.Second / 2)) // the header drops what is below a second
	seconds := int64(math.Round(math.Abs(off.Seconds())))
	switch {
	case off.Abs() > skewFail:
		return found(stateFail, "clock.off", "Seconds", seconds)
	case off.Abs() > skewWarn:
		return found(stateWarn, "clock.off", "Seconds", seconds)
	}
	return found(stateOK, "clock.ok", "Seconds", seconds)
}

// The errcodes of a secret, a company or an application that is wrong.
const (
	codeBadSecret  = 40001
	codeBadCorp    = 40013
	codeOtherAgent = 40056
	codeNoAgent    = 301002
	codeUntrusted  = 60020
	codeDisabled   = 50003
)

// secret asks for a token.
func (p *patient) secret(ctx context.Context) outcome {
	_, err := p.client.AccessToken(ctx)
	switch {
	case err == nil:
		return found(stateOK, "secret.ok")
	case wecom.IsCode(err, codeBadSecret):
		return found(stateFail, "secret.wrong", "CorpID", p.WeCom.CorpID)
	case wecom.IsCode(err, codeDisabled):
		return found(stateFail, "agent.closed", "Name", p.WeCom.AgentID)
	case wecom.IsCode(err, codeBadCorp):
		return found(stateFail, "secret.corp", "CorpID", p.WeCom.CorpID)
	}
	return refused(err)
}

// trustedIP makes a call that every application may make. WeCom tells the
// address that it saw when that is not among the trusted ones.
func (p *patient) trustedIP(ctx context.Context) outcome {
	if _, err := p.client.Server.GetCallbackIPs(ctx); err != nil {
		return refused(err)
	}
	return found(stateOK, "ip.ok")
}

// application asks for the application itself.
func (p *patient) application(ctx context.Context) outcome {
	var err error
	p.agent, err = p.client.Agent.Get(ctx)
	switch {
	case wecom.IsCode(err, codeOtherAgent, codeNoAgent):
		return found(stateFail, "agent.other", "AgentID", p.WeCom.AgentID)
	case err != nil:
		return refused(err)
	case p.agent.Closed:
		return found(stateFail, "agent.closed", "Name", p.agent.Name)
	case !sameHost(p.agent.HomeURL, p.PublicURL):
		return found(stateWarn, "agent.home", "Name", p.agent.Name, "PublicURL", p.PublicURL)
	}
	return found(stateOK, "agent.ok", "Name", p.agent.Name, "AgentID", p.WeCom.AgentID)
}

// visibleRange looks at who may use the application.
func (p *patient) visibleRange(context.Context) outcome {
	users, departments, tags := len(p.agent.AllowUsers), len(p.agent.AllowParties), len(p.agent.AllowTags)
	if users+departments+tags == 0 {
		return found(stateFail, "range.empty")
	}
	return found(stateOK, "range.ok", "Users", users, "Departments", departments, "Tags", tags)
}

// trustedDomain compares the domain in WeCom with ours.
func (p *patient) trustedDomain(context.Context) outcome {
	own, err := url.Parse(p.PublicURL)
	if err != nil || own.Host == "" {
		return found(stateSkip, "skipped")
	}
	set := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(p.agent.RedirectDomain, "https://"), "http://"), "/")
	switch {
	case set == "":
		return found(stateFail, "domain.none", "Host", own.Host)
	case !strings.EqualFold(set, own.Host):
		return found(stateFail, "domain.other", "Host", own.Host, "Domain", set)
	}
	return found(stateOK, "domain.ok", "Domain", set)
}

// tickets signs a page for the JS-SDK both ways.
func (p *patient) tickets(ctx context.Context) outcome {
	_, corp := p.client.JSSDK.ConfigSignature(ctx, p.PublicURL)
	_, agent := p.client.JSSDK.AgentConfigSignature(ctx, p.PublicURL)
	if err := errors.Join(corp, agent); err != nil {
		return refused(err)
	}
	return found(stateOK, "jssdk.ok")
}

// refused is a call that WeCom did not take, or that did not reach it.
func refused(err error) outcome {
	e, ok := errors.AsType[*wecom.Error](err)
	switch {
	case !ok:
		return found(stateFail, "wecom.unreachable", "Error", plain(err))
	case e.Code == codeUntrusted:
		return found(stateFail, "ip.refused", "IP", orText(e.FromIP, "?"), "Page", e.DocURL())
	case e.Code == 0:
		return found(stateFail, "wecom.unreachable", "Error", e.Message)
	}
	id := "doctor.class." + e.Class.String()
	switch e.Class {
	case wecom.ClassRetry, wecom.ClassLimit, wecom.ClassConfig, wecom.ClassPermission:
	default:
		id = "doctor.class.unknown"
	}
	return found(stateFail, "wecom.refused", "Code", e.Code, "Message", e.Message, "Advice", id, "Page", e.DocURL())
}

func sameHost(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && strings.EqualFold(x.Host, y.Host)
}

// plain is the text of an error without the address: its query may hold what
// is signed.
func plain(err error) string {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return err.Error()
}
