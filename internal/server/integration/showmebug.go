package integration

import (
	"context"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"

	"github.com/huimian/huimian/internal/showmebug"
)

// ShowMeBugHandlers are the operations of the connection to ShowMeBug, its users and its
// written tests.
type ShowMeBugHandlers struct{ ShowMeBug *showmebug.Service }

// ShowMeBugSettings is a company's connection to ShowMeBug, without the secret.
type ShowMeBugSettings struct {
	Connected  bool                  `json:"connected" doc:"Whether credentials are configured"`
	Source     string                `json:"source,omitempty" enum:"environment,stored" doc:"environment: set by the server's configuration, read-only here"`
	ClientID   string                `json:"clientId,omitempty" doc:"The last characters; the rest is masked"`
	BaseURL    string                `json:"baseUrl,omitempty" doc:"Only when it is not the production service"`
	Team       *ShowMeBugTeam        `json:"team,omitempty" doc:"As of checkedAt"`
	WebhookURL string                `json:"webhookUrl" doc:"URL to enter in ShowMeBug: 团队设置 → 第三方应用 → 事件推送"`
	CheckedAt  *time.Time            `json:"checkedAt,omitempty"`
	Error      *resource.RoomFailure `json:"error,omitempty" doc:"Error of the last check, and the remedy"`
}

// ShowMeBugTeam is the team as ShowMeBug reports it.
type ShowMeBugTeam struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	LeftQuota *int64 `json:"leftQuota,omitempty" doc:"Remaining sessions (场次)"`
	Members   *int64 `json:"members,omitempty"`
}

// ShowMeBugInput is the body of connectShowMeBug. The credentials are tested
// before they are stored.
type ShowMeBugInput struct {
	ClientID     string `json:"clientId" minLength:"1" maxLength:"200" doc:"应用 Key, from 团队设置 → 第三方应用"`
	ClientSecret string `json:"clientSecret" minLength:"1" maxLength:"200" doc:"应用 Secret, from the same page; stored encrypted and never returned"`
}

// ShowMeBugMember is a member's mapping to a ShowMeBug user.
type ShowMeBugMember struct {
	UserID          string                `json:"userId"`
	Name            string                `json:"name"`
	Avatar          string                `json:"avatar,omitempty"`
	Email           string                `json:"email,omitempty"`
	Mobile          string                `json:"mobile,omitempty"`
	Source          string                `json:"source,omitempty" enum:"wecom,entered" doc:"Source of e-mail address and mobile number"`
	State           string                `json:"state" enum:"pending,mapped,missing_contact,failed"`
	ShowMeBugUserID string                `json:"showmebugUserId,omitempty" doc:"Once ShowMeBug has reported it"`
	Error           *resource.RoomFailure `json:"error,omitempty"`
	Version         int                   `json:"version" doc:"Grows with each change of email and mobile"`
	UpdatedAt       time.Time             `json:"updatedAt"`
}

// ShowMeBugContact is a member's contact in ShowMeBug: one of the two.
type ShowMeBugContact struct {
	Email  string `json:"email,omitempty" maxLength:"200"`
	Mobile string `json:"mobile,omitempty" maxLength:"40"`
	resource.EditedVersion
}

type showMeBugMembersQuery struct {
	resource.Page
	State string `query:"state" enum:"pending,mapped,missing_contact,failed" doc:"Omitted: all"`
}

type showMeBugMemberInput struct {
	UserID string `path:"userId" maxLength:"64"`
}

type showMeBugContactInput struct {
	UserID string `path:"userId" maxLength:"64"`
	Body   ShowMeBugContact
}

func (h ShowMeBugHandlers) GetShowMeBug(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[ShowMeBugSettings], error) {
	return h.respondWithShowMeBug(ctx)(h.ShowMeBug.Settings(ctx, caller.Actor(ctx)))
}

func (h ShowMeBugHandlers) ConnectShowMeBug(ctx context.Context, in *httpapi.Request[ShowMeBugInput]) (*httpapi.Response[ShowMeBugSettings], error) {
	return h.respondWithShowMeBug(ctx)(h.ShowMeBug.Connect(ctx, caller.Actor(ctx), in.Body.ClientID, in.Body.ClientSecret))
}

func (h ShowMeBugHandlers) DisconnectShowMeBug(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[ShowMeBugSettings], error) {
	return h.respondWithShowMeBug(ctx)(h.ShowMeBug.Disconnect(ctx, caller.Actor(ctx)))
}

func (h ShowMeBugHandlers) CheckShowMeBug(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[ShowMeBugSettings], error) {
	return h.respondWithShowMeBug(ctx)(h.ShowMeBug.CheckConnection(ctx, caller.Actor(ctx)))
}

func (h ShowMeBugHandlers) ListShowMeBugMembers(ctx context.Context, in *showMeBugMembersQuery) (*httpapi.Response[resource.List[ShowMeBugMember]], error) {
	list, next, err := h.ShowMeBug.Members(ctx, caller.Actor(ctx), showmebug.MemberFilter{Page: in.ToDomain(), State: showmebug.MemberState(in.State)})
	return httpapi.NewResponse(resource.NewList(list, next, localizeShowMeBugMember(httpapi.Language(ctx))), err)
}

func (h ShowMeBugHandlers) SetShowMeBugContact(ctx context.Context, in *showMeBugContactInput) (*httpapi.Response[ShowMeBugMember], error) {
	return httpapi.MapResponse(localizeShowMeBugMember(httpapi.Language(ctx)))(h.ShowMeBug.SetMemberContact(ctx, caller.Actor(ctx), in.UserID, in.Body.BaseVersion(), in.Body.Email, in.Body.Mobile))
}

func (h ShowMeBugHandlers) SyncShowMeBugMember(ctx context.Context, in *showMeBugMemberInput) (*httpapi.Response[ShowMeBugMember], error) {
	return httpapi.MapResponse(localizeShowMeBugMember(httpapi.Language(ctx)))(h.ShowMeBug.SyncMember(ctx, caller.Actor(ctx), in.UserID))
}

// ReceiveEvent receives ShowMeBug's webhooks.
func (h ShowMeBugHandlers) ReceiveEvent(w http.ResponseWriter, r *http.Request) {
	h.ShowMeBug.ServeCallback(w, r, r.PathValue("corpId"))
}

func (h ShowMeBugHandlers) respondWithShowMeBug(ctx context.Context) func(*showmebug.Settings, error) (*httpapi.Response[ShowMeBugSettings], error) {
	return func(v *showmebug.Settings, err error) (*httpapi.Response[ShowMeBugSettings], error) {
		if err != nil {
			return nil, err
		}
		out := ShowMeBugSettings{
			Connected: v.Source != "", Source: v.Source, ClientID: v.ClientID, BaseURL: v.BaseURL,
			WebhookURL: v.WebhookURL, CheckedAt: v.CheckedAt, Error: resource.NewRoomFailure(httpapi.Language(ctx), v.Failure),
		}
		if v.Team != nil {
			team := ShowMeBugTeam(*v.Team)
			out.Team = &team
		}
		return httpapi.NewResponse(out, nil)
	}
}

func localizeShowMeBugMember(lang string) func(showmebug.Member) ShowMeBugMember {
	return func(m showmebug.Member) ShowMeBugMember {
		return ShowMeBugMember{
			UserID: m.UserID, Name: m.Person.Name, Avatar: m.Person.Avatar, Email: m.Email, Mobile: m.Mobile, Source: m.Source,
			State: string(m.State), ShowMeBugUserID: m.ExternalID, Error: resource.NewRoomFailure(lang, m.Failure()), Version: m.Version, UpdatedAt: m.UpdatedAt,
		}
	}
}
