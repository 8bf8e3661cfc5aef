package wecomtest

import (
	"testing"
)

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
