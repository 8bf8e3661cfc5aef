package callback

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Message is a message of a member to the app, or an event. Its fields are
// those that most kinds share; Body holds the type of the kind.
// See https://developer.work.weixin.qq.com/document/path/90238
type Message struct {
	ToUserName   string    // corp id; suite id for suite events
	FromUserName string    // userid of the member, or "sys"
	CreateTime   time.Time // in seconds
	MsgType      string    // "text", "event", …
	AgentID      int64     // 0 when not about an app
	MsgID        string    `xml:"MsgId"` // messages only; empty for events

	Event      string // MsgType "event" only: "click", "template_card_event", …
	EventKey   string // key of the button, URL of the link
	ChangeType string // contact events only: "create_user", …
	InfoType   string // suite events only, instead of MsgType
	SuiteID    string `xml:"SuiteId"` // suite events only

	TaskID        string         `xml:"TaskId"` // task id of the card
	CardType      string         // of the card
	ResponseCode  string         // for updating the card: valid once, within 72 hours
	SelectedItems []SelectedItem `xml:"SelectedItems>SelectedItem"` // options chosen on the card

	Body any    `xml:"-"` // pointer to the type of the kind, such as *Text; nil for unknown kinds
	Raw  []byte `xml:"-"` // the decrypted XML

	root *xmlNode
}

// SelectedItem is the choice of a member in one question of a card.
type SelectedItem struct {
	QuestionKey string
	OptionIDs   []string `xml:"OptionIds>OptionId"`
}

// ParseMessage parses a decrypted message. An unknown kind is not an error: its
// Body is nil, and Decode and Raw remain usable.
func ParseMessage(xml []byte) (*Message, error) {
	root, err := parseXML(xml)
	if err != nil {
		return nil, err
	}
	m := &Message{Raw: xml, root: root}
	if err := decodeNode(root, m); err != nil {
		return nil, err
	}
	if m.MsgType == "" && m.InfoType == "" {
		return nil, fmt.Errorf("the message has neither MsgType nor InfoType")
	}
	if body := newBody(m); body != nil {
		if err := decodeNode(root, body); err != nil {
			return nil, err
		}
		m.Body = body
	}
	return m, nil
}

// Decode decodes the message into a struct of the caller, for kinds that this
// package does not know. A field is read from the element of its name, or the
// one that its xml tag names.
func (m *Message) Decode(into any) error {
	if m.root == nil {
		return fmt.Errorf("callback: decode: the message was not created by ParseMessage")
	}
	return decodeNode(m.root, into)
}

// Kind returns the kind of the message: "text", "event/click",
// "event/change_contact/create_user", "info/suite_ticket".
func (m *Message) Kind() string {
	parts := []string{m.MsgType}
	if m.InfoType != "" {
		parts[0] = "info"
	}
	for _, part := range []string{m.Event, m.InfoType, m.ChangeType} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/")
}

// DedupKey returns a key that is the same for every delivery of one message.
// Messages are identified by MsgId, as WeCom recommends. Events have no id.
// WeCom recommends sender and CreateTime for them, which would merge two quick
// taps, so the key is a hash of the whole text.
func (m *Message) DedupKey() string {
	if m.MsgID != "" {
		return fmt.Sprintf("msg/%s/%d/%s", m.ToUserName, m.AgentID, m.MsgID)
	}
	sum := sha256.Sum256(m.Raw)
	return fmt.Sprintf("event/%s/%d/%s", m.ToUserName, m.AgentID, hex.EncodeToString(sum[:16]))
}
