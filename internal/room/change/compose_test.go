package change

import "fmt"

// Compose returns the set that does a and then b. The authority has no need of it; with it the tests
// prove that changes which were moved over one another lead to one text, as the editor's do.
func Compose(a, b Set) (Set, error) {
	if a.NewLen() != b.Len() {
		return Set{}, fmt.Errorf("composing with a set for %d units after one that leaves %d: %w", b.Len(), a.NewLen(), ErrMismatch)
	}
	switch {
	case a.Empty():
		return b, nil
	case b.Empty():
		return a, nil
	}
	return composeSets(a, b), nil
}

// composition does a and then b. open says that the section being built is
// not finished: what follows belongs to the same replacement.
type composition struct {
	a, b *cursor
	out  builder
	open bool
}

func composeSets(a, b Set) Set {
	c := &composition{a: newCursor(a), b: newCursor(b)}
	for !c.a.done() || !c.b.done() {
		switch {
		case c.a.ins == 0: // removed by a
			addJoin(&c.out, c.a.length, 0, c.open)
			c.a.step()
		case c.b.length == 0 && !c.b.done(): // inserted by b
			c.put(0, c.b.ins, c.b.text())
			c.b.step()
		default:
			c.both()
		}
	}
	return c.out.set()
}

// both takes what is left by a and seen by b at this place.
func (c *composition) both() {
	a, b := c.a, c.b
	n, before := min(a.after(), b.length), len(c.out.sections)
	switch {
	case a.ins == keep && b.ins == keep:
		addJoin(&c.out, n, keep, c.open)
	case a.ins == keep:
		c.put(n, firstOnly(b.off, b.ins), textOnce(b))
	case b.ins == keep:
		c.put(firstOnly(a.off, a.length), n, a.piece(n))
	default:
		c.put(firstOnly(a.off, a.length), firstOnly(b.off, b.ins), textOnce(b))
	}
	c.open = (a.ins > n || b.ins >= 0 && b.length > n) && (c.open || len(c.out.sections) > before)
	a.forwardAfter(n)
	b.forward(n)
}

func (c *composition) put(length, ins int, text Text) {
	addJoin(&c.out, length, ins, c.open)
	if ins > 0 {
		c.out.insert(text)
	}
}

// firstOnly is n for the first piece of a section and 0 for the others.
func firstOnly(off, n int) int {
	if off > 0 {
		return 0
	}
	return n
}

func textOnce(c *cursor) Text {
	if c.off > 0 {
		return nil
	}
	return c.text()
}

// after is how much of the text after the change is left of this section.
func (c *cursor) after() int {
	if c.ins < 0 {
		return c.length
	}
	return c.ins
}

// piece is the part of the inserted text that the next n units cover.
func (c *cursor) piece(n int) Text { return c.text()[c.off : c.off+n : c.off+n] }

// forwardAfter passes n units of the text after the change.
func (c *cursor) forwardAfter(n int) {
	switch {
	case c.ins == keep:
		c.forward(n)
	case n == c.ins:
		c.step()
	default:
		c.ins -= n
		c.off += n
	}
}

// addJoin adds to the last section rather than after it, if join is set.
func addJoin(b *builder, length, ins int, join bool) {
	n := len(b.sections)
	if !join || n == 0 || length == 0 && ins <= 0 {
		b.add(length, ins)
		return
	}
	last := &b.sections[n-1]
	if ins <= 0 && ins == last.ins || length == 0 && last.length == 0 {
		b.add(length, ins)
		return
	}
	last.length += length
	last.ins += ins
}
