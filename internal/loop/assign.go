package loop

import (
	"cmp"
	"context"
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pool"
)

// assignInterviewers sets the interviewers of sequences, those of the pool included, and the reasons why
// they do not fit with the other rounds. It separates those that fit from the others.
func (s *Service) assignInterviewers(ctx context.Context, a actor.Actor, p *planner, found [][]Slot) (fitting, refused []Proposal, err error) {
	for _, slots := range found {
		proposal := Proposal{Slots: slices.Clone(slots), Fits: true}
		for n := range proposal.Slots {
			slot := &proposal.Slots[n]
			slot.People, slot.Refusals = nil, nil
			for _, id := range p.query.Rounds[slot.Round].Interviewers {
				slot.People = append(slot.People, p.members[id])
			}
		}
		for n := range proposal.Slots {
			if err := s.assignFromPool(ctx, a, p, &proposal, n); err != nil {
				return nil, nil, err
			}
		}
		for n := range proposal.Slots {
			slot := &proposal.Slots[n]
			slot.Refusals = append(slot.Refusals, p.checkAgainstOtherRounds(&proposal, n)...)
			proposal.Fits = proposal.Fits && len(slot.Refusals) == 0
			proposal.Reordered = proposal.Reordered || slot.Round != n
		}
		if proposal.Fits {
			fitting = append(fitting, proposal)
		} else {
			refused = append(refused, proposal)
		}
	}
	return fitting, refused, nil
}

// assignFromPool adds interviewers of the pool to a round: first those who are in no other
// round of the loop.
func (s *Service) assignFromPool(ctx context.Context, a actor.Actor, p *planner, proposal *Proposal, n int) error {
	slot := &proposal.Slots[n]
	missing := p.query.Rounds[slot.Round].FromPool
	if missing == 0 {
		return nil
	}
	list, err := s.Pools.Propose(ctx, a, pool.Need{
		PositionID: p.query.PositionID, StartsAt: slot.Start, Duration: slot.End.Sub(slot.Start), Chosen: userIDs(slot.People), Language: p.query.Language,
	})
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(m pool.Proposal) bool { return !m.Fits || m.Qualification != pool.Trained })
	others := proposal.otherRoundTimes(n)
	slices.SortStableFunc(list, func(a, b pool.Proposal) int {
		return cmp.Compare(len(others[a.UserID]), len(others[b.UserID]))
	})
	for _, m := range list[:min(len(list), missing)] {
		slot.People, missing = append(slot.People, m.Person), missing-1
	}
	if missing > 0 {
		slot.Refusals = append(slot.Refusals, availability.Refusal{Reason: apperr.Reason{Code: ReasonPoolBusy, Params: map[string]any{"Count": missing}}})
	}
	return nil
}

// otherRoundTimes returns, by userid, the times of the other rounds in which the member takes part.
func (p *Proposal) otherRoundTimes(n int) map[string][]availability.Interval {
	out := map[string][]availability.Interval{}
	for other, slot := range p.Slots {
		for _, m := range slot.People {
			if other != n {
				out[m.UserID] = append(out[m.UserID], slot.Interval)
			}
		}
	}
	return out
}

// checkAgainstOtherRounds returns why a round does not fit, with the other rounds of the loop as
// interviews of their interviewers.
func (p *planner) checkAgainstOtherRounds(proposal *Proposal, n int) []availability.Refusal {
	slot, others := proposal.Slots[n], proposal.otherRoundTimes(n)
	out := p.candidate.Check(slot.Interval)
	for _, m := range slot.People {
		known := p.people[m.UserID]
		if known == nil { // a member of the pool since the query began
			continue
		}
		person := *known.People[0]
		person.Blocks = slices.Clone(person.Blocks)
		for _, busy := range others[m.UserID] {
			person.Blocks = append(person.Blocks, availability.Block{Interval: busy, Title: p.titleAt(proposal, busy)})
		}
		slices.SortFunc(person.Blocks, func(a, b availability.Block) int { return a.Start.Compare(b.Start) })
		out = append(out, p.panelOf(&person).Check(slot.Interval)...)
	}
	return out
}

// titleAt returns the title of the round at a time.
func (p *planner) titleAt(proposal *Proposal, at availability.Interval) string {
	for _, slot := range proposal.Slots {
		if slot.Interval == at {
			return p.query.Rounds[slot.Round].Title
		}
	}
	return ""
}

func userIDs(people []member.Member) []string {
	ids := make([]string, len(people))
	for n, m := range people {
		ids[n] = m.UserID
	}
	return ids
}
