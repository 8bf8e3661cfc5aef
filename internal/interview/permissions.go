package interview

import (
	"cmp"

	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/scorecard"
)

// RolesOf returns the roles of the actor in relation to the interview.
func (i *Interview) RolesOf(a actor.Actor) actor.Roles {
	var r actor.Roles
	if a.Manages(i.PositionID) {
		r |= actor.HiringManager
	}
	if i.OrganizerID == a.UserID {
		r |= actor.Organizer
	}
	if i.interviewer(a.UserID) != nil {
		r |= actor.Participant
	}
	return r
}

// May reports whether the actor has the act on the interview.
func (i *Interview) May(a actor.Actor, act actor.Act) bool {
	return a.CorpID == i.CorpID && a.MayAs(act, i.RolesOf(a))
}

// Require returns a Forbidden error unless the actor has the act on the interview.
func (i *Interview) Require(a actor.Actor, act actor.Act) error {
	return apperr.ForbiddenUnless(i.May(a, act))
}

// Permissions lists the operations that an actor may perform on an interview
// now.
type Permissions struct {
	Edit, Cancel, Respond, Enter, Start, End, Link, Evaluate, Decide, ManageScorecards, ReadRecords bool
}

// PermissionsOf returns the permissions of the actor. The operations check the
// same functions.
func (s *Service) PermissionsOf(a actor.Actor, i *Interview) Permissions {
	if !i.May(a, actor.ReadInterviews) {
		return Permissions{}
	}
	return Permissions{
		Edit:             mayEdit(a, i) == nil,
		Cancel:           mayCancel(a, i) == nil,
		Respond:          mayRespond(a, i) == nil,
		Enter:            i.State != Cancelled && i.roomIsReady() && i.May(a, actor.EnterRooms) && s.RoomProviders.mayJoinAsInterviewer(i, a.UserID),
		Start:            i.State == Scheduled && mayRun(a, i) == nil,
		End:              i.State == InProgress && mayRun(a, i) == nil,
		Link:             mayLink(a, i) == nil,
		Evaluate:         mayEvaluate(a, i) == nil,
		Decide:           mayDecide(a, i) == nil,
		ManageScorecards: mayManageScorecards(a, i) == nil,
		ReadRecords:      i.May(a, actor.ReadRecords),
	}
}

// errState returns an error unless the interview is in one of the states.
func errState(i *Interview, in ...State) error {
	if slices.Contains(in, i.State) {
		return nil
	}
	if i.State == Cancelled {
		return apperr.New(apperr.Gone, "interview.is_cancelled")
	}
	return apperr.New(apperr.Conflict, "interview.wrong_state_"+string(i.State))
}

func firstError(errs ...error) error { return cmp.Or(errs...) }

// mayEdit allows changes before the start.
func mayEdit(a actor.Actor, i *Interview) error {
	return firstError(i.Require(a, actor.ScheduleInterviews), errState(i, Scheduled))
}

// mayCancel allows cancelling before the end.
func mayCancel(a actor.Actor, i *Interview) error {
	return firstError(i.Require(a, actor.ScheduleInterviews), errState(i, Scheduled, InProgress))
}

// mayLink allows candidate links before the end.
func mayLink(a actor.Actor, i *Interview) error {
	return firstError(i.Require(a, actor.ScheduleInterviews), errState(i, Scheduled, InProgress))
}

// mayRespond allows its interviewers, before the end.
func mayRespond(a actor.Actor, i *Interview) error {
	if i.interviewer(a.UserID) == nil {
		return apperr.NewForbidden()
	}
	return errState(i, Scheduled, InProgress)
}

// mayRun checks no state: Start and End do so themselves, since they may be repeated.
func mayRun(a actor.Actor, i *Interview) error { return i.Require(a, actor.RunInterviews) }

// mayEvaluate allows its interviewers, from the start until they have submitted
// their scorecard; also an interviewer who declined and took part all the same.
func mayEvaluate(a actor.Actor, i *Interview) error {
	m := i.interviewer(a.UserID)
	if m == nil {
		return apperr.NewForbidden()
	}
	if m.Scorecard == scorecard.Submitted {
		return apperr.New(apperr.Conflict, "scorecard.is_submitted")
	}
	return errState(i, InProgress, Ended)
}

// mayDecide allows decisions after the end.
func mayDecide(a actor.Actor, i *Interview) error {
	return firstError(i.Require(a, actor.Decide), errState(i, Ended))
}

// mayManageScorecards allows reminders, excuses and an early opening after the end.
func mayManageScorecards(a actor.Actor, i *Interview) error {
	return firstError(i.Require(a, actor.ManageScorecards), errState(i, Ended))
}

// MayViewResult reports whether the actor may see the decision and open scorecards: its interviewers
// once they have submitted their own, unless they have the act in the whole company.
func MayViewResult(a actor.Actor, i *Interview) bool {
	m := i.interviewer(a.UserID)
	return a.May(actor.ReadScorecards) || i.May(a, actor.ReadScorecards) && (m == nil || m.Scorecard == scorecard.Submitted)
}
