package interview

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/scorecard"
)

func TestSchedule(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i, token, err := f.Schedule(f.ctx, f.recruiter, f.plan())
		if err != nil {
			t.Fatal(err)
		}
		if i.State != Scheduled || i.Round != 1 || i.Duration() != time.Hour || i.Candidate.Name != "陈晨" ||
			i.Position.Title != "Go 工程师" || i.Organizer.Name != "罗莎" || i.Link != LinkActive || len(token) < 22 {
			t.Errorf("scheduled %+v with token %q", i, token)
		}
		if len(i.Interviewers) != 2 || i.Interviewers[0].Member.Name != "林一" || i.Interviewers[0].Response != Pending ||
			i.Interviewers[0].Notified != NotifiedWaiting {
			t.Errorf("interviewers %+v", i.Interviewers)
		}
		wantMessages(t, f, i.ID, "invite>lin", "invite>mei", "invite>chen@example.com")
		if got := f.jobs("interview_deliver"); got != 3 {
			t.Errorf("%d jobs deliver three messages", got)
		}
		if got := f.jobs("interview_reminder"); got != 2 {
			t.Errorf("%d reminders are planned, want a day and a quarter of an hour before", got)
		}
	})
}

func TestScheduleFieldErrors(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for name, c := range map[string]struct {
			edit func(*Plan)
			want []string
		}{
			"no title":       {func(p *Plan) { p.Title = " \x00\t" }, []string{"title: field.required"}},
			"long title":     {func(p *Plan) { p.Title = strings.Repeat("面", 101) }, []string{"title: field.too_long"}},
			"in the past":    {func(p *Plan) { p.StartsAt = noon.Add(-6 * time.Minute) }, []string{"startsAt: interview.in_past"}},
			"no time":        {func(p *Plan) { p.StartsAt = time.Time{} }, []string{"startsAt: field.required"}},
			"year 3026":      {func(p *Plan) { p.StartsAt = noon.AddDate(1000, 0, 0) }, []string{"startsAt: interview.too_far"}},
			"ends before":    {func(p *Plan) { p.Duration = -time.Hour }, []string{"durationMinutes: interview.ends_before_start"}},
			"too short":      {func(p *Plan) { p.Duration = 9 * time.Minute }, []string{"durationMinutes: interview.bad_duration"}},
			"too long":       {func(p *Plan) { p.Duration = 481 * time.Minute }, []string{"durationMinutes: interview.bad_duration"}},
			"unknown zone":   {func(p *Plan) { p.TimeZone = "Asia/Atlantis" }, []string{"timeZone: interview.unknown_time_zone"}},
			"zone of files":  {func(p *Plan) { p.TimeZone = "posix/Asia/Shanghai" }, []string{"timeZone: interview.unknown_time_zone"}},
			"machine's zone": {func(p *Plan) { p.TimeZone = "Local" }, []string{"timeZone: interview.unknown_time_zone"}},
			"nobody":         {func(p *Plan) { p.Interviewers = nil }, []string{"interviewers: interview.no_interviewers"}},
			"outsider":       {func(p *Plan) { p.Interviewers = []string{"lin", "eve"} }, []string{"interviewers[1]: interview.not_in_company"}},
			"has left":       {func(p *Plan) { p.Interviewers = []string{"gone"} }, []string{"interviewers[0]: interview.not_active"}},
			"http link":      {func(p *Plan) { p.RoomKind, p.RoomURL = LinkRoom, "http://meet.example.com" }, []string{"room.url: field.not_https"}},
			"link in it":     {func(p *Plan) { p.RoomKind, p.RoomURL = LinkRoom, "https://u:p@meet.example.com" }, []string{"room.url: field.not_https"}},
			"no link":        {func(p *Plan) { p.RoomKind = LinkRoom }, []string{"room.url: interview.link_missing"}},
			"no such room":   {func(p *Plan) { p.RoomKind = "moon" }, []string{"room.kind: field.not_one_of"}},
			"no position":    {func(p *Plan) { p.PositionID = "" }, []string{"positionId: field.required"}},
			"strange ids": {
				func(p *Plan) { p.PositionID, p.CandidateID, p.QuestionIDs = "x", "y", []string{"z"} },
				[]string{"positionId: field.unknown", "candidateId: field.unknown", "questionIds[0]: field.unknown"},
			},
		} {
			t.Run(name, func(t *testing.T) {
				_, _, err := f.Schedule(f.ctx, f.recruiter, f.plan(c.edit))
				apperrtest.CheckFields(t, err, c.want...)
			})
		}
		if list, _, _ := f.List(f.ctx, f.recruiter, Filter{}); len(list) != 0 {
			t.Errorf("%d interviews came of plans that were refused", len(list))
		}
	})
}

func TestScheduleNowIsGood(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule(func(p *Plan) { p.StartsAt = noon.Add(-4 * time.Minute) })
		if got := f.jobs("interview_reminder"); got != 0 {
			t.Errorf("%d reminders of an interview that has begun", got)
		}
		if i.StartsAt.After(noon) {
			t.Errorf("starts at %s", i.StartsAt)
		}
	})
}

func TestDoubleBookingIsAWarning(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.schedule(func(p *Plan) { p.Interviewers = []string{"mei"} })
		late := func(p *Plan) { p.StartsAt = p.StartsAt.Add(59 * time.Minute) }
		_, _, err := f.Schedule(f.ctx, f.recruiter, f.plan(late))
		apperrtest.CheckFields(t, err, "interviewers[1]: interview.double_booked!", "candidateId: interview.candidate_double_booked!")
		i := f.schedule(late, func(p *Plan) { p.OverrideWarnings = true })
		must(f.Cancel(f.ctx, f.recruiter, i.ID, ""))(t)
		f.schedule(func(p *Plan) { p.StartsAt = p.StartsAt.Add(time.Hour) }) // right after it
	})
}

func TestOverrideDoesNotOverrideErrors(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, _, err := f.Schedule(f.ctx, f.recruiter, f.plan(func(p *Plan) { p.Title, p.OverrideWarnings = "", true }))
		apperrtest.CheckFields(t, err, "title: field.required")
	})
}

func TestWhoMaySchedule(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, _, err := f.Schedule(f.ctx, f.lin, f.plan())
		apperrtest.CheckForbidden(t, err)
		_, _, err = f.Schedule(f.ctx, actor.ForMember("other", "rosa", actor.Administrator), f.plan())
		apperrtest.CheckFields(t, err, "interviewers[0]: interview.not_in_company", "interviewers[1]: interview.not_in_company",
			"positionId: field.unknown", "candidateId: field.unknown")
	})
}

func TestWhoSees(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule(func(p *Plan) { p.Interviewers = []string{"lin"} })
		for name, c := range map[string]struct {
			a    actor.Actor
			sees bool
		}{
			"recruiter":           {actor.ForMember("corp", "x", actor.Recruiter), true},
			"administrator":       {actor.ForMember("corp", "x", actor.Administrator), true},
			"interviewer":         {f.lin, true},
			"without a role":      {actor.ForMember("corp", "lin", 0), true},
			"another interviewer": {f.mei, false},
			"other company":       {actor.ForMember("other", "rosa", actor.Administrator), false},
			"namesake elsewhere":  {actor.ForInterviewer("other", "lin"), false},
		} {
			_, err := f.Get(f.ctx, c.a, i.ID)
			if c.sees != (err == nil) {
				t.Errorf("%s: %v", name, err)
			}
			if !c.sees {
				apperrtest.CheckNotFound(t, err)
			}
			list := must2(f.List(f.ctx, c.a, Filter{}))(t)
			if c.sees != (len(list) == 1) {
				t.Errorf("%s lists %d", name, len(list))
			}
		}
	})
}

func must2[T any](v T, _ string, err error) func(*testing.T) T { return must(v, err) }

func TestListPagesAndFilters(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		var want []string
		for n := range 5 {
			want = append(want, f.schedule(func(p *Plan) {
				p.StartsAt = p.StartsAt.AddDate(0, 0, n/2) // pairs at the same time
				p.Interviewers = []string{[]string{"lin", "mei"}[n%2]}
				p.OverrideWarnings = true
			}).ID)
		}
		filter := Filter{Page: pagination.Page{Limit: 2}}
		var got []string
		for {
			list, next, err := f.List(f.ctx, f.recruiter, filter)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range list {
				got = append(got, i.ID)
			}
			if filter.Cursor = next; next == "" {
				break
			}
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("pages give %v, want %v", got, want)
		}
		for name, c := range map[string]struct {
			filter Filter
			want   int
		}{
			"mine":      {Filter{Mine: true}, 5},
			"candidate": {Filter{Query: "陈"}, 5},
			"pinyin":    {Filter{Query: "ChenChen"}, 5},
			"contact":   {Filter{Query: "chen@example.com"}, 0}, // interviewers search too
			"title":     {Filter{Query: "一"}, 5},
			"percent":   {Filter{Query: "%"}, 0},
			"a day":     {Filter{From: noon.AddDate(0, 0, 3).Add(-time.Hour), To: noon.AddDate(0, 0, 3).Add(time.Hour)}, 2},
			"state":     {Filter{States: []State{Ended, Cancelled}}, 0},
			"position":  {Filter{PositionID: f.position.ID}, 5},
			"backwards": {Filter{Descending: true, Page: pagination.Page{Limit: 200}}, 5},
		} {
			if list := must2(f.List(f.ctx, f.recruiter, c.filter))(t); len(list) != c.want {
				t.Errorf("%s: %d interviews, want %d", name, len(list), c.want)
			}
		}
		_, _, err := f.List(f.ctx, f.recruiter, Filter{Page: pagination.Page{Cursor: "?"}})
		apperrtest.CheckFields(t, err, "cursor: field.invalid")
	})
}

// WeCom ignores the case of userids: an interviewer in two spellings is invited once,
// under the spelling of the contacts.
func TestInterviewersIgnoreCase(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for _, userID := range []string{"LIN", "Lin", "ROSA"} {
			f.people[userID] = f.people[strings.ToLower(userID)]
		}
		check := func(name string, i *Interview) {
			t.Helper()
			var ids []string
			for _, m := range i.Interviewers {
				ids = append(ids, m.UserID)
			}
			if strings.Join(ids, " ") != "lin mei" {
				t.Errorf("%s: interviewers %v", name, ids)
			}
			if list := must2(f.List(f.ctx, f.lin, Filter{CandidateID: i.CandidateID}))(t); len(list) == 0 {
				t.Errorf("%s: the interviewer does not see the interview", name)
			}
		}
		i := f.schedule(func(p *Plan) { p.OrganizerID, p.Interviewers = "ROSA", []string{"LIN", "mei", "lin", "Lin"} })
		check("scheduled", i)
		if i.OrganizerID != "rosa" {
			t.Errorf("organizer %s", i.OrganizerID)
		}
		p := f.plan(func(p *Plan) {
			p.Interviewers, p.RoomKind = []string{"LIN"}, LinkRoom
			p.RoomAddresses = []RoomAddress{{UserID: "Lin", URL: "https://meet.example.com/lin"}, {UserID: "LIN", URL: "https://meet.example.com/other"}}
		})
		p.useStoredUserIDs(f.people)
		p.normalizeRoom()
		if len(p.RoomAddresses) != 1 || p.RoomAddresses[0] != (RoomAddress{UserID: "lin", URL: "https://meet.example.com/lin"}) {
			t.Errorf("personal addresses %+v", p.RoomAddresses)
		}
		i = must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"Lin", "mei"} }))(t)
		check("edited", i)
		if i.Version != 1 {
			t.Errorf("an edit that changes only the case is version %d", i.Version)
		}
	})
}

func TestScheduleTakesTheQuestionsOfThePosition(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		first := must(f.questions.Create(f.ctx, f.recruiter, question.Question{Content: question.Content{Title: "两数之和", Body: "给定一个数组…"}}))(t)
		second := must(f.questions.Create(f.ctx, f.recruiter, question.Question{Content: question.Content{Title: "合并区间", Body: "给定区间…"}}))(t)
		p := must(f.Positions.Update(f.ctx, f.recruiter, f.position.ID, 0, func(p *position.Position) { p.QuestionIDs = []string{first.ID} }))(t)
		i := f.schedule()
		if len(i.Questions) != 1 || i.Questions[0].Title != "两数之和" || i.TemplateID != p.TemplateID {
			t.Errorf("questions %+v, template %s", i.Questions, i.TemplateID)
		}
		i = f.schedule(func(p *Plan) { p.QuestionIDs, p.OverrideWarnings = []string{second.ID, first.ID, second.ID}, true })
		if len(i.Questions) != 2 || i.Questions[0].Title != "合并区间" || i.Questions[1].Title != "两数之和" {
			t.Errorf("chosen questions %+v, want those of the plan in their order, each once", i.Questions)
		}
	})
}

// The position of an interview is deleted while the interview is scheduled.
func TestScheduleDuringDeletionOfPosition(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		deletion := func(p *position.Position) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewDelete().Model(p).WherePK().Exec(ctx)
				return err
			}
		}
		deleted := must(f.Positions.Create(f.ctx, f.recruiter, position.Position{Title: "前端工程师"}))(t)
		_, err := dbtest.RunWhileOpen(t, f.DB, deletion(deleted), func() error {
			_, _, err := f.Schedule(f.ctx, f.recruiter, f.plan(func(p *Plan) { p.PositionID = deleted.ID }))
			return err
		})
		apperrtest.CheckFields(t, err, "positionId: field.unknown")
		deleted = must(f.Positions.Create(f.ctx, f.recruiter, position.Position{Title: "前端工程师"}))(t)
		_, err = dbtest.RunWhileOpen(t, f.DB, deletion(deleted), func() error {
			_, _, err := f.Schedule(f.ctx, f.recruiter, f.plan(func(p *Plan) {
				p.PositionID, p.CandidateID, p.NewCandidate = deleted.ID, "", &candidate.Candidate{Name: "王静"}
			}))
			return err
		})
		apperrtest.CheckFields(t, err, "positionId: field.unknown")
		deleted = must(f.Positions.Create(f.ctx, f.recruiter, position.Position{Title: "前端工程师"}))(t)
		b := f.newBatch(person("李雷", "", "前端工程师"))
		_, err = dbtest.RunWhileOpen(t, f.DB, deletion(deleted), func() error {
			return f.DB.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) error { return b.Create(ctx, tx, true) })
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := outcomes(b); f.DB.Dialect() == db.Postgres && got[0] != "positionId field.unknown;" {
			t.Errorf("an import for a deleted position: %q", got)
		}
	})
}

// An interviewer reads the questions of the interviews in which they take part, as long
// as the interviews have them.
func TestAssignedQuestions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		create := func(title string) string {
			return must(f.questions.Create(f.ctx, f.recruiter, question.Question{Content: question.Content{Title: title, Body: "题面"}}))(t).ID
		}
		first, second := create("两数之和"), create("合并区间")
		create("限流器")
		titles := func(a actor.Actor) string {
			t.Helper()
			list, _, err := f.questions.List(f.ctx, a, question.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			names := []string{}
			for _, q := range list {
				names = append(names, q.Title)
			}
			slices.Sort(names)
			return strings.Join(names, " ")
		}
		check := func(when string, a actor.Actor, want string) {
			t.Helper()
			if got := titles(a); got != want {
				t.Errorf("%s: %s reads %q, want %q", when, a.UserID, got, want)
			}
		}
		check("no interview", f.lin, "")
		f.schedule(func(p *Plan) { p.Interviewers, p.QuestionIDs = []string{"lin"}, nil })
		check("an interview without questions", f.lin, "")
		i := f.schedule(func(p *Plan) {
			p.Interviewers, p.QuestionIDs, p.OverrideWarnings = []string{"lin"}, []string{first, second}, true
		})
		f.schedule(func(p *Plan) {
			p.Interviewers, p.QuestionIDs, p.OverrideWarnings = []string{"lin", "mei"}, []string{first}, true
		})
		check("two interviews", f.lin, "两数之和 合并区间")
		check("one interview", f.mei, "两数之和")
		check("two interviews", f.recruiter, "两数之和 合并区间 限流器")
		check("another company", actor.ForInterviewer("other", "lin"), "")
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) {
			p.Interviewers, p.OverrideWarnings = []string{"mei"}, true
		}))(t)
		check("replaced", f.lin, "两数之和")
		check("replacing", f.mei, "两数之和 合并区间")
	})
}

func TestListByIDs(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		own := f.schedule()
		other := f.schedule(func(p *Plan) {
			p.StartsAt, p.Interviewers = p.StartsAt.AddDate(0, 0, 1), []string{"kai"}
		})
		foreigner := f.recruiter
		foreigner.CorpID = "other"
		for name, tc := range map[string]struct {
			actor actor.Actor
			want  []string
		}{
			"recruiter":       {f.recruiter, []string{own.ID, other.ID}},
			"interviewer":     {f.lin, []string{own.ID}},
			"another company": {foreigner, nil},
		} {
			var got []string
			for _, i := range must(f.ListByIDs(f.ctx, tc.actor, []string{other.ID, own.ID, "unknown"}))(t) {
				got = append(got, i.ID)
			}
			slices.Sort(got)
			if !slices.Equal(got, tc.want) {
				t.Errorf("%s: %v, want %v", name, got, tc.want)
			}
		}
	})
}

// A new interview has the newest version of the template of its round, and keeps it.
func TestScheduleTakesTheTemplateOfTheRound(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		templates := &scorecard.Service{DB: f.DB}
		newContent := func(title string) scorecard.Content {
			return scorecard.Content{
				Title: scorecard.LocalizedText{"en": title}, Criteria: []scorecard.Criterion{{Title: scorecard.LocalizedText{"en": title}, Kind: scorecard.KindText}},
			}
		}
		design := must(templates.Create(f.ctx, f.recruiter, newContent("Design")))(t)
		must(f.Positions.Update(f.ctx, f.recruiter, f.position.ID, 0, func(p *position.Position) { p.RoundTemplateIDs = map[int]string{2: design.ID} }))(t)
		schedule := func(round int) *Interview {
			return f.schedule(func(p *Plan) { p.Round, p.OverrideWarnings = round, true })
		}
		first, second := schedule(1), schedule(2)
		if first.TemplateID == design.ID || second.TemplateID != design.ID || second.TemplateVersion != 1 {
			t.Errorf("round 1 has template %s, round 2 %s in version %d", first.TemplateID, second.TemplateID, second.TemplateVersion)
		}
		must(templates.Update(f.ctx, f.recruiter, design.ID, 1, func(c *scorecard.Content) { *c = newContent("Architecture") }))(t)
		if third := schedule(2); third.TemplateVersion != 2 {
			t.Errorf("after an edit, a new interview has version %d", third.TemplateVersion)
		}
		if card := must(f.Scorecard(f.ctx, f.lin, second.ID))(t); card.Criteria[0].Title.In("en") != "Design" {
			t.Errorf("the interview does not keep its version: criteria %+v", card.Criteria)
		}
	})
}
