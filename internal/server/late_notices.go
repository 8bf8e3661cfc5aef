package server

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/latenotice"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

type lateNoticeHandlers struct{ notices *latenotice.Service }

// LateNoticeInput is the body of reportLate.
type LateNoticeInput struct {
	Minutes int `json:"minutes" doc:"After the planned start, or after now if that has passed: 1 to 60"`
}

// LateNotice is the notice of an interviewer who has not arrived.
type LateNotice struct {
	Interviewer resource.Person `json:"interviewer"`
	Minutes     int             `json:"minutes" doc:"After the planned start"`
	ExpectedAt  time.Time       `json:"expectedAt"`
}

// LateNotices are the notices about an interview.
type LateNotices struct {
	Items     []LateNotice `json:"items"`
	MayReport bool         `json:"mayReport" doc:"Whether the caller may give a notice now"`
	Left      int          `json:"left" doc:"How many notices the caller may still give"`
}

func (h lateNoticeHandlers) listLateNotices(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[LateNotices], error) {
	return httpapi.MapResponse(newLateNotices)(h.notices.List(ctx, caller.Actor(ctx), in.ID))
}

func (h lateNoticeHandlers) reportLate(ctx context.Context, in *httpapi.RequestByID[LateNoticeInput]) (*httpapi.Response[LateNotices], error) {
	if _, err := h.notices.Report(ctx, caller.Actor(ctx), in.ID, in.Body.Minutes, 0); err != nil {
		return nil, err
	}
	return h.listLateNotices(ctx, &httpapi.ByID{ID: in.ID})
}

func newLateNotices(n latenotice.Notices) LateNotices {
	return LateNotices{MayReport: n.MayReport, Left: n.Left, Items: httpapi.MapSlice(n.List, func(one latenotice.Notice) LateNotice {
		return LateNotice{Interviewer: resource.NewPerson(one.Person), Minutes: one.Minutes, ExpectedAt: one.ExpectedAt}
	})}
}

// RoomDelay is what the candidate sees of late interviewers.
type RoomDelay struct {
	Minutes    int       `json:"minutes"`
	ExpectedAt time.Time `json:"expectedAt"`
	All        bool      `json:"all"` // no interviewer is expected before
}

// newRoomDelay returns nil for no delay.
func newRoomDelay(d *latenotice.Delay, err error) (*RoomDelay, error) {
	if d == nil || err != nil {
		return nil, err
	}
	return &RoomDelay{Minutes: d.Minutes, ExpectedAt: d.ExpectedAt.UTC(), All: d.All}, nil
}
