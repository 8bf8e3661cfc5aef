package load

import (
	"context"
	"iter"
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
	r.cardDelays = r.office.checkCards()
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

// seat is the place of an interviewer in a confirmed interview.
type seat struct {
	interviewer string
	*scheduled
	cards []time.Time // when the cards of the interview arrived
}

// seats iterates over the seats, by interviewer.
func (o *office) seats() iter.Seq[seat] {
	byInterviewer := map[int][]*scheduled{}
	for _, s := range o.scheduled {
		for _, n := range s.interviewers {
			byInterviewer[n] = append(byInterviewer[n], s)
		}
	}
	return func(yield func(seat) bool) {
		for n, list := range byInterviewer {
			userID := o.interviewers[n]
			arrived := o.cardsOf(userID)
			for _, s := range list {
				if !yield(seat{userID, s, arrived[s.candidate]}) {
					return
				}
			}
		}
	}
}

// cardsOf returns when the cards of an interviewer arrived, by candidate.
func (o *office) cardsOf(userID string) map[string][]time.Time {
	arrived := map[string][]time.Time{}
	for _, m := range o.run.cluster.Messages(userID) {
		if m.Card == nil {
			continue
		}
		for _, field := range m.Card.Horizontal {
			arrived[field.Value] = append(arrived[field.Value], m.Time)
		}
	}
	return arrived
}

func (o *office) haveCardsArrived() bool {
	for s := range o.seats() {
		if len(s.cards) == 0 {
			return false
		}
	}
	return true
}

// checkCards checks that each interviewer has one card for each interview, and returns the times
// from the confirmation of an interview to its cards.
func (o *office) checkCards() (delays []time.Duration) {
	for s := range o.seats() {
		switch {
		case len(s.cards) == 0:
			o.run.found.Addf("lost", "%s has no card of the interview of %s", s.interviewer, s.candidate)
		case len(s.cards) > 1:
			o.run.found.Addf("doubled", "%s has %d cards of the interview of %s", s.interviewer, len(s.cards), s.candidate)
		}
		for _, at := range s.cards {
			delays = append(delays, max(0, at.Sub(s.confirmedAt)))
		}
	}
	return delays
}
