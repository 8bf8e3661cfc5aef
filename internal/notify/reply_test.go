package notify_test

import (
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/mail"
)

func TestReplyWithoutDeclined(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), mail.Server{})
	h.startQueue()
	i := h.scheduleInterview("")
	h.waitForMessage("ChenMo", "面试邀请")
	who := actor.Actor{CorpID: corpID, UserID: "ChenMo"}
	if _, err := h.interview.Respond(t.Context(), who, i.ID, interview.ResponseInput{Response: interview.Declined}); err != nil {
		t.Fatal(err)
	}
	if err := h.sim.SendText(t.Context(), corpID, "ChenMo", agentID, "今天有面试吗"); err != nil {
		t.Fatal(err)
	}
	h.waitForMessage("ChenMo", "近期没有您的面试")
}

// An interview that the sender organizes and, as an interviewer, has declined is marked.
func TestReplyMarksDeclined(t *testing.T) {
	h := newFixture(t, newSimulator(t), dbtest.Open(t, db.SQLite), mail.Server{})
	h.startQueue()
	i := h.scheduleInterview("")
	_, err := h.interview.Edit(t.Context(), h.recruiter, i.ID, 0, func(p *interview.Plan) {
		p.Interviewers, p.OverrideWarnings = []string{"LinYue", "ChenMo"}, true
	})
	if err == nil {
		_, err = h.interview.Respond(t.Context(), h.recruiter, i.ID, interview.ResponseInput{Response: interview.Declined})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := h.sim.SendText(t.Context(), corpID, "LinYue", agentID, "今天"); err != nil {
		t.Fatal(err)
	}
	h.waitForMessage("LinYue", "</a>（您已回复无法参加）")
}
