package core

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/simulator/watch"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// InboxMessage is one message in a member's chat with an application.
type InboxMessage struct {
	Sent       *SentMessage // nil for a message from the member
	Member     *MemberState
	Seq        int64
	Unread     bool
	Recalled   bool
	replaced   *model.Card // the card set by update_template_card
	ButtonText string      // text of the disabled buttons
	ClickedKey string      // key of the button clicked last

	// The remaining fields are set for a message from the member.
	MsgType  string
	Content  model.Content
	Location *model.Location
	Link     *model.SharedLink
	AgentID  int64
	Time     time.Time
}

// CurrentCard returns the card as its receiver sees it, nil when the message
// is none.
func (d *InboxMessage) CurrentCard() *model.Card {
	if d.replaced != nil {
		return d.replaced
	}
	return d.Sent.Content.Card
}

// ToMessage returns the current state. Cards are shared, not copied: a stored card is never
// modified.
func (d *InboxMessage) ToMessage() model.Message {
	m := model.Message{Seq: d.Seq, UserID: d.Member.UserID, CorpID: d.Member.CorpID, Unread: d.Unread}
	if d.Sent == nil {
		m.AgentID, m.Time, m.FromUser = d.AgentID, d.Time, true
		m.MsgType, m.Content, m.Location, m.Link = d.MsgType, d.Content, d.Location, d.Link
		return m
	}
	m.MsgID, m.AgentID, m.Time, m.Safe = d.Sent.ID, d.Sent.App.AgentID, d.Sent.Time, d.Sent.Safe
	m.MsgType, m.Recalled = d.Sent.Kind, d.Recalled
	if d.Sent.Chat != nil {
		m.ChatID = d.Sent.Chat.ID
	}
	if d.Recalled {
		return m
	}
	m.Content = d.Sent.Content
	if d.replaced != nil {
		m.Card = d.replaced
	}
	m.Updated, m.ButtonText, m.Chosen = d.replaced != nil || d.ButtonText != "", d.ButtonText, d.ClickedKey
	return m
}

// AddToInbox adds a message to a member's inbox and evicts the oldest beyond Limits.Chat.
func (s *Core) AddToInbox(m *MemberState, d *InboxMessage) {
	m.Inbox = append(m.Inbox, d)
	s.Mailbox.Copies++
	if len(m.Inbox) > s.Limits.Chat {
		s.evictOldest(m)
	}
	s.NotifyMessage(d)
}

// MoveTo moves a copy to the new state of a member whose user id has changed.
func (d *InboxMessage) MoveTo(m *MemberState) {
	if d.Sent != nil {
		delete(d.Sent.Copies, d.Member.Key)
		d.Sent.Copies[m.Key] = d
	}
	d.Member = m
}

// NotifyMessage reports a changed message to the open event streams. Mu must
// be held.
func (s *Core) NotifyMessage(d *InboxMessage) {
	agent := d.AgentID
	if d.Sent != nil {
		agent = d.Sent.App.AgentID
	}
	s.NotifyChange(Change{Kind: "message", CorpID: d.Member.CorpID, UserID: FoldUserID(d.Member.UserID), AgentID: agent, Seq: d.Seq})
}

// Messages implements the method of wecomtest.Server.
func (s *Core) Messages(corpID, userID string) []model.Message {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.listMessages(corpID, userID)
}

// listMessages returns the messages of a member. Mu must be held.
func (s *Core) listMessages(corpID, userID string) (out []model.Message) {
	if m := s.FindMember(corpID, userID); m != nil {
		for _, d := range m.Inbox {
			out = append(out, d.ToMessage())
		}
	}
	return out
}

// FindMember returns a member, nil when there is none. Mu must be held.
func (s *Core) FindMember(corpID, userID string) *MemberState {
	c, ok := s.CorpStates[corpID]
	if !ok {
		return nil
	}
	return c.Members[FoldUserID(userID)]
}

// WaitMessage implements the method of wecomtest.Server.
func (s *Core) WaitMessage(ctx context.Context, corpID, userID string, match func(model.Message) bool) (model.Message, error) {
	var list []model.Message
	found, err := watch.Until(ctx, &s.Mu, &s.Changed, func() (model.Message, bool) {
		list = s.listMessages(corpID, userID)
		for _, m := range slices.Backward(list) {
			if match == nil || match(m) {
				return m, true
			}
		}
		return model.Message{}, false
	})
	if err != nil {
		return model.Message{}, fmt.Errorf("waiting for a message to %s among %d: %w", userID, len(list), err)
	}
	return found, nil
}

// Change is a notification for the UI and for WaitMessage.
type Change struct {
	Kind    string `json:"kind"` // message, directory, schedule, call, callback, faults, tokens, clock, mail
	CorpID  string `json:"corpId,omitempty"`
	UserID  string `json:"userId,omitempty"`
	AgentID int64  `json:"agentId,omitempty"`
	Seq     int64  `json:"seq,omitempty"`
}

// NotifyChange wakes up WaitMessage and sends c to the watchers. A watcher whose channel is full is
// closed: its stream reports that, and the page reloads its data. Mu must be held.
func (s *Core) NotifyChange(c Change) {
	s.Changed.Notify()
	for w := range s.Watchers {
		select {
		case w <- c:
		default:
			close(w)
			delete(s.Watchers, w)
		}
	}
}
