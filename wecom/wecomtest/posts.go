package wecomtest

// postOffice is every message that stands in a chat, oldest first. Server.mu
// guards it.
type postOffice struct {
	order         queue[*post]
	byID          map[string]*sent
	copies, bytes int
}

// post is a message of an application with its copies, or what a member wrote.
type post struct {
	sent *sent
	mine *delivery
	size int
}

// stored counts a message that was put into chats, and forgets the oldest ones
// beyond the limits.
func (s *Server) stored(p *post) {
	o := &s.posts
	o.order.push(p)
	o.bytes += p.size
	if p.sent != nil {
		o.byID[p.sent.id] = p.sent
		p.sent.size = p.size
	}
	for o.order.len() > 1 && (o.order.len() > s.limits.Messages || o.copies > copiesPerMessage*s.limits.Messages || o.bytes > s.limits.TextBytes) {
		s.forget(o.order.pop())
	}
}

// forget takes a message out of all chats.
func (s *Server) forget(p *post) {
	if p.mine != nil {
		s.posts.bytes -= p.size
		s.take(p.mine)
		return
	}
	for _, d := range p.sent.copies {
		s.take(d)
	}
	s.unindex(p.sent)
}

// unindex forgets a message that stands in no chat any more, with its response
// codes.
func (s *Server) unindex(m *sent) {
	for _, code := range m.codes {
		s.cards.drop(code)
	}
	s.posts.bytes -= m.size
	delete(s.posts.byID, m.id)
	m.codes, m.copies, m.content, m.size = nil, nil, Content{}, 0
}

// overflow takes the oldest message out of a member's chats.
func (s *Server) overflow(m *memberState) {
	d := m.inbox[0]
	s.take(d)
	if d.sent == nil {
		return
	}
	delete(d.sent.copies, m.key)
	if len(d.sent.copies) == 0 {
		s.unindex(d.sent)
	}
}

// take removes a copy from its member's chats, if it is still there: it is then
// the first of them.
func (s *Server) take(d *delivery) {
	m := d.member
	for i, x := range m.inbox {
		if x == d {
			copy(m.inbox[1:i+1], m.inbox[:i])
			m.inbox[0] = nil // the rest of the array is used again when it is full
			m.inbox = m.inbox[1:]
			s.posts.copies--
			return
		}
	}
}
