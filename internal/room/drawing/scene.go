// Package drawing has the drawing of a room: elements that are merged one by one, their
// limits, and how the log stores them. It decides nothing about who may draw.
//
// The scene is the newest version of each element that was ever drawn. Merging is
// commutative, associative and idempotent: clients, replicas and readers of the log have the
// same scene once they have received the same versions, in any order.
package drawing

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
)

// Limits of a drawing.
const (
	MaxElements     = 2000      // that are visible
	MaxHeads        = 10_000    // with those that were deleted
	MaxBytes        = 2 << 20   // of the visible elements
	MaxElementBytes = 128 << 10 // about 8,000 points
	MaxUpdate       = 500       // elements
)

// Codes with which an update is refused.
const (
	RefusalInvalid = "drawing.invalid" // an element that cannot be stored, such as an image
	RefusalCount   = "drawing.count"   // there would be more than MaxElements or MaxHeads
	RefusalSize    = "drawing.size"    // an element, or all of them, would be too large
)

// checkpointBytes is the least number of bytes in updates between two checkpoints.
const checkpointBytes = 1 << 20

// Update is the data of an event that changes the drawing: the versions that replaced older
// ones.
type Update struct {
	Elements []Element `json:"elements"`
}

// Checkpoint is the data of an event with the whole drawing, from which it is read without
// the updates before.
type Checkpoint struct {
	Elements []Element `json:"elements"`
}

// Scene is the drawing of a room. The zero value is empty. It is not safe for concurrent use.
type Scene struct {
	entries      map[string]entry
	visible      int
	visibleBytes int
	pendingBytes int // in updates since the last checkpoint
}

type entry struct {
	Element

	seq int64 // of the event that has brought it
}

// Clone returns a scene that is changed independently.
func (s *Scene) Clone() *Scene {
	out := *s
	out.entries = maps.Clone(s.entries)
	return &out
}

// FilterNew returns the elements that replace those of the scene, each id once.
func (s *Scene) FilterNew(elements []Element) []Element {
	newest := map[string]Element{}
	for _, e := range elements {
		old, found := newest[e.ID]
		if !found {
			if stored, ok := s.entries[e.ID]; ok {
				old, found = stored.Element, true
			}
		}
		if !found || e.isNewerThan(old) {
			newest[e.ID] = e
		}
	}
	return slices.SortedFunc(maps.Values(newest), compareIDs)
}

// Apply merges the data of a stored event. Other data is ignored.
func (s *Scene) Apply(seq int64, data any) {
	switch data := data.(type) {
	case *Update:
		s.mergeElements(seq, data.Elements)
		s.pendingBytes += CountBytes(data.Elements)
	case *Checkpoint:
		s.mergeElements(seq, data.Elements)
		s.pendingBytes = 0
	}
}

func (s *Scene) mergeElements(seq int64, elements []Element) {
	for _, e := range s.FilterNew(elements) {
		if s.entries == nil {
			s.entries = map[string]entry{}
		}
		s.countElement(s.entries[e.ID].Element, -1)
		s.countElement(e, 1)
		s.entries[e.ID] = entry{e, seq}
	}
}

func (s *Scene) countElement(e Element, sign int) {
	if e.ID != "" && !e.IsDeleted {
		s.visible += sign
		s.visibleBytes += sign * len(e.raw)
	}
}

// Refusal returns the code with which the scene is refused, "" within its limits. A scene
// that was beyond them before may become smaller.
func (s *Scene) Refusal(before *Scene) string {
	switch {
	case s.visible > MaxElements && s.visible > before.visible, len(s.entries) > MaxHeads && len(s.entries) > len(before.entries):
		return RefusalCount
	case s.visibleBytes > MaxBytes && s.visibleBytes > before.visibleBytes:
		return RefusalSize
	}
	return ""
}

// Superseding returns the elements of the scene that a client lacks after it has sent
// elements.
func (s *Scene) Superseding(sent []Element) []Element {
	newest := map[string]Element{}
	for _, e := range sent {
		if stored, ok := s.entries[e.ID]; ok && !bytes.Equal(stored.raw, e.raw) {
			newest[e.ID] = stored.Element
		}
	}
	return slices.SortedFunc(maps.Values(newest), compareIDs)
}

// Since returns the elements that events after seq have brought. With 0, it returns those
// that are visible.
func (s *Scene) Since(seq int64) []Element {
	return s.filterEntries(func(e entry) bool { return e.seq > seq && (seq > 0 || !e.IsDeleted) })
}

// NewCheckpoint returns the whole scene.
func (s *Scene) NewCheckpoint() *Checkpoint {
	return &Checkpoint{s.filterEntries(func(entry) bool { return true })}
}

func (s *Scene) filterEntries(include func(entry) bool) []Element {
	out := []Element{}
	for _, e := range s.entries {
		if include(e) {
			out = append(out, e.Element)
		}
	}
	slices.SortFunc(out, compareIDs)
	return out
}

func compareIDs(a, b Element) int { return cmp.Compare(a.ID, b.ID) }

// NeedsCheckpoint reports whether reading the updates since the last checkpoint costs more
// than reading another one. atEnd also reports whether there are any.
func (s *Scene) NeedsCheckpoint(atEnd bool) bool {
	return s.pendingBytes > max(checkpointBytes, 2*s.visibleBytes) || atEnd && s.pendingBytes > 0
}
