package actor

// Roles is a set of roles. Those that a member has in the whole company are stored as a number:
// the values must not change.
type Roles int64

// Roles in the whole company.
const (
	Administrator Roles = 1 << iota // settings, roles and all data of the company
	Recruiter                       // schedules and sees all interviews, decides
	Interviewer                     // every active member: positions, questions of own interviews, own settings
	Coordinator                     // schedules all interviews; reads no scorecard, record or file
	Auditor                         // reads the audit log and the settings; changes nothing

	// FormerCoordinator is stored once a member has been a coordinator and is never displayed: the
	// interviews that the member organized remain without access to their records.
	FormerCoordinator
)

// Roles in relation to an object. They are derived from it and never stored with a member.
const (
	HiringManager Roles = 1 << (iota + 16) // of the position of a candidate or an interview
	Organizer                              // of the interview
	Participant                            // an interviewer of the interview
)

// Assignable is the roles that an administrator gives to members.
const Assignable = Administrator | Recruiter | Interviewer | Coordinator | Auditor

// Restricting is the roles that take something from a relation: a coordinator reads no record of
// the interviews that the coordinator organizes.
const Restricting = Coordinator | FormerCoordinator

// stored is the roles that a row of a member can have.
const stored = Assignable | FormerCoordinator

// names are the roles as the APIs name them, in the order of display.
var names = []struct {
	role Roles
	name string
}{
	{Administrator, "administrator"},
	{Recruiter, "recruiter"},
	{Coordinator, "coordinator"},
	{Interviewer, "interviewer"},
	{Auditor, "auditor"},
	{HiringManager, "hiring_manager"},
	{Organizer, "organizer"},
	{Participant, "participant"},
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

// ParseName returns the assignable role with the name of the APIs; ok is false for any other name.
func ParseName(name string) (role Roles, ok bool) {
	for _, n := range names {
		if n.name == name && Assignable.HasAll(n.role) {
			return n.role, true
		}
	}
	return 0, false
}
