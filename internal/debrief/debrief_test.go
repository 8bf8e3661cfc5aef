package debrief_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/debrief"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/scorecard"
)

var (
	rosa        = interviewtest.Rosa
	lin         = interviewtest.Lin
	mei         = interviewtest.Mei
	coordinator = actor.ForMember(interviewtest.CorpID, "co", actor.Interviewer|actor.Coordinator)
	auditor     = actor.ForMember(interviewtest.CorpID, "au", actor.Interviewer|actor.Auditor)
)

// fixture is a candidate with three rounds that have ended. Round 1 has the default template and all
// scorecards; round 2 has a template of its own, and that of mei is missing; round 3 has the next
// version of that template and the scorecard of mei.
type fixture struct {
	debrief.Service
	t         *testing.T
	company   *interviewtest.Company
	templates *scorecard.Service
	design    *scorecard.Template
	position  *position.Position
	candidate string
	rounds    []*interview.Interview
}

func runOnBoth(t *testing.T, body func(t *testing.T, f *fixture)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newFixture(t, d)) })
}

func zh(text string) scorecard.LocalizedText { return scorecard.LocalizedText{"zh-CN": text} }

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	company := interviewtest.New(t, d)
	f := &fixture{t: t, company: company, Service: debrief.Service{Interviews: company.Interviews}}
	f.templates = &scorecard.Service{DB: d, Now: company.Clock.Now, Members: company.FindMembers}
	var err error
	f.design, err = f.templates.Create(t.Context(), rosa, scorecard.Content{Title: zh("系统设计"), Criteria: []scorecard.Criterion{
		{Title: zh("编码能力"), Kind: scorecard.KindScore, Scale: 5, Weight: 2, Anchors: []scorecard.LocalizedText{zh("不会写"), nil, nil, nil, zh("写得很好")}},
		{Title: zh("风险"), Kind: scorecard.KindText},
		{Title: zh("职级"), Kind: scorecard.KindChoice, Options: []scorecard.Option{{Text: zh("高级")}, {Text: zh("资深")}}},
		{Title: zh("已确认"), Kind: scorecard.KindChecklist, Options: []scorecard.Option{{Text: zh("到岗")}, {Text: zh("薪资")}, {Text: zh("地点")}}},
	}})
	apperrtest.RequireNoError(t, err)
	f.position, err = company.Interviews.Positions.Create(t.Context(), rosa, position.Position{Title: "Go 工程师", RoundTemplateIDs: map[int]string{2: f.design.ID, 3: f.design.ID}})
	apperrtest.RequireNoError(t, err)
	f.candidate = company.CreateCandidate(t, "陈晨", f.position.ID).ID
	f.hold(1, "lin", "mei")
	f.submit(lin, 0, scorecard.Score{Key: "coding", Score: 4, Comment: "秘密一"}, scorecard.Score{Key: "problem_solving", Score: 2}, scorecard.Score{Key: "communication", Score: 3}, scorecard.Score{Key: "fit", Score: 1})
	f.submit(mei, 0, scorecard.Score{Key: "coding", Score: 2}, scorecard.Score{Key: "problem_solving", Score: 2}, scorecard.Score{Key: "communication", Score: 3}, scorecard.Score{Key: "fit", Score: 3})
	f.hold(2, "lin", "mei")
	f.submit(lin, 1, scorecard.Score{Key: f.key(0), Score: 5, Comment: "秘密二"})
	_, err = f.templates.Update(t.Context(), rosa, f.design.ID, 1, func(c *scorecard.Content) {
		c.Criteria = slices.Clone(c.Criteria)
		c.Criteria[1].Title = zh("主要风险")
	})
	apperrtest.RequireNoError(t, err)
	f.hold(3, "mei")
	f.submit(mei, 2, scorecard.Score{Key: f.key(0), Score: 1}, scorecard.Score{Key: f.key(1), Text: "=秘密三\n第二行"},
		scorecard.Score{Key: f.key(2), Choice: f.design.Criteria[2].Options[1].Key},
		scorecard.Score{Key: f.key(3), Checked: []string{f.design.Criteria[3].Options[0].Key, f.design.Criteria[3].Options[2].Key}})
	_, err = company.Interviews.Decide(t.Context(), rosa, f.rounds[2].ID, interview.NoHire, "理由三")
	apperrtest.RequireNoError(t, err)
	return f
}

// key returns the key of a criterion of the template of rounds 2 and 3.
func (f *fixture) key(n int) string { return f.design.Criteria[n].Key }

// hold stores an interview that has ended.
func (f *fixture) hold(round int, interviewers ...string) {
	f.t.Helper()
	service := f.company.Interviews
	i, _, err := service.Schedule(f.t.Context(), rosa, interviewtest.NewPlan(f.position.ID, f.candidate, func(p *interview.Plan) {
		p.Round, p.Title, p.Interviewers, p.OverrideWarnings = round, fmt.Sprintf("第 %d 轮", round), interviewers, true
		p.StartsAt = p.StartsAt.AddDate(0, 0, round)
	}))
	apperrtest.RequireNoError(f.t, err)
	_, err = service.Start(f.t.Context(), rosa, i.ID)
	apperrtest.RequireNoError(f.t, err)
	i, err = service.End(f.t.Context(), rosa, i.ID)
	apperrtest.RequireNoError(f.t, err)
	f.rounds = append(f.rounds, i)
}

func (f *fixture) submit(a actor.Actor, round int, scores ...scorecard.Score) {
	f.t.Helper()
	c, err := f.company.Interviews.SaveScorecard(f.t.Context(), a, f.rounds[round].ID, scorecard.Draft{Scores: scores, Recommendation: scorecard.Yes, Comment: "总评" + a.UserID})
	apperrtest.RequireNoError(f.t, err)
	_, err = f.company.Interviews.SubmitScorecard(f.t.Context(), a, f.rounds[round].ID, c.Version)
	apperrtest.RequireNoError(f.t, err)
}

// read returns the cells of each sheet of the workbook, with the names of the sheets.
func read(t *testing.T, d *debrief.Debrief) ([]string, map[string][][]string) {
	t.Helper()
	var out bytes.Buffer
	apperrtest.RequireNoError(t, d.WriteWorkbook(&out, "zh-CN"))
	file, err := excelize.OpenReader(&out)
	apperrtest.RequireNoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	sheets := map[string][][]string{}
	for _, name := range file.GetSheetList() {
		sheets[name], err = file.GetRows(name)
		apperrtest.RequireNoError(t, err)
	}
	return file.GetSheetList(), sheets
}

// Hidden scorecards and decisions are neither in the debrief nor in its file.
func TestHiddenScorecardsStayHidden(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		manager := actor.ForInterviewer(interviewtest.CorpID, "han").WithManaged(actor.Managed{PositionIDs: []string{f.position.ID}})
		const first, second, third, decision = "秘密一", "秘密二", "秘密三", "理由三"
		for _, tc := range []struct {
			name   string
			actor  actor.Actor
			rounds int
			shown  []string
		}{
			{"recruiter", rosa, 3, []string{first, third, decision}},
			{"hiring manager", manager, 3, []string{first, third, decision}},
			{"interviewer of the first rounds", lin, 2, []string{first}},
			{"interviewer with a missing scorecard", mei, 3, []string{first, third, decision}},
			{"coordinator", coordinator, 3, nil},
			{"auditor", auditor, 0, nil},
			{"uninvolved interviewer", interviewtest.Kai, 0, nil},
			{"other company", interviewtest.Stranger, 0, nil},
		} {
			d, err := f.Export(t.Context(), tc.actor, f.candidate)
			if tc.rounds == 0 {
				if apperr.KindOf(err) != apperr.NotFound {
					t.Errorf("%s: %v", tc.name, err)
				}
				continue
			}
			apperrtest.RequireNoError(t, err)
			_, sheets := read(t, d)
			for _, secret := range []string{first, second, third, decision} {
				// The decision is beside the interview; its visibility goes with the debrief.
				page := secret == decision && slices.ContainsFunc(d.Rounds, func(r debrief.Round) bool { return r.ShowsDecision && r.Interview.DecisionComment == decision }) ||
					strings.Contains(fmt.Sprintf("%+v", cardsOf(d)), secret)
				if want := slices.Contains(tc.shown, secret); page != want || strings.Contains(fmt.Sprint(sheets), secret) != want {
					t.Errorf("%s: %s is visible: %v, in the file: %v, want %v", tc.name, secret, page, !want, want)
				}
			}
			if len(d.Rounds) != tc.rounds {
				t.Errorf("%s: %d rounds", tc.name, len(d.Rounds))
			}
		}
		entries, err := audit.List(t.Context(), f.company.DB.DB, interviewtest.CorpID, audit.Filter{Action: "candidate.debrief_export", Limit: 10})
		if err != nil || len(entries) != 5 || entries[0].ObjectID != f.candidate {
			t.Errorf("audit log %+v, %v", entries, err)
		}
	})
}

func cardsOf(d *debrief.Debrief) (list []scorecard.Scorecard) {
	for _, r := range d.Rounds {
		for _, c := range r.Evaluation.Cards {
			list = append(list, c.Scorecard)
		}
	}
	return list
}

func TestWorkbook(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.submit(mei, 1)
		d, err := f.Get(t.Context(), rosa, f.candidate)
		apperrtest.RequireNoError(t, err)
		names, sheets := read(t, d)
		loc := f.rounds[0].Location()
		first, third, submitted := f.rounds[0].StartsAt.In(loc).Format("2006-01-02 15:04"), f.rounds[2].StartsAt.In(loc).Format("2006-01-02 15:04"), f.company.Clock.Now().In(loc).Format("2006-01-02 15:04")
		if want := []string{"面试", "评价对照", "技术面试 v1", "系统设计 v1", "系统设计 v2"}; !slices.Equal(names, want) {
			t.Errorf("sheets %q, want %q", names, want)
		}
		for _, want := range []struct {
			sheet string
			row   int
			cells string
		}{
			{"面试", 1, "1|第 1 轮|Go 工程师|" + first + "|林一\n梅二|技术面试|1|2/2|2.5|4"},
			{"面试", 3, "3|第 3 轮|Go 工程师|" + third + "|梅二|系统设计|2|1/1|1|5|不录用|理由三|罗莎"},
			{"评价对照", 0, "评价项|类型|第 1 轮\n林一|第 1 轮\n梅二|第 2 轮\n林一|第 2 轮\n梅二|第 3 轮\n梅二|平均分|满分|最低分|最高分"},
			{"评价对照", 1, "推荐意见||推荐|推荐|推荐|推荐|推荐"},
			{"评价对照", 2, "编码能力|打分|4|2|5|未填写|1|3.3|5"},
			{"评价对照", 5, "岗位匹配|打分|1|3|评价表无此项|评价表无此项|评价表无此项|2|4|1|3"},
			{"评价对照", 6, "主要风险|文字|评价表无此项|评价表无此项|未填写|未填写|=秘密三\n第二行"},
			{"评价对照", 7, "职级|单选|评价表无此项|评价表无此项|未填写|未填写|资深"},
			{"评价对照", 8, "已确认|勾选|评价表无此项|评价表无此项|未填写|未填写|到岗\n地点"},
			{"评价对照", 9, "各项平均||2.5/4|2.5/4|5.0/5||1.0/5|3|5"},
			{"系统设计 v2", 0, "轮次|面试|时间|面试官|推荐意见|平均分|编码能力\n（1–5 分，权重 2）|编码能力\n分值含义|编码能力\n依据|主要风险|主要风险\n依据|职级|职级\n依据|已确认|已确认\n依据|总评|提交时间"},
			{"系统设计 v2", 1, "3|第 3 轮|" + third + "|梅二|推荐|1|1|不会写||=秘密三\n第二行||资深||到岗\n地点||总评mei|" + submitted},
		} {
			if rows := sheets[want.sheet]; want.row >= len(rows) || strings.Join(rows[want.row], "|") != want.cells {
				t.Errorf("%s, row %d:\n%q, want\n%q", want.sheet, want.row, rows[min(want.row, len(rows)-1)], want.cells)
			}
		}
	})
}
