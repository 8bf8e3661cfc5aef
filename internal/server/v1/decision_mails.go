package v1

import (
	"context"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/decisionmail"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// decisionMailAPI are the operations on mails with results.
type decisionMailAPI struct{ *API }

// cancelledVersion is the mail that cancelDecisionMail cancels.
type cancelledVersion struct {
	httpapi.ByID
	Version int `query:"version" minimum:"0" doc:"The version of the mail that was read; 0 or omitted: any. 409 when another one is stored"`
}

func (a decisionMailAPI) getDecisionMail(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.DecisionMailView], error) {
	return respondWithMail(ctx)(a.DecisionMails.Get(ctx, actorOf(ctx), in.ID))
}

func (a decisionMailAPI) saveDecisionMail(ctx context.Context, in *httpapi.RequestByID[resource.DecisionMailInput]) (*httpapi.Response[resource.DecisionMailView], error) {
	return respondWithMail(ctx)(a.DecisionMails.Save(ctx, actorOf(ctx), in.ID, in.Body.Version, in.Body.ToPlan()))
}

func (a decisionMailAPI) cancelDecisionMail(ctx context.Context, in *cancelledVersion) (*httpapi.Response[resource.DecisionMailView], error) {
	return respondWithMail(ctx)(a.DecisionMails.Cancel(ctx, actorOf(ctx), in.ID, in.Version))
}

// respondWithMail responds with what the scopes of the token permit of a mail: texts and the
// reason of a failure require results:read, the address candidates:read.
func respondWithMail(ctx context.Context) func(*decisionmail.View, error) (*httpapi.Response[resource.DecisionMailView], error) {
	toView, by := resource.DecisionMailMapper(httpapi.Language(ctx)), callerOf(ctx)
	return httpapi.MapResponse(func(v decisionmail.View) resource.DecisionMailView {
		out := toView(v)
		if !by.HasScope(apitoken.ResultsRead) {
			out.Draft = nil
			if out.Mail != nil {
				out.Mail.Subject, out.Mail.Body, out.Mail.Reason = "", "", ""
			}
		}
		if out.Draft != nil && !by.HasScope(apitoken.CandidatesRead) {
			out.Draft.To = ""
		}
		return out
	})
}
