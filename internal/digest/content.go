package digest

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/worklist"
	"github.com/huimian/huimian/internal/pagination"
)

const (
	maxInterviews = 50 // of each list of a digest
	maxPages      = 5  // that are read for a list
)

// Content is what the digest of a member lists: what the member may see when it is sent.
type Content struct {
	Today   []*interview.Interview // as an interviewer, by start
	Overdue []*interview.Interview // without a scorecard of the member
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
	if a.May(actor.ReadWorklist) {
		c.Work, err = worklist.Count(ctx, s.Interviews, a)
	}
	return c, err
}

// listToday lists the interviews of the day that are not over, without those that the member
// only organizes.
func (s *Service) listToday(ctx context.Context, a actor.Actor, day availability.Date, loc *time.Location) ([]*interview.Interview, error) {
	from := day.StartIn(loc)
	return s.listSome(ctx, a, interview.Filter{
		Mine: true, From: from, To: day.Next().StartIn(loc), StartsAfter: from.Add(-time.Second),
		States: []interview.State{interview.Scheduled, interview.InProgress},
	}, func(i *interview.Interview) bool { return i.TakesPart(a.UserID) })
}

// listOverdue lists the undecided interviews whose scorecard has been missing for longer than
// worklist.OverdueAfter.
func (s *Service) listOverdue(ctx context.Context, a actor.Actor, now time.Time) ([]*interview.Interview, error) {
	return s.listSome(ctx, a, interview.Filter{
		ScorecardDue: true, StartsAfter: now.Add(-oldest), States: []interview.State{interview.Ended},
	}, func(i *interview.Interview) bool {
		return i.Decision == "" && i.EndedAt != nil && !i.EndedAt.After(now.Add(-worklist.OverdueAfter))
	})
}

// listSome lists the first maxInterviews of the filter that are selected, among those of
// maxPages pages.
func (s *Service) listSome(ctx context.Context, a actor.Actor, f interview.Filter, selects func(*interview.Interview) bool) (list []*interview.Interview, err error) {
	f.Page = pagination.Page{Limit: pagination.MaxLimit}
	for range maxPages {
		page, next, err := s.Interviews.List(ctx, a, f)
		if err != nil {
			return nil, err
		}
		for _, i := range page {
			if selects(i) && len(list) < maxInterviews {
				list = append(list, i)
			}
		}
		if f.Cursor = next; next == "" || len(list) == maxInterviews {
			break
		}
	}
	return list, nil
}
