package interview

import (
	"encoding/json"
	"testing"

	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/externalid"
)

// wantTaken expects a Conflict of the field with the stored object.
func TestExternalID(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		named := func(id string) func(*Plan) { return func(p *Plan) { p.ExternalID = id } }
		first, other := f.schedule(named("4711-1")), f.schedule(func(p *Plan) { p.OverrideWarnings = true })
		if first.ExternalID != "4711-1" || other.ExternalID != "" {
			t.Errorf("external ids %q and %q", first.ExternalID, other.ExternalID)
		}
		_, _, err := f.Schedule(f.ctx, f.recruiter, f.plan(named("4711-1"))) // the interviewers are booked, too
		apperrtest.CheckConflictWith(t, err, externalid.Taken, "externalId", first.ID)
		current, err := f.Edit(f.ctx, f.recruiter, other.ID, 0, named("4711-1"))
		apperrtest.CheckConflictWith(t, err, externalid.Taken, "externalId", first.ID)
		if current != nil {
			t.Errorf("the conflict has the stored interview %s, which has not changed", current.ID)
		}
		_, _, err = f.Schedule(f.ctx, f.recruiter, f.plan(named("4711\x7f")))
		apperrtest.CheckFields(t, err, "externalId: external_id.invalid")

		changed, err := f.Edit(f.ctx, f.recruiter, first.ID, 0, named("4711-2"))
		if err != nil || changed.ExternalID != "4711-2" || changed.Version != first.Version+1 {
			t.Errorf("changed %+v, %v", changed, err)
		}
		for externalID, want := range map[string]int{"4711-2": 1, "4711-1": 0, "4711": 0} {
			if list, _, err := f.List(f.ctx, f.recruiter, Filter{ExternalID: externalID}); err != nil || len(list) != want {
				t.Errorf("%s finds %d interviews (%v), want %d", externalID, len(list), err, want)
			}
		}
		if cleared, err := f.Edit(f.ctx, f.recruiter, first.ID, 0, named("")); err != nil || cleared.ExternalID != "" {
			t.Errorf("cleared %+v, %v", cleared, err)
		}
	})
}

// A repeated request is a conflict with the interview, not with the candidate that it
// created.
func TestExternalIDOfNewCandidate(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		plan := func(externalID string) Plan {
			return f.plan(func(p *Plan) {
				p.ExternalID, p.CandidateID, p.OverrideWarnings = externalID, "", true
				p.NewCandidate = &candidate.Candidate{Name: "王静", ExternalID: "4711"}
			})
		}
		first, _, err := f.Schedule(f.ctx, f.recruiter, plan("4711-1"))
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = f.Schedule(f.ctx, f.recruiter, plan("4711-1"))
		apperrtest.CheckConflictWith(t, err, externalid.Taken, "externalId", first.ID)
		_, _, err = f.Schedule(f.ctx, f.recruiter, plan("4711-2"))
		apperrtest.CheckConflictWith(t, err, externalid.Taken, "candidate.externalId", first.CandidateID)
	})
}

func TestEventContainsExternalID(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.schedule(func(p *Plan) { p.ExternalID = "4711-1" })
		f.schedule(func(p *Plan) { p.OverrideWarnings = true })
		for id, want := range map[string]int{"4711-1": 1, "": 1} {
			rows, _, err := event.List(f.ctx, f.DB, f.recruiter.CorpID, 0, []string{event.InterviewScheduled}, event.MaxLimit)
			found := 0
			for _, r := range rows {
				if externalIDOf(t, r.Data) == id {
					found++
				}
			}
			if err != nil || found != want {
				t.Errorf("%d of %d events have the external id %q (%v)", found, len(rows), id, err)
			}
		}
	})
}

func externalIDOf(t *testing.T, data []byte) string {
	t.Helper()
	var e interviewEvent
	if err := json.Unmarshal(data, &e); err != nil {
		t.Fatal(err)
	}
	return e.ExternalID
}
