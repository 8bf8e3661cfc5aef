// Package change implements change sets: applying an edit to a text, and
// mapping an edit over concurrent ones. It computes the same results as
// ChangeSet of @codemirror/state and rebaseUpdates of @codemirror/collab, unit
// for unit, so that browsers and the server converge; a differential test
// against those packages checks this.
//
// Lengths and positions are in UTF-16 units, as in browsers. The package is
// independent of documents, participants and storage.
package change

import (
	"errors"
	"fmt"
)

// Set is a change of a text of a given length. The zero value is the empty
// change of the empty text. A Set is immutable and may share memory with
// others.
type Set struct {
	sections []section
}

// section is a run of units of the text before the change. With newLength < 0
// the units are kept; otherwise they are replaced with newLength units, those
// of text.
type section struct {
	length, newLength int
	text              Text
}

const insKeep = -1

// ErrMismatch is wrapped by the errors for sets whose length does not match
// another set or the text.
var ErrMismatch = errors.New("change set of another length")

// NewIdentity returns the set that changes nothing in a text of n units.
func NewIdentity(n int) Set {
	if n == 0 {
		return Set{}
	}
	return Set{sections: []section{{length: n, newLength: insKeep}}}
}

// NewReplacement returns the set that replaces the units [from, to) of a text
// of n units with text.
func NewReplacement(n, from, to int, text Text) Set {
	var b builder
	b.addSection(from, insKeep)
	b.addSection(to-from, len(text))
	b.appendText(text)
	b.addSection(n-to, insKeep)
	return b.buildSet()
}

// Len returns the length of the text before the change.
func (s Set) Len() int {
	n := 0
	for _, p := range s.sections {
		n += p.length
	}
	return n
}

// NewLen returns the length of the text after the change.
func (s Set) NewLen() int {
	n := 0
	for _, p := range s.sections {
		if p.newLength < 0 {
			n += p.length
		} else {
			n += p.newLength
		}
	}
	return n
}

// InsertedLen returns the number of inserted units.
func (s Set) InsertedLen() int {
	n := 0
	for _, p := range s.sections {
		n += max(p.newLength, 0)
	}
	return n
}

// MemorySize returns about the bytes that the set takes in memory.
func (s Set) MemorySize() int { return 64 + 40*len(s.sections) + 2*s.InsertedLen() }

// IsEmpty reports whether the set changes nothing.
func (s Set) IsEmpty() bool {
	return len(s.sections) == 0 || len(s.sections) == 1 && s.sections[0].newLength < 0
}

// Map returns a mapped over b, both made on the same text, so that it can be
// applied after b. When both insert at the same position, a's text comes after
// b's unless before is set.
func Map(a, b Set, before bool) (Set, error) {
	if a.Len() != b.Len() {
		return Set{}, fmt.Errorf("moving a set for %d units over one for %d: %w", a.Len(), b.Len(), ErrMismatch)
	}
	if b.IsEmpty() {
		return a, nil
	}
	return mapSet(a, b, before), nil
}

// MapPos maps a position in the text before the change to the text after it. A
// position at an insertion stays in front of it; one inside a removed range
// moves to its start.
func (s Set) MapPos(pos int) int {
	before, after := 0, 0
	for _, p := range s.sections {
		end := before + p.length
		if p.newLength < 0 {
			if end > pos {
				return after + pos - before
			}
			after += p.length
		} else {
			if end > pos || end == pos && p.length == 0 {
				return after
			}
			after += p.newLength
		}
		before = end
	}
	return after
}

// builder builds a set and joins adjacent sections exactly where the editor
// does, since later mappings depend on the boundaries.
type builder struct{ sections []section }

func (b *builder) buildSet() Set { return Set{sections: b.sections} }

func (b *builder) addSection(length, ins int) {
	if length == 0 && ins <= 0 {
		return
	}
	if n := len(b.sections); n > 0 {
		last := &b.sections[n-1]
		switch {
		case ins <= 0 && ins == last.newLength:
			last.length += length
			return
		case length == 0 && last.length == 0:
			last.newLength += ins
			return
		}
	}
	b.sections = append(b.sections, section{length: length, newLength: ins})
}

// appendText appends to the text of the last section.
func (b *builder) appendText(text Text) {
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
