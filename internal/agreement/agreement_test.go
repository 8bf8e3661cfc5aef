package agreement_test

import (
	"math"
	"testing"

	"github.com/huimian/huimian/internal/agreement"
)

// Five interviews, rated on a scale of 4:
//
//	A 1 2     B 2 2     C 3 4 4     D 4 4     E 3 1     F 2 (alone: does not count)
//
// Squared differences within the subjects, each unordered pair twice and divided by the raters
// less one: A 2·1/1 = 2, B 0, C 2·(1+1+0)/2 = 2, D 0, E 2·4/1 = 8; together 12.
//
// All eleven ratings: 1 twice, 2 three times, 3 twice, 4 four times. Sum 2+6+6+16 = 30, squares
// 2+12+18+64 = 96. Squared differences of all ordered pairs: 2·(11·96 − 30²) = 312, divided by 10
// = 31.2.
//
// κ = 1 − 12/31.2 = 0.6154. Of the 1+1+3+1+1 = 7 pairs, B, C(4,4) and D are equal (3/7), and all
// but E differ by one step at most (6/7).
func TestMeasure(t *testing.T) {
	got := agreement.Measure([]agreement.Subject{{1, 2}, {2, 2}, {3, 4, 4}, {4, 4}, {3, 1}, {2}, nil})
	if got.Subjects != 5 || got.Ratings != 11 || got.Pairs != 7 || got.Obstacle != "" {
		t.Errorf("counts: %+v", got)
	}
	wantNear(t, "kappa", got.Kappa, 1-12/31.2)
	wantNear(t, "exact", got.Exact, 3.0/7)
	wantNear(t, "within one", got.WithinOne, 6.0/7)
}

// Krippendorff's published example of interval data with missing values: four observers, twelve
// units, alpha 0.849.
func TestMeasurePublishedExample(t *testing.T) {
	got := agreement.Measure([]agreement.Subject{
		{1, 1, 1}, {2, 2, 3, 2}, {3, 3, 3, 3}, {3, 3, 3, 3}, {2, 2, 2, 2}, {1, 2, 3, 4}, {4, 4, 4, 4}, {1, 1, 2, 1}, {2, 2, 2, 2}, {5, 5, 5}, {1, 1}, {3},
	})
	if math.Round(got.Kappa*1000) != 849 || got.Ratings != 40 {
		t.Errorf("%+v, want 0.849 of 40 ratings", got)
	}
}

func TestMeasureWithoutKappa(t *testing.T) {
	few := agreement.Measure([]agreement.Subject{{1, 4}, {4, 1}, {2, 2}, {3, 3}})
	if few.Obstacle != agreement.TooFew || few.Kappa != 0 || few.Exact != 0.5 {
		t.Errorf("four subjects: %+v", few)
	}
	same := agreement.Measure([]agreement.Subject{{3, 3}, {3, 3}, {3, 3}, {3, 3}, {3, 3}})
	if same.Obstacle != agreement.NoVariation || same.Exact != 1 || same.WithinOne != 1 {
		t.Errorf("equal ratings: %+v", same)
	}
	if none := agreement.Measure(nil); none.Obstacle != agreement.TooFew || none.Exact != 0 {
		t.Errorf("no ratings: %+v", none)
	}
	opposite := agreement.Measure([]agreement.Subject{{1, 4}, {4, 1}, {1, 4}, {4, 1}, {1, 4}})
	wantNear(t, "opposite ratings", opposite.Kappa, 1-90.0/(450.0/9))
}

func TestSpread(t *testing.T) {
	if got := agreement.SpreadOf(agreement.Subject{4, 1, 3, 3}); got != (agreement.Spread{Count: 4, Lowest: 1, Highest: 4, Median: 3}) {
		t.Errorf("%+v", got)
	}
	if got := agreement.SpreadOf(agreement.Subject{1, 4}); got.Median != 2.5 {
		t.Errorf("median of an even number: %v", got.Median)
	}
	if got := agreement.SpreadOf(nil); got != (agreement.Spread{}) {
		t.Errorf("without ratings: %+v", got)
	}
}

// Three subjects; a criterion of the first has too few ratings.
//
//	1, coding: lin 4, mei 2, kai 3    lin 4−2.5 = 1.5, mei 2−3.5 = −1.5, kai 3−3 = 0
//	1, design: lin 2, mei 2, kai 3    lin 2−2.5 = −0.5, mei −0.5, kai 1
//	1, fit:    lin 1, mei 4           does not count
//	   means: lin 0.5, mei −1, kai 0.5
//	2, coding: lin 3, mei 3, kai 3, rosa 3   0 for all
//	3, coding: lin 4, mei 3, kai 3    lin 1, mei −0.5, kai −0.5
//
// lin (0.5+0+1)/3 = 0.5, mei (−1+0−0.5)/3 = −0.5, kai (0.5+0−0.5)/3 = 0, rosa one subject.
func TestMeasureDrift(t *testing.T) {
	first := agreement.Rated{{"lin": 4, "mei": 2, "kai": 3}, {"lin": 2, "mei": 2, "kai": 3}, {"lin": 1, "mei": 4}}
	second := agreement.Rated{{"lin": 3, "mei": 3, "kai": 3, "rosa": 3}}
	third := agreement.Rated{{"lin": 4, "mei": 3, "kai": 3}}
	got := agreement.MeasureDrift([]agreement.Rated{first, second, third})
	for rater, want := range map[string]float64{"lin": 0.5, "mei": -0.5, "kai": 0} {
		if got[rater].Subjects != 3 || got[rater].TooFew() {
			t.Errorf("%s: %+v", rater, got[rater])
		}
		wantNear(t, rater, got[rater].Mean, want)
		wantNear(t, rater+" recently", got[rater].Recent, want)
	}
	if rosa := got["rosa"]; rosa.Subjects != 1 || !rosa.TooFew() {
		t.Errorf("one subject: %+v", rosa)
	}
}

// lin is a point above the others in two old subjects, and with them in the five newest.
func TestRecentDrift(t *testing.T) {
	old, recent := agreement.Rated{{"lin": 4, "mei": 3, "kai": 3}}, agreement.Rated{{"lin": 3, "mei": 3, "kai": 3}}
	got := agreement.MeasureDrift([]agreement.Rated{old, old, recent, recent, recent, recent, recent})["lin"]
	wantNear(t, "all", got.Mean, 2.0/7)
	wantNear(t, "recently", got.Recent, 0)
}

func wantNear(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12 {
		t.Errorf("%s: %v, want %v", name, got, want)
	}
}
