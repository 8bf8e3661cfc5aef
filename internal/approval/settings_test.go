package approval_test

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/approval"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestSettings(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		c, err := f.service.Settings(t.Context(), admin)
		apperrtest.RequireNoError(t, err)
		if c.Enabled || c.Version != 0 || c.Relation != approval.All {
			t.Errorf("before the first change: %+v", c)
		}
		if _, err := f.service.Settings(t.Context(), chen); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer reads the settings: %v", err)
		}
		f.enable(required, func(e *approval.Edit) { e.Approvers, e.Relation = []string{"WangLei", "ZhaoMin"}, approval.Sequential })
		c, err = f.service.Settings(t.Context(), admin)
		apperrtest.RequireNoError(t, err)
		if !c.Enabled || !c.Required || c.TemplateName != "录用审批" || c.Version != 1 || len(c.People) != 2 || c.People[1].Name != "赵敏" || len(c.Fields) != 6 {
			t.Errorf("stored: %+v", c)
		}
		if f := c.Fields[4]; f.Title != "类型" || !f.Required || f.Option != "option-2" {
			t.Errorf("the selector: %+v", f)
		}
		edit := approval.Edit{Relation: approval.All}
		got, err := f.service.UpdateSettings(t.Context(), admin, 7, edit)
		apperrtest.CheckCode(t, err, "approval.settings_changed_meanwhile")
		if got == nil || got.Version != 1 || len(got.People) != 2 {
			t.Errorf("beside the conflict: %+v", got)
		}
		if _, err := f.service.UpdateSettings(t.Context(), recruiter, 0, edit); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a recruiter changes the settings: %v", err)
		}
		if got, err = f.service.UpdateSettings(t.Context(), admin, 1, edit); err != nil || got.Enabled || got.TemplateName != "录用审批" || len(got.Fields) != 6 {
			t.Errorf("turned off, the template is kept: %+v, %v", got, err)
		}
	})
}

func TestSettingsAreChecked(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for name, tc := range map[string]struct {
			change func(*approval.Edit)
			code   string
		}{
			"no template":             {func(e *approval.Edit) { e.TemplateID = " " }, "approval.template_missing"},
			"an unknown template":     {func(e *approval.Edit) { e.TemplateID = "x" }, "approval.template_unreadable"},
			"an unknown control":      {func(e *approval.Edit) { e.Values[0].ControlID = "Text-9" }, "approval.control_unknown"},
			"a control twice":         {func(e *approval.Edit) { e.Values[1].ControlID = "Text-1" }, "approval.control_repeated"},
			"a name for a selector":   {func(e *approval.Edit) { e.Values[4].Source = approval.Candidate }, "approval.value_impossible"},
			"a name for money":        {func(e *approval.Edit) { e.Values[1].ControlID = "Money-7" }, "approval.value_impossible"},
			"an unknown option":       {func(e *approval.Edit) { e.Values[4].Option = "option-9" }, "approval.option_unknown"},
			"a required control":      {func(e *approval.Edit) { e.Values = slices.Delete(e.Values, 4, 5) }, "approval.control_required"},
			"no candidate":            {func(e *approval.Edit) { e.Values[0].Source = approval.Decision }, "approval.candidate_missing"},
			"no link":                 {func(e *approval.Edit) { e.Values[3].Source = approval.Decision }, "approval.link_missing"},
			"an unknown approver":     {func(e *approval.Edit) { e.Approvers = []string{"ghost"} }, "interview.not_in_company"},
			"another relation":        {func(e *approval.Edit) { e.Relation = "most" }, "field"},
			"too many approvers":      {func(e *approval.Edit) { e.Approvers = make([]string, 21) }, "field.too_many"},
			"a template id with text": {func(e *approval.Edit) { e.TemplateID = string(make([]byte, 500)) + "x" }, "approval.template"},
		} {
			edit := approval.Edit{Enabled: true, TemplateID: templateID, Values: values(), Relation: approval.All}
			tc.change(&edit)
			if _, err := f.service.UpdateSettings(t.Context(), admin, 0, edit); err == nil {
				t.Errorf("%s is accepted", name)
			} else {
				apperrtest.CheckCode(t, err, tc.code)
			}
		}
		salary := offerTemplate()
		salary.Controls[6].Required = true
		f.sim.AddApprovalTemplate(salary)
		_, err := f.service.UpdateSettings(t.Context(), admin, 0, approval.Edit{Enabled: true, TemplateID: templateID, Values: values(), Relation: approval.All})
		apperrtest.CheckCode(t, err, "approval.control_unsupported")
	})
}

// The test of the settings submits nothing, and names each cause.
func TestTestOfSettings(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, err := f.service.Test(t.Context(), admin)
		apperrtest.CheckCode(t, err, "approval.off")
		f.enable(func(e *approval.Edit) { e.Approvers = []string{"WangLei"} })
		codes := func() (out []string) {
			t.Helper()
			list, err := f.service.Test(t.Context(), admin)
			apperrtest.RequireNoError(t, err)
			for _, finding := range list {
				code := "ok"
				if finding.Reason != nil {
					code = finding.Reason.Code
				}
				out = append(out, finding.Check+" "+finding.Name+" "+code)
			}
			return out
		}
		if got, want := codes(), []string{"template 录用审批 ok", "read  ok", "member 林悦 ok", "member 王磊 ok"}; !slices.Equal(got, want) {
			t.Errorf("findings %q, want %q", got, want)
		}
		changed := offerTemplate()
		changed.Controls[1].Control = "Textarea"
		f.sim.AddApprovalTemplate(changed)
		f.sim.AddFault(wecomtest.Fault{Path: "oa/getapprovalinfo", Errcode: 301055})
		f.sim.AddFault(wecomtest.Fault{Path: "user/get", Errcode: 60011})
		want := []string{"template 录用审批 approval.template_changed", "read  approval.not_permitted", "member 林悦 approval.member_outside", "member 王磊 approval.member_outside"}
		if got := codes(); !slices.Equal(got, want) {
			t.Errorf("findings %q, want %q", got, want)
		}
		if _, err := f.service.Test(t.Context(), recruiter); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a recruiter tests the settings: %v", err)
		}
		f.sim.RemoveFaults()
		if n := f.submissions(); n != 0 {
			t.Errorf("the test has submitted %d requests", n)
		}
	})
}

// Whether a mail waits follows from the settings and the newest request about the decision.
func TestHoldsMail(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.newInterview()
		held := func() bool {
			t.Helper()
			stored, err := f.interviews.GetUnchecked(t.Context(), corpID, i.ID)
			apperrtest.RequireNoError(t, err)
			waits, err := f.service.HoldsMail(t.Context(), stored)
			apperrtest.RequireNoError(t, err)
			return waits
		}
		f.enable(holdsMail)
		f.decide(i, interview.Hire)
		if held() {
			t.Error("a mail without a request waits, although none is required")
		}
		f.apply(i)
		f.run()
		r := f.current(i, approval.Pending)
		if !held() {
			t.Error("the mail does not wait for the request")
		}
		apperrtest.RequireNoError(t, f.sim.DecideApproval(t.Context(), corpID, "WangLei", r.Number, true, "同意"))
		f.callback(approval.ChangedArgs{CorpID: corpID, Number: r.Number})
		if held() || f.released != 1 {
			t.Errorf("after the approval, the mail waits, or was released %d times", f.released)
		}
		f.decide(i, interview.NoHire)
		f.enable(holdsMail, required)
		if held() {
			t.Error("a mail with a rejection waits")
		}
		f.decide(i, interview.Hire)
		if !held() {
			t.Error("the mail does not wait for the request about the new decision")
		}
	})
}
