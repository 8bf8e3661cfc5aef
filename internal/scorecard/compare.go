package scorecard

// Round is the submitted scorecards of one interview, with the version of their template.
type Round struct {
	TemplateID string
	Criteria   []Criterion
	Cards      []Scorecard
}

// Comparison is the scorecards of several rounds, criterion by criterion.
type Comparison struct {
	Rows    []ComparedCriterion
	Average float64 // of all scores by the weights of their criteria, on Scale; 0 without any
	Scale   int     // the largest scale of the criteria that count; 0 without any
}

// ComparedCriterion is a criterion over the rounds.
type ComparedCriterion struct {
	Title    LocalizedText // in the last round that has the criterion
	Kind     Kind
	Criteria []*Criterion // by round; nil: the template of the round has no such criterion

	Count   int     // of the scorecards with an entry
	Average float64 // of the scores, on Scale; 0 without any
	Scale   int     // of a score: the largest one among the rounds
	// Lowest and Highest are the bounds of the scores, 0 when there are none or they have
	// different scales.
	Lowest, Highest int
}

// HasDifferentScales reports whether the criterion has scores on more than one scale.
func (r *ComparedCriterion) HasDifferentScales() bool {
	for _, c := range r.Criteria {
		if c != nil && c.Kind == KindScore && c.Scale != r.Scale {
			return true
		}
	}
	return false
}

// Compare arranges the scorecards of rounds, the earliest first. A criterion of two versions of
// a template is the same one when it has the same key, a criterion of two templates when it has
// the same kind and, in one of the languages, the same title.
func Compare(rounds []Round) Comparison {
	var out Comparison
	for n := range rounds {
		for c := range rounds[n].Criteria {
			out.addCriterion(rounds, n, &rounds[n].Criteria[c])
		}
		out.Scale = max(out.Scale, AverageScale(rounds[n].Criteria))
	}
	for n := range out.Rows {
		out.Rows[n].addScores(rounds)
	}
	var all mean
	for _, r := range rounds {
		for n := range r.Cards {
			r.Cards[n].addScores(&all, r.Criteria, out.Scale)
		}
	}
	out.Average = all.weightedMean()
	return out
}

// addCriterion adds a criterion of a round to its row, or a row.
func (c *Comparison) addCriterion(rounds []Round, round int, criterion *Criterion) {
	row := c.findRow(rounds, round, criterion)
	if row == nil {
		c.Rows = append(c.Rows, ComparedCriterion{Kind: criterion.Kind, Criteria: make([]*Criterion, len(rounds))})
		row = &c.Rows[len(c.Rows)-1]
	}
	row.Title, row.Scale, row.Criteria[round] = criterion.Title, max(row.Scale, criterion.Scale), criterion
}

// findRow returns the row of a criterion, nil for none. Keys go before titles: a title may have
// moved to another criterion.
func (c *Comparison) findRow(rounds []Round, round int, criterion *Criterion) *ComparedCriterion {
	var titled *ComparedCriterion
	for n := range c.Rows {
		row := &c.Rows[n]
		if row.Kind != criterion.Kind || row.Criteria[round] != nil {
			continue
		}
		ofTemplate := false
		for earlier, other := range row.Criteria {
			if other == nil || rounds[earlier].TemplateID != rounds[round].TemplateID {
				continue
			}
			if ofTemplate = true; other.Key == criterion.Key {
				return row
			}
		}
		if titled == nil && !ofTemplate && hasTitle(criterion.Title, row.storedCriteria(), func(c *Criterion) LocalizedText { return c.Title }) {
			titled = row
		}
	}
	return titled
}

// storedCriteria returns the criteria of the rounds that have one.
func (r *ComparedCriterion) storedCriteria() (list []*Criterion) {
	for _, c := range r.Criteria {
		if c != nil {
			list = append(list, c)
		}
	}
	return list
}

// addScores counts the entries of the rounds.
func (r *ComparedCriterion) addScores(rounds []Round) {
	var scores mean
	lowest, highest := 0, 0
	for n, criterion := range r.Criteria {
		if criterion == nil {
			continue
		}
		for c := range rounds[n].Cards {
			score := rounds[n].Cards[c].FindScore(criterion.Key)
			if score == nil || score.IsEmpty(r.Kind) {
				continue
			}
			r.Count++
			if r.Kind != KindScore {
				continue
			}
			scores.addValue(convertScale(float64(score.Score), criterion.Scale, r.Scale), 1)
			if highest = max(highest, score.Score); lowest == 0 || score.Score < lowest {
				lowest = score.Score
			}
		}
	}
	if r.Average = scores.weightedMean(); !r.HasDifferentScales() {
		r.Lowest, r.Highest = lowest, highest
	}
}

// ChosenOptions returns the options that an interviewer has chosen or checked.
func (s *Score) ChosenOptions(c *Criterion) (list []Option) {
	for _, o := range c.Options {
		if s.hasOption(o.Key) {
			list = append(list, o)
		}
	}
	return list
}
