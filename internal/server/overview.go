package server

import (
	"context"
	"time"
)

// Overview is the content of the home page: what needs the caller's attention.
type Overview struct {
	Today          []Interview `json:"today" doc:"Today's interviews in the company's time zone"`
	ToAnswer       []Interview `json:"toAnswer" doc:"Interviews whose invitation the caller has not answered"`
	WaitingAnswers []Interview `json:"waitingAnswers" doc:"For recruiters: interviews whose interviewers have not all answered"`
	ScorecardsDue  []Interview `json:"scorecardsDue" doc:"Interviews without the caller's submitted scorecard"`
	FailedMessages int         `json:"failedMessages" doc:"For recruiters: messages that failed"`
	QueuedMessages int         `json:"queuedMessages" doc:"For recruiters: messages waiting to be sent"`
}

func (s *Server) getOverview(ctx context.Context, _ *empty) (*jsonResponse[Overview], error) {
	a := actorOf(ctx)
	loc, err := time.LoadLocation(profileOf(ctx).Corp.TimeZone)
	if err != nil {
		loc = time.UTC // the time zone is not in this machine's database
	}
	o, err := s.Interviews.Overview(ctx, a, loc)
	if err != nil {
		return nil, err
	}
	wire := s.interviewMapper(ctx, a)
	return respond(Overview{
		Today: mapSlice(o.Today, wire), ToAnswer: mapSlice(o.ToAnswer, wire), WaitingAnswers: mapSlice(o.WaitingAnswers, wire),
		ScorecardsDue: mapSlice(o.ScorecardsDue, wire), FailedMessages: o.FailedMessages, QueuedMessages: o.QueuedMessages,
	}, nil)
}
