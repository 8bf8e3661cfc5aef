package wecomtest

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// inboxMessage is one message in one member's chat with an application.
type inboxMessage struct {
	sent       *sentMessage // nil for what the member wrote
	member     *memberState
	seq        int64
	unread     bool
	recalled   bool
	replaced   *Card  // the card after update_template_card
	buttonText string // the grey text of its buttons, when replaced
	clickedKey string // the key that the member pressed last

	memberText string // the text that the member wrote
	agentID    int64
	time       time.Time
}

// Message is one message as the member sees it at this moment.
type Message struct {
	Seq      int64     `json:"seq"`
	MsgID    string    `json:"msgid"`
	CorpID   string    `json:"corpId"`
	AgentID  int64     `json:"agentId"`
	ChatID   string    `json:"chatId,omitempty"` // the group, when it stands in one
	UserID   string    `json:"userId"`           // whose chat it stands in
	Time     time.Time `json:"time"`
	MsgType  string    `json:"msgtype"`
	FromUser bool      `json:"fromUser"` // written by the member, not by the application
	Safe     int       `json:"safe"`
	Unread   bool      `json:"unread"`
	Recalled bool      `json:"recalled"`
	Content
	// Updated tells a card that update_template_card has replaced.
	Updated bool `json:"updated"`
	// ButtonText is the grey text that has taken the place of the buttons.
	ButtonText string `json:"buttonText,omitempty"`
	// Chosen is the key of the button that the member pressed.
	Chosen string `json:"chosen,omitempty"`
}

func (d *inboxMessage) currentCard() *Card {
	if d.replaced != nil {
		return d.replaced
	}
	return d.sent.content.Card
}

// toMessage is the message as it stands. Cards are shared, not copied: nothing
// changes a card once it is stored.
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

// addToInbox adds a message to a member's chats.
func (s *Server) addToInbox(m *memberState, d *inboxMessage) {
	m.inbox = append(m.inbox, d)
	s.mailbox.copies++
	if len(m.inbox) > s.limits.Chat {
		s.evictOldest(m)
	}
	s.notifyMessage(d)
}

// moveTo hands a copy over to a member whose id has changed.
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

// Messages lists what stands in a member's chats with all applications, oldest
// first. It is empty for an unknown member.
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

// WaitMessage returns the newest message of a member that match accepts, waiting
// for it until ctx ends. A nil match accepts any. Messages already there count.
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
			return Message{}, fmt.Errorf("wait for a message to %s among %d: %w", userID, len(list), ctx.Err())
		}
	}
}

// change tells the face and those who wait what has changed.
type change struct {
	Kind    string `json:"kind"` // message, directory, schedule, call, callback, faults, tokens, clock
	CorpID  string `json:"corpId,omitempty"`
	UserID  string `json:"userId,omitempty"`
	AgentID int64  `json:"agentId,omitempty"`
	Seq     int64  `json:"seq,omitempty"`
}

// notifyChange wakes those who wait. A watcher that does not keep up loses the change:
// its stream says so and the page reads anew. s.mu must be held.
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
