package model

// Chat is a group chat created by an application.
type Chat struct {
	ID      string
	CorpID  string
	AgentID int64 // of the application that created it
	Name    string
	Owner   string
	Users   []string
}
