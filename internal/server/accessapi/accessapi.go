// Package accessapi has the operations of hiring managers and of who can see a candidate. Routes are
// in package server.
package accessapi

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/access"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/hiring"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// Handlers are the operations.
type Handlers struct {
	Hiring *hiring.Service
	Access *access.Service
}

// HiringManagers is the hiring managers of a position.
type HiringManagers struct {
	Items   []resource.Person `json:"items"`
	Version int               `json:"version" doc:"Incremented by every change; 0 before the first"`
}

// HiringManagersInput is the body of setHiringManagers.
type HiringManagersInput struct {
	UserIDs []string `json:"userIds" maxItems:"100"`
	Version int      `json:"version" minimum:"0" doc:"The version that the edit was made from; 0: any"`
}

// HiringDepartment is a department of positions and its hiring managers, who manage all its positions.
type HiringDepartment struct {
	HiringManagers

	Department string `json:"department" doc:"As positions have it"`
	Positions  int    `json:"positions" doc:"Their number"`
}

// HiringDepartmentList is the departments of positions by name.
type HiringDepartmentList struct {
	Items []HiringDepartment `json:"items"`
}

// DepartmentManagersInput is the body of setDepartmentManagers.
type DepartmentManagersInput struct {
	HiringManagersInput

	Department string `json:"department" minLength:"1" maxLength:"100" doc:"As positions have it"`
}

// HiringSettings is what a company permits to hiring managers.
type HiringSettings struct {
	Decide  bool `json:"decide" doc:"Hiring managers record decisions about interviews of their positions"`
	Version int  `json:"version" minimum:"0" doc:"In a change: the version that the edit was made from; 0: any"`
}

// Viewer is a member who can see a candidate.
type Viewer struct {
	Member  resource.Person `json:"member"`
	Reasons []Reason        `json:"reasons"`
}

// Reason is why a member can see a candidate.
type Reason struct {
	Role       string           `json:"role" enum:"administrator,recruiter,coordinator,hiring_manager,organizer,participant"`
	Position   *resource.Ref    `json:"position,omitempty" doc:"Of a hiring manager"`
	Department string           `json:"department,omitempty" doc:"By which a hiring manager manages the position; absent if named for the position"`
	Interview  *ReasonInterview `json:"interview,omitempty" doc:"Of an organizer or an interviewer"`
	Shadow     bool             `json:"shadow,omitempty" doc:"The interviewer attends to learn"`
	Acts       []string         `json:"acts" doc:"What the reason permits, as in docs/roles.md"`
}

// ReasonInterview is the interview that gives access.
type ReasonInterview struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	StartsAt time.Time `json:"startsAt"`
	TimeZone string    `json:"timeZone"`
	State    string    `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
}

// ViewerList is a page of the members who can see a candidate.
type ViewerList struct {
	resource.List[Viewer]

	Incomplete bool `json:"incomplete" doc:"The candidate has more interviews than are considered"`
}

type viewersQuery struct {
	httpapi.ByID
	resource.Page

	Q string `query:"q" maxLength:"100" doc:"Part of a member's name, alias, pinyin or userid"`
}

// GetManagers returns the hiring managers of a position.
func (h Handlers) GetManagers(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[HiringManagers], error) {
	return httpapi.MapResponse(newManagers)(h.Hiring.Get(ctx, caller.Actor(ctx), in.ID))
}

// SetManagers replaces the hiring managers of a position.
func (h Handlers) SetManagers(ctx context.Context, in *httpapi.RequestByID[HiringManagersInput]) (*httpapi.Response[HiringManagers], error) {
	edit := func(m *hiring.Managers) { m.UserIDs = in.Body.UserIDs }
	return httpapi.MapResponse(newManagers)(h.Hiring.Update(ctx, caller.Actor(ctx), in.ID, in.Body.Version, edit))
}

func newManagers(m hiring.Managers) HiringManagers {
	return HiringManagers{Items: httpapi.MapSlice(m.People, resource.NewPerson), Version: m.Version}
}

// ListDepartments lists the departments of positions with their hiring managers.
func (h Handlers) ListDepartments(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[HiringDepartmentList], error) {
	list, err := h.Hiring.ListDepartments(ctx, caller.Actor(ctx))
	return httpapi.NewResponse(HiringDepartmentList{httpapi.MapSlice(list, newDepartment)}, err)
}

func newDepartment(d hiring.Department) HiringDepartment {
	return HiringDepartment{HiringManagers: newManagers(d.Managers), Department: d.Name, Positions: d.Positions}
}

// SetDepartmentManagers replaces the hiring managers of a department.
func (h Handlers) SetDepartmentManagers(ctx context.Context, in *httpapi.Request[DepartmentManagersInput]) (*httpapi.Response[HiringManagers], error) {
	edit := func(m *hiring.Managers) { m.UserIDs = in.Body.UserIDs }
	return httpapi.MapResponse(newManagers)(h.Hiring.UpdateDepartment(ctx, caller.Actor(ctx), in.Body.Department, in.Body.Version, edit))
}

// GetSettings returns what the company permits to hiring managers.
func (h Handlers) GetSettings(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[HiringSettings], error) {
	return httpapi.MapResponse(newSettings)(h.Hiring.GetSettings(ctx, caller.Actor(ctx)))
}

// SetSettings changes what the company permits to hiring managers.
func (h Handlers) SetSettings(ctx context.Context, in *httpapi.Request[HiringSettings]) (*httpapi.Response[HiringSettings], error) {
	edit := func(s *hiring.Settings) { s.Decide = in.Body.Decide }
	return httpapi.MapResponse(newSettings)(h.Hiring.UpdateSettings(ctx, caller.Actor(ctx), in.Body.Version, edit))
}

func newSettings(s hiring.Settings) HiringSettings {
	return HiringSettings{Decide: s.Decide, Version: s.Version}
}

// ListViewers lists the members who can see a candidate.
func (h Handlers) ListViewers(ctx context.Context, in *viewersQuery) (*httpapi.Response[ViewerList], error) {
	list, err := h.Access.ListViewers(ctx, caller.Actor(ctx), in.ID, access.Filter{Page: in.ToDomain(), Text: in.Q})
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(ViewerList{List: resource.NewList(list.Viewers, list.Next, newViewer), Incomplete: list.Incomplete}, nil)
}

func newViewer(v access.Viewer) Viewer {
	return Viewer{Member: resource.NewPerson(v.Person()), Reasons: httpapi.MapSlice(v.Reasons, newReason)}
}

func newReason(r access.Reason) Reason {
	out := Reason{Shadow: r.Shadow, Department: r.Department, Acts: httpapi.MapSlice(r.Acts, actor.Act.Name)}
	for _, name := range r.Role.Names() {
		out.Role = name
	}
	if r.Position != nil {
		out.Position = &resource.Ref{ID: r.Position.ID, Title: r.Position.Title}
	}
	if i := r.Interview; i != nil {
		out.Interview = &ReasonInterview{ID: i.ID, Title: i.Title, StartsAt: i.StartsAt, TimeZone: i.TimeZone, State: string(i.State)}
	}
	return out
}
