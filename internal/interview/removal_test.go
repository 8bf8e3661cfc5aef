package interview

import (
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/message"
)

// removals returns the messages to removed interviewers.
func (f *fixture) removals(id string) []message.Message {
	f.t.Helper()
	list := must(f.InterviewMessages(f.ctx, f.recruiter, id))(f.t)
	return slices.DeleteFunc(list, func(m message.Message) bool { return m.Kind != message.KindCancelled })
}

// One edit replaces an interviewer and changes what the card displays: the card has the
// values that the interviewer knew.
func TestRemovalWithChanges(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.people["wu"] = member.Member{UserID: "wu", Name: "吴四", Active: true}
		i := f.schedule()
		f.clock.Advance(time.Second)
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) {
			p.StartsAt, p.Duration, p.TimeZone = p.StartsAt.Add(4*time.Hour), 90*time.Minute, "Asia/Tokyo"
			p.Title, p.Round, p.Interviewers = "二面", 2, []string{"lin", "wu"}
		}))(t)
		sent := f.removals(i.ID)
		if len(sent) != 1 || sent[0].Recipient != "mei" || sent[0].Data.Earlier == nil {
			t.Fatalf("removals: %+v", sent)
		}
		known := must(f.LoadMessage(f.ctx, "corp", sent[0].ID))(t).Interview.WithArrangement(*sent[0].Data.Earlier)
		if !known.StartsAt.Equal(i.StartsAt) || !known.EndsAt.Equal(i.EndsAt) || known.TimeZone != "Asia/Shanghai" ||
			known.Title != "一面" || known.Round != i.Round || known.Candidate.Name != "陈晨" || known.Position.Title != "Go 工程师" {
			t.Errorf("the card displays %+v", known)
		}
	})
}

func TestRemovalOfDecliner(t *testing.T) {
	for name, move := range map[string]time.Duration{"with a new time": time.Hour, "without": 0} {
		t.Run(name, func(t *testing.T) {
			runOnBoth(t, func(t *testing.T, f *fixture) {
				f.people["wu"] = member.Member{UserID: "wu", Name: "吴四", Active: true}
				i := f.schedule()
				must(f.Respond(f.ctx, f.mei, i.ID, ResponseInput{Response: Declined, Reason: "出差"}))(t)
				must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) {
					p.StartsAt, p.Interviewers = p.StartsAt.Add(move), []string{"lin", "wu"}
				}))(t)
				if sent := f.removals(i.ID); len(sent) != 0 {
					t.Errorf("removals: %+v", sent)
				}
			})
		})
	}
}

// The removal of an interviewer who has been added again before the delivery is skipped.
func TestRemovalIsSuperseded(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.schedule()
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"lin"} }))(t)
		removal := f.removals(i.ID)[0]
		superseded := func() bool { return must(f.LoadMessage(f.ctx, "corp", removal.ID))(t).Superseded() }
		if superseded() {
			t.Error("superseded without a reason")
		}
		must(f.Edit(f.ctx, f.recruiter, i.ID, 0, func(p *Plan) { p.Interviewers = []string{"lin", "mei"} }))(t)
		if !superseded() {
			t.Error("not superseded")
		}
	})
}
