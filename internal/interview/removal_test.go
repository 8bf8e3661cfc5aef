package interview

import (
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
)

// removals returns the messages to removed interviewers.
func (w *fixture) removals(id string) []message.Message {
	w.t.Helper()
	list := must(w.InterviewMessages(w.ctx, w.recruiter, id))(w.t)
	return slices.DeleteFunc(list, func(m message.Message) bool { return m.Kind != message.KindCancelled })
}

// One edit replaces an interviewer and changes what the card displays: the card has the
// values that the interviewer knew.
func TestRemovalWithChanges(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		w.people["wu"] = member.Member{UserID: "wu", Name: "吴四", Active: true}
		i := w.schedule()
		w.clock.Advance(time.Second)
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) {
			p.StartsAt, p.Duration, p.TimeZone = p.StartsAt.Add(4*time.Hour), 90*time.Minute, "Asia/Tokyo"
			p.Title, p.Round, p.Interviewers = "二面", 2, []string{"lin", "wu"}
		}))(t)
		sent := w.removals(i.ID)
		if len(sent) != 1 || sent[0].Recipient != "mei" || sent[0].Data.Earlier == nil {
			t.Fatalf("removals: %+v", sent)
		}
		known := must(w.LoadMessage(w.ctx, "corp", sent[0].ID))(t).Interview.WithArrangement(*sent[0].Data.Earlier)
		if !known.StartsAt.Equal(i.StartsAt) || !known.EndsAt.Equal(i.EndsAt) || known.TimeZone != "Asia/Shanghai" ||
			known.Title != "一面" || known.Round != i.Round || known.Candidate.Name != "陈晨" || known.Position.Title != "Go 工程师" {
			t.Errorf("the card displays %+v", known)
		}
	})
}

func TestRemovalOfDecliner(t *testing.T) {
	for name, move := range map[string]time.Duration{"with a new time": time.Hour, "without": 0} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, w *fixture) {
				w.people["wu"] = member.Member{UserID: "wu", Name: "吴四", Active: true}
				i := w.schedule()
				must(w.Respond(w.ctx, w.mei, i.ID, ResponseInput{Response: Declined, Reason: "出差"}))(t)
				must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) {
					p.StartsAt, p.Interviewers = p.StartsAt.Add(move), []string{"lin", "wu"}
				}))(t)
				if sent := w.removals(i.ID); len(sent) != 0 {
					t.Errorf("removals: %+v", sent)
				}
			})
		})
	}
}

// The removal of an interviewer who has been added again before the delivery is skipped.
func TestRemovalIsSuperseded(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		i := w.schedule()
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"lin"} }))(t)
		removal := w.removals(i.ID)[0]
		superseded := func() bool { return must(w.LoadMessage(w.ctx, "corp", removal.ID))(t).Superseded() }
		if superseded() {
			t.Error("superseded without a reason")
		}
		must(w.Edit(w.ctx, w.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"lin", "mei"} }))(t)
		if !superseded() {
			t.Error("not superseded")
		}
	})
}
