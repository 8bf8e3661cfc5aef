package core

import (
	"github.com/huimian/huimian/internal/simulator/bounded"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// mailbox holds every message in a chat, oldest first. Core.Mu guards it.
type mailbox struct {
	order         bounded.Queue[*MailboxEntry]
	ByID          map[string]*SentMessage
	Copies, bytes int
}

// MailboxEntry is a message of an application with its copies, or a message from a member.
type MailboxEntry struct {
	Message    *SentMessage
	FromMember *InboxMessage
	Size       int
}

// AddToMailbox adds a message and evicts the oldest ones beyond the limits.
func (s *Core) AddToMailbox(p *MailboxEntry) {
	o := &s.Mailbox
	o.order.Push(p)
	o.bytes += p.Size
	if p.Message != nil {
		o.ByID[p.Message.ID] = p.Message
		p.Message.size = p.Size
	}
	for o.order.Len() > 1 && (o.order.Len() > s.Limits.Messages || o.Copies > copiesPerMessage*s.Limits.Messages || o.bytes > s.Limits.TextBytes) {
		s.evictEntry(o.order.Pop())
	}
}

// evictEntry removes a message from all inboxes and from the index.
func (s *Core) evictEntry(p *MailboxEntry) {
	if p.FromMember != nil {
		s.Mailbox.bytes -= p.Size
		s.removeFromInbox(p.FromMember)
		return
	}
	for _, d := range p.Message.Copies {
		s.removeFromInbox(d)
	}
	s.dropMessage(p.Message)
}

// dropMessage removes a message without copies from the index, with its response codes.
func (s *Core) dropMessage(m *SentMessage) {
	for _, code := range m.ResponseCodes {
		s.ResponseCodes.Delete(code)
	}
	s.Mailbox.bytes -= m.size
	delete(s.Mailbox.ByID, m.ID)
	m.ResponseCodes, m.Copies, m.Content, m.size = nil, nil, model.Content{}, 0
}

// evictOldest removes the oldest message from a member's inbox.
func (s *Core) evictOldest(m *MemberState) {
	d := m.Inbox[0]
	s.removeFromInbox(d)
	if d.Sent == nil {
		return
	}
	delete(d.Sent.Copies, m.Key)
	if len(d.Sent.Copies) == 0 {
		s.dropMessage(d.Sent)
	}
}

// removeFromInbox removes a copy from its member's inbox if it is still there; it is then the
// first.
func (s *Core) removeFromInbox(d *InboxMessage) {
	m := d.Member
	for i, x := range m.Inbox {
		if x == d {
			copy(m.Inbox[1:i+1], m.Inbox[:i])
			m.Inbox[0] = nil // append reuses the freed slots when the array is full
			m.Inbox = m.Inbox[1:]
			s.Mailbox.Copies--
			return
		}
	}
}
