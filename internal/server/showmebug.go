package server

import (
	"context"
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/showmebug"
)

// ShowMeBugSettings is a company's connection to ShowMeBug. The secret is
// never among it.
type ShowMeBugSettings struct {
	Connected  bool           `json:"connected" doc:"Whether there are credentials"`
	Source     string         `json:"source,omitempty" enum:"environment,stored" doc:"environment: set where the server is run, and not changed here"`
	ClientID   string         `json:"clientId,omitempty" doc:"Its end; the rest is hidden"`
	BaseURL    string         `json:"baseUrl,omitempty" doc:"When it is not the true service"`
	Team       *ShowMeBugTeam `json:"team,omitempty" doc:"As of checkedAt"`
	WebhookURL string         `json:"webhookUrl" doc:"To be entered in ShowMeBug: 团队设置 → 第三方应用 → 事件推送"`
	CheckedAt  *time.Time     `json:"checkedAt,omitempty"`
	Error      *RoomFailure   `json:"error,omitempty" doc:"What went wrong at the last check, and what to do"`
}

// ShowMeBugTeam is what ShowMeBug says of the team.
type ShowMeBugTeam struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	LeftQuota *int64 `json:"leftQuota,omitempty" doc:"Sessions (场次) that are left"`
	Members   *int64 `json:"members,omitempty"`
}

// ShowMeBugInput connects the company's team. It is tested before it is kept.
type ShowMeBugInput struct {
	ClientID     string `json:"clientId" minLength:"1" maxLength:"200" doc:"应用 Key, from 团队设置 → 第三方应用"`
	ClientSecret string `json:"clientSecret" minLength:"1" maxLength:"200" doc:"应用 Secret, from the same page; kept encrypted and never shown again"`
}

// ShowMeBugMember is a member of the company as ShowMeBug knows them.
type ShowMeBugMember struct {
	UserID          string       `json:"userId"`
	Name            string       `json:"name"`
	Avatar          string       `json:"avatar,omitempty"`
	Email           string       `json:"email,omitempty"`
	Mobile          string       `json:"mobile,omitempty"`
	Source          string       `json:"source,omitempty" enum:"wecom,entered" doc:"Where e-mail and mobile number are from"`
	State           string       `json:"state" enum:"pending,mapped,missing_contact,failed"`
	ShowMeBugUserID string       `json:"showmebugUserId,omitempty" doc:"When ShowMeBug has told it"`
	Error           *RoomFailure `json:"error,omitempty"`
	UpdatedAt       time.Time    `json:"updatedAt"`
}

// ShowMeBugContact is how ShowMeBug reaches a member: one of the two.
type ShowMeBugContact struct {
	Email  string `json:"email,omitempty" maxLength:"200"`
	Mobile string `json:"mobile,omitempty" maxLength:"40"`
}

type showMeBugMembersQuery struct {
	Page
	State string `query:"state" enum:"pending,mapped,missing_contact,failed" doc:"None: all"`
}

type showMeBugMemberInput struct {
	UserID string `path:"userId" maxLength:"64"`
}

type showMeBugContactInput struct {
	UserID string `path:"userId" maxLength:"64"`
	Body   ShowMeBugContact
}

func (s *Server) getShowMeBug(ctx context.Context, _ *none) (*reply[ShowMeBugSettings], error) {
	return s.reShowMeBug(ctx)(s.ShowMeBug.Settings(ctx, actorOf(ctx)))
}

func (s *Server) connectShowMeBug(ctx context.Context, in *send[ShowMeBugInput]) (*reply[ShowMeBugSettings], error) {
	return s.reShowMeBug(ctx)(s.ShowMeBug.Connect(ctx, actorOf(ctx), in.Body.ClientID, in.Body.ClientSecret))
}

func (s *Server) disconnectShowMeBug(ctx context.Context, _ *none) (*reply[ShowMeBugSettings], error) {
	return s.reShowMeBug(ctx)(s.ShowMeBug.Disconnect(ctx, actorOf(ctx)))
}

func (s *Server) checkShowMeBug(ctx context.Context, _ *none) (*reply[ShowMeBugSettings], error) {
	return s.reShowMeBug(ctx)(s.ShowMeBug.CheckConnection(ctx, actorOf(ctx)))
}

func (s *Server) listShowMeBugMembers(ctx context.Context, in *showMeBugMembersQuery) (*reply[List[ShowMeBugMember]], error) {
	list, next, err := s.ShowMeBug.Members(ctx, actorOf(ctx), showmebug.MemberFilter{State: showmebug.MemberState(in.State), After: in.Cursor, Limit: in.Limit})
	return answer(listOf(list, next, showMeBugMemberIn(languageOf(ctx))), err)
}

func (s *Server) setShowMeBugContact(ctx context.Context, in *showMeBugContactInput) (*reply[ShowMeBugMember], error) {
	return one(showMeBugMemberIn(languageOf(ctx)))(s.ShowMeBug.SetMemberContact(ctx, actorOf(ctx), in.UserID, in.Body.Email, in.Body.Mobile))
}

func (s *Server) syncShowMeBugMember(ctx context.Context, in *showMeBugMemberInput) (*reply[ShowMeBugMember], error) {
	return one(showMeBugMemberIn(languageOf(ctx)))(s.ShowMeBug.SyncMember(ctx, actorOf(ctx), in.UserID))
}

// showMeBugCallback takes what ShowMeBug reports.
func (s *Server) showMeBugCallback(w http.ResponseWriter, r *http.Request) {
	s.ShowMeBug.ServeCallback(w, r, r.PathValue("corpId"))
}

func (s *Server) reShowMeBug(ctx context.Context) func(*showmebug.Settings, error) (*reply[ShowMeBugSettings], error) {
	return func(v *showmebug.Settings, err error) (*reply[ShowMeBugSettings], error) {
		if err != nil {
			return nil, err
		}
		out := ShowMeBugSettings{
			Connected: v.Source != "", Source: v.Source, ClientID: v.ClientID, BaseURL: v.BaseURL,
			WebhookURL: v.WebhookURL, CheckedAt: v.CheckedAt, Error: failureIn(languageOf(ctx), v.Failure),
		}
		if v.Team != nil {
			team := ShowMeBugTeam(*v.Team)
			out.Team = &team
		}
		return answer(out, nil)
	}
}

func showMeBugMemberIn(lang string) func(showmebug.Member) ShowMeBugMember {
	return func(m showmebug.Member) ShowMeBugMember {
		return ShowMeBugMember{
			UserID: m.UserID, Name: m.Person.Name, Avatar: m.Person.Avatar, Email: m.Email, Mobile: m.Mobile, Source: m.Source,
			State: string(m.State), ShowMeBugUserID: m.ExternalID, Error: failureIn(lang, m.Failure()), UpdatedAt: m.UpdatedAt,
		}
	}
}

// failureIn writes why something outside did not work, nil for nothing.
func failureIn(lang string, f *interview.RoomFailure) *RoomFailure {
	if f == nil {
		return nil
	}
	return &RoomFailure{f.Code, i18n.T(lang, f.Code, f.Params)}
}
