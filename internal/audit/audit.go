// Package audit writes and reads the audit log: who did what to which object.
// Features write in the transaction of the operation, so that neither exists
// without the other.
package audit

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
)

// tokenField is the name of the API token's id in Data.
const tokenField = "token"

// Data is what an entry records beside its columns. It must contain no secret
// and no contact data; values are texts of at most a few hundred bytes.
type Data map[string]string

// Entry is a row of audit_log.
type Entry struct {
	bun.BaseModel `bun:"table:audit_log,alias:al"`

	ID       string    `bun:",pk"`
	CorpID   string    `bun:"corp_id"`
	At       time.Time `bun:"at"`
	UserID   string    `bun:"user_id"`   // "" for the system
	Action   string    `bun:"act"`       // such as "interview.cancel"
	ObjectID string    `bun:"object_id"` // of the type that Action begins with
	Data     Data      `bun:"data,type:jsonb"`
}

// WriteHourly is like Write for an operation that repeats, such as an automatic save: it
// adds no entry while the member has one of the action on the object from the last
// hour. The transaction must hold a lock of the object.
func WriteHourly(ctx context.Context, tx *db.Tx, at time.Time, a actor.Actor, action, objectID string, data Data) error {
	written, err := tx.NewSelect().Model((*Entry)(nil)).
		Where("al.corp_id = ? AND al.at > ? AND al.at <= ?", a.CorpID, db.Time(at.Add(-time.Hour)), db.Time(at)).
		Where("al.act = ? AND al.object_id = ? AND al.user_id = ?", action, objectID, a.UserID).Exists(ctx)
	if err != nil {
		return fmt.Errorf("reading the audit log: %w", err)
	}
	if written {
		return nil
	}
	return Write(ctx, tx, at, a, action, objectID, data)
}

// Write adds an entry to the transaction. An operation with an API token is
// recorded with the token's id, under "token". data may be nil; it is not
// changed.
func Write(ctx context.Context, tx *db.Tx, at time.Time, a actor.Actor, action, objectID string, data Data) error {
	e := Entry{
		ID: db.NewID(), CorpID: a.CorpID, At: db.Time(at), UserID: a.UserID,
		Action: action, ObjectID: objectID, Data: make(Data, len(data)+1),
	}
	maps.Copy(e.Data, data)
	if a.TokenID != "" {
		e.Data[tokenField] = a.TokenID
	}
	if _, err := tx.NewInsert().Model(&e).Exec(ctx); err != nil {
		return fmt.Errorf("writing the audit log: %w", err)
	}
	return nil
}

// ClearData removes the data of the entries about objects that were erased, except the
// token, and except that of an action. The data may contain what a member has entered.
func ClearData(ctx context.Context, d *db.DB, corpID string, objectIDs []string, exceptAction string) error {
	args := []any{corpID, bun.List(objectIDs), exceptAction}
	err := d.UpdateInBatches(ctx, "audit_log", "id", "corp_id = ? AND object_id IN (?) AND act <> ?", args, func(ctx context.Context, tx *db.Tx, ids []string) error {
		if err := lockChain(ctx, tx, corpID); err != nil { // an entry is sealed with its data or without
			return err
		}
		return clearEntries(ctx, tx, ids)
	})
	if err != nil {
		return fmt.Errorf("clearing the data of the audit log: %w", err)
	}
	return nil
}

func clearEntries(ctx context.Context, tx *db.Tx, ids []string) error {
	var entries []Entry
	if err := tx.NewSelect().Model(&entries).Where("al.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return err
	}
	for n := range entries {
		e := &entries[n]
		maps.DeleteFunc(e.Data, func(name, _ string) bool { return name != tokenField })
		if _, err := tx.NewUpdate().Model(e).Column("data").WherePK().Exec(ctx); err != nil {
			return err
		}
	}
	// Without its salt, the digest in the chain does not confirm a guess of the data.
	_, err := tx.NewUpdate().Model((*link)(nil)).Set("salt = ?", []byte{}).Where("entry_id IN (?)", bun.List(ids)).Exec(ctx)
	return err
}
