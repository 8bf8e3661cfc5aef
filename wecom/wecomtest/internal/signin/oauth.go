package signin

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// SignInCodeTTL is the lifetime of a sign-in code, which can be used once.
const SignInCodeTTL = 5 * time.Minute

// OAuthCode is the code that the sign-in pages append to the redirect.
type OAuthCode struct {
	Corp         *core.CorpState
	UserID       string
	redirectHost string // host of redirect_uri
	agentID      int64  // 0 if the request had no agentid
	Expires      time.Time
	Used         bool
	PrivateInfo  bool
}

// StatePattern is the form of state in the addresses of sign-in and installation.
var StatePattern = regexp.MustCompile(`^[0-9A-Za-z]{0,128}$`)

// signIn is a validated request of a sign-in page.
type signIn struct {
	Corp        *core.CorpState
	App         *core.AppState
	redirect    *url.URL
	state       string
	privateInfo bool
}

// serveAuthorize serves OAuth2 inside WeCom: the member is known, so it redirects at once.
//
// https://developer.work.weixin.qq.com/document/path/91335
func (s *Service) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	if s.SuitePages.AuthorizeSuite(w, r) {
		return
	}
	in, problem := s.ParseSignIn(r.URL.Query(), false)
	if problem != "" {
		WriteProblemPage(w, r, problem)
		return
	}
	view := s.ViewOf(r, in.Corp.ID)
	if view == nil {
		WriteProblemPage(w, r, "page.notInWeCom")
		return
	}
	s.redirectWithCode(w, r, in, view.User)
}

// ParseSignIn validates the parameters of both sign-in pages. The second result is the id of a
// problem, or "".
func (s *Service) ParseSignIn(q url.Values, web bool) (*signIn, string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c, ok := s.CorpStates[q.Get("appid")]
	if !ok {
		return nil, "page.appid"
	}
	in := &signIn{Corp: c, state: q.Get("state"), privateInfo: q.Get("scope") == "snsapi_privateinfo"}
	if !web {
		if problem := CheckAuthorize(q); problem != "" {
			return nil, problem
		}
	} else if q.Has("login_type") && q.Get("login_type") != "CorpApp" {
		return nil, "page.loginType"
	}
	target, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || target.Host == "" || !core.IsHTTPURL(target.String()) {
		return nil, "page.redirect"
	}
	in.redirect = target
	return in, in.resolveApp(q.Get("agentid"), web)
}

// CheckAuthorize returns the key of what is wrong with the query of an
// OAuth2 page, or "".
func CheckAuthorize(q url.Values) string {
	switch {
	case q.Get("response_type") != "code":
		return "page.responseType"
	case q.Get("scope") != "snsapi_base" && q.Get("scope") != "snsapi_privateinfo":
		return "page.scope"
	case !StatePattern.MatchString(q.Get("state")):
		return "page.state"
	}
	return ""
}

// resolveApp sets the application, one of whose trusted domains must be the host of redirect_uri.
// Without an agent id, any application of the company may trust the host.
func (in *signIn) resolveApp(agentID string, web bool) string {
	host := in.redirect.Host
	if agentID != "" {
		id, err := strconv.ParseInt(agentID, 10, 64)
		app, ok := in.Corp.Apps[id]
		if err != nil || !ok {
			return "page.agentid"
		}
		if !core.TrustsHost(app.App, host) {
			return "page.redirect"
		}
		in.App = app
		return ""
	}
	if web {
		return "page.agentid"
	}
	for _, a := range in.Corp.Apps {
		if core.TrustsHost(a.App, host) {
			in.privateInfo = false // snsapi_privateinfo requires an agentid; without one it acts as snsapi_base
			return ""
		}
	}
	return "page.redirect"
}

// redirectWithCode redirects the member to redirect_uri with a new code.
func (s *Service) redirectWithCode(w http.ResponseWriter, r *http.Request, in *signIn, user string) {
	http.Redirect(w, r, s.NewCodeURL(in, user), http.StatusFound)
}

func (s *Service) newSignInCode(in *signIn, user string) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	code := &OAuthCode{Corp: in.Corp, UserID: user, redirectHost: in.redirect.Host, Expires: s.CurrentTime().Add(SignInCodeTTL), PrivateInfo: in.privateInfo}
	if in.App != nil {
		code.agentID = in.App.AgentID
	}
	return s.storeCode(code)
}

// storeCode stores a code and returns its value.
func (s *Service) storeCode(c *OAuthCode) string {
	value := s.RandomText(32)
	s.codes.Put(value, c, s.CurrentTime(), c.Expires)
	return value
}

type userInfoReply struct {
	UserID     string `json:"userid"`
	UserTicket string `json:"user_ticket,omitempty"`
}

// getUserInfo implements auth/getuserinfo. It also succeeds for members outside the visible range;
// admission is up to the application.
//
// https://developer.work.weixin.qq.com/document/path/91023
func (s *Service) getUserInfo(r *core.Request) (any, *core.APIError) {
	m, code, err := s.redeemCode(r)
	if err != nil {
		return nil, err
	}
	out := userInfoReply{UserID: m.UserID}
	if code.PrivateInfo && r.Corp.SeesMember(r.App, m) {
		out.UserTicket = s.Agents.NewUserTicket(r, m)
	}
	return out, nil
}

// getUserInfoLegacy implements user/getuserinfo, the older endpoint with capitalised field names.
func (s *Service) getUserInfoLegacy(r *core.Request) (any, *core.APIError) {
	m, _, err := s.redeemCode(r)
	if err != nil {
		return nil, err
	}
	return struct {
		UserID   string `json:"UserId"`
		DeviceID string `json:"DeviceId"`
	}{m.UserID, ""}, nil
}

// redeemCode returns the member of a sign-in code and marks the code as used.
func (s *Service) redeemCode(r *core.Request) (*core.MemberState, *OAuthCode, *core.APIError) {
	value := r.Query.Get("code")
	if value == "" {
		return nil, nil, core.NewAPIError(41008)
	}
	c, ok := s.codes.Get(value)
	switch {
	case !ok, c.Used, c.Corp != r.Corp, !s.CurrentTime().Before(c.Expires):
		return nil, nil, core.NewAPIError(40029)
	case c.agentID != 0 && c.agentID != r.App.AgentID:
		return nil, nil, core.NewAPIError(40029)
	case !core.TrustsHost(r.App.App, c.redirectHost):
		return nil, nil, core.NewAPIError(50001)
	}
	c.Used = true
	m, ok := r.Corp.Members[core.FoldUserID(c.UserID)]
	if !ok {
		return nil, nil, core.NewAPIError(40029)
	}
	return m, c, nil
}

// SignInCode implements the method of wecomtest.Server.
func (s *Service) SignInCode(corpID, userID string, agentID int64) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	m, a := s.FindMember(corpID, userID), s.FindApp(corpID, agentID)
	if m == nil || a == nil {
		return ""
	}
	host := ""
	if d := core.TrustedDomains(a.App); len(d) > 0 {
		host = d[0]
	}
	return s.storeCode(&OAuthCode{Corp: s.CorpStates[corpID], UserID: m.UserID, redirectHost: host, agentID: agentID, Expires: s.CurrentTime().Add(SignInCodeTTL)})
}

// getLaunchCode implements get_launch_code.
//
// https://developer.work.weixin.qq.com/document/path/94345
func (s *Service) getLaunchCode(r *core.Request) (any, *core.APIError) {
	var in struct {
		Operator string              `json:"operator_userid"`
		Chat     contacts.UserIDOnly `json:"single_chat"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	for _, id := range []string{in.Operator, in.Chat.UserID} {
		if _, err := contacts.VisibleMember(r, id); err != nil {
			return nil, err
		}
	}
	return struct {
		Code string `json:"launch_code"`
	}{s.RandomText(32)}, nil
}
