// Package bounded holds containers whose memory is limited: a queue, a ring of the newest entries, a
// cache with expiry, and maps with an insertion order. None of them is safe for concurrent use.
package bounded

import "slices"

// Queue is a first-in-first-out list. Its zero value is empty.
type Queue[T any] struct {
	items []T
	head  int
}

// Len returns the number of entries.
func (q *Queue[T]) Len() int { return len(q.items) - q.head }

// List returns the entries, oldest first. The slice is valid until the next change.
func (q *Queue[T]) List() []T { return q.items[q.head:] }

// Push appends an entry.
func (q *Queue[T]) Push(v T) { q.items = append(q.items, v) }

// Pop removes and returns the oldest entry. It clears the slot for the garbage collector and reuses
// the space once half of the entries have been removed.
func (q *Queue[T]) Pop() T {
	var zero T
	v := q.items[q.head]
	q.items[q.head] = zero
	if q.head++; q.head*2 >= len(q.items) {
		n := copy(q.items, q.items[q.head:])
		clear(q.items[n:])
		q.items, q.head = q.items[:n], 0
	}
	return v
}

// keepOnly removes the entries for which keep returns false.
func (q *Queue[T]) keepOnly(keep func(T) bool) {
	q.items = slices.DeleteFunc(slices.Clone(q.List()), func(v T) bool { return !keep(v) })
	q.head = 0
}

// Insert stores v in m and removes the oldest entries beyond the limit. order holds the ids in
// insertion order and may contain removed ones.
func Insert[V any](m map[string]V, order *Queue[string], limit int, id string, v V) {
	m[id] = v
	order.Push(id)
	for len(m) > limit && order.Len() > 0 {
		delete(m, order.Pop())
	}
	if order.Len() > 2*len(m)+64 {
		order.keepOnly(func(id string) bool {
			_, ok := m[id]
			return ok
		})
	}
}

// Ring keeps the newest entries up to a number and up to a total size. The newest entry is kept even
// when it alone exceeds the size.
type Ring[T any] struct {
	limit, maxSize int
	size           func(*T) int
	items          Queue[T]
	used           int
}

// NewRing returns a ring of at most limit entries.
func NewRing[T any](limit int) Ring[T] { return Ring[T]{limit: limit} }

// NewSizedRing returns a ring of at most limit entries whose sizes add up to at most maxSize.
func NewSizedRing[T any](limit, maxSize int, size func(*T) int) Ring[T] {
	return Ring[T]{limit: limit, maxSize: maxSize, size: size}
}

// Add appends an entry and removes the oldest ones beyond the limits.
func (r *Ring[T]) Add(v T) {
	r.items.Push(v)
	r.used += r.entrySize(&v)
	for r.items.Len() > 1 && (r.items.Len() > r.limit || r.used > r.maxSize) {
		old := r.items.Pop()
		r.used -= r.entrySize(&old)
	}
}

func (r *Ring[T]) entrySize(v *T) int {
	if r.size == nil {
		return 0
	}
	return r.size(v)
}

// List returns a copy of the entries, oldest first.
func (r *Ring[T]) List() []T { return slices.Clone(r.items.List()) }
