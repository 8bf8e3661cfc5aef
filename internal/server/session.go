package server

import (
	"context"
	"errors"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/room"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"

	"github.com/huimian/huimian/internal/i18n"
)

type sessionHandlers struct {
	accounts   *account.Service
	rooms      *room.Manager
	sandbox    sandbox.Runner
	weComState func(context.Context) string // nil is ok
	hasMail    bool

	sendingPaused bool
}

// Session is the signed-in member as the front end needs them.
type Session struct {
	User     SessionUser     `json:"user"`
	Corp     SessionCorp     `json:"corp"`
	Roles    []string        `json:"roles" enum:"administrator,recruiter,coordinator,interviewer,auditor"`
	Acts     []string        `json:"acts" doc:"What the member may do in the whole company, as in docs/roles.md"`
	Managed  []string        `json:"managedActs" doc:"What the member may do as hiring manager, on objects of their positions"`
	Language string          `json:"language" enum:"zh-CN,en,ja"`
	Features SessionFeatures `json:"features"`
}

// SessionUser is the member who is signed in.
type SessionUser struct {
	UserID     string `json:"userId"`
	Name       string `json:"name"`
	Avatar     string `json:"avatar,omitempty"`
	Department string `json:"department,omitempty"`
	Position   string `json:"position,omitempty"`
}

// SessionCorp is the member's company.
type SessionCorp struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	TimeZone string `json:"timeZone" doc:"IANA name, such as Asia/Shanghai"`
}

// SessionFeatures is the availability of optional parts of this installation.
type SessionFeatures struct {
	Sandbox SandboxFeature `json:"sandbox"`
	WeCom   WeComFeature   `json:"wecom"`
	Mail    MailFeature    `json:"mail"`
	Sending SendingFeature `json:"sending"`
}

// SendingFeature is whether messages, mails, webhooks, schedules and meetings leave this
// installation.
type SendingFeature struct {
	Paused bool `json:"paused" doc:"HUIMIAN_SEND is off: nothing is sent"`
}

// SandboxFeature is the availability of the sandbox and its languages.
type SandboxFeature struct {
	Ready     bool           `json:"ready"`
	Reason    string         `json:"reason,omitempty" doc:"Why it is not ready, in the caller's language"`
	Languages []CodeLanguage `json:"languages"`
	Missing   []string       `json:"missing,omitempty" doc:"Ids of the languages whose detection failed and is retried"`
}

// CodeLanguage is a programming language that the sandbox runs.
type CodeLanguage struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

// WeComFeature is the state of the connection to WeCom.
type WeComFeature struct {
	State string `json:"state" enum:"ok,unavailable,unconfigured"`
}

// MailFeature is the availability of mail to candidates.
type MailFeature struct {
	Configured bool `json:"configured" doc:"Without a mail server, mail to candidates is skipped"`
}

// SessionPatch is the body of updateSession.
type SessionPatch struct {
	Language string `json:"language" enum:"zh-CN,en,ja"`
}

func (h sessionHandlers) getSession(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[Session], error) {
	return httpapi.NewResponse(h.buildSession(ctx), nil)
}

func (h sessionHandlers) updateSession(ctx context.Context, in *httpapi.Request[SessionPatch]) (*httpapi.Response[Session], error) {
	p := caller.Profile(ctx)
	if err := h.accounts.SetLanguage(ctx, p.CorpID, p.UserID, in.Body.Language); err != nil {
		return nil, err
	}
	p.Language = in.Body.Language
	return httpapi.NewResponse(h.buildSession(caller.WithProfile(ctx, p)), nil)
}

// deleteSession ends the session and closes its sockets on all replicas.
func (h sessionHandlers) deleteSession(ctx context.Context, _ *httpapi.Empty) (*httpapi.Empty, error) {
	p := caller.Profile(ctx)
	if err := h.accounts.SignOut(ctx); err != nil {
		return nil, err
	}
	h.rooms.RecheckAccess(p.CorpID, p.UserID)
	return &httpapi.Empty{}, nil
}

func (h sessionHandlers) buildSession(ctx context.Context) Session {
	p := caller.Profile(ctx)
	out := Session{
		User:     SessionUser{UserID: p.UserID, Name: p.Name, Avatar: p.Avatar, Position: p.Position},
		Corp:     SessionCorp{ID: p.Corp.ID, Name: p.Corp.Name, TimeZone: p.Corp.TimeZone},
		Roles:    p.Roles.Names(),
		Language: httpapi.Language(ctx),
		Features: SessionFeatures{Sandbox: h.sandboxFeature(ctx), WeCom: WeComFeature{State: h.findWeComState(ctx)}, Mail: MailFeature{Configured: h.hasMail}, Sending: SendingFeature{Paused: h.sendingPaused}},
	}
	out.Acts, out.Managed = p.Actor().ActNames()
	if len(p.Departments) > 0 {
		out.User.Department = p.Departments[0].Name
	}
	return out
}

func (h sessionHandlers) sandboxFeature(ctx context.Context) SandboxFeature {
	f := SandboxFeature{Ready: true, Languages: []CodeLanguage{}}
	if err := h.sandbox.Ready(); err != nil {
		reason := "sandbox.unavailable"
		if errors.Is(err, sandbox.ErrNoRunner) {
			reason = "sandbox.no_runner"
		}
		f.Ready, f.Reason = false, i18n.T(httpapi.Language(ctx), reason, nil)
		return f
	}
	for _, l := range h.sandbox.Languages() {
		f.Languages = append(f.Languages, CodeLanguage{ID: l.ID, Name: l.Name, Version: l.Version})
	}
	for _, l := range h.sandbox.MissingLanguages() {
		f.Missing = append(f.Missing, l.ID)
	}
	return f
}

func (h sessionHandlers) findWeComState(ctx context.Context) string {
	switch {
	case h.accounts.Client == nil:
		return "unconfigured"
	case h.weComState != nil:
		return h.weComState(ctx)
	default:
		return "ok"
	}
}
