package interview

import (
	"slices"

	"github.com/huimian/huimian/internal/apperr"
)

// Roles is a set of what a member may do in the whole company.
type Roles uint8

// The roles. Whoever has none still sees the interviews that they ask in.
const (
	Administrator Roles = 1 << iota
	Recruiter
	Interviewing
)

// Has says whether the set contains any of the roles.
func (r Roles) Has(some Roles) bool { return r&some != 0 }

// Actor is who asks for something, in which company.
type Actor struct {
	CorpID string
	UserID string
	Roles  Roles
	// Token is the id of the token by which a program speaks for them, for the
	// audit log; "" for the person.
	Token string
}

// manages says whether the actor looks after all interviews of the company.
func (a Actor) manages() bool { return a.Roles.Has(Administrator | Recruiter) }

// errForbidden is for what the actor may know of but not do.
func errForbidden() error { return apperr.New(apperr.Forbidden, "fault.forbidden") }

// errNotFound is also for what the actor may not know of: the two cannot be
// told apart from outside.
func errNotFound() error { return apperr.New(apperr.NotFound, "fault.not_found") }

// mayManage is asked before positions, candidates and interviews are changed.
func (a Actor) mayManage() error {
	if !a.manages() {
		return errForbidden()
	}
	return nil
}

// mayAsk is asked before questions and templates are read or changed.
func (a Actor) mayAsk() error {
	if a.Roles == 0 {
		return errForbidden()
	}
	return nil
}

// sees says whether the actor may know of the interview at all.
func (a Actor) sees(i *Interview) bool {
	return a.CorpID == i.CorpID && (a.manages() || i.OrganizerID == a.UserID || i.interviewer(a.UserID) != nil)
}

// Permissions is what an actor may do with an interview now.
type Permissions struct {
	Edit, Cancel, Respond, Enter, Start, End, Link, Evaluate, Decide bool
}

// PermissionsOf says what the actor may do with the interview now. The
// operations ask the same functions.
func PermissionsOf(a Actor, i *Interview) Permissions {
	if !a.sees(i) {
		return Permissions{}
	}
	return Permissions{
		Edit:     a.mayEdit(i) == nil,
		Cancel:   a.mayCancel(i) == nil,
		Respond:  a.mayRespond(i) == nil,
		Enter:    i.State != Cancelled && i.roomIsReady() && a.mayWatch(i),
		Start:    i.State == Scheduled && a.mayRun(i) == nil,
		End:      i.State == InProgress && a.mayRun(i) == nil,
		Link:     a.mayLink(i) == nil,
		Evaluate: a.mayEvaluate(i) == nil,
		Decide:   a.mayDecide(i) == nil,
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

// first returns the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// mayEdit: recruiters and administrators, before it has begun.
func (a Actor) mayEdit(i *Interview) error { return first(a.mayManage(), errState(i, Scheduled)) }

// mayCancel: recruiters and administrators, until it has ended.
func (a Actor) mayCancel(i *Interview) error {
	return first(a.mayManage(), errState(i, Scheduled, InProgress))
}

// mayLink: recruiters and administrators, until it has ended.
func (a Actor) mayLink(i *Interview) error {
	return first(a.mayManage(), errState(i, Scheduled, InProgress))
}

// mayRespond: its interviewers, until it has ended.
func (a Actor) mayRespond(i *Interview) error {
	if i.interviewer(a.UserID) == nil {
		return errForbidden()
	}
	return errState(i, Scheduled, InProgress)
}

// mayRun: its interviewers, recruiters and administrators. The state is
// looked at by Start and End, which may be repeated.
func (a Actor) mayRun(i *Interview) error {
	if a.manages() || i.interviewer(a.UserID) != nil {
		return nil
	}
	return errForbidden()
}

// mayEvaluate: its interviewers, from the beginning on, until they have handed
// in their scorecard. One who declined and came all the same may, too.
func (a Actor) mayEvaluate(i *Interview) error {
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
func (a Actor) mayDecide(i *Interview) error { return first(a.mayManage(), errState(i, Ended)) }

// SeesContacts says whether the actor may know how to reach candidates.
func SeesContacts(a Actor) bool { return a.manages() }

// SeesResult says whether the actor may know the decision: those who decide
// may, and interviewers once they have handed in their own judgement.
func SeesResult(a Actor, i *Interview) bool {
	m := i.interviewer(a.UserID)
	return a.manages() || m != nil && m.Scorecard == ScorecardSubmitted
}

// SeesEvents says whether the actor may follow what happens in the whole
// company.
func SeesEvents(a Actor) bool { return a.manages() }
