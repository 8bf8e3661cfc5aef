package core

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// AddCorp implements the method of wecomtest.Server.
func (s *Core) AddCorp(c model.Corp) {
	if c.ID == "" {
		panic("wecomtest: AddCorp needs an ID")
	}

	s.Mu.Lock()
	defer s.Mu.Unlock()
	if st, ok := s.CorpStates[c.ID]; ok {
		st.Corp = c
		return
	}
	s.CorpStates[c.ID] = newCorpState(c)
	s.CorpOrder = append(s.CorpOrder, c.ID)
	s.NotifyChange(Change{Kind: "directory", CorpID: c.ID})
}

// AddDepartment implements the method of wecomtest.Server.
func (s *Core) AddDepartment(d model.Department) {
	s.UpdateCorp(d.CorpID, func(c *CorpState) {
		if d.ID != 1 && d.ParentID == 0 {
			d.ParentID = 1
		}
		c.Departments[d.ID] = &d
	})
}

// AddMember implements the method of wecomtest.Server.
func (s *Core) AddMember(m model.Member) {
	if m.UserID == "" {
		panic("wecomtest: AddMember needs a UserID")
	}
	s.UpdateCorp(m.CorpID, func(c *CorpState) {
		c.PutMember(m)
		for _, id := range m.Tags {
			if c.Tags[id] == nil {
				c.Tags[id] = &TagState{ID: id, Name: fmt.Sprintf("标签 %d", id)}
			}
		}
	})
}

// AddApp implements the method of wecomtest.Server.
func (s *Core) AddApp(a model.App) {
	if a.AgentID == 0 || a.Secret == "" {
		panic("wecomtest: AddApp needs an AgentID and a Secret")
	}
	s.UpdateCorp(a.CorpID, func(c *CorpState) {
		if old, ok := c.Apps[a.AgentID]; ok {
			old.App = a
			return
		}
		c.Apps[a.AgentID] = &AppState{App: a}
	})
}

// UpdateCorp runs do on a company. It panics for an unknown company, which is an error in the
// fixture that no caller could handle.
func (s *Core) UpdateCorp(id string, do func(*CorpState)) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c, ok := s.CorpStates[id]
	if !ok {
		panic(fmt.Sprintf("wecomtest: corp %q is unknown; call AddCorp first", id))
	}
	do(c)
	s.NotifyChange(Change{Kind: "directory", CorpID: id})
}

// Apps implements the method of wecomtest.Server.
func (s *Core) Apps(corpID string) []model.App {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var out []model.App
	if c, ok := s.CorpStates[corpID]; ok {
		for _, a := range c.Apps {
			out = append(out, a.App)
		}
	}
	slices.SortFunc(out, func(a, b model.App) int { return cmp.Compare(a.AgentID, b.AgentID) })
	return out
}

// CallbackOf returns the receiver of an application's callbacks.
func CallbackOf(a model.App) model.Callback {
	return model.Callback{URL: a.CallbackURL, Token: a.CallbackToken, EncodingAESKey: a.EncodingAESKey}
}

// TrustedDomains returns TrustedDomains, or the host of HomeURL.
func TrustedDomains(a model.App) []string {
	if len(a.TrustedDomains) > 0 {
		return a.TrustedDomains
	}
	if home, err := url.Parse(a.HomeURL); err == nil && home.Host != "" {
		return []string{home.Host}
	}
	return []string{}
}

// TrustsHost reports whether redirects to host (with its port) are allowed.
func TrustsHost(a model.App, host string) bool {
	return slices.ContainsFunc(TrustedDomains(a), func(d string) bool { return strings.EqualFold(d, host) })
}

// Corps implements the method of wecomtest.Server.
func (s *Core) Corps() []model.Corp {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var out []model.Corp
	for _, id := range s.CorpOrder {
		out = append(out, s.CorpStates[id].Corp)
	}
	return out
}

// Members implements the method of wecomtest.Server.
func (s *Core) Members(corpID string) []model.Member {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var out []model.Member
	if c, ok := s.CorpStates[corpID]; ok {
		for _, m := range c.AllMembers() {
			out = append(out, m.Member)
		}
	}
	return out
}
