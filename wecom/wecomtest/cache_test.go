package wecomtest

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

func TestCacheEviction(t *testing.T) {
	h := core.Cache[int, string]{Limit: 3, MaxBytes: 10, Size: func(v string) int { return len(v) }}
	now := time.Unix(1000, 0)
	h.Put(1, "a", now, now.Add(time.Second))
	h.Put(2, "b", now, time.Time{})
	h.Put(3, "c", now.Add(time.Second), time.Time{})
	if _, ok := h.Get(1); ok {
		t.Error("an expired entry is still in the cache")
	}
	h.Put(2, "bb", now, time.Time{}) // moves it behind 3
	h.Put(4, "d", now, time.Time{})
	h.Put(5, "e", now, time.Time{})
	if got := h.Values(); !slices.Equal(got, []string{"bb", "d", "e"}) || h.UsedBytes != 4 {
		t.Errorf("at the limit: %v, %d bytes", got, h.UsedBytes)
	}
	h.Put(6, "fffffffff", now, time.Time{})
	if got := h.Values(); !slices.Equal(got, []string{"e", "fffffffff"}) || h.UsedBytes != 10 {
		t.Errorf("over the size: %v, %d bytes", got, h.UsedBytes)
	}
	for range 1000 {
		h.Put(7, "g", now, time.Time{})
		h.Delete(7)
	}
	if h.Order.Len() > 200 {
		t.Errorf("the order holds %d deleted entries", h.Order.Len())
	}
}

func TestInsertBounded(t *testing.T) {
	m, order := map[string]int{}, core.Queue[string]{}
	for i, id := range []string{"a", "b", "c"} {
		core.InsertBounded(m, &order, 2, id, i)
	}
	if _, there := m["a"]; there || len(m) != 2 {
		t.Errorf("kept %v", m)
	}
	for i := range 1000 {
		id := strconv.Itoa(i)
		core.InsertBounded(m, &order, 3, id, i)
		delete(m, id)
	}
	if len(m) != 2 || order.Len() > 200 {
		t.Errorf("kept %v and %d names", m, order.Len())
	}
}

// TestMailboxEviction checks that the oldest messages are evicted first, together with their
// response codes.
func TestMailboxEviction(t *testing.T) {
	k := newSoak(t, 1, Limits{Messages: 3, Chat: 2}, 0)
	card := `"msgtype":"template_card","template_card":{"card_type":"button_interaction","main_title":{"title":"a"},"button_list":[{"text":"b","key":"c"}],"task_id":"t"}`
	first := k.sendMessage("user1|user2", card)
	for range 2 {
		k.sendMessage("user1", `"msgtype":"text","text":{"content":"x"}`)
	}
	if n := len(k.s.Messages(soakCorp, "user1")); n != 2 {
		t.Errorf("user1 has %d messages, want the newest 2", n)
	}
	if n := len(k.s.Messages(soakCorp, "user2")); n != 1 {
		t.Errorf("user2 has %d messages: messages of other members are counted", n)
	}
	if _, ok := k.s.core.ResponseCodes.Get(first["response_code"]); !ok {
		t.Error("the response code of a stored message is missing")
	}
	k.sendMessage("user3", `"msgtype":"text","text":{"content":"x"}`)
	if n := len(k.s.Messages(soakCorp, "user2")); n != 0 {
		t.Errorf("user2 still has %d messages", n)
	}
	if _, ok := k.s.core.ResponseCodes.Get(first["response_code"]); ok {
		t.Error("the response code of an evicted message still exists")
	}
	if k.s.messaging.FindSentMessage(k.s.core.CorpStates[soakCorp], first["msgid"]) != nil || k.s.core.Mailbox.Copies != 3 {
		t.Errorf("the evicted message is still indexed, or %d copies are counted", k.s.core.Mailbox.Copies)
	}
}
