package wecomtest

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Corp is a company (企业).
type Corp struct {
	ID   string `json:"id,omitempty"` // corp id, for example "ww0123456789abcdef"
	Name string `json:"name,omitempty"`
	// ContactSecret is the secret of the contact sync helper (通讯录同步). Empty
	// means that the company has not switched it on.
	ContactSecret string `json:"contactSecret,omitempty"`
	// ContactCallback receives change_contact events. Its zero value means none.
	ContactCallback Callback `json:"contactCallback,omitzero"`
	// AdvancedMeetings says that the company has bought the advanced feature of
	// meetings (会议高级功能).
	AdvancedMeetings bool `json:"advancedMeetings,omitempty"`
	// Accounts is the account ceiling (账号上限), by which the daily limit of
	// messages goes. 0 means 1,000.
	Accounts int `json:"accounts,omitempty"`
}

// Callback is the address and the keys of a receiver (接收消息).
type Callback struct {
	URL            string `json:"url,omitempty"`
	Token          string `json:"token,omitempty"`          // at most 32 letters and digits
	EncodingAESKey string `json:"encodingAesKey,omitempty"` // 43 letters and digits
}

// App is a self-built application (自建应用).
type App struct {
	CorpID      string `json:"corpId,omitempty"`
	AgentID     int64  `json:"agentId,omitempty"`
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
	LogoURL     string `json:"logoUrl,omitempty"`
	Secret      string `json:"secret,omitempty"`
	// HomeURL is opened from the workbench.
	HomeURL string `json:"homeUrl,omitempty"`
	// SignInURL, when set, is where the face goes to open a page of the
	// application: {next} stands for the escaped path and query of that page. A
	// real WeCom opens the page itself in a web view that holds cookies for one
	// person; a browser in which one person plays several members does not, so
	// the face signs in anew each time.
	SignInURL string `json:"signInUrl,omitempty"`

	CallbackURL    string `json:"callbackUrl,omitempty"`
	CallbackToken  string `json:"callbackToken,omitempty"`
	EncodingAESKey string `json:"encodingAesKey,omitempty"`

	// TrustedDomains are the hosts, with the port if there is one, that may be
	// named in a redirect_uri. They are compared exactly. Empty means the host
	// of HomeURL.
	TrustedDomains []string `json:"trustedDomains,omitempty"`
	// TrustedIPs are the addresses that may call the API with this
	// application's token. Empty means any.
	TrustedIPs []string `json:"trustedIps,omitempty"`

	// The visible range. All three empty means the whole company.
	VisibleUsers   []string `json:"visibleUsers,omitempty"`
	VisibleParties []int64  `json:"visibleParties,omitempty"`
	VisibleTags    []int64  `json:"visibleTags,omitempty"`

	Menu []MenuButton `json:"menu,omitempty"`
	// ReportEnter sends enter_agent when a member opens the application.
	ReportEnter bool `json:"reportEnter,omitempty"`
	// ContactEvents delivers change_contact to this application too, as it is
	// for applications that a provider develops.
	ContactEvents bool `json:"contactEvents,omitempty"`
	// CustomWorkbench says that an administrator has switched the custom mode of
	// the application's tile on.
	CustomWorkbench bool `json:"customWorkbench,omitempty"`
	// ApprovalEvents delivers sys_approval_change (审批状态通知事件).
	ApprovalEvents bool `json:"approvalEvents,omitempty"`
	// SensitiveFields lets user/get and user/list answer avatar, gender, mobile
	// and mail, as for applications made before June 2022.
	SensitiveFields bool `json:"sensitiveFields,omitempty"`
	Disabled        bool `json:"disabled,omitempty"`
	// Customers lets the application call 客户联系 and hear of customers,
	// CustomerService the same for 微信客服, whose accounts are all entrusted to
	// it.
	Customers       bool `json:"customers,omitempty"`
	CustomerService bool `json:"customerService,omitempty"`
}

// MenuButton is an entry of an application's menu, on one of two levels.
type MenuButton struct {
	Name      string       `json:"name"`
	Type      string       `json:"type,omitempty"` // click or view, or one of WeCom's other types
	Key       string       `json:"key,omitempty"`
	URL       string       `json:"url,omitempty"`
	AppID     string       `json:"appid,omitempty"`
	PagePath  string       `json:"pagepath,omitempty"`
	SubButton []MenuButton `json:"sub_button,omitempty"`
}

// Department is a node of a company's tree. The root has id 1.
type Department struct {
	CorpID   string   `json:"corpId,omitempty"`
	ID       int64    `json:"id,omitempty"`
	ParentID int64    `json:"parentId,omitempty"`
	Name     string   `json:"name,omitempty"`
	NameEn   string   `json:"nameEn,omitempty"`
	Order    int64    `json:"order,omitempty"` // larger first
	Leaders  []string `json:"leaders,omitempty"`
}

// Status of a member.
const (
	StatusActive   = 1
	StatusDisabled = 2
	StatusInactive = 4
	StatusLeft     = 5
)

// Member is a person of a company.
type Member struct {
	CorpID         string  `json:"corpId,omitempty"`
	UserID         string  `json:"userId,omitempty"`
	Name           string  `json:"name,omitempty"`
	Alias          string  `json:"alias,omitempty"`
	Departments    []int64 `json:"departments,omitempty"`    // empty means the root
	MainDepartment int64   `json:"mainDepartment,omitempty"` // 0 means the first of Departments
	Leads          []int64 `json:"leads,omitempty"`          // the departments among Departments that the member leads
	DirectLeader   string  `json:"directLeader,omitempty"`
	Position       string  `json:"position,omitempty"`
	Mobile         string  `json:"mobile,omitempty"`
	Email          string  `json:"email,omitempty"`
	BizMail        string  `json:"bizMail,omitempty"`
	Gender         string  `json:"gender,omitempty"` // "1" male, "2" female
	Avatar         string  `json:"avatar,omitempty"` // empty means a drawing of the name
	Telephone      string  `json:"telephone,omitempty"`
	Status         int     `json:"status,omitempty"` // 0 means StatusActive
	Tags           []int64 `json:"tags,omitempty"`
	// Unlicensed members are listed in unlicenseduser and receive nothing.
	Unlicensed bool `json:"unlicensed,omitempty"`
}

// AddCorp adds a company with its root department, or replaces its names and
// secrets. It panics when the id is empty: a fixture that cannot work should
// not look as if it did.
func (s *Server) AddCorp(c Corp) {
	if c.ID == "" {
		panic("wecomtest: AddCorp needs an ID")
	}
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.corps[c.ID]; ok {
		st.Corp = c
		return
	}
	s.corps[c.ID] = newCorpState(c)
	s.corpOrder = append(s.corpOrder, c.ID)
	s.notifyChange(change{Kind: "directory", CorpID: c.ID})
}

// AddDepartment adds or replaces a department. Its parent 0 means the root.
func (s *Server) AddDepartment(d Department) {
	s.updateCorp(d.CorpID, func(c *corpState) {
		if d.ID != 1 && d.ParentID == 0 {
			d.ParentID = 1
		}
		c.departments[d.ID] = &d
	})
}

// AddMember adds or replaces a member. User ids are compared without case.
func (s *Server) AddMember(m Member) {
	if m.UserID == "" {
		panic("wecomtest: AddMember needs a UserID")
	}
	s.updateCorp(m.CorpID, func(c *corpState) { c.putMember(m) })
}

// AddApp adds or replaces an application. Its callback address is taken as
// already verified; SaveCallback verifies one as the admin console does.
func (s *Server) AddApp(a App) {
	if a.AgentID == 0 || a.Secret == "" {
		panic("wecomtest: AddApp needs an AgentID and a Secret")
	}
	s.updateCorp(a.CorpID, func(c *corpState) {
		if old, ok := c.apps[a.AgentID]; ok {
			old.App = a
			return
		}
		c.apps[a.AgentID] = &appState{App: a}
	})
}

// updateCorp runs change on a company. An unknown company panics: it is a slip in
// the fixture, and there is no caller who could handle an error.
func (s *Server) updateCorp(id string, do func(*corpState)) {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.corps[id]
	if !ok {
		panic(fmt.Sprintf("wecomtest: corp %q is unknown; call AddCorp first", id))
	}
	do(c)
	s.notifyChange(change{Kind: "directory", CorpID: id})
}

// Apps lists the applications of a company by agent id.
func (s *Server) Apps(corpID string) []App {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []App
	if c, ok := s.corps[corpID]; ok {
		for _, a := range c.apps {
			out = append(out, a.App)
		}
	}
	slices.SortFunc(out, func(a, b App) int { return cmp.Compare(a.AgentID, b.AgentID) })
	return out
}

func (a App) callbackConfig() Callback {
	return Callback{URL: a.CallbackURL, Token: a.CallbackToken, EncodingAESKey: a.EncodingAESKey}
}

// trustedDomains are the trusted domains, explicit or not.
func (a App) trustedDomains() []string {
	if len(a.TrustedDomains) > 0 {
		return a.TrustedDomains
	}
	if home, err := url.Parse(a.HomeURL); err == nil && home.Host != "" {
		return []string{home.Host}
	}
	return []string{}
}

// trustsHost reports whether a redirect to host (with its port) is allowed.
func (a App) trustsHost(host string) bool {
	return slices.ContainsFunc(a.trustedDomains(), func(d string) bool { return strings.EqualFold(d, host) })
}

// Corps lists the companies in the order in which they were added.
func (s *Server) Corps() []Corp {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Corp
	for _, id := range s.corpOrder {
		out = append(out, s.corps[id].Corp)
	}
	return out
}

// Members lists the members of a company by user id.
func (s *Server) Members(corpID string) []Member {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Member
	if c, ok := s.corps[corpID]; ok {
		for _, m := range c.allMembers() {
			out = append(out, m.Member)
		}
	}
	return out
}
