package model

// Corp is a company (企业).
type Corp struct {
	ID   string `json:"id,omitempty"` // such as "ww0123456789abcdef"
	Name string `json:"name,omitempty"`
	// ContactSecret is the secret of the contact sync helper (通讯录同步). Empty means that it is
	// disabled.
	ContactSecret string `json:"contactSecret,omitempty"`
	// ContactCallback receives change_contact events. The zero value disables it.
	ContactCallback Callback `json:"contactCallback,omitzero"`
	// AdvancedMeetings enables the advanced meeting feature (会议高级功能), which companies buy.
	AdvancedMeetings bool `json:"advancedMeetings,omitempty"`
	// Accounts is the account limit (账号上限), from which the daily message limit is derived. 0 means
	// 1,000.
	Accounts int `json:"accounts,omitempty"`
}

// Callback is the address and the keys of a callback receiver (接收消息).
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
	// HomeURL is the page opened from the workbench.
	HomeURL string `json:"homeUrl,omitempty"`
	// SignInURL, if set, is the address at which the UI opens a page of the application; {next} is
	// replaced by the escaped path and query of the page. WeCom opens the page itself, in a web
	// view with one person's cookies. A browser in which one person plays several members has no
	// such web view, so the UI signs in again each time.
	SignInURL string `json:"signInUrl,omitempty"`

	CallbackURL    string `json:"callbackUrl,omitempty"`
	CallbackToken  string `json:"callbackToken,omitempty"`
	EncodingAESKey string `json:"encodingAesKey,omitempty"`

	// TrustedDomains are the hosts allowed in redirect_uri, with the port if there is one. They are
	// compared exactly. Empty means the host of HomeURL.
	TrustedDomains []string `json:"trustedDomains,omitempty"`
	// TrustedIPs are the IP addresses that may call the API with this application's access token.
	// Empty means any.
	TrustedIPs []string `json:"trustedIps,omitempty"`

	// The visible range (可见范围). All three empty means the whole company.
	VisibleUsers   []string `json:"visibleUsers,omitempty"`
	VisibleParties []int64  `json:"visibleParties,omitempty"`
	VisibleTags    []int64  `json:"visibleTags,omitempty"`

	Menu []MenuButton `json:"menu,omitempty"`
	// ReportEnter enables enter_agent events.
	ReportEnter bool `json:"reportEnter,omitempty"`
	// ContactEvents enables change_contact events, as for third-party applications.
	ContactEvents bool `json:"contactEvents,omitempty"`
	// CustomWorkbench enables the custom workbench tile, which an administrator does in the
	// console.
	CustomWorkbench bool `json:"customWorkbench,omitempty"`
	// ApprovalEvents enables sys_approval_change (审批状态通知事件).
	ApprovalEvents bool `json:"approvalEvents,omitempty"`
	// SensitiveFields makes user/get and user/list return avatar, gender, mobile and email, as for
	// applications created before June 2022.
	SensitiveFields bool `json:"sensitiveFields,omitempty"`
	Disabled        bool `json:"disabled,omitempty"`
	// Customers enables the API and events of 客户联系. CustomerService enables those of 微信客服, with
	// access to all accounts.
	Customers       bool `json:"customers,omitempty"`
	CustomerService bool `json:"customerService,omitempty"`
}

// MenuButton is an item of an application's menu, on the first or second level.
type MenuButton struct {
	Name      string       `json:"name"`
	Type      string       `json:"type,omitempty"` // click, view or another of WeCom's types
	Key       string       `json:"key,omitempty"`
	URL       string       `json:"url,omitempty"`
	AppID     string       `json:"appid,omitempty"`
	PagePath  string       `json:"pagepath,omitempty"`
	SubButton []MenuButton `json:"sub_button,omitempty"`
}

// Department is a department of a company. The root has id 1.
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

// Member is a member of a company (成员).
type Member struct {
	CorpID         string  `json:"corpId,omitempty"`
	UserID         string  `json:"userId,omitempty"`
	Name           string  `json:"name,omitempty"`
	Alias          string  `json:"alias,omitempty"`
	Departments    []int64 `json:"departments,omitempty"`    // empty means the root
	MainDepartment int64   `json:"mainDepartment,omitempty"` // 0 means the first of Departments
	Leads          []int64 `json:"leads,omitempty"`          // the subset of Departments that the member leads
	DirectLeader   string  `json:"directLeader,omitempty"`
	Position       string  `json:"position,omitempty"`
	Mobile         string  `json:"mobile,omitempty"`
	Email          string  `json:"email,omitempty"`
	BizMail        string  `json:"bizMail,omitempty"`
	Gender         string  `json:"gender,omitempty"` // "1" male, "2" female
	Avatar         string  `json:"avatar,omitempty"` // empty: an image of the name is generated
	Telephone      string  `json:"telephone,omitempty"`
	Status         int     `json:"status,omitempty"` // 0 means StatusActive
	Tags           []int64 `json:"tags,omitempty"`
	// Unlicensed members receive nothing and are listed in unlicenseduser.
	Unlicensed bool `json:"unlicensed,omitempty"`
}
