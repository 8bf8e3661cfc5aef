// Package actor defines who performs an operation: a member of a company with
// roles, a program with that member's API token, or the system itself. Every
// feature takes an Actor and checks it beside the rule that it protects.
package actor

// Roles is a set of roles that a member has in the whole company. It is stored
// as a number: the values must not change.
type Roles int64

const (
	Administrator Roles = 1 << iota // settings, roles and all data of the company
	Recruiter                       // schedules and sees all interviews, decides
	Interviewer                     // every active member: responds, interviews, evaluates

	all = Administrator | Recruiter | Interviewer
)

// names are the roles as the APIs name them, in the order of display.
var names = []struct {
	role Roles
	name string
}{
	{Administrator, "administrator"},
	{Recruiter, "recruiter"},
	{Interviewer, "interviewer"},
}

// HasAny reports whether r contains at least one of the roles.
func (r Roles) HasAny(roles Roles) bool { return r&roles != 0 }

// HasAll reports whether r contains every one of the roles.
func (r Roles) HasAll(roles Roles) bool { return r&roles == roles }

// Names returns the roles as the APIs name them; never nil.
func (r Roles) Names() []string {
	list := []string{}
	for _, n := range names {
		if r.HasAll(n.role) {
			list = append(list, n.name)
		}
	}
	return list
}

// ParseName returns the role with the name of the APIs; ok is false for an
// unknown name.
func ParseName(name string) (role Roles, ok bool) {
	for _, n := range names {
		if n.name == name {
			return n.role, true
		}
	}
	return 0, false
}

// Actor is the subject of an operation. It reaches no object of another
// company than CorpID.
type Actor struct {
	CorpID  string
	UserID  string // "" for the system
	Roles   Roles
	TokenID string // the API token that a program authenticated with, "" for a person
}

// IsAdministrator reports whether the actor changes the settings and roles of the company.
func (a Actor) IsAdministrator() bool { return a.Roles.HasAll(Administrator) }

// CanManage reports whether the actor manages the candidates, positions and
// interviews of the company: recruiters and administrators do.
func (a Actor) CanManage() bool { return a.Roles.HasAny(Administrator | Recruiter) }

// HasRole reports whether the actor has any role.
func (a Actor) HasRole() bool { return a.Roles != 0 }

// System returns the actor of scheduled work and of events from outside. It has
// every role in the company and no userid.
func System(corpID string) Actor { return Actor{CorpID: corpID, Roles: all} }
