package erasure

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/interview"
)

// person are the ids of what is erased.
type person struct {
	Remaining

	corpID, candidateID string
	importIDs           []string
}

// subjectIDs returns the ids by which the audit log and the events refer to the person.
func (p *person) subjectIDs() []string {
	return slices.Concat([]string{p.candidateID}, p.Interviews, p.Sittings, p.Offers)
}

// rows selects the rows of a table. where may contain ?0 for the company, ?1 for the
// candidate, ?2 for the interviews and ?3 for the subjects.
type rows struct{ table, where string }

func (r rows) queryArgs(p *person) []any {
	return []any{p.corpID, p.candidateID, idList(p.Interviews), idList(p.subjectIDs())}
}

// idList returns a list for IN, which must not be empty.
func idList(ids []string) any {
	if len(ids) == 0 {
		ids = []string{""}
	}
	return bun.List(ids)
}

const (
	ofInterviews = "corp_id = ?0 AND interview_id IN (?2)"
	// A mail may be about no interview, or about one in which another candidate has replaced the person since.
	ofMessages = "corp_id = ?0 AND (candidate_id = ?1 OR interview_id IN (?2) OR" +
		" ((channel = 'wechat' OR kind = 'candidate_question' OR recipient = (SELECT c.email FROM candidates AS c WHERE c.corp_id = ?0 AND c.id = ?1)) AND data ->> 'candidate' = ?1))"
	ofConversations = "corp_id = ?0 AND (candidate_id = ?1 OR interview_id IN (?2))"
	ofExercises     = "corp_id = ?0 AND exercise_id IN (SELECT e.id FROM calibration_exercises AS e WHERE e.corp_id = ?0 AND e.interview_id IN (?2))"
	ofRooms         = "corp_id = ?0 AND room_id IN (?2)"
	ofDocuments     = "document_id IN (SELECT id FROM documents WHERE corp_id = ?0 AND room_id IN (?2))"
	ofEvents        = "corp_id = ?0 AND subject_id IN (?3) AND type <> '" + event.CandidateErased + "'"
)

// personRows are deleted in the transaction of the request, in this order: rows that refer
// to others precede them.
var personRows = []rows{
	{"candidate_sessions", ofInterviews},
	{"candidate_links", ofInterviews},
	{"interview_consents", "corp_id = ?0 AND (candidate_id = ?1 OR interview_id IN (?2))"},
	{"calibration_ratings", ofExercises},
	{"calibration_exercises", ofInterviews},
	{"scorecards", ofInterviews},
	{"interview_notes", ofInterviews},
	{"interview_members", ofInterviews},
	{"question_uses", ofInterviews},
	{"decision_mails", ofInterviews},
	{"approvals", ofConversations},
	{"messages", ofMessages},
	{"customer_service_messages", ofConversations},
	{"customer_service_links", ofConversations},
	{"late_notices", ofInterviews},
	{"substitutions", ofInterviews},
	{"substitution_exclusions", ofInterviews},
	{"appointments", ofInterviews},
	{"interview_rooms", ofInterviews},
	{"run_requests", ofRooms},
	{"exam_sittings", "corp_id = ?0 AND candidate_id = ?1"},
	{"booking_offers", "corp_id = ?0 AND candidate_id = ?1"},
	{"stored_files", "corp_id = ?0 AND candidate_id = ?1"},
	{"loop_rounds", ofInterviews},
	{"loops", "corp_id = ?0 AND candidate_id = ?1"},
	{"interviews", "corp_id = ?0 AND id IN (?2)"},
	{"candidates", "corp_id = ?0 AND id = ?1"},
}

// logRows are deleted by the job, with the rooms' logs.
var logRows = []rows{
	{"document_updates", ofDocuments},
	{"document_snapshots", ofDocuments},
	{"room_events", ofRooms},
	{"room_log_blocks", ofRooms},
	{"documents", ofRooms},
}

// deliveryRows are deleted by the job.
var deliveryRows = rows{"webhook_deliveries", "corp_id = ?0 AND event_id IN (SELECT id FROM events WHERE " + ofEvents + ")"}

// recordRows are deleted or changed by the job.
var recordRows = []rows{
	deliveryRows,
	{"events", ofEvents},
	{"audit_log", "corp_id = ?0 AND object_id IN (?3) AND act <> '" + eraseAction + "'"},
}

// Tables are the tables of the counts, in the order of display. Imports are deleted as a
// whole when they contain the person. Events and audit entries stay without their data.
var Tables = []string{
	"candidates", "interviews", "interview_members", "question_uses", "scorecards", "calibration_exercises", "calibration_ratings", "interview_notes", "candidate_links", "candidate_sessions", "interview_consents", "decision_mails", "approvals", "messages", "customer_service_messages", "customer_service_links", "late_notices", "substitutions", "substitution_exclusions", "appointments", "loop_rounds", "loops",
	"interview_rooms", "exam_sittings", "booking_offers", "stored_files", "documents", "document_updates", "document_snapshots", "room_events", "room_log_blocks", "run_requests",
	"imports", "webhook_deliveries", "events", "audit_log",
}

// collect reads a candidate, what is stored about the person, and what prevents an erasure.
func collect(ctx context.Context, q bun.IDB, corpID, candidateID string) (*Preview, *person, error) {
	out, found := &Preview{Counts: map[string]int64{}}, &person{corpID: corpID, candidateID: candidateID}
	var err error
	if out.Candidate, err = candidate.Read(ctx, q, corpID, candidateID); err != nil {
		return nil, nil, err
	}
	if out.Hold, err = readHold(ctx, q, corpID, candidateID); err != nil {
		return nil, nil, err
	}
	if err := found.readIDs(ctx, q); err != nil {
		return nil, nil, err
	}
	for _, list := range [][]rows{personRows, logRows, recordRows} {
		for _, r := range list {
			if out.Counts[r.table], err = r.countRows(ctx, q, found); err != nil {
				return nil, nil, err
			}
		}
	}
	return out, found, out.readObstacles(ctx, q, found)
}

// readIDs reads the ids of the candidate's interviews, written tests, offers and files.
func (p *person) readIDs(ctx context.Context, q bun.IDB) error {
	for table, ids := range map[string]*[]string{"interviews": &p.Interviews, "exam_sittings": &p.Sittings, "booking_offers": &p.Offers, "stored_files": &p.Files} {
		err := q.NewSelect().TableExpr("?", bun.Ident(table)).Column("id").Where("corp_id = ? AND candidate_id = ?", p.corpID, p.candidateID).
			Order("id").Limit(maxInterviews).Scan(ctx, ids)
		if err != nil {
			return fmt.Errorf("reading the rows of candidate %s in %s: %w", p.candidateID, table, err)
		}
	}
	return nil
}

func (r rows) countRows(ctx context.Context, q bun.IDB, p *person) (n int64, err error) {
	if err := q.NewRaw("SELECT COUNT(*) FROM "+r.table+" WHERE "+r.where, r.queryArgs(p)...).Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("counting the rows of candidate %s in %s: %w", p.candidateID, r.table, err)
	}
	return n, nil
}

// pendingRows are rows whose work in another system is not finished. Without them it
// would not be done: a cancelled interview would stay in the interviewers' calendars.
var pendingRows = []rows{
	{"messages", ofMessages + " AND (state = 'sending' OR state = 'queued' AND (kind <> 'decision_mail' OR attempts > 0))"}, // a planned mail is not needed
	{"appointments", ofInterviews + " AND (next_attempt_at IS NOT NULL OR claimed_at IS NOT NULL)"},
	{"interview_rooms", ofInterviews + " AND (next_attempt_at IS NOT NULL OR claimed_at IS NOT NULL)"},
	{"approvals", ofConversations + " AND (claimed_at IS NOT NULL OR state = 'queued')"}, // the poll of a submitted one is not needed
	{"exam_sittings", "corp_id = ?0 AND candidate_id = ?1 AND (next_attempt_at IS NOT NULL OR claimed_at IS NOT NULL)"},
}

func (p *Preview) readObstacles(ctx context.Context, q bun.IDB, found *person) (err error) {
	open := rows{"interviews", fmt.Sprintf("corp_id = ?0 AND candidate_id = ?1 AND state IN ('%s', '%s')", interview.Scheduled, interview.InProgress)}
	if p.Open, err = open.countRows(ctx, q, found); err != nil {
		return err
	}
	for _, r := range pendingRows {
		n, err := r.countRows(ctx, q, found)
		if err != nil {
			return err
		}
		p.Pending += n
	}
	return nil
}

// deletePerson deletes the rows of bounded number.
func (s *Service) deletePerson(ctx context.Context, tx *db.Tx, p *person) error {
	for _, r := range personRows {
		if _, err := tx.NewRaw("DELETE FROM "+r.table+" WHERE "+r.where, r.queryArgs(p)...).Exec(ctx); err != nil {
			return fmt.Errorf("deleting the rows of candidate %s in %s: %w", p.candidateID, r.table, err)
		}
	}
	if _, err := tx.NewRaw("DELETE FROM imports WHERE corp_id = ? AND id IN (?)", p.corpID, idList(p.importIDs)).Exec(ctx); err != nil {
		return fmt.Errorf("deleting the imports that contain candidate %s: %w", p.candidateID, err)
	}
	return nil
}

// OutsideCopies is what an erasure does not reach, in the order of display: it is outside this
// database.
var OutsideCopies = []string{"messages", "calendar", "approvals", "showmebug", "webhooks", "exports", "backups"}
