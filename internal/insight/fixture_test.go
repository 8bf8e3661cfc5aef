package insight_test

import (
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/insight"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/scorecard"
)

// fixture is a company whose clock is at 12:00 on the Tuesday of the third week of a period.
type fixture struct {
	insight.Service
	t              *testing.T
	loc            *time.Location
	monday         time.Time // of the first week
	golang, rust   *position.Position
	candidate      *candidate.Candidate
	from, to       string
	participations []interview.Interviewer
	cards          []scorecard.Scorecard
	rows           []interview.Interview
	offeredFor     string // the title of the interview that the candidate has booked
	offeredBefore  time.Duration
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	loc, err := time.LoadLocation(interviewtest.TimeZone)
	apperrtest.RequireNoError(t, err)
	now := company.Clock.Now().In(loc)
	monday := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, loc)
	for monday.Weekday() != time.Monday {
		monday = monday.AddDate(0, 0, -1)
	}
	f := &fixture{Service: insight.Service{Interviews: company.Interviews}, t: t, loc: loc, monday: monday, golang: company.CreatePosition(t)}
	f.rust, err = company.Interviews.Positions.Create(t.Context(), interviewtest.Rosa, position.Position{Title: "=Rust"})
	apperrtest.RequireNoError(t, err)
	f.candidate = company.CreateCandidate(t, "陈晨", f.golang.ID)
	f.from, f.to = f.day(0), f.day(20)
	company.Clock.Set(f.at(15, 12, 0))
	return f
}

// at returns a time of a day of the period, which begins with day 0.
func (f *fixture) at(day, hour, minute int) time.Time {
	return time.Date(f.monday.Year(), f.monday.Month(), f.monday.Day()+day, hour, minute, 0, 0, f.loc)
}

func (f *fixture) day(day int) string { return f.at(day, 0, 0).Format(time.DateOnly) }

func (f *fixture) query() insight.Query {
	return insight.Query{From: f.from, To: f.to, Location: f.loc}
}

// add adds an interview of an hour of the first position, in round 1 and created a day before.
func (f *fixture) add(title string, state interview.State, start time.Time, change func(i *interview.Interview), participations ...participation) {
	start = db.Time(start)
	i := interview.Interview{
		ID: db.NewID(), CorpID: interviewtest.CorpID, Title: title, Round: 1, State: state, PositionID: f.golang.ID, CandidateID: f.candidate.ID,
		StartsAt: start, EndsAt: start.Add(time.Hour), TimeZone: interviewtest.TimeZone, RoomKind: interview.BuiltinRoom, OrganizerID: "rosa",
		QuestionIDs: []string{}, TemplateID: f.golang.TemplateID, TemplateVersion: 1, Version: 1, CreatedAt: start.Add(-24 * time.Hour), UpdatedAt: start,
		Meeting: interview.Meeting{Kind: interview.NoMeeting},
	}
	if state == interview.Ended {
		i.EndedAt = &i.EndsAt
	}
	if change != nil {
		change(&i)
	}
	f.rows = append(f.rows, i)
	for n, s := range participations {
		m := interview.Interviewer{CorpID: i.CorpID, InterviewID: i.ID, UserID: s.userID, Position: n, Response: s.response}
		if s.excused {
			m.ExcusedAt = &start
		}
		f.participations = append(f.participations, m)
		if s.card == "" {
			continue
		}
		c := scorecard.Scorecard{CorpID: i.CorpID, InterviewID: i.ID, UserID: s.userID, State: s.card, Version: 1, Scores: []scorecard.Score{}, UpdatedAt: start}
		if s.card == scorecard.Submitted {
			submitted := i.EndsAt.Add(s.after)
			c.SubmittedAt = &submitted
		}
		f.cards = append(f.cards, c)
	}
}

// participation is an interviewer; a submitted scorecard was submitted this time after the planned end.
type participation struct {
	userID   string
	response interview.Response
	card     scorecard.State
	after    time.Duration
	excused  bool
}

func submitted(userID string, response interview.Response, after time.Duration) participation {
	return participation{userID: userID, response: response, card: scorecard.Submitted, after: after}
}

func without(userID string, response interview.Response) participation {
	return participation{userID: userID, response: response}
}

// addCompany inserts the interviews of three weeks, which the tests count by hand.
func (f *fixture) addCompany() {
	f.t.Helper()
	const accepted, declined, pending = interview.Accepted, interview.Declined, interview.Pending
	decide := func(d interview.Decision, round int, lead time.Duration) func(i *interview.Interview) {
		return func(i *interview.Interview) {
			i.Decision, i.Round, i.CreatedAt = d, round, i.StartsAt.Add(-lead)
		}
	}
	// The day before the period, and the first time after it.
	f.add("X", interview.Ended, f.at(-1, 23, 59), decide(interview.Hire, 1, time.Hour), submitted("lin", accepted, time.Hour))
	f.add("Y", interview.Scheduled, f.at(21, 0, 0), nil, without("lin", accepted))
	// The first week.
	f.add("A", interview.Ended, f.at(1, 10, 0), decide(interview.NextRound, 1, 48*time.Hour), submitted("lin", accepted, 2*time.Hour), submitted("mei", accepted, 30*time.Hour))
	f.add("B", interview.Ended, f.at(3, 10, 0), decide(interview.Hire, 2, 24*time.Hour), without("lin", accepted), without("mei", declined))
	f.add("C", interview.Cancelled, f.at(6, 23, 30), nil, without("lin", pending), without("mei", pending))
	// The second week: the offer of D was made 96 hours before the start, lin took part all the
	// same and kai is excused.
	f.add("D", interview.Ended, f.at(7, 0, 30), func(i *interview.Interview) {
		decide(interview.NoHire, 1, 10*time.Hour)(i)
		i.PositionID = f.rust.ID
	}, participation{userID: "kai", response: accepted, excused: true}, submitted("lin", declined, time.Hour))
	f.offeredFor, f.offeredBefore = "D", 96*time.Hour
	f.add("E", interview.Scheduled, f.at(9, 10, 0), nil, without("lin", accepted))
	// The third week: F ended 15 hours ago, and mei submitted before the end; the planned end of G was
	// 10 minutes ago; I was recorded after its start, and has a draft.
	f.add("F", interview.Ended, f.at(14, 20, 0), decide(interview.Hold, 1, 30*time.Hour), without("lin", accepted), submitted("mei", accepted, -10*time.Minute))
	f.add("G", interview.Scheduled, f.at(15, 10, 50), nil, without("lin", pending))
	f.add("H", interview.Scheduled, f.at(16, 10, 0), nil, without("lin", accepted), without("mei", declined))
	f.add("I", interview.Ended, f.at(14, 9, 0), decide("", 3, -2*time.Hour), participation{userID: "kai", response: accepted, card: scorecard.Drafted})
	f.insert()
}

func (f *fixture) insert() {
	f.t.Helper()
	d := f.Interviews.DB
	dbtest.InsertAll(f.t, d, f.rows)
	dbtest.InsertAll(f.t, d, f.participations)
	dbtest.InsertAll(f.t, d, f.cards)
	for _, i := range f.rows {
		if i.Title != f.offeredFor {
			continue
		}
		at := i.StartsAt.Add(-f.offeredBefore)
		_, err := d.NewRaw(`INSERT INTO booking_offers (id, corp_id, position_id, candidate_id, organizer_id, title, round, duration_minutes, time_zone, interviewers, room_kind, room_url,
			meeting_kind, meeting_url, meeting_code, question_ids, note, slots, state, expires_at, interview_id, token_hash, version, created_by, created_at, updated_at)
			VALUES (?, ?, ?, ?, 'rosa', '', 1, 60, '', '[]', 'builtin', '', 'none', '', '', '[]', '', '[]', 'booked', ?, ?, ?, 1, 'rosa', ?, ?)`,
			db.NewID(), i.CorpID, i.PositionID, i.CandidateID, i.StartsAt, i.ID, i.ID, at, at).Exec(f.t.Context())
		apperrtest.RequireNoError(f.t, err)
	}
}
