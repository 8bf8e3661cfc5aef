package core

import (
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// SendReply is the reply to message/send.
type SendReply struct {
	InvalidUser    string `json:"invaliduser,omitempty"`
	InvalidParty   string `json:"invalidparty,omitempty"`
	InvalidTag     string `json:"invalidtag,omitempty"`
	UnlicensedUser string `json:"unlicenseduser,omitempty"`
	MsgID          string `json:"msgid,omitempty"`
	ResponseCode   string `json:"response_code,omitempty"`
}

// DuplicateReply is the stored reply of a request with enable_duplicate_check.
type DuplicateReply struct {
	Reply   SendReply
	Expires time.Time
}

// SentMessage is a message of an application, shared by all its recipients.
type SentMessage struct {
	ID            string
	Corp          *CorpState
	App           *AppState
	Chat          *ChatState // the group chat, if any
	Kind          string
	Content       model.Content
	Safe          int
	Time          time.Time
	Copies        map[string]*InboxMessage // by folded user id
	ResponseCodes []string                 // of the card
	size          int                      // of the request body in bytes
}
