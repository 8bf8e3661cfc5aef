package pool

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/validate"
)

const (
	shortest = 10 * time.Minute
	longest  = availability.MaxDuration
	// loadPeriod is the time before an interview in which the others count as recent.
	loadPeriod = 30 * 24 * time.Hour
	// oldestInterview limits the search for an interviewer's last interview.
	oldestInterview = 90 * 24 * time.Hour
	maxLoadRows     = 20000
	aWeek           = 7 * 24 * time.Hour
)

// Need is a planned interview for which interviewers are proposed.
type Need struct {
	PositionID string
	StartsAt   time.Time
	Duration   time.Duration
	// Chosen are the interviewers so far. They are not proposed; if one of them is trained,
	// shadows are proposed too.
	Chosen   []string
	Exclude  string // the interview that is being changed; "" for none
	Language string // of the names of holidays
}

// Proposal is a proposed interviewer, with the reasons for the place in the order.
type Proposal struct {
	Member

	Fits      bool // free at the time, within working hours and limits
	ThisWeek  int  // interviews in the week of the planned one, from Monday
	LastMonth int  // in the 30 days before the planned one
	LastAt    *time.Time
	Reasons   []apperr.Reason
	Refusals  []availability.Refusal
	daysSince int // from the last interview to the planned one
}

// Propose returns the members of a position's pool for an interview, the best first: those who
// are free, then the trained, then those with the fewest interviews in the week and the month,
// then those whose last interview is the longest ago.
func (s *Service) Propose(ctx context.Context, a actor.Actor, need Need) ([]Proposal, error) {
	p, err := s.Get(ctx, a, need.PositionID)
	if err != nil {
		return nil, err
	}
	var e validate.Errors
	if need.StartsAt.IsZero() {
		e.Add("startsAt", "field.required")
	}
	if need.Duration < shortest || need.Duration > longest {
		e.Add("durationMinutes", "interview.bad_duration", "Min", int(shortest.Minutes()), "Max", int(longest.Minutes()))
	}
	if err := e.Err(false); err != nil {
		return nil, err
	}
	withShadows := slices.ContainsFunc(need.Chosen, p.isTrained)
	return s.rankMembers(ctx, p, need, func(m Member) bool {
		return !slices.ContainsFunc(need.Chosen, func(userID string) bool { return member.SameUserID(userID, m.UserID) }) && (m.Qualification == Trained || withShadows)
	})
}

// rankMembers orders the selected members of a pool who are in the company.
func (s *Service) rankMembers(ctx context.Context, p *Pool, need Need, selected func(Member) bool) ([]Proposal, error) {
	list := []Proposal{}
	ids := []string{}
	for _, m := range p.Members {
		if m.Person.Active && selected(m) {
			list, ids = append(list, Proposal{Member: m}), append(ids, m.UserID)
		}
	}
	if len(list) == 0 {
		return list, nil
	}
	c, err := s.Availability.NewChecker(ctx, p.CorpID, "", need.Language, ids)
	if err != nil {
		return nil, err
	}
	refusals, err := c.Check(ctx, s.DB.DB, need.Exclude, []availability.Interval{{Start: need.StartsAt, End: need.StartsAt.Add(need.Duration)}})
	if err != nil {
		return nil, err
	}
	if err := s.readLoad(ctx, p.CorpID, need, c.Location(), list, ids); err != nil {
		return nil, err
	}
	for n := range list {
		list[n].setReasons(refusals[0])
	}
	slices.SortFunc(list, compareProposals)
	return list, nil
}

// compareProposals orders by availability, qualification, load and fairness.
func compareProposals(a, b Proposal) int {
	rank := func(ok bool) int {
		if ok {
			return 0
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(rank(a.Fits), rank(b.Fits)),
		cmp.Compare(rank(a.Qualification == Trained), rank(b.Qualification == Trained)),
		cmp.Compare(a.ThisWeek, b.ThisWeek), cmp.Compare(a.LastMonth, b.LastMonth),
		cmp.Compare(b.daysSince, a.daysSince), cmp.Compare(a.UserID, b.UserID),
	)
}

// loadRow is an interview of a member.
type loadRow struct {
	UserID   string    `bun:"user_id"`
	StartsAt time.Time `bun:"starts_at"`
}

// readLoad counts the interviews of the members around the planned one.
func (s *Service) readLoad(ctx context.Context, corpID string, need Need, loc *time.Location, list []Proposal, ids []string) error {
	monday := availability.StartOfWeek(need.StartsAt.In(loc))
	week := availability.Interval{Start: monday, End: monday.AddDate(0, 0, 7)}
	var found []loadRow
	// The expression of user_id keeps SQLite from looking every interview up once for each member.
	err := s.DB.NewSelect().TableExpr("interviews AS i").ColumnExpr("im.user_id, i.starts_at").
		Join("JOIN interview_members AS im ON im.interview_id = i.id").
		Where("i.corp_id = ? AND i.id <> ? AND i.state <> ?", corpID, need.Exclude, interview.Cancelled).
		Where("i.starts_at > ? AND i.starts_at < ?", db.Time(need.StartsAt.Add(-oldestInterview)), db.Time(need.StartsAt.Add(aWeek))).
		Where("im.user_id || '' IN (?) AND im.response <> ?", bun.List(ids), interview.Declined).
		OrderExpr("i.starts_at DESC").Limit(maxLoadRows).Scan(ctx, &found)
	if err != nil {
		return fmt.Errorf("counting the interviews of a pool: %w", err)
	}
	byID := map[string]*Proposal{}
	for n := range list {
		list[n].daysSince = int(oldestInterview.Hours() / 24)
		byID[list[n].UserID] = &list[n]
	}
	for _, r := range found {
		byID[r.UserID].addInterview(r.StartsAt, week, need.StartsAt)
	}
	return nil
}

// addInterview adds an interview to the load. The newest is counted first.
func (p *Proposal) addInterview(at time.Time, week availability.Interval, planned time.Time) {
	if !at.Before(week.Start) && at.Before(week.End) {
		p.ThisWeek++
	}
	if !at.Before(planned) {
		return
	}
	if at.After(planned.Add(-loadPeriod)) {
		p.LastMonth++
	}
	if p.LastAt == nil {
		p.LastAt, p.daysSince = &at, int(planned.Sub(at).Hours()/24)
	}
}

// setReasons explains the place of the proposal. refusals are those of all members.
func (p *Proposal) setReasons(refusals []availability.Refusal) {
	for _, r := range refusals {
		if r.UserID == p.UserID {
			p.Refusals = append(p.Refusals, r)
		}
	}
	p.Fits = len(p.Refusals) == 0
	add := func(code string, params map[string]any) {
		p.Reasons = append(p.Reasons, apperr.Reason{Code: code, Params: params})
	}
	if p.Fits {
		add("pool.free", nil)
	}
	add("pool.qualification_"+string(p.Qualification), nil)
	add("pool.load", map[string]any{"Week": p.ThisWeek, "Month": p.LastMonth})
	if p.LastAt == nil {
		add("pool.last_long_ago", map[string]any{"Days": p.daysSince})
	} else {
		add("pool.last", map[string]any{"Days": p.daysSince})
	}
}
