package suite

import (
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/page"
	"github.com/huimian/huimian/wecom/wecomtest/internal/signin"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// suitePageMembers is how many members of a company a page offers; the search
// finds the others.
const suitePageMembers = 30

var suitePage = template.Must(template.ParseFS(page.Site.Files, "suite.html"))

var suiteTexts = map[string][3]string{
	"install":   {"安装第三方应用", "Install a third-party application", "サードパーティアプリのインストール"},
	"installBy": {"选择以哪家企业的哪位管理员安装。", "Choose the company and the administrator who installs it.", "どの企業のどの管理者がインストールするかを選んでください。"},
	"login":     {"登录第三方应用", "Sign in to a third-party application", "サードパーティアプリへのログイン"},
	"loginBy":   {"选择谁来扫码登录。", "Choose who scans the code.", "誰がコードをスキャンするかを選んでください。"},
	"search":    {"搜索姓名或账号", "Search name or id", "名前または ID を検索"},
	"find":      {"搜索", "Search", "検索"},
	"there":     {"这家企业已安装该应用。", "The application is installed here already.", "このアプリはすでにインストールされています。"},
}

type suitePageCorp struct {
	Name, Note string
	Members    []suitePageMember
}

type suitePageMember struct{ Name, Position, Avatar, URL string }

// Routes registers the page on which a suite is installed.
func (s *Service) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /3rdapp/install", s.serveInstall)
}

// serveInstall serves the page on which an administrator installs a suite, reached
// from the provider's site. The page offers the administrators.
//
// https://developer.work.weixin.qq.com/document/path/90597
func (s *Service) serveInstall(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.Mu.Lock()
	su, problem := s.checkInstall(q)
	s.Mu.Unlock()
	switch {
	case problem != "":
		signin.WriteProblemPage(w, r, problem)
	case q.Get("as") != "":
		back, err := s.FollowInstall(r.URL.String(), q.Get("corpId"), q.Get("as"), s.freeAgent(q.Get("corpId")))
		if err != nil {
			signin.WriteProblemPage(w, r, "page.install")
			return
		}
		http.Redirect(w, r, back, http.StatusFound)
	default:
		s.writeSuitePage(w, r, su, "install")
	}
}

// checkInstall validates the address of an installation.
func (s *Service) checkInstall(q url.Values) (*suiteState, string) {
	su, ok := s.SuiteStates[q.Get("suite_id")]
	if !ok {
		return nil, "page.suite"
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || !core.IsHTTPURL(q.Get("redirect_uri")) || (su.RedirectDomain != "" && su.RedirectDomain != back.Host) {
		return nil, "page.redirect"
	}
	if pre, ok := su.preAuth.Get(q.Get("pre_auth_code")); !ok || !s.CurrentTime().Before(pre.expires) {
		return nil, "page.preAuth"
	}
	if !signin.StatePattern.MatchString(q.Get("state")) {
		return nil, "page.state"
	}
	return su, ""
}

// freeAgent returns the id that the next application of a company gets.
func (s *Service) freeAgent(corpID string) int64 {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	id := int64(1000001)
	if c, ok := s.CorpStates[corpID]; ok {
		for c.Apps[id] != nil {
			id++
		}
	}
	return id
}

// trustsHost reports whether a sign-in of the suite may lead to a host.
func (su *suiteState) trustsHost(host string) bool {
	return core.TrustsHost(model.App{HomeURL: strings.ReplaceAll(su.HomeURL, "$CORPID$", ""), TrustedDomains: su.TrustedDomains}, host)
}

// suiteSignIn finds the suite of a request for a sign-in page, nil when it is
// no suite.
func (s *Service) suiteSignIn(q url.Values) (*suiteState, *url.URL, string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	su, ok := s.SuiteStates[q.Get("appid")]
	if !ok {
		return nil, nil, ""
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || !core.IsHTTPURL(q.Get("redirect_uri")) || !su.trustsHost(back.Host) {
		return su, nil, "page.redirect"
	}
	return su, back, ""
}

// AuthorizeSuite serves OAuth2 inside WeCom with the id of a suite: for members of
// any company. It reports false when the call is about no suite.
//
// https://developer.work.weixin.qq.com/document/path/91120
func (s *Service) AuthorizeSuite(w http.ResponseWriter, r *http.Request) bool {
	q := r.URL.Query()
	su, back, problem := s.suiteSignIn(q)
	if su == nil {
		return false
	}
	if wrong := signin.CheckAuthorize(q); wrong != "" {
		problem = wrong
	}
	s.Mu.Lock()
	_, v := s.Signin.ViewFromCookie(r)
	s.Mu.Unlock()
	switch {
	case problem != "":
		signin.WriteProblemPage(w, r, problem)
	case v == nil:
		signin.WriteProblemPage(w, r, "page.notInWeCom")
	default:
		s.redirectToSuite(w, r, su, back, v.Corp, v.User)
	}
	return true
}

// LoginSuite serves the web login page for a suite (login_type=ServiceApp). It
// reports false when the call is about no suite.
//
// https://developer.work.weixin.qq.com/document/path/98170
func (s *Service) LoginSuite(w http.ResponseWriter, r *http.Request) bool {
	q := r.URL.Query()
	su, back, problem := s.suiteSignIn(q)
	if su == nil {
		return false
	}
	if q.Get("login_type") != "ServiceApp" {
		problem = "page.loginType"
	}
	switch {
	case problem != "":
		signin.WriteProblemPage(w, r, problem)
	case q.Get("as") != "":
		s.redirectToSuite(w, r, su, back, q.Get("corpId"), q.Get("as"))
	default:
		s.writeSuitePage(w, r, su, "login")
	}
	return true
}

// redirectToSuite sends a member back with a code.
func (s *Service) redirectToSuite(w http.ResponseWriter, r *http.Request, su *suiteState, back *url.URL, corpID, userID string) {
	code := s.suiteCode(su.ID, corpID, userID, r.URL.Query().Get("scope") == "snsapi_privateinfo")
	if code == "" {
		signin.WriteProblemPage(w, r, "page.member")
		return
	}
	q := "code=" + url.QueryEscape(code) + "&state=" + url.QueryEscape(r.URL.Query().Get("state"))
	if back.RawQuery != "" {
		q = back.RawQuery + "&" + q
	}
	back.RawQuery = q
	http.Redirect(w, r, back.String(), http.StatusFound)
}

type hiddenField struct{ Name, Value string }

// writeSuitePage lists the companies and their members; each leads to the same
// address with the choice added.
func (s *Service) writeSuitePage(w http.ResponseWriter, r *http.Request, su *suiteState, kind string) {
	n, q := signin.RequestLanguage(r), r.URL.Query()
	data := struct {
		Lang, Title, Suite, Hint, Search, Find, Query string
		Hidden                                        []hiddenField
		Corps                                         []suitePageCorp
	}{[3]string{"zh-CN", "en", "ja"}[n], suiteTexts[kind][n], su.Name, suiteTexts[kind+"By"][n], suiteTexts["search"][n], suiteTexts["find"][n], q.Get("q"), nil, nil}
	for _, name := range []string{"suite_id", "pre_auth_code", "appid", "login_type", "redirect_uri", "state", "scope", "lang"} {
		if q.Has(name) {
			data.Hidden = append(data.Hidden, hiddenField{name, q.Get(name)})
		}
	}
	s.Mu.Lock()
	for _, id := range s.CorpOrder {
		c := s.CorpStates[id]
		if kind == "install" && su.installs[id] != nil {
			data.Corps = append(data.Corps, suitePageCorp{Name: c.Name, Note: suiteTexts["there"][n]})
			continue
		}
		data.Corps = append(data.Corps, suitePageCorp{Name: c.Name, Members: s.suitePageMembers(c, q)})
	}
	s.Mu.Unlock()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", page.Site.Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer") // the address holds a pre_auth_code
	_ = suitePage.Execute(w, data)
}

func (s *Service) suitePageMembers(c *core.CorpState, q url.Values) []suitePageMember {
	var out []suitePageMember
	needle := strings.ToLower(q.Get("q"))
	for _, m := range c.AllMembers() {
		if len(out) == suitePageMembers {
			break
		}
		if m.Status != model.StatusActive || !slices.ContainsFunc([]string{m.Name, m.Key}, func(v string) bool { return strings.Contains(strings.ToLower(v), needle) }) {
			continue
		}
		to := maps.Clone(q)
		to.Del("q")
		to.Set("corpId", c.ID)
		to.Set("as", m.UserID)
		avatar := m.Avatar
		if avatar == "" {
			avatar = contacts.AvatarPath(m.Name)
		}
		out = append(out, suitePageMember{m.Name, m.Position, avatar, "?" + to.Encode()})
	}
	return out
}
