package versioning

import (
	"context"
	"reflect"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
)

// Settings describes an object that a company or a member has once, with or without a stored
// row. All fields but Commit are required.
type Settings[T any] struct {
	Lock    string // name of the lock of its edits
	Code    string // text id of a Conflict
	Read    func(ctx context.Context, q bun.IDB) (*T, error)
	Version func(*T) int
	Check   func(*T) error // may bring the object into the stored form
	Store   func(ctx context.Context, tx *db.Tx, value, before *T) error
	Commit  func(ctx context.Context, tx *db.Tx, value *T) error // before every commit, also without a change
}

// Update changes the object by edit and stores it if it differs from before. version is the
// one that the edit was made from, 0 for any. The caller has checked the permission. edit and
// Check replace lists and do not change their elements, which before shares. Beside a Conflict
// Update returns the object as it is stored now.
func (s Settings[T]) Update(ctx context.Context, d *db.DB, version int, edit func(*T)) (*T, error) {
	var value *T
	err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := tx.LockNames(ctx, []string{s.Lock}); err != nil {
			return err
		}
		if value, err = s.Read(ctx, tx); err != nil {
			return err
		}
		if err := Check(s.Code, version, s.Version(value)); err != nil {
			return err
		}
		before := *value
		edit(value)
		if err := s.Check(value); err != nil {
			return err
		}
		if !reflect.DeepEqual(*value, before) {
			if err := s.Store(ctx, tx, value, &before); err != nil {
				return err
			}
		}
		if s.Commit == nil {
			return nil
		}
		return s.Commit(ctx, tx, value)
	})
	if err != nil {
		return WithCurrent(err, func() (*T, error) { return s.Read(ctx, d.DB) })
	}
	return value, nil
}
