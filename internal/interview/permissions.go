package interview

import (
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
)

// manages says whether the actor looks after all interviews of the company.
func manages(a actor.Actor) bool { return a.Roles.HasAny(actor.Administrator | actor.Recruiter) }

// errForbidden is for what the actor may know of but not do.
func errForbidden() error { return apperr.New(apperr.Forbidden, "fault.forbidden") }

// errNotFound is also for what the actor may not know of: the two cannot be
// told apart from outside.
func errNotFound() error { return apperr.New(apperr.NotFound, "fault.not_found") }

// mayManage is asked before positions, candidates and interviews are changed.
func mayManage(a actor.Actor) error {
	if !manages(a) {
		return errForbidden()
	}
	return nil
}

// mayUseQuestions is asked before questions and templates are read or changed.
func mayUseQuestions(a actor.Actor) error {
	if a.Roles == 0 {
		return errForbidden()
	}
	return nil
}

// sees says whether the actor may know of the interview at all.
func sees(a actor.Actor, i *Interview) bool {
	return a.CorpID == i.CorpID && (manages(a) || i.OrganizerID == a.UserID || i.interviewer(a.UserID) != nil)
}

// Permissions is what an actor may do with an interview now.
type Permissions struct {
	Edit, Cancel, Respond, Enter, Start, End, Link, Evaluate, Decide bool
}

// PermissionsOf says what the actor may do with the interview now. The
// operations ask the same functions.
func PermissionsOf(a actor.Actor, i *Interview) Permissions {
	if !sees(a, i) {
		return Permissions{}
	}
	return Permissions{
		Edit:     mayEdit(a, i) == nil,
		Cancel:   mayCancel(a, i) == nil,
		Respond:  mayRespond(a, i) == nil,
		Enter:    i.State != Cancelled && i.roomIsReady() && mayWatch(a, i),
		Start:    i.State == Scheduled && mayRun(a, i) == nil,
		End:      i.State == InProgress && mayRun(a, i) == nil,
		Link:     mayLink(a, i) == nil,
		Evaluate: mayEvaluate(a, i) == nil,
		Decide:   mayDecide(a, i) == nil,
	}
}

// errState says that the interview is not in a state for this.
func errState(i *Interview, in ...State) error {
	if slices.Contains(in, i.State) {
		return nil
	}
	if i.State == Cancelled {
		return apperr.New(apperr.Gone, "interview.is_cancelled")
	}
	return apperr.New(apperr.Conflict, "interview.wrong_state_"+string(i.State))
}

// firstError returns the first error.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// mayEdit: recruiters and administrators, before it has begun.
func mayEdit(a actor.Actor, i *Interview) error { return firstError(mayManage(a), errState(i, Scheduled)) }

// mayCancel: recruiters and administrators, until it has ended.
func mayCancel(a actor.Actor, i *Interview) error {
	return firstError(mayManage(a), errState(i, Scheduled, InProgress))
}

// mayLink: recruiters and administrators, until it has ended.
func mayLink(a actor.Actor, i *Interview) error {
	return firstError(mayManage(a), errState(i, Scheduled, InProgress))
}

// mayRespond: its interviewers, until it has ended.
func mayRespond(a actor.Actor, i *Interview) error {
	if i.interviewer(a.UserID) == nil {
		return errForbidden()
	}
	return errState(i, Scheduled, InProgress)
}

// mayRun: its interviewers, recruiters and administrators. The state is
// looked at by Start and End, which may be repeated.
func mayRun(a actor.Actor, i *Interview) error {
	if manages(a) || i.interviewer(a.UserID) != nil {
		return nil
	}
	return errForbidden()
}

// mayEvaluate: its interviewers, from the beginning on, until they have handed
// in their scorecard. One who declined and came all the same may, too.
func mayEvaluate(a actor.Actor, i *Interview) error {
	m := i.interviewer(a.UserID)
	if m == nil {
		return errForbidden()
	}
	if m.Scorecard == ScorecardSubmitted {
		return apperr.New(apperr.Conflict, "scorecard.is_submitted")
	}
	return errState(i, InProgress, Ended)
}

// mayDecide: recruiters and administrators, once it has ended.
func mayDecide(a actor.Actor, i *Interview) error { return firstError(mayManage(a), errState(i, Ended)) }

// SeesContacts says whether the actor may know how to reach candidates.
func SeesContacts(a actor.Actor) bool { return manages(a) }

// SeesResult says whether the actor may know the decision: those who decide
// may, and interviewers once they have handed in their own judgement.
func SeesResult(a actor.Actor, i *Interview) bool {
	m := i.interviewer(a.UserID)
	return manages(a) || m != nil && m.Scorecard == ScorecardSubmitted
}

// SeesEvents says whether the actor may follow what happens in the whole
// company.
func SeesEvents(a actor.Actor) bool { return manages(a) }
