package message_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/message"
)

// Notices and messages of one member are counted together, a retry once. A sent notice is not
// sent again.
func TestNoticesCount(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		notice := func(id string) message.Notice { return message.Notice{ID: id, CorpID: "corp", Recipient: "lin"} }
		for n := range 24 {
			if claimed, err := w.ClaimNotice(w.ctx, notice(fmt.Sprint(n))); !claimed || err != nil {
				t.Fatalf("notice %d: claimed %v, %v", n, claimed, err)
			}
		}
		if claimed, err := w.ClaimNotice(w.ctx, notice("0")); !claimed || err != nil {
			t.Errorf("a retry: claimed %v, %v", claimed, err)
		}
		if err := w.MarkNoticeSent(w.ctx, "0"); err != nil {
			t.Fatal(err)
		}
		if claimed, err := w.ClaimNotice(w.ctx, notice("0")); claimed || err != nil {
			t.Errorf("a sent notice: claimed %v, %v", claimed, err)
		}
		id := w.insert("lin")
		if claimed, _ := w.mark(w.Service, id); !claimed {
			t.Error("the 25th message of a minute waits")
		}
		if claimed, err := w.ClaimNotice(w.ctx, notice("late")); claimed || err == nil {
			t.Errorf("the 26th message of a minute: claimed %v, %v", claimed, err)
		}
		w.clock.Advance(time.Minute)
		if claimed, err := w.ClaimNotice(w.ctx, notice("late")); !claimed || err != nil {
			t.Errorf("a minute later: claimed %v, %v", claimed, err)
		}
	})
}
