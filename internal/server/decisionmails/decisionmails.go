// Package decisionmails contains the operations on mails with the results of interviews.
package decisionmails

import (
	"context"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/decisionmail"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// Handlers are the operations.
type Handlers struct{ Mails *decisionmail.Service }

// DecisionMailSettingsInput is the body of setDecisionMailSettings.
type DecisionMailSettingsInput struct {
	Enabled            bool   `json:"enabled" doc:"Recruiters may mail candidates the result"`
	Timing             string `json:"timing" enum:"now,hour,workday" doc:"The default of a mail"`
	WorkdayAt          string `json:"workdayAt" maxLength:"5" doc:"Time of workday, in the company's time zone" example:"10:00"`
	InformInterviewers bool   `json:"informInterviewers" doc:"Interviewers who have submitted a scorecard get a message with the result"`
	Version            int    `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// DecisionMailSettings are the settings of the company.
type DecisionMailSettings struct{ DecisionMailSettingsInput }

// GetSettings returns the settings of the company.
func (h Handlers) GetSettings(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[DecisionMailSettings], error) {
	return httpapi.MapResponse(newSettings)(h.Mails.Settings(ctx, caller.Actor(ctx)))
}

// SetSettings changes the settings of the company.
func (h Handlers) SetSettings(ctx context.Context, in *httpapi.Request[DecisionMailSettingsInput]) (*httpapi.Response[DecisionMailSettings], error) {
	return httpapi.MapResponse(newSettings)(h.Mails.UpdateSettings(ctx, caller.Actor(ctx), in.Body.Version, func(c *decisionmail.Settings) {
		c.Enabled, c.Timing, c.InformInterviewers = in.Body.Enabled, decisionmail.Timing(in.Body.Timing), in.Body.InformInterviewers
		c.WorkdayAt = availability.ClockOfForm(in.Body.WorkdayAt)
	}))
}

// Get returns the mail of an interview.
func (h Handlers) Get(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.DecisionMailView], error) {
	return httpapi.MapResponse(resource.DecisionMailMapper(httpapi.Language(ctx)))(h.Mails.Get(ctx, caller.Actor(ctx), in.ID))
}

// Save schedules or changes the mail of an interview.
func (h Handlers) Save(ctx context.Context, in *httpapi.RequestByID[resource.DecisionMailInput]) (*httpapi.Response[resource.DecisionMailView], error) {
	return httpapi.MapResponse(resource.DecisionMailMapper(httpapi.Language(ctx)))(h.Mails.Save(ctx, caller.Actor(ctx), in.ID, in.Body.Version, in.Body.ToPlan()))
}

// Cancel cancels the mail of an interview.
func (h Handlers) Cancel(ctx context.Context, in *httpapi.RequestByID[resource.DecisionMailCancellation]) (*httpapi.Response[resource.DecisionMailView], error) {
	return httpapi.MapResponse(resource.DecisionMailMapper(httpapi.Language(ctx)))(h.Mails.Cancel(ctx, caller.Actor(ctx), in.ID, in.Body.Version))
}

func newSettings(c decisionmail.Settings) DecisionMailSettings {
	return DecisionMailSettings{DecisionMailSettingsInput{
		Enabled: c.Enabled, Timing: string(c.Timing), WorkdayAt: c.WorkdayAt.String(), InformInterviewers: c.InformInterviewers, Version: c.Version,
	}}
}
