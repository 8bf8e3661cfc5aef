package showmebug

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/outbox"
	"github.com/huimian/huimian/internal/validate"
	api "github.com/huimian/huimian/showmebug"
)

// ExamsPerPage is the number of written tests on a page.
const ExamsPerPage = api.DefaultPerPage

// Exam is a written test (笔试试卷) of the team.
type Exam struct {
	ID              int64
	Name            string
	Creator         string
	Questions       int64
	DurationMinutes int64 // 0: no limit
	TotalScore      int64
}

// ExamList is one page of the team's written tests.
type ExamList struct {
	Exams []Exam
	Total int64
}

// SittingState is the state of a written test.
type SittingState string

// The states. preparing → sent → started → finished; failed: there is no
// address yet.
const (
	SittingPreparing SittingState = "preparing"
	SittingSent      SittingState = "sent"
	SittingStarted   SittingState = "started"
	SittingFinished  SittingState = "finished"
	SittingFailed    SittingState = "failed"
)

// Sitting is a row of exam_sittings: a written test that was sent to a
// candidate.
type Sitting struct {
	bun.BaseModel `bun:"table:exam_sittings,alias:es"`

	ID            string         `bun:",pk"`
	CorpID        string         `bun:"corp_id"`
	CandidateID   string         `bun:"candidate_id"`
	ExamID        int64          `bun:"exam_id"`
	ExamName      string         `bun:"exam_name"`
	ExternalID    string         `bun:"external_id"`
	EncryptedURL  []byte         `bun:"url"`
	State         SittingState   `bun:"state"`
	ByMail        bool           `bun:"by_mail"` // not: the recruiter passes the URL on
	MailID        string         `bun:"mail_id"` // of the message, "" before there is a URL
	Attempted     bool           `bun:"attempted"`
	FailureCode   string         `bun:"failure_code"`
	FailureParams map[string]any `bun:"failure_params,type:jsonb"`
	Score         *float64       `bun:"score"`
	TotalScore    *float64       `bun:"total_score"`
	SentBy        string         `bun:"sent_by"`
	CreatedAt     time.Time      `bun:"created_at"`
	SentAt        *time.Time     `bun:"sent_at"`
	FinishedAt    *time.Time     `bun:"finished_at"`
	CheckedAt     *time.Time     `bun:"checked_at"`

	outbox.Row

	// Read beside the row.
	URL    string           `bun:"-"`
	Sender member.Member    `bun:"-"`
	Mail   *message.Message `bun:"-"` // nil for none
}

// Failure returns the reason why there is no URL, or no mail; nil without one.
func (v *Sitting) Failure() *apperr.Reason {
	if r := roomFailure(v.FailureCode, v.FailureParams); r != nil {
		return r
	}
	return v.Mail.Failure()
}

// MailState returns the state of the mail to the candidate. A skipped one has failed: the
// recruiter has to pass the URL on.
func (v *Sitting) MailState() message.MailState {
	switch state := v.Mail.MailState(); {
	case !v.ByMail:
		return message.MailNone
	case v.MailID == "":
		return message.MailQueued
	case v.Mail == nil: // an old one that retention has deleted
		return message.MailNone
	case state == message.MailNone:
		return message.MailFailed
	default:
		return state
	}
}

// Exams lists the team's written tests.
func (s *Service) Exams(ctx context.Context, a actor.Actor, query string, page int) (*ExamList, error) {
	if err := a.Require(actor.SendExams); err != nil {
		return nil, err
	}
	c, err := s.connectionFor(ctx, a.CorpID)
	if err != nil {
		return nil, err
	}
	found, err := c.Exams.List(ctx, api.ListFilter{
		Search: validate.CleanLine(query), Paging: api.Paging{Page: page, PerPage: ExamsPerPage},
	})
	if err != nil {
		return nil, toAppError(err)
	}
	list := &ExamList{Total: int64(found.Count), Exams: []Exam{}}
	for _, e := range found.Items {
		list.Exams = append(list.Exams, Exam{
			ID: e.ID, Name: e.Name, Creator: e.CreatorName, Questions: int64(e.QuestionsCount),
			DurationMinutes: int64(e.Duration), TotalScore: int64(e.TotalScore),
		})
	}
	return list, nil
}

// SendExam sends a written test to a candidate: by mail, or as a link that the
// recruiter hands over. A job makes the link. examName is the name as the
// list showed it.
func (s *Service) SendExam(ctx context.Context, a actor.Actor, candidateID string, examID int64, examName string, byMail bool) (*Sitting, error) {
	if err := a.Require(actor.SendExams); err != nil {
		return nil, err
	}
	candidate, err := s.Interviews.Candidates.Get(ctx, a, candidateID)
	if err != nil {
		return nil, err
	}
	if reason, err := (Rooms{s}).Available(ctx, a.CorpID); err != nil || reason != nil {
		if err == nil {
			err = &apperr.Error{Kind: apperr.Conflict, Code: reason.Code, Params: reason.Params}
		}
		return nil, err
	}
	v := &Sitting{
		ID: db.NewID(), CorpID: a.CorpID, CandidateID: candidateID, ExamID: examID, ExamName: validate.CleanLine(examName),
		State: SittingPreparing, ByMail: byMail, FailureParams: map[string]any{}, SentBy: a.UserID, CreatedAt: s.now(),
	}
	if byMail && candidate.Email == "" {
		return nil, apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("channel", "exam.no_email")})
	}
	now := s.now()
	v.Restart(now)
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.NewInsert().Model(v).Exec(ctx); err != nil {
			return fmt.Errorf("storing a written test: %w", err)
		}
		if err := audit.Write(ctx, tx, s.now(), a, "exam.send", v.ID, nil); err != nil {
			return err
		}
		return s.Queue.Insert(ctx, tx, PrepareSittingArgs{CorpID: v.CorpID, ID: v.ID})
	})
	if err != nil {
		return nil, err
	}
	return s.withDetails(ctx, v)
}

// Sittings lists the written tests that were sent to a candidate, the newest
// first.
func (s *Service) Sittings(ctx context.Context, a actor.Actor, candidateID string) ([]Sitting, error) {
	if err := a.Require(actor.SendExams); err != nil {
		return nil, err
	}
	if _, err := s.Interviews.Candidates.Get(ctx, a, candidateID); err != nil {
		return nil, err
	}
	var list []Sitting
	err := s.DB.NewSelect().Model(&list).Where("es.corp_id = ? AND es.candidate_id = ?", a.CorpID, candidateID).
		OrderExpr("es.created_at DESC, es.id DESC").Limit(100).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing written tests: %w", err)
	}
	return list, s.loadSittingDetails(ctx, a.CorpID, list)
}

// RefreshSitting retries a failed step at once, or polls ShowMeBug for the progress of the
// candidate is.
func (s *Service) RefreshSitting(ctx context.Context, a actor.Actor, id string) (*Sitting, error) {
	if err := a.Require(actor.SendExams); err != nil {
		return nil, err
	}
	v, err := loadSitting(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	switch {
	case v.State == SittingPreparing || v.State == SittingFailed:
		err = s.enqueueSitting(ctx, v)
	case v.State != SittingFinished:
		err = s.pollSitting(ctx, v)
	}
	if err != nil {
		return nil, err
	}
	if err := s.retryExamMail(ctx, a, v); err != nil {
		return nil, err
	}
	if v, err = loadSitting(ctx, s.DB.DB, a.CorpID, id); err != nil {
		return nil, err
	}
	return s.withDetails(ctx, v)
}

// retryExamMail sends a mail that has failed again.
func (s *Service) retryExamMail(ctx context.Context, a actor.Actor, v *Sitting) error {
	v, err := s.withDetails(ctx, v)
	if err != nil || v.MailState() != message.MailFailed || v.State == SittingFinished {
		return err
	}
	_, err = s.Interviews.Messages.Retry(ctx, a, v.MailID)
	return err
}

// withDetails adds the address, the sender's name and the mail to a sitting.
func (s *Service) withDetails(ctx context.Context, v *Sitting) (*Sitting, error) {
	list := []Sitting{*v}
	err := s.loadSittingDetails(ctx, v.CorpID, list)
	return &list[0], err
}

func (s *Service) loadSittingDetails(ctx context.Context, corpID string, list []Sitting) error {
	ids := make([]string, len(list))
	var mailIDs []string
	for n, v := range list {
		ids[n] = v.SentBy
		if v.MailID != "" {
			mailIDs = append(mailIDs, v.MailID)
		}
	}
	mails, err := message.ReadByIDs(ctx, s.DB.DB, corpID, mailIDs)
	if err != nil {
		return err
	}
	people, err := s.Interviews.Members(ctx, corpID, ids)
	if err != nil {
		return fmt.Errorf("reading members: %w", err)
	}
	for n := range list {
		v := &list[n]
		v.URL, v.Mail = s.sittingURL(v), mails[v.MailID]
		v.Sender = member.Member{UserID: v.SentBy, Name: v.SentBy}
		if p, ok := people[v.SentBy]; ok {
			v.Sender = p
		}
	}
	return nil
}

// sittingURL decrypts the candidate's URL; "" when there is none or the key has
// changed.
func (s *Service) sittingURL(v *Sitting) string {
	if len(v.EncryptedURL) == 0 {
		return ""
	}
	plain, err := s.Box.Decrypt(v.EncryptedURL, v.ID)
	if err != nil {
		return ""
	}
	return string(plain)
}

func loadSitting(ctx context.Context, q bun.IDB, corpID, id string) (*Sitting, error) {
	v := new(Sitting)
	err := q.NewSelect().Model(v).Where("es.corp_id = ? AND es.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading written test %s: %w", id, err)
	}
	return v, nil
}

// updateSitting runs fn on a sitting whose row is locked, and
// stores it.
func (s *Service) updateSitting(ctx context.Context, corpID, id string, fn func(ctx context.Context, tx *db.Tx, v *Sitting) error) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*Sitting)(nil), "corp_id = ? AND id = ?", corpID, id); err != nil {
			return err
		}
		v, err := loadSitting(ctx, tx, corpID, id)
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, v); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(v).WherePK().Where("corp_id = ?", corpID).Exec(ctx); err != nil {
			return fmt.Errorf("storing written test %s: %w", id, err)
		}
		return nil
	})
}

// examEvent is the data of an event about a written test.
type examEvent struct {
	SittingID   string       `json:"sittingId"`
	CandidateID string       `json:"candidateId"`
	ExamID      int64        `json:"examId"`
	State       SittingState `json:"state"`
}

func (s *Service) recordExamEvent(ctx context.Context, tx *db.Tx, v *Sitting, kind, actor string) error {
	_, err := event.Record(ctx, tx, s.Queue, event.Event{
		CorpID: v.CorpID, Type: kind, SubjectID: v.ID, Actor: actor, At: s.now(),
		Data: examEvent{SittingID: v.ID, CandidateID: v.CandidateID, ExamID: v.ExamID, State: v.State},
	})
	return err
}

// padUID returns a sitting's uid: ShowMeBug's programs show it at the end of the
// address, and its answer may not name it.
func padUID(pad *api.WrittenPad) string {
	if pad.UID != "" {
		return pad.UID
	}
	u, err := url.Parse(pad.URL)
	if err != nil || path.Base(u.Path) == "/" || path.Base(u.Path) == "." {
		return ""
	}
	return path.Base(u.Path)
}
