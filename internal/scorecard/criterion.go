package scorecard

import (
	"encoding/json"

	"github.com/huimian/huimian/internal/i18n"
)

// LocalizedText is a text in one or more of i18n.Languages.
type LocalizedText map[string]string

// In returns the text in the language. When it is missing, In returns the text in the
// default language, or in the first language that has one.
func (w LocalizedText) In(lang string) string {
	if s := w[lang]; s != "" {
		return s
	}
	for _, other := range i18n.Languages {
		if s := w[other]; s != "" {
			return s
		}
	}
	return ""
}

// Kind is what an interviewer enters for a criterion.
type Kind string

const (
	KindScore     Kind = "score"
	KindText      Kind = "text"
	KindChoice    Kind = "choice"    // one of the options
	KindChecklist Kind = "checklist" // any of the options
)

// Kinds lists all kinds, in the order of the editor.
var Kinds = []Kind{KindScore, KindText, KindChoice, KindChecklist}

// Scales: 1 is the worst score, the scale the best. DefaultScale is the one of templates and
// scores that were stored before a template could choose.
const (
	DefaultScale = 4
	WideScale    = 5
)

// DefaultWeight is the weight of scores without a stored one.
const DefaultWeight = 1

// Option is an option of a choice or an item of a checklist.
type Option struct {
	Key  string        `json:"key"`
	Text LocalizedText `json:"text"`
}

// Criterion is a criterion of assessment.
type Criterion struct {
	Key      string        `json:"key"` // stable over the versions of its template, never reused
	Title    LocalizedText `json:"title"`
	Hint     LocalizedText `json:"hint"`
	Kind     Kind          `json:"kind"`
	Required bool          `json:"required"`

	Scale   int             `json:"scale"`             // of a score
	Weight  int             `json:"weight"`            // of a score in averages; 0: not counted
	Anchors []LocalizedText `json:"anchors,omitempty"` // of a score: per step, the worst first; empty: the general names
	Options []Option        `json:"options,omitempty"` // of a choice or a checklist
}

// UnmarshalJSON implements json.Unmarshaler. A criterion that was stored before there were
// kinds is a required score.
func (c *Criterion) UnmarshalJSON(data []byte) error {
	type plain Criterion
	p := plain{Kind: KindScore, Required: true, Scale: DefaultScale, Weight: DefaultWeight}
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*c = Criterion(p)
	return nil
}

// hasOption reports whether the key is one of an option.
func (c *Criterion) hasOption(key string) bool {
	for _, o := range c.Options {
		if o.Key == key {
			return true
		}
	}
	return false
}

// Anchor returns what a score means, an empty text where the template does not specify it.
func (c *Criterion) Anchor(score int) LocalizedText {
	if score < 1 || score > len(c.Anchors) {
		return nil
	}
	return c.Anchors[score-1]
}

// AverageScale returns the scale of averages over the criteria: the largest one of the scores
// that count, 0 without any.
func AverageScale(criteria []Criterion) int {
	scale := 0
	for _, c := range criteria {
		if c.Kind == KindScore && c.Weight > 0 {
			scale = max(scale, c.Scale)
		}
	}
	return scale
}

// convertScale returns a score of one scale on another one: the worst and the best scores of
// both are the same.
func convertScale(score float64, from, to int) float64 {
	if from == to {
		return score
	}
	return 1 + (score-1)*float64(to-1)/float64(from-1)
}
