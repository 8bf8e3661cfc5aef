package change

// cursor walks over the sections of a set, whole or in pieces.
type cursor struct {
	sections    []section
	next        int
	length, ins int // what is left of the present section
	off         int // units of it that have been passed
}

// past is the ins of a cursor that has come to the end.
const past = -2

func newCursor(s Set) *cursor {
	c := &cursor{sections: s.sections}
	c.step()
	return c
}

func (c *cursor) step() {
	c.length, c.ins, c.off = 0, past, 0
	if c.next < len(c.sections) {
		c.length, c.ins = c.sections[c.next].length, c.sections[c.next].ins
		c.next++
	}
}

func (c *cursor) done() bool { return c.ins == past }

func (c *cursor) text() Text { return c.sections[c.next-1].text }

// forward passes n units of the text before the change.
func (c *cursor) forward(n int) {
	if n == c.length {
		c.step()
		return
	}
	c.length -= n
	c.off += n
}

// mapping moves a over b. inserted is the section of a whose text has been put
// in already, for those that are taken piece by piece.
type mapping struct {
	a, b     *cursor
	out      builder
	inserted int
	before   bool
}

func mapSet(a, b Set, before bool) Set {
	m := &mapping{a: newCursor(a), b: newCursor(b), before: before, inserted: -1}
	for !m.a.done() || !m.b.done() {
		switch {
		case m.a.ins == keep && m.b.ins == keep:
			n := min(m.a.length, m.b.length)
			m.out.add(n, keep)
			m.a.forward(n)
			m.b.forward(n)
		case m.b.ins >= 0 && m.bFirst():
			m.passB()
		default:
			m.takeA()
		}
	}
	return m.out.set()
}

// bFirst says that the change of b at this place comes before that of a:
// ordered by start, then by length, then by the flag.
func (m *mapping) bFirst() bool {
	a, b := m.a, m.b
	return a.ins < 0 || m.inserted == a.next ||
		a.off == 0 && (b.length < a.length || b.length == a.length && !m.before)
}

// passB keeps what b inserted and passes what it removed; changes of a within
// that leave only their insertions.
func (m *mapping) passB() {
	left := m.b.length
	m.out.add(m.b.ins, keep)
	for left > 0 {
		n := min(m.a.length, left)
		if m.a.ins >= 0 && m.inserted < m.a.next && m.a.length <= n {
			m.out.add(0, m.a.ins)
			m.out.insert(m.a.text())
			m.inserted = m.a.next
		}
		m.a.forward(n)
		left -= n
	}
	m.b.step()
}

// takeA takes the change of a up to the next change of b that is not merely a
// removal inside it.
func (m *mapping) takeA() {
	n, left := 0, m.a.length
	for left > 0 {
		if m.b.ins == keep {
			piece := min(left, m.b.length)
			n += piece
			left -= piece
			m.b.forward(piece)
		} else if m.b.ins == 0 && m.b.length < left {
			left -= m.b.length
			m.b.step()
		} else {
			break
		}
	}
	ins := 0
	if m.inserted < m.a.next {
		ins = m.a.ins
	}
	m.out.add(n, ins)
	if ins > 0 {
		m.out.insert(m.a.text())
	}
	m.inserted = m.a.next
	m.a.forward(m.a.length - left)
}
