package wecomtest

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// viewCookie names the browser's web view: who the person is inside WeCom.
const viewCookie = "wecomsim_view"

// freshView is how long after an opening the web login page still counts as
// reached from inside WeCom. It is real time: a person's browser does not live
// in simulated time.
const freshView = 2 * time.Minute

// webView is what the simulator knows about one browser: as which member it
// last opened something.
type webView struct {
	corp, user string
	opened     time.Time
}

// serveOpen opens a page in the web view of a member: it makes the browser that
// member and goes on to the page. The face uses it for links, cards and the
// workbench; ?as= names the member, ?corp= the company (default: the first one
// that has the member), ?agent= the application and ?url= the page (default:
// the application's home).
func (s *Server) serveOpen(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.mu.Lock()
	m := s.findMemberByName(q.Get("corp"), q.Get("as"))
	var target string
	if m != nil {
		target = s.openTarget(m, q.Get("agent"), q.Get("url"))
	}
	s.mu.Unlock()
	if m == nil {
		writeProblemPage(w, r, "page.member")
		return
	}
	if !isHTTPURL(target) {
		writeProblemPage(w, r, "page.link")
		return
	}
	s.setBrowserMember(w, r, m.CorpID, m.UserID, true)
	http.Redirect(w, r, target, http.StatusFound)
}

// findMemberByName finds a member, in the first company that has one of that name when
// none is given. s.mu must be held.
func (s *Server) findMemberByName(corpID, userID string) *memberState {
	for _, id := range s.corpOrder {
		if corpID != "" && id != corpID {
			continue
		}
		if m, ok := s.corps[id].members[foldUserID(userID)]; ok {
			return m
		}
	}
	return nil
}

// openTarget is the address to go to for a page: through the application's
// sign-in when it has named one and the page is one of its own.
func (s *Server) openTarget(m *memberState, agent, page string) string {
	c := s.corps[m.CorpID]
	for _, a := range c.apps {
		if formatID(a.AgentID) == agent && page == "" {
			page = a.HomeURL
		}
	}
	u, err := url.Parse(page)
	if err != nil {
		return ""
	}
	for _, a := range c.apps {
		if in, err := url.Parse(a.SignInURL); a.SignInURL != "" && err == nil && in.Host == u.Host && in.Path != u.Path {
			return strings.ReplaceAll(a.SignInURL, "{next}", url.QueryEscape(localPart(u)))
		}
	}
	return page
}

// localPart is a page without scheme and host.
func localPart(u *url.URL) string {
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

// setBrowserMember makes the browser a member. opened says that a page is being opened,
// which a page view of the face alone does not.
func (s *Server) setBrowserMember(w http.ResponseWriter, r *http.Request, corpID, userID string, opened bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, v := s.viewFromCookie(r)
	if v == nil {
		if len(s.views) > 10000 {
			clear(s.views) // browsers that never come back; those that do sign in anew
		}
		id, v = s.randomText(24), &webView{}
		s.views[id] = v
	}
	v.corp, v.user = corpID, userID
	if opened {
		v.opened = time.Now()
	}
	//nolint:gosec // not Secure: the simulator speaks plain HTTP on loopback
	http.SetCookie(w, &http.Cookie{Name: viewCookie, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (s *Server) viewFromCookie(r *http.Request) (string, *webView) {
	c, err := r.Cookie(viewCookie)
	if err != nil {
		return "", nil
	}
	return c.Value, s.views[c.Value]
}

// viewOf returns who the browser is in a company, nil when it is nobody.
func (s *Server) viewOf(r *http.Request, corpID string) *webView {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, v := s.viewFromCookie(r); v != nil && v.corp == corpID && s.findMember(v.corp, v.user) != nil {
		found := *v
		return &found
	}
	return nil
}

// takeOpening reports whether the browser has just opened a page in its web
// view and has not signed in since.
func (s *Server) takeOpening(r *http.Request, corpID string) *webView {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, v := s.viewFromCookie(r)
	if v == nil || v.corp != corpID || time.Since(v.opened) > freshView {
		return nil
	}
	found := *v
	v.opened = time.Time{}
	return &found
}
