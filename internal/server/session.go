package server

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/i18n"
)

// Session is the signed-in member as the front end needs them.
type Session struct {
	User     SessionUser     `json:"user"`
	Corp     SessionCorp     `json:"corp"`
	Roles    []string        `json:"roles" enum:"administrator,recruiter,interviewer"`
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
}

// SandboxFeature is the availability of the sandbox and its languages.
type SandboxFeature struct {
	Ready     bool           `json:"ready"`
	Reason    string         `json:"reason,omitempty" doc:"Why it is not ready, in the caller's language"`
	Languages []CodeLanguage `json:"languages"`
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

// SessionPatch is the body of updateSession.
type SessionPatch struct {
	Language string `json:"language" enum:"zh-CN,en,ja"`
}

// requireSession is middleware that rejects requests without a session before the
// body is read.
func (s *Server) requireSession(ctx huma.Context, next func(huma.Context)) {
	p, err := s.Accounts.Profile(ctx.Context())
	if err != nil {
		r, w := humago.Unwrap(ctx)
		s.writeProblem(w, r, err)
		return
	}
	next(huma.WithContext(ctx, withProfile(ctx.Context(), p)))
}

// noStore is middleware that sets Cache-Control: no-store.
func noStore(ctx huma.Context, next func(huma.Context)) {
	ctx.SetHeader("Cache-Control", "no-store")
	next(ctx)
}

func (s *Server) getSession(ctx context.Context, _ *empty) (*jsonResponse[Session], error) {
	return respond(s.buildSession(ctx), nil)
}

func (s *Server) updateSession(ctx context.Context, in *jsonRequest[SessionPatch]) (*jsonResponse[Session], error) {
	p := profileOf(ctx)
	if err := s.Accounts.SetLanguage(ctx, p.CorpID, p.UserID, in.Body.Language); err != nil {
		return nil, err
	}
	p.Language = in.Body.Language
	return respond(s.buildSession(withProfile(ctx, p)), nil)
}

func (s *Server) deleteSession(ctx context.Context, _ *empty) (*empty, error) {
	return &empty{}, s.Accounts.SignOut(ctx)
}

func (s *Server) buildSession(ctx context.Context) Session {
	p := profileOf(ctx)
	out := Session{
		User:     SessionUser{UserID: p.UserID, Name: p.Name, Avatar: p.Avatar, Position: p.Position},
		Corp:     SessionCorp{ID: p.Corp.ID, Name: p.Corp.Name, TimeZone: p.Corp.TimeZone},
		Roles:    p.Roles.Names(),
		Language: languageOf(ctx),
		Features: SessionFeatures{Sandbox: s.sandboxFeature(ctx), WeCom: WeComFeature{State: s.weComState(ctx)}},
	}
	if len(p.Departments) > 0 {
		out.User.Department = p.Departments[0].Name
	}
	return out
}

func (s *Server) sandboxFeature(ctx context.Context) SandboxFeature {
	f := SandboxFeature{Ready: true, Languages: []CodeLanguage{}}
	if err := s.Sandbox.Ready(); err != nil {
		f.Ready, f.Reason = false, i18n.T(languageOf(ctx), "sandbox.unavailable", nil)
		return f
	}
	for _, l := range s.Sandbox.Languages() {
		f.Languages = append(f.Languages, CodeLanguage{ID: l.ID, Name: l.Name, Version: l.Version})
	}
	return f
}

func (s *Server) weComState(ctx context.Context) string {
	switch {
	case s.Accounts.Client == nil:
		return "unconfigured"
	case s.WeComState != nil:
		return s.WeComState(ctx)
	default:
		return "ok"
	}
}
