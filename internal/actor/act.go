package actor

// Act is something that is permitted or denied as a whole. Every check requires an act; the table
// grants decides which roles have it.
type Act uint8

// Acts on candidates and interviews. Hiring managers, organizers and participants have some of
// them on objects of theirs only.
const (
	ReadInterviews     Act = iota // times, interviewers and state of interviews, with the candidate's name
	ScheduleInterviews            // create, edit, move and cancel interviews; candidate links, offers, loops, pools' proposals
	EnterRooms                    // take part in the room of an interview
	RunInterviews                 // start and end interviews
	ReadRecords                   // replay, code, runs and shared notes of interviews
	ReadScorecards                // submitted scorecards, their summary and the decision, once they are open
	ManageScorecards              // remind and excuse interviewers, open scorecards early
	Decide                        // record the decision
	MailDecisions                 // schedule, change and cancel the mails with decisions to candidates
	ReadHistory                   // what happened to an interview; consents of its candidate
	ReadCandidates                // candidates with position, source and language
	ReadContacts                  // e-mail addresses and mobile numbers of candidates
	EditCandidates                // create and change candidates
	ReadFiles                     // résumés and other files of candidates, recruiters' notes about them
	EditFiles                     // upload and delete files of candidates
	ReadAccess                    // which members can see a candidate, and why
	SendExams                     // written tests of candidates: send them, read results
	ImportData                    // candidates and interviews from spreadsheets
	EraseCandidates               // erase candidates, legal holds, receipts
	ExportCandidates              // the data of a candidate as a ZIP
	ReadPositions                 // positions and scorecard templates
	EditPositions                 // create, change and delete positions; their pools of interviewers, scorecard templates
	NameHiringManagers            // the hiring managers of a position
	ReadAssigned                  // questions of own interviews
	ReadQuestions                 // all questions of the company
	EditQuestions                 // change, import, export and check questions
	ReadWorklist                  // what recruiters have to do, by reason
	ReadInsight                   // figures of all interviews, their rows and exports
	ManageCalibration             // calibration exercises: create, edit, close and delete them, preview replays without names
	ReadCalibration               // all calibration exercises, their results, the drift of each interviewer
	RateReplays                   // rate the replays of exercises to which the member is invited; their results, own drift
	ReadMessages                  // the log of messages; retry them
	ReadEvents                    // the events of the company, by the API
	EditAvailability              // working hours of other members
	ReadMailTemplates             // texts of mails to candidates
	ReadSettings                  // settings that only administrators change, the state of the installation
	EditSettings                  // change the settings of the company, connect other systems
	ReadAudit                     // read, verify and export the audit log
	AssignRoles                   // the roles of members, their accounts at an identity provider
	ReadTokens                    // API tokens of the company and of other members, without their text
	EditTokens                    // create company tokens, revoke tokens of others
	EditWebhooks                  // webhooks with their deliveries

	actCount
)

// grant is the roles that have an act.
type grant struct {
	name  string // in docs/roles.md and the session of the front end
	roles Roles
}

const (
	managers = Administrator | Recruiter
	// members is every role that a member can have.
	members = Assignable
)

// grants is the only place that decides which role has which act. What is not in a row is denied.
var grants = [actCount]grant{
	ReadInterviews:     {"read_interviews", managers | Coordinator | HiringManager | Organizer | Participant},
	ScheduleInterviews: {"schedule_interviews", managers | Coordinator},
	EnterRooms:         {"enter_rooms", managers | Organizer | Participant},
	RunInterviews:      {"run_interviews", managers | Participant},
	ReadRecords:        {"read_records", managers | HiringManager | Organizer | Participant},
	ReadScorecards:     {"read_scorecards", managers | HiringManager | Participant},
	ManageScorecards:   {"manage_scorecards", managers},
	Decide:             {"decide", managers | HiringManager},
	MailDecisions:      {"mail_decisions", managers},
	ReadHistory:        {"read_history", managers},
	ReadCandidates:     {"read_candidates", managers | Coordinator | HiringManager},
	ReadContacts:       {"read_contacts", managers | Coordinator},
	EditCandidates:     {"edit_candidates", managers},
	ReadFiles:          {"read_files", managers | HiringManager | Participant},
	EditFiles:          {"edit_files", managers},
	ReadAccess:         {"read_access", managers},
	SendExams:          {"send_exams", managers},
	ImportData:         {"import_data", managers},
	EraseCandidates:    {"erase_candidates", Administrator},
	ExportCandidates:   {"export_candidates", Administrator},
	ReadPositions:      {"read_positions", members},
	EditPositions:      {"edit_positions", managers},
	NameHiringManagers: {"name_hiring_managers", managers},
	ReadAssigned:       {"read_assigned", members},
	ReadQuestions:      {"read_questions", managers},
	EditQuestions:      {"edit_questions", managers},
	ReadWorklist:       {"read_worklist", managers},
	ReadInsight:        {"read_insight", managers},
	ManageCalibration:  {"manage_calibration", managers},
	ReadCalibration:    {"read_calibration", managers | Auditor},
	RateReplays:        {"rate_replays", members},
	ReadMessages:       {"read_messages", managers},
	ReadEvents:         {"read_events", managers},
	EditAvailability:   {"edit_availability", managers},
	ReadMailTemplates:  {"read_mail_templates", managers | Auditor},
	ReadSettings:       {"read_settings", Administrator | Auditor},
	EditSettings:       {"edit_settings", Administrator},
	ReadAudit:          {"read_audit", Administrator | Auditor},
	AssignRoles:        {"assign_roles", Administrator},
	ReadTokens:         {"read_tokens", Administrator | Auditor},
	EditTokens:         {"edit_tokens", Administrator},
	EditWebhooks:       {"edit_webhooks", Administrator},
}

// AllowsAny reports whether one of the roles has the act.
func (act Act) AllowsAny(roles Roles) bool { return act.roles()&roles != 0 }

func (act Act) roles() Roles { return act.findGrant().roles }

// findGrant returns the row of the act, an empty one if there is none.
func (act Act) findGrant() grant {
	if act >= actCount {
		return grant{}
	}
	return grants[act]
}

// RolesInCompany returns the roles by which members have the act in the whole company.
func (act Act) RolesInCompany() Roles { return act.roles() & Assignable }

// Name returns the name of the act in docs/roles.md and the APIs.
func (act Act) Name() string { return act.findGrant().name }

// Acts returns every act, in the order of the table.
func Acts() []Act {
	list := make([]Act, actCount)
	for n := range list {
		list[n] = Act(n)
	}
	return list
}
