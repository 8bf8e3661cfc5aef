package model

import (
	"time"
)

// Call is one request that the API received. Secrets, tokens, tickets and codes
// are masked in all of its fields.
type Call struct {
	Seq      int64     `json:"seq"`
	Time     time.Time `json:"time"` // of the simulated clock
	Method   string    `json:"method"`
	Path     string    `json:"path"`
	Query    string    `json:"query"`
	CorpID   string    `json:"corpId"`
	AgentID  int64     `json:"agentId"`
	Request  string    `json:"request"`
	Response string    `json:"response"`
	Status   int       `json:"status"` // 0 when the connection was dropped
	Errcode  int       `json:"errcode"`
	// Note is what was done beside the answer: a fault, or a message that a
	// quota swallowed.
	Note     string        `json:"note,omitempty"`
	Duration time.Duration `json:"duration"`
}
