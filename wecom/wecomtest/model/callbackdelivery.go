package model

import (
	"errors"
	"time"
)

// Delivery is one callback with its delivery attempts.
type Delivery struct {
	Seq      int64     `json:"seq"`
	Time     time.Time `json:"time"`
	CorpID   string    `json:"corpId"`
	AgentID  int64     `json:"agentId"`         // 0 for the contact sync helper
	BotID    string    `json:"botId,omitempty"` // of a smart bot, whose AgentID is 0
	URL      string    `json:"url"`
	Event    string    `json:"event"` // name of the event, or MsgType of a message
	From     string    `json:"from"`
	Plain    string    `json:"plain"` // the decrypted XML or JSON, including response codes
	Attempts []Attempt `json:"tries"`
	OK       bool      `json:"ok"`
	Reply    string    `json:"reply,omitempty"` // the decrypted passive reply
	Note     string    `json:"note,omitempty"`
}

// Attempt is one attempt to deliver a callback.
type Attempt struct {
	Time     time.Time     `json:"time"`
	Status   int           `json:"status"` // 0 when there was no response
	Error    string        `json:"error,omitempty"`
	Duration time.Duration `json:"duration"`
}

// ErrNotDelivered is returned when every attempt to deliver a callback has failed.
var ErrNotDelivered = errors.New("callback not delivered")
