package server

import (
	"context"
	"time"
)

// Overview is the first page: what needs the reader's attention now.
type Overview struct {
	Today          []Interview `json:"today" doc:"Today's interviews in the company's time zone"`
	ToAnswer       []Interview `json:"toAnswer" doc:"Invitations that the reader has not answered"`
	WaitingAnswers []Interview `json:"waitingAnswers" doc:"For recruiters: interviews whose interviewers have not all answered"`
	ScorecardsDue  []Interview `json:"scorecardsDue" doc:"Interviews that the reader has yet to judge"`
	FailedMessages int         `json:"failedMessages" doc:"For recruiters: messages that did not go out"`
	QueuedMessages int         `json:"queuedMessages" doc:"For recruiters: messages that wait to go out"`
}

func (s *Server) getOverview(ctx context.Context, _ *none) (*reply[Overview], error) {
	a := actorOf(ctx)
	loc, err := time.LoadLocation(profileOf(ctx).Corp.TimeZone)
	if err != nil {
		loc = time.UTC // this machine does not know the company's zone
	}
	o, err := s.Interviews.Overview(ctx, a, loc)
	if err != nil {
		return nil, err
	}
	wire := s.interviewFor(ctx, a)
	return answer(Overview{
		Today: each(o.Today, wire), ToAnswer: each(o.ToAnswer, wire), WaitingAnswers: each(o.WaitingAnswers, wire),
		ScorecardsDue: each(o.ScorecardsDue, wire), FailedMessages: o.FailedMessages, QueuedMessages: o.QueuedMessages,
	}, nil)
}
