package server

import (
	"context"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
)

// ShowMeBugSettings is a company's connection to ShowMeBug, without the secret.
type ShowMeBugSettings struct {
	Connected  bool           `json:"connected" doc:"Whether credentials are configured"`
	Source     string         `json:"source,omitempty" enum:"environment,stored" doc:"environment: set by the server's configuration, read-only here"`
	ClientID   string         `json:"clientId,omitempty" doc:"The last characters; the rest is masked"`
	BaseURL    string         `json:"baseUrl,omitempty" doc:"Only when it is not the production service"`
	Team       *ShowMeBugTeam `json:"team,omitempty" doc:"As of checkedAt"`
	WebhookURL string         `json:"webhookUrl" doc:"URL to enter in ShowMeBug: 团队设置 → 第三方应用 → 事件推送"`
	CheckedAt  *time.Time     `json:"checkedAt,omitempty"`
	Error      *RoomFailure   `json:"error,omitempty" doc:"Error of the last check, and the remedy"`
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
	UserID          string       `json:"userId"`
	Name            string       `json:"name"`
	Avatar          string       `json:"avatar,omitempty"`
	Email           string       `json:"email,omitempty"`
	Mobile          string       `json:"mobile,omitempty"`
	Source          string       `json:"source,omitempty" enum:"wecom,entered" doc:"Source of e-mail address and mobile number"`
	State           string       `json:"state" enum:"pending,mapped,missing_contact,failed"`
	ShowMeBugUserID string       `json:"showmebugUserId,omitempty" doc:"Once ShowMeBug has reported it"`
	Error           *RoomFailure `json:"error,omitempty"`
	UpdatedAt       time.Time    `json:"updatedAt"`
}

// ShowMeBugContact is a member's contact in ShowMeBug: one of the two.
type ShowMeBugContact struct {
	Email  string `json:"email,omitempty" maxLength:"200"`
	Mobile string `json:"mobile,omitempty" maxLength:"40"`
}

type showMeBugMembersQuery struct {
	Page
	State string `query:"state" enum:"pending,mapped,missing_contact,failed" doc:"Omitted: all"`
}

type showMeBugMemberInput struct {
	UserID string `path:"userId" maxLength:"64"`
}

type showMeBugContactInput struct {
	UserID string `path:"userId" maxLength:"64"`
	Body   ShowMeBugContact
}

func (s *Server) getShowMeBug(ctx context.Context, _ *empty) (*jsonResponse[ShowMeBugSettings], error) {
	return s.respondWithShowMeBug(ctx)(s.ShowMeBug.Settings(ctx, actorOf(ctx)))
}

func (s *Server) connectShowMeBug(ctx context.Context, in *jsonRequest[ShowMeBugInput]) (*jsonResponse[ShowMeBugSettings], error) {
	return s.respondWithShowMeBug(ctx)(s.ShowMeBug.Connect(ctx, actorOf(ctx), in.Body.ClientID, in.Body.ClientSecret))
}

func (s *Server) disconnectShowMeBug(ctx context.Context, _ *empty) (*jsonResponse[ShowMeBugSettings], error) {
	return s.respondWithShowMeBug(ctx)(s.ShowMeBug.Disconnect(ctx, actorOf(ctx)))
}

func (s *Server) checkShowMeBug(ctx context.Context, _ *empty) (*jsonResponse[ShowMeBugSettings], error) {
	return s.respondWithShowMeBug(ctx)(s.ShowMeBug.CheckConnection(ctx, actorOf(ctx)))
}

func (s *Server) listShowMeBugMembers(ctx context.Context, in *showMeBugMembersQuery) (*jsonResponse[List[ShowMeBugMember]], error) {
	list, next, err := s.ShowMeBug.Members(ctx, actorOf(ctx), showmebug.MemberFilter{State: showmebug.MemberState(in.State), After: in.Cursor, Limit: in.Limit})
	return respond(toList(list, next, localizeShowMeBugMember(languageOf(ctx))), err)
}

func (s *Server) setShowMeBugContact(ctx context.Context, in *showMeBugContactInput) (*jsonResponse[ShowMeBugMember], error) {
	return respondWith(localizeShowMeBugMember(languageOf(ctx)))(s.ShowMeBug.SetMemberContact(ctx, actorOf(ctx), in.UserID, in.Body.Email, in.Body.Mobile))
}

func (s *Server) syncShowMeBugMember(ctx context.Context, in *showMeBugMemberInput) (*jsonResponse[ShowMeBugMember], error) {
	return respondWith(localizeShowMeBugMember(languageOf(ctx)))(s.ShowMeBug.SyncMember(ctx, actorOf(ctx), in.UserID))
}

// showMeBugCallback receives ShowMeBug's webhooks.
func (s *Server) showMeBugCallback(w http.ResponseWriter, r *http.Request) {
	s.ShowMeBug.ServeCallback(w, r, r.PathValue("corpId"))
}

func (s *Server) respondWithShowMeBug(ctx context.Context) func(*showmebug.Settings, error) (*jsonResponse[ShowMeBugSettings], error) {
	return func(v *showmebug.Settings, err error) (*jsonResponse[ShowMeBugSettings], error) {
		if err != nil {
			return nil, err
		}
		out := ShowMeBugSettings{
			Connected: v.Source != "", Source: v.Source, ClientID: v.ClientID, BaseURL: v.BaseURL,
			WebhookURL: v.WebhookURL, CheckedAt: v.CheckedAt, Error: localizeFailure(languageOf(ctx), v.Failure),
		}
		if v.Team != nil {
			team := ShowMeBugTeam(*v.Team)
			out.Team = &team
		}
		return respond(out, nil)
	}
}

func localizeShowMeBugMember(lang string) func(showmebug.Member) ShowMeBugMember {
	return func(m showmebug.Member) ShowMeBugMember {
		return ShowMeBugMember{
			UserID: m.UserID, Name: m.Person.Name, Avatar: m.Person.Avatar, Email: m.Email, Mobile: m.Mobile, Source: m.Source,
			State: string(m.State), ShowMeBugUserID: m.ExternalID, Error: localizeFailure(lang, m.Failure()), UpdatedAt: m.UpdatedAt,
		}
	}
}

// localizeFailure maps a failure to the API in the language; nil stays nil.
func localizeFailure(lang string, f *interview.RoomFailure) *RoomFailure {
	if f == nil {
		return nil
	}
	return &RoomFailure{f.Code, i18n.T(lang, f.Code, f.Params)}
}
