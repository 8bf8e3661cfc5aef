package ui

import (
	"net/http"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// confirmLogin simulates the scan. The parameter as is the member, the others are those of the
// login page. It returns the redirect URL or the id of a problem.
func (s *Service) confirmLogin(r *http.Request) (any, error) {
	q := r.URL.Query()
	in, problem := s.Signin.ParseSignIn(q, true)
	if problem != "" {
		return map[string]string{"problem": problem}, nil
	}
	s.Mu.Lock()
	m, ok := in.Corp.Members[core.FoldUserID(q.Get("as"))]
	allowed := ok && m.CanReceive() && in.Corp.SeesMember(in.App, m)
	s.Mu.Unlock()
	if !allowed {
		return map[string]string{"problem": "page.noPermission"}, nil
	}
	return map[string]string{"url": s.Signin.NewCodeURL(in, m.UserID)}, nil
}

// getLoginInfo returns the data of the login page.
func (s *Service) getLoginInfo(r *http.Request) (any, error) {
	in, problem := s.Signin.ParseSignIn(r.URL.Query(), true)
	if problem != "" {
		return map[string]string{"problem": problem}, nil
	}
	out := struct {
		Corp  CorpEntry    `json:"corp"`
		App   *chatEntry   `json:"app"`
		Quick *memberEntry `json:"quick"` // the member of the browser
	}{}
	v := s.Signin.ViewOf(r, in.Corp.ID)
	s.Mu.Lock()
	defer s.Mu.Unlock()
	out.Corp = CorpEntry{in.Corp.ID, in.Corp.Name, len(in.Corp.Members)}
	out.App = showApp(in.App)
	if v != nil {
		m := s.showMember(in.Corp, s.FindMember(v.Corp, v.User))
		out.Quick = &m
	}
	return out, nil
}
