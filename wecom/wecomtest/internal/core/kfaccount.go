package core

import (
	"time"

	"github.com/huimian/huimian/internal/simulator/bounded"
)

// KFAccount is a customer service account.
type KFAccount struct {
	ID, Name, Avatar string
	Entries          bounded.Queue[KFEntry]
	Trimmed          int                                    // number of entries removed from the front
	Conversations    bounded.Cache[string, *KFConversation] // by external_userid
	Tokens           bounded.Cache[string, time.Time]
	Codes            bounded.Cache[string, *KFCode]
	SentMsgIDs       bounded.Cache[string, bool] // by msgid
	Scenes           map[string]string
	SceneOrder       bounded.Queue[string]
	Servicers        []string // folded user ids
	Parties          []int64
}

// KFEntry is a message or an event in the reply of sync_msg.
type KFEntry struct {
	Time time.Time
	Body map[string]any
}

// KFConversation is the conversation of an account with one customer.
type KFConversation struct {
	LastWroteAt time.Time // zero if the customer has not written
	ReplyCount  int       // since lastWroteAt
	WelcomedAt  time.Time
	EnteredAt   time.Time // by a link, with Scene and SceneParam; zero if the customer has not
	Scene       string
	SceneParam  string
	State       int    // kfStateNew and so on
	Servicer    string // in kfStateHuman
}

// LastContact returns when the customer last entered or wrote.
func (t *KFConversation) LastContact() time.Time {
	if t.EnteredAt.After(t.LastWroteAt) {
		return t.EnteredAt
	}
	return t.LastWroteAt
}

// KFCode is a code for a message that answers an event of customer service.
type KFCode struct {
	Customer *CustomerState
	Expires  time.Time
	Used     bool
	State    *int // required state of the session; nil for a welcome code
}
