package bounded

import "time"

// DefaultCacheLimit is the number of entries of a Cache without a limit of its own.
const DefaultCacheLimit = 100000

// Cache holds values until they expire. Put evicts expired values from the front of the insertion
// order, and the oldest values beyond the limits. The zero value is ready to use, with
// DefaultCacheLimit.
type Cache[K comparable, V any] struct {
	Limit int
	// MaxBytes limits the sum of the sizes when Size is set; UsedBytes is that sum.
	MaxBytes, UsedBytes int
	Size                func(V) int

	items map[K]*cacheEntry[K, V]
	order Queue[*cacheEntry[K, V]]
}

type cacheEntry[K comparable, V any] struct {
	key       K
	value     V
	expiresAt time.Time
	removed   bool
}

// Put stores v until a time. The zero time means no expiry.
func (c *Cache[K, V]) Put(key K, v V, now, until time.Time) {
	c.Delete(key)
	if c.items == nil {
		c.items = map[K]*cacheEntry[K, V]{}
	}
	if c.Limit == 0 {
		c.Limit = DefaultCacheLimit
	}
	x := &cacheEntry[K, V]{key: key, value: v, expiresAt: until}
	c.items[key] = x
	c.order.Push(x)
	c.UsedBytes += c.entrySize(v)
	for c.order.Len() > 1 {
		first := c.order.List()[0]
		over := !first.expiresAt.IsZero() && !now.Before(first.expiresAt)
		if !first.removed && !over && len(c.items) <= c.Limit && c.UsedBytes <= c.MaxBytes {
			break
		}
		c.removeEntry(first)
		c.order.Pop()
	}
	c.compactOrder()
}

func (c *Cache[K, V]) entrySize(v V) int {
	if c.Size == nil {
		return 0
	}
	return c.Size(v)
}

// compactOrder removes deleted entries from the insertion order once they are the majority.
func (c *Cache[K, V]) compactOrder() {
	if c.order.Len() <= 2*len(c.items)+64 {
		return
	}
	c.order.keepOnly(func(x *cacheEntry[K, V]) bool { return !x.removed })
}

// Get returns the value of a key, expired or not.
func (c *Cache[K, V]) Get(key K) (v V, ok bool) {
	if x, found := c.items[key]; found {
		return x.value, true
	}
	return v, false
}

// Delete removes a key.
func (c *Cache[K, V]) Delete(key K) {
	if x, ok := c.items[key]; ok {
		c.removeEntry(x)
	}
}

func (c *Cache[K, V]) removeEntry(x *cacheEntry[K, V]) {
	if x.removed {
		return
	}
	var zero V
	c.UsedBytes -= c.entrySize(x.value)
	x.removed, x.value = true, zero
	delete(c.items, x.key)
}

// Values returns the values, oldest first.
func (c *Cache[K, V]) Values() []V {
	out := make([]V, 0, len(c.items))
	for _, x := range c.order.List() {
		if !x.removed {
			out = append(out, x.value)
		}
	}
	return out
}
