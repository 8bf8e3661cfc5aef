// Package faults holds the rules that make a simulator fail on purpose, and the effects on the HTTP
// level that the simulators have in common.
package faults

import "slices"

// Frequency limits how often a rule applies.
type Frequency struct {
	Times int     // number of uses; 0: until the rule is removed
	Every int     // applies to each n-th match; 0 and 1: to each
	Share float64 // probability of a use, 0 to 1; 0: always
}

// Rule is a fault with its counters.
type Rule[F any] struct {
	ID        int64
	Fault     F
	Remaining int // uses left; of no meaning when Times is 0

	frequency Frequency
	matched   int
}

// List holds rules in the order in which they were added. Its zero value is empty. It is not safe for
// concurrent use.
type List[F any] struct{ rules []*Rule[F] }

// Add appends a rule.
func (l *List[F]) Add(id int64, fault F, f Frequency) {
	l.rules = append(l.rules, &Rule[F]{ID: id, Fault: fault, Remaining: f.Times, frequency: f})
}

// Remove removes the rules with the given ids; without ids, all of them.
func (l *List[F]) Remove(ids ...int64) {
	l.rules = slices.DeleteFunc(l.rules, func(r *Rule[F]) bool { return len(ids) == 0 || slices.Contains(ids, r.ID) })
}

// Rules returns copies of the rules.
func (l *List[F]) Rules() []Rule[F] {
	out := make([]Rule[F], len(l.rules))
	for i, r := range l.rules {
		out[i] = *r
	}
	return out
}

// Match is the result of List.Use.
type Match[F any] struct {
	Fault   F
	Found   bool
	Removed bool // it was the last use of the rule
}

// Use returns the fault of the first rule that selects a call and whose frequency allows a use, and
// counts the use. Random returns a number from 0 up to 1; it may be nil when no rule has a share.
func (l *List[F]) Use(selects func(*F) bool, random func() float64) Match[F] {
	for i, r := range l.rules {
		if !selects(&r.Fault) || !r.countMatch(random) {
			continue
		}
		out := Match[F]{Fault: r.Fault, Found: true}
		if r.frequency.Times > 0 {
			if r.Remaining--; r.Remaining == 0 {
				out.Removed = true
				l.rules = slices.Delete(l.rules, i, i+1)
			}
		}
		return out
	}
	return Match[F]{}
}

// countMatch counts a match and reports whether the rule applies to it.
func (r *Rule[F]) countMatch(random func() float64) bool {
	r.matched++
	if r.frequency.Every > 1 && r.matched%r.frequency.Every != 0 {
		return false
	}
	return r.frequency.Share <= 0 || random() < r.frequency.Share
}
