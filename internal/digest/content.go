package digest

import (
	"context"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/worklist"
	"github.com/huimian/huimian/internal/pagination"
)

// maxInterviews limits each list of a digest.
const maxInterviews = 50

// Content is what the digest of a member lists: what the member may see when it is sent.
type Content struct {
	Today   []*interview.Interview // as an interviewer, by start
	Overdue []*interview.Interview // whose scorecard the member owes
	Work    []worklist.Group       // of recruiters, without their interviews
}

// IsEmpty reports whether there is nothing to send.
func (c *Content) IsEmpty() bool { return len(c.Today)+len(c.Overdue)+len(c.Work) == 0 }

// Read returns the content for a member on a day, nil if the day is over.
func (s *Service) Read(ctx context.Context, a actor.Actor, day availability.Date) (*Content, error) {
	loc, err := s.findLocation(ctx, a.CorpID)
	if err != nil {
		return nil, err
	}
	now := s.now()
	if availability.DateOf(now.In(loc)) != day {
		return nil, nil //nolint:nilnil // the day is over
	}
	c := &Content{}
	if c.Today, err = s.listToday(ctx, a, day, loc); err != nil {
		return nil, err
	}
	if c.Overdue, err = s.listOverdue(ctx, a, now); err != nil {
		return nil, err
	}
	if a.CanManage() {
		c.Work, err = worklist.Count(ctx, s.Interviews, a)
	}
	return c, err
}

// listToday lists the interviews of the day that are not over, without those that the member
// only organizes.
func (s *Service) listToday(ctx context.Context, a actor.Actor, day availability.Date, loc *time.Location) ([]*interview.Interview, error) {
	from := day.StartIn(loc)
	list, _, err := s.Interviews.List(ctx, a, interview.Filter{
		Page: pagination.Page{Limit: maxInterviews}, Mine: true, From: from, To: day.Next().StartIn(loc), StartsAfter: from.Add(-time.Second),
		States: []interview.State{interview.Scheduled, interview.InProgress},
	})
	takesPart := func(m interview.Interviewer) bool { return m.UserID == a.UserID && m.Response != interview.Declined }
	return slices.DeleteFunc(list, func(i *interview.Interview) bool { return !slices.ContainsFunc(i.Interviewers, takesPart) }), err
}

// listOverdue lists the undecided interviews whose scorecard the member owes for longer than
// worklist.OverdueAfter.
func (s *Service) listOverdue(ctx context.Context, a actor.Actor, now time.Time) ([]*interview.Interview, error) {
	list, _, err := s.Interviews.List(ctx, a, interview.Filter{
		Page: pagination.Page{Limit: maxInterviews}, ScorecardDue: true, StartsAfter: now.Add(-oldest), States: []interview.State{interview.Ended},
	})
	return slices.DeleteFunc(list, func(i *interview.Interview) bool {
		return i.Decision != "" || i.EndedAt == nil || i.EndedAt.After(now.Add(-worklist.OverdueAfter))
	}), err
}
