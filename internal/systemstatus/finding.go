// Package systemstatus describes the state of an installation in sentences, each with what to
// do about it: for the settings page of administrators and for huimian doctor.
package systemstatus

import (
	"fmt"
	"maps"

	"github.com/huimian/huimian/internal/i18n"
)

// State is the outcome of a check.
type State string

// The outcomes of a check.
const (
	OK   State = "ok"
	Warn State = "warn" // the product works, but a feature is missing or at risk
	Fail State = "fail"
	Skip State = "skip" // not configured, or a check that it depends on failed
)

// Result is the result of a check: a text id with its parameters.
type Result struct {
	State  State
	ID     string
	Params map[string]any
}

// Skipped is the text id of a check that was not carried out.
const Skipped = "doctor.skipped"

// NewResult returns a result. The text id begins with "doctor."; parameters are pairs of
// a name and a value.
func NewResult(s State, id string, nameValue ...any) Result {
	r := Result{State: s, ID: "doctor." + id, Params: map[string]any{}}
	for i := 0; i+1 < len(nameValue); i += 2 {
		r.Params[fmt.Sprint(nameValue[i])] = nameValue[i+1]
	}
	return r
}

// Finding is a localized Result.
type Finding struct {
	Check  string `json:"check"`
	State  State  `json:"state" enum:"ok,warn,fail,skip"`
	Name   string `json:"name"`
	Text   string `json:"text"`
	Advice string `json:"advice,omitempty" doc:"What to do about a warning or a failure"`
	Page   string `json:"page,omitempty" doc:"Documentation about it"`
}

// Localize returns the finding of a check in a language. The advice of a warning or failure
// has the text id of the result with ".do", or that in the parameter Advice.
func (r Result) Localize(lang, check string) Finding {
	f := Finding{Check: check, State: r.State, Name: i18n.T(lang, "doctor.name."+check, nil), Text: i18n.T(lang, r.ID, r.Params)}
	if r.State == OK || r.State == Skip {
		return f
	}
	params := maps.Clone(r.Params)
	if page, ok := params["Page"].(string); ok {
		f.Page = page
	}
	if id, ok := params["Advice"].(string); ok {
		f.Advice = i18n.T(lang, id, params)
	} else {
		f.Advice = i18n.T(lang, r.ID+".do", params)
	}
	return f
}
