package insight

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/member"
)

// tally adds up the records of a period.
type tally struct {
	period
	now         time.Time
	interviewer string // whose participations are counted, "" for all
	total       counts
	weeks       []weekCounts
	rounds      map[int]*Decided
	positions   map[string]*Decided
	people      map[string]*Summary
}

// counts is a summary with the durations that it summarizes.
type counts struct {
	Summary
	leads, delays []time.Duration
}

type weekCounts struct {
	period
	counts
}

func newTally(p period, interviewer string, now time.Time) *tally {
	t := &tally{period: p, now: now, interviewer: interviewer, rounds: map[int]*Decided{}, positions: map[string]*Decided{}, people: map[string]*Summary{}}
	for from := p.from; from.Before(p.to); {
		to := availability.StartOfWeek(from).AddDate(0, 0, 7)
		if to.After(p.to) {
			to = p.to
		}
		t.weeks = append(t.weeks, weekCounts{period: period{from, to}})
		from = to
	}
	return t
}

func (t *tally) addRecord(r *record) {
	n, _ := slices.BinarySearchFunc(t.weeks, r.startsAt, func(w weekCounts, at time.Time) int {
		if at.Before(w.to) {
			return 1
		}
		return -1
	})
	week := &t.weeks[n].counts
	for _, m := range r.participations {
		if t.interviewer == "" || t.interviewer == m.userID {
			t.addParticipation(r, m, &t.total, week)
		}
	}
	if !r.countsFor(t.interviewer) {
		return
	}
	for _, c := range []*counts{&t.total, week} {
		c.addOutcome(r.outcomeAt(t.now))
		if took, ok := r.leadTime(t.now); ok {
			c.leads = append(c.leads, took)
		}
	}
	valueAt(t.rounds, r.round).addResult(r.resultFigure())
	valueAt(t.positions, r.positionID).addResult(r.resultFigure())
}

func (t *tally) addParticipation(r *record, m participation, to ...*counts) {
	one := Summary{}
	if m.takesPart() {
		one.addOutcome(r.outcomeAt(t.now))
	} else {
		one.Declined++
	}
	due, late := r.isDue(m, t.now)
	one.Due, one.Late = number(due), number(late)
	took, submitted := r.delayOf(m)
	for _, c := range to {
		c.addParticipation(one)
		if submitted {
			c.delays = append(c.delays, took)
		}
	}
	person := valueAt(t.people, m.userID)
	person.addParticipation(one)
	person.Scheduled, person.Held = person.Scheduled+one.Scheduled, person.Held+one.Held
}

// addParticipation adds the figures of participations.
func (s *Summary) addParticipation(one Summary) {
	s.Declined, s.Due, s.Late = s.Declined+one.Declined, s.Due+one.Due, s.Late+one.Late
}

func (s *Summary) addOutcome(f Figure) {
	switch f {
	case Scheduled:
		s.Scheduled++
	case Held:
		s.Held++
	case Cancelled:
		s.Cancelled++
	default:
		s.NotHeld++
	}
}

func (d *Decided) addResult(f Figure) {
	d.Passed, d.Failed = d.Passed+number(f == Passed), d.Failed+number(f == Failed)
}

// newSummary returns the summary with its durations.
func (c *counts) newSummary() Summary {
	c.Lead, c.Delay = summarizeDurations(c.leads), summarizeDurations(c.delays)
	return c.Summary
}

// summarizeDurations sorts the durations.
func summarizeDurations(list []time.Duration) Durations {
	if len(list) == 0 {
		return Durations{}
	}
	slices.Sort(list)
	rank := func(share float64) time.Duration { return list[int(math.Ceil(share*float64(len(list))))-1] }
	return Durations{len(list), rank(0.5), rank(0.9)}
}

func (t *tally) newReport() *Report {
	r := &Report{Own: Own{From: firstDay(t.period), To: lastDay(t.period), Total: t.total.newSummary()}}
	for n := range t.weeks {
		w := &t.weeks[n]
		r.Weeks = append(r.Weeks, Week{firstDay(w.period), lastDay(w.period), w.newSummary()})
	}
	for round, d := range t.rounds {
		if d.Passed+d.Failed > 0 {
			r.Rounds = append(r.Rounds, RoundDecided{round, *d})
		}
	}
	slices.SortFunc(r.Rounds, func(a, b RoundDecided) int { return cmp.Compare(a.Round, b.Round) })
	for id, d := range t.positions {
		if d.Passed+d.Failed > 0 {
			r.Positions = append(r.Positions, PositionDecided{ID: id, Decided: *d})
		}
	}
	slices.SortFunc(r.Positions, func(a, b PositionDecided) int {
		return cmp.Or(cmp.Compare(b.Passed+b.Failed, a.Passed+a.Failed), cmp.Compare(a.ID, b.ID))
	})
	r.Positions = r.Positions[:min(len(r.Positions), maxPositions)]
	for userID, s := range t.people {
		r.Interviewers = append(r.Interviewers, Load{Member: member.Member{UserID: userID}, PerWeek: float64(s.Held) / t.weeksElapsed(), Summary: *s})
	}
	slices.SortFunc(r.Interviewers, func(a, b Load) int {
		return cmp.Or(cmp.Compare(b.Held, a.Held), cmp.Compare(b.Late, a.Late), cmp.Compare(a.Member.UserID, b.Member.UserID))
	})
	r.Interviewers = r.Interviewers[:min(len(r.Interviewers), maxInterviewers)]
	return r
}

// weeksElapsed returns the length of the period until now, in weeks, at least 1.
func (t *tally) weeksElapsed() float64 {
	end := t.to
	if t.now.Before(end) {
		end = t.now
	}
	return max(1, end.Sub(t.from).Hours()/(7*24))
}

func firstDay(p period) string { return p.from.Format(time.DateOnly) }

func lastDay(p period) string { return p.to.Add(-time.Second).Format(time.DateOnly) }

// valueAt returns the value of a key, which it adds if necessary.
func valueAt[K comparable, V any](m map[K]*V, key K) *V {
	if m[key] == nil {
		m[key] = new(V)
	}
	return m[key]
}

func number(is bool) int {
	if is {
		return 1
	}
	return 0
}
