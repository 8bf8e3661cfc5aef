package dataexport

// section is a file of the export: rows of a query. The query may contain ?0 for the
// company, ?1 for the candidate, ?2 for the interviews and ?3 for the limit of rows.
// Columns that are secrets, or that contain what members of the company have written about
// the candidate, are not selected.
type section struct {
	name   string   // of the file, and of the text id of the heading
	tables []string // of erasure.Tables
	query  string
}

const ofInterviews = "WHERE x.corp_id = ?0 AND x.interview_id IN (?2) "

var sections = []section{
	{"candidate", []string{"candidates"}, `SELECT name, email, mobile, resume_url, source, language, external_id, created_at, updated_at
		FROM candidates WHERE corp_id = ?0 AND id = ?1 LIMIT ?3`},
	{"interviews", []string{"interviews"}, `SELECT x.id, p.title AS position, x.round, x.state, x.starts_at, x.ends_at, x.time_zone, x.room_kind, x.started_at, x.ended_at, x.cancelled_at, x.decision, x.decided_at
		FROM interviews AS x JOIN positions AS p ON p.id = x.position_id WHERE x.corp_id = ?0 AND x.id IN (?2) ORDER BY x.starts_at, x.id LIMIT ?3`},
	{"links", []string{"candidate_links"}, `SELECT x.interview_id, x.purpose, x.created_at, x.opened_at, x.revoked_at
		FROM candidate_links AS x ` + ofInterviews + `ORDER BY x.created_at, x.id LIMIT ?3`},
	{"sessions", []string{"candidate_sessions"}, `SELECT x.interview_id, x.expires_at
		FROM candidate_sessions AS x ` + ofInterviews + `ORDER BY x.expires_at, x.token_hash LIMIT ?3`},
	{"consents", []string{"interview_consents"}, `SELECT x.interview_id, x.text_version, x.language, x.accepted_at, t.bodies
		FROM interview_consents AS x JOIN consent_texts AS t ON t.corp_id = x.corp_id AND t.version = x.text_version
		WHERE x.corp_id = ?0 AND x.candidate_id = ?1 ORDER BY x.accepted_at, x.interview_id LIMIT ?3`},
	// The interviews of the candidate may have mails to another candidate, who was replaced.
	{"messages", []string{"messages"}, `SELECT x.interview_id, x.kind, x.channel, x.recipient, x.state, x.created_at, x.sent_at
		FROM messages AS x JOIN candidates AS c ON c.corp_id = ?0 AND c.id = ?1
		WHERE x.corp_id = ?0 AND (x.channel = 'mail' AND (x.candidate_id = ?1 OR x.interview_id IN (?2) AND (x.recipient = c.email OR x.recipient_name = c.name))
			OR x.channel = 'wechat' AND x.data ->> 'candidate' = ?1)
		ORDER BY x.created_at, x.id LIMIT ?3`},
	{"conversations", []string{"customer_service_messages"}, `SELECT x.interview_id, CASE WHEN x.author = '' THEN 'candidate' ELSE 'member' END AS author, x.kind, x.text, x.recalled, x.created_at
		FROM customer_service_messages AS x WHERE x.corp_id = ?0 AND x.candidate_id = ?1 ORDER BY x.created_at, x.id LIMIT ?3`},
	{"wechat", []string{"customer_service_links"}, `SELECT x.interview_id, x.external_userid, x.created_at, x.entered_at, x.last_written_at, x.revoked_at
		FROM customer_service_links AS x WHERE x.corp_id = ?0 AND x.candidate_id = ?1 ORDER BY x.created_at, x.id LIMIT ?3`},
	{"offers", []string{"booking_offers"}, `SELECT x.interview_id, x.state, x.duration_minutes, x.time_zone, x.slots, x.expires_at, x.opened_at, x.request_reason, x.requested_at, x.created_at
		FROM booking_offers AS x WHERE x.corp_id = ?0 AND x.candidate_id = ?1 ORDER BY x.created_at, x.id LIMIT ?3`},
	{"approvals", []string{"approvals"}, `SELECT x.interview_id, x.state, x.requested_at, x.submitted_at, x.decided_at
		FROM approvals AS x WHERE x.corp_id = ?0 AND x.candidate_id = ?1 ORDER BY x.requested_at, x.id LIMIT ?3`},
	{"files", []string{"stored_files"}, `SELECT x.id, x.name, x.media_type, x.size, x.created_at
		FROM stored_files AS x WHERE x.corp_id = ?0 AND x.candidate_id = ?1 ORDER BY x.created_at, x.id LIMIT ?3`},
	{"exams", []string{"exam_sittings"}, `SELECT x.exam_name, x.state, x.score, x.total_score, x.created_at, x.sent_at, x.finished_at
		FROM exam_sittings AS x WHERE x.corp_id = ?0 AND x.candidate_id = ?1 ORDER BY x.created_at, x.id LIMIT ?3`},
	{"questions", []string{"question_uses"}, `SELECT x.interview_id, q.title AS question, x.version, x.shown_at
		FROM question_uses AS x JOIN questions AS q ON q.id = x.question_id ` + ofInterviews + `ORDER BY x.shown_at, x.question_id LIMIT ?3`},
	{"scorecards", []string{"scorecards"}, `SELECT x.interview_id, x.state, x.updated_at, x.submitted_at
		FROM scorecards AS x ` + ofInterviews + `ORDER BY x.interview_id, x.user_id LIMIT ?3`},
	{"calibrations", []string{"calibration_exercises"}, `SELECT x.interview_id, x.created_at, x.closed_at
		FROM calibration_exercises AS x ` + ofInterviews + `ORDER BY x.created_at, x.id LIMIT ?3`},
	{"notes", []string{"interview_notes"}, `SELECT x.interview_id, x.at, x.created_at, x.updated_at
		FROM interview_notes AS x ` + ofInterviews + `ORDER BY x.interview_id, x.at, x.id LIMIT ?3`},
	{"reports", []string{"interview_rooms"}, `SELECT x.interview_id, x.kind, x.state, x.created_at, x.reported_at
		FROM interview_rooms AS x ` + ofInterviews + `ORDER BY x.created_at, x.id LIMIT ?3`},
}

// roomTables are the tables of the files of rooms.
var roomTables = []string{"documents", "document_updates", "document_snapshots", "room_events", "room_log_blocks"}

// Reasons why a table is not exported, as part of a text id.
const (
	ofMembers  = "members"   // what members of the company have done
	inCalendar = "calendar"  // entries in calendars, with the times of the interviews
	temporary  = "temporary" // deleted soon
	planned    = "planned"   // which interviews were planned together
	mailed     = "mailed"    // texts of mails, which are in the candidate's mailbox
	repeated   = "repeated"  // ids and states of exported rows, for other systems
)

// excluded are the tables that hold data about the person and are not exported.
var excluded = map[string]string{
	"interview_members": ofMembers, "calibration_ratings": ofMembers, "substitutions": ofMembers, "substitution_exclusions": ofMembers, "late_notices": ofMembers, "audit_log": ofMembers,
	"appointments":   inCalendar,
	"decision_mails": mailed,
	"loops":          planned, "loop_rounds": planned,
	"run_requests": temporary, "imports": temporary,
	"events": repeated, "webhook_deliveries": repeated,
}
