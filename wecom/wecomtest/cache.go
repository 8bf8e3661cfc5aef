package wecomtest

import (
	"slices"
	"time"
)

// queue is a first-in-first-out list. Its zero value is empty.
type queue[T any] struct {
	items []T
	head  int
}

func (q *queue[T]) len() int { return len(q.items) - q.head }

func (q *queue[T]) list() []T { return q.items[q.head:] }

func (q *queue[T]) push(v T) { q.items = append(q.items, v) }

// pop removes and returns the oldest item. It clears the slot for the garbage collector and reuses
// the space once half of the items have been removed.
func (q *queue[T]) pop() T {
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

// cache holds values until they expire. put evicts expired values from the front of the insertion
// order, and the oldest values beyond the limits. The zero value is ready to use, with the default
// limit of Limits.Codes.
type cache[K comparable, V any] struct {
	limit int
	// maxBytes limits the sum of the sizes when size is set.
	maxBytes, usedBytes int
	size                func(V) int

	items map[K]*cacheEntry[K, V]
	order queue[*cacheEntry[K, V]]
}

type cacheEntry[K comparable, V any] struct {
	key       K
	value     V
	expiresAt time.Time
	removed   bool
}

// put stores v until a time. The zero time means no expiry.
func (h *cache[K, V]) put(key K, v V, now, until time.Time) {
	h.delete(key)
	if h.items == nil {
		h.items = map[K]*cacheEntry[K, V]{}
	}
	if h.limit == 0 {
		h.limit = Limits{}.withDefaults().Codes
	}
	x := &cacheEntry[K, V]{key: key, value: v, expiresAt: until}
	h.items[key] = x
	h.order.push(x)
	h.usedBytes += h.entrySize(v)
	for h.order.len() > 1 {
		first := h.order.list()[0]
		over := !first.expiresAt.IsZero() && !now.Before(first.expiresAt)
		if !first.removed && !over && len(h.items) <= h.limit && h.usedBytes <= h.maxBytes {
			break
		}
		h.removeEntry(first)
		h.order.pop()
	}
	h.compactOrder()
}

func (h *cache[K, V]) entrySize(v V) int {
	if h.size == nil {
		return 0
	}
	return h.size(v)
}

// compactOrder removes deleted entries from the insertion order once they are the majority.
func (h *cache[K, V]) compactOrder() {
	if h.order.len() <= 2*len(h.items)+64 {
		return
	}
	kept := make([]*cacheEntry[K, V], 0, len(h.items)+1)
	for _, x := range h.order.list() {
		if !x.removed {
			kept = append(kept, x)
		}
	}
	h.order = queue[*cacheEntry[K, V]]{items: kept}
}

func (h *cache[K, V]) get(key K) (v V, ok bool) {
	if x, found := h.items[key]; found {
		return x.value, true
	}
	return v, false
}

func (h *cache[K, V]) delete(key K) {
	if x, ok := h.items[key]; ok {
		h.removeEntry(x)
	}
}

func (h *cache[K, V]) removeEntry(x *cacheEntry[K, V]) {
	if x.removed {
		return
	}
	var zero V
	h.usedBytes -= h.entrySize(x.value)
	x.removed, x.value = true, zero
	delete(h.items, x.key)
}

// values returns the values, oldest first.
func (h *cache[K, V]) values() []V {
	out := make([]V, 0, len(h.items))
	for _, x := range h.order.list() {
		if !x.removed {
			out = append(out, x.value)
		}
	}
	return out
}

// insertBounded stores v in m and evicts the oldest entry beyond the limit. order holds the ids in
// insertion order and may contain removed ones.
func insertBounded[V any](m map[string]V, order *queue[string], limit int, id string, v V) {
	m[id] = v
	order.push(id)
	for len(m) > limit && order.len() > 0 {
		delete(m, order.pop())
	}
	if order.len() > 2*len(m)+64 {
		order.items, order.head = slices.DeleteFunc(slices.Clone(order.list()), func(id string) bool {
			_, there := m[id]
			return !there
		}), 0
	}
}
