package suite

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/signin"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Lifetimes of tickets, codes and tokens.
//
// https://developer.work.weixin.qq.com/document/path/90600
const (
	TicketEvery    = 10 * time.Minute
	ticketWorks    = 30 * time.Minute
	PreAuthWorks   = 20 * time.Minute
	authCodeWorks  = 10 * time.Minute
	maxTestInstall = 10
)

type suiteState struct {
	model.Suite
	tickets  map[string]time.Time // when each was made
	Newest   string
	pushed   time.Time
	tokens   map[string]time.Time // suite tokens and when they end
	preAuth  bounded.Cache[string, *preAuth]
	auths    bounded.Cache[string, *authCode]
	installs map[string]*install // by corp id
	pending  []pending           // of a file
	heard    bool                // of the first ticket
	tried    time.Time           // in vain, by the real clock; zero: not
	codes    bounded.Cache[string, *signin.OAuthCode]
}

type preAuth struct {
	expires time.Time
	test    bool
}

// authCode is exchanged for a permanent code, once.
type authCode struct {
	install *install
	state   string
	expires time.Time
	used    bool
}

// install is a suite in a company.
type install struct {
	corp      *core.CorpState
	agent     int64
	permanent string
	by        string // the member who installed it
	test      bool
}

// AddSuite implements the method of wecomtest.Server.
func (s *Service) AddSuite(su model.Suite) {
	if su.ID == "" || su.Secret == "" {
		panic("wecomtest: AddSuite needs an ID and a Secret")
	}

	s.Mu.Lock()
	defer s.Mu.Unlock()
	if old, ok := s.SuiteStates[su.ID]; ok {
		old.Suite = su
		return
	}
	if s.SuiteStates == nil {
		s.SuiteStates = map[string]*suiteState{}
	}
	s.SuiteStates[su.ID] = &suiteState{Suite: su, tickets: map[string]time.Time{}, tokens: map[string]time.Time{}, installs: map[string]*install{}}
}

// PushTicket implements the method of wecomtest.Server.
func (s *Service) PushTicket(ctx context.Context, suiteID string) error {
	s.Mu.Lock()
	su, ok := s.SuiteStates[suiteID]
	if !ok {
		s.Mu.Unlock()
		return fmt.Errorf("push a ticket: suite %q is unknown", suiteID)
	}
	o := s.ticketEvent(su)
	s.Mu.Unlock()
	return s.DeliverCallback(ctx, o)
}

// PushDueTickets implements the method of wecomtest.Server.
func (s *Service) PushDueTickets(ctx context.Context) error {
	s.Mu.Lock()
	var out []*core.PendingCallback
	for _, id := range slices.Sorted(maps.Keys(s.SuiteStates)) {
		su := s.SuiteStates[id]
		if su.Newest != "" && s.CurrentTime().Sub(su.pushed) >= TicketEvery {
			out = append(out, s.ticketEvent(su))
		}
	}
	s.Mu.Unlock()
	return s.DeliverAll(ctx, out)
}

// ticketEvent creates the next ticket. Expired tickets are removed.
func (s *Service) ticketEvent(su *suiteState) *core.PendingCallback {
	for t, made := range su.tickets {
		if s.CurrentTime().Sub(made) >= ticketWorks {
			delete(su.tickets, t)
		}
	}
	su.Newest, su.pushed = s.RandomText(48), s.CurrentTime()
	su.tickets[su.Newest] = s.CurrentTime()
	return s.newSuiteEvent(su, "suite_ticket", func(e *core.XMLBuilder) { e.AddText("SuiteTicket", su.Newest) })
}

// SuiteTicket implements the method of wecomtest.Server.
func (s *Service) SuiteTicket(suiteID string) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if su, ok := s.SuiteStates[suiteID]; ok {
		return su.Newest
	}
	return ""
}

// corpFor returns the id of a company for the suite.
func (s *Service) corpFor(su *suiteState, corpID string) string {
	if !su.EncryptedIDs {
		return corpID
	}
	return s.encryptID(&su.Suite, "wp", corpID)
}

// newSuiteEvent addresses an event to the instruct address, which has to answer
// "success". Mu must be held.
func (s *Service) newSuiteEvent(su *suiteState, kind string, fill func(*core.XMLBuilder)) *core.PendingCallback {
	e := core.NewXMLBuilder().AddText("SuiteId", su.ID).AddText("InfoType", kind).AddNumber("TimeStamp", s.CurrentTime().Unix())
	fill(e)
	s.Seq++
	return &core.PendingCallback{To: model.Callback{URL: su.InstructURL, Token: su.Token, EncodingAESKey: su.EncodingAESKey}, ExpectedReply: "success", Delivery: model.Delivery{
		Seq: s.Seq, Time: s.CurrentTime(), CorpID: su.ID, URL: su.InstructURL, Event: kind, From: "sys", Plain: string(e.ToBytes())}}
}

// Install implements the method of wecomtest.Server.
func (s *Service) Install(ctx context.Context, suiteID, corpID, adminUserID string, agentID int64) error {
	s.Mu.Lock()
	su, code, err := s.installSuite(suiteID, corpID, adminUserID, agentID, "", false)
	if err != nil {
		s.Mu.Unlock()
		return err
	}
	o := s.newSuiteEvent(su, "create_auth", func(e *core.XMLBuilder) { e.AddText("AuthCode", code).AddText("State", "") })
	s.Mu.Unlock()
	return s.DeliverCallback(ctx, o)
}

// FollowInstall implements the method of wecomtest.Server.
func (s *Service) FollowInstall(installURL, corpID, adminUserID string, agentID int64) (string, error) {
	page, err := url.Parse(installURL)
	if err != nil {
		return "", fmt.Errorf("install: %w", err)
	}
	q := page.Query()
	s.Mu.Lock()
	defer s.Mu.Unlock()
	su, problem := s.checkInstall(q)
	if problem != "" {
		return "", fmt.Errorf("install %q: %s", q.Get("suite_id"), signin.ProblemTexts[problem][1])
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		return "", fmt.Errorf("install: %w", err)
	}
	pre, _ := su.preAuth.Get(q.Get("pre_auth_code"))
	_, code, err := s.installSuite(su.ID, corpID, adminUserID, agentID, q.Get("state"), pre.test)
	if err != nil {
		return "", err
	}
	answer := back.Query()
	answer.Set("auth_code", code)
	answer.Set("expires_in", "600")
	answer.Set("state", q.Get("state"))
	back.RawQuery = answer.Encode()
	return back.String(), nil
}

// installSuite adds the application to the company and creates its authorization code.
func (s *Service) installSuite(suiteID, corpID, admin string, agentID int64, state string, test bool) (*suiteState, string, error) {
	su, m := s.SuiteStates[suiteID], s.FindMember(corpID, admin)
	if su == nil || m == nil {
		return nil, "", fmt.Errorf("install %q as %q of %q: no such suite or member", suiteID, admin, corpID)
	}
	c := s.CorpStates[corpID]
	if su.installs[corpID] != nil || c.Apps[agentID] != nil || agentID == 0 {
		return nil, "", fmt.Errorf("install %q in %q: it is there, or application %d is", suiteID, corpID, agentID)
	}
	tests := 0
	for _, in := range su.installs {
		if in.test {
			tests++
		}
	}
	if test && tests >= maxTestInstall {
		return nil, "", fmt.Errorf("install %q: %d companies try it already", suiteID, tests)
	}
	in := &install{corp: c, agent: agentID, permanent: s.RandomText(48), by: m.UserID, test: test}
	su.installs[corpID] = in
	c.Apps[agentID] = &core.AppState{Suite: &su.Suite, App: model.App{CorpID: corpID, AgentID: agentID, Name: su.Name, Secret: in.permanent,
		HomeURL: strings.ReplaceAll(su.HomeURL, "$CORPID$", s.corpFor(su, corpID)), TrustedDomains: su.TrustedDomains,
		CallbackURL: strings.ReplaceAll(su.DataURL, "$CORPID$", s.corpFor(su, corpID)), CallbackToken: su.Token, EncodingAESKey: su.EncodingAESKey,
		Customers: true, CustomerService: true}}
	s.NotifyChange(core.Change{Kind: "directory", CorpID: corpID})
	return su, s.newAuthCode(su, in, state), nil
}

// newAuthCode creates a code that is exchanged for the permanent code.
func (s *Service) newAuthCode(su *suiteState, in *install, state string) string {
	code := s.RandomText(64)
	expires := s.CurrentTime().Add(authCodeWorks)
	su.auths.Put(code, &authCode{install: in, state: state, expires: expires}, s.CurrentTime(), expires)
	return code
}

// Uninstall implements the method of wecomtest.Server.
func (s *Service) Uninstall(ctx context.Context, suiteID, corpID string) error {
	s.Mu.Lock()
	su := s.SuiteStates[suiteID]
	if su == nil || su.installs[corpID] == nil {
		s.Mu.Unlock()
		return fmt.Errorf("uninstall %q from %q: it is not there", suiteID, corpID)
	}
	in := su.installs[corpID]
	delete(in.corp.Apps, in.agent)
	delete(su.installs, corpID)
	s.NotifyChange(core.Change{Kind: "directory", CorpID: corpID})
	o := s.newSuiteEvent(su, "cancel_auth", func(e *core.XMLBuilder) { e.AddText("AuthCorpId", s.corpFor(su, corpID)) })
	s.Mu.Unlock()
	return s.DeliverCallback(ctx, o)
}

// SuiteSignInCode implements the method of wecomtest.Server.
func (s *Service) SuiteSignInCode(suiteID, corpID, userID string) string {
	return s.suiteCode(suiteID, corpID, userID, false)
}

func (s *Service) suiteCode(suiteID, corpID, userID string, private bool) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	su, m := s.SuiteStates[suiteID], s.FindMember(corpID, userID)
	if su == nil || m == nil {
		return ""
	}
	value := s.RandomText(32)
	expires := s.CurrentTime().Add(signin.SignInCodeTTL)
	su.codes.Put(value, &signin.OAuthCode{Corp: s.CorpStates[corpID], UserID: m.UserID, Expires: expires, PrivateInfo: private}, s.CurrentTime(), expires)
	return value
}

// OpenID returns the id that a provider receives in place of a plain one: the same for
// all of the provider's suites.
func OpenID(provider, prefix, plain string) string {
	sum := sha256.Sum256([]byte(provider + "\x00" + prefix + "\x00" + plain))
	return prefix + base64.RawURLEncoding.EncodeToString(sum[:21])
}
