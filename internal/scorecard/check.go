package scorecard

import (
	"fmt"
	"slices"

	"github.com/huimian/huimian/internal/validate"
)

// FindScore returns the assessment of a criterion, nil for none.
func (c *Scorecard) FindScore(key string) *Score {
	for n := range c.Scores {
		if c.Scores[n].Key == key {
			return &c.Scores[n]
		}
	}
	return nil
}

// CheckDraft returns the errors of a draft by field. It accepts everything
// well-formed: drafts are incomplete.
func CheckDraft(d *Draft, criteria []Criterion) error {
	var c validate.Errors
	c.CheckText("comment", &d.Comment, maxComment)
	if d.Recommendation != "" {
		validate.CheckOneOf(&c, "recommendation", d.Recommendation, Recommendations...)
	}
	known := map[string]*Criterion{}
	for n := range criteria {
		known[criteria[n].Key] = &criteria[n]
	}
	if d.Scores == nil {
		d.Scores = []Score{}
	}
	for n := range d.Scores {
		score, path := &d.Scores[n], fmt.Sprintf("scores[%d]", n)
		if criterion := known[score.Key]; criterion == nil {
			c.Add(path+".key", "field.unknown")
		} else {
			score.checkEntry(&c, path, criterion)
		}
		delete(known, score.Key) // each once
		c.CheckText(path+".comment", &score.Comment, maxScoreComment)
		checkMoments(&c, path+".moments", score.Moments)
	}
	return c.Err(false)
}

// checkEntry checks what is entered for the criterion, and that nothing of another kind is.
func (s *Score) checkEntry(c *validate.Errors, path string, criterion *Criterion) {
	s.Scale = criterion.Scale
	if s.Score < 0 || s.Score > criterion.Scale {
		c.Add(path+".score", "field.invalid")
	}
	c.CheckText(path+".text", &s.Text, maxText)
	if s.Text != "" && criterion.Kind != KindText {
		c.Add(path+".text", "field.invalid")
	}
	if s.Choice != "" && (criterion.Kind != KindChoice || !criterion.hasOption(s.Choice)) {
		c.Add(path+".choice", "field.unknown")
	}
	for n, key := range s.Checked {
		if criterion.Kind != KindChecklist || !criterion.hasOption(key) || slices.Contains(s.Checked[:n], key) {
			c.Add(fmt.Sprintf("%s.checked[%d]", path, n), "field.unknown")
		}
	}
}

func checkMoments(c *validate.Errors, path string, moments []Moment) {
	if len(moments) > MaxMoments {
		c.Add(path, "field.too_many", "Limit", MaxMoments)
		return
	}
	for n := range moments {
		c.CheckText(fmt.Sprintf("%s[%d].text", path, n), &moments[n].Text, maxScoreComment)
	}
}

// missingCodes are the text ids of what is missing, by the criterion's kind.
var missingCodes = map[Kind]string{
	KindScore:     "scorecard.score_missing",
	KindText:      "scorecard.text_missing",
	KindChoice:    "scorecard.choice_missing",
	KindChecklist: "scorecard.checklist_missing",
}

// CheckComplete returns what is missing for a submission; the path of a
// criterion is scores.<key>.
func (c *Scorecard) CheckComplete(criteria []Criterion) error {
	var missing validate.Errors
	for _, criterion := range criteria {
		if s := c.FindScore(criterion.Key); criterion.Required && (s == nil || s.IsEmpty(criterion.Kind)) {
			missing.Add("scores."+criterion.Key, missingCodes[criterion.Kind])
		}
	}
	if c.Recommendation == "" {
		missing.Add("recommendation", "scorecard.recommendation_missing")
	}
	return missing.Err(false)
}
