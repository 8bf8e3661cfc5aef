package wecomtest

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
)

// Lives of what a suite is given.
//
// https://developer.work.weixin.qq.com/document/path/90600
const (
	ticketEvery    = 10 * time.Minute
	ticketWorks    = 30 * time.Minute
	preAuthWorks   = 20 * time.Minute
	authCodeWorks  = 10 * time.Minute
	maxTestInstall = 10
)

// Suite is a third-party application (第三方应用) of a provider.
type Suite struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	Name   string `json:"name,omitempty"`

	// The provider that made it.
	ProviderCorpID string `json:"providerCorpId,omitempty"`
	ProviderSecret string `json:"providerSecret,omitempty"`

	// InstructURL (指令回调URL) hears of tickets and installations. Its receive
	// id is the suite's.
	InstructURL string `json:"instructUrl,omitempty"`
	// DataURL (数据回调URL) hears of messages and events of the companies;
	// $CORPID$ stands for the company. Its receive id is the company's.
	DataURL        string `json:"dataUrl,omitempty"`
	Token          string `json:"token,omitempty"` // of both addresses
	EncodingAESKey string `json:"encodingAesKey,omitempty"`

	HomeURL        string   `json:"homeUrl,omitempty"`
	TrustedDomains []string `json:"trustedDomains,omitempty"` // as in App
	// RedirectDomain is the host, with its port, to which an installation may
	// lead back. Empty means any.
	RedirectDomain string `json:"redirectDomain,omitempty"`

	// EncryptedIDs gives the suite ids of its provider's own for companies,
	// members and people outside, as for companies that installed since November
	// 2021.
	EncryptedIDs bool `json:"encryptedIds,omitempty"`
}

type suiteState struct {
	Suite
	tickets  map[string]time.Time // when each was made
	newest   string
	pushed   time.Time
	tokens   map[string]time.Time // suite tokens and when they end
	preAuth  cache[string, *preAuth]
	auths    cache[string, *authCode]
	installs map[string]*install // by corp id
	pending  []pending           // of a file
	heard    bool                // of the first ticket
	tried    time.Time           // in vain, by the real clock; zero: not
	codes    cache[string, *oauthCode]
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
	corp      *corpState
	agent     int64
	permanent string
	by        string // the member who installed it
	test      bool
}

// AddSuite adds a third-party application, or replaces its settings. It has no
// ticket yet: PushTicket sends the first, PushDueTickets the next ones.
func (s *Server) AddSuite(su Suite) {
	if su.ID == "" || su.Secret == "" {
		panic("wecomtest: AddSuite needs an ID and a Secret")
	}
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.suites[su.ID]; ok {
		old.Suite = su
		return
	}
	if s.suites == nil {
		s.suites = map[string]*suiteState{}
	}
	s.suites[su.ID] = &suiteState{Suite: su, tickets: map[string]time.Time{}, tokens: map[string]time.Time{}, installs: map[string]*install{}}
}

// PushTicket makes a new suite_ticket and sends it to the instruct address, as
// the button of the provider's console does. It returns when it was taken.
//
// https://developer.work.weixin.qq.com/document/path/90628
func (s *Server) PushTicket(ctx context.Context, suiteID string) error {
	s.init()
	s.mu.Lock()
	su, ok := s.suites[suiteID]
	if !ok {
		s.mu.Unlock()
		return fmt.Errorf("push a ticket: suite %q is unknown", suiteID)
	}
	o := s.ticketEvent(su)
	s.mu.Unlock()
	return s.deliverCallback(ctx, o)
}

// PushDueTickets sends the tickets that the simulated clock asks for: to every
// suite that has had one, when ten minutes have passed since. After a longer
// time that is one and not several, as only the newest is of use.
func (s *Server) PushDueTickets(ctx context.Context) error {
	s.init()
	s.mu.Lock()
	var out []*pendingCallback
	for _, id := range slices.Sorted(maps.Keys(s.suites)) {
		su := s.suites[id]
		if su.newest != "" && s.currentTime().Sub(su.pushed) >= ticketEvery {
			out = append(out, s.ticketEvent(su))
		}
	}
	s.mu.Unlock()
	return s.deliverAll(ctx, out)
}

// ticketEvent makes the next ticket. Those that no longer work are forgotten.
func (s *Server) ticketEvent(su *suiteState) *pendingCallback {
	for t, made := range su.tickets {
		if s.currentTime().Sub(made) >= ticketWorks {
			delete(su.tickets, t)
		}
	}
	su.newest, su.pushed = s.randomText(48), s.currentTime()
	su.tickets[su.newest] = s.currentTime()
	return s.newSuiteEvent(su, "suite_ticket", func(e *xmlBuilder) { e.addText("SuiteTicket", su.newest) })
}

// SuiteTicket is the newest ticket, for tests that receive nothing; empty
// before the first.
func (s *Server) SuiteTicket(suiteID string) string {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if su, ok := s.suites[suiteID]; ok {
		return su.newest
	}
	return ""
}

// corpFor is a company's id as the suite sees it.
func (s *Server) corpFor(su *suiteState, corpID string) string {
	if !su.EncryptedIDs {
		return corpID
	}
	return s.encryptID(su, "wp", corpID)
}

// newSuiteEvent addresses an event to the instruct address, which has to answer
// "success". s.mu must be held.
func (s *Server) newSuiteEvent(su *suiteState, kind string, fill func(*xmlBuilder)) *pendingCallback {
	e := newXMLBuilder().addText("SuiteId", su.ID).addText("InfoType", kind).addNumber("TimeStamp", s.currentTime().Unix())
	fill(e)
	s.seq++
	return &pendingCallback{to: Callback{su.InstructURL, su.Token, su.EncodingAESKey}, expectedReply: "success", Delivery: Delivery{
		Seq: s.seq, Time: s.currentTime(), CorpID: su.ID, URL: su.InstructURL, Event: kind, From: "sys", Plain: string(e.toBytes())}}
}

// Install installs a suite as an administrator does from the market: create_auth
// brings the instruct address a code to exchange for the permanent one. The
// application is agentID in the company and sees all of it.
//
// https://developer.work.weixin.qq.com/document/path/100964
func (s *Server) Install(ctx context.Context, suiteID, corpID, adminUserID string, agentID int64) error {
	s.init()
	s.mu.Lock()
	su, code, err := s.installSuite(suiteID, corpID, adminUserID, agentID, "", false)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	o := s.newSuiteEvent(su, "create_auth", func(e *xmlBuilder) { e.addText("AuthCode", code).addText("State", "") })
	s.mu.Unlock()
	return s.deliverCallback(ctx, o)
}

// FollowInstall walks through the page of an installation that began at the
// provider's site, given its address, and returns where it leads back to, with
// auth_code and state. Such an installation sends no create_auth.
//
// https://developer.work.weixin.qq.com/document/path/90597
func (s *Server) FollowInstall(installURL, corpID, adminUserID string, agentID int64) (string, error) {
	s.init()
	page, err := url.Parse(installURL)
	if err != nil {
		return "", fmt.Errorf("install: %w", err)
	}
	q := page.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	su, problem := s.checkInstall(q)
	if problem != "" {
		return "", fmt.Errorf("install %q: %s", q.Get("suite_id"), problemTexts[problem][1])
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		return "", fmt.Errorf("install: %w", err)
	}
	pre, _ := su.preAuth.get(q.Get("pre_auth_code"))
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

// installSuite puts the application into the company and makes a code for it.
func (s *Server) installSuite(suiteID, corpID, admin string, agentID int64, state string, test bool) (*suiteState, string, error) {
	su, m := s.suites[suiteID], s.findMember(corpID, admin)
	if su == nil || m == nil {
		return nil, "", fmt.Errorf("install %q as %q of %q: no such suite or member", suiteID, admin, corpID)
	}
	c := s.corps[corpID]
	if su.installs[corpID] != nil || c.apps[agentID] != nil || agentID == 0 {
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
	in := &install{corp: c, agent: agentID, permanent: s.randomText(48), by: m.UserID, test: test}
	su.installs[corpID] = in
	c.apps[agentID] = &appState{suite: su, App: App{CorpID: corpID, AgentID: agentID, Name: su.Name, Secret: in.permanent,
		HomeURL: strings.ReplaceAll(su.HomeURL, "$CORPID$", s.corpFor(su, corpID)), TrustedDomains: su.TrustedDomains,
		CallbackURL: strings.ReplaceAll(su.DataURL, "$CORPID$", s.corpFor(su, corpID)), CallbackToken: su.Token, EncodingAESKey: su.EncodingAESKey,
		Customers: true, CustomerService: true}}
	s.notifyChange(change{Kind: "directory", CorpID: corpID})
	return su, s.newAuthCode(su, in, state), nil
}

// newAuthCode makes a code that is exchanged for the permanent one.
func (s *Server) newAuthCode(su *suiteState, in *install, state string) string {
	code := s.randomText(64)
	expires := s.currentTime().Add(authCodeWorks)
	su.auths.put(code, &authCode{install: in, state: state, expires: expires}, s.currentTime(), expires)
	return code
}

// Uninstall removes a suite from a company: cancel_auth follows, its tokens and
// its permanent code are dead.
func (s *Server) Uninstall(ctx context.Context, suiteID, corpID string) error {
	s.init()
	s.mu.Lock()
	su := s.suites[suiteID]
	if su == nil || su.installs[corpID] == nil {
		s.mu.Unlock()
		return fmt.Errorf("uninstall %q from %q: it is not there", suiteID, corpID)
	}
	in := su.installs[corpID]
	delete(in.corp.apps, in.agent)
	delete(su.installs, corpID)
	s.notifyChange(change{Kind: "directory", CorpID: corpID})
	o := s.newSuiteEvent(su, "cancel_auth", func(e *xmlBuilder) { e.addText("AuthCorpId", s.corpFor(su, corpID)) })
	s.mu.Unlock()
	return s.deliverCallback(ctx, o)
}

// SuiteSignInCode makes a code for a member of any company as the sign-in pages
// of a suite would. It is empty for an unknown suite or member.
//
// https://developer.work.weixin.qq.com/document/path/91120
func (s *Server) SuiteSignInCode(suiteID, corpID, userID string) string {
	return s.suiteCode(suiteID, corpID, userID, false)
}

func (s *Server) suiteCode(suiteID, corpID, userID string, private bool) string {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	su, m := s.suites[suiteID], s.findMember(corpID, userID)
	if su == nil || m == nil {
		return ""
	}
	value := s.randomText(32)
	expires := s.currentTime().Add(signInCodeTTL)
	su.codes.put(value, &oauthCode{corp: s.corps[corpID], userID: m.UserID, expires: expires, privateInfo: private}, s.currentTime(), expires)
	return value
}

// openID is the id that a provider sees in place of a plain one: the same for
// all of the provider's suites.
func openID(provider, prefix, plain string) string {
	sum := sha256.Sum256([]byte(provider + "\x00" + prefix + "\x00" + plain))
	return prefix + base64.RawURLEncoding.EncodeToString(sum[:21])
}
