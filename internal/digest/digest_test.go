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

func runOnBoth(t *testing.T, body func(t *testing.T, w *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	dbtest.Exec(t, d, "INSERT INTO corps (corp_id, name, time_zone, created_at) VALUES ('corp', '云杉科技', 'Asia/Shanghai', ?)", db.Time(company.Clock.Now()))
	w := &fixture{t: t, company: company, monday: clocktest.FirstMonday(t, company.Clock.Now(), interviewtest.TimeZone)}
	p := company.CreatePosition(t)
	w.plan = interviewtest.NewPlan(p.ID, company.CreateCandidate(t, "陈晨", p.ID).ID)
	w.Service = w.newReplica()
	w.setDays(func(c *availability.Company) { c.Holidays = availability.NoHolidays })
	return w
}

func (w *fixture) newReplica() *digest.Service {
	w.t.Helper()
	return digest.New(digest.Config{
		DB: w.company.DB, Queue: w.company.Queue, Interviews: w.company.Interviews, Availability: w.company.NewAvailability(),
		Recruiters: func(context.Context, string) ([]string, error) { return []string{"ada", "rosa"}, nil },
		Logger:     slog.New(slog.DiscardHandler), Now: w.company.Clock.Now,
	})
}

func (w *fixture) setDays(edit func(*availability.Company)) {
	w.t.Helper()
	_, err := w.Availability.UpdateCompany(w.t.Context(), admin, 0, edit)
	check(w.t, err)
}

func (w *fixture) setCompany(edit func(*notification.Company)) {
	w.t.Helper()
	settings := notification.New(notification.Config{DB: w.company.DB, Availability: w.Availability, Now: w.company.Clock.Now})
	_, err := settings.UpdateCompany(w.t.Context(), admin, 0, edit)
	check(w.t, err)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// schedule schedules an interview of an hour with lin and mei.
func (w *fixture) schedule(at time.Time) *interview.Interview {
	w.t.Helper()
	p := w.plan
	p.StartsAt, p.Duration, p.Interviewers, p.OverrideWarnings = at, time.Hour, []string{"lin", "mei"}, true
	i, _, err := w.company.Interviews.Schedule(w.t.Context(), recruiter, p)
	check(w.t, err)
	return i
}

// hold starts and ends an interview at its time.
func (w *fixture) hold(i *interview.Interview) {
	w.t.Helper()
	w.company.Clock.Set(i.StartsAt)
	_, err := w.company.Interviews.Start(w.t.Context(), lin, i.ID)
	check(w.t, err)
	w.company.Clock.Advance(time.Hour)
	_, err = w.company.Interviews.End(w.t.Context(), lin, i.ID)
	check(w.t, err)
}

// runAt runs the job at a time of the Monday, such as 8:30.
func (w *fixture) runAt(hour, minute int) {
	w.t.Helper()
	w.company.Clock.Set(w.monday.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute))
	check(w.t, w.QueueDue(w.t.Context()))
}

// wantRecipients checks the recipients of all digests, by day and userid.
func (w *fixture) wantRecipients(when string, want ...string) {
	w.t.Helper()
	var list []message.Message
	check(w.t, w.company.DB.NewSelect().Model(&list).Where("kind = ?", message.KindDigest).Scan(w.t.Context()))
	got := []string{}
	for _, m := range list {
		got = append(got, m.Recipient)
		if m.State != message.Queued || m.Channel != message.WeCom || m.InterviewID == "" || m.Data.Day == "" {
			w.t.Errorf("%s: row %+v", when, m)
		}
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		w.t.Errorf("%s: digests to %q, want %q", when, got, want)
	}
}

func TestDigestAtItsTime(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		check(t, w.QueueDue(t.Context())) // installed on a day before
		w.schedule(w.monday.Add(10 * time.Hour))
		w.runAt(8, 29)
		w.wantRecipients("at 8:29")
		w.runAt(8, 30)
		w.wantRecipients("at 8:30", "ada", "lin", "mei", "rosa") // no interviewer has responded: the worklist has an entry
		w.runAt(8, 31)
		dbtest.Exec(t, w.company.DB, "UPDATE digest_days SET day = ?", availability.DateOf(w.monday.AddDate(0, 0, -1))) // a run that was interrupted
		w.runAt(8, 32)
		w.wantRecipients("after further runs", "ada", "lin", "mei", "rosa")
	})
}

// The first run only stores the day: a morning before the installation gets no digest.
func TestDigestAfterInstallation(t *testing.T) {
	runOnBoth(t, func(_ *testing.T, w *fixture) {
		w.schedule(w.monday.Add(20 * time.Hour))
		w.schedule(w.monday.Add(34 * time.Hour))
		w.runAt(9, 0)
		w.runAt(9, 1)
		w.wantRecipients("on the day of the installation")
		w.runAt(24+8, 30)
		w.wantRecipients("on the next day", "ada", "lin", "mei", "rosa")
	})
	runOnBoth(t, func(_ *testing.T, w *fixture) {
		w.schedule(w.monday.Add(20 * time.Hour))
		w.runAt(7, 0)
		w.runAt(8, 30)
		w.wantRecipients("installed before the time", "ada", "lin", "mei", "rosa")
	})
}

func TestDigestIsLeftOut(t *testing.T) {
	for name, c := range map[string]struct {
		change       func(w *fixture)
		hour, minute int
		want         []string
	}{
		"nothing to read": {func(*fixture) {}, 8, 30, []string{}},
		"another day":     {func(w *fixture) { w.schedule(w.monday.Add(60 * 24 * time.Hour)) }, 8, 30, []string{}},
		"a short outage":  {func(w *fixture) { w.schedule(w.monday.Add(20 * time.Hour)) }, 10, 29, []string{"ada", "lin", "mei", "rosa"}},
		"a long outage":   {func(w *fixture) { w.schedule(w.monday.Add(20 * time.Hour)) }, 10, 30, []string{}},
		"the company's own": {func(w *fixture) {
			w.schedule(w.monday.Add(20 * time.Hour))
			w.setCompany(func(c *notification.Company) { c.DigestAt = 10 * 60 })
		}, 9, 59, []string{}},
		"off": {func(w *fixture) {
			w.schedule(w.monday.Add(20 * time.Hour))
			w.setCompany(func(c *notification.Company) { c.Digest = false })
		}, 8, 30, []string{}},
		"a holiday": {func(w *fixture) {
			w.schedule(w.monday.Add(20 * time.Hour))
			w.setDays(func(c *availability.Company) {
				c.Days = []availability.Day{{Date: availability.DateOf(w.monday), Kind: availability.DayOff, Name: "休"}}
			})
		}, 8, 30, []string{}},
		"a weekend": {func(w *fixture) { w.schedule(w.monday.Add(5*24*time.Hour + 20*time.Hour)) }, 5*24 + 8, 30, []string{}},
		"a make-up workday": {func(w *fixture) {
			w.schedule(w.monday.Add(5*24*time.Hour + 20*time.Hour))
			w.setDays(func(c *availability.Company) {
				c.Days = []availability.Day{{Date: availability.DateOf(w.monday.AddDate(0, 0, 5)), Kind: availability.Workday, Name: "班"}}
			})
		}, 5*24 + 8, 30, []string{"ada", "lin", "mei", "rosa"}},
		"a member who has left": {func(w *fixture) {
			w.schedule(w.monday.Add(20 * time.Hour))
			m := w.company.People["mei"]
			m.Active = false
			w.company.People["mei"] = m
		}, 8, 30, []string{"ada", "lin", "rosa"}},
		"declined": {func(w *fixture) {
			i := w.schedule(w.monday.Add(20 * time.Hour))
			for _, a := range []actor.Actor{lin, mei} {
				_, err := w.company.Interviews.Respond(w.t.Context(), a, i.ID, interview.ResponseInput{Response: interview.Declined})
				check(w.t, err)
			}
		}, 8, 30, []string{"ada", "rosa"}},
		"cancelled": {func(w *fixture) {
			_, err := w.company.Interviews.Cancel(w.t.Context(), recruiter, w.schedule(w.monday.Add(20*time.Hour)).ID, "")
			check(w.t, err)
		}, 8, 30, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, w *fixture) {
				check(t, w.QueueDue(t.Context()))
				c.change(w)
				w.runAt(c.hour, c.minute)
				w.wantRecipients(name, c.want...)
			})
		})
	}
}

func TestDigestContent(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		check(t, w.QueueDue(t.Context()))
		done := w.schedule(w.company.Clock.Now().Add(time.Hour))
		w.hold(done)
		today := w.schedule(w.monday.Add(10 * time.Hour))
		_, err := w.company.Interviews.Respond(t.Context(), mei, today.ID, interview.ResponseInput{Response: interview.Declined})
		check(t, err)
		w.runAt(8, 30)
		day := availability.DateOf(w.monday)
		want := func(a actor.Actor, today, overdue int, work string) {
			t.Helper()
			c, err := w.Read(t.Context(), a, day)
			check(t, err)
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
		c, err := w.Read(t.Context(), recruiter, day)
		if err != nil || len(c.Today) != 0 || len(c.Overdue) != 0 || len(c.Work) == 0 {
			t.Errorf("the recruiter, who organizes them, reads %+v, %v", c, err)
		}
		_, err = w.company.Interviews.Decide(t.Context(), recruiter, done.ID, interview.Hold, "")
		check(t, err)
		want(mei, 0, 0, "")
		if c, err := w.Read(t.Context(), lin, day.Previous()); c != nil || err != nil {
			t.Errorf("of the day before: %+v, %v", c, err)
		}
	})
}

// A day that was stored while the clock was ahead does not keep later digests.
func TestDigestAfterWrongClock(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		check(t, w.QueueDue(t.Context()))
		w.schedule(w.monday.Add(20 * time.Hour))
		dbtest.Exec(t, w.company.DB, "UPDATE digest_days SET day = '2099-01-01'")
		w.runAt(8, 29)
		w.wantRecipients("at 8:29")
		w.runAt(8, 30)
		w.runAt(8, 31)
		w.wantRecipients("at 8:30", "ada", "lin", "mei", "rosa")
	})
}

// The interviews that a member only organizes, and those that are decided, do not displace
// the ones of the digest.
func TestDigestOfManyInterviews(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.monday = w.monday.AddDate(0, 0, 7) // the first one may be within 48 hours
		undecided := w.schedule(w.company.Clock.Now().Add(48 * time.Hour))
		w.hold(undecided)
		today := w.schedule(w.monday.Add(20 * time.Hour))
		w.insertCopies(undecided, -time.Hour, func(i *interview.Interview) {
			i.State, i.EndedAt, i.Decision = interview.Ended, &i.EndsAt, interview.Hire
		}, "lin")
		w.insertCopies(today, -time.Hour, func(i *interview.Interview) { i.OrganizerID = "lin" }, "mei")
		w.company.Clock.Set(w.monday.Add(8*time.Hour + 30*time.Minute))
		c, err := w.Read(t.Context(), lin, availability.DateOf(w.monday))
		check(t, err)
		if len(c.Today) != 1 || c.Today[0].ID != today.ID || len(c.Overdue) != 1 || c.Overdue[0].ID != undecided.ID {
			t.Errorf("the digest has %d interviews today and %d overdue scorecards", len(c.Today), len(c.Overdue))
		}
	})
}

// insertCopies inserts 210 changed copies of an interview at another time, with one
// interviewer.
func (w *fixture) insertCopies(of *interview.Interview, shift time.Duration, change func(*interview.Interview), userID string) {
	w.t.Helper()
	copies, participations := make([]interview.Interview, 210), []interview.Interviewer{}
	for n := range copies {
		i := &copies[n]
		*i = *of
		i.ID, i.StartsAt, i.EndsAt = db.NewID(), of.StartsAt.Add(shift), of.EndsAt.Add(shift)
		change(i)
		participations = append(participations, interview.Interviewer{CorpID: of.CorpID, InterviewID: i.ID, UserID: userID, Response: interview.Accepted})
	}
	dbtest.InsertAll(w.t, w.company.DB, copies)
	dbtest.InsertAll(w.t, w.company.DB, participations)
}

// Replicas that run at the same time queue one digest and one job for each member.
func TestReplicasQueueOneDigest(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		check(t, w.QueueDue(t.Context()))
		w.schedule(w.monday.Add(10 * time.Hour))
		w.company.Clock.Set(w.monday.Add(8*time.Hour + 30*time.Minute))
		before := w.countJobs()
		errs := dbtest.Concurrently(4, func(int) error {
			replica := *w.Service
			return replica.QueueDue(t.Context())
		})
		check(t, errors.Join(errs...))
		w.wantRecipients("after the race", "ada", "lin", "mei", "rosa")
		if n := w.countJobs() - before; n != 4 {
			t.Errorf("%d jobs for 4 digests", n)
		}
	})
}

func (w *fixture) countJobs() int {
	w.t.Helper()
	n, err := w.company.DB.NewSelect().TableExpr("river_job").Where("kind = ?", message.DeliverArgs{}.Kind()).Count(w.t.Context())
	check(w.t, err)
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
	runOnBoth(t, func(t *testing.T, w *fixture) {
		check(t, w.QueueDue(t.Context()))
		i := w.schedule(w.monday.Add(10 * time.Hour))
		participations := []interview.Interviewer{}
		for n := range 350 {
			id := fmt.Sprintf("m%03d", n)
			w.company.People[id] = member.Member{UserID: id, Name: id, Active: true}
			participations = append(participations, interview.Interviewer{CorpID: interviewtest.CorpID, InterviewID: i.ID, UserID: id, Position: n + 2, Response: interview.Accepted})
		}
		dbtest.InsertAll(t, w.company.DB, participations)
		count := &reads{}
		plain := w.company.DB.DB
		w.company.DB.DB = plain.WithQueryHook(count)
		w.runAt(8, 30)
		w.company.DB.DB = plain
		n, err := w.company.DB.NewSelect().Model((*message.Message)(nil)).Where("kind = ?", message.KindDigest).Count(t.Context())
		if err != nil || n != 354 {
			t.Errorf("%d digests, %v", n, err)
		}
		if n := count.n.Load(); n == 0 || n > 40 {
			t.Errorf("%d queries read for 354 digests", n)
		}
	})
}
