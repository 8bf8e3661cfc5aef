// Package change is the algebra of change sets: what one edit does to a text,
// how two edits follow one another, and how an edit made without knowledge of
// others is moved over them. It is the arithmetic of @codemirror/state's
// ChangeSet and @codemirror/collab's rebaseUpdates, unit for unit, so that a
// browser and the server always come to the same text; a differential test
// against those packages holds it to that.
//
// Lengths and positions count UTF-16 units, as a browser's do. The package
// knows no documents, people or storage.
package change

import (
	"errors"
	"fmt"
)

// Set is a change of a text of one certain length. Its zero value is the empty
// change of the empty text. A Set is never altered once made, and may share
// memory with others.
type Set struct {
	sections []section
}

// section is a run of units with one fate. ins < 0 keeps length units;
// otherwise they give way to ins units, those of text.
type section struct {
	length, ins int
	text        Text
}

const keep = -1

// ErrMismatch is wrapped by the errors about sets that do not fit one another
// or the text.
var ErrMismatch = errors.New("change set of another length")

// Keep returns the set that changes nothing in a text of n units.
func Keep(n int) Set {
	if n == 0 {
		return Set{}
	}
	return Set{sections: []section{{length: n, ins: keep}}}
}

// Replace returns the set that puts text in place of the units from..to of a
// text of n units.
func Replace(n, from, to int, text Text) Set {
	var b builder
	b.add(from, keep)
	b.add(to-from, len(text))
	b.insert(text)
	b.add(n-to, keep)
	return b.set()
}

// Len is the length of the text before the change.
func (s Set) Len() int {
	n := 0
	for _, p := range s.sections {
		n += p.length
	}
	return n
}

// NewLen is the length of the text after the change.
func (s Set) NewLen() int {
	n := 0
	for _, p := range s.sections {
		if p.ins < 0 {
			n += p.length
		} else {
			n += p.ins
		}
	}
	return n
}

// Inserted counts the units that the set brings in.
func (s Set) Inserted() int {
	n := 0
	for _, p := range s.sections {
		n += max(p.ins, 0)
	}
	return n
}

// Empty says that the set changes nothing.
func (s Set) Empty() bool {
	return len(s.sections) == 0 || len(s.sections) == 1 && s.sections[0].ins < 0
}

// Map returns a as it must be to follow b, when both were made on the same
// text. Where both insert at one place, a's text comes after b's, unless
// before is set.
func Map(a, b Set, before bool) (Set, error) {
	if a.Len() != b.Len() {
		return Set{}, fmt.Errorf("moving a set for %d units over one for %d: %w", a.Len(), b.Len(), ErrMismatch)
	}
	if b.Empty() {
		return a, nil
	}
	return mapSet(a, b, before), nil
}

// MapPos returns where a position of the text before the change is in the text
// after it. A position where something is inserted stays in front of it; one
// inside something removed goes to its start.
func (s Set) MapPos(pos int) int {
	before, after := 0, 0
	for _, p := range s.sections {
		end := before + p.length
		if p.ins < 0 {
			if end > pos {
				return after + pos - before
			}
			after += p.length
		} else {
			if end > pos || end == pos && p.length == 0 {
				return after
			}
			after += p.ins
		}
		before = end
	}
	return after
}

// builder puts sections together, joining those that belong together in the
// way that the editor does; the places where it does not join matter as much,
// since later mappings depend on them.
type builder struct{ sections []section }

func (b *builder) set() Set { return Set{sections: b.sections} }

func (b *builder) add(length, ins int) {
	if length == 0 && ins <= 0 {
		return
	}
	if n := len(b.sections); n > 0 {
		last := &b.sections[n-1]
		switch {
		case ins <= 0 && ins == last.ins:
			last.length += length
			return
		case length == 0 && last.length == 0:
			last.ins += ins
			return
		}
	}
	b.sections = append(b.sections, section{length: length, ins: ins})
}

// insert appends to the text of the last section.
func (b *builder) insert(text Text) {
	if len(text) == 0 {
		return
	}
	last := &b.sections[len(b.sections)-1]
	if len(last.text) == 0 {
		last.text = text
		return
	}
	joined := make(Text, 0, len(last.text)+len(text))
	last.text = append(append(joined, last.text...), text...)
}
