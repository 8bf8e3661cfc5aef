package showmebug_test

import (
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
	"github.com/huimian/huimian/showmebug/showmebugtest"
)

// signedToken returns the end of the address that ShowMeBug was given.
func signedToken(t *testing.T, address, page string) string {
	t.Helper()
	_, token, ok := strings.Cut(address, "/embed/"+page+"/")
	if !ok {
		t.Fatalf("%q is no address of the page %s", address, page)
	}
	return token
}

func TestEmbeddedPages(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		one := func(p *interview.Plan) { p.Interviewers = []string{"lin"} }
		i, made := f.scheduleWithRoom(one)
		resume, evaluation := signedToken(t, made.ResumeLink, showmebug.ResumePage), signedToken(t, made.EvaluationLink, showmebug.EvaluationPage)
		a, seen, err := f.OpenPage(f.ctx, showmebug.EvaluationPage, evaluation)
		if err != nil || a.UserID != "lin" || a.CorpID != corp || a.Roles != 0 || seen.ID != i.ID || seen.Candidate.Name != "陈晨" {
			t.Fatalf("%+v %+v %v", a, seen, err)
		}
		if a, _, err := f.OpenPage(f.ctx, showmebug.ResumePage, resume); err != nil || a.UserID != "" {
			t.Errorf("the résumé is opened by %+v: %v", a, err)
		}
		for name, c := range map[string]struct{ page, token string }{
			"of the other page": {showmebug.EvaluationPage, resume},
			"changed":           {showmebug.ResumePage, "A" + resume[1:]},
			"another signature": {showmebug.ResumePage, resume[:len(resume)-2] + "AA"},
			"half":              {showmebug.ResumePage, resume[:len(resume)/2]},
			"made up":           {showmebug.ResumePage, "e30.e30"},
			"none":              {showmebug.ResumePage, ""},
			"strange":           {showmebug.ResumePage, "\x00.\xff"},
		} {
			if _, _, err := f.OpenPage(f.ctx, c.page, c.token); err == nil {
				t.Errorf("%s: opened", name)
			} else {
				wantAppError(t, err, "provider.page_unknown")
			}
		}

		// A later time gives ShowMeBug later addresses.
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.StartsAt = p.StartsAt.Add(72 * time.Hour) }))(t)
		f.waitUntil("ShowMeBug has the new address", func() bool { return f.sim.Interviews()[0].ResumeLink != made.ResumeLink })
		f.clockOffset.Store(int64(48*time.Hour + 25*time.Hour + time.Minute)) // a day after the first planned end
		_, _, err = f.OpenPage(f.ctx, showmebug.ResumePage, resume)
		wantAppError(t, err, "provider.page_over")
		later := signedToken(t, f.sim.Interviews()[0].ResumeLink, showmebug.ResumePage)
		if _, _, err := f.OpenPage(f.ctx, showmebug.ResumePage, later); err != nil {
			t.Error(err)
		}
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.RoomKind = interview.BuiltinRoom }))(t)
		_, _, err = f.OpenPage(f.ctx, showmebug.ResumePage, later)
		wantAppError(t, err, "provider.page_over")
	})
}

// ShowMeBug has one address for all interviewers: with several, it belongs to none of them.
func TestEvaluationPageWithSeveralInterviewers(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i, made := f.scheduleWithRoom()
		if a, _, err := f.OpenPage(f.ctx, showmebug.EvaluationPage, signedToken(t, made.EvaluationLink, showmebug.EvaluationPage)); err != nil || a.UserID != "" {
			t.Errorf("%+v %v", a, err)
		}
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"mei"} }))(t)
		f.waitUntil("it is mei's", func() bool {
			a, _, err := f.OpenPage(f.ctx, showmebug.EvaluationPage, signedToken(t, f.sim.Interviews()[0].EvaluationLink, showmebug.EvaluationPage))
			return err == nil && a.UserID == "mei"
		})
		own := signedToken(t, f.sim.Interviews()[0].EvaluationLink, showmebug.EvaluationPage)
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"lin"} }))(t)
		_, _, err := f.OpenPage(f.ctx, showmebug.EvaluationPage, own)
		wantAppError(t, err, "provider.page_over")
	})
}

// The interviewer of a personal page gets a colleague while ShowMeBug is away:
// the page in the common room belongs to no interviewer from then on.
func TestEvaluationPageAfterInterviewerAdded(t *testing.T) {
	runWithFixture(t, func(t *testing.T, f *fixture) {
		i, made := f.scheduleWithRoom(func(p *interview.Plan) { p.Interviewers = []string{"lin"} })
		f.sim.AddFault(showmebugtest.Fault{HTTPStatus: 503})
		must(f.interviews.Edit(f.ctx, f.rosa, i.ID, 0, func(p *interview.Plan) { p.Interviewers = []string{"lin", "mei"} }))(t)
		a, _, err := f.OpenPage(f.ctx, showmebug.EvaluationPage, signedToken(t, made.EvaluationLink, showmebug.EvaluationPage))
		if err != nil || a.UserID != "" {
			t.Errorf("opens the scorecard of %q: %v", a.UserID, err)
		}
	})
}
