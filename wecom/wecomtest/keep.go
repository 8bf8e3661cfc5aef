package wecomtest

import (
	"slices"
	"time"
)

// Limits bounds what a Server remembers, so that its memory stays flat however
// long it runs. A zero field means its default. What is oldest is forgotten
// first, before its time if need be: a response code of a message that has been
// forgotten, for example, is answered like one that never was. What a test puts
// there itself (companies, members, applications, robots, forms, suites) stays.
type Limits struct {
	// Messages is how many messages stand in all chats of all companies
	// together; a message to many counts once, but not more than twenty copies
	// for each message allowed. 0 means 20,000.
	Messages int `json:"messages,omitempty"`
	// Chat is how many messages one member keeps, and one robot or person
	// outside. 0 means 2,000.
	Chat int `json:"chat,omitempty"`
	// Codes is how many there may be of each kind of thing that has a lifetime:
	// tokens, sign-in and response codes, tickets, requests remembered for
	// enable_duplicate_check; also people outside. 0 means 100,000.
	Codes int `json:"codes,omitempty"`
	// Records is how many things of one kind that API calls make a company
	// keeps: groups, calendars, schedules, meetings, approvals, contact ways. 0
	// means 10,000.
	Records int `json:"records,omitempty"`
	// MediaBytes is the size of all uploaded files together. 0 means 128 MiB.
	MediaBytes int `json:"mediaBytes,omitempty"`
	// TextBytes is the size of all messages together, and also that of the
	// bodies in each of the two logs. 0 means 64 MiB.
	TextBytes int `json:"textBytes,omitempty"`
}

// copiesPerMessage bounds the copies of messages to many.
const copiesPerMessage = 20

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		field *int
		value int
	}{
		{&l.Messages, 20000}, {&l.Chat, 2000}, {&l.Codes, 100000}, {&l.Records, 10000},
		{&l.MediaBytes, 128 * megabyte}, {&l.TextBytes, 64 * megabyte},
	} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	return l
}

// queue is a list that is read from the front. Its zero value is empty.
type queue[T any] struct {
	items []T
	head  int
}

func (q *queue[T]) len() int { return len(q.items) - q.head }

func (q *queue[T]) list() []T { return q.items[q.head:] }

func (q *queue[T]) push(v T) { q.items = append(q.items, v) }

// pop removes the oldest; what it held can be collected at once, and the space
// of the removed is used again when they are half of it.
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

// shelf keeps things of one kind under their key for their time. Whenever
// something is put on it, those at the front whose time is over are forgotten,
// and beyond the limit the oldest. The zero value is ready to use and has the
// default limit of Limits.Codes.
type shelf[K comparable, V any] struct {
	limit int
	// bytes bounds the sum of the sizes, when size is set.
	bytes, used int
	size        func(V) int

	items map[K]*shelved[K, V]
	order queue[*shelved[K, V]]
}

type shelved[K comparable, V any] struct {
	key   K
	value V
	until time.Time
	gone  bool
}

// put keeps v until a moment; the zero moment means as long as there is room.
func (h *shelf[K, V]) put(key K, v V, now, until time.Time) {
	h.drop(key)
	if h.items == nil {
		h.items = map[K]*shelved[K, V]{}
	}
	if h.limit == 0 {
		h.limit = Limits{}.withDefaults().Codes
	}
	x := &shelved[K, V]{key: key, value: v, until: until}
	h.items[key] = x
	h.order.push(x)
	h.used += h.weigh(v)
	for h.order.len() > 1 {
		first := h.order.list()[0]
		over := !first.until.IsZero() && !now.Before(first.until)
		if !first.gone && !over && len(h.items) <= h.limit && h.used <= h.bytes {
			break
		}
		h.remove(first)
		h.order.pop()
	}
	h.tidy()
}

func (h *shelf[K, V]) weigh(v V) int {
	if h.size == nil {
		return 0
	}
	return h.size(v)
}

// tidy takes what was dropped before its turn out of the order once it is the
// larger part.
func (h *shelf[K, V]) tidy() {
	if h.order.len() <= 2*len(h.items)+64 {
		return
	}
	kept := make([]*shelved[K, V], 0, len(h.items)+1)
	for _, x := range h.order.list() {
		if !x.gone {
			kept = append(kept, x)
		}
	}
	h.order = queue[*shelved[K, V]]{items: kept}
}

func (h *shelf[K, V]) get(key K) (v V, ok bool) {
	if x, found := h.items[key]; found {
		return x.value, true
	}
	return v, false
}

func (h *shelf[K, V]) drop(key K) {
	if x, ok := h.items[key]; ok {
		h.remove(x)
	}
}

func (h *shelf[K, V]) remove(x *shelved[K, V]) {
	if x.gone {
		return
	}
	var zero V
	h.used -= h.weigh(x.value)
	x.gone, x.value = true, zero
	delete(h.items, x.key)
}

// all are the values, oldest first.
func (h *shelf[K, V]) all() []V {
	out := make([]V, 0, len(h.items))
	for _, x := range h.order.list() {
		if !x.gone {
			out = append(out, x.value)
		}
	}
	return out
}

// keepNewest puts a record into its map and, beyond the limit, takes the oldest
// out. order knows in which order they came; it may still name removed ones.
func keepNewest[V any](m map[string]V, order *queue[string], limit int, id string, v V) {
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
