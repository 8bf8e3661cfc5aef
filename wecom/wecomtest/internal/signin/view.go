package signin

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// ViewCookie is the cookie with the id of the browser's web view.
const ViewCookie = "wecomsim_view"

// freshView is how long after an opening the web login page still counts as
// reached from inside WeCom. It is real time: a person's browser does not live
// in simulated time.
const freshView = 2 * time.Minute

// WebView is the state of one browser: as which member it
// last opened something.
type WebView struct {
	Corp, User string
	opened     time.Time
}

// serveOpen opens a page in the web view of a member: it makes the browser that
// member and continues to the page. The client uses it for links, cards and the
// workbench; ?as= names the member, ?corpId= the company (default: the first one
// that has the member), ?agent= the application and ?url= the page (default:
// the application's home).
func (s *Service) serveOpen(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.Mu.Lock()
	m := s.FindMemberByName(q.Get("corpId"), q.Get("as"))
	var target string
	if m != nil {
		target = s.OpenTarget(m, q.Get("agent"), q.Get("url"))
	}
	s.Mu.Unlock()
	if m == nil {
		WriteProblemPage(w, r, "page.member")
		return
	}
	if !core.IsHTTPURL(target) {
		WriteProblemPage(w, r, "page.link")
		return
	}
	s.SetBrowserMember(w, r, m.CorpID, m.UserID, true)
	http.Redirect(w, r, target, http.StatusFound)
}

// FindMemberByName finds a member, in the first company that has one of that name when
// none is given. Mu must be held.
func (s *Service) FindMemberByName(corpID, userID string) *core.MemberState {
	for _, id := range s.CorpOrder {
		if corpID != "" && id != corpID {
			continue
		}
		if m, ok := s.CorpStates[id].Members[core.FoldUserID(userID)]; ok {
			return m
		}
	}
	return nil
}

// OpenTarget returns the address that opens a page: through the sign-in of the
// application if it has one and the page is its own.
func (s *Service) OpenTarget(m *core.MemberState, agent, page string) string {
	c := s.CorpStates[m.CorpID]
	for _, a := range c.Apps {
		if contacts.FormatID(a.AgentID) == agent && page == "" {
			page = a.HomeURL
		}
	}
	u, err := url.Parse(page)
	if err != nil {
		return ""
	}
	for _, a := range c.Apps {
		if in, err := url.Parse(a.SignInURL); a.SignInURL != "" && err == nil && in.Host == u.Host && in.Path != u.Path {
			return strings.ReplaceAll(a.SignInURL, "{next}", url.QueryEscape(LocalPart(u)))
		}
	}
	return page
}

// LocalPart returns a page without scheme and host.
func LocalPart(u *url.URL) string {
	p := u.EscapedPath()
	if p == "" {
		p = "/"
	}
	if u.RawQuery != "" {
		p += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		p += "#" + u.EscapedFragment()
	}
	return p
}

// SetBrowserMember signs the browser in as a member. opened is false for a view of the
// client alone, which opens no page.
func (s *Service) SetBrowserMember(w http.ResponseWriter, r *http.Request, corpID, userID string, opened bool) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	id, v := s.ViewFromCookie(r)
	if v == nil {
		if len(s.Views) > 10000 {
			clear(s.Views) // browsers that never come back; those that do sign in anew
		}
		id, v = s.RandomText(24), &WebView{}
		s.Views[id] = v
	}
	v.Corp, v.User = corpID, userID
	if opened {
		v.opened = time.Now()
	}
	//nolint:gosec // not Secure: the simulator serves plain HTTP on loopback
	http.SetCookie(w, &http.Cookie{Name: ViewCookie, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// ViewFromCookie returns the web view of a browser and its id, nil when
// there is none. Mu must be held.
func (s *Service) ViewFromCookie(r *http.Request) (string, *WebView) {
	c, err := r.Cookie(ViewCookie)
	if err != nil {
		return "", nil
	}
	return c.Value, s.Views[c.Value]
}

// ViewOf returns the web view of a browser in a company, nil when there is none.
func (s *Service) ViewOf(r *http.Request, corpID string) *WebView {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if _, v := s.ViewFromCookie(r); v != nil && v.Corp == corpID && s.FindMember(v.Corp, v.User) != nil {
		found := *v
		return &found
	}
	return nil
}

// takeOpening reports whether the browser has just opened a page in its web
// view and has not signed in since.
func (s *Service) takeOpening(r *http.Request, corpID string) *WebView {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	_, v := s.ViewFromCookie(r)
	if v == nil || v.Corp != corpID || time.Since(v.opened) > freshView {
		return nil
	}
	found := *v
	v.opened = time.Time{}
	return &found
}
