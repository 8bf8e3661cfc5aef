package pool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
)

const (
	sweepInterval   = time.Minute
	reviewInterval  = 5 * time.Minute
	sweepLimit      = 500
	maxInterviewers = 5000
	reviewAhead     = 30 * 24 * time.Hour
	maxNextTimes    = 3
)

// SweepArgs is the job that ends substitutions whose deadline has passed.
type SweepArgs struct{}

func (SweepArgs) Kind() string { return "pool_sweep" }

// LeaversArgs is the job that finds upcoming interviews of members who have left.
type LeaversArgs struct{}

func (LeaversArgs) Kind() string { return "pool_leavers" }

// ClosedArgs is the job that removes the buttons of a substitution's cards, in package notify.
type ClosedArgs struct {
	CorpID         string `json:"corpId"`
	SubstitutionID string `json:"substitutionId"`
}

func (ClosedArgs) Kind() string { return "pool_closed" }

// NoticeArgs is the job that notifies the organizer of the end of a substitution, in package
// notify.
type NoticeArgs struct {
	CorpID         string `json:"corpId"`
	SubstitutionID string `json:"substitutionId"`
}

func (NoticeArgs) Kind() string { return "pool_notice" }

// ExpireSubstitutions ends those whose deadline has passed. An error in one does not keep the
// others.
func (s *Service) ExpireSubstitutions(ctx context.Context) error {
	var due []*Substitution
	err := s.DB.NewSelect().Model(&due).Column("id", "corp_id").
		Where("su.state = ? AND su.deadline <= ?", Open, db.Time(s.now())).Order("su.deadline").Limit(sweepLimit).Scan(ctx)
	if err != nil {
		return fmt.Errorf("selecting expired substitutions: %w", err)
	}
	var errs []error
	for _, r := range due {
		errs = append(errs, s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := tx.Lock(ctx, (*Substitution)(nil), "corp_id = ? AND id = ?", r.CorpID, r.ID); err != nil {
				return err
			}
			stored, err := readSubstitution(ctx, tx, r.CorpID, r.ID)
			if err != nil || stored.State != Open { // taken meanwhile
				return err
			}
			return s.closeSubstitution(ctx, tx, stored, Unfilled)
		}))
	}
	return errors.Join(errs...)
}

// ReviewLeavers reviews the upcoming interviews of positions with a pool in which an interviewer
// is no longer an active member.
func (s *Service) ReviewLeavers(ctx context.Context) error {
	var interviewers []struct {
		CorpID      string `bun:"corp_id"`
		InterviewID string `bun:"interview_id"`
		UserID      string `bun:"user_id"`
	}
	now := s.now()
	err := s.DB.NewSelect().TableExpr("interviews AS i").ColumnExpr("i.corp_id, im.interview_id, im.user_id").
		Join("JOIN interviewer_pools AS ip ON ip.corp_id = i.corp_id AND ip.position_id = i.position_id").
		Join("JOIN interview_members AS im ON im.interview_id = i.id").
		Where("i.state = ? AND i.starts_at > ? AND i.starts_at < ?", interview.Scheduled, db.Time(now), db.Time(now.Add(reviewAhead))).
		OrderExpr("i.starts_at, i.id, im.position").Limit(maxInterviewers).Scan(ctx, &interviewers)
	if err != nil {
		return fmt.Errorf("selecting the interviewers of upcoming interviews: %w", err)
	}
	members := map[string][]string{}
	for _, m := range interviewers {
		members[m.CorpID] = append(members[m.CorpID], m.UserID)
	}
	var due []ReviewArgs
	for corpID, ids := range members {
		slices.Sort(ids)
		people, err := s.Interviews.Members(ctx, corpID, slices.Compact(ids))
		if err != nil {
			return err
		}
		for _, m := range interviewers {
			args := ReviewArgs{CorpID: corpID, InterviewID: m.InterviewID}
			if m.CorpID == corpID && !people[m.UserID].Active && !slices.Contains(due, args) {
				due = append(due, args)
			}
		}
	}
	return s.reviewAll(ctx, due)
}

// Notice is the end of a substitution.
type Notice struct {
	*Substitution

	Interview *interview.Interview
	NextTimes []availability.Interval // at which all interviewers are free, of an unfilled one
}

// ReadNotice returns the content of a notice; nil when it has become pointless.
func (s *Service) ReadNotice(ctx context.Context, args NoticeArgs) (*Notice, error) {
	r, err := s.Lookup(ctx, args.CorpID, args.SubstitutionID)
	if err != nil || r == nil {
		return nil, err
	}
	system := actor.System(args.CorpID)
	i, err := s.Interviews.Get(ctx, system, r.InterviewID)
	if err != nil {
		return nil, err
	}
	out := &Notice{Substitution: r, Interview: i}
	if r.State == Unfilled {
		if r.isPointless(i, true) {
			return nil, nil //nolint:nilnil // overtaken
		}
		if out.NextTimes, err = s.findNextTimes(ctx, system, i); err != nil {
			return nil, err
		}
	}
	return out, s.fillPeople(ctx, args.CorpID, []*Substitution{r})
}

// findNextTimes returns the next times at which the active interviewers are free.
func (s *Service) findNextTimes(ctx context.Context, a actor.Actor, i *interview.Interview) ([]availability.Interval, error) {
	q := availability.Query{Within: availability.Interval{Start: s.now(), End: s.now().Add(availability.MaxRange)}, Duration: i.Duration(), CandidateID: i.CandidateID, Exclude: i.ID}
	for _, m := range i.Interviewers {
		if m.Member.Active {
			q.Interviewers = append(q.Interviewers, m.UserID)
		}
	}
	if len(q.Interviewers) == 0 {
		return nil, nil
	}
	found, err := s.Availability.Find(ctx, a, q)
	if apperr.KindOf(err) == apperr.Invalid { // such as ten minutes
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return found.Slots[:min(len(found.Slots), maxNextTimes)], nil
}

// fillPeople sets the names of the members of substitutions.
func (s *Service) fillPeople(ctx context.Context, corpID string, list []*Substitution) error {
	var ids []string
	for _, r := range list {
		ids = append(ids, r.UserID, r.TakenBy)
		for _, m := range r.Invited {
			ids = append(ids, m.UserID)
		}
	}
	people, err := s.Interviews.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for _, r := range list {
		r.Person, r.Taker = people(r.UserID), people(r.TakenBy)
		for n := range r.Invited {
			r.Invited[n].Person = people(r.Invited[n].UserID)
		}
	}
	return nil
}

// Lookup returns a substitution without any permission check, nil for one that does not exist.
func (s *Service) Lookup(ctx context.Context, corpID, id string) (*Substitution, error) {
	r, err := readSubstitution(ctx, s.DB.DB, corpID, id)
	if apperr.IsNotFound(err) {
		return nil, nil //nolint:nilnil // erased
	}
	return r, err
}

// Overview is the substitutions of an interview.
type Overview struct {
	Automatic bool // interviewers are replaced automatically
	HasPool   bool // the position has trained interviewers in its pool
	List      []*Substitution
}

// ListOfInterview returns the substitutions of an interview, the newest first.
func (s *Service) ListOfInterview(ctx context.Context, a actor.Actor, interviewID string) (*Overview, error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return nil, err
	}
	i, err := s.Interviews.Get(ctx, a, interviewID)
	if err != nil {
		return nil, err
	}
	p, err := readPool(ctx, s.DB.DB, a.CorpID, i.PositionID)
	if err != nil {
		return nil, err
	}
	out := &Overview{HasPool: slices.ContainsFunc(p.Members, func(m Member) bool { return m.Qualification == Trained })}
	if out.Automatic, err = isAutomatic(ctx, s.DB.DB, a.CorpID, interviewID); err != nil {
		return nil, err
	}
	if out.List, err = readSubstitutions(ctx, s.DB.DB, a.CorpID, interviewID, ""); err != nil {
		return nil, err
	}
	return out, s.fillPeople(ctx, a.CorpID, out.List)
}

// SetAutomatic sets whether interviewers of an interview are replaced automatically. Open
// substitutions are closed when they are not.
func (s *Service) SetAutomatic(ctx context.Context, a actor.Actor, interviewID string, automatic bool) (*Overview, error) {
	before, err := s.ListOfInterview(ctx, a, interviewID)
	if err != nil || before.Automatic == automatic {
		return before, err
	}
	row := &exclusion{CorpID: a.CorpID, InterviewID: interviewID, CreatedBy: a.UserID, CreatedAt: s.now()}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		act := "substitution.off"
		if automatic {
			act = "substitution.on"
			_, err = tx.NewDelete().Model(row).WherePK().Exec(ctx)
		} else {
			_, err = tx.NewInsert().Model(row).On("CONFLICT (corp_id, interview_id) DO NOTHING").Exec(ctx)
		}
		if err != nil {
			return fmt.Errorf("storing whether interview %s is excluded: %w", interviewID, err)
		}
		if err := s.Queue.Insert(ctx, tx, ReviewArgs{CorpID: a.CorpID, InterviewID: interviewID}); err != nil {
			return err // it closes the open substitutions if the review below fails
		}
		return audit.Write(ctx, tx, s.now(), a, act, interviewID, nil)
	})
	if err == nil {
		err = s.Review(ctx, a.CorpID, interviewID)
	}
	if err != nil {
		return nil, err
	}
	return s.ListOfInterview(ctx, a, interviewID)
}
