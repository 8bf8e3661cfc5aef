package model

// SuiteInstall is an installation in a company file.
type SuiteInstall struct {
	CorpID  string `json:"corpId"`
	UserID  string `json:"userId"`            // the administrator
	AgentID int64  `json:"agentId,omitempty"` // 0: the next free one
}

// SuiteFile is a suite in a company file, with the companies that install it.
type SuiteFile struct {
	Suite
	Installs []SuiteInstall `json:"installs,omitempty"`
}
