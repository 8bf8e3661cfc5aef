package model

import (
	"time"
)

// Fault injects an error into API calls. A call must match all of the selecting fields (Path,
// CorpID, AgentID, Token); an empty field matches every call. The fields for the effect can be
// combined, for example a delay and an errcode.
type Fault struct {
	Path    string `json:"path"` // "message/send" or a pattern such as "message/*"; empty: every path
	CorpID  string `json:"corpId"`
	AgentID int64  `json:"agentId"`
	// Token selects calls with this access token, so that calls with an old token fail and calls
	// with a new one do not.
	Token string `json:"token,omitempty"`
	// Times is the number of calls that the fault affects. 0 means all until it is removed.
	Times int `json:"times"`
	// Every affects only every n-th matching call. 0 and 1 mean every call.
	Every int `json:"every"`
	// Share is the probability that a matching call is affected, for example 0.3; 0 means always.
	// With Server.Seed, the same calls are affected in every run.
	Share float64 `json:"share"`

	Errcode int    `json:"errcode"` // returned instead of running the call
	Errmsg  string `json:"errmsg"`  // empty: the default text of Errcode
	// HTTPStatus is returned instead of running the call, with the HTML page of a proxy as the
	// body.
	HTTPStatus int `json:"httpStatus"`
	// DropBefore closes the connection before the call takes effect, DropAfter after it. The caller
	// cannot distinguish the two.
	DropBefore bool `json:"dropBefore"`
	DropAfter  bool `json:"dropAfter"`
	// Delay is in real time, not in simulated time.
	Delay time.Duration `json:"delay"`
	// Malformed replaces the reply by a body that is not JSON, after the call has taken effect.
	// Truncated sends half of the reply.
	Malformed bool `json:"malformed"`
	Truncated bool `json:"truncated"`
	// SlowBody sends the header at once and the body in ten parts over this duration (real time).
	SlowBody time.Duration `json:"slowBody"`
	// RevokeToken revokes the access token of the call before the call runs: this and all later
	// calls with the token return the given code, 40014 or 42001. With Every: 300 and Times: 1,
	// that is the 300th call.
	RevokeToken int `json:"revokeToken,omitempty"`
}
