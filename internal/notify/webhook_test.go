package notify_test

import (
	"context"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/webhook"
)

// Only administrators are notified of a paused webhook. There is no notification if it
// was enabled again.
func TestWebhookPausedNotification(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.startQueue()
		err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE members SET roles = ? WHERE user_id = 'ChenMo'", actor.Administrator).Exec(ctx)
			if err != nil {
				return err
			}
			now := db.Time(time.Now())
			for id, state := range map[string]webhook.EndpointState{"one": webhook.Paused, "two": webhook.Enabled} {
				e := webhook.Endpoint{
					ID: id, CorpID: corpID, URL: "https://" + id + ".example.com/secret", EventTypes: []string{}, State: state,
					Secret: []byte("x"), CreatedAt: now, UpdatedAt: now,
				}
				if _, err := tx.NewInsert().Model(&e).Exec(ctx); err != nil {
					return err
				}
				if err := h.queue.Insert(ctx, tx, webhook.PausedArgs{CorpID: corpID, EndpointID: id}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		h.waitForMessage("ChenMo", "one.example.com")
		h.waitUntil("both jobs are done", func() bool {
			n, err := d.NewSelect().TableExpr("river_job").Where("kind = ? AND state = 'completed'", webhook.PausedArgs{}.Kind()).Count(t.Context())
			return err == nil && n == 2
		})
		if n := countMessages(h, "ChenMo", "two.example.com") + countMessages(h, "ZhouHang", "example.com") + countMessages(h, "ChenMo", "/secret"); n != 0 {
			t.Errorf("%d unexpected messages", n)
		}
	})
}

func TestContactsEmptyNotification(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newFixture(t, newSimulator(t), d, nil)
		h.startQueue()
		err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE members SET roles = ? WHERE user_id = 'ChenMo'", actor.Administrator).Exec(ctx)
			if err != nil {
				return err
			}
			return h.queue.Insert(ctx, tx, account.ContactsEmptyArgs{CorpID: corpID})
		})
		if err != nil {
			t.Fatal(err)
		}
		h.waitForMessage("ChenMo", "通讯录未更新")
		if n := countMessages(h, "ZhouHang", "通讯录未更新"); n != 0 {
			t.Errorf("%d messages to others", n)
		}
	})
}
