package load

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/huimian/huimian/internal/cluster"
)

// checkResults compares what was confirmed with what the product has and WeCom has sent, and returns the
// number of stored edits.
func (r *run) checkResults(ctx context.Context) (stored int, err error) {
	if n := r.skipped.Load(); n > 0 {
		r.found.Addf("overload", "%d requests were not sent, since %d others were in flight", n, maxInFlight)
	}
	if !r.awaitState(ctx, r.office.haveCardsArrived) {
		r.found.Addf("unfinished", "cards are missing %v after the load", settleTimeout)
	}
	if err := r.office.checkInterviews(ctx); err != nil {
		return 0, err
	}
	r.office.checkCards(&r.found)
	r.memory.checkGrowth(r.Duration, &r.found)
	return r.rooms.Compare(ctx, r.office.recruiterDesk(0))
}

// parallelChecks bounds the requests at the same time.
const parallelChecks = 8

// checkInterviews reads each confirmed interview.
func (o *office) checkInterviews(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallelChecks)
	for _, s := range o.scheduled {
		g.Go(func() error {
			var interview struct {
				Interviewers []struct{ UserID, Response string }
			}
			if err := cluster.Get(ctx, o.recruiterDesk(s.recruiter), "/api/interviews/"+s.id, &interview); err != nil {
				if ctx.Err() != nil {
					return err
				}
				o.run.found.Addf("lost", "the interview of %s: %v", s.candidate, err)
				return nil
			}
			for _, i := range interview.Interviewers {
				if s.isAccepted && i.UserID == o.interviewers[s.interviewers[0]] && i.Response != "accepted" {
					o.run.found.Addf("lost", "the interview of %s: the response of %s is %s", s.candidate, i.UserID, i.Response)
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// cardsOf returns when each candidate's cards arrived at an interviewer.
func (o *office) cardsOf(interviewer int) map[string][]time.Time {
	arrived := map[string][]time.Time{}
	for _, m := range o.run.cluster.Messages(o.interviewers[interviewer]) {
		if m.Card == nil {
			continue
		}
		for _, field := range m.Card.Horizontal {
			arrived[field.Value] = append(arrived[field.Value], m.Time)
		}
	}
	return arrived
}

// seatsByInterviewer returns the confirmed interviews of each interviewer.
func (o *office) seatsByInterviewer() map[int][]*scheduled {
	seats := map[int][]*scheduled{}
	for _, s := range o.scheduled {
		for _, n := range s.interviewers {
			seats[n] = append(seats[n], s)
		}
	}
	return seats
}

func (o *office) haveCardsArrived() bool {
	for n, list := range o.seatsByInterviewer() {
		arrived := o.cardsOf(n)
		for _, s := range list {
			if len(arrived[s.candidate]) == 0 {
				return false
			}
		}
	}
	return true
}

// checkCards checks that each interviewer has one card for each interview.
func (o *office) checkCards(found *cluster.Violations) {
	for n, list := range o.seatsByInterviewer() {
		arrived := o.cardsOf(n)
		for _, s := range list {
			switch cards := len(arrived[s.candidate]); {
			case cards == 0:
				found.Addf("lost", "%s has no card of the interview of %s", o.interviewers[n], s.candidate)
			case cards > 1:
				found.Addf("doubled", "%s has %d cards of the interview of %s", o.interviewers[n], cards, s.candidate)
			}
		}
	}
}

// cardDelays returns the times from the confirmation of an interview to its cards.
func (o *office) cardDelays() []time.Duration {
	var list []time.Duration
	for n, seats := range o.seatsByInterviewer() {
		arrived := o.cardsOf(n)
		for _, s := range seats {
			for _, at := range arrived[s.candidate] {
				list = append(list, max(0, at.Sub(s.confirmedAt)))
			}
		}
	}
	return list
}
