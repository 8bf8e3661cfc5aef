package interview

import (
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/scorecard"
)

// mayManage guards the scheduling of interviews.
func mayManage(a actor.Actor) error { return apperr.ForbiddenUnless(a.CanManage()) }

// mayView reports whether the actor may see the interview.
func mayView(a actor.Actor, i *Interview) bool {
	return a.CorpID == i.CorpID && (a.CanManage() || i.OrganizerID == a.UserID || i.interviewer(a.UserID) != nil)
}

// Permissions lists the operations that an actor may perform on an interview
// now.
type Permissions struct {
	Edit, Cancel, Respond, Enter, Start, End, Link, Evaluate, Decide, ManageScorecards bool
}

// PermissionsOf returns the permissions of the actor. The operations check the
// same functions.
func (s *Service) PermissionsOf(a actor.Actor, i *Interview) Permissions {
	if !mayView(a, i) {
		return Permissions{}
	}
	return Permissions{
		Edit:     mayEdit(a, i) == nil,
		Cancel:   mayCancel(a, i) == nil,
		Respond:  mayRespond(a, i) == nil,
		Enter:    i.State != Cancelled && i.roomIsReady() && s.RoomProviders.mayJoinAsInterviewer(i, a.UserID),
		Start:    i.State == Scheduled && mayRun(a, i) == nil,
		End:      i.State == InProgress && mayRun(a, i) == nil,
		Link:     mayLink(a, i) == nil,
		Evaluate: mayEvaluate(a, i) == nil,
		Decide:   mayDecide(a, i) == nil,

		ManageScorecards: mayManageScorecards(a, i) == nil,
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

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// mayEdit allows recruiters and administrators, before the start.
func mayEdit(a actor.Actor, i *Interview) error {
	return firstError(mayManage(a), errState(i, Scheduled))
}

// mayCancel allows recruiters and administrators, before the end.
func mayCancel(a actor.Actor, i *Interview) error {
	return firstError(mayManage(a), errState(i, Scheduled, InProgress))
}

// mayLink allows recruiters and administrators, before the end.
func mayLink(a actor.Actor, i *Interview) error {
	return firstError(mayManage(a), errState(i, Scheduled, InProgress))
}

// mayRespond allows its interviewers, before the end.
func mayRespond(a actor.Actor, i *Interview) error {
	if i.interviewer(a.UserID) == nil {
		return apperr.NewForbidden()
	}
	return errState(i, Scheduled, InProgress)
}

// mayRun allows its interviewers, recruiters and administrators. Start and End
// check the state themselves, since they may be repeated.
func mayRun(a actor.Actor, i *Interview) error {
	if a.CanManage() || i.interviewer(a.UserID) != nil {
		return nil
	}
	return apperr.NewForbidden()
}

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

// mayDecide allows recruiters and administrators, after the end.
func mayDecide(a actor.Actor, i *Interview) error {
	return firstError(mayManage(a), errState(i, Ended))
}

// mayManageScorecards allows recruiters and administrators, after the end.
func mayManageScorecards(a actor.Actor, i *Interview) error {
	return firstError(mayManage(a), errState(i, Ended))
}

// MayViewContacts reports whether the actor may see candidates' contact data.
func MayViewContacts(a actor.Actor) bool { return a.CanManage() }

// MayViewResult reports whether the actor may see the decision: recruiters and
// administrators, and interviewers who have submitted their own scorecard.
func MayViewResult(a actor.Actor, i *Interview) bool {
	m := i.interviewer(a.UserID)
	return a.CanManage() || m != nil && m.Scorecard == scorecard.Submitted
}

// MayViewEvents reports whether the actor may read the events of the whole
// company.
func MayViewEvents(a actor.Actor) bool { return a.CanManage() }
