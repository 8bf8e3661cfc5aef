package worklist

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pagination"
)

// Overview is the actor's work of the day.
type Overview struct {
	Today            []*interview.Interview // without cancelled ones; for interviewers also without those that they declined
	AwaitingResponse []*interview.Interview // invitations without a response of the actor, before the start
	ScorecardsDue    []*interview.Interview // without the actor's scorecard
	FailedMessages   int                    // for recruiters
	QueuedMessages   int                    // for recruiters
}

// overviewPage limits each list of the overview.
const overviewPage = 50

// NewOverview returns the actor's work of the day in the time zone loc.
func NewOverview(ctx context.Context, s *interview.Service, a actor.Actor, loc *time.Location) (*Overview, error) {
	now := db.NowOf(s.Now).In(loc)
	today := availability.DateOf(now)
	page := pagination.Page{Limit: overviewPage}
	o := &Overview{}
	lists := []struct {
		to *[]*interview.Interview
		f  interview.Filter
	}{
		{&o.Today, interview.Filter{
			Page: page, From: today.StartIn(loc), To: today.Next().StartIn(loc), Mine: !a.May(actor.ReadInterviews),
			States: []interview.State{interview.Scheduled, interview.InProgress, interview.Ended},
		}},
		{&o.AwaitingResponse, interview.Filter{Page: page, StartsAfter: now, States: []interview.State{interview.Scheduled}, Unanswered: true}},
		{&o.ScorecardsDue, interview.Filter{Page: page, States: []interview.State{interview.Ended}, ScorecardDue: true}},
	}
	for _, l := range lists {
		list, _, err := s.List(ctx, a, l.f)
		if err != nil {
			return nil, err
		}
		*l.to = list
	}
	if !a.May(actor.ReadMessages) {
		return o, nil
	}
	var err error
	o.FailedMessages, o.QueuedMessages, err = s.Messages.CountUnsent(ctx, a)
	return o, err
}
