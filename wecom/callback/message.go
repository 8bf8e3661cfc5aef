package callback

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Message is one thing that WeCom tells the app: a message that a member
// wrote, or an event. The fields are those that most kinds share; Body holds
// the kind's own type.
// See https://developer.work.weixin.qq.com/document/path/90238
type Message struct {
	ToUserName   string    // the company; the suite for suite events
	FromUserName string    // userid of the member, or "sys"
	CreateTime   time.Time // to the second
	MsgType      string    // "text", "event", …
	AgentID      int64     // 0 for what is not about an app
	MsgID        string    `xml:"MsgId"` // of messages; empty for events

	Event      string // of MsgType "event": "click", "template_card_event", …
	EventKey   string // key of the button, address of the link
	ChangeType string // of contact events: "create_user", …
	InfoType   string // of suite events, in place of MsgType
	SuiteID    string `xml:"SuiteId"` // of suite events

	TaskID        string         `xml:"TaskId"` // of the card, as it was sent
	CardType      string         // of the card
	ResponseCode  string         // for updating the card: once, within 72 hours
	SelectedItems []SelectedItem `xml:"SelectedItems>SelectedItem"` // what was chosen on the card

	Body any    `xml:"-"` // a pointer to the type of the kind, such as *Text; nil for unknown kinds
	Raw  []byte `xml:"-"` // the decrypted XML

	root *xmlNode
}

// SelectedItem is what a member chose in one question of a card.
type SelectedItem struct {
	QuestionKey string
	OptionIDs   []string `xml:"OptionIds>OptionId"`
}

// ParseMessage reads a decrypted message. A kind that is not known is no error: its
// Body is nil, and Decode and Raw still serve.
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
		return nil, fmt.Errorf("neither MsgType nor InfoType in the message")
	}
	if body := newBody(m); body != nil {
		if err := decodeNode(root, body); err != nil {
			return nil, err
		}
		m.Body = body
	}
	return m, nil
}

// Decode fills a struct of your own from the message, for kinds that this
// package does not know. Fields take the elements of their names, or those
// that an xml tag names.
func (m *Message) Decode(into any) error {
	if m.root == nil {
		return fmt.Errorf("callback: decode: message was not made by Parse")
	}
	return decodeNode(m.root, into)
}

// Kind names what the message is: "text", "event/click",
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

// DedupKey is the same for every delivery of one message. Messages are told apart
// by their id, as WeCom advises. Events have none, and sender and second, as
// WeCom advises for them, would merge two quick taps: their whole text counts.
func (m *Message) DedupKey() string {
	if m.MsgID != "" {
		return fmt.Sprintf("msg/%s/%d/%s", m.ToUserName, m.AgentID, m.MsgID)
	}
	sum := sha256.Sum256(m.Raw)
	return fmt.Sprintf("event/%s/%d/%s", m.ToUserName, m.AgentID, hex.EncodeToString(sum[:16]))
}
