package loop

import (
	"context"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/validate"
)

// Round is a round of a query.
type Round struct {
	Title        string
	Duration     time.Duration
	Interviewers []string
	FromPool     int // further interviewers, from the pool
}

// Query describes a loop for which times are proposed.
type Query struct {
	PositionID  string
	CandidateID string
	Rounds      []Round
	Break       time.Duration // between two rounds, at least
	From        availability.Date
	Days        int  // from From, in the company's time zone
	Reorder     bool // the rounds may have any order
	Language    string
}

// Slot is a round of a proposal.
type Slot struct {
	availability.Interval

	Round    int // index in the query
	People   []member.Member
	Refusals []availability.Refusal
}

// Proposal is the times of all rounds, in their order.
type Proposal struct {
	Slots     []Slot
	Fits      bool
	Reordered bool // not in the order of the query
}

// ReasonPoolBusy is the reason of a round for which the pool has too few interviewers who are
// free.
const ReasonPoolBusy = "loop.pool_busy"

const (
	step      = 15 * time.Minute
	maxWait   = 2 * time.Hour // longer than the break, before a round
	perDay    = 3             // proposals
	apart     = time.Hour     // between the starts of two proposals
	proposals = 9
	nearest   = 3 // proposals that do not fit, if none does
	// maxChecks limits the times that the search compares.
	maxChecks = 400_000
)

// Propose returns times for a loop on the days of a query, by start. If no time fits, it
// returns the times of the first days with the fewest reasons against them.
func (s *Service) Propose(ctx context.Context, a actor.Actor, q Query) ([]Proposal, error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return nil, err
	}
	if err := s.checkQuery(ctx, a, &q); err != nil {
		return nil, err
	}
	p, err := s.newPlanner(ctx, a, &q)
	if err != nil {
		return nil, err
	}
	out, missed := []Proposal{}, []Proposal{}
	for day := range q.Days {
		from, to := p.first.AddDate(0, 0, day), p.first.AddDate(0, 0, day+1)
		found := p.searchDay(from, to)
		if len(found) == 0 && len(missed) < nearest {
			missed = append(missed, p.searchNearest(from, to)...)
		}
		fitting, refused, err := s.assignInterviewers(ctx, a, p, found)
		if err != nil {
			return nil, err
		}
		out, missed = append(out, fitting...), append(missed, refused...)
		if len(out) >= proposals {
			return out[:proposals], nil
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	_, missed, err = s.assignInterviewers(ctx, a, p, slotsOf(missed[:min(len(missed), nearest)]))
	return missed, err
}

func (s *Service) checkQuery(ctx context.Context, a actor.Actor, q *Query) error {
	var e validate.Errors
	checkCount(&e, len(q.Rounds))
	if q.Break < 0 || q.Break > MaxBreak {
		e.Add("breakMinutes", "loop.bad_break", "Max", int(MaxBreak/time.Minute))
	}
	if q.Days < 1 || q.Days > MaxDays {
		e.Add("days", "availability.bad_period", "Days", MaxDays)
	}
	if !q.From.IsValid() {
		e.Add("from", "field.invalid")
	}
	for n, r := range q.Rounds {
		path := fmt.Sprintf("rounds[%d].", n)
		if r.Duration < 10*time.Minute || r.Duration > availability.MaxDuration {
			e.Add(path+"durationMinutes", "interview.bad_duration", "Min", 10, "Max", int(availability.MaxDuration/time.Minute))
		}
		if len(r.Interviewers) > availability.MaxInterviewers {
			e.Add(path+"interviewers", "field.too_many", "Limit", availability.MaxInterviewers)
		}
		if r.FromPool < 0 || r.FromPool > MaxFromPool {
			e.Add(path+"fromPool", "field.too_many", "Limit", MaxFromPool)
		}
		if len(r.Interviewers)+r.FromPool == 0 {
			e.Add(path+"interviewers", "interview.no_interviewers")
		}
	}
	if err := e.Err(false); err != nil {
		return err
	}
	_, err := s.checkReferences(ctx, a, q.PositionID, q.CandidateID)
	return err
}

func slotsOf(list []Proposal) [][]Slot {
	out := make([][]Slot, len(list))
	for n, p := range list {
		out[n] = p.Slots
	}
	return out
}
