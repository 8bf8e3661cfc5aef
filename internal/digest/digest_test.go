package digest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/digest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/notification"
)

var (
	admin     = interviewtest.Ada
	recruiter = interviewtest.Rosa
	lin       = interviewtest.Lin
	mei       = interviewtest.Mei
)

// fixture is a company in Shanghai on the Monday after the start of the clock, without
// holidays.
type fixture struct {
	*digest.Service
	t       testing.TB
	company *interviewtest.Company
	plan    interview.Plan
	monday  time.Time // 00:00 in Shanghai
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	dbtest.Exec(t, d, "INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES ('corp', '云杉科技', 'Asia/Shanghai', ?)", db.Time(company.Clock.Now()))
	f := &fixture{t: t, company: company, monday: clocktest.FirstMonday(t, company.Clock.Now(), interviewtest.TimeZone)}
	p := company.CreatePosition(t)
	f.plan = interviewtest.NewPlan(p.ID, company.CreateCandidate(t, "陈晨", p.ID).ID)
	f.Service = f.newReplica()
	f.setDays(func(c *availability.Company) { c.Holidays = availability.NoHolidays })
	return f
}

func (f *fixture) newReplica() *digest.Service {
	f.t.Helper()
	return digest.New(digest.Config{
		DB: f.company.DB, Queue: f.company.Queue, Interviews: f.company.Interviews, Availability: f.company.NewAvailability(),
		Recruiters: func(context.Context, string) ([]string, error) { return []string{"ada", "rosa"}, nil },
		Logger:     slog.New(slog.DiscardHandler), Now: f.company.Clock.Now,
	})
}

func (f *fixture) setDays(edit func(*availability.Company)) {
	f.t.Helper()
	_, err := f.Availability.UpdateCompany(f.t.Context(), admin, 0, edit)
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) setCompany(edit func(*notification.Company)) {
	f.t.Helper()
	settings := notification.New(notification.Config{DB: f.company.DB, Availability: f.Availability, Now: f.company.Clock.Now})
	_, err := settings.UpdateCompany(f.t.Context(), admin, 0, edit)
	apperrtest.RequireNoError(f.t, err)
}

// schedule schedules an interview of an hour with lin and mei.
func (f *fixture) schedule(at time.Time) *interview.Interview {
	f.t.Helper()
	p := f.plan
	p.StartsAt, p.Duration, p.Interviewers, p.OverrideWarnings = at, time.Hour, []string{"lin", "mei"}, true
	i, _, err := f.company.Interviews.Schedule(f.t.Context(), recruiter, p)
	apperrtest.RequireNoError(f.t, err)
	return i
}

// hold starts and ends an interview at its time.
func (f *fixture) hold(i *interview.Interview) {
	f.t.Helper()
	f.company.Clock.Set(i.StartsAt)
	_, err := f.company.Interviews.Start(f.t.Context(), lin, i.ID)
	apperrtest.RequireNoError(f.t, err)
	f.company.Clock.Advance(time.Hour)
	_, err = f.company.Interviews.End(f.t.Context(), lin, i.ID)
	apperrtest.RequireNoError(f.t, err)
}

// runAt runs the job at a time of the Monday, such as 8:30.
func (f *fixture) runAt(hour, minute int) {
	f.t.Helper()
	f.company.Clock.Set(f.monday.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute))
	apperrtest.RequireNoError(f.t, f.QueueDue(f.t.Context()))
}

// wantRecipients checks the recipients of all digests, by day and userid.
func (f *fixture) wantRecipients(when string, want ...string) {
	f.t.Helper()
	var list []message.Message
	apperrtest.RequireNoError(f.t, f.company.DB.NewSelect().Model(&list).Where("kind = ?", message.KindDigest).Scan(f.t.Context()))
	got := []string{}
	for _, m := range list {
		got = append(got, m.Recipient)
		if m.State != message.Queued || m.Channel != message.WeCom || m.InterviewID == "" || m.Data.Day == "" {
			f.t.Errorf("%s: row %+v", when, m)
		}
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		f.t.Errorf("%s: digests to %q, want %q", when, got, want)
	}
}

func TestDigestAtItsTime(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		apperrtest.RequireNoError(t, f.QueueDue(t.Context())) // installed on a day before
		f.schedule(f.monday.Add(10 * time.Hour))
		f.runAt(8, 29)
		f.wantRecipients("at 8:29")
		f.runAt(8, 30)
		f.wantRecipients("at 8:30", "ada", "lin", "mei", "rosa") // no interviewer has responded: the worklist has an entry
		f.runAt(8, 31)
		dbtest.Exec(t, f.company.DB, "UPDATE digest_days SET day = ?", availability.DateOf(f.monday.AddDate(0, 0, -1))) // a run that was interrupted
		f.runAt(8, 32)
		f.wantRecipients("after further runs", "ada", "lin", "mei", "rosa")
	})
}

// The first run only stores the day: a morning before the installation gets no digest.
func TestDigestAfterInstallation(t *testing.T) {
	runOnBoth(t, func(_ *testing.T, f *fixture) {
		f.schedule(f.monday.Add(20 * time.Hour))
		f.schedule(f.monday.Add(34 * time.Hour))
		f.runAt(9, 0)
		f.runAt(9, 1)
		f.wantRecipients("on the day of the installation")
		f.runAt(24+8, 30)
		f.wantRecipients("on the next day", "ada", "lin", "mei", "rosa")
	})
	runOnBoth(t, func(_ *testing.T, f *fixture) {
		f.schedule(f.monday.Add(20 * time.Hour))
		f.runAt(7, 0)
		f.runAt(8, 30)
		f.wantRecipients("installed before the time", "ada", "lin", "mei", "rosa")
	})
}

func TestDigestIsLeftOut(t *testing.T) {
	for name, c := range map[string]struct {
		change       func(f *fixture)
		hour, minute int
		want         []string
	}{
		"nothing to read": {func(*fixture) {}, 8, 30, []string{}},
		"another day":     {func(f *fixture) { f.schedule(f.monday.Add(60 * 24 * time.Hour)) }, 8, 30, []string{}},
		"a short outage":  {func(f *fixture) { f.schedule(f.monday.Add(20 * time.Hour)) }, 10, 29, []string{"ada", "lin", "mei", "rosa"}},
		"a long outage":   {func(f *fixture) { f.schedule(f.monday.Add(20 * time.Hour)) }, 10, 30, []string{}},
		"the company's own": {func(f *fixture) {
			f.schedule(f.monday.Add(20 * time.Hour))
			f.setCompany(func(c *notification.Company) { c.DigestAt = 10 * 60 })
		}, 9, 59, []string{}},
		"off": {func(f *fixture) {
			f.schedule(f.monday.Add(20 * time.Hour))
			f.setCompany(func(c *notification.Company) { c.Digest = false })
		}, 8, 30, []string{}},
		"a holiday": {func(f *fixture) {
			f.schedule(f.monday.Add(20 * time.Hour))
			f.setDays(func(c *availability.Company) {
				c.Days = []availability.Day{{Date: availability.DateOf(f.monday), Kind: availability.DayOff, Name: "休"}}
			})
		}, 8, 30, []string{}},
		"a weekend": {func(f *fixture) { f.schedule(f.monday.Add(5*24*time.Hour + 20*time.Hour)) }, 5*24 + 8, 30, []string{}},
		"a make-up workday": {func(f *fixture) {
			f.schedule(f.monday.Add(5*24*time.Hour + 20*time.Hour))
			f.setDays(func(c *availability.Company) {
				c.Days = []availability.Day{{Date: availability.DateOf(f.monday.AddDate(0, 0, 5)), Kind: availability.Workday, Name: "班"}}
			})
		}, 5*24 + 8, 30, []string{"ada", "lin", "mei", "rosa"}},
		"a member who has left": {func(f *fixture) {
			f.schedule(f.monday.Add(20 * time.Hour))
			m := f.company.People["mei"]
			m.Active = false
			f.company.People["mei"] = m
		}, 8, 30, []string{"ada", "lin", "rosa"}},
		"declined": {func(f *fixture) {
			i := f.schedule(f.monday.Add(20 * time.Hour))
			for _, a := range []actor.Actor{lin, mei} {
				_, err := f.company.Interviews.Respond(f.t.Context(), a, i.ID, interview.ResponseInput{Response: interview.Declined})
				apperrtest.RequireNoError(f.t, err)
			}
		}, 8, 30, []string{"ada", "rosa"}},
		"cancelled": {func(f *fixture) {
			_, err := f.company.Interviews.Cancel(f.t.Context(), recruiter, f.schedule(f.monday.Add(20*time.Hour)).ID, "")
			apperrtest.RequireNoError(f.t, err)
		}, 8, 30, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, f *fixture) {
				apperrtest.RequireNoError(t, f.QueueDue(t.Context()))
				c.change(f)
				f.runAt(c.hour, c.minute)
				f.wantRecipients(name, c.want...)
			})
		})
	}
}

func TestDigestContent(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		apperrtest.RequireNoError(t, f.QueueDue(t.Context()))
		done := f.schedule(f.company.Clock.Now().Add(time.Hour))
		f.hold(done)
		today := f.schedule(f.monday.Add(10 * time.Hour))
		_, err := f.company.Interviews.Respond(t.Context(), mei, today.ID, interview.ResponseInput{Response: interview.Declined})
		apperrtest.RequireNoError(t, err)
		f.runAt(8, 30)
		day := availability.DateOf(f.monday)
		want := func(a actor.Actor, today, overdue int, work string) {
			t.Helper()
			c, err := f.Read(t.Context(), a, day)
			apperrtest.RequireNoError(t, err)
			reasons := []string{}
			for _, g := range c.Work {
				reasons = append(reasons, fmt.Sprintf("%s %d", g.Reason, g.Total))
			}
			if len(c.Today) != today || len(c.Overdue) != overdue || strings.Join(reasons, ", ") != work || c.IsEmpty() != (today+overdue+len(work) == 0) {
				t.Errorf("%s reads %d today, %d overdue, %q", a.UserID, len(c.Today), len(c.Overdue), reasons)
			}
		}
		want(lin, 1, 1, "")
		want(mei, 0, 1, "")
		want(interviewtest.Kai, 0, 0, "")
		want(interviewtest.Stranger, 0, 0, "")
		c, err := f.Read(t.Context(), recruiter, day)
		if err != nil || len(c.Today) != 0 || len(c.Overdue) != 0 || len(c.Work) == 0 {
			t.Errorf("the recruiter, who organizes them, reads %+v, %v", c, err)
		}
		_, err = f.company.Interviews.Decide(t.Context(), recruiter, done.ID, interview.Hold, "")
		apperrtest.RequireNoError(t, err)
		want(mei, 0, 0, "")
		if c, err := f.Read(t.Context(), lin, day.Previous()); c != nil || err != nil {
			t.Errorf("of the day before: %+v, %v", c, err)
		}
	})
}

// A day that was stored while the clock was ahead does not keep later digests.
func TestDigestAfterWrongClock(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		apperrtest.RequireNoError(t, f.QueueDue(t.Context()))
		f.schedule(f.monday.Add(20 * time.Hour))
		dbtest.Exec(t, f.company.DB, "UPDATE digest_days SET day = '2099-01-01'")
		f.runAt(8, 29)
		f.wantRecipients("at 8:29")
		f.runAt(8, 30)
		f.runAt(8, 31)
		f.wantRecipients("at 8:30", "ada", "lin", "mei", "rosa")
	})
}

// The interviews that a member only organizes, and those that are decided, do not displace
// the ones of the digest.
func TestDigestOfManyInterviews(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.monday = f.monday.AddDate(0, 0, 7) // the first one may be within 48 hours
		undecided := f.schedule(f.company.Clock.Now().Add(48 * time.Hour))
		f.hold(undecided)
		today := f.schedule(f.monday.Add(20 * time.Hour))
		f.insertCopies(undecided, -time.Hour, func(i *interview.Interview) {
			i.State, i.EndedAt, i.Decision = interview.Ended, &i.EndsAt, interview.Hire
		}, "lin")
		f.insertCopies(today, -time.Hour, func(i *interview.Interview) { i.OrganizerID = "lin" }, "mei")
		f.company.Clock.Set(f.monday.Add(8*time.Hour + 30*time.Minute))
		c, err := f.Read(t.Context(), lin, availability.DateOf(f.monday))
		apperrtest.RequireNoError(t, err)
		if len(c.Today) != 1 || c.Today[0].ID != today.ID || len(c.Overdue) != 1 || c.Overdue[0].ID != undecided.ID {
			t.Errorf("the digest has %d interviews today and %d overdue scorecards", len(c.Today), len(c.Overdue))
		}
	})
}

// insertCopies inserts 210 changed copies of an interview at another time, with one
// interviewer.
func (f *fixture) insertCopies(of *interview.Interview, shift time.Duration, change func(*interview.Interview), userID string) {
	f.t.Helper()
	copies, participations := make([]interview.Interview, 210), []interview.Interviewer{}
	for n := range copies {
		i := &copies[n]
		*i = *of
		i.ID, i.StartsAt, i.EndsAt = db.NewID(), of.StartsAt.Add(shift), of.EndsAt.Add(shift)
		change(i)
		participations = append(participations, interview.Interviewer{CorpID: of.CorpID, InterviewID: i.ID, UserID: userID, Response: interview.Accepted})
	}
	dbtest.InsertAll(f.t, f.company.DB, copies)
	dbtest.InsertAll(f.t, f.company.DB, participations)
}

// Replicas that run at the same time queue one digest and one job for each member.
func TestReplicasQueueOneDigest(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		apperrtest.RequireNoError(t, f.QueueDue(t.Context()))
		f.schedule(f.monday.Add(10 * time.Hour))
		f.company.Clock.Set(f.monday.Add(8*time.Hour + 30*time.Minute))
		before := f.countJobs()
		errs := dbtest.Concurrently(4, func(int) error {
			replica := *f.Service
			return replica.QueueDue(t.Context())
		})
		apperrtest.RequireNoError(t, errors.Join(errs...))
		f.wantRecipients("after the race", "ada", "lin", "mei", "rosa")
		if n := f.countJobs() - before; n != 4 {
			t.Errorf("%d jobs for 4 digests", n)
		}
	})
}

func (f *fixture) countJobs() int {
	f.t.Helper()
	n, err := f.company.DB.NewSelect().TableExpr("river_job").Where("kind = ?", message.DeliverArgs{}.Kind()).Count(f.t.Context())
	apperrtest.RequireNoError(f.t, err)
	return int(n)
}

// reads counts the queries that read.
type reads struct{ n atomic.Int64 }

func (r *reads) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (r *reads) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	if e.Operation() == "SELECT" {
		r.n.Add(1)
	}
}

// The number of queries that read does not grow with the number of members.
func TestDigestReadsOnce(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		apperrtest.RequireNoError(t, f.QueueDue(t.Context()))
		i := f.schedule(f.monday.Add(10 * time.Hour))
		participations := []interview.Interviewer{}
		for n := range 350 {
			id := fmt.Sprintf("m%03d", n)
			f.company.People[id] = member.Member{UserID: id, Name: id, Active: true}
			participations = append(participations, interview.Interviewer{CorpID: interviewtest.CorpID, InterviewID: i.ID, UserID: id, Position: n + 2, Response: interview.Accepted})
		}
		dbtest.InsertAll(t, f.company.DB, participations)
		count := &reads{}
		plain := f.company.DB.DB
		f.company.DB.DB = plain.WithQueryHook(count)
		f.runAt(8, 30)
		f.company.DB.DB = plain
		n, err := f.company.DB.NewSelect().Model((*message.Message)(nil)).Where("kind = ?", message.KindDigest).Count(t.Context())
		if err != nil || n != 354 {
			t.Errorf("%d digests, %v", n, err)
		}
		if n := count.n.Load(); n == 0 || n > 40 {
			t.Errorf("%d queries read for 354 digests", n)
		}
	})
}
