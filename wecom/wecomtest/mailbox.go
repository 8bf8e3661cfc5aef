package wecomtest

// mailbox holds every message in a chat, oldest first. Server.mu guards it.
type mailbox struct {
	order         queue[*mailboxEntry]
	byID          map[string]*sentMessage
	copies, bytes int
}

// mailboxEntry is a message of an application with its copies, or a message from a member.
type mailboxEntry struct {
	message    *sentMessage
	fromMember *inboxMessage
	size       int
}

// addToMailbox adds a message and evicts the oldest ones beyond the limits.
func (s *Server) addToMailbox(p *mailboxEntry) {
	o := &s.mailbox
	o.order.push(p)
	o.bytes += p.size
	if p.message != nil {
		o.byID[p.message.id] = p.message
		p.message.size = p.size
	}
	for o.order.len() > 1 && (o.order.len() > s.limits.Messages || o.copies > copiesPerMessage*s.limits.Messages || o.bytes > s.limits.TextBytes) {
		s.evictEntry(o.order.pop())
	}
}

// evictEntry removes a message from all inboxes and from the index.
func (s *Server) evictEntry(p *mailboxEntry) {
	if p.fromMember != nil {
		s.mailbox.bytes -= p.size
		s.removeFromInbox(p.fromMember)
		return
	}
	for _, d := range p.message.copies {
		s.removeFromInbox(d)
	}
	s.dropMessage(p.message)
}

// dropMessage removes a message without copies from the index, with its response codes.
func (s *Server) dropMessage(m *sentMessage) {
	for _, code := range m.responseCodes {
		s.responseCodes.delete(code)
	}
	s.mailbox.bytes -= m.size
	delete(s.mailbox.byID, m.id)
	m.responseCodes, m.copies, m.content, m.size = nil, nil, Content{}, 0
}

// evictOldest removes the oldest message from a member's inbox.
func (s *Server) evictOldest(m *memberState) {
	d := m.inbox[0]
	s.removeFromInbox(d)
	if d.sent == nil {
		return
	}
	delete(d.sent.copies, m.key)
	if len(d.sent.copies) == 0 {
		s.dropMessage(d.sent)
	}
}

// removeFromInbox removes a copy from its member's inbox if it is still there; it is then the
// first.
func (s *Server) removeFromInbox(d *inboxMessage) {
	m := d.member
	for i, x := range m.inbox {
		if x == d {
			copy(m.inbox[1:i+1], m.inbox[:i])
			m.inbox[0] = nil // append reuses the freed slots when the array is full
			m.inbox = m.inbox[1:]
			s.mailbox.copies--
			return
		}
	}
}
