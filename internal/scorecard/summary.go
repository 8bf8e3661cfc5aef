package scorecard

// Summary aggregates the submitted scorecards of an interview.
type Summary struct {
	Criteria        []CriterionSum
	Recommendations map[Recommendation]int
	Average         float64 // of all scores; 0 without any
}

// CriterionSum is the average of one criterion over all scorecards.
type CriterionSum struct {
	Criterion
	Average float64
	Count   int
}

// Summarize computes the averages of the scorecards over these criteria. Scores
// of 0 do not count.
func Summarize(cards []Scorecard, criteria []Criterion) Summary {
	s := Summary{Recommendations: map[Recommendation]int{}}
	var all, count int
	for _, criterion := range criteria {
		sum := CriterionSum{Criterion: criterion}
		points := 0
		for n := range cards {
			if p := cards[n].ScoreOf(criterion.Key); p > 0 {
				points += p
				sum.Count++
			}
		}
		sum.Average = average(points, sum.Count)
		s.Criteria = append(s.Criteria, sum)
		all, count = all+points, count+sum.Count
	}
	s.Average = average(all, count)
	for _, c := range cards {
		s.Recommendations[c.Recommendation]++
	}
	return s
}

func average(sum, count int) float64 {
	if count == 0 {
		return 0
	}
	return float64(sum) / float64(count)
}
