package bounded

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

func TestQueueOrder(t *testing.T) {
	var q Queue[int]
	for i := range 10 {
		q.Push(i)
	}
	for i := range 7 {
		if got := q.Pop(); got != i {
			t.Fatalf("Pop() = %d, want %d", got, i)
		}
	}
	q.Push(10)
	if got := q.List(); !slices.Equal(got, []int{7, 8, 9, 10}) || q.Len() != 4 {
		t.Errorf("List() = %v, Len() = %d", got, q.Len())
	}
	if len(q.items) > 8 {
		t.Errorf("the queue holds %d slots for 4 entries", len(q.items))
	}
}

func TestRingLimits(t *testing.T) {
	size := func(s *string) int { return len(*s) }
	for name, test := range map[string]struct {
		ring Ring[string]
		add  []string
		want []string
	}{
		"empty":                             {NewRing[string](2), nil, nil},
		"below the limit":                   {NewRing[string](2), []string{"a"}, []string{"a"}},
		"above the limit":                   {NewRing[string](2), []string{"a", "b", "c"}, []string{"b", "c"}},
		"above the size":                    {NewSizedRing(9, 4, size), []string{"aa", "bb", "c"}, []string{"bb", "c"}},
		"the newest alone exceeds the size": {NewSizedRing(9, 4, size), []string{"a", "bbbbbb"}, []string{"bbbbbb"}},
		"space is free again":               {NewSizedRing(9, 4, size), []string{"bbbbbb", "c", "d"}, []string{"c", "d"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, v := range test.add {
				test.ring.Add(v)
			}
			if got := test.ring.List(); !slices.Equal(got, test.want) {
				t.Errorf("List() = %q, want %q", got, test.want)
			}
		})
	}
}

func TestRingListIsCopy(t *testing.T) {
	r := NewRing[int](2)
	r.Add(1)
	r.List()[0] = 9
	if got := r.List()[0]; got != 1 {
		t.Errorf("a change of the list changed the ring: %d", got)
	}
}

func TestCacheEviction(t *testing.T) {
	c := Cache[int, string]{Limit: 3, MaxBytes: 10, Size: func(v string) int { return len(v) }}
	now := time.Unix(1000, 0)
	c.Put(1, "a", now, now.Add(time.Second))
	c.Put(2, "b", now, time.Time{})
	c.Put(3, "c", now.Add(time.Second), time.Time{})
	if _, ok := c.Get(1); ok {
		t.Error("an expired entry is still in the cache")
	}
	c.Put(2, "bb", now, time.Time{}) // moves it behind 3
	c.Put(4, "d", now, time.Time{})
	c.Put(5, "e", now, time.Time{})
	if got := c.Values(); !slices.Equal(got, []string{"bb", "d", "e"}) || c.UsedBytes != 4 {
		t.Errorf("at the limit: %v, %d bytes", got, c.UsedBytes)
	}
	c.Put(6, "fffffffff", now, time.Time{})
	if got := c.Values(); !slices.Equal(got, []string{"e", "fffffffff"}) || c.UsedBytes != 10 {
		t.Errorf("over the size: %v, %d bytes", got, c.UsedBytes)
	}
	for range 1000 {
		c.Put(7, "g", now, time.Time{})
		c.Delete(7)
	}
	if c.order.Len() > 200 {
		t.Errorf("the order holds %d deleted entries", c.order.Len())
	}
}

func TestCacheGetReturnsExpiredValues(t *testing.T) {
	var c Cache[string, int]
	now := time.Unix(1000, 0)
	c.Put("a", 1, now, now.Add(time.Second))
	if v, ok := c.Get("a"); !ok || v != 1 {
		t.Errorf("Get = %d, %v", v, ok)
	}
	c.Delete("a")
	c.Delete("a")
	if v, ok := c.Get("a"); ok {
		t.Errorf("Get after Delete = %d", v)
	}
	if c.Limit != DefaultCacheLimit {
		t.Errorf("the limit is %d", c.Limit)
	}
}

func TestInsert(t *testing.T) {
	m, order := map[string]int{}, Queue[string]{}
	for i, id := range []string{"a", "b", "c"} {
		Insert(m, &order, 2, id, i)
	}
	if _, ok := m["a"]; ok || len(m) != 2 {
		t.Errorf("kept %v", m)
	}
	for i := range 1000 {
		id := strconv.Itoa(i)
		Insert(m, &order, 3, id, i)
		delete(m, id)
	}
	if len(m) != 2 || order.Len() > 200 {
		t.Errorf("kept %v and %d names", m, order.Len())
	}
}
