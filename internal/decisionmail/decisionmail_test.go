package decisionmail_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/decisionmail"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/scorecard"
)

var (
	ada  = interviewtest.Ada
	rosa = interviewtest.Rosa
	lin  = interviewtest.Lin
)

// fixture is a company that mails results, with an interview that has ended.
type fixture struct {
	*decisionmail.Service
	t         testing.TB
	company   *interviewtest.Company
	interview *interview.Interview
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	f := &fixture{t: t, company: company}
	now := company.Clock.Now
	f.Service = decisionmail.New(decisionmail.Config{
		DB: d, Interviews: company.Interviews, Availability: company.NewAvailability(), Now: now,
		Templates:   mailtemplate.New(mailtemplate.Config{DB: d, Members: company.FindMembers, Now: now}),
		CompanyName: func(context.Context, string) (string, error) { return "云杉科技", nil },
	})
	_, err := f.Availability.UpdateCompany(t.Context(), ada, 0, func(c *availability.Company) { c.Holidays = availability.NoHolidays })
	apperrtest.RequireNoError(t, err)
	pos := company.CreatePosition(t)
	i, _, err := company.Interviews.Schedule(t.Context(), rosa, interviewtest.NewPlan(pos.ID, company.CreateCandidate(t, "陈晨", pos.ID).ID))
	apperrtest.RequireNoError(t, err)
	_, err = company.Interviews.Start(t.Context(), lin, i.ID)
	apperrtest.RequireNoError(t, err)
	f.interview, err = company.Interviews.End(t.Context(), lin, i.ID)
	apperrtest.RequireNoError(t, err)
	f.configure(func(c *decisionmail.Settings) { c.Enabled = true })
	return f
}

func (f *fixture) configure(edit func(*decisionmail.Settings)) {
	f.t.Helper()
	_, err := f.UpdateSettings(f.t.Context(), ada, 0, edit)
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) decide(d interview.Decision) {
	f.t.Helper()
	_, err := f.Interviews.Decide(f.t.Context(), rosa, f.interview.ID, d, "")
	apperrtest.RequireNoError(f.t, err)
}

func (f *fixture) view() *decisionmail.View {
	f.t.Helper()
	v, err := f.Get(f.t.Context(), rosa, f.interview.ID)
	apperrtest.RequireNoError(f.t, err)
	return v
}

func plan(timing decisionmail.Timing) decisionmail.Plan {
	return decisionmail.Plan{Text: mailtemplate.Text{Subject: "结果", Body: "您好"}, Timing: timing}
}

func (f *fixture) save(p decisionmail.Plan) *decisionmail.View {
	f.t.Helper()
	v, err := f.Save(f.t.Context(), rosa, f.interview.ID, 0, p)
	apperrtest.RequireNoError(f.t, err)
	return v
}

// readText returns the text of the mail as the delivery reads it now, nil when it is not sent.
func (f *fixture) readText(m *message.Message) *mailtemplate.Text {
	f.t.Helper()
	i, err := f.Interviews.GetUnchecked(f.t.Context(), "corp", f.interview.ID)
	apperrtest.RequireNoError(f.t, err)
	text, err := f.ReadText(f.t.Context(), m, i)
	apperrtest.RequireNoError(f.t, err)
	return text
}

// send stores an attempt to send the mail.
func (f *fixture) send(m *message.Message) {
	f.t.Helper()
	claimed, err := f.Interviews.Messages.MarkSending(f.t.Context(), "corp", m.ID, message.Content{Body: "x"})
	apperrtest.RequireNoError(f.t, err)
	if claimed == nil {
		f.t.Fatalf("message %+v cannot be sent", m)
	}
	apperrtest.RequireNoError(f.t, f.Interviews.Messages.MarkSent(f.t.Context(), "corp", m.ID, "", ""))
}

func TestDraftOfDecision(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		if v := f.view(); v.Obstacle != decisionmail.Undecided || v.Choices != nil {
			t.Errorf("before the decision: %+v", v)
		}
		f.decide(interview.Hold)
		if v := f.view(); v.Obstacle != decisionmail.OnHold {
			t.Errorf("on hold: %+v", v)
		}
		for d, kind := range map[interview.Decision]mailtemplate.Kind{
			interview.Hire: mailtemplate.DecisionPassed, interview.NextRound: mailtemplate.DecisionPassed, interview.NoHire: mailtemplate.DecisionRejected,
		} {
			f.decide(d)
			v := f.view()
			if v.Obstacle != "" || v.Kind != kind || v.To != "chen@example.com" || v.Language != "zh-CN" {
				t.Errorf("%s: %+v", d, v)
			}
			for _, part := range []string{"陈晨", "Go 工程师", "云杉科技", "罗莎"} {
				if !strings.Contains(v.Draft.Body, part) {
					t.Errorf("%s: the text has no %s: %s", d, part, v.Draft.Body)
				}
			}
			if strings.Contains(v.Draft.Body, "{{") {
				t.Errorf("a placeholder is left: %s", v.Draft.Body)
			}
		}
		v := f.view()
		now := f.company.Clock.Now()
		if len(v.Choices) != 3 || !v.Choices[0].SendAt.Equal(now) || !v.Choices[1].SendAt.Equal(now.Add(time.Hour)) {
			t.Errorf("choices %+v", v.Choices)
		}
		f.configure(func(c *decisionmail.Settings) { c.Enabled = false })
		if v := f.view(); v.Obstacle != decisionmail.Disabled {
			t.Errorf("turned off: %+v", v)
		}
		_, err := f.Save(t.Context(), rosa, f.interview.ID, 0, plan(decisionmail.Now))
		apperrtest.CheckCode(t, err, "decision_mail.disabled")
	})
}

func TestSchedule(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.decide(interview.NoHire)
		v := f.save(plan(decisionmail.Hour))
		at := f.company.Clock.Now().Add(time.Hour)
		if v.Mail.State() != decisionmail.Scheduled || !v.Mail.Message.DueAt().Equal(at) || !v.Mail.Message.NextAttemptAt.Equal(at) || v.Mail.Author.Name != "罗莎" || v.Mail.Version != 1 {
			t.Fatalf("scheduled: %+v, message %+v", v.Mail, v.Mail.Message)
		}
		first := v.Mail.Message

		edited := plan(decisionmail.Date)
		edited.Text.Body, edited.SendAt = "您好：\n谢谢", at.Add(24*time.Hour)
		_, err := f.Save(t.Context(), rosa, f.interview.ID, 7, edited)
		apperrtest.CheckCode(t, err, "decision_mail.changed_meanwhile")
		v, err = f.Save(t.Context(), ada, f.interview.ID, 1, edited)
		apperrtest.RequireNoError(t, err)
		if v.Mail.MessageID != first.ID || !v.Mail.Message.DueAt().Equal(edited.SendAt) || v.Mail.Version != 2 || v.Mail.Author.Name != "阿达" {
			t.Errorf("edited: %+v, message %+v", v.Mail, v.Mail.Message)
		}
		if text := f.readText(v.Mail.Message); text == nil || text.Body != "您好：\n谢谢" {
			t.Errorf("text %+v", text)
		}

		f.send(v.Mail.Message)
		if v := f.view(); v.Mail.State() != decisionmail.Sent || v.Obstacle != decisionmail.AlreadySent {
			t.Errorf("sent: %+v", v)
		}
		_, err = f.Save(t.Context(), rosa, f.interview.ID, 0, edited)
		apperrtest.CheckCode(t, err, "decision_mail.sent")
		_, err = f.Cancel(t.Context(), rosa, f.interview.ID, 0)
		apperrtest.CheckCode(t, err, "decision_mail.leaving")
		f.decide(interview.Hire) // another result may be mailed
		if v := f.save(plan(decisionmail.Now)); v.Mail.Kind != mailtemplate.DecisionPassed || v.Mail.MessageID == first.ID {
			t.Errorf("the mail of the other result: %+v", v.Mail)
		}
	})
}

func TestCancel(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.decide(interview.Hire)
		_, err := f.Cancel(t.Context(), rosa, f.interview.ID, 0)
		if !apperr.IsNotFound(err) {
			t.Errorf("no mail: %v", err)
		}
		f.save(plan(decisionmail.Workday))
		v, err := f.Cancel(t.Context(), rosa, f.interview.ID, 1)
		apperrtest.RequireNoError(t, err)
		if v.Mail.State() != decisionmail.Cancelled || v.Mail.Message.ErrorCode != "decision_mail.cancelled" || v.Obstacle != "" {
			t.Errorf("cancelled: %+v", v)
		}
		if claimed, err := f.Interviews.Messages.MarkSending(t.Context(), "corp", v.Mail.MessageID, message.Content{Body: "x"}); claimed != nil || err != nil {
			t.Errorf("a cancelled mail can be sent: %+v, %v", claimed, err)
		}
		again := f.save(plan(decisionmail.Now))
		if again.Mail.State() != decisionmail.Scheduled || again.Mail.MessageID == v.Mail.MessageID || f.readText(v.Mail.Message) != nil {
			t.Errorf("another mail: %+v", again.Mail)
		}
	})
}

// Another decision cancels a mail that has not left; the same one with another comment does not.
func TestDecisionChanges(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.decide(interview.Hire)
		f.save(plan(decisionmail.Workday))
		f.decide(interview.NextRound) // has the same mail
		if v := f.view(); v.Mail.State() != decisionmail.Scheduled {
			t.Errorf("after a decision with the same mail: %s", v.Mail.State())
		}
		for _, d := range []interview.Decision{interview.NoHire, interview.Hold} {
			f.decide(interview.Hire)
			m := f.save(plan(decisionmail.Workday)).Mail
			f.decide(d)
			v := f.view()
			if v.Mail.State() != decisionmail.Cancelled || v.Mail.Message.ErrorCode != "decision_mail.decision_changed" || f.readText(m.Message) != nil {
				t.Errorf("after %s: %s %s", d, v.Mail.State(), v.Mail.Message.ErrorCode)
			}
		}
	})
}

// An attempt that takes place while the decision changes does not prevent the change; it is not
// repeated.
func TestDecisionChangesWhileSending(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.decide(interview.NoHire)
		m := f.save(plan(decisionmail.Now)).Mail.Message
		_, err := f.Interviews.Messages.MarkSending(t.Context(), "corp", m.ID, message.Content{Body: "x"})
		apperrtest.RequireNoError(t, err)
		f.decide(interview.Hire)
		if v := f.view(); v.Obstacle != decisionmail.Leaving || v.Mail.State() != decisionmail.Sending {
			t.Errorf("while it leaves: %+v", v)
		}
		apperrtest.RequireNoError(t, f.Interviews.Messages.MarkFailed(t.Context(), "corp", m.ID, message.Failure{Code: "notify.mail.failed", RetryAt: f.company.Clock.Now().Add(time.Hour)}))
		if f.readText(m) != nil {
			t.Error("the mail with the former decision is sent again")
		}
	})
}

// Of two recruiters who schedule at once, the second one sees the mail of the first, and one mail
// is queued.
func TestScheduleAtOnce(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.decide(interview.Hire)
		f.save(plan(decisionmail.Workday))
		_, err := f.Cancel(t.Context(), rosa, f.interview.ID, 0)
		apperrtest.RequireNoError(t, err)
		errs := dbtest.Concurrently(4, func(int) error {
			_, err := f.Save(t.Context(), rosa, f.interview.ID, 2, plan(decisionmail.Hour))
			return err
		})
		saved := 0
		for _, err := range errs {
			if err == nil {
				saved++
			} else {
				apperrtest.CheckCode(t, err, "decision_mail.changed_meanwhile")
			}
		}
		n, err := f.DB.NewSelect().TableExpr("messages").Where("kind = ? AND state = ?", message.KindDecisionMail, message.Queued).Count(t.Context())
		if saved != 1 || n != 1 || err != nil {
			t.Errorf("%d saved, %d queued, %v", saved, n, err)
		}
	})
}

func TestInvalidPlans(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.decide(interview.Hire)
		now := f.company.Clock.Now()
		for code, edit := range map[string]func(*decisionmail.Plan){
			"subject: field.required":        func(p *decisionmail.Plan) { p.Text.Subject = " " },
			"body: mail_template.not_filled": func(p *decisionmail.Plan) { p.Text.Body = "{{ candidate }}" },
			"body: field.too_many_bytes":     func(p *decisionmail.Plan) { p.Text.Body = strings.Repeat("a", mailtemplate.MaxBody+1) },
			"timing: field.not_one_of":       func(p *decisionmail.Plan) { p.Timing = "later" },
			"sendAt: decision_mail.in_past":  func(p *decisionmail.Plan) { p.Timing, p.SendAt = decisionmail.Date, now },
			"sendAt: decision_mail.too_late": func(p *decisionmail.Plan) { p.Timing, p.SendAt = decisionmail.Date, now.AddDate(0, 0, 31) },
		} {
			p := plan(decisionmail.Now)
			edit(&p)
			_, err := f.Save(t.Context(), rosa, f.interview.ID, 0, p)
			apperrtest.CheckCode(t, err, code)
		}
		_, err := f.Save(t.Context(), lin, f.interview.ID, 0, plan(decisionmail.Now))
		apperrtest.CheckCode(t, err, "forbidden")
		_, err = f.Save(t.Context(), interviewtest.Stranger, f.interview.ID, 0, plan(decisionmail.Now))
		if !apperr.IsNotFound(err) {
			t.Errorf("of another company: %v", err)
		}
		_, err = f.Interviews.Candidates.Update(t.Context(), rosa, f.interview.CandidateID, 0, func(c *candidate.Candidate) { c.Email = "" })
		apperrtest.RequireNoError(t, err)
		_, err = f.Save(t.Context(), rosa, f.interview.ID, 0, plan(decisionmail.Now))
		apperrtest.CheckCode(t, err, "decision_mail.no_address")
	})
}

// Interviewers who have submitted a scorecard are informed if the company wants it, once per
// decision.
func TestInterviewersAreInformed(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		recipients := func() []string {
			t.Helper()
			list := []string{}
			err := f.DB.NewSelect().TableExpr("messages").Column("recipient").Where("kind = ?", message.KindDecided).Order("created_at").Scan(t.Context(), &list)
			apperrtest.RequireNoError(t, err)
			return list
		}
		draft := scorecard.Draft{Recommendation: scorecard.Yes, Comment: "好"}
		for _, criterion := range []string{"coding", "problem_solving", "communication", "fit"} {
			draft.Scores = append(draft.Scores, scorecard.Score{Key: criterion, Score: 4})
		}
		card, err := f.Interviews.SaveScorecard(t.Context(), lin, f.interview.ID, draft)
		apperrtest.RequireNoError(t, err)
		_, err = f.Interviews.SubmitScorecard(t.Context(), lin, f.interview.ID, card.Version)
		apperrtest.RequireNoError(t, err)
		f.decide(interview.Hire)
		if got := recipients(); len(got) > 0 {
			t.Errorf("by default, %v are informed", got)
		}
		f.configure(func(c *decisionmail.Settings) { c.InformInterviewers = true })
		f.decide(interview.NoHire)
		f.decide(interview.NoHire)
		if got := recipients(); !slices.Equal(got, []string{"lin"}) {
			t.Errorf("%v are informed, want lin", got)
		}
	})
}

func TestSettings(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, err := f.UpdateSettings(t.Context(), rosa, 0, func(*decisionmail.Settings) {})
		apperrtest.CheckCode(t, err, "forbidden")
		_, err = f.Settings(t.Context(), lin)
		apperrtest.CheckCode(t, err, "forbidden")
		_, err = f.UpdateSettings(t.Context(), ada, 9, func(c *decisionmail.Settings) { c.Timing = decisionmail.Now })
		apperrtest.CheckCode(t, err, "decision_mail.settings_changed_meanwhile")
		_, err = f.UpdateSettings(t.Context(), ada, 0, func(c *decisionmail.Settings) { c.Timing, c.WorkdayAt = decisionmail.Date, -1 })
		apperrtest.CheckCode(t, err, "timing: field.not_one_of")
		apperrtest.CheckCode(t, err, "workdayAt: field.invalid")
		other, err := f.Settings(t.Context(), interviewtest.Stranger)
		if err != nil || other.Enabled || other.Timing != decisionmail.Workday || other.WorkdayAt.String() != "10:00" {
			t.Errorf("the settings of another company: %+v, %v", other, err)
		}
	})
}

// The default of a mail is 10:00 on the next workday, or the beginning of its working hours.
func TestNextWorkday(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	friday := clocktest.FirstMonday(t, f.company.Clock.Now(), interviewtest.TimeZone).AddDate(0, 0, 4)
	for want, at := range map[string]availability.Clock{"10:00": 10 * 60, "09:00": 6 * 60} {
		got, err := f.Availability.NextWorkdayAt(t.Context(), "corp", friday.Add(20*time.Hour), at)
		apperrtest.RequireNoError(t, err)
		local := got.In(availability.Location(interviewtest.TimeZone))
		if local.Weekday() != time.Monday || local.Sub(friday) > 4*24*time.Hour || local.Format("15:04") != want {
			t.Errorf("%s is %s, want Monday %s", at, local, want)
		}
	}
}
