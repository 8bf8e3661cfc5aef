package room

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/protocol"
)

// A room shows the version that is present when it is shown, not the one of its loading,
// and records it in the transaction of the event.
func TestShownVersion(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var present atomic.Int64 // the version in the question bank
		present.Store(1)
		var recorded []string
		m := startManager(t, d, func(c *Config) {
			c.Hooks.Describe = func(context.Context, string, string) (Description, error) {
				n := int(present.Load())
				return Description{Questions: []Question{{ID: "q1", Version: n, Title: fmt.Sprint("version ", n), Body: "…"}}}, nil
			}
			c.Hooks.QuestionShown = func(_ context.Context, _ *db.Tx, e HookEvent, questionID string, version int) error {
				recorded = append(recorded, fmt.Sprint(e.CorpID, " ", e.RoomID == testRoomID, " ", questionID, " ", version))
				return nil
			}
		})
		a := joinRoom(t, m, zhang)
		present.Store(2)
		if shown := a.showQuestion(&Question{ID: "q1"}).Question; shown.Version != 2 || shown.Title != "version 2" {
			t.Errorf("shown %+v", shown)
		}
		if want := []string{testCorpID + " true q1 2"}; !slices.Equal(recorded, want) {
			t.Errorf("recorded %q, want %q", recorded, want)
		}
		a.showQuestion(nil) // records nothing
		if len(recorded) != 1 {
			t.Errorf("recorded %q", recorded)
		}
		var data string
		column := map[db.Dialect]string{db.SQLite: "json(data)", db.Postgres: "data::text"}[d.Dialect()]
		if err := d.NewRaw("SELECT "+column+" FROM room_events WHERE kind = 'problem' ORDER BY seq LIMIT 1").Scan(t.Context(), &data); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.ReplaceAll(data, " ", ""), `"version":2`) {
			t.Errorf("the log has %s", data)
		}
	})
}

// A version that cannot be recorded is not shown.
func TestShownVersionIsRefused(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d, func(c *Config) {
			c.Hooks.QuestionShown = func(context.Context, *db.Tx, HookEvent, string, int) error {
				return errors.New("another version is used")
			}
		})
		a := joinRoom(t, m, zhang)
		a.sendMessage(protocol.ProblemRequest{Type: "problem", QuestionID: &twoSum.ID, Ref: "r"})
		if refused := awaitMessage[protocol.Error](a, "error"); refused.Code != "busy" || refused.Ref != "r" {
			t.Errorf("refused with %+v", refused)
		}
		if again := joinRoom(t, m, wang); again.welcome.Question != nil {
			t.Errorf("the room shows %+v", again.welcome.Question)
		}
	})
}
