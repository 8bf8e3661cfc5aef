// Package approvals contains the operations on approvals of decisions in WeCom: the settings, and the
// requests about interviews.
package approvals

import (
	"context"

	"github.com/huimian/huimian/internal/approval"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// Handlers are the operations.
type Handlers struct{ Approvals *approval.Service }

// ApprovalFieldInput is the value of a control of the template.
type ApprovalFieldInput struct {
	ControlID string `json:"controlId" maxLength:"128"`
	Source    string `json:"source" enum:"candidate,position,round,decision,reason,link,decider,option"`
	Option    string `json:"option,omitempty" maxLength:"128" doc:"Key of the option, of source option"`
}

// ApprovalSettingsInput is the body of setApprovalSettings.
type ApprovalSettingsInput struct {
	Enabled    bool                 `json:"enabled" doc:"A decision to hire can be submitted for approval in WeCom"`
	Required   bool                 `json:"required" doc:"Every decision to hire is submitted by itself"`
	HoldsMail  bool                 `json:"holdsMail" doc:"The mail with the result waits for the approval"`
	TemplateID string               `json:"templateId" maxLength:"200" example:"3TkaH5KFbrG9heEQWLJjhgpFwmqAFB4dLEnapaB7aaa"`
	Fields     []ApprovalFieldInput `json:"fields" maxItems:"200" nullable:"false"`
	Approvers  []string             `json:"approvers" maxItems:"100" nullable:"false" doc:"Userids; empty: the process of the template"`
	Relation   string               `json:"relation" enum:"all,any,sequential" doc:"How several approvers decide"`
	Version    int                  `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// ApprovalSettings are the settings of the company.
type ApprovalSettings struct {
	ApprovalSettingsInput

	TemplateName string            `json:"templateName"`
	People       []resource.Person `json:"people" doc:"The approvers"`
}

// ApprovalTemplateQuery is the input of getApprovalTemplate.
type ApprovalTemplateQuery struct {
	TemplateID string `query:"templateId" maxLength:"200"`
}

// ApprovalOption is an option of a selector.
type ApprovalOption struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

// ApprovalControl is a control of a template.
type ApprovalControl struct {
	ID       string           `json:"id"`
	Kind     string           `json:"kind" example:"Text"`
	Title    string           `json:"title"`
	Required bool             `json:"required"`
	Options  []ApprovalOption `json:"options"`
	Sources  []string         `json:"sources" doc:"The values that it can get; empty: it cannot be filled in"`
}

// ApprovalTemplate is a template in WeCom.
type ApprovalTemplate struct {
	Name     string            `json:"name"`
	Controls []ApprovalControl `json:"controls"`
}

// ApprovalFinding is a result of testApproval.
type ApprovalFinding struct {
	Check   string `json:"check" enum:"template,read,member"`
	Name    string `json:"name" doc:"Of the template or the member"`
	OK      bool   `json:"ok"`
	Problem string `json:"problem,omitempty" doc:"The remedy, in the caller's language"`
}

// ApprovalTest is the result of testApproval.
type ApprovalTest struct {
	Items []ApprovalFinding `json:"items"`
}

// ApprovalView is the requests about an interview, and whether another one can be made.
type ApprovalView struct {
	Enabled      bool                `json:"enabled" doc:"The company's setting"`
	Required     bool                `json:"required"`
	HoldsMail    bool                `json:"holdsMail"`
	Items        []resource.Approval `json:"items" doc:"The newest first"`
	Obstacle     string              `json:"obstacle,omitempty" enum:"off,no_hire,current,exhausted,forbidden" doc:"Why no request can be made; absent: one can be"`
	ObstacleText string              `json:"obstacleText,omitempty" doc:"In the caller's language"`
}

// GetSettings returns the settings of the company.
func (h Handlers) GetSettings(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[ApprovalSettings], error) {
	return httpapi.MapResponse(newSettings)(h.Approvals.Settings(ctx, caller.Actor(ctx)))
}

// SetSettings changes the settings of the company.
func (h Handlers) SetSettings(ctx context.Context, in *httpapi.Request[ApprovalSettingsInput]) (*httpapi.Response[ApprovalSettings], error) {
	b := in.Body
	edit := approval.Edit{
		Enabled: b.Enabled, Required: b.Required, HoldsMail: b.HoldsMail, TemplateID: b.TemplateID, Approvers: b.Approvers, Relation: approval.Relation(b.Relation),
		Values: httpapi.MapSlice(b.Fields, func(f ApprovalFieldInput) approval.Value {
			return approval.Value{ControlID: f.ControlID, Source: approval.Source(f.Source), Option: f.Option}
		}),
	}
	return httpapi.MapResponse(newSettings)(h.Approvals.UpdateSettings(ctx, caller.Actor(ctx), b.Version, edit))
}

// GetTemplate returns a template from WeCom.
func (h Handlers) GetTemplate(ctx context.Context, in *ApprovalTemplateQuery) (*httpapi.Response[ApprovalTemplate], error) {
	return httpapi.MapResponse(newTemplate)(h.Approvals.ReadTemplate(ctx, caller.Actor(ctx), in.TemplateID))
}

// Test calls WeCom as a request would, and submits nothing.
func (h Handlers) Test(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[ApprovalTest], error) {
	lang := httpapi.Language(ctx)
	list, err := h.Approvals.Test(ctx, caller.Actor(ctx))
	return httpapi.NewResponse(ApprovalTest{httpapi.MapSlice(list, func(f approval.Finding) ApprovalFinding {
		out := ApprovalFinding{Check: f.Check, Name: f.Name, OK: f.Reason == nil}
		if f.Reason != nil {
			out.Problem = i18n.T(lang, f.Reason.Code, f.Reason.Params)
		}
		return out
	})}, err)
}

// Get returns the requests about an interview.
func (h Handlers) Get(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[ApprovalView], error) {
	return httpapi.MapResponse(newView(ctx))(h.Approvals.Get(ctx, caller.Actor(ctx), in.ID))
}

// Apply makes a request for the approval of a decision.
func (h Handlers) Apply(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[ApprovalView], error) {
	return httpapi.MapResponse(newView(ctx))(h.Approvals.Apply(ctx, caller.Actor(ctx), in.ID))
}

func newSettings(c approval.Settings) ApprovalSettings {
	return ApprovalSettings{
		ApprovalSettingsInput: ApprovalSettingsInput{
			Enabled: c.Enabled, Required: c.Required, HoldsMail: c.HoldsMail, TemplateID: c.TemplateID, Approvers: c.Approvers, Relation: string(c.Relation), Version: c.Version,
			Fields: httpapi.MapSlice(c.Fields, func(f approval.Field) ApprovalFieldInput {
				return ApprovalFieldInput{ControlID: f.ID, Source: string(f.Source), Option: f.Option}
			}),
		},
		TemplateName: c.TemplateName, People: httpapi.MapSlice(c.People, resource.NewPerson),
	}
}

func newTemplate(t approval.Template) ApprovalTemplate {
	return ApprovalTemplate{t.Name, httpapi.MapSlice(t.Controls, func(c approval.Control) ApprovalControl {
		return ApprovalControl{
			ID: c.ID, Kind: c.Kind, Title: c.Title, Required: c.Required,
			Options: httpapi.MapSlice(c.Options, func(o approval.ControlOption) ApprovalOption { return ApprovalOption(o) }),
			Sources: httpapi.MapSlice(c.Sources, func(source approval.Source) string { return string(source) }),
		}
	})}
}

func newView(ctx context.Context) func(approval.View) ApprovalView {
	lang := httpapi.Language(ctx)
	return func(v approval.View) ApprovalView {
		out := ApprovalView{
			Enabled: v.Settings.Enabled, Required: v.Settings.Required, HoldsMail: v.Settings.HoldsMail, Items: httpapi.MapSlice(v.Requests, resource.NewApproval(lang)),
			Obstacle: string(v.Obstacle),
		}
		if v.Obstacle != "" {
			out.ObstacleText = i18n.T(lang, v.Obstacle.Code(), nil)
		}
		return out
	}
}
