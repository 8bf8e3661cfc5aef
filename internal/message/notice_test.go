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
			if _, claimed, err := w.ClaimNotice(w.ctx, notice(fmt.Sprint(n))); !claimed || err != nil {
				t.Fatalf("notice %d: claimed %v, %v", n, claimed, err)
			}
		}
		if _, claimed, err := w.ClaimNotice(w.ctx, notice("0")); !claimed || err != nil {
			t.Errorf("a retry: claimed %v, %v", claimed, err)
		}
		if err := w.EndNotice(w.ctx, "0", true); err != nil {
			t.Fatal(err)
		}
		if _, claimed, err := w.ClaimNotice(w.ctx, notice("0")); claimed || err != nil {
			t.Errorf("a sent notice: claimed %v, %v", claimed, err)
		}
		id := w.insert("lin")
		if claimed, _ := w.mark(w.Service, id); !claimed {
			t.Error("the 25th message of a minute waits")
		}
		if _, claimed, err := w.ClaimNotice(w.ctx, notice("late")); claimed || err == nil {
			t.Errorf("the 26th message of a minute: claimed %v, %v", claimed, err)
		}
		w.clock.Advance(time.Minute)
		if _, claimed, err := w.ClaimNotice(w.ctx, notice("late")); !claimed || err != nil {
			t.Errorf("a minute later: claimed %v, %v", claimed, err)
		}
	})
}

// Each attempt sends the body of the first. It is discarded when the notice is sent or given up.
func TestNoticeKeepsItsBody(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		for _, sent := range []bool{true, false} {
			n := message.Notice{ID: fmt.Sprint("notice", sent), CorpID: "corp", Recipient: "lin"}
			for _, body := range []string{"first", "second"} {
				n.Body = body
				if got, claimed, err := w.ClaimNotice(w.ctx, n); got != "first" || !claimed || err != nil {
					t.Errorf("attempt with %s: %q, claimed %v, %v", body, got, claimed, err)
				}
			}
			if err := w.EndNotice(w.ctx, n.ID, sent); err != nil {
				t.Fatal(err)
			}
			var stored message.Notice
			if err := w.DB.NewSelect().Model(&stored).Where("id = ?", n.ID).Scan(w.ctx); err != nil || stored.Body != "" || stored.Sent != sent {
				t.Errorf("ended: %+v, %v", stored, err)
			}
		}
	})
}
