package interview

import (
	"context"
	"fmt"
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/internal/validate"
)

// RoomChoice is a company's default room and the availability of each kind.
type RoomChoice struct {
	Default RoomKind
	Kinds   []RoomAvailability
}

// RoomAvailability is the reason why there can be no new room of a kind; nil
// when there can.
type RoomAvailability struct {
	Kind   RoomKind
	Reason *apperr.Reason
}

// GetChoice returns the company's default room and the availability of each
// kind.
func (s Rooms) GetChoice(ctx context.Context, a actor.Actor) (*RoomChoice, error) {
	kind, err := s.readDefaultRoom(ctx, a.CorpID)
	if err != nil {
		return nil, err
	}
	choice := &RoomChoice{Default: kind}
	for _, kind := range s.interviews.RoomProviders.Kinds() {
		reason, err := s.roomUnavailability(ctx, a.CorpID, kind)
		if err != nil {
			return nil, err
		}
		choice.Kinds = append(choice.Kinds, RoomAvailability{kind, reason})
	}
	return choice, nil
}

// roomUnavailability returns the reason why the company can have no new room of
// the kind; nil when it can.
func (s Rooms) roomUnavailability(ctx context.Context, corpID string, kind RoomKind) (*apperr.Reason, error) {
	p := s.interviews.RoomProviders.Lookup(kind)
	if p == nil {
		return &apperr.Reason{Code: "provider.not_connected"}, nil
	}
	return p.Available(ctx, corpID)
}

// SetDefaultKind sets the room of interviews that name none. It requires an
// administrator.
func (s Rooms) SetDefaultKind(ctx context.Context, a actor.Actor, kind RoomKind) error {
	if err := a.Require(actor.EditSettings); err != nil {
		return err
	}
	var c validate.Errors
	validate.CheckOneOf(&c, "defaultKind", kind, s.interviews.RoomProviders.DefaultKinds()...)
	if len(c.Fields) == 0 {
		reason, err := s.roomUnavailability(ctx, a.CorpID, kind)
		if err != nil {
			return err
		}
		if reason != nil {
			c.Fields = append(c.Fields, apperr.FieldError{Path: "defaultKind", Code: reason.Code, Params: reason.Params})
		}
	}
	if err := c.Err(false); err != nil {
		return err
	}
	return s.interviews.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO room_settings (corp_id, default_kind, updated_by, updated_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (corp_id) DO UPDATE SET default_kind = excluded.default_kind, updated_by = excluded.updated_by, updated_at = excluded.updated_at`,
			a.CorpID, kind, a.UserID, s.interviews.now()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("storing the default room: %w", err)
		}
		return audit.Write(ctx, tx, s.interviews.now(), a, "room.default", a.CorpID, audit.Data{"kind": string(kind)})
	})
}

// readDefaultRoom returns the company's default room; the built-in one while
// that is not available.
func (s Rooms) readDefaultRoom(ctx context.Context, corpID string) (RoomKind, error) {
	var kind RoomKind
	err := s.interviews.DB.NewRaw("SELECT default_kind FROM room_settings WHERE corp_id = ?", corpID).Scan(ctx, &kind)
	if db.IsNotFound(err) {
		return BuiltinRoom, nil
	}
	if err != nil {
		return "", fmt.Errorf("reading the default room: %w", err)
	}
	reason, err := s.roomUnavailability(ctx, corpID, kind)
	if reason != nil {
		kind = BuiltinRoom
	}
	return kind, err
}

// checkRoom sets the default room in a plan that names none, and returns the
// errors of the room. i is the stored interview. It reads the database and must
// be called outside the transaction.
func (s Rooms) checkRoom(ctx context.Context, i *Interview, p *Plan) ([]apperr.FieldError, error) {
	if p.RoomKind == "" {
		kind, err := s.readDefaultRoom(ctx, i.CorpID)
		if err != nil {
			return nil, err
		}
		p.RoomKind = kind
	}
	if !slices.Contains(s.interviews.RoomProviders.Kinds(), p.RoomKind) {
		return []apperr.FieldError{apperr.NewFieldError("room.kind", "field.not_one_of")}, nil
	}
	p.normalizeRoom()
	if p.RoomKind != i.RoomKind { // an existing room stays usable while the provider is unavailable
		reason, err := s.roomUnavailability(ctx, i.CorpID, p.RoomKind)
		if err != nil {
			return nil, err
		}
		if reason != nil {
			return []apperr.FieldError{{Path: "room.kind", Code: reason.Code, Params: reason.Params}}, nil
		}
	}
	if provider := s.interviews.RoomProviders.Lookup(p.RoomKind); provider != nil {
		return provider.Check(p), nil
	}
	return nil, nil
}

// normalizeRoom removes from a plan the URLs of a room that is no link, and
// those of people who are not interviewers.
func (p *Plan) normalizeRoom() {
	if p.RoomKind != LinkRoom {
		p.RoomURL, p.RoomAddresses = "", nil
		return
	}
	p.RoomURL = validate.CleanIdentifier(p.RoomURL)
	var own []RoomAddress
	for _, a := range p.RoomAddresses {
		a.URL = validate.CleanIdentifier(a.URL)
		twice := slices.ContainsFunc(own, func(b RoomAddress) bool { return a.UserID == b.UserID })
		if a.URL != "" && !twice && slices.Contains(p.Interviewers, a.UserID) {
			own = append(own, a)
		}
	}
	slices.SortFunc(own, func(a, b RoomAddress) int {
		return slices.Index(p.Interviewers, a.UserID) - slices.Index(p.Interviewers, b.UserID)
	})
	p.RoomAddresses = own
}

// joinURLs returns the join URLs that the plan itself contains.
func (p *Plan) joinURLs() JoinURLs {
	w := JoinURLs{Personal: map[string]string{}}
	for _, a := range p.RoomAddresses {
		w.Personal[a.UserID] = a.URL
	}
	return w
}

// syncRoom makes the room follow a new or changed interview: a room of another
// kind is released, a local one exists at once, and a remote one gets a job if
// the change concerns it. The caller holds the lock of the interview.
func (s Rooms) syncRoom(ctx context.Context, tx *db.Tx, i *Interview, given JoinURLs, concerned bool) error {
	if i.room != nil && i.room.Kind != i.RoomKind {
		if err := s.releaseRoom(ctx, tx, i); err != nil {
			return err
		}
	}
	provider := s.interviews.RoomProviders.Lookup(i.RoomKind)
	if provider == nil || provider.Remote() {
		if i.room != nil && !concerned {
			return nil
		}
		return s.requestRoom(ctx, tx, i)
	}
	order := RoomSpec{CorpID: i.CorpID, Interview: i, JoinURLs: given}
	ways, err := provider.Provide(ctx, order)
	if err != nil {
		return err
	}
	if i.room == nil && ways.empty() {
		return nil // the interview's row contains the URL
	}
	r := i.room
	if r == nil {
		r = s.newRoom(i)
		r.Finish()
		r.State, r.ReadyAt = RoomReady, &r.CreatedAt
	}
	r.ObservedGeneration = r.DesiredGeneration
	if err := s.encryptJoinURLs(r, ways); err != nil {
		return err
	}
	if i.room != nil {
		return s.storeRoom(ctx, tx, r)
	}
	i.room = r
	return insertRoom(ctx, tx, r)
}

// requestRoom inserts the job that creates or updates the room.
func (s Rooms) requestRoom(ctx context.Context, tx *db.Tx, i *Interview) error {
	now := s.interviews.now()
	if r := i.room; r != nil {
		r.DesiredGeneration++
		r.Attempts, r.NextAttemptAt = 0, &now // a claim stays: its process sees the new generation when it ends
		if err := s.storeRoom(ctx, tx, r); err != nil {
			return err
		}
	} else {
		i.room = s.newRoom(i)
		if err := insertRoom(ctx, tx, i.room); err != nil {
			return err
		}
	}
	return s.interviews.Queue.Insert(ctx, tx, ProvideArgs{CorpID: i.CorpID, RoomID: i.room.ID})
}

func (s Rooms) newRoom(i *Interview) *roomRow {
	now := s.interviews.now()
	return &roomRow{
		ID: db.NewID(), CorpID: i.CorpID, InterviewID: i.ID, Kind: i.RoomKind, State: RoomPreparing, DesiredGeneration: 1,
		FailureParams: map[string]any{}, Report: []RoomFact{}, Row: outbox.Row{NextAttemptAt: &now}, CreatedAt: now, UpdatedAt: now,
	}
}

func insertRoom(ctx context.Context, tx *db.Tx, r *roomRow) error {
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return fmt.Errorf("storing a room of interview %s: %w", r.InterviewID, err)
	}
	return nil
}

// releaseRoom releases the interview's room; a job deletes it at the provider.
func (s Rooms) releaseRoom(ctx context.Context, tx *db.Tx, i *Interview) error {
	r := i.room
	i.room = nil
	if r == nil {
		return nil
	}
	r.NextAttemptAt = nil
	r.State = roomGone
	if r.ExternalID != "" || r.Attempted {
		r.State = roomLeaving
		if err := s.interviews.Queue.Insert(ctx, tx, RemoveArgs{CorpID: r.CorpID, RoomID: r.ID}); err != nil {
			return err
		}
	}
	return s.storeRoom(ctx, tx, r)
}

// syncCandidateName makes a room that contains the candidate's name follow a new one.
func (s Rooms) syncCandidateName(ctx context.Context, tx *db.Tx, i *Interview) error {
	if i.room == nil || i.room.State == roomLeaving || i.room.State == roomGone {
		return nil
	}
	if p := s.interviews.RoomProviders.Lookup(i.room.Kind); p == nil || !p.FollowsCandidate() {
		return nil
	}
	return s.requestRoom(ctx, tx, i)
}

// Retry makes the next attempt now.
func (s Rooms) Retry(ctx context.Context, a actor.Actor, id string) (*Interview, error) {
	return s.interviews.withLockedInterview(ctx, a, id, func(ctx context.Context, tx *db.Tx, i *Interview) error {
		if err := firstError(a.Require(actor.ScheduleInterviews), errState(i, Scheduled, InProgress)); err != nil {
			return err
		}
		switch r := i.room; {
		case r == nil:
			return nil // the room needs no attempt
		case r.ObservedGeneration < r.DesiredGeneration:
			return s.retryRoomNow(ctx, tx, r)
		case !s.canReadJoinURLs(r):
			return s.requestRoom(ctx, tx, i)
		}
		return nil
	})
}

// retryRoomNow inserts a job for an attempt now.
func (s Rooms) retryRoomNow(ctx context.Context, tx *db.Tx, r *roomRow) error {
	now := s.interviews.now()
	r.NextAttemptAt = &now
	if err := s.storeRoom(ctx, tx, r); err != nil {
		return err
	}
	return s.interviews.Queue.Insert(ctx, tx, ProvideArgs{CorpID: r.CorpID, RoomID: r.ID})
}

// RetryFailed retries all failed rooms of a kind, after their cause was fixed.
func (s Rooms) RetryFailed(ctx context.Context, tx *db.Tx, corpID string, kind RoomKind) error {
	var ids []string
	err := tx.NewSelect().Model((*roomRow)(nil)).Column("ir.id").
		Where("ir.corp_id = ? AND ir.kind = ? AND ir.state = ? AND ir.next_attempt_at IS NOT NULL", corpID, kind, RoomFailed).
		OrderExpr("ir.id").Scan(ctx, &ids) // in order, so that concurrent calls do not deadlock
	if err != nil {
		return fmt.Errorf("listing the rooms that have failed: %w", err)
	}
	now := s.interviews.now()
	for _, id := range ids {
		// A room that has changed since keeps its state; the job reads it again.
		_, err := tx.NewUpdate().Model((*roomRow)(nil)).Set("next_attempt_at = ?", now).
			Where("corp_id = ? AND id = ? AND state = ?", corpID, id, RoomFailed).Exec(ctx)
		if err != nil {
			return fmt.Errorf("waking room %s: %w", id, err)
		}
		if err := s.interviews.Queue.Insert(ctx, tx, ProvideArgs{CorpID: corpID, RoomID: id}); err != nil {
			return err
		}
	}
	return nil
}

func indexedPath(format string, n int) string { return fmt.Sprintf(format, n) }
