package availability

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/validate"
)

// Query selects interviewers and a range of time.
type Query struct {
	Interviewers []string
	Within       Interval // at most MaxRange
	Duration     time.Duration
	At           time.Time // the chosen time, within the range; zero for none
	CandidateID  string    // whose other interviews are considered; "" for none
	Exclude      string    // the interview that is being edited; "" for none
	Language     string    // of the names of holidays
}

// Schedule is the time of one interviewer within the range of a query.
type Schedule struct {
	Member   member.Member
	Location *time.Location
	Work     []Interval
	Busy     []Block
}

// Result is the result of a query.
type Result struct {
	Location  *time.Location // of the company
	Buffer    time.Duration
	Schedules []Schedule // in the order of the query
	Days      []Day      // of the company's calendar within the range
	Slots     []Interval
	Refusals  []Refusal // why the chosen time does not fit
}

// slotCount limits the proposed slots.
const slotCount = 12

// Find returns the time of interviewers and the next slots at which all of them are
// free. It requires a recruiter or an administrator, who see every interview of the
// company and therefore the titles of busy times.
func (s *Service) Find(ctx context.Context, a actor.Actor, q Query) (*Result, error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return nil, err
	}
	people, err := s.checkQuery(ctx, a, &q)
	if err != nil {
		return nil, err
	}
	loc, err := s.companyZone(ctx, a.CorpID)
	if err != nil {
		return nil, err
	}
	panel, err := s.newPanel(ctx, s.DB.DB, a.CorpID, loc, &q, people)
	if err != nil {
		return nil, err
	}
	out := &Result{Location: panel.Location, Buffer: panel.Buffer, Days: panel.daysWithin(q.Within)}
	for _, p := range panel.People {
		busy := slices.DeleteFunc(slices.Clone(p.Blocks), func(b Block) bool { return !b.Overlaps(q.Within) })
		out.Schedules = append(out.Schedules, Schedule{people[p.UserID], p.Location, panel.Working(p, q.Within), busy})
	}
	if !q.At.IsZero() {
		out.Refusals = panel.Check(Interval{q.At, q.At.Add(q.Duration)})
	}
	if now := s.now(); q.Within.Start.Before(now) {
		q.Within.Start = now
	}
	if !q.Within.IsEmpty() {
		out.Slots = panel.FindSlots(q.Within, q.Duration, slotCount)
	}
	return out, nil
}

// checkQuery returns the members that the query names.
func (s *Service) checkQuery(ctx context.Context, a actor.Actor, q *Query) (map[string]member.Member, error) {
	var e validate.Errors
	if len(q.Interviewers) == 0 {
		e.Add("interviewer", "field.required")
	}
	if len(q.Interviewers) > MaxInterviewers {
		e.Add("interviewer", "field.too_many", "Limit", MaxInterviewers)
	}
	length := q.Within.End.Sub(q.Within.Start)
	if q.Within.Start.IsZero() || length <= 0 || length > MaxRange+time.Hour { // one more hour at the end of daylight saving
		e.Add("to", "availability.bad_period", "Days", int(MaxRange.Hours()/24))
	}
	if q.Duration < minDuration || q.Duration > MaxDuration {
		e.Add("durationMinutes", "interview.bad_duration", "Min", int(minDuration.Minutes()), "Max", int(MaxDuration.Minutes()))
	}
	if !q.At.IsZero() && (q.At.Before(q.Within.Start) || !q.At.Before(q.Within.End)) {
		e.Add("at", "field.invalid")
	}
	if err := e.Err(false); err != nil {
		return nil, err
	}
	people, err := s.Members(ctx, a.CorpID, q.Interviewers)
	if err != nil {
		return nil, err
	}
	for n, id := range q.Interviewers {
		if _, ok := people[id]; !ok {
			e.AddMissing(fmt.Sprintf("interviewer[%d]", n), id)
		}
	}
	q.Interviewers = member.StoredUserIDs(q.Interviewers, people)
	return people, e.Err(false)
}

// newPanel reads the settings and the interviews that a query needs.
func (s *Service) newPanel(ctx context.Context, read bun.IDB, corpID string, loc *time.Location, q *Query, people map[string]member.Member) (*Panel, error) {
	company, err := s.readCompany(ctx, read, corpID)
	if err != nil {
		return nil, err
	}
	own, err := readMembers(ctx, read, corpID, q.Interviewers)
	if err != nil {
		return nil, err
	}
	blocks, err := readBlocks(ctx, read, corpID, q)
	if err != nil {
		return nil, err
	}
	panel := &Panel{Days: newCalendar(Holidays(company.Holidays, q.Language), company.Days), Buffer: time.Duration(company.BufferMinutes) * time.Minute, Location: loc}
	for _, id := range q.Interviewers {
		p := newPerson(company, own[id], loc)
		p.Name, p.Blocks = people[id].Name, blocks[id]
		panel.People = append(panel.People, p)
	}
	panel.Candidate, err = readCandidateBlocks(ctx, read, corpID, q)
	return panel, err
}

// newPerson combines the settings of a member with those of the company.
func newPerson(c *Company, m *Member, company *time.Location) *Person {
	p := &Person{UserID: m.UserID, Location: company, Hours: c.Hours, Away: m.Away, DailyLimit: c.DailyLimit, WeeklyLimit: c.WeeklyLimit}
	if m.TimeZone != "" {
		p.Location = Location(m.TimeZone)
	}
	if m.OwnHours {
		p.Hours = m.Hours
	}
	if m.DailyLimit != nil {
		p.DailyLimit = *m.DailyLimit
	}
	if m.WeeklyLimit != nil {
		p.WeeklyLimit = *m.WeeklyLimit
	}
	return p
}

// daysWithin returns the days of the calendar within a period in the company's zone.
func (p *Panel) daysWithin(within Interval) []Day {
	out := []Day{}
	last := DateOf(within.End.Add(-time.Second).In(p.Location))
	for d := DateOf(within.Start.In(p.Location)); d <= last; d = d.Next() {
		if day, ok := p.Days[d]; ok {
			out = append(out, day)
		}
	}
	return out
}

// maxBlocks limits the interviews that a query reads: 20 interviewers with eleven
// interviews on each of 30 days are fewer.
const maxBlocks = 7000

// aWeek is added to both ends of the range: a weekly limit counts whole weeks, in any
// time zone.
const aWeek = 8 * 24 * time.Hour

type blockRow struct {
	UserID   string     `bun:"user_id"`
	ID       string     `bun:"id"`
	Title    string     `bun:"title"`
	StartsAt time.Time  `bun:"starts_at"`
	EndsAt   time.Time  `bun:"ends_at"`
	EndedAt  *time.Time `bun:"ended_at"`
}

// toBlock returns the time of an interview, which may have ended before its planned end.
func (r *blockRow) toBlock() Block {
	b := Block{Interval{r.StartsAt, r.EndsAt}, r.ID, r.Title}
	if r.EndedAt != nil && r.EndedAt.After(b.Start) && r.EndedAt.Before(b.End) {
		b.End = *r.EndedAt
	}
	return b
}

// selectBlocks selects the interviews of a company around the range of a query that
// are not cancelled.
func selectBlocks(q bun.IDB, corpID string, query *Query) *bun.SelectQuery {
	from, to := query.Within.Start.Add(-aWeek), query.Within.End.Add(aWeek)
	return q.NewSelect().TableExpr("interviews AS i").ColumnExpr("i.id, i.title, i.starts_at, i.ends_at, i.ended_at").
		Where("i.corp_id = ? AND i.id <> ? AND i.state <> ?", corpID, query.Exclude, interview.Cancelled).
		Where("i.starts_at > ? AND i.starts_at < ?", db.Time(from), db.Time(to)).
		OrderExpr("i.starts_at, i.id").Limit(maxBlocks)
}

// readBlocks returns the interviews of each member that the member has not declined. The
// expression of user_id keeps SQLite from looking every interview up once for each
// interviewer.
func readBlocks(ctx context.Context, q bun.IDB, corpID string, query *Query) (map[string][]Block, error) {
	var list []blockRow
	err := selectBlocks(q, corpID, query).ColumnExpr("im.user_id").
		Join("JOIN interview_members AS im ON im.interview_id = i.id").
		Where("im.user_id || '' IN (?) AND im.response <> ?", bun.List(query.Interviewers), interview.Declined).
		Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading the interviews of interviewers: %w", err)
	}
	out := map[string][]Block{}
	for _, r := range list {
		out[r.UserID] = append(out[r.UserID], r.toBlock())
	}
	return out, nil
}

// readCandidateBlocks returns the interviews of the candidate.
func readCandidateBlocks(ctx context.Context, q bun.IDB, corpID string, query *Query) ([]Block, error) {
	if query.CandidateID == "" {
		return nil, nil
	}
	var list []blockRow
	err := selectBlocks(q, corpID, query).Where("i.candidate_id = ?", query.CandidateID).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading the interviews of the candidate: %w", err)
	}
	out := make([]Block, len(list))
	for n := range list {
		out[n] = list[n].toBlock()
	}
	return out, nil
}
