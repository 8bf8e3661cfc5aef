// Package note holds the notes that members of the company write about moments of an
// interview. A note is private until its author shares it with the others who may see the
// interview. Candidates receive no notes: they are not part of the room and its log, and the
// operations need a member's session. See ADR 0028.
package note

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Limits of the notes of an interview.
const (
	MaxText   = 2000 // characters of a note
	MaxOwn    = 500  // notes of an author
	MaxShared = 500  // shared notes of all authors
)

// Note is a row of interview_notes.
type Note struct {
	bun.BaseModel `bun:"table:interview_notes,alias:n"`

	ID          string    `bun:"id,pk"`
	CorpID      string    `bun:"corp_id"`
	InterviewID string    `bun:"interview_id"`
	UserID      string    `bun:"user_id"`
	At          time.Time `bun:"at"` // the moment that it is about
	Text        string    `bun:"text"`
	SharedAt    time.Time `bun:"shared_at,nullzero"` // zero while it is private
	Version     int       `bun:"version"`
	CreatedAt   time.Time `bun:"created_at"`
	UpdatedAt   time.Time `bun:"updated_at"`

	// Read beside the row.
	Author member.Member `bun:"-"`
}

// IsShared reports whether all who may see the interview may read the note.
func (n *Note) IsShared() bool { return !n.SharedAt.IsZero() }

// Service implements the operations on notes.
type Service struct{ Interviews *interview.Service }

func (s Service) now() time.Time { return db.NowOf(s.Interviews.Now) }

// List returns the actor's notes of an interview and the shared ones, by their moments.
func (s Service) List(ctx context.Context, a actor.Actor, interviewID string) ([]Note, error) {
	i, err := s.Interviews.Get(ctx, a, interviewID)
	if err == nil {
		err = i.Require(a, actor.ReadRecords)
	}
	if err != nil {
		return nil, err
	}
	list := []Note{}
	err = s.Interviews.DB.NewSelect().Model(&list).Where("n.interview_id = ?", i.ID).
		Where("n.user_id = ? OR n.shared_at IS NOT NULL", a.UserID).Order("n.at", "n.id").Limit(MaxOwn + MaxShared).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the notes of interview %s: %w", i.ID, err)
	}
	return list, s.fillAuthors(ctx, a.CorpID, list)
}

func (s Service) fillAuthors(ctx context.Context, corpID string, list []Note) error {
	ids := make([]string, len(list))
	for n := range list {
		ids[n] = list[n].UserID
	}
	people, err := s.Interviews.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for n := range list {
		list[n].Author = people(list[n].UserID)
	}
	return nil
}

// Draft is a note that is to be created.
type Draft struct {
	At     time.Time // zero: now
	Text   string
	Shared bool
}

// Create stores a note of the actor about an interview.
func (s Service) Create(ctx context.Context, a actor.Actor, interviewID string, d Draft) (*Note, error) {
	i, err := s.Interviews.Get(ctx, a, interviewID)
	if err == nil {
		err = i.Require(a, actor.ReadRecords)
	}
	if err != nil {
		return nil, err
	}
	if i.State == interview.Cancelled {
		return nil, apperr.New(apperr.Gone, "interview.is_cancelled")
	}
	now := s.now()
	n := &Note{ID: db.NewID(), CorpID: a.CorpID, InterviewID: i.ID, UserID: a.UserID, At: now, Text: d.Text, Version: 1, CreatedAt: now, UpdatedAt: now}
	if !d.At.IsZero() {
		n.At = db.Time(d.At)
	}
	if d.Shared {
		n.SharedAt = now
	}
	if err := n.cleanAndCheck(i, now); err != nil {
		return nil, err
	}
	err = s.inLockedInterview(ctx, a.CorpID, i.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := checkNumber(ctx, tx, n, "note.too_many", MaxOwn, "user_id = ?", a.UserID); err != nil {
			return err
		}
		if err := checkShared(ctx, tx, n); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(n).Exec(ctx); err != nil {
			return fmt.Errorf("storing a note of interview %s: %w", i.ID, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, a, n.ID)
}

// cleanAndCheck checks the note, whose moment is neither before the interview was scheduled nor
// in the future.
func (n *Note) cleanAndCheck(i *interview.Interview, now time.Time) error {
	var c validate.Errors
	if c.CheckBlock("text", &n.Text, MaxText); n.Text == "" {
		c.Add("text", "field.required")
	}
	if n.At.After(now) || n.At.Before(i.CreatedAt) {
		c.Add("at", "note.moment_outside")
	}
	return c.Err(false)
}

// inLockedInterview runs fn in a transaction that holds the lock of the interview, under which
// notes are counted.
func (s Service) inLockedInterview(ctx context.Context, corpID, interviewID string, fn func(ctx context.Context, tx *db.Tx) error) error {
	return s.Interviews.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*interview.Interview)(nil), "corp_id = ? AND id = ?", corpID, interviewID); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
}

// checkShared checks the number of shared notes if the note is to be one of them.
func checkShared(ctx context.Context, tx *db.Tx, n *Note) error {
	if !n.IsShared() {
		return nil
	}
	return checkNumber(ctx, tx, n, "note.too_many_shared", MaxShared, "shared_at IS NOT NULL AND id <> ?", n.ID)
}

// checkNumber returns a Conflict when limit notes of the interview match.
func checkNumber(ctx context.Context, tx *db.Tx, n *Note, code string, limit int, where string, args ...any) error {
	count, err := tx.NewSelect().Model((*Note)(nil)).Where("interview_id = ?", n.InterviewID).Where(where, args...).Count(ctx)
	if err != nil {
		return fmt.Errorf("counting the notes of interview %s: %w", n.InterviewID, err)
	}
	if count >= int64(limit) {
		return apperr.New(apperr.Conflict, code, "Limit", limit)
	}
	return nil
}

// Get returns a note of the actor.
func (s Service) Get(ctx context.Context, a actor.Actor, id string) (*Note, error) {
	n, _, err := s.getOwn(ctx, a, id)
	return n, err
}

// getOwn returns a note of the actor and its interview: NotFound for the note of another
// author, also when it is shared, and for an interview that the actor may no longer see.
func (s Service) getOwn(ctx context.Context, a actor.Actor, id string) (*Note, *interview.Interview, error) {
	n, err := readOwn(ctx, s.Interviews.DB.DB, a, id)
	if err != nil {
		return nil, nil, err
	}
	i, err := s.Interviews.Get(ctx, a, n.InterviewID)
	if err == nil {
		err = i.Require(a, actor.ReadRecords)
	}
	if err != nil {
		return nil, nil, err
	}
	list := []Note{*n}
	if err := s.fillAuthors(ctx, a.CorpID, list); err != nil {
		return nil, nil, err
	}
	return &list[0], i, nil
}

func readOwn(ctx context.Context, q bun.IDB, a actor.Actor, id string) (*Note, error) {
	n := new(Note)
	err := q.NewSelect().Model(n).Where("n.id = ?", id).Where("n.corp_id = ? AND n.user_id = ?", a.CorpID, a.UserID).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading note %s: %w", id, err)
	}
	return n, nil
}

// Change is an edit of a note; nil leaves a part as it is.
type Change struct {
	Version int // that the edit was made from, 0 for any
	Text    *string
	Shared  *bool
}

// Update changes a note of the actor. When another version is stored than the one that the
// edit was made from, Update returns a Conflict and the stored note.
func (s Service) Update(ctx context.Context, a actor.Actor, id string, change Change) (*Note, error) {
	read := func() (*Note, error) { return s.Get(ctx, a, id) }
	n, i, err := s.getOwn(ctx, a, id)
	if err != nil {
		return nil, err
	}
	err = s.inLockedInterview(ctx, a.CorpID, n.InterviewID, func(ctx context.Context, tx *db.Tx) error {
		n, err := readOwn(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := versioning.Check("note.changed_meanwhile", change.Version, n.Version); err != nil {
			return err
		}
		now, before := s.now(), *n
		change.applyTo(n, now)
		if err := n.cleanAndCheck(i, now); err != nil {
			return err
		}
		if err := checkShared(ctx, tx, n); err != nil {
			return err
		}
		if n.Text == before.Text && n.IsShared() == before.IsShared() {
			return nil
		}
		n.Version, n.UpdatedAt = n.Version+1, now
		if _, err := tx.NewUpdate().Model(n).WherePK().Column("text", "shared_at", "version", "updated_at").Exec(ctx); err != nil {
			return fmt.Errorf("storing note %s: %w", id, err)
		}
		return nil
	})
	if err != nil {
		return versioning.WithCurrent(err, read)
	}
	return read()
}

func (c Change) applyTo(n *Note, now time.Time) {
	if c.Text != nil {
		n.Text = *c.Text
	}
	switch {
	case c.Shared == nil || *c.Shared == n.IsShared():
	case *c.Shared:
		n.SharedAt = now
	default:
		n.SharedAt = time.Time{}
	}
}

// Delete deletes a note of the actor.
func (s Service) Delete(ctx context.Context, a actor.Actor, id string) error {
	n, _, err := s.getOwn(ctx, a, id)
	if err != nil {
		return err
	}
	return s.inLockedInterview(ctx, a.CorpID, n.InterviewID, func(ctx context.Context, tx *db.Tx) error {
		n, err := readOwn(ctx, tx, a, id) // another request may have deleted it
		if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(n).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("deleting note %s: %w", id, err)
		}
		return nil
	})
}
