package scorecard

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/searchtext"
	"github.com/huimian/huimian/internal/validate"
)

// Limits of a template. Those of texts are in characters.
const (
	maxCriteria  = 20
	maxWeight    = 10
	maxTitle     = 100
	maxHint      = 500
	maxAnchor    = 200
	maxOption    = 200
	maxJSONBytes = 96 << 10 // of all criteria
)

// optionCounts are the smallest and the largest number of options, by kind.
var optionCounts = map[Kind][2]int{KindChoice: {2, 8}, KindChecklist: {1, 10}}

// checkContent brings the content into the stored form, gives new criteria and options their keys,
// and returns the errors by field. before is the content of the version that was edited, nil
// for a new template.
func (t *Template) checkContent(before *Content, others []Template) error {
	var e validate.Errors
	t.Title = checkLocalized(&e, "title", t.Title, maxTitle, true)
	t.addTitleErrors(&e, others)
	if len(t.Criteria) == 0 {
		e.Add("criteria", "field.required")
	}
	if len(t.Criteria) > maxCriteria {
		e.Add("criteria", "field.too_many", "Limit", maxCriteria)
		return e.Err(false)
	}
	t.Criteria = slices.Clone(t.Criteria) // before shares the elements
	for n := range t.Criteria {
		c, path := &t.Criteria[n], fmt.Sprintf("criteria[%d]", n)
		c.Title = checkLocalized(&e, path+".title", c.Title, maxTitle, true)
		if hasTitle(c.Title, t.Criteria[:n], func(c Criterion) LocalizedText { return c.Title }) {
			e.Add(path+".title", "field.twice")
		}
		c.Hint = checkLocalized(&e, path+".hint", c.Hint, maxHint, false)
		c.checkKey(&e, path, before, t.Criteria[:n])
		c.checkKind(&e, path)
	}
	raw, err := json.Marshal(t.Criteria)
	if err != nil {
		return fmt.Errorf("encoding the criteria of a scorecard template: %w", err)
	}
	if len(raw) > maxJSONBytes {
		e.Add("criteria", "field.too_many_bytes", "Limit", maxJSONBytes, "Size", len(raw))
	}
	return e.Err(false)
}

// addTitleErrors adds an error when another template that is not archived has the title.
func (t *Template) addTitleErrors(e *validate.Errors, others []Template) {
	chosen := slices.DeleteFunc(slices.Clone(others), func(o Template) bool { return o.IsArchived() })
	if hasTitle(t.Title, chosen, func(o Template) LocalizedText { return o.Title }) {
		e.Add("title", "scorecard_template.title_taken")
	}
}

// hasTitle reports whether one of the others has the same title in the same language.
func hasTitle[T any](title LocalizedText, others []T, of func(T) LocalizedText) bool {
	return slices.ContainsFunc(others, func(other T) bool {
		for lang, text := range title {
			if same := of(other)[lang]; same != "" && searchtext.Fold(same) == searchtext.Fold(text) {
				return true
			}
		}
		return false
	})
}

// checkKey gives a new criterion its key. The kind and the scale of a key do not change, so
// that scores of several versions can be compared.
func (c *Criterion) checkKey(e *validate.Errors, path string, before *Content, preceding []Criterion) {
	stored := before.findCriterion(c.Key)
	switch {
	case c.Key == "":
		c.Key = db.NewID()
	case stored == nil || (&Content{Criteria: preceding}).findCriterion(c.Key) != nil:
		e.Add(path+".key", "field.unknown")
	case stored.Kind != c.Kind:
		e.Add(path+".kind", "scorecard_template.kind_is_fixed")
	case c.Kind == KindScore && stored.Scale != c.Scale:
		e.Add(path+".scale", "scorecard_template.scale_is_fixed")
	}
	c.Options = slices.Clone(c.Options)
	for n := range c.Options {
		o := &c.Options[n]
		if o.Key == "" {
			o.Key = db.NewID()
		} else if stored == nil || !stored.hasOption(o.Key) || hasKey(c.Options[:n], o.Key) {
			e.Add(fmt.Sprintf("%s.options[%d].key", path, n), "field.unknown")
		}
	}
}

// checkKind checks what belongs to the kind of the criterion, and removes what does not.
func (c *Criterion) checkKind(e *validate.Errors, path string) {
	validate.CheckOneOf(e, path+".kind", c.Kind, Kinds...)
	if c.Kind == KindScore {
		c.checkScore(e, path)
	} else {
		c.Scale, c.Weight, c.Anchors = 0, 0, nil
	}
	bounds, ok := optionCounts[c.Kind]
	if !ok {
		c.Options = nil
		return
	}
	if n := len(c.Options); n < bounds[0] || n > bounds[1] {
		e.Add(path+".options", "scorecard_template.option_count", "Least", bounds[0], "Most", bounds[1])
	}
	for n := range c.Options {
		at := fmt.Sprintf("%s.options[%d]", path, n)
		c.Options[n].Text = checkLocalized(e, at+".text", c.Options[n].Text, maxOption, true)
		if hasTitle(c.Options[n].Text, c.Options[:n], func(o Option) LocalizedText { return o.Text }) {
			e.Add(at+".text", "field.twice")
		}
	}
}

func (c *Criterion) checkScore(e *validate.Errors, path string) {
	if c.Scale != DefaultScale && c.Scale != WideScale {
		e.Add(path+".scale", "field.not_one_of")
	}
	if c.Weight < 0 || c.Weight > maxWeight {
		e.Add(path+".weight", "field.too_big", "Limit", maxWeight)
	}
	if len(c.Anchors) > c.Scale {
		e.Add(path+".anchors", "field.too_many", "Limit", c.Scale)
	}
	anchors, empty := make([]LocalizedText, len(c.Anchors)), true
	for n, a := range c.Anchors {
		anchors[n] = checkLocalized(e, fmt.Sprintf("%s.anchors[%d]", path, n), a, maxAnchor, false)
		empty = empty && len(anchors[n]) == 0
	}
	if c.Anchors = anchors; empty {
		c.Anchors = nil
	}
}

func hasKey(options []Option, key string) bool {
	return slices.ContainsFunc(options, func(o Option) bool { return o.Key == key })
}

// findCriterion returns the criterion with the key, nil for none.
func (c *Content) findCriterion(key string) *Criterion {
	if c == nil {
		return nil
	}
	for n := range c.Criteria {
		if c.Criteria[n].Key == key {
			return &c.Criteria[n]
		}
	}
	return nil
}

// checkLocalized returns the text without languages that have none, and adds its errors.
func checkLocalized(e *validate.Errors, path string, text LocalizedText, limit int, required bool) LocalizedText {
	out := LocalizedText{}
	for _, lang := range i18n.Languages {
		s := text[lang]
		e.CheckLine(path+"."+i18n.FieldNames[lang], &s, limit)
		if s != "" {
			out[lang] = s
		}
	}
	if required && len(out) == 0 {
		e.Add(path, "field.required")
	}
	return out
}
