package loop

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/validate"
)

// planner searches times. It reads nothing: what it needs is read before.
type planner struct {
	query     *Query
	first     time.Time // begin of the first day in the company's time zone
	now       time.Time
	panel     *availability.Panel
	candidate *availability.Panel            // of no interviewer
	people    map[string]*availability.Panel // of one interviewer each
	work      map[string][]availability.Interval
	members   map[string]member.Member
	pool      []string // trained members
	fits      map[fitKey]bool
	checks    int
}

type fitKey struct {
	round int
	start int64
}

func (s *Service) newPlanner(ctx context.Context, a actor.Actor, q *Query) (*planner, error) {
	p := &planner{query: q, now: s.now(), people: map[string]*availability.Panel{}, work: map[string][]availability.Interval{}, members: map[string]member.Member{}, fits: map[fitKey]bool{}}
	ids, err := s.readMembers(ctx, a, p)
	if err != nil {
		return nil, err
	}
	c, err := s.Availability.NewChecker(ctx, a.CorpID, q.CandidateID, q.Language, ids)
	if err != nil {
		return nil, err
	}
	p.first = q.From.StartIn(c.Location())
	within := availability.Interval{Start: p.first, End: p.first.AddDate(0, 0, q.Days)}
	if p.panel, err = c.ReadPanel(ctx, s.DB.DB, "", within); err != nil {
		return nil, err
	}
	p.candidate = p.panelOf()
	p.candidate.Candidate = p.panel.Candidate
	for _, person := range p.panel.People {
		p.people[person.UserID] = p.panelOf(person)
		p.work[person.UserID] = p.panel.Working(person, within)
	}
	return p, nil
}

// panelOf returns a panel of some of the people, without the candidate.
func (p *planner) panelOf(people ...*availability.Person) *availability.Panel {
	return &availability.Panel{People: people, Days: p.panel.Days, Buffer: p.panel.Buffer, Location: p.panel.Location}
}

// readMembers reads the members of a query and the trained members of the pool, and sets the
// userids of the query to their spelling in the contacts. It returns the userids of all.
func (s *Service) readMembers(ctx context.Context, a actor.Actor, p *planner) ([]string, error) {
	var ids []string
	needsPool := false
	for _, r := range p.query.Rounds {
		ids, needsPool = append(ids, r.Interviewers...), needsPool || r.FromPool > 0
	}
	found, err := s.Interviews.Members(ctx, a.CorpID, ids)
	if err != nil {
		return nil, err
	}
	var e validate.Errors
	all := []string{}
	for n := range p.query.Rounds {
		r := &p.query.Rounds[n]
		r.Interviewers = slices.Clone(r.Interviewers)
		for m, id := range r.Interviewers {
			person, ok := found[id]
			if !ok {
				e.Add(fmt.Sprintf("rounds[%d].interviewers[%d]", n, m), "interview.not_in_company")
				continue
			}
			r.Interviewers[m], p.members[person.UserID] = person.UserID, person
			all = append(all, person.UserID)
		}
	}
	if err := e.Err(false); err != nil || !needsPool {
		return all, err
	}
	own, err := s.Pools.Get(ctx, a, p.query.PositionID)
	if err != nil {
		return nil, err
	}
	for _, m := range own.Members {
		if m.Person.Active && m.Qualification == pool.Trained {
			p.pool, p.members[m.UserID] = append(p.pool, m.UserID), m.Person
		}
	}
	return append(all, p.pool...), nil
}

// slotAt returns the time of a round.
func (p *planner) slotAt(round int, start time.Time) availability.Interval {
	return availability.Interval{Start: start, End: start.Add(p.query.Rounds[round].Duration)}
}

// fitsAt reports whether a round fits at a time, without regard to the other rounds.
func (p *planner) fitsAt(round int, start time.Time) bool {
	p.checks++
	key := fitKey{round, start.Unix()}
	known, ok := p.fits[key]
	if !ok {
		known = start.After(p.now) && len(p.candidate.Check(p.slotAt(round, start))) == 0 && p.weighAbsences(round, start) == 0
		p.fits[key] = known
	}
	return known
}

// offHours is the weight of an interviewer who does not work at a time, in place of one who has
// another interview.
const offHours = 3

// weighAbsences returns the weight of the interviewers of a round who cannot attend at a time,
// those of the pool who are missing included.
func (p *planner) weighAbsences(round int, start time.Time) int {
	r, slot := p.query.Rounds[round], p.slotAt(round, start)
	busy, missing := 0, r.FromPool
	for _, id := range r.Interviewers {
		if !p.isWorking(id, slot) {
			busy += offHours
		} else if !p.isFree(id, slot) {
			busy++
		}
	}
	for _, id := range p.pool {
		if missing == 0 {
			break
		}
		if !slices.Contains(r.Interviewers, id) && p.isFree(id, slot) {
			missing--
		}
	}
	return busy + missing
}

func (p *planner) isWorking(userID string, slot availability.Interval) bool {
	return slices.ContainsFunc(p.work[userID], func(w availability.Interval) bool { return w.Contains(slot) })
}

func (p *planner) isFree(userID string, slot availability.Interval) bool {
	return p.isWorking(userID, slot) && len(p.people[userID].Check(slot)) == 0
}

// breakBetween returns the least time between two rounds: the break, or the company's buffer
// if an interviewer takes part in both.
func (p *planner) breakBetween(before, after int) time.Duration {
	shared := slices.ContainsFunc(p.query.Rounds[before].Interviewers, func(id string) bool {
		return slices.Contains(p.query.Rounds[after].Interviewers, id)
	})
	if shared {
		return max(p.query.Break, p.panel.Buffer)
	}
	return p.query.Break
}

// searchDay returns sequences of times that start on a day, at most perDay, the shortest ones.
func (p *planner) searchDay(from, to time.Time) [][]Slot {
	var found [][]Slot
	given := make([]int, len(p.query.Rounds))
	for n := range given {
		given[n] = n
	}
	for start := from; start.Before(to); start = start.Add(step) {
		if slots := p.placeRounds(nil, given, start, false); slots != nil {
			found = append(found, slots)
		}
	}
	if len(found) == 0 && p.query.Reorder {
		for start := from; start.Before(to); start = start.Add(step) {
			if slots := p.placeRounds(nil, given, start, true); slots != nil {
				found = append(found, slots)
			}
		}
	}
	return selectShortest(found)
}

// placeRounds adds the remaining rounds to the slots, the first of them at start; nil if that
// is not possible. With reorder any of the remaining rounds may follow: first those that can
// start early.
func (p *planner) placeRounds(slots []Slot, remaining []int, start time.Time, reorder bool) []Slot {
	if len(remaining) == 0 {
		return slots
	}
	choices := remaining
	if !reorder {
		choices = remaining[:1]
	}
	var next []Slot
	for _, round := range choices {
		if at, ok := p.findNext(slots, round, start); ok {
			next = append(next, Slot{Interval: p.slotAt(round, at), Round: round})
		}
	}
	slices.SortStableFunc(next, func(a, b Slot) int { return a.Start.Compare(b.Start) })
	for _, slot := range next {
		if p.checks > maxChecks {
			return nil
		}
		rest := slices.DeleteFunc(slices.Clone(remaining), func(round int) bool { return round == slot.Round })
		if out := p.placeRounds(append(slices.Clip(slots), slot), rest, start, reorder); out != nil {
			return out
		}
	}
	return nil
}

// findNext returns the start of a round after the slots.
func (p *planner) findNext(slots []Slot, round int, start time.Time) (time.Time, bool) {
	if len(slots) == 0 {
		return start, p.fitsAt(round, start)
	}
	before := slots[len(slots)-1]
	return p.findStart(round, before.End.Add(p.breakBetween(before.Round, round)))
}

// findStart returns the first time from earliest on at which a round fits: earliest, or a
// quarter of an hour at most maxWait later.
func (p *planner) findStart(round int, earliest time.Time) (time.Time, bool) {
	for at := earliest; !at.After(earliest.Add(maxWait)); at = at.Truncate(step).Add(step) {
		if p.fitsAt(round, at) {
			return at, true
		}
	}
	return time.Time{}, false
}

func lengthOf(slots []Slot) time.Duration { return slots[len(slots)-1].End.Sub(slots[0].Start) }

// selectShortest returns the shortest sequences that start apart from each other, by start.
func selectShortest(found [][]Slot) [][]Slot {
	slices.SortStableFunc(found, func(a, b []Slot) int { return cmp.Compare(lengthOf(a), lengthOf(b)) })
	out := [][]Slot{}
	for _, slots := range found {
		isClose := func(other []Slot) bool { return slots[0].Start.Sub(other[0].Start).Abs() < apart }
		if len(out) < perDay && !slices.ContainsFunc(out, isClose) {
			out = append(out, slots)
		}
	}
	slices.SortFunc(out, func(a, b []Slot) int { return a[0].Start.Compare(b[0].Start) })
	return out
}

// searchNearest returns the sequence without waiting times on a day with the least absences;
// none if no round of it fits.
func (p *planner) searchNearest(from, to time.Time) []Proposal {
	var best []Slot
	least := 0
	for start := from; start.Before(to); start = start.Add(step) {
		if !start.After(p.now) {
			continue
		}
		slots, at, missing, fits := []Slot{}, start, 0, 0
		for round := range p.query.Rounds {
			if round > 0 {
				at = at.Add(p.breakBetween(round-1, round))
			}
			slot := p.slotAt(round, at)
			lacking := p.weighAbsences(round, at) + len(p.candidate.Check(slot))
			if missing += lacking; lacking == 0 {
				fits++
			}
			slots, at = append(slots, Slot{Interval: slot, Round: round}), slot.End
		}
		if fits > 0 && (best == nil || missing < least) {
			best, least = slots, missing
		}
	}
	if best == nil {
		return nil
	}
	return []Proposal{{Slots: best}}
}
