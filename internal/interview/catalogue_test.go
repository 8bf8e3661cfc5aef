package interview

import (
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
)

func TestPositions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		q := must(w.CreateQuestion(w.ctx, w.lin, Question{Title: "两数之和", Body: "给定一个数组…"}))(t)
		p := must(w.UpdatePosition(w.ctx, w.recruiter, w.position.ID, 0, func(p *Position) {
			p.QuestionIDs, p.State, p.Headcount = []string{q.ID, q.ID}, PositionClosed, 3
		}))(t)
		if len(p.QuestionIDs) != 1 || p.Candidates != 1 || p.TemplateID == "" || p.Headcount != 3 {
			t.Errorf("%+v", p)
		}
		_, err := w.UpdatePosition(w.ctx, w.recruiter, p.ID, 0, func(p *Position) {
			p.Title, p.QuestionIDs, p.TemplateID, p.State = "", []string{"x"}, "y", "ajar"
		})
		wantFields(t, err, "title: field.required", "state: field.not_one_of", "questionIds[0]: field.unknown", "scorecardTemplateId: field.unknown")
		if got := must(w.Position(w.ctx, w.lin, p.ID))(t); got.Title != "Go 工程师" {
			t.Errorf("a refused change was stored: %+v", got)
		}
		if list := must2(w.Positions(w.ctx, w.lin, PositionFilter{Query: "go", State: PositionClosed}))(t); len(list) != 1 {
			t.Errorf("found %d", len(list))
		}
		if list := must2(w.Positions(w.ctx, actor.Actor{CorpID: "other", UserID: "x", Roles: actor.Recruiter}, PositionFilter{}))(t); len(list) != 0 {
			t.Errorf("another company sees %d positions", len(list))
		}
		_, err = w.CreatePosition(w.ctx, w.lin, Position{Title: "x"})
		wantFault(t, err, apperr.Forbidden, "fault.forbidden")
		i := w.schedule()
		if len(i.Questions) != 1 || i.Questions[0].Title != "两数之和" {
			t.Errorf("an interview for the position starts with %+v", i.Questions)
		}
	})
}

func TestCandidates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		for name, c := range map[string]struct {
			in   Candidate
			want string
		}{
			"no name":       {Candidate{}, "name: field.required"},
			"bad address":   {Candidate{Name: "a", Email: "Chen <c@example.com>"}, "email: field.not_email"},
			"half address":  {Candidate{Name: "a", Email: "c@localhost"}, "email: field.not_email"},
			"bad number":    {Candidate{Name: "a", Mobile: "call me"}, "mobile: field.not_mobile"},
			"script":        {Candidate{Name: "a", ResumeURL: "javascript:alert(1)"}, "resumeUrl: field.not_https"},
			"language":      {Candidate{Name: "a", Language: "tlh"}, "language: field.not_one_of"},
			"no such place": {Candidate{Name: "a", PositionID: "x"}, "positionId: field.unknown"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.CreateCandidate(w.ctx, w.recruiter, c.in)
				wantFields(t, err, c.want)
			})
		}
		c := must(w.UpdateCandidate(w.ctx, w.recruiter, w.candidate.ID, 0, func(c *Candidate) { c.Mobile = "+86 139-0000-0000" }))(t)
		if c.PositionTitle != "Go 工程师" || c.Language != "zh-CN" {
			t.Errorf("%+v", c)
		}
		for _, query := range []string{"陈", "CHEN@", "139"} {
			if list := must2(w.Candidates(w.ctx, w.recruiter, CandidateFilter{Query: query}))(t); len(list) != 1 {
				t.Errorf("%q finds %d", query, len(list))
			}
		}
		_, _, err := w.Candidates(w.ctx, w.lin, CandidateFilter{})
		wantFault(t, err, apperr.Forbidden, "fault.forbidden")
		_, err = w.Candidate(w.ctx, actor.Actor{CorpID: "other", UserID: "x", Roles: actor.Administrator}, c.ID)
		wantFault(t, err, apperr.NotFound, "fault.not_found")
	})
}

func TestQuestions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		q := must(w.CreateQuestion(w.ctx, w.lin, Question{
			Title: "两数之和", Body: "给定…", Tags: []string{"数组", "数组", ""}, InterviewerNotes: "哈希表",
			StarterCode: []StarterCode{{"python", "def two_sum(a, t):\n    pass\n"}},
		}))(t)
		if len(q.Tags) != 1 || q.Difficulty != Medium || q.StarterCode[0].Code != "def two_sum(a, t):\n    pass\n" {
			t.Errorf("%+v", q)
		}
		_, err := w.UpdateQuestion(w.ctx, w.lin, q.ID, 0, func(q *Question) {
			q.Body, q.Difficulty = "", "brutal"
			q.StarterCode = []StarterCode{{"python", ""}, {"python", ""}, {"", "x"}}
		})
		wantFields(t, err, "body: field.required", "difficulty: field.not_one_of",
			"starterCode[1].language: field.twice", "starterCode[2].language: field.required")
		for name, f := range map[string]QuestionFilter{"tag": {Tag: "数组"}, "title": {Query: "两数"}, "difficulty": {Difficulty: Medium}} {
			if list := must2(w.Questions(w.ctx, w.mei, f))(t); len(list) != 1 {
				t.Errorf("by %s: %d", name, len(list))
			}
		}
		if list := must2(w.Questions(w.ctx, w.mei, QuestionFilter{Tag: "数"}))(t); len(list) != 0 {
			t.Error("half a tag finds a question")
		}
		_, _, err = w.Questions(w.ctx, actor.Actor{CorpID: "corp", UserID: "nobody", Roles: 0}, QuestionFilter{})
		wantFault(t, err, apperr.Forbidden, "fault.forbidden")
		_, err = w.Question(w.ctx, actor.Actor{CorpID: "other", UserID: "x", Roles: actor.Administrator}, q.ID)
		wantFault(t, err, apperr.NotFound, "fault.not_found")
	})
}

func TestEveryCompanyHasTheDefaultTemplate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		for range 2 {
			list := must(w.Templates(w.ctx, actor.Actor{CorpID: "new", UserID: "x", Roles: actor.Interviewer}))(t)
			if len(list) != 1 || len(list[0].Criteria) != 4 {
				t.Fatalf("%+v", list)
			}
			for _, lang := range Languages {
				for _, c := range list[0].Criteria {
					if c.Title[lang] == "" || c.Hint[lang] == "" {
						t.Errorf("%s has no text in %s", c.Key, lang)
					}
				}
			}
		}
	})
}
