package change

import "fmt"

// Compose returns the set that is equivalent to a followed by b. It exists for
// the tests, which show with it that mapped sets converge as the editor's do.
func Compose(a, b Set) (Set, error) {
	if a.NewLen() != b.Len() {
		return Set{}, fmt.Errorf("composing with a set for %d units after one that leaves %d: %w", b.Len(), a.NewLen(), ErrMismatch)
	}
	switch {
	case a.IsEmpty():
		return b, nil
	case b.IsEmpty():
		return a, nil
	}
	return composeSets(a, b), nil
}

// composition composes a and b. joinNext is set while the last section is
// incomplete: what follows belongs to the same replacement.
type composition struct {
	a, b     *sectionCursor
	out      builder
	joinNext bool
}

func composeSets(a, b Set) Set {
	c := &composition{a: newCursor(a), b: newCursor(b)}
	for !c.a.atEnd() || !c.b.atEnd() {
		switch {
		case c.a.ins == 0: // removed by a
			addSectionJoined(&c.out, c.a.length, 0, c.joinNext)
			c.a.nextSection()
		case c.b.length == 0 && !c.b.atEnd(): // inserted by b
			c.appendSection(0, c.b.ins, c.b.insertedText())
			c.b.nextSection()
		default:
			c.composeOverlap()
		}
	}
	return c.out.buildSet()
}

// composeOverlap composes the next units that a keeps or inserts and b keeps or
// removes.
func (c *composition) composeOverlap() {
	a, b := c.a, c.b
	n, before := min(a.remainingAfter(), b.length), len(c.out.sections)
	switch {
	case a.ins == insKeep && b.ins == insKeep:
		addSectionJoined(&c.out, n, insKeep, c.joinNext)
	case a.ins == insKeep:
		c.appendSection(n, ifSectionStart(b.offset, b.ins), textAtSectionStart(b))
	case b.ins == insKeep:
		c.appendSection(ifSectionStart(a.offset, a.length), n, a.insertedPiece(n))
	default:
		c.appendSection(ifSectionStart(a.offset, a.length), ifSectionStart(b.offset, b.ins), textAtSectionStart(b))
	}
	c.joinNext = (a.ins > n || b.ins >= 0 && b.length > n) && (c.joinNext || len(c.out.sections) > before)
	a.advanceAfter(n)
	b.advanceBy(n)
}

func (c *composition) appendSection(length, ins int, text Text) {
	addSectionJoined(&c.out, length, ins, c.joinNext)
	if ins > 0 {
		c.out.appendText(text)
	}
}

// ifSectionStart returns n for the first piece of a section and 0 for the
// others.
func ifSectionStart(off, n int) int {
	if off > 0 {
		return 0
	}
	return n
}

func textAtSectionStart(c *sectionCursor) Text {
	if c.offset > 0 {
		return nil
	}
	return c.insertedText()
}

// remainingAfter returns the remaining units of the section in the text after
// the change.
func (c *sectionCursor) remainingAfter() int {
	if c.ins < 0 {
		return c.length
	}
	return c.ins
}

// insertedPiece returns the next n units of the inserted text.
func (c *sectionCursor) insertedPiece(n int) Text {
	return c.insertedText()[c.offset : c.offset+n : c.offset+n]
}

// advanceAfter advances by n units of the text after the change.
func (c *sectionCursor) advanceAfter(n int) {
	switch {
	case c.ins == insKeep:
		c.advanceBy(n)
	case n == c.ins:
		c.nextSection()
	default:
		c.ins -= n
		c.offset += n
	}
}

// addSectionJoined adds to the last section if join is set, and after it
// otherwise.
func addSectionJoined(b *builder, length, ins int, join bool) {
	n := len(b.sections)
	if !join || n == 0 || length == 0 && ins <= 0 {
		b.addSection(length, ins)
		return
	}
	last := &b.sections[n-1]
	if ins <= 0 && ins == last.newLength || length == 0 && last.length == 0 {
		b.addSection(length, ins)
		return
	}
	last.length += length
	last.newLength += ins
}
