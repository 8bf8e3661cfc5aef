package model

import (
	"time"
)

// Fault injects an error into calls of the Open API. A call must match all of the selecting fields
// (Path, ClientID); an empty field matches every call. The fields for the effect can be combined,
// for example a delay and an errcode.
type Fault struct {
	// Path is a pattern as in Calls: "interviews", "POST interviews", "interviews/*",
	// "/oauth/token.json".
	Path     string `json:"path"`
	ClientID string `json:"clientId"` // application of the access token
	// Times is the number of calls to which the fault applies. 0 means all until it is removed.
	Times int `json:"times"`
	// Every applies the fault to each n-th matching call only. 0 and 1 mean each.
	Every int `json:"every"`

	Errcode int    `json:"errcode"` // returned instead of running the call, for example CodeQuota
	Errmsg  string `json:"errmsg"`
	// HTTPStatus is returned instead of running the call, with the error page of a proxy as body;
	// together with Errcode it is the status of that reply.
	HTTPStatus int `json:"httpStatus"`
	// RevokeToken revokes the token of the call before it is checked.
	RevokeToken bool `json:"revokeToken"`
	// DropBefore closes the connection before the call takes effect, DropAfter afterwards: the caller
	// cannot distinguish the two.
	DropBefore bool `json:"dropBefore"`
	DropAfter  bool `json:"dropAfter"`
	// Delay is real time, not simulated time.
	Delay time.Duration `json:"delay"`
	// Malformed replaces the reply by a body that is not JSON after the call took effect; Truncated
	// sends half of the reply.
	Malformed bool `json:"malformed"`
	Truncated bool `json:"truncated"`
}

// WebhookFault injects an error into the delivery of webhooks. A webhook must match all of the
// selecting fields (TeamID, Event); an empty field matches every webhook.
type WebhookFault struct {
	TeamID int64  `json:"teamId"`
	Event  string `json:"event"`
	// Times is the number of webhooks to which the fault applies. 0 means all until it is removed.
	Times int `json:"times"`

	Twice     bool `json:"twice"`     // delivered, then delivered again
	WrongSign bool `json:"wrongSign"` // the Smb-Signature is invalid, in the retries too
	Stale     bool `json:"stale"`     // ts is an hour old
	// Late sends the webhook only after this time of the simulated clock.
	Late time.Duration `json:"late"`
	// Hold holds the webhook until ReleaseHeldWebhooks sends all held webhooks, last first: late and
	// out of order.
	Hold bool `json:"hold"`
	Lose bool `json:"lose"` // never sent
}
