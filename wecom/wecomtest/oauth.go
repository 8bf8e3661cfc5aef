package wecomtest

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

// signInCodeTTL is the lifetime of a sign-in code, which can be used once.
const signInCodeTTL = 5 * time.Minute

// oauthCode is the code that the sign-in pages append to the redirect.
type oauthCode struct {
	corp         *corpState
	userID       string
	redirectHost string // host of redirect_uri
	agentID      int64  // 0 if the request had no agentid
	expires      time.Time
	used         bool
	privateInfo  bool
}

var statePattern = regexp.MustCompile(`^[0-9A-Za-z]{0,128}$`)

// signIn is a validated request of a sign-in page.
type signIn struct {
	corp        *corpState
	app         *appState
	redirect    *url.URL
	state       string
	privateInfo bool
}

// serveAuthorize serves OAuth2 inside WeCom: the member is known, so it redirects at once.
//
// https://developer.work.weixin.qq.com/document/path/91335
func (s *Server) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	if s.authorizeSuite(w, r) {
		return
	}
	in, problem := s.parseSignIn(r.URL.Query(), false)
	if problem != "" {
		writeProblemPage(w, r, problem)
		return
	}
	view := s.viewOf(r, in.corp.ID)
	if view == nil {
		writeProblemPage(w, r, "page.notInWeCom")
		return
	}
	s.redirectWithCode(w, r, in, view.user)
}

// parseSignIn validates the parameters of both sign-in pages. The second result is the id of a
// problem, or "".
func (s *Server) parseSignIn(q url.Values, web bool) (*signIn, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.corps[q.Get("appid")]
	if !ok {
		return nil, "page.appid"
	}
	in := &signIn{corp: c, state: q.Get("state"), privateInfo: q.Get("scope") == "snsapi_privateinfo"}
	if !web {
		if problem := checkAuthorize(q); problem != "" {
			return nil, problem
		}
	} else if q.Has("login_type") && q.Get("login_type") != "CorpApp" {
		return nil, "page.loginType"
	}
	target, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || target.Host == "" || !isHTTPURL(target.String()) {
		return nil, "page.redirect"
	}
	in.redirect = target
	return in, in.resolveApp(q.Get("agentid"), web)
}

func checkAuthorize(q url.Values) string {
	switch {
	case q.Get("response_type") != "code":
		return "page.responseType"
	case q.Get("scope") != "snsapi_base" && q.Get("scope") != "snsapi_privateinfo":
		return "page.scope"
	case !statePattern.MatchString(q.Get("state")):
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
		app, ok := in.corp.apps[id]
		if err != nil || !ok {
			return "page.agentid"
		}
		if !app.trustsHost(host) {
			return "page.redirect"
		}
		in.app = app
		return ""
	}
	if web {
		return "page.agentid"
	}
	for _, a := range in.corp.apps {
		if a.trustsHost(host) {
			in.privateInfo = false // snsapi_privateinfo requires an agentid; without one it acts as snsapi_base
			return ""
		}
	}
	return "page.redirect"
}

// redirectWithCode redirects the member to redirect_uri with a new code.
func (s *Server) redirectWithCode(w http.ResponseWriter, r *http.Request, in *signIn, user string) {
	http.Redirect(w, r, s.newCodeURL(in, user), http.StatusFound)
}

func (s *Server) newSignInCode(in *signIn, user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := &oauthCode{corp: in.corp, userID: user, redirectHost: in.redirect.Host, expires: s.currentTime().Add(signInCodeTTL), privateInfo: in.privateInfo}
	if in.app != nil {
		code.agentID = in.app.AgentID
	}
	return s.storeCode(code)
}

// storeCode stores a code and returns its value.
func (s *Server) storeCode(c *oauthCode) string {
	value := s.randomText(32)
	s.codes.put(value, c, s.currentTime(), c.expires)
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
func (s *Server) getUserInfo(r *request) (any, *apiError) {
	m, code, err := s.redeemCode(r)
	if err != nil {
		return nil, err
	}
	out := userInfoReply{UserID: m.UserID}
	if code.privateInfo && r.corp.seesMember(r.app, m) {
		out.UserTicket = s.newUserTicket(r, m)
	}
	return out, nil
}

// getUserInfoLegacy implements user/getuserinfo, the older endpoint with capitalised field names.
func (s *Server) getUserInfoLegacy(r *request) (any, *apiError) {
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
func (s *Server) redeemCode(r *request) (*memberState, *oauthCode, *apiError) {
	value := r.query.Get("code")
	if value == "" {
		return nil, nil, newAPIError(41008)
	}
	c, ok := s.codes.get(value)
	switch {
	case !ok, c.used, c.corp != r.corp, !s.currentTime().Before(c.expires):
		return nil, nil, newAPIError(40029)
	case c.agentID != 0 && c.agentID != r.app.AgentID:
		return nil, nil, newAPIError(40029)
	case !r.app.trustsHost(c.redirectHost):
		return nil, nil, newAPIError(50001)
	}
	c.used = true
	m, ok := r.corp.members[foldUserID(c.userID)]
	if !ok {
		return nil, nil, newAPIError(40029)
	}
	return m, c, nil
}

// SignInCode creates a sign-in code for a member as the authorize page of the application does, for
// tests that do not follow redirects. It returns "" for an unknown member or application.
func (s *Server) SignInCode(corpID, userID string, agentID int64) string {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	m, a := s.findMember(corpID, userID), s.findApp(corpID, agentID)
	if m == nil || a == nil {
		return ""
	}
	host := ""
	if d := a.trustedDomains(); len(d) > 0 {
		host = d[0]
	}
	return s.storeCode(&oauthCode{corp: s.corps[corpID], userID: m.UserID, redirectHost: host, agentID: agentID, expires: s.currentTime().Add(signInCodeTTL)})
}

// getLaunchCode implements get_launch_code.
//
// https://developer.work.weixin.qq.com/document/path/94345
func (s *Server) getLaunchCode(r *request) (any, *apiError) {
	var in struct {
		Operator string     `json:"operator_userid"`
		Chat     userIDOnly `json:"single_chat"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	for _, id := range []string{in.Operator, in.Chat.UserID} {
		if _, err := r.visibleMember(id); err != nil {
			return nil, err
		}
	}
	return struct {
		Code string `json:"launch_code"`
	}{s.randomText(32)}, nil
}
