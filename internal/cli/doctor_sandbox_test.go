package cli

import (
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/sandbox"
)

// partialRunner offers Python; the detection of the other languages failed.
type partialRunner struct {
	sandbox.Runner

	missing []sandbox.MissingLanguage
}

func (partialRunner) Languages() []sandbox.Language {
	return []sandbox.Language{{ID: "python", Name: "Python 3.11"}}
}

func (r partialRunner) MissingLanguages() []sandbox.MissingLanguage { return r.missing }

func TestSandboxResult(t *testing.T) {
	if o := newSandboxResult(partialRunner{}); o.state != stateOK {
		t.Errorf("%+v", o)
	}
	o := newSandboxResult(partialRunner{missing: []sandbox.MissingLanguage{{ID: "java", Reason: "signal: killed"}}})
	text, _ := o.params["Missing"].(string)
	if o.state != stateWarn || o.id != "doctor.sandbox.missing" || !strings.Contains(text, "java (signal: killed)") {
		t.Errorf("%+v", o)
	}
}
