package pool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
)

const (
	// leastNotice is the time between the deadline of a substitution and the interview.
	leastNotice = 30 * time.Minute
	maxInvited  = 20
)

// State is the state of a substitution: open → taken, unfilled or closed.
type State string

const (
	Open     State = "open"
	Taken    State = "taken"
	Unfilled State = "unfilled" // no member was free, all have declined, or the deadline has passed
	Closed   State = "closed"   // no longer required
)

// Cause is why an interviewer cannot attend.
type Cause string

const (
	CauseDeclined Cause = "declined"
	CauseLeft     Cause = "left" // no longer an active member of the company
)

// Answer is the response of an invited member.
type Answer string

const (
	Unanswered Answer = ""
	Accepts    Answer = "accepts"
	Declines   Answer = "declines"
)

// Invited is a member of the pool who may replace the interviewer.
type Invited struct {
	UserID string `json:"userId"`
	Answer Answer `json:"answer,omitempty"`

	Person member.Member `json:"-"` // read beside the row
}

// Substitution is a row of substitutions: a request to replace an interviewer.
type Substitution struct {
	bun.BaseModel `bun:"table:substitutions,alias:su"`

	ID              string    `bun:",pk"`
	CorpID          string    `bun:"corp_id"`
	InterviewID     string    `bun:"interview_id"`
	PositionID      string    `bun:"position_id"`
	UserID          string    `bun:"user_id"` // who cannot attend
	Cause           Cause     `bun:"cause"`
	ScheduleVersion int       `bun:"schedule_version"`
	Invited         []Invited `bun:"invited,type:jsonb"` // the best first
	State           State     `bun:"state"`
	Deadline        time.Time `bun:"deadline"`
	TakenBy         string    `bun:"taken_by"`
	CreatedAt       time.Time `bun:"created_at"`
	UpdatedAt       time.Time `bun:"updated_at"`

	// Read beside the row.
	Person member.Member `bun:"-"` // who cannot attend
	Taker  member.Member `bun:"-"`
}

// findInvited returns an invited member, nil for none.
func (r *Substitution) findInvited(userID string) *Invited {
	n := slices.IndexFunc(r.Invited, func(m Invited) bool { return m.UserID == userID })
	if n < 0 {
		return nil
	}
	return &r.Invited[n]
}

// exclusion is a row of substitution_exclusions.
type exclusion struct {
	bun.BaseModel `bun:"table:substitution_exclusions,alias:se"`

	CorpID      string    `bun:"corp_id,pk"`
	InterviewID string    `bun:"interview_id,pk"`
	CreatedBy   string    `bun:"created_by"`
	CreatedAt   time.Time `bun:"created_at"`
}

// ReviewArgs is the job that opens and closes the substitutions of an interview.
type ReviewArgs struct {
	CorpID      string `json:"corpId"`
	InterviewID string `json:"interviewId"`
}

func (ReviewArgs) Kind() string { return "pool_review" }

// Follow returns appointments that make the substitutions follow every change of an interview
// too.
func (s *Service) Follow(next interview.Appointments) interview.Appointments {
	return interview.WithFollower(next, s.followInterview)
}

// followInterview closes the open substitutions that the stored interview no longer requires, and
// inserts the job that reads the rest. A removed interviewer is left to the job: the acceptance
// of a substitute removes the interviewer in the same transaction.
func (s *Service) followInterview(ctx context.Context, tx *db.Tx, i *interview.Interview) error {
	p, err := readPool(ctx, tx, i.CorpID, i.PositionID)
	if err != nil {
		return err
	}
	open, err := readSubstitutions(ctx, tx, i.CorpID, i.ID, Open)
	if err != nil || p.Version == 0 && len(open) == 0 {
		return err
	}
	if err := s.closePointless(ctx, tx, open, func(r *Substitution) bool { return r.isPointless(i, false) }); err != nil {
		return err
	}
	return s.Queue.Insert(ctx, tx, ReviewArgs{CorpID: i.CorpID, InterviewID: i.ID})
}

// isPointless reports whether an interview no longer requires the substitution; gone counts an
// interviewer who was removed.
func (r *Substitution) isPointless(i *interview.Interview, gone bool) bool {
	if i.State != interview.Scheduled || i.ScheduleVersion != r.ScheduleVersion {
		return true
	}
	n := slices.IndexFunc(i.Interviewers, func(m interview.Interviewer) bool { return m.UserID == r.UserID })
	if n < 0 {
		return gone
	}
	return r.Cause == CauseDeclined && i.Interviewers[n].Response != interview.Declined
}

// closeSubstitution ends an open substitution and inserts the jobs that follow.
func (s *Service) closeSubstitution(ctx context.Context, tx *db.Tx, r *Substitution, state State) error {
	r.State = state
	if err := s.storeSubstitution(ctx, tx, r); err != nil {
		return err
	}
	if err := s.Queue.Insert(ctx, tx, ClosedArgs{CorpID: r.CorpID, SubstitutionID: r.ID}); err != nil {
		return err
	}
	if state == Closed {
		return nil
	}
	return s.Queue.Insert(ctx, tx, NoticeArgs{CorpID: r.CorpID, SubstitutionID: r.ID})
}

func (s *Service) storeSubstitution(ctx context.Context, tx *db.Tx, r *Substitution) error {
	r.UpdatedAt = s.now()
	if _, err := tx.NewUpdate().Model(r).WherePK().Where("corp_id = ?", r.CorpID).Exec(ctx); err != nil {
		return fmt.Errorf("storing substitution %s: %w", r.ID, err)
	}
	return nil
}

// readSubstitutions returns those of an interview, the newest first, with a lock of the open ones
// in a transaction. An empty state is any.
func readSubstitutions(ctx context.Context, q bun.IDB, corpID, interviewID string, state State) ([]*Substitution, error) {
	if tx, ok := q.(*db.Tx); ok {
		if err := tx.Lock(ctx, (*Substitution)(nil), "corp_id = ? AND interview_id = ? AND state = ?", corpID, interviewID, Open); err != nil {
			return nil, err
		}
	}
	var list []*Substitution
	query := q.NewSelect().Model(&list).Where("su.corp_id = ? AND su.interview_id = ?", corpID, interviewID)
	if state != "" {
		query.Where("su.state = ?", state)
	}
	if err := query.OrderExpr("su.created_at DESC, su.id DESC").Limit(100).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading the substitutions of interview %s: %w", interviewID, err)
	}
	return list, nil
}

func readSubstitution(ctx context.Context, q bun.IDB, corpID, id string) (*Substitution, error) {
	r := new(Substitution)
	err := q.NewSelect().Model(r).Where("su.corp_id = ? AND su.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading substitution %s: %w", id, err)
	}
	return r, nil
}

// vacancy is an interviewer who cannot attend, with the members to invite.
type vacancy struct {
	userID   string
	cause    Cause
	since    time.Time // the response; zero for a member who has left
	proposed []Proposal
	deadline time.Time
}

// Review opens a substitution for each interviewer who cannot attend, and closes those that the
// interview no longer requires. It may be repeated.
func (s *Service) Review(ctx context.Context, corpID, interviewID string) error {
	i, err := s.Interviews.GetUnchecked(ctx, corpID, interviewID)
	if apperr.IsNotFound(err) {
		return nil // erased
	}
	if err != nil {
		return err
	}
	vacancies, err := s.findVacancies(ctx, i)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*interview.Interview)(nil), "corp_id = ? AND id = ?", corpID, interviewID); err != nil {
			return err
		}
		now, err := readInterviewers(ctx, tx, corpID, interviewID)
		if err != nil || now == nil {
			return err
		}
		automatic, err := isAutomatic(ctx, tx, corpID, interviewID)
		if err != nil {
			return err
		}
		list, err := readSubstitutions(ctx, tx, corpID, interviewID, "")
		if err != nil {
			return err
		}
		if err := s.closePointless(ctx, tx, list, func(r *Substitution) bool { return !automatic || r.isPointless(now, true) }); err != nil {
			return err
		}
		if now.ScheduleVersion != i.ScheduleVersion || now.State != interview.Scheduled || !automatic {
			return nil // another job follows a change
		}
		return s.openForVacancies(ctx, tx, now, list, vacancies)
	})
}

// closePointless closes those open substitutions of a list that are not required.
func (s *Service) closePointless(ctx context.Context, tx *db.Tx, list []*Substitution, pointless func(*Substitution) bool) error {
	for _, r := range list {
		if r.State == Open && pointless(r) {
			if err := s.closeSubstitution(ctx, tx, r, Closed); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) openForVacancies(ctx context.Context, tx *db.Tx, i *interview.Interview, list []*Substitution, vacancies []vacancy) error {
	for _, v := range vacancies {
		r := &Substitution{
			ID: db.NewID(), CorpID: i.CorpID, InterviewID: i.ID, PositionID: i.PositionID, UserID: v.userID, Cause: v.cause, ScheduleVersion: i.ScheduleVersion,
			Invited: []Invited{}, State: Open, Deadline: v.deadline, CreatedAt: s.now(), UpdatedAt: s.now(),
		}
		known := slices.ContainsFunc(list, func(o *Substitution) bool {
			return o.UserID == v.userID && o.ScheduleVersion == i.ScheduleVersion && !o.CreatedAt.Before(v.since)
		})
		if known || r.isPointless(i, true) {
			continue
		}
		for _, p := range v.proposed {
			r.Invited = append(r.Invited, Invited{UserID: p.UserID})
		}
		if err := s.insertSubstitution(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// insertSubstitution stores a substitution and queues the cards. Without members to invite it is
// unfilled at once.
func (s *Service) insertSubstitution(ctx context.Context, tx *db.Tx, r *Substitution) error {
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return fmt.Errorf("storing a substitution: %w", err)
	}
	if err := audit.Write(ctx, tx, s.now(), actor.System(r.CorpID), "substitution.open", r.InterviewID, audit.Data{"user": r.UserID, "cause": string(r.Cause)}); err != nil {
		return err
	}
	if len(r.Invited) == 0 {
		return s.closeSubstitution(ctx, tx, r, Unfilled)
	}
	for _, m := range r.Invited {
		err := s.Interviews.Messages.Insert(ctx, tx, message.Message{
			CorpID: r.CorpID, InterviewID: r.InterviewID, ScheduleVersion: r.ScheduleVersion, Kind: message.KindSubstitute, Channel: message.WeCom, Recipient: m.UserID,
			Data: message.Data{By: r.UserID, Request: r.ID}, Dedup: "substitute:" + r.ID + ":" + m.UserID,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// findVacancies returns the interviewers that a substitution may replace, with the members to
// invite. It reads outside a transaction.
func (s *Service) findVacancies(ctx context.Context, i *interview.Interview) ([]vacancy, error) {
	if i.State != interview.Scheduled || !i.StartsAt.Add(-leastNotice).After(s.now()) {
		return nil, nil
	}
	p, err := readPool(ctx, s.DB.DB, i.CorpID, i.PositionID)
	if err != nil || !slices.ContainsFunc(p.Members, func(m Member) bool { return m.Qualification == Trained }) {
		return nil, err
	}
	assigned := []string{}
	for _, m := range i.Interviewers {
		assigned = append(assigned, m.UserID)
	}
	people, err := s.Interviews.Members(ctx, i.CorpID, assigned)
	if err != nil {
		return nil, err
	}
	var out []vacancy
	for _, m := range i.Interviewers {
		switch {
		case m.Response == interview.Declined && m.RespondedAt != nil:
			out = append(out, vacancy{userID: m.UserID, cause: CauseDeclined, since: *m.RespondedAt})
		case !people[m.UserID].Active:
			out = append(out, vacancy{userID: m.UserID, cause: CauseLeft})
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, s.fillVacancies(ctx, p, i, assigned, out)
}

// fillVacancies sets the members to invite and the deadline, which leave leastNotice before the
// interview.
func (s *Service) fillVacancies(ctx context.Context, p *Pool, i *interview.Interview, assigned []string, list []vacancy) error {
	if err := s.fillNames(ctx, p); err != nil {
		return err
	}
	need := Need{PositionID: i.PositionID, StartsAt: i.StartsAt, Duration: i.Duration(), Exclude: i.ID}
	proposed, err := s.rankMembers(ctx, p, need, func(m Member) bool { return m.Qualification == Trained && !slices.Contains(assigned, m.UserID) })
	if err != nil {
		return err
	}
	proposed = slices.DeleteFunc(proposed, func(p Proposal) bool { return !p.Fits })
	deadline, err := s.Availability.AddWorkingTime(ctx, i.CorpID, s.now(), time.Duration(p.ResponseHours)*time.Hour)
	if err != nil {
		return err
	}
	if last := i.StartsAt.Add(-leastNotice); deadline.After(last) {
		deadline = last
	}
	for n := range list {
		list[n].proposed, list[n].deadline = proposed[:min(len(proposed), maxInvited)], db.Time(deadline)
	}
	return nil
}

// readInterviewers returns an interview with its interviewers only, nil for one that does not exist.
func readInterviewers(ctx context.Context, tx *db.Tx, corpID, id string) (*interview.Interview, error) {
	i := new(interview.Interview)
	err := tx.NewSelect().Model(i).Where("i.corp_id = ? AND i.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil //nolint:nilnil // erased
	}
	if err == nil {
		err = tx.NewSelect().Model(&i.Interviewers).Where("interview_id = ?", id).Order("position").Scan(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the interviewers of interview %s: %w", id, err)
	}
	return i, nil
}

// isAutomatic reports whether the interviewers of an interview are replaced automatically.
func isAutomatic(ctx context.Context, q bun.IDB, corpID, interviewID string) (bool, error) {
	excluded, err := q.NewSelect().Model((*exclusion)(nil)).Where("corp_id = ? AND interview_id = ?", corpID, interviewID).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("reading whether interview %s is excluded: %w", interviewID, err)
	}
	return !excluded, nil
}

// UnfilledInterviews returns a query of the ids of the interviews with an interviewer who has no substitute.
func UnfilledInterviews(corpID string) schema.QueryAppender {
	return bun.SafeQuery(`SELECT su.interview_id FROM substitutions AS su WHERE su.corp_id = ? AND su.state = ?
		AND EXISTS (SELECT 1 FROM interviews AS own JOIN interview_members AS im ON im.interview_id = own.id
			WHERE own.id = su.interview_id AND own.schedule_version = su.schedule_version AND im.user_id = su.user_id
			AND (su.cause <> ? OR im.response = ?))`, corpID, Unfilled, CauseDeclined, interview.Declined)
}

// reviewAll reviews each interview; an error of one does not keep the others.
func (s *Service) reviewAll(ctx context.Context, list []ReviewArgs) error {
	var errs []error
	for _, args := range list {
		errs = append(errs, s.Review(ctx, args.CorpID, args.InterviewID))
	}
	return errors.Join(errs...)
}

func (s *Service) runReview(ctx context.Context, args ReviewArgs, _ job.Attempt) error {
	return s.Review(ctx, args.CorpID, args.InterviewID)
}
