// Package actor defines who performs an operation: a member of a company with
// roles, a program with that member's API token, or the system itself. Every
// feature takes an Actor and requires an act of it beside the rule that it protects;
// the table grants decides which roles have which act.
package actor

import (
	"slices"

	"github.com/huimian/huimian/internal/apperr"
)

// Actor is the subject of an operation. It reaches no object of another
// company than CorpID.
type Actor struct {
	CorpID  string
	UserID  string // "" for the system
	Roles   Roles
	TokenID string // the API token that a program authenticated with, "" for a person

	managed *Managed // nil: of none
	extra   uint64   // acts beyond the roles, a bit for each
}

// MaxManaged is the most positions of which a member is hiring manager.
const MaxManaged = 500

// Managed is the positions of which a member is hiring manager.
type Managed struct {
	PositionIDs []string // at most MaxManaged
	Decides     bool     // the company lets hiring managers record decisions
}

// ForMember returns a member with the roles of the whole company.
func ForMember(corpID, userID string, roles Roles) Actor {
	return Actor{CorpID: corpID, UserID: userID, Roles: roles & stored}
}

// ForInterviewer returns a member without a further role: enough for what interviewers do.
func ForInterviewer(corpID, userID string) Actor { return ForMember(corpID, userID, Interviewer) }

// WithoutRoles returns a member who may do nothing, such as one who has left the company.
func WithoutRoles(corpID, userID string) Actor { return ForMember(corpID, userID, 0) }

// System returns the actor of scheduled work and of events from outside. It has
// every role in the company and no userid.
func System(corpID string) Actor { return ForMember(corpID, "", Administrator|Recruiter|Interviewer) }

// WithToken returns the actor as a program with an API token.
func (a Actor) WithToken(tokenID string) Actor {
	a.TokenID = tokenID
	return a
}

// WithManaged returns the actor as hiring manager of positions.
func (a Actor) WithManaged(m Managed) Actor {
	a.managed = &m
	return a
}

// WithAct returns the actor with an act in the whole company that the roles do not have, such as
// one that an administrator has given to a company token.
func (a Actor) WithAct(act Act) Actor {
	a.extra |= 1 << act
	return a
}

// May reports whether the actor has the act in the whole company.
func (a Actor) May(act Act) bool {
	return act.AllowsAny(a.Roles&stored) || a.extra&(1<<act) != 0
}

// Require returns a Forbidden error unless the actor has the act in the whole company.
func (a Actor) Require(act Act) error { return apperr.ForbiddenUnless(a.May(act)) }

// Manages reports whether the actor is a hiring manager of the position.
func (a Actor) Manages(positionID string) bool {
	return positionID != "" && a.managed != nil && slices.Contains(a.managed.PositionIDs, positionID)
}

// PositionsWith returns the ids of the positions on whose candidates and interviews the actor has
// the act as hiring manager; the act in the whole company is checked by May.
func (a Actor) PositionsWith(act Act) []string {
	if a.managed == nil || !a.mayAs(act, HiringManager) {
		return nil
	}
	return a.managed.PositionIDs
}

// MayAs reports whether the actor has the act in the whole company, or by one of the roles in
// relation to an object.
func (a Actor) MayAs(act Act, relation Roles) bool { return a.May(act) || a.mayAs(act, relation) }

// mayAs decides by the relation alone. Coordinators organize interviews whose records they do not
// read.
func (a Actor) mayAs(act Act, relation Roles) bool {
	if act != ReadInterviews && a.Roles.HasAny(Restricting) {
		relation &^= Organizer
	}
	if act == Decide && (a.managed == nil || !a.managed.Decides) {
		relation &^= HiringManager
	}
	return act.AllowsAny(relation &^ stored)
}

// ActNames returns the names of the acts that the actor has in the whole company, and as manages
// those on the positions of which the actor is hiring manager.
func (a Actor) ActNames() (company, managed []string) {
	company, managed = []string{}, []string{}
	for _, act := range Acts() {
		if a.May(act) {
			company = append(company, act.Name())
		} else if len(a.PositionsWith(act)) > 0 {
			managed = append(managed, act.Name())
		}
	}
	return company, managed
}
