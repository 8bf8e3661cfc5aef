package availability

import (
	"slices"
	"time"
)

// Interval is the time from Start, inclusive, to End, exclusive.
type Interval struct{ Start, End time.Time }

// IsEmpty reports whether the interval contains no time.
func (i Interval) IsEmpty() bool { return !i.Start.Before(i.End) }

// Overlaps reports whether both intervals have a time in common.
func (i Interval) Overlaps(o Interval) bool {
	return i.Start.Before(o.End) && o.Start.Before(i.End)
}

// Contains reports whether o lies within i.
func (i Interval) Contains(o Interval) bool {
	return !o.Start.Before(i.Start) && !o.End.After(i.End)
}

// extendBy returns the interval with d more at both ends.
func (i Interval) extendBy(d time.Duration) Interval {
	return Interval{i.Start.Add(-d), i.End.Add(d)}
}

// clipTo returns the part of i within o, which may be empty.
func (i Interval) clipTo(o Interval) Interval {
	if i.Start.Before(o.Start) {
		i.Start = o.Start
	}
	if i.End.After(o.End) {
		i.End = o.End
	}
	return i
}

// mergeIntervals sorts the intervals, and joins those that overlap or touch.
func mergeIntervals(list []Interval) []Interval {
	list = slices.DeleteFunc(slices.Clone(list), Interval.IsEmpty)
	slices.SortFunc(list, func(a, b Interval) int { return a.Start.Compare(b.Start) })
	out := []Interval{}
	for _, i := range list {
		if n := len(out) - 1; n >= 0 && !i.Start.After(out[n].End) {
			if i.End.After(out[n].End) {
				out[n].End = i.End
			}
			continue
		}
		out = append(out, i)
	}
	return out
}

// intersectIntervals returns the times that both lists contain. Both are merged.
func intersectIntervals(a, b []Interval) []Interval {
	out := []Interval{}
	for n, m := 0, 0; n < len(a) && m < len(b); {
		if common := a[n].clipTo(b[m]); !common.IsEmpty() {
			out = append(out, common)
		}
		if a[n].End.Before(b[m].End) {
			n++
		} else {
			m++
		}
	}
	return out
}

// subtractIntervals returns the times of list that minus does not contain. Both are
// merged.
func subtractIntervals(list, minus []Interval) []Interval {
	out := []Interval{}
	for _, i := range list {
		for _, m := range minus {
			if !i.Overlaps(m) {
				continue
			}
			if before := (Interval{i.Start, m.Start}); !before.IsEmpty() {
				out = append(out, before)
			}
			i.Start = m.End
		}
		if !i.IsEmpty() {
			out = append(out, i)
		}
	}
	return out
}

// containsInterval reports whether one of the intervals contains i.
func containsInterval(list []Interval, i Interval) bool {
	return slices.ContainsFunc(list, func(o Interval) bool { return o.Contains(i) })
}
