// Package agreement computes how far several raters agree on scores, and how much a rater
// differs from the others. It knows numbers only: what is rated, and by which members, is the
// caller's. See ADR 0050.
package agreement

import "slices"

// Minimum numbers below which no figure is given.
const (
	MinSubjects      = 5 // with two or more ratings, for Kappa
	MinDriftSubjects = 3 // with ratings of two others, for a drift
	RecentSubjects   = 5 // the newest ones of Drift.Recent
)

// Obstacle is the reason why there is no Kappa.
type Obstacle string

const (
	TooFew      Obstacle = "too_few"      // fewer than MinSubjects subjects
	NoVariation Obstacle = "no_variation" // all ratings are equal
)

// Subject is the ratings of one criterion of one interview, one of each rater.
type Subject []float64

// Result is the agreement on a criterion over several subjects.
type Result struct {
	Subjects  int // with two or more ratings
	Ratings   int // of these
	Pairs     int // of two ratings of one subject
	Exact     float64
	WithinOne float64 // share of the pairs that differ by one step at most, the equal ones included

	// Kappa is the weighted kappa with quadratic weights for any number of raters, which is
	// Krippendorff's alpha with interval differences: 1 is full agreement, 0 what chance gives.
	Kappa    float64
	Obstacle Obstacle // "": Kappa is valid
}

// Measure computes the agreement on a criterion. Subjects with less than two ratings do not
// count. The values must be on one scale.
func Measure(subjects []Subject) Result {
	var r Result
	var all Subject
	observed := 0.0 // of the disagreement: over the pairs within subjects
	exact, within := 0, 0
	for _, s := range subjects {
		if len(s) < 2 {
			continue
		}
		r.Subjects++
		r.Ratings += len(s)
		all = append(all, s...)
		observed += s.squaredDifferences() / float64(len(s)-1)
		for n, a := range s {
			for _, b := range s[:n] {
				r.Pairs++
				exact += number(a == b)
				within += number(max(a, b)-min(a, b) <= 1)
			}
		}
	}
	if r.Pairs > 0 {
		r.Exact, r.WithinOne = float64(exact)/float64(r.Pairs), float64(within)/float64(r.Pairs)
	}
	if r.Subjects < MinSubjects {
		r.Obstacle = TooFew
		return r
	}
	expected := all.squaredDifferences() / float64(len(all)-1)
	if expected == 0 {
		r.Obstacle = NoVariation
		return r
	}
	r.Kappa = 1 - observed/expected
	return r
}

// squaredDifferences returns the sum of the squared differences of all ordered pairs. The values
// are small integers in practice, so that equal ones give exactly 0.
func (s Subject) squaredDifferences() float64 {
	sum, squares := 0.0, 0.0
	for _, v := range s {
		sum += v
		squares += v * v
	}
	return 2 * (float64(len(s))*squares - sum*sum)
}

// Spread is the distribution of ratings.
type Spread struct {
	Count                   int
	Lowest, Highest, Median float64
}

// SpreadOf returns the distribution of the ratings of a subject.
func SpreadOf(s Subject) Spread {
	if len(s) == 0 {
		return Spread{}
	}
	return Spread{Count: len(s), Lowest: slices.Min(s), Highest: slices.Max(s), Median: medianOf(s)}
}

// medianOf returns the median, which is the mean of the two middle values of an even number.
func medianOf(s Subject) float64 {
	sorted := slices.Sorted(slices.Values(s))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

func number(is bool) int {
	if is {
		return 1
	}
	return 0
}
