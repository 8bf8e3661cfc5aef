package model

import (
	"time"
)

// Customer is an external contact (外部联系人) and the way in which a member was added.
type Customer struct {
	CorpID         string `json:"corpId"`
	ExternalUserID string `json:"externalUserId"` // case-sensitive; empty: a new id is created
	Name           string `json:"name"`
	Type           int    `json:"type"` // 1 a WeChat user, 2 a member of another company; 0 means 1
	Avatar         string `json:"avatar"`
	Gender         int    `json:"gender"` // 1 male, 2 female
	UnionID        string `json:"unionId"`
	CorpName       string `json:"corpName"` // for type 2
	Position       string `json:"position"` // for type 2

	// UserID is the member to add. It may be empty with ConfigID, the scanned contact way: then it
	// is the first member of that contact way.
	UserID   string `json:"userId"`
	ConfigID string `json:"configId"`
	AddWay   int    `json:"addWay"` // 0 means 1, a QR code
}

// CustomerMessage is a message received by an external contact.
type CustomerMessage struct {
	MsgID   string    `json:"msgid"`
	From    string    `json:"from"`    // user id of a member or id of a customer service account
	MsgType string    `json:"msgtype"` // "text" for a welcome message with a text, whatever its attachments
	Text    string    `json:"text"`
	Raw     string    `json:"raw"` // the request body, secrets masked
	Time    time.Time `json:"time"`
}
