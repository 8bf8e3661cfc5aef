package core

import (
	"slices"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Queue is a first-in-first-out list. Its zero value is empty.
type Queue[T any] struct {
	items []T
	head  int
}

// Len returns the number of entries.
func (q *Queue[T]) Len() int { return len(q.items) - q.head }

// List returns the entries, oldest first. The slice is valid until the next
// change.
func (q *Queue[T]) List() []T { return q.items[q.head:] }

// Push appends an entry.
func (q *Queue[T]) Push(v T) { q.items = append(q.items, v) }

// Pop removes and returns the oldest item. It clears the slot for the garbage collector and reuses
// the space once half of the items have been removed.
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

// Cache holds values until they expire. put evicts expired values from the front of the insertion
// order, and the oldest values beyond the limits. The zero value is ready to use, with the default
// limit of Limits.Codes.
type Cache[K comparable, V any] struct {
	Limit int
	// maxBytes limits the sum of the sizes when size is set.
	MaxBytes, UsedBytes int
	Size                func(V) int

	items map[K]*cacheEntry[K, V]
	Order Queue[*cacheEntry[K, V]]
}

type cacheEntry[K comparable, V any] struct {
	key       K
	value     V
	expiresAt time.Time
	removed   bool
}

// Put stores v until a time. The zero time means no expiry.
func (h *Cache[K, V]) Put(key K, v V, now, until time.Time) {
	h.Delete(key)
	if h.items == nil {
		h.items = map[K]*cacheEntry[K, V]{}
	}
	if h.Limit == 0 {
		h.Limit = limitsWithDefaults(model.Limits{}).Codes
	}
	x := &cacheEntry[K, V]{key: key, value: v, expiresAt: until}
	h.items[key] = x
	h.Order.Push(x)
	h.UsedBytes += h.entrySize(v)
	for h.Order.Len() > 1 {
		first := h.Order.List()[0]
		over := !first.expiresAt.IsZero() && !now.Before(first.expiresAt)
		if !first.removed && !over && len(h.items) <= h.Limit && h.UsedBytes <= h.MaxBytes {
			break
		}
		h.removeEntry(first)
		h.Order.Pop()
	}
	h.compactOrder()
}

func (h *Cache[K, V]) entrySize(v V) int {
	if h.Size == nil {
		return 0
	}
	return h.Size(v)
}

// compactOrder removes deleted entries from the insertion order once they are the majority.
func (h *Cache[K, V]) compactOrder() {
	if h.Order.Len() <= 2*len(h.items)+64 {
		return
	}
	kept := make([]*cacheEntry[K, V], 0, len(h.items)+1)
	for _, x := range h.Order.List() {
		if !x.removed {
			kept = append(kept, x)
		}
	}
	h.Order = Queue[*cacheEntry[K, V]]{items: kept}
}

// Get returns the value of a key, expired or not.
func (h *Cache[K, V]) Get(key K) (v V, ok bool) {
	if x, found := h.items[key]; found {
		return x.value, true
	}
	return v, false
}

// Delete removes a key.
func (h *Cache[K, V]) Delete(key K) {
	if x, ok := h.items[key]; ok {
		h.removeEntry(x)
	}
}

func (h *Cache[K, V]) removeEntry(x *cacheEntry[K, V]) {
	if x.removed {
		return
	}
	var zero V
	h.UsedBytes -= h.entrySize(x.value)
	x.removed, x.value = true, zero
	delete(h.items, x.key)
}

// Values returns the values, oldest first.
func (h *Cache[K, V]) Values() []V {
	out := make([]V, 0, len(h.items))
	for _, x := range h.Order.List() {
		if !x.removed {
			out = append(out, x.value)
		}
	}
	return out
}

// InsertBounded stores v in m and evicts the oldest entry beyond the limit. order holds the ids in
// insertion order and may contain removed ones.
func InsertBounded[V any](m map[string]V, order *Queue[string], limit int, id string, v V) {
	m[id] = v
	order.Push(id)
	for len(m) > limit && order.Len() > 0 {
		delete(m, order.Pop())
	}
	if order.Len() > 2*len(m)+64 {
		order.items, order.head = slices.DeleteFunc(slices.Clone(order.List()), func(id string) bool {
			_, there := m[id]
			return !there
		}), 0
	}
}
