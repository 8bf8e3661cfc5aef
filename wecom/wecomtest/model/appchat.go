package model

// Chat is a group chat created by an application.
type Chat struct {
	ID      string   `json:"id"`
	CorpID  string   `json:"corpId"`
	AgentID int64    `json:"agentId"` // of the application that created it
	Name    string   `json:"name"`
	Owner   string   `json:"owner"`
	Users   []string `json:"users"`
}
