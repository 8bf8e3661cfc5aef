package interview

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/outbox"
)

// RoomState is the state of a room: preparing → ready; failed: the last attempt
// failed, and another follows or a person must act; leaving: to be deleted at
// the provider; gone: deleted. Built-in rooms and links are always ready.
type RoomState string

const (
	RoomPreparing RoomState = "preparing"
	RoomReady     RoomState = "ready"
	RoomFailed    RoomState = "failed"
	roomLeaving   RoomState = "leaving"
	roomGone      RoomState = "gone"
)

// RoomFact is one line of the report of a room.
type RoomFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// roomRow is a row of interview_rooms.
type roomRow struct {
	bun.BaseModel `bun:"table:interview_rooms,alias:ir"`

	ID                 string         `bun:",pk"`
	CorpID             string         `bun:"corp_id"`
	InterviewID        string         `bun:"interview_id"`
	Kind               RoomKind       `bun:"kind"`
	State              RoomState      `bun:"state"`
	ExternalID         string         `bun:"external_id"`
	JoinURLs           []byte         `bun:"join_urls"` // encrypted
	DesiredGeneration  int            `bun:"desired_generation"`
	ObservedGeneration int            `bun:"observed_generation"`
	Attempted          bool           `bun:"attempted"` // a session may exist although its creation was never confirmed
	Announced          bool           `bun:"announced"` // people know that the room does not work
	FailureCode        string         `bun:"failure_code"`
	FailureParams      map[string]any `bun:"failure_params,type:jsonb"`
	Rating             *float64       `bun:"rating"`
	Report             []RoomFact     `bun:"report,type:jsonb"`
	ReportedAt         *time.Time     `bun:"reported_at"`
	ReadyAt            *time.Time     `bun:"ready_at"`
	CreatedAt          time.Time      `bun:"created_at"`
	UpdatedAt          time.Time      `bun:"updated_at"`

	outbox.Row
}

func (r *roomRow) isReleased() bool { return r.State == roomLeaving || r.State == roomGone }

func (r *roomRow) failure() *apperr.Reason {
	if r.FailureCode == "" {
		return nil
	}
	return &apperr.Reason{Code: r.FailureCode, Params: r.FailureParams}
}

// RoomView is the part of a room that an actor may see.
type RoomView struct {
	State         RoomState
	Failure       *apperr.Reason
	NextAttemptAt *time.Time
	Addresses     map[string]string // personal URLs of a link, for actors who may edit
	Rating        *float64
	Report        []RoomFact
}

// NewView returns the state of the interview's room, as the actor may see it.
func (s Rooms) NewView(a actor.Actor, i *Interview) RoomView {
	r := i.room
	if r == nil {
		return RoomView{State: RoomReady}
	}
	v := RoomView{State: r.State, Failure: r.failure(), NextAttemptAt: r.NextAttemptAt}
	if a.May(actor.ScheduleInterviews) && r.Kind == LinkRoom {
		ways, _ := s.readJoinURLs(r) // URLs encrypted with an old key must be entered again
		v.Addresses = ways.Personal
	}
	if MayViewResult(a, i) {
		v.Rating, v.Report = r.Rating, r.Report
	}
	if v.State == RoomReady {
		v.NextAttemptAt = nil
	}
	if r.Kind != LinkRoom && !s.canReadJoinURLs(r) {
		v.State, v.Failure = RoomFailed, &apperr.Reason{Code: "provider.room_key_changed"}
	}
	return v
}

// canReadJoinURLs reports whether the join URLs can be decrypted: not after the
// key has changed.
func (s Rooms) canReadJoinURLs(r *roomRow) bool {
	_, err := s.readJoinURLs(r)
	return err == nil
}

// RoomFailure returns why the interview's room cannot be joined yet; nil when
// it can, or when nothing has failed.
func (i *Interview) RoomFailure() *apperr.Reason {
	if i.room == nil || i.room.State != RoomFailed {
		return nil
	}
	return i.room.failure()
}

// FailedRooms returns a query of the ids of the interviews whose room could not be created or
// changed.
func FailedRooms(corpID string) schema.QueryAppender {
	return bun.SafeQuery("SELECT ir.interview_id FROM interview_rooms AS ir WHERE ir.corp_id = ? AND ir.state = ?", corpID, RoomFailed)
}

// roomIsReady reports whether the room can be joined.
func (i *Interview) roomIsReady() bool {
	if i.room == nil {
		return true
	}
	return i.room.State == RoomReady || i.room.ExternalID != "" && i.room.JoinURLs != nil
}

// JoinURL returns where the actor joins the interview's room: a path of this
// server or the URL of another. It is Unavailable while the room is not ready.
func (s Rooms) JoinURL(ctx context.Context, a actor.Actor, id string) (string, error) {
	i, err := s.interviews.getVisible(ctx, s.interviews.DB.DB, a, id)
	if err == nil {
		err = i.Require(a, actor.EnterRooms)
	}
	if err != nil {
		return "", err
	}
	return s.chooseJoinURL(i, func(w JoinURLs) string {
		if own := w.Personal[a.UserID]; own != "" {
			return own
		}
		if !s.interviews.RoomProviders.mayJoinAsInterviewer(i, a.UserID) {
			return ""
		}
		return w.Interviewer
	})
}

// CandidateJoinURL returns where the candidate joins the interview's room.
func (s Rooms) CandidateJoinURL(i *Interview) (string, error) {
	return s.chooseJoinURL(i, func(w JoinURLs) string { return w.Candidate })
}

func (s Rooms) chooseJoinURL(i *Interview, choose func(JoinURLs) string) (string, error) {
	if i.State == Cancelled {
		return "", apperr.New(apperr.Gone, "interview.is_cancelled")
	}
	if i.RoomKind == BuiltinRoom {
		return "/room/" + i.ID, nil
	}
	if !i.roomIsReady() {
		return "", apperr.New(apperr.Unavailable, "provider.room_follows", "Contact", i.Organizer.Name)
	}
	var ways JoinURLs
	if i.room != nil {
		var err error
		if ways, err = s.readJoinURLs(i.room); err != nil && i.RoomKind != LinkRoom { // a link has a common URL
			return "", apperr.New(apperr.Unavailable, "provider.room_follows", "Contact", i.Organizer.Name).WithCause(err)
		}
	}
	way := choose(ways)
	if way == "" && i.RoomKind == LinkRoom {
		way = i.RoomURL
	}
	if way == "" {
		return "", apperr.New(apperr.Unavailable, "provider.room_follows", "Contact", i.Organizer.Name)
	}
	return way, nil
}

// errNoBox is returned when join URLs must be encrypted and the service has no
// Box.
var errNoBox = errors.New("there is no key to encrypt people's addresses with")

// readJoinURLs decrypts the join URLs of a room.
func (s Rooms) readJoinURLs(r *roomRow) (JoinURLs, error) {
	w := JoinURLs{ExternalID: r.ExternalID}
	if len(r.JoinURLs) == 0 {
		return w, nil
	}
	if s.interviews.Box == nil {
		return w, errNoBox
	}
	plain, err := s.interviews.Box.Decrypt(r.JoinURLs, r.ID)
	if err == nil {
		err = json.Unmarshal(plain, &w)
	}
	if err != nil {
		return w, fmt.Errorf("reading the ways into room %s: %w", r.ID, err)
	}
	return w, nil
}

// encryptJoinURLs encrypts the join URLs of a room into its row.
func (s Rooms) encryptJoinURLs(r *roomRow, w JoinURLs) error {
	if w.ExternalID != "" {
		r.ExternalID = w.ExternalID
	}
	if w.empty() {
		r.JoinURLs = nil
		return nil
	}
	if s.interviews.Box == nil {
		return errNoBox
	}
	plain, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("writing the ways into room %s: %w", r.ID, err)
	}
	r.JoinURLs = s.interviews.Box.Encrypt(plain, r.ID)
	return nil
}

// readRooms reads the current rooms of the interviews.
func (f *relatedReader) readRooms(ctx context.Context, q bun.IDB) error {
	var list []*roomRow
	err := q.NewSelect().Model(&list).Where("ir.corp_id = ?", f.corpID).
		Where("ir.interview_id IN (?)", bun.List(f.ids)).
		Where("ir.state NOT IN (?)", bun.List([]RoomState{roomLeaving, roomGone})).Scan(ctx)
	for _, r := range list {
		f.byID[r.InterviewID].room = r
	}
	return err
}

func readRoom(ctx context.Context, q bun.IDB, corpID, id string) (*roomRow, error) {
	r := new(roomRow)
	err := q.NewSelect().Model(r).Where("ir.corp_id = ? AND ir.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading room %s: %w", id, err)
	}
	return r, nil
}

func (s Rooms) storeRoom(ctx context.Context, tx *db.Tx, r *roomRow) error {
	r.UpdatedAt = s.interviews.now()
	if _, err := tx.NewUpdate().Model(r).WherePK().Where("corp_id = ?", r.CorpID).Exec(ctx); err != nil {
		return fmt.Errorf("storing room %s: %w", r.ID, err)
	}
	return nil
}
