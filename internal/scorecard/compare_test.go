package scorecard_test

import (
	"math"
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/scorecard"
)

// titled returns a criterion with an English title.
func titled(c scorecard.Criterion, title string) scorecard.Criterion {
	c.Title = scorecard.LocalizedText{"en": title}
	return c
}

func cardOf(scores ...scorecard.Score) scorecard.Scorecard {
	return scorecard.Scorecard{Scores: scores}
}

// Round 1 has template a, round 2 template b, round 3 a later version of a without one criterion.
func newRounds() []scorecard.Round {
	level := titled(scorecard.Criterion{Key: "level", Kind: scorecard.KindChoice, Options: newOptions("junior", "senior")}, "Level")
	return []scorecard.Round{
		{TemplateID: "a", Criteria: []scorecard.Criterion{titled(newScore("coding", 4, 1), "Coding"), titled(newScore("fit", 4, 3), "Fit")}, Cards: []scorecard.Scorecard{
			cardOf(scorecard.Score{Key: "coding", Score: 4}, scorecard.Score{Key: "fit", Score: 1}),
			cardOf(scorecard.Score{Key: "coding", Score: 3}, scorecard.Score{Key: "fit"}),
		}},
		{TemplateID: "b", Criteria: []scorecard.Criterion{titled(newScore("c2", 5, 2), "ｃoding "), level, titled(scorecard.Criterion{Key: "f2", Kind: scorecard.KindText}, "Fit")}, Cards: []scorecard.Scorecard{
			cardOf(scorecard.Score{Key: "c2", Score: 3}, scorecard.Score{Key: "level", Choice: "senior"}),
		}},
		{TemplateID: "a", Criteria: []scorecard.Criterion{titled(newScore("fit", 4, 3), "Team"), titled(newScore("new", 4, 0), "Fit")}, Cards: []scorecard.Scorecard{
			cardOf(scorecard.Score{Key: "fit", Score: 2}, scorecard.Score{Key: "new", Score: 4}),
		}},
	}
}

func TestCompare(t *testing.T) {
	got := scorecard.Compare(newRounds())
	for n, want := range []struct {
		title   string
		kind    scorecard.Kind
		keys    []string
		count   int
		average float64
		scale   int
		mixed   bool
		bounds  [2]int
	}{
		// (4→5 + 3→3.67 + 3) / 3 on the scale of 5.
		{"ｃoding ", scorecard.KindScore, []string{"coding", "c2", ""}, 3, (5 + 11.0/3 + 3) / 3, 5, true, [2]int{}},
		{"Team", scorecard.KindScore, []string{"fit", "", "fit"}, 2, 1.5, 4, false, [2]int{1, 2}},
		{"Level", scorecard.KindChoice, []string{"", "level", ""}, 1, 0, 0, false, [2]int{}},
		{"Fit", scorecard.KindText, []string{"", "f2", ""}, 0, 0, 0, false, [2]int{}},
		{"Fit", scorecard.KindScore, []string{"", "", "new"}, 1, 4, 4, false, [2]int{4, 4}},
	} {
		if n >= len(got.Rows) {
			t.Fatalf("%d rows", len(got.Rows))
		}
		row := got.Rows[n]
		keys := make([]string, len(row.Criteria))
		for r, c := range row.Criteria {
			if c != nil {
				keys[r] = c.Key
			}
		}
		if row.Title["en"] != want.title || row.Kind != want.kind || !slices.Equal(keys, want.keys) || row.Count != want.count || math.Abs(row.Average-want.average) > 1e-9 ||
			row.Scale != want.scale || row.HasDifferentScales() != want.mixed || [2]int{row.Lowest, row.Highest} != want.bounds {
			t.Errorf("row %d: %+v with keys %q, want %+v", n, row, keys, want)
		}
	}
	if len(got.Rows) != 5 {
		t.Errorf("%d rows", len(got.Rows))
	}
	// On the scale of 5 with weights: 5·1, 1·3, 11/3·1, 3·2, 7/3·3; "new" does not count.
	if want := (5 + 3 + 11.0/3 + 6 + 7) / 10; got.Scale != 5 || math.Abs(got.Average-want) > 1e-9 {
		t.Errorf("average %v of %d, want %v of 5", got.Average, got.Scale, want)
	}
	if none := scorecard.Compare([]scorecard.Round{{TemplateID: "a"}}); len(none.Rows) != 0 || none.Average != 0 || none.Scale != 0 {
		t.Errorf("without scorecards %+v", none)
	}
}
