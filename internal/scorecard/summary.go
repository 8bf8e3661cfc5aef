package scorecard

// Summary aggregates the submitted scorecards of an interview.
type Summary struct {
	Criteria        []CriterionSum
	Recommendations map[Recommendation]int
	Average         float64 // of all scores by the weights of their criteria, on Scale; 0 without any
	Scale           int     // 0 without a score that counts
}

// CriterionSum aggregates one criterion over all scorecards.
type CriterionSum struct {
	Criterion
	Average float64 // of the scores, on the criterion's scale
	Count   int     // of the scorecards with an entry
	Chosen  []int   // per option: of the scorecards that have it
}

// Summarize aggregates the scorecards over these criteria. Criteria without an entry do not
// count.
func Summarize(cards []Scorecard, criteria []Criterion) Summary {
	s := Summary{Recommendations: map[Recommendation]int{}, Scale: AverageScale(criteria)}
	var all mean
	for _, criterion := range criteria {
		sum := CriterionSum{Criterion: criterion, Chosen: make([]int, len(criterion.Options))}
		var scores mean
		for n := range cards {
			score := cards[n].FindScore(criterion.Key)
			if score == nil || score.IsEmpty(criterion.Kind) {
				continue
			}
			sum.Count++
			if criterion.Kind == KindScore {
				scores.addValue(float64(score.Score), 1)
			}
			for o, option := range criterion.Options {
				if score.hasOption(option.Key) {
					sum.Chosen[o]++
				}
			}
		}
		sum.Average = scores.weightedMean()
		s.Criteria = append(s.Criteria, sum)
	}
	for n := range cards {
		cards[n].addScores(&all, criteria, s.Scale)
		s.Recommendations[cards[n].Recommendation]++
	}
	s.Average = all.weightedMean()
	return s
}

// Average returns the average of the scores by the weights of their criteria, on the scale of
// AverageScale; 0 without any.
func (c *Scorecard) Average(criteria []Criterion) float64 {
	var m mean
	c.addScores(&m, criteria, AverageScale(criteria))
	return m.weightedMean()
}

func (c *Scorecard) addScores(m *mean, criteria []Criterion, scale int) {
	for _, criterion := range criteria {
		if score := c.FindScore(criterion.Key); criterion.Kind == KindScore && score != nil && score.Score > 0 {
			m.addValue(convertScale(float64(score.Score), criterion.Scale, scale), criterion.Weight)
		}
	}
}

// mean is a weighted mean.
type mean struct {
	sum    float64
	weight int
}

func (m *mean) addValue(value float64, weight int) {
	m.sum += value * float64(weight)
	m.weight += weight
}

// weightedMean returns 0 without values.
func (m *mean) weightedMean() float64 {
	if m.weight == 0 {
		return 0
	}
	return m.sum / float64(m.weight)
}
