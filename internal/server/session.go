package server

// Session is what the front end knows of whoever is signed in.
type Session struct {
	User     SessionUser     `json:"user"`
	Corp     SessionCorp     `json:"corp"`
	Roles    []string        `json:"roles" enum:"administrator,recruiter,interviewer"`
	Language string          `json:"language" enum:"zh-CN,en,ja"`
	Features SessionFeatures `json:"features"`
}

// SessionUser is the member who is signed in.
type SessionUser struct {
	UserID     string `json:"userId"`
	Name       string `json:"name"`
	Avatar     string `json:"avatar,omitempty"`
	Department string `json:"department,omitempty"`
	Position   string `json:"position,omitempty"`
}

// SessionCorp is the member's company.
type SessionCorp struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	TimeZone string `json:"timeZone" doc:"IANA name, such as Asia/Shanghai"`
}

// SessionFeatures says which parts of this installation work at the moment.
type SessionFeatures struct {
	Sandbox SandboxFeature `json:"sandbox"`
	WeCom   WeComFeature   `json:"wecom"`
}

// SandboxFeature says whether programs can be run, and which.
type SandboxFeature struct {
	Ready     bool           `json:"ready"`
	Reason    string         `json:"reason,omitempty" doc:"Why not, for a person"`
	Languages []CodeLanguage `json:"languages"`
}

// CodeLanguage is a programming language that can be run here.
type CodeLanguage struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

// WeComFeature says whether WeCom can be reached.
type WeComFeature struct {
	State string `json:"state" enum:"ok,unavailable,unconfigured"`
}

// SessionPatch changes what the session remembers.
type SessionPatch struct {
	Language string `json:"language" enum:"zh-CN,en,ja"`
}
