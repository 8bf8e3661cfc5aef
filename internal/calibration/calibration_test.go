package calibration_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/agreement"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/calibration"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/versioning/versioningtest"
)

func TestCreateChecksThePlan(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for code, change := range map[string]func(*calibration.Plan){
			"title: field.required":            func(p *calibration.Plan) { p.Title = " " },
			"title: calibration.contains_name": func(p *calibration.Plan) { p.Title = "陈晨的一面" },
			"note: calibration.contains_name":  func(p *calibration.Plan) { p.Note = "CHEN@example.com" },
			"dueAt: calibration.due":           func(p *calibration.Plan) { p.DueAt = f.company.Clock.Now() },
			"raters: field.required":           func(p *calibration.Plan) { p.Raters = nil },
			"raters[1]: field.unknown":         func(p *calibration.Plan) { p.Raters = []string{"kai", "nobody"} },
			"raters[0]: field.unknown":         func(p *calibration.Plan) { p.Raters = []string{"gone"} },
			"raters[0]: calibration.held":      func(p *calibration.Plan) { p.Raters = []string{"LIN"} },
			"raters: field.too_many":           func(p *calibration.Plan) { p.Raters = manyMembers(f) },
		} {
			_, err := f.Create(t.Context(), rosa, f.interview.ID, 0, f.plan(change))
			field, text, _ := strings.Cut(code, ": ")
			if e, ok := err.(*apperr.Error); !ok || !slices.ContainsFunc(e.Fields, func(x apperr.FieldError) bool { return x.Path == field && x.Code == text }) { //nolint:errorlint // of the service
				t.Errorf("%v, want %s", err, code)
			}
		}
		_, err := f.Create(t.Context(), rosa, f.interview.ID, 7, f.plan())
		apperrtest.CheckCode(t, err, "templateVersion")
		_, err = f.Create(t.Context(), kai, f.interview.ID, 0, f.plan())
		if apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer: %v", err)
		}
		_, err = f.Create(t.Context(), interviewtest.Stranger, f.interview.ID, 0, f.plan())
		if apperr.KindOf(err) != apperr.NotFound {
			t.Errorf("another company: %v", err)
		}
	})
}

// manyMembers returns more userids than an exercise may have.
func manyMembers(f *fixture) []string {
	var list []string
	for n := range calibration.MaxRaters + 1 {
		id := fmt.Sprintf("m%d", n)
		f.company.People[id] = f.company.People["kai"]
		m := f.company.People[id]
		m.UserID = id
		f.company.People[id] = m
		list = append(list, id)
	}
	return list
}

// Staff who entered the room without being interviewers have seen the interview.
func TestObserversAreNoRaters(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		m := f.company.People["kai"]
		m.UserID = "kim"
		f.company.People["kim"] = m
		_, err := f.Create(t.Context(), rosa, f.interview.ID, 0, f.plan(func(p *calibration.Plan) { p.Raters = []string{"kim"} }))
		apperrtest.CheckCode(t, err, "calibration.held")
	})
}

func TestCreateRequiresASealedReplay(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		create := func() error {
			_, err := f.Create(t.Context(), rosa, f.interview.ID, 0, f.plan())
			return err
		}
		f.exec("UPDATE interviews SET state = 'in_progress'")
		apperrtest.CheckCode(t, create(), "calibration.not_ended")
		f.exec("UPDATE interviews SET state = 'ended', room_kind = 'link'")
		apperrtest.CheckCode(t, create(), "calibration.other_room")
		f.exec("UPDATE interviews SET room_kind = 'builtin'")
		f.exec("DELETE FROM transcript_seals")
		apperrtest.CheckCode(t, create(), "calibration.not_sealed")
		_, err := f.Preview(t.Context(), rosa, "en", f.interview.ID)
		apperrtest.CheckCode(t, err, "calibration.not_sealed")
	})
}

func TestInvitations(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		v := f.create()
		read := func() []message.Message {
			list, _, err := f.Interviews.Messages.List(t.Context(), rosa, message.Filter{Kind: message.KindCalibration})
			apperrtest.RequireNoError(t, err)
			return list
		}
		list := read()
		if len(list) != 2 || list[0].InterviewID != f.interview.ID || list[0].Data.Exercise != v.ID || list[0].Channel != message.WeCom {
			t.Fatalf("%+v", list)
		}
		n := slices.IndexFunc(list, func(m message.Message) bool { return m.Recipient == "kai" })
		wants := func(m *message.Message, want bool) {
			t.Helper()
			got, err := f.ReadInvitation(t.Context(), m)
			apperrtest.RequireNoError(t, err)
			if (got != nil) != want || want && (got.Title != "Go 一面" || !got.DueAt.Equal(v.DueAt)) {
				t.Errorf("invitation %+v, want one: %v", got, want)
			}
		}
		wants(&list[n], true)
		f.rate(kai, v.ID, scores(3, 3, 3, 3))
		wants(&list[n], false)
		wants(&list[1-n], true)
		_, err := f.Update(t.Context(), rosa, v.ID, 0, func(p *calibration.Plan) { p.Closed = true })
		apperrtest.RequireNoError(t, err)
		wants(&list[1-n], false)
		_, err = f.Update(t.Context(), rosa, v.ID, 0, func(p *calibration.Plan) { p.Raters = append(p.Raters, "ada") })
		apperrtest.RequireNoError(t, err)
		if len(read()) != 3 {
			t.Error("a new rater is not invited")
		}
		apperrtest.RequireNoError(t, f.Delete(t.Context(), rosa, v.ID))
		wants(&list[1-n], false)
	})
}

// Until an own rating is submitted, those of others are hidden; afterwards, and for readers of
// all exercises, they are not.
func TestRatingsAreHiddenUntilTheOwnIsSubmitted(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.evaluate(lin, f.interview.ID, scores(4, 4, 4, 4))
		v := f.create()
		f.rate(tom, v.ID, scores(2, 2, 2, 2))

		own, err := f.Get(t.Context(), kai, v.ID)
		apperrtest.RequireNoError(t, err)
		if own.InterviewID != "" || own.TemplateID != "" || own.CreatedBy != "" || len(own.Raters) != 0 || !own.MayRate || own.MayReadResult || own.MayManage || own.Submitted != 1 {
			t.Errorf("before the rating: %+v", own)
		}
		_, err = f.Result(t.Context(), kai, v.ID)
		if apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("result before the rating: %v", err)
		}
		f.rate(kai, v.ID, scores(3, 2, 3, 4))
		r, err := f.Result(t.Context(), kai, v.ID)
		apperrtest.RequireNoError(t, err)
		if len(r.View.Raters) != 2 || len(r.Cards) != 3 || r.View.InterviewID != "" {
			t.Fatalf("after the rating: %+v", r)
		}
		if c := r.Cards[2]; !c.Original || c.Author.Name != "" || c.UserID != "" || c.Comment != "" || c.Scores[0].Comment != "" || c.Scores[0].Score != 4 {
			t.Errorf("an original for a rater: %+v", c)
		}
		all, err := f.Result(t.Context(), auditor, v.ID)
		apperrtest.RequireNoError(t, err)
		if c := all.Cards[2]; c.Author.Name != "林一" || c.Comment != "评语" || all.View.InterviewID != f.interview.ID || all.View.MayManage {
			t.Errorf("an original for an auditor: %+v", c)
		}
		for _, a := range []actor.Actor{lin, interviewtest.Stranger} {
			if _, err := f.Get(t.Context(), a, v.ID); apperr.KindOf(err) != apperr.NotFound {
				t.Errorf("%s reads the exercise: %v", a.UserID, err)
			}
		}
		if list, err := f.List(t.Context(), lin); err != nil || len(list) != 0 {
			t.Errorf("lin lists %v, %v", list, err)
		}
		if list, err := f.List(t.Context(), kai); err != nil || len(list) != 1 || list[0].InterviewID != "" {
			t.Errorf("kai lists %v, %v", list, err)
		}
		_, err = f.SaveRating(t.Context(), kai, v.ID, draft(2, scores(1, 1, 1, 1)))
		apperrtest.CheckCode(t, err, "calibration.submitted")
	})
}

// A manager who is invited does not read the ratings of others before the own one.
func TestManagersAsRaters(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		v := f.create(func(p *calibration.Plan) { p.Raters = []string{"rosa", "kai"} })
		if _, err := f.Result(t.Context(), rosa, v.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a manager who is expected to rate reads the result: %v", err)
		}
		_, err := f.Update(t.Context(), rosa, v.ID, 0, func(p *calibration.Plan) { p.Closed = true })
		apperrtest.RequireNoError(t, err)
		_, err = f.Result(t.Context(), rosa, v.ID)
		apperrtest.RequireNoError(t, err)
		if _, err := f.Result(t.Context(), kai, v.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a rater without a rating reads the result of a closed exercise: %v", err)
		}
		_, err = f.SaveRating(t.Context(), kai, v.ID, draft(0, scores(1, 1, 1, 1)))
		apperrtest.CheckCode(t, err, "calibration.closed")
	})
}

func TestRating(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		v := f.create()
		r, err := f.SaveRating(t.Context(), kai, v.ID, draft(0, []scorecard.Score{{Key: "coding", Score: 3, Moments: []scorecard.Moment{{Text: "x"}}}}))
		apperrtest.RequireNoError(t, err)
		if r.Card.InterviewID != v.ID || r.Card.Version != 1 || len(r.Card.Scores[0].Moments) != 0 || r.Author.Name != "凯三" || len(r.Criteria) != 4 {
			t.Errorf("%+v", r)
		}
		if _, err := f.SubmitRating(t.Context(), kai, v.ID, 1); apperr.KindOf(err) != apperr.Invalid {
			t.Errorf("an incomplete rating: %v", err)
		}
		stored, err := f.SaveRating(t.Context(), kai, v.ID, draft(0, scores(1, 1, 1, 1)))
		if apperr.KindOf(err) != apperr.Conflict || stored == nil || stored.Card.Version != 1 {
			t.Errorf("a draft of an old version: %+v, %v", stored, err)
		}
		if _, err := f.SaveRating(t.Context(), kai, v.ID, draft(1, []scorecard.Score{{Key: "coding", Score: 5}})); apperr.KindOf(err) != apperr.Invalid {
			t.Errorf("a score beyond the scale: %v", err)
		}
		if _, err := f.Rating(t.Context(), rosa, v.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a manager without an invitation: %v", err)
		}
		// A rater who leaves loses the draft; one who has submitted stays.
		f.rate(tom, v.ID, scores(2, 2, 2, 2))
		_, err = f.Update(t.Context(), rosa, v.ID, 0, func(p *calibration.Plan) { p.Raters = []string{"tom"} })
		apperrtest.RequireNoError(t, err)
		if _, err := f.Rating(t.Context(), kai, v.ID); apperr.KindOf(err) != apperr.NotFound {
			t.Errorf("a rater who was removed: %v", err)
		}
		_, err = f.Update(t.Context(), rosa, v.ID, 0, func(p *calibration.Plan) { p.Raters = []string{"kai"} })
		apperrtest.CheckCode(t, err, "calibration.has_rated")
	})
}

func TestUpdate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		id := f.create().ID
		versioningtest.Updater[calibration.View, calibration.Plan]{
			Update: func(ctx context.Context, version int, edit func(*calibration.Plan)) (*calibration.View, error) {
				return f.Update(ctx, rosa, id, version, edit)
			},
			Texts:  func(p *calibration.Plan) [2]*string { return [2]*string{&p.Title, &p.Note} },
			Fields: func(v *calibration.View) (int, [2]string) { return v.Version, [2]string{v.Title, v.Note} },
		}.Run(t)
	})
}

// The strings of the interview's people are not in a replay without names.
func TestReplayWithoutNames(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		v := f.create()
		for lang, roles := range map[string][]string{"zh-CN": {"候选人", "面试官 A", "面试官 B"}, "en": {"Candidate", "Interviewer A", "Interviewer B"}} {
			var out bytes.Buffer
			r, err := f.OpenReplay(t.Context(), kai, lang, v.ID)
			apperrtest.RequireNoError(t, err)
			apperrtest.RequireNoError(t, r.WriteJSON(t.Context(), &out))
			for _, secret := range []string{"陈晨", "林一", "梅二", "金观察", "罗莎", "chen", "lin", "mei", "kim", "rosa", "不行", f.interview.ID, "notes", "later_version", "2026-", "p:"} {
				if strings.Contains(out.String(), secret) {
					t.Errorf("%s is in the replay: %s", secret, out.String())
				}
			}
			for _, want := range append(roles, "print(42)", "hello", "2000-01-01T00:00:00Z", `"cursor"`, `"focus"`) {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%s is not in the replay: %s", want, out.String())
				}
			}
		}
		var preview bytes.Buffer
		r, err := f.Preview(t.Context(), rosa, "en", f.interview.ID)
		apperrtest.RequireNoError(t, err)
		apperrtest.RequireNoError(t, r.WriteJSON(t.Context(), &preview))
		if !strings.Contains(preview.String(), "Interviewer A") || strings.Contains(preview.String(), "陈晨") {
			t.Errorf("preview %s", preview.String())
		}
		if _, err := f.Preview(t.Context(), kai, "en", f.interview.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer previews: %v", err)
		}
		if _, err := f.OpenReplay(t.Context(), auditor, "en", v.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an auditor opens the replay: %v", err)
		}
		if _, err := f.OpenReplay(t.Context(), lin, "en", v.ID); apperr.KindOf(err) != apperr.NotFound {
			t.Errorf("an interviewer without an invitation opens the replay: %v", err)
		}
	})
}

// Coding: kai 3, tom 2, lin (original) 4: median 3, pairs 1, 1 and 2 apart: none of three equal,
// two within one. Of one exercise there is no kappa.
//
// Five exercises with the coding scores of kai, tom and lin 3 2 4 | 3 3 3 | 1 2 1 | 4 4 4 | 2 3 2:
// squared differences 2(1+1+4)/2 = 6, 0, 2(1+0+1)/2 = 2, 0, 2: 10. Sum 9+9+4+12+7 = 41, squares
// 29+27+6+48+17 = 127, 2(15·127−41²)/14 = 2·224/14 = 32. Kappa 1 − 10/32 = 0.6875.
//
// The other criteria are all 3. Drift of kai: coding less the median of tom and lin: 3−3, 3−3,
// 1−1.5, 4−4, 2−2.5 = 0, 0, −0.5, 0, −0.5, over four criteria: −1/4, over five exercises: −0.05.
func TestResultAndFigures(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		list := func(coding int) []scorecard.Score { return scores(coding, 3, 3, 3) }
		var first string
		for n, codings := range [][3]int{{3, 2, 4}, {3, 3, 3}, {1, 2, 1}, {4, 4, 4}, {2, 3, 2}} {
			if n > 0 {
				f.company.Clock.Advance(time.Minute)
				f.interview = f.holdInterview(fmt.Sprintf("候选%d", n))
			}
			f.evaluate(lin, f.interview.ID, list(codings[2]))
			v := f.create()
			f.rate(kai, v.ID, list(codings[0]))
			f.rate(tom, v.ID, list(codings[1]))
			if n == 0 {
				first = v.ID
				r, err := f.Result(t.Context(), rosa, v.ID)
				apperrtest.RequireNoError(t, err)
				coding := r.Criteria[0]
				if coding.Spread != (agreement.Spread{Count: 3, Lowest: 2, Highest: 4, Median: 3}) || coding.Pairs != 3 || coding.Exact != 0 || coding.WithinOne != 2.0/3 || coding.All.Obstacle != agreement.TooFew {
					t.Errorf("coding in one exercise: %+v", coding)
				}
			}
		}
		r, err := f.Result(t.Context(), rosa, first)
		apperrtest.RequireNoError(t, err)
		if all := r.Criteria[0].All; all.Subjects != 5 || all.Ratings != 15 || all.Kappa != 1-10.0/32 || all.Obstacle != "" {
			t.Errorf("coding in all exercises: %+v", all)
		}
		figures, err := f.Figures(t.Context(), auditor)
		apperrtest.RequireNoError(t, err)
		if figures.Exercises != 5 || len(figures.Criteria) != 4 || figures.Criteria[0].Kappa != 0.6875 || figures.Criteria[1].Obstacle != agreement.NoVariation {
			t.Errorf("figures %+v", figures)
		}
		own, err := f.OwnDrift(t.Context(), kai)
		apperrtest.RequireNoError(t, err)
		if own.Member.Name != "凯三" || own.Subjects != 5 || own.Mean > -0.049 || own.Mean < -0.051 {
			t.Errorf("drift of kai: %+v", own)
		}
		if none, err := f.OwnDrift(t.Context(), interviewtest.Mei); err != nil || !none.TooFew() || none.Member.UserID != "mei" {
			t.Errorf("drift of mei: %+v, %v", none, err)
		}
		if _, err := f.Figures(t.Context(), kai); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer reads the figures: %v", err)
		}
		_, err = f.Update(t.Context(), rosa, first, 0, func(p *calibration.Plan) { p.WithOriginals = false })
		apperrtest.RequireNoError(t, err)
		if r, err = f.Result(t.Context(), rosa, first); err != nil || len(r.Cards) != 2 {
			t.Errorf("without originals: %+v, %v", r.Cards, err)
		}
	})
}

func TestLimitAndAudit(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		v := f.create()
		f.rate(kai, v.ID, scores(1, 2, 3, 4))
		apperrtest.RequireNoError(t, f.Delete(t.Context(), rosa, v.ID))
		var actions []string
		apperrtest.RequireNoError(t, f.DB.NewSelect().Model((*audit.Entry)(nil)).Column("act").Where("object_id = ? AND act LIKE 'calibration.%'", f.interview.ID).Order("at", "id").Scan(t.Context(), &actions))
		if want := []string{"calibration.create", "calibration.submit", "calibration.delete"}; !slices.Equal(actions, want) {
			t.Errorf("audit %v, want %v", actions, want)
		}
		for n := range calibration.MaxExercises {
			dbtest.InsertAll(t, f.DB, []calibration.Exercise{{ID: fmt.Sprint(n), CorpID: "corp", InterviewID: f.interview.ID, TemplateID: f.interview.TemplateID, TemplateVersion: 1, Version: 1, DueAt: v.DueAt, CreatedAt: v.CreatedAt, UpdatedAt: v.CreatedAt}})
		}
		_, err := f.Create(t.Context(), rosa, f.interview.ID, 0, f.plan())
		apperrtest.CheckCode(t, err, "calibration.too_many")
	})
}
