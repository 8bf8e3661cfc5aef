package model

import (
	"time"
)

// Call is a request to the Open API or to the token endpoint. Secrets, tokens and codes are masked
// in all of its fields.
type Call struct {
	Seq      int64     `json:"seq"`
	Time     time.Time `json:"time"` // of the simulated clock
	Method   string    `json:"method"`
	Path     string    `json:"path"`
	Query    string    `json:"query"`
	TeamID   int64     `json:"teamId"`   // 0: unknown
	ClientID string    `json:"clientId"` // of the calling application
	Request  string    `json:"request"`
	Response string    `json:"response"`
	Status   int       `json:"status"` // 0 when the connection was dropped
	Errcode  int       `json:"errcode"`
	// Note describes the effect of a fault.
	Note     string        `json:"note,omitempty"`
	Duration time.Duration `json:"duration"`
}
