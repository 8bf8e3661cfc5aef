package candidate_test

import (
	"testing"

	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/externalid"
)

func TestExternalID(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		first := f.create(candidate.Candidate{Name: "陈晨", ExternalID: "4711"})
		other := f.create(candidate.Candidate{Name: "王静"})
		for _, override := range []bool{false, true} { // the conflict precedes the warning of the same name
			_, err := f.Create(ctx, recruiter, candidate.Candidate{Name: "陈晨", ExternalID: "4711"}, override)
			apperrtest.CheckConflictWith(t, err, externalid.Taken, "externalId", first.ID)
		}
		current, err := f.Update(ctx, recruiter, other.ID, 0, func(c *candidate.Candidate) { c.ExternalID = "4711" })
		apperrtest.CheckConflictWith(t, err, externalid.Taken, "externalId", first.ID)
		if current != nil {
			t.Errorf("the conflict has the stored candidate %+v, which has not changed", current)
		}
		_, err = f.Create(ctx, recruiter, candidate.Candidate{Name: "李雷", ExternalID: "47\n11"}, true)
		apperrtest.CheckFields(t, err, "externalId: external_id.invalid")

		f.update(first.ID, func(c *candidate.Candidate) { c.ExternalID = "4712" })
		f.update(other.ID, func(c *candidate.Candidate) { c.ExternalID = "4711" })
		for externalID, want := range map[string]string{"4712": first.ID, "4711": other.ID, "471": "", "x": ""} {
			list, _, err := f.List(ctx, recruiter, candidate.Filter{ExternalID: externalID})
			if err != nil || len(list) > 1 || want == "" && len(list) != 0 || want != "" && (len(list) == 0 || list[0].ID != want) {
				t.Errorf("%s finds %+v (%v), want %q", externalID, list, err, want)
			}
		}
		if c := f.update(other.ID, func(c *candidate.Candidate) { c.ExternalID = "" }); c.ExternalID != "" {
			t.Errorf("cleared, the external id is %q", c.ExternalID)
		}
		f.create(candidate.Candidate{Name: "李雷", ExternalID: "4711"})
	})
}
