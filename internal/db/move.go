package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"
)

// moveTable exists while a database contains only a part of the rows that are moved into it. It is empty.
const moveTable = "unfinished_move"

// ErrUnfinishedMove is the error of a database that contains a part of another one.
var ErrUnfinishedMove = errors.New("huimian move has copied only a part of the data into this database: run the same huimian move to continue, or add --restart to copy everything again")

// BeginMove marks the database as incomplete: Migrate and Pending return ErrUnfinishedMove until
// EndMove.
func (d *DB) BeginMove(ctx context.Context) error {
	if _, err := d.write.NewRaw("CREATE TABLE ? (id BIGINT)", bun.Ident(moveTable)).Exec(ctx); err != nil {
		return fmt.Errorf("marking the database as incomplete: %w", err)
	}
	return nil
}

// HasUnfinishedMove reports whether the database is marked by BeginMove.
func (d *DB) HasUnfinishedMove(ctx context.Context) (bool, error) { return d.hasTable(ctx, moveTable) }

// EndMove removes the mark of BeginMove.
func EndMove(ctx context.Context, tx *Tx) error {
	if _, err := tx.NewDropTable().TableExpr("?", bun.Ident(moveTable)).Exec(ctx); err != nil {
		return fmt.Errorf("marking the database as complete: %w", err)
	}
	return nil
}
