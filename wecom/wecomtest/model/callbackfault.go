package model

// CallbackFault injects an error into callbacks. A callback must match all of CorpID, AgentID and
// Event; an empty field matches every callback.
type CallbackFault struct {
	CorpID  string `json:"corpId"`
	AgentID int64  `json:"agentId"`
	Event   string `json:"event"` // name of the event, or MsgType of a message
	// Times is the number of callbacks that the fault affects. 0 means all until it is removed.
	Times int `json:"times"`

	Duplicate      bool `json:"twice"`        // delivered twice with the same bytes
	WrongSignature bool `json:"wrongSign"`    // msg_signature is wrong
	WrongCorp      bool `json:"wrongCorp"`    // encrypted for another company
	BrokenCipher   bool `json:"brokenCipher"` // the cipher text is corrupt, the signature is right
	Stale          bool `json:"stale"`        // the timestamp is one hour old
	// Hold holds callbacks until ReleaseCallbacks sends them in reverse order, so that they arrive
	// late and out of order.
	Hold bool `json:"hold"`
	Drop bool `json:"lose"` // never sent
}
