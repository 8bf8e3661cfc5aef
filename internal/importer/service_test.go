package importer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
)

// fixture is a company with a recruiter and interviewers, two of whom have the
// same name.
type fixture struct {
	*Service
	clock *clocktest.Clock
	t     testing.TB
	ctx   context.Context
	set   Setting
}

var noon = clocktest.Noon()

var members = []member.Member{
	{UserID: "rosa", Name: "罗莎", Active: true}, {UserID: "lin", Name: "林一", Active: true},
	{UserID: "mei", Name: "梅二", Active: true}, {UserID: "wang1", Name: "王伟", Active: true}, {UserID: "wang2", Name: "王伟", Active: true},
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	clock := clocktest.New()
	q, err := job.New(d, slog.New(slog.DiscardHandler), job.WithClock(clock.Running()))
	if err != nil {
		t.Fatal(err)
	}
	positions, candidates := &position.Service{DB: d, Queue: q, Now: clock.Now}, &candidate.Service{DB: d, Queue: q, Now: clock.Now}
	s := interview.New(interview.Config{DB: d, Queue: q, Positions: positions, Candidates: candidates, Now: clock.Now, Members: func(_ context.Context, _ string, ids []string) (map[string]member.Member, error) {
		out := map[string]member.Member{}
		for _, m := range members {
			if slices.Contains(ids, m.UserID) {
				out[m.UserID] = m
			}
		}
		return out, nil
	}})
	return &fixture{
		clock: clock,
		t:     t, ctx: t.Context(),
		Service: New(Config{DB: d, Queue: q, Interviews: s, Now: clock.Now, FindMembers: findMembers}),
		set: Setting{
			Actor: actor.ForMember("acme", "rosa", actor.Recruiter), TimeZone: "Asia/Shanghai",
			Title: func(round int) string { return fmt.Sprint("第 ", round, " 轮") },
		},
	}
}

func findMembers(_ context.Context, _, name string) ([]member.Member, error) {
	var out []member.Member
	for _, m := range members {
		if name == m.UserID || name == m.Name || name == m.UserID+"@example.com" {
			out = append(out, m)
		}
	}
	return out, nil
}

func (f *fixture) preview(kind Kind, lines ...string) *Result {
	f.t.Helper()
	r, err := f.Preview(f.ctx, f.set, kind, Upload{Name: "list.csv", Body: []byte(strings.Join(lines, "\n"))})
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func (f *fixture) commit(id string, acceptWarnings bool) *Result {
	f.t.Helper()
	return f.commitWith(id, acceptWarnings, Choices{})
}

func (f *fixture) commitWith(id string, acceptWarnings bool, choices Choices) *Result {
	f.t.Helper()
	r, err := f.Commit(f.ctx, f.set, id, acceptWarnings, choices)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

// issueCodes returns the issues of a result as "row column code level".
func issueCodes(r *Result) []string {
	out := []string{}
	for _, o := range r.Outcomes {
		for _, i := range o.Issues {
			out = append(out, fmt.Sprint(o.Row, " ", i.Column, " ", i.Code, " ", i.Level))
		}
	}
	return out
}

func (f *fixture) requireIssues(r *Result, want ...string) {
	f.t.Helper()
	if got := issueCodes(r); !slices.Equal(got, want) {
		f.t.Errorf("issues\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// countRows counts the rows of a table.
func (f *fixture) countRows(table string) int {
	f.t.Helper()
	n, err := f.DB.NewSelect().TableExpr(table).Count(f.ctx)
	if err != nil {
		f.t.Fatal(err)
	}
	return int(n)
}

// requireEmpty fails the test if a preview has stored anything.
func (f *fixture) requireEmpty() {
	f.t.Helper()
	for _, table := range []string{"candidates", "positions", "interviews", "messages", "events", "audit_log", "river_job"} {
		if n := f.countRows(table); n != 0 {
			f.t.Errorf("%d rows in %s after a preview", n, table)
		}
	}
}

func TestImportCandidates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.preview(Candidates,
			"姓名,邮箱,手机号,职位,简历链接,语言,面试官",
			"张三,zhang@example.com,139 0000 0001,Go 工程师,https://example.com/cv.pdf,中文,x",
			"李四,not an address,call me,Go 工程师,http://example.com/cv.pdf,Klingon,",
			",wu@example.com,,,,,",
			"李四,li@example.com,,Go 工程师,,en,",
			"张三丰,ZHANG@example.com,,,,,",
		)
		f.requireEmpty()
		f.requireIssues(p,
			"2 position interview.new_position warning",
			"3 language import.bad_language error", "3 email field.not_email error", "3 mobile field.not_mobile error", "3 resumeUrl field.not_https error", "3 position interview.new_position warning",
			"4 name field.required error",
			"5 position interview.new_position warning",
			"6 name interview.candidate_exists warning",
		)
		if p.Created != 0 || !slices.Equal(p.Unknown, []string{"面试官"}) || p.Outcomes[1].Worst() != Error || p.Outcomes[0].Worst() != Warning {
			t.Errorf("preview %+v", p)
		}
		r := f.commit(p.ID, true)
		if r.Created != 3 || r.Outcomes[0].ID == "" || r.Outcomes[1].ID != "" || f.countRows("candidates") != 3 || f.countRows("positions") != 1 {
			t.Errorf("result %+v", r)
		}
		c, err := f.Interviews.Candidates.Get(f.ctx, f.set.Actor, r.Outcomes[0].ID)
		if err != nil || c.Name != "张三" || c.PositionTitle != "Go 工程师" || c.Language != "zh-CN" {
			t.Errorf("candidate %+v, %v", c, err)
		}
		rows, _, err := event.List(f.ctx, f.DB, "acme", 0, []string{event.CandidateCreated}, 0)
		if err != nil || len(rows) != 3 {
			t.Errorf("%d events, %v", len(rows), err)
		}
	})
}

func TestIssuesNameTheirCells(t *testing.T) {
	runOnBoth(t, func(_ *testing.T, f *fixture) {
		p := f.preview(Candidates, "name,email,mobile,resume,note",
			"Alex,not an address,call me,http://example.com/cv.pdf,"+strings.Repeat("x", 5001))
		f.requireIssues(p, "2 note field.too_long error", "2 email field.not_email error", "2 mobile field.not_mobile error", "2 resumeUrl field.not_https error")
	})
}

func TestAcceptWarnings(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		first := f.preview(Candidates, "name,mobile", "Alex,+86 139-0000-0001")
		f.commit(first.ID, false)
		lines := []string{"name,mobile,email", "Alexander,13900000001,", "Bo,,bo@example.com"}
		again := f.preview(Candidates, lines...)
		f.requireIssues(again, "2 name interview.candidate_exists warning")
		if r := f.commit(again.ID, true); r.Created != 2 || f.countRows("candidates") != 3 {
			t.Errorf("accepted %+v", r)
		}
		third := f.preview(Candidates, lines...)
		if r := f.commit(third.ID, false); r.Created != 0 || f.countRows("candidates") != 3 {
			t.Errorf("not accepted %+v", r)
		}
	})
}

func TestCommitIsIdempotent(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.preview(Candidates, "name", "Alex", "Bo")
		results := make([]*Result, 4)
		var all sync.WaitGroup
		for n := range results {
			all.Go(func() {
				r, err := f.Commit(f.ctx, f.set, p.ID, true, Choices{})
				if err != nil {
					t.Error(err)
				}
				results[n] = r
			})
		}
		all.Wait()
		if t.Failed() {
			return
		}
		for _, r := range results {
			if r.Created != 2 || r.Outcomes[0].ID != results[0].Outcomes[0].ID || r.Outcomes[0].Cells[colName] != "Alex" {
				t.Errorf("%+v", r)
			}
		}
		if n := f.countRows("candidates"); n != 2 {
			t.Errorf("%d candidates", n)
		}
	})
}

func TestImportInterviews(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.commit(f.preview(Candidates, "name,email,position", "Alex,alex@example.com,Go", "Bo,bo@example.com,前端").ID, true)
		day := func(days int, layout string) string { return noon.AddDate(0, 0, days).Format(layout) }
		p := f.preview(Interviews,
			"候选人,邮箱,职位,日期,时间,时长,面试官,会议链接,轮次",
			"Alex,alex@example.com,,"+clocktest.Date(2)+",14:00,45,林一、mei@example.com,,第2轮", // 2: there already
			"张三,zhang@example.com,Go,"+day(2, "2006/01/02")+",下午2:30,,lin,,",                // 3: booked twice
			"李四,li@example.com,前端,"+day(3, "2006年1月2日")+",10:00-10:50,,mei,https://meet.example.com/1,",
			"王五,,Go,3/4/2026,10:00,,mei,,",
			"赵六,,Go,"+clocktest.Date(3)+",12:00,soon,王伟、nobody,,",
			"钱七,,,"+clocktest.Date(3)+",13:00,,mei,,",
			"孙八,,Go,"+clocktest.Date(-2000)+",13:00,,,http://meet.example.com,",
		)
		f.requireIssues(p,
			"3 interviewers interview.double_booked warning",
			"4 name interview.new_candidate notice",
			"5 date import.ambiguous_date error",
			"6 durationMinutes import.bad_duration error", "6 interviewers import.member_ambiguous error", "6 interviewers import.no_such_member error",
			"7 position field.required error",
			"8 date interview.in_past error", "8 link field.not_https error", "8 interviewers interview.no_interviewers error",
		)
		if !slices.ContainsFunc(p.Outcomes[4].Issues, func(i Issue) bool { return i.Params["Members"] == "王伟 (wang1), 王伟 (wang2)" }) {
			t.Errorf("the members are not listed: %+v", p.Outcomes[4].Issues)
		}
		if n := f.countRows("interviews"); n != 0 || f.countRows("messages") != 0 {
			t.Errorf("%d interviews after a preview", n)
		}
		r := f.commit(p.ID, false)
		if r.Created != 2 || f.countRows("interviews") != 2 || f.countRows("candidates") != 3 {
			t.Errorf("result %+v", r)
		}
		first, err := f.Interviews.Get(f.ctx, f.set.Actor, r.Outcomes[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if first.Title != "Alex · 第 2 轮" || first.Round != 2 || first.Duration() != 45*time.Minute || len(first.Interviewers) != 2 ||
			!first.StartsAt.Equal(noon.AddDate(0, 0, 2).Add(2*time.Hour)) || first.Candidate.Email != "alex@example.com" {
			t.Errorf("interview %+v", first)
		}
		second, err := f.Interviews.Get(f.ctx, f.set.Actor, r.Outcomes[2].ID)
		if err != nil || second.RoomKind != interview.LinkRoom || second.Duration() != 50*time.Minute || second.Position.Title != "前端" {
			t.Errorf("interview %+v, %v", second, err)
		}
		if again := f.commit(p.ID, true); again.Created != 2 || f.countRows("interviews") != 2 {
			t.Errorf("committed twice %+v", again)
		}
	})
}

// Who a row means is not decided silently.
func TestImportedIdentities(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.commit(f.preview(Candidates, "name,email,position", "王伟,,Go", "王伟,,Go", "周艳平,zhou@example.com,前端", "李娜,agency@example.com,Go").ID, true)
		if n := f.countRows("candidates"); n != 4 {
			t.Fatalf("%d candidates", n)
		}
		day := clocktest.Date(2)
		p := f.preview(Interviews, "候选人,邮箱,职位,日期,时间,面试官",
			"王伟,,Go,"+day+",09:00,lin",                   // two of that name, without addresses
			"周艳平,,Go,"+day+",10:00,lin",                  // for another position
			"赵六,agency@example.com,Go,"+day+",11:00,lin", // the address of another name
			"李娜,agency@example.com,Go,"+day+",12:00,lin",
			"孙八,sun@example.com,Go 工程帅,"+day+",13:00,lin", // a mistyped position
		)
		f.requireIssues(p,
			"2 name interview.candidate_ambiguous error",
			"3 name interview.candidate_namesake warning",
			"4 name interview.candidate_other_name warning",
			"6 position interview.new_position warning",
		)
		if r := f.commit(p.ID, false); r.Created != 1 || f.countRows("positions") != 2 || f.countRows("candidates") != 4 {
			t.Errorf("result %+v", r)
		}
	})
}

// The preview of interviews offers the stored candidates of a name, and a new one; the
// choice resolves the issue.
func TestChosenCandidates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.commit(f.preview(Candidates, "name,email,position", "王伟,,Go", "王伟,,Go", "周艳平,zhou@example.com,前端", "李娜,agency@example.com,Go").ID, true)
		day := clocktest.Date(2)
		p := f.preview(Interviews, "候选人,邮箱,职位,日期,时间,面试官",
			"王伟,,Go,"+day+",09:00,lin",
			"周艳平,,Go,"+day+",10:00,lin",
			"周艳平,,Go,"+day+",11:00,lin",
			"周艳平,,Go,"+day+",12:00,lin",
			"赵六,agency@example.com,Go,"+day+",13:00,lin",
			"孙八,sun@example.com,Go,"+day+",14:00,lin", // no stored candidate
		)
		var offered []string
		for _, o := range p.Outcomes {
			s := fmt.Sprint(o.NewCandidate)
			for _, c := range o.Candidates {
				s += " " + c.Name + c.Email + "/" + c.PositionTitle
			}
			offered = append(offered, s)
		}
		zhou := "周艳平zhou@example.com/前端"
		if want := []string{"false 王伟/Go 王伟/Go", "true " + zhou, "false " + zhou, "false " + zhou, "false 李娜agency@example.com/Go", "true"}; !slices.Equal(offered, want) {
			t.Errorf("offered\n  %q\nwant\n  %q", offered, want)
		}
		second := p.Outcomes[0].Candidates[1].ID
		choices := Choices{Candidates: map[int]string{2: second, 3: NewObject, 4: p.Outcomes[1].Candidates[0].ID, 5: NewObject, 6: NewObject, 7: second}}
		r := f.commitWith(p.ID, false, choices)
		f.requireIssues(r, "3 name interview.new_candidate notice", "6 name interview.new_candidate notice", "7 name field.unknown error")
		if n := f.countRows("candidates"); r.Created != 5 || n != 6 {
			t.Errorf("%d interviews, %d candidates", r.Created, n)
		}
		var persons []string
		err := f.DB.NewRaw(`SELECT c.name || c.email FROM interviews AS i JOIN candidates AS c ON c.id = i.candidate_id ORDER BY i.starts_at`).Scan(f.ctx, &persons)
		if want := []string{"王伟", "周艳平", "周艳平zhou@example.com", "周艳平", "赵六agency@example.com"}; err != nil || !slices.Equal(persons, want) {
			t.Errorf("interviews with %q: %v", persons, err)
		}
		var same int
		if err := f.DB.NewRaw("SELECT COUNT(DISTINCT candidate_id) FROM interviews").Scan(f.ctx, &same); err != nil || same != 4 {
			t.Errorf("%d candidates have interviews, want 4: two rows of one new candidate: %v", same, err)
		}
	})
}

// A title without a position offers similar positions.
func TestChosenPositions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.commit(f.preview(Candidates, "name,position", "甲,Go 工程师", "乙,前端工程师", "丙,产品经理").ID, true)
		day := clocktest.Date(2)
		p := f.preview(Interviews, "候选人,职位,日期,时间,面试官",
			"丁,go工程帅,"+day+",09:00,lin",
			"戊,Go工程帅,"+day+",10:00,lin",
			"己,架构师,"+day+",11:00,lin",
		)
		var offered []string
		for _, u := range p.Positions {
			s := fmt.Sprint(u.Title, u.Rows)
			for _, one := range u.Similar {
				s += " " + one.Title
			}
			offered = append(offered, s)
		}
		if want := []string{"go工程帅[2 3] Go 工程师", "架构师[4]"}; !slices.Equal(offered, want) {
			t.Fatalf("offered %q, want %q", offered, want)
		}
		choices := Choices{Positions: map[string]string{"go工程帅": p.Positions[0].Similar[0].ID, "架构师": NewObject}}
		r := f.commitWith(p.ID, false, choices)
		if r.Created != 3 || f.countRows("positions") != 4 || r.Outcomes[0].Cells[colPosition] != "go工程帅" {
			t.Errorf("result %+v, %d positions", r, f.countRows("positions"))
		}
		var title string
		if err := f.DB.NewRaw("SELECT title FROM interviews ORDER BY starts_at LIMIT 1").Scan(f.ctx, &title); err != nil || title != "丁 · Go 工程师 · 第 1 轮" {
			t.Errorf("the title is %q: %v", title, err)
		}
		again := f.preview(Candidates, "name,position", "庚,前端工程帅")
		r = f.commitWith(again.ID, false, Choices{Positions: map[string]string{"前端工程帅": "unknown"}})
		f.requireIssues(r, "2 position field.unknown error")
	})
}

// A warning of one kind must not hide a double booking that is accepted with it.
func TestWarningsAreComplete(t *testing.T) {
	runOnBoth(t, func(_ *testing.T, f *fixture) {
		day := clocktest.Date(2)
		f.commit(f.preview(Interviews, "候选人,职位,日期,时间,面试官", "王伟,Go,"+day+",09:00,lin").ID, true)
		p := f.preview(Interviews, "候选人,职位,日期,时间,面试官", "赵六,前端,"+day+",09:30,lin")
		f.requireIssues(p, "2 position interview.new_position warning", "2 interviewers interview.double_booked warning")
	})
}

func TestImportAuthorization(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.preview(Candidates, "name", "Alex")
		other, stranger, interviewer := f.set, f.set, f.set
		other.Actor.UserID, stranger.Actor.CorpID, interviewer.Actor.Roles = "ada", "other", actor.Interviewer
		for _, set := range []Setting{other, stranger} {
			if _, err := f.Commit(f.ctx, set, p.ID, true, Choices{}); apperr.KindOf(err) != apperr.NotFound {
				t.Errorf("%+v commits: %v", set.Actor, err)
			}
		}
		// The permission is checked before the file is parsed: this one cannot be.
		if _, err := f.Preview(f.ctx, interviewer, Candidates, Upload{Body: []byte("PK\x03\x04")}); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer previews: %v", err)
		}
		if _, err := f.Commit(f.ctx, interviewer, p.ID, true, Choices{}); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer commits: %v", err)
		}
	})
}

// TestParsesAreLimited: a file waits while maxParses others are parsed, and as
// long as its request.
func TestParsesAreLimited(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		if err := f.parses.Acquire(f.ctx, maxParses); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(f.ctx)
		cancel()
		if _, err := f.Preview(ctx, f.set, Candidates, Upload{Body: []byte("name\nAlex")}); !errors.Is(err, context.Canceled) {
			t.Errorf("a preview while %d files are parsed: %v", maxParses, err)
		}
		f.parses.Release(maxParses)
		f.preview(Candidates, "name", "Alex")
	})
}

func TestMaximumFileSize(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		lines := []string{"name,email"}
		for n := range MaxCandidates {
			lines = append(lines, fmt.Sprintf("Alex %d,alex%d@example.com", n, n))
		}
		if p := f.preview(Candidates, lines...); p.Created != MaxCandidates {
			t.Errorf("%d of %d are good", p.Created, MaxCandidates)
		}
		if r := f.commit(f.preview(Candidates, lines[:301]...).ID, false); r.Created != 300 {
			t.Errorf("created %d", r.Created)
		}
	})
}

func TestExpiredPreviewsDeleted(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		p := f.preview(Candidates, "name", "Alex")
		f.clock.Advance(importRetention + time.Hour)
		if err := f.deleteExpired(f.ctx, CleanupArgs{}, job.Attempt{}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Commit(f.ctx, f.set, p.ID, true, Choices{}); apperr.KindOf(err) != apperr.NotFound {
			t.Errorf("committed: %v", err)
		}
	})
}
