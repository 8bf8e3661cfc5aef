package httpapi_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server/httpapi"
)

type nothing struct{}

// An operation that waits for the database ends after its timeout, with the error of an
// unavailable database.
func TestOperationTimeout(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		probe := func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("CREATE TABLE probe (id INTEGER PRIMARY KEY)").Exec(ctx)
			return err
		}
		operation := httpapi.NewOperation(discard(), 50*time.Millisecond, func(ctx context.Context, _ *nothing) (*nothing, error) {
			return &nothing{}, d.InTx(ctx, probe)
		})
		if err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if err := probe(ctx, tx); err != nil {
				return err
			}
			_, err := operation(newContext(t), &nothing{}) // waits for this transaction
			if p, ok := errors.AsType[*httpapi.Problem](err); !ok || p.Status != 503 || p.Code != httpapi.DatabaseUnavailable {
				t.Errorf("the error is %v", err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
