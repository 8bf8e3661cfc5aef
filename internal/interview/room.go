package interview

import (
	"context"
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
)

// Rooms are the rooms of interviews: their desired state, the jobs that create and
// remove them, and what is reported from them.
type Rooms struct{ interviews *Service }

// Rooms returns the operations on rooms.
func (s *Service) Rooms() Rooms { return Rooms{s} }

// RoomArgs is the job that opens or ends the built-in room of an interview that
// was started, ended or cancelled outside it. Package app passes it to the
// room.
type RoomArgs struct {
	CorpID      string `json:"corpId"`
	InterviewID string `json:"interviewId"`
	By          string `json:"by"`
	Over        bool   `json:"over"` // ends the room; false opens it
}

func (RoomArgs) Kind() string { return "interview_room" }

// EvictArgs is the job that disconnects people from the built-in room of an
// interview after a change has taken their access away. They may connect again
// when another right lets them in. Package app passes it to the room.
type EvictArgs struct {
	CorpID      string   `json:"corpId"`
	InterviewID string   `json:"interviewId"`
	UserIDs     []string `json:"userIds,omitempty"`   // interviewers who were removed
	Candidate   bool     `json:"candidate,omitempty"` // the candidate's link was revoked
	All         bool     `json:"all,omitempty"`       // the interview takes place in another room now
}

func (EvictArgs) Kind() string { return "interview_evict" }

// CandidateParticipantID returns the id of the candidate in the built-in room of
// an interview.
func CandidateParticipantID(interviewID string) string { return "candidate:" + interviewID }

// evictAfterEdit disconnects the participants that an edit removed from the
// built-in room.
func (s Rooms) evictAfterEdit(ctx context.Context, tx *db.Tx, i *Interview, c planChanges) error {
	args := EvictArgs{CorpID: i.CorpID, InterviewID: i.ID, UserIDs: c.removed, Candidate: c.replaced}
	args.All = i.RoomKind != BuiltinRoom && slices.Contains(c.fields, "room")
	if !args.All && !args.Candidate && len(args.UserIDs) == 0 {
		return nil
	}
	return s.interviews.Queue.Insert(ctx, tx, args)
}

// queueRoomJob inserts the job that makes the built-in room follow the
// interview.
func (s Rooms) queueRoomJob(ctx context.Context, tx *db.Tx, i *Interview, by string) error {
	if i.RoomKind != BuiltinRoom {
		return nil
	}
	return s.interviews.Queue.Insert(ctx, tx, RoomArgs{CorpID: i.CorpID, InterviewID: i.ID, By: by, Over: !i.Open()})
}

// HandleStart starts an interview because its room was opened, in the room's
// transaction. The room has checked the permission. It does nothing for an
// interview that has started or is over.
func (s Rooms) HandleStart(ctx context.Context, tx *db.Tx, corpID, id, by string) error {
	return s.withInterviewInTx(ctx, tx, corpID, id, func(i *Interview) error {
		if i.State != Scheduled {
			return nil
		}
		if err := i.errNotBuiltin(); err != nil {
			return err
		}
		return s.interviews.startInterview(ctx, tx, actor.WithoutRoles(corpID, by), i)
	})
}

// HandleEnd ends an interview because its room was ended, in the room's
// transaction. An interview that was not started starts and ends at once.
func (s Rooms) HandleEnd(ctx context.Context, tx *db.Tx, corpID, id, by string) error {
	return s.withInterviewInTx(ctx, tx, corpID, id, func(i *Interview) error {
		if !i.Open() {
			return nil
		}
		if err := i.errNotBuiltin(); err != nil {
			return err
		}
		return s.interviews.endInterview(ctx, tx, actor.WithoutRoles(corpID, by), i)
	})
}

// errNotBuiltin returns a Conflict for people in the built-in room of an interview
// that has moved to another room.
func (i *Interview) errNotBuiltin() error {
	if i.RoomKind == BuiltinRoom {
		return nil
	}
	return apperr.New(apperr.Conflict, "interview.room_elsewhere")
}

func (s Rooms) withInterviewInTx(ctx context.Context, tx *db.Tx, corpID, id string, fn func(*Interview) error) error {
	if err := lockInterview(ctx, tx, corpID, id); err != nil {
		return err
	}
	i, err := s.interviews.readInterview(ctx, tx, corpID, id)
	if err != nil {
		return err
	}
	return fn(i)
}
