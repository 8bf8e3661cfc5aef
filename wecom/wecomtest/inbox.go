package wecomtest

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// inboxMessage is one message in a member's chat with an application.
type inboxMessage struct {
	sent       *sentMessage // nil for a message from the member
	member     *memberState
	seq        int64
	unread     bool
	recalled   bool
	replaced   *Card  // the card set by update_template_card
	buttonText string // text of the disabled buttons
	clickedKey string // key of the button clicked last

	memberText string // text of a message from the member
	agentID    int64
	time       time.Time
}

// Message is a message in its current state, as shown to the member.
type Message struct {
	Seq      int64     `json:"seq"`
	MsgID    string    `json:"msgid"`
	CorpID   string    `json:"corpId"`
	AgentID  int64     `json:"agentId"`
	ChatID   string    `json:"chatId,omitempty"` // the group chat, if any
	UserID   string    `json:"userId"`           // the member who has the message
	Time     time.Time `json:"time"`
	MsgType  string    `json:"msgtype"`
	FromUser bool      `json:"fromUser"` // sent by the member to the application
	Safe     int       `json:"safe"`
	Unread   bool      `json:"unread"`
	Recalled bool      `json:"recalled"`
	Content
	// Updated is true after update_template_card.
	Updated bool `json:"updated"`
	// ButtonText is the text of the disabled buttons.
	ButtonText string `json:"buttonText,omitempty"`
	// Chosen is the key of the button that the member clicked.
	Chosen string `json:"chosen,omitempty"`
}

func (d *inboxMessage) currentCard() *Card {
	if d.replaced != nil {
		return d.replaced
	}
	return d.sent.content.Card
}

// toMessage returns the current state. Cards are shared, not copied: a stored card is never
// modified.
func (d *inboxMessage) toMessage() Message {
	m := Message{Seq: d.seq, UserID: d.member.UserID, CorpID: d.member.CorpID, Unread: d.unread}
	if d.sent == nil {
		m.AgentID, m.Time, m.FromUser = d.agentID, d.time, true
		m.MsgType, m.Content = "text", Content{Text: &Text{Content: d.memberText}}
		return m
	}
	m.MsgID, m.AgentID, m.Time, m.Safe = d.sent.id, d.sent.app.AgentID, d.sent.time, d.sent.safe
	m.MsgType, m.Recalled = d.sent.kind, d.recalled
	if d.sent.chat != nil {
		m.ChatID = d.sent.chat.id
	}
	if d.recalled {
		return m
	}
	m.Content = d.sent.content
	if d.replaced != nil {
		m.Card = d.replaced
	}
	m.Updated, m.ButtonText, m.Chosen = d.replaced != nil || d.buttonText != "", d.buttonText, d.clickedKey
	return m
}

// addToInbox adds a message to a member's inbox and evicts the oldest beyond Limits.Chat.
func (s *Server) addToInbox(m *memberState, d *inboxMessage) {
	m.inbox = append(m.inbox, d)
	s.mailbox.copies++
	if len(m.inbox) > s.limits.Chat {
		s.evictOldest(m)
	}
	s.notifyMessage(d)
}

// moveTo moves a copy to the new state of a member whose user id has changed.
func (d *inboxMessage) moveTo(m *memberState) {
	if d.sent != nil {
		delete(d.sent.copies, d.member.key)
		d.sent.copies[m.key] = d
	}
	d.member = m
}

func (s *Server) notifyMessage(d *inboxMessage) {
	agent := d.agentID
	if d.sent != nil {
		agent = d.sent.app.AgentID
	}
	s.notifyChange(change{Kind: "message", CorpID: d.member.CorpID, UserID: foldUserID(d.member.UserID), AgentID: agent, Seq: d.seq})
}

// Messages returns the messages in a member's chats with all applications, oldest first. It returns
// none for an unknown member.
func (s *Server) Messages(corpID, userID string) []Message {
	s.init()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	if m := s.findMember(corpID, userID); m != nil {
		for _, d := range m.inbox {
			out = append(out, d.toMessage())
		}
	}
	return out
}

func (s *Server) findMember(corpID, userID string) *memberState {
	c, ok := s.corps[corpID]
	if !ok {
		return nil
	}
	return c.members[foldUserID(userID)]
}

// WaitMessage returns the newest message of a member for which match returns true, and waits for
// one until ctx is done. A nil match accepts any message. Existing messages count.
func (s *Server) WaitMessage(ctx context.Context, corpID, userID string, match func(Message) bool) (Message, error) {
	s.init()
	for {
		s.mu.Lock()
		wait := s.changed
		s.mu.Unlock()
		list := s.Messages(corpID, userID)
		for _, m := range slices.Backward(list) {
			if match == nil || match(m) {
				return m, nil
			}
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return Message{}, fmt.Errorf("waiting for a message to %s among %d: %w", userID, len(list), ctx.Err())
		}
	}
}

// change is a notification for the UI and for WaitMessage.
type change struct {
	Kind    string `json:"kind"` // message, directory, schedule, call, callback, faults, tokens, clock
	CorpID  string `json:"corpId,omitempty"`
	UserID  string `json:"userId,omitempty"`
	AgentID int64  `json:"agentId,omitempty"`
	Seq     int64  `json:"seq,omitempty"`
}

// notifyChange wakes up WaitMessage and sends c to the watchers. A watcher whose channel is full is
// closed: its stream reports that, and the page reloads its data. s.mu must be held.
func (s *Server) notifyChange(c change) {
	close(s.changed)
	s.changed = make(chan struct{})
	for w := range s.watchers {
		select {
		case w <- c:
		default:
			close(w)
			delete(s.watchers, w)
		}
	}
}
