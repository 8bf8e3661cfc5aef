package approval_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/approval"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// The request has the values that the settings chose, in the name of the member who has decided, and the
// opinions come back.
func TestApprove(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i, r := f.submitted()
		if r.Number == "" || r.Applicant.Name != "何静" || r.SubmittedAt == nil || f.view(i).Obstacle != approval.Current {
			t.Errorf("submitted: %+v", r)
		}
		in, err := f.service.Client.Approvals.Get(t.Context(), r.Number)
		apperrtest.RequireNoError(t, err)
		form, err := json.Marshal(in.Data.Contents)
		apperrtest.RequireNoError(t, err)
		for _, want := range []string{`"text":"赵一鸣"`, `"text":"后端工程师"`, `基础扎实\n沟通清楚`, "https://interview.test/interviews/" + i.ID + "?approval=" + r.ID, "option-2", `"userid":"HeJing"`} {
			if !strings.Contains(string(form), want) {
				t.Errorf("the form has no %s: %s", want, form)
			}
		}
		if in.Applicant.UserID != "HeJing" || in.Process.Nodes[0].Members[0].UserID != "WangLei" {
			t.Errorf("in WeCom: %+v", in)
		}

		apperrtest.RequireNoError(t, f.sim.CommentOnApproval(t.Context(), corpID, "ZhaoMin", r.Number, "薪资已确认"))
		apperrtest.RequireNoError(t, f.sim.DecideApproval(t.Context(), corpID, "WangLei", r.Number, true, "同意录用"))
		for range 2 { // a repeated callback
			f.callback(approval.ChangedArgs{CorpID: corpID, Number: r.Number, TemplateID: templateID})
		}
		r = f.current(i, approval.Approved)
		if o := r.Steps[0].Opinions[0]; o.Person.Name != "王磊" || o.Text != "同意录用" || o.At == nil || o.State != 2 || r.DecidedAt == nil || f.released != 1 {
			t.Errorf("approved: %+v, released %d times", r, f.released)
		}
		if c := r.Comments; len(c) != 1 || c[0].Person.Name != "赵敏" || c[0].Text != "薪资已确认" {
			t.Errorf("comments %+v", c)
		}
		var actions []string
		entries, err := audit.ListByObject(t.Context(), f.db.DB, corpID, i.ID, 50)
		apperrtest.RequireNoError(t, err)
		for _, e := range entries {
			if strings.HasPrefix(e.Action, "approval.") {
				actions = append(actions, e.Action)
			}
		}
		if got := strings.Join(actions, " "); got != "approval.approved approval.submit approval.request" {
			t.Errorf("audit log: %s", got)
		}
		if n := len(f.notices(i, message.KindApprovalRejected)); n != 0 {
			t.Errorf("%d notices of a rejection", n)
		}
	})
}

// The process of chosen approvers replaces that of the template. Without any callback, the state is read
// by the poll.
func TestRejectByPoll(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable(func(e *approval.Edit) { e.Approvers, e.Relation = []string{"ZhaoMin", "WangLei"}, approval.Sequential })
		i, r := f.submitted()
		apperrtest.RequireNoError(t, f.sim.DecideApproval(t.Context(), corpID, "ZhaoMin", r.Number, true, ""))
		apperrtest.RequireNoError(t, f.sim.DecideApproval(t.Context(), corpID, "WangLei", r.Number, false, "编制已满"))
		f.run()
		f.current(i, approval.Pending)
		f.advance(10 * time.Minute)
		r = f.current(i, approval.Rejected)
		list := f.notices(i, message.KindApprovalRejected)
		if len(list) != 1 || list[0].Recipient != "HeJing" || list[0].Data.Reason != "编制已满" || f.released != 0 {
			t.Errorf("notices %+v, released %d times", list, f.released)
		}
		f.advance(7 * 24 * time.Hour)
		if n := f.sim.CallCount("oa/getapprovaldetail"); n > 5 {
			t.Errorf("%d calls: a rejected request is polled", n)
		}
		f.apply(i) // once more
		f.run()
		if again := f.current(i, approval.Pending); again.Number == r.Number {
			t.Errorf("applied again: %+v", again)
		}
	})
}

func TestWithdrawnAndDeleted(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		withdrawn, r := f.submitted()
		apperrtest.RequireNoError(t, f.sim.WithdrawApproval(t.Context(), corpID, "HeJing", r.Number))
		f.callback(approval.ChangedArgs{CorpID: corpID, Number: r.Number})
		f.current(withdrawn, approval.Withdrawn)

		deleted, r := f.submitted()
		apperrtest.RequireNoError(t, f.sim.DeleteApproval(corpID, r.Number)) // WeCom sends no callback
		f.advance(10 * time.Minute)
		f.current(deleted, approval.Deleted)

		revoked, r := f.submitted()
		apperrtest.RequireNoError(t, f.sim.DecideApproval(t.Context(), corpID, "WangLei", r.Number, true, ""))
		f.callback(approval.ChangedArgs{CorpID: corpID, Number: r.Number})
		f.current(revoked, approval.Approved)
		apperrtest.RequireNoError(t, f.sim.WithdrawApproval(t.Context(), corpID, "HeJing", r.Number))
		f.advance(24 * time.Hour) // the callback is missed
		f.current(revoked, approval.Revoked)
		if v := f.view(revoked); v.Obstacle != "" {
			t.Errorf("a revoked approval prevents another request: %s", v.Obstacle)
		}
	})
}

// A company can require the request of every decision to hire.
func TestRequired(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable(required)
		i := f.newInterview()
		f.decide(i, interview.NextRound)
		if v := f.view(i); len(v.Requests) != 0 || v.Obstacle != approval.NoHire {
			t.Errorf("another decision: %+v", v)
		}
		_, err := f.service.Apply(t.Context(), recruiter, i.ID)
		apperrtest.CheckCode(t, err, "approval.obstacle.no_hire")
		f.decide(i, interview.Hire)
		f.decide(i, interview.Hire) // another comment
		f.run()
		f.current(i, approval.Pending)
		if n := f.submissions(); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

// A program that decides has the approval requested in the name of the organizer.
func TestRequestOfProgram(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable(required)
		i := f.newInterview()
		_, err := f.interviews.Decide(t.Context(), actor.System(corpID).WithToken("token"), i.ID, interview.Hire, "")
		apperrtest.RequireNoError(t, err)
		f.run()
		if r := f.current(i, approval.Pending); r.RequestedBy != i.OrganizerID {
			t.Errorf("requested by %s", r.RequestedBy)
		}
	})
}

// Another decision cancels a request that was not submitted, and replaces one that WeCom has: its state is
// still read, and has no effect.
func TestDecisionChanges(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.newInterview()
		f.decide(i, interview.Hire)
		f.apply(i)
		f.decide(i, interview.Hold)
		f.run()
		if r := f.current(i, approval.Cancelled); !r.Superseded || f.submissions() != 0 {
			t.Errorf("cancelled: %+v, %d in WeCom", r, f.submissions())
		}

		i, r := f.submitted()
		f.decide(i, interview.NoHire)
		if r := f.current(i, approval.Pending); !r.Superseded {
			t.Errorf("replaced: %+v", r)
		}
		f.decide(i, interview.Hire)
		if v := f.view(i); v.Obstacle != "" || v.Current() != nil {
			t.Errorf("the earlier request counts for the new decision: %+v", v)
		}
		f.apply(i)
		f.run()
		apperrtest.RequireNoError(t, f.sim.DecideApproval(t.Context(), corpID, "WangLei", r.Number, true, ""))
		f.callback(approval.ChangedArgs{CorpID: corpID, Number: r.Number})
		if v := f.view(i); v.Requests[1].State != approval.Approved || v.Requests[0].State != approval.Pending || f.released != 0 {
			t.Errorf("the approval of the earlier decision: %+v, released %d times", v.Requests, f.released)
		}
	})
}

// A submission whose response was lost is found by its link, and never repeated; one that WeCom does not
// have is submitted again.
func TestLostResponse(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		f.submitted() // another request of the applicant
		for name, fault := range map[string]wecomtest.Fault{
			"after the call":  {Path: "oa/applyevent", DropAfter: true, Times: 1},
			"before the call": {Path: "oa/applyevent", DropBefore: true, Times: 1},
			"unreadable":      {Path: "oa/applyevent", Malformed: true, Times: 1},
		} {
			before := f.submissions()
			f.sim.AddFault(fault)
			i := f.newInterview()
			f.decide(i, interview.Hire)
			f.apply(i)
			f.run()
			if r := f.current(i, approval.Queued); r.FailureCode != "approval.uncertain" {
				t.Errorf("%s: failure %s", name, r.FailureCode)
			}
			f.advance(2 * time.Minute)
			f.advance(5 * time.Minute)
			f.current(i, approval.Pending)
			if n := f.submissions() - before; n != 1 {
				t.Errorf("%s: %d requests", name, n)
			}
		}
	})
}

// The callback about a submission whose response was lost makes it known at once. While WeCom refuses the
// look-up, nothing is submitted.
func TestLookup(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		f.sim.AddFault(wecomtest.Fault{Path: "oa/applyevent", DropAfter: true, Times: 1})
		refused := f.sim.AddFault(wecomtest.Fault{Path: "oa/getapprovalinfo", Errcode: 301055})
		i := f.newInterview()
		f.decide(i, interview.Hire)
		f.apply(i)
		f.run()
		f.advance(time.Hour)
		if r := f.current(i, approval.Queued); r.FailureCode != "approval.not_permitted" || r.FailureErrcode != 301055 {
			t.Errorf("failure %s %d", r.FailureCode, r.FailureErrcode)
		}
		f.sim.RemoveFaults(refused)
		f.callback(approval.ChangedArgs{CorpID: corpID, Number: "unknown", TemplateID: templateID})
		f.current(i, approval.Pending)
		if n := f.submissions(); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

// A request whose submission was lost before WeCom had it is not submitted once the decision has changed.
func TestDecisionChangesDuringLookup(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		for fault, want := range map[wecomtest.Fault]approval.State{
			{Path: "oa/applyevent", DropBefore: true, Times: 1}: approval.Cancelled,
			{Path: "oa/applyevent", DropAfter: true, Times: 1}:  approval.Pending,
		} {
			before := f.submissions()
			f.sim.AddFault(fault)
			i := f.newInterview()
			f.decide(i, interview.Hire)
			f.apply(i)
			f.run()
			f.decide(i, interview.NoHire)
			f.advance(3 * time.Minute)
			if r := f.current(i, want); !r.Superseded || r.Failure() != nil {
				t.Errorf("%s: %+v", want, r)
			}
			if n := f.submissions() - before; (n == 1) != (want == approval.Pending) {
				t.Errorf("%s: %d requests in WeCom", want, n)
			}
		}
	})
}

// A refusal of WeCom fails the request with what to do, and the applicant is notified; a temporary one is
// repeated.
func TestRefusals(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		for errcode, code := range map[int]string{
			301055: "approval.not_permitted", 48002: "approval.not_permitted", 60011: "approval.member_outside", 301026: "approval.template_unreadable",
			301056: "approval.app_stopped", 60020: "approval.untrusted_ip", 301025: "approval.invalid",
		} {
			fault := f.sim.AddFault(wecomtest.Fault{Path: "oa/applyevent", Errcode: errcode})
			i := f.newInterview()
			f.decide(i, interview.Hire)
			f.apply(i)
			f.run()
			r := f.current(i, approval.Failed)
			list := f.notices(i, message.KindApprovalFailed)
			if r.FailureCode != code || r.FailureErrcode != errcode || len(list) != 1 || list[0].Recipient != "HeJing" || list[0].Data.Failure.Code != code {
				t.Errorf("%d: failure %v, notices %+v", errcode, r.Failure(), list)
			}
			f.sim.RemoveFaults(fault)
			f.apply(i) // after an administrator has helped
			f.run()
			f.current(i, approval.Pending)
		}
		busy := f.sim.AddFault(wecomtest.Fault{Path: "oa/applyevent", Errcode: 45009})
		i := f.newInterview()
		f.decide(i, interview.Hire)
		f.apply(i)
		f.run()
		if r := f.current(i, approval.Queued); r.FailureCode != "approval.unavailable" {
			t.Errorf("failure %v", r.Failure())
		}
		f.sim.RemoveFaults(busy)
		f.advance(time.Minute)
		if r := f.current(i, approval.Pending); r.Failure() != nil {
			t.Errorf("failure %v", r.Failure())
		}
	})
}

// A template that was changed in WeCom is named with the control that differs.
func TestTemplateChanges(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		changed := offerTemplate()
		changed.Controls = append(changed.Controls, wecomtest.ApprovalControl{Control: "Text", ID: "Text-8", Title: "部门", Required: true})
		f.sim.AddApprovalTemplate(changed)
		i := f.newInterview()
		f.decide(i, interview.Hire)
		f.apply(i)
		f.run()
		if r := f.current(i, approval.Failed); r.FailureCode != "approval.template_changed" || r.Failure().Params["Control"] != "部门" {
			t.Errorf("failure %v", r.Failure())
		}
	})
}

// Reading is repeated while WeCom refuses it, and the state stays.
func TestReadingIsRefused(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i, r := f.submitted()
		f.sim.AddFault(wecomtest.Fault{Path: "oa/getapprovaldetail", Errcode: 301055, Times: 1})
		f.callback(approval.ChangedArgs{CorpID: corpID, Number: r.Number})
		if r := f.current(i, approval.Pending); r.FailureCode != "approval.not_permitted" {
			t.Errorf("failure %v", r.Failure())
		}
		f.advance(20 * time.Minute)
		if r := f.current(i, approval.Pending); r.Failure() != nil {
			t.Errorf("failure %v", r.Failure())
		}
	})
}

// A callback is read as a notice that something has changed: what it claims, and a number of another
// company, have no effect.
func TestForeignCallbacks(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i, r := f.submitted()
		apperrtest.RequireNoError(t, f.sim.DecideApproval(t.Context(), corpID, "WangLei", r.Number, true, ""))
		for _, args := range []approval.ChangedArgs{{CorpID: "other", Number: r.Number, TemplateID: templateID}, {CorpID: corpID, Number: "202601999", TemplateID: templateID}, {CorpID: corpID}} {
			f.callback(args)
			f.current(i, approval.Pending)
		}
		late := approval.JobFor(callback.Message{ToUserName: corpID, Body: &callback.SysApprovalChange{SpNo: r.Number, Status: wecom.ApprovalInProgress, StatusChangeEvent: 1}})
		args, ok := late.(approval.ChangedArgs)
		if !ok {
			t.Fatalf("the job is %T", late)
		}
		f.callback(args)
		f.current(i, approval.Approved)
		if approval.JobFor(callback.Message{Body: &callback.DeleteCalendar{}}) != nil {
			t.Error("a callback about a calendar has a job")
		}
	})
}

// Who sees the decision reads the requests; who decides applies.
func TestPermissions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.newInterview()
		f.decide(i, interview.Hire)
		if _, err := f.service.Get(t.Context(), chen, i.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer without a scorecard reads: %v", err)
		}
		if _, err := f.service.Apply(t.Context(), chen, i.ID); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer applies: %v", err)
		}
		for _, stranger := range []actor.Actor{actor.ForInterviewer(corpID, "ZhaoMin"), actor.ForMember("other", "eve", actor.Administrator|actor.Recruiter)} {
			if _, err := f.service.Get(t.Context(), stranger, i.ID); !apperr.IsNotFound(err) {
				t.Errorf("a stranger reads: %v", err)
			}
			if _, err := f.service.Apply(t.Context(), stranger, i.ID); !apperr.IsNotFound(err) {
				t.Errorf("a stranger applies: %v", err)
			}
		}
		manager := actor.ForInterviewer(corpID, "ZhaoMin").WithManaged(actor.Managed{PositionIDs: []string{i.PositionID}})
		v, err := f.service.Get(t.Context(), manager, i.ID)
		if err != nil || v.Obstacle != approval.Forbidden {
			t.Errorf("a hiring manager who does not decide: %+v, %v", v, err)
		}
		if _, err := f.service.Apply(t.Context(), manager.WithManaged(actor.Managed{PositionIDs: []string{i.PositionID}, Decides: true}), i.ID); err != nil {
			t.Errorf("a hiring manager who decides: %v", err)
		}
	})
}

// Of recruiters who apply at the same time, one makes the request, and of processes one submits it.
func TestConcurrentRequests(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		for range 5 {
			i := f.newInterview()
			f.decide(i, interview.Hire)
			errs := dbtest.Concurrently(3, func(int) error {
				_, err := f.service.Apply(context.WithoutCancel(t.Context()), recruiter, i.ID)
				return err
			})
			made := 0
			for _, err := range errs {
				if err == nil {
					made++
				} else if apperr.KindOf(err) != apperr.Conflict {
					t.Errorf("error %v", errors.Unwrap(err))
				}
			}
			if made != 1 || len(f.view(i).Requests) != 1 {
				t.Fatalf("%d of 3 requests are made, %d stored", made, len(f.view(i).Requests))
			}
		}
	})
}

// The sweep submits a request whose job is lost.
func TestLostJob(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.enable()
		i := f.newInterview()
		f.decide(i, interview.Hire)
		f.apply(i)
		apperrtest.RequireNoError(t, f.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw("DELETE FROM river_job WHERE kind = ?", approval.SyncArgs{}.Kind()).Exec(ctx)
			return err
		}))
		f.advance(2 * time.Minute)
		f.advance(2 * time.Minute)
		f.current(i, approval.Pending)
	})
}
