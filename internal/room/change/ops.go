package change

// sectionCursor iterates over the sections of a set, whole or in pieces.
type sectionCursor struct {
	sections    []section
	next        int
	length, ins int // remaining part of the current section
	offset      int // units of the section that were advanced over
}

// insAtEnd is the ins of a cursor at the end.
const insAtEnd = -2

func newCursor(s Set) *sectionCursor {
	c := &sectionCursor{sections: s.sections}
	c.nextSection()
	return c
}

func (c *sectionCursor) nextSection() {
	c.length, c.ins, c.offset = 0, insAtEnd, 0
	if c.next < len(c.sections) {
		c.length, c.ins = c.sections[c.next].length, c.sections[c.next].newLength
		c.next++
	}
}

func (c *sectionCursor) atEnd() bool { return c.ins == insAtEnd }

func (c *sectionCursor) insertedText() Text { return c.sections[c.next-1].text }

// advanceBy advances by n units of the text before the change.
func (c *sectionCursor) advanceBy(n int) {
	if n == c.length {
		c.nextSection()
		return
	}
	c.length -= n
	c.offset += n
}

// mapper maps a over b. insertedSection is the section of a whose text has been
// emitted, for sections that are emitted in pieces.
type mapper struct {
	a, b            *sectionCursor
	out             builder
	insertedSection int
	before          bool
}

func mapSet(a, b Set, before bool) Set {
	m := &mapper{a: newCursor(a), b: newCursor(b), before: before, insertedSection: -1}
	for !m.a.atEnd() || !m.b.atEnd() {
		switch {
		case m.a.ins == insKeep && m.b.ins == insKeep:
			n := min(m.a.length, m.b.length)
			m.out.addSection(n, insKeep)
			m.a.advanceBy(n)
			m.b.advanceBy(n)
		case m.b.ins >= 0 && m.precedesA():
			m.skipB()
		default:
			m.emitA()
		}
	}
	return m.out.buildSet()
}

// precedesA reports whether b's change at this position comes before a's:
// ordered by start, then by length, then by the flag.
func (m *mapper) precedesA() bool {
	a, b := m.a, m.b
	return a.ins < 0 || m.insertedSection == a.next ||
		a.offset == 0 && (b.length < a.length || b.length == a.length && !m.before)
}

// skipB keeps what b inserted and skips what it removed. Of a's changes within
// it only the insertions remain.
func (m *mapper) skipB() {
	left := m.b.length
	m.out.addSection(m.b.ins, insKeep)
	for left > 0 {
		n := min(m.a.length, left)
		if m.a.ins >= 0 && m.insertedSection < m.a.next && m.a.length <= n {
			m.out.addSection(0, m.a.ins)
			m.out.appendText(m.a.insertedText())
			m.insertedSection = m.a.next
		}
		m.a.advanceBy(n)
		left -= n
	}
	m.b.nextSection()
}

// emitA emits a's change up to the next change of b that is not merely a
// removal inside it.
func (m *mapper) emitA() {
	n, left := 0, m.a.length
	for left > 0 {
		if m.b.ins == insKeep {
			piece := min(left, m.b.length)
			n += piece
			left -= piece
			m.b.advanceBy(piece)
		} else if m.b.ins == 0 && m.b.length < left {
			left -= m.b.length
			m.b.nextSection()
		} else {
			break
		}
	}
	ins := 0
	if m.insertedSection < m.a.next {
		ins = m.a.ins
	}
	m.out.addSection(n, ins)
	if ins > 0 {
		m.out.appendText(m.a.insertedText())
	}
	m.insertedSection = m.a.next
	m.a.advanceBy(m.a.length - left)
}
