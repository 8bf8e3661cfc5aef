package cli

import (
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/app"
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

// The doctor starts no sandbox where programs run elsewhere or nowhere.
func TestSandboxElsewhere(t *testing.T) {
	for mode, want := range map[string]string{app.SandboxOff: "doctor.sandbox.disabled", app.SandboxRunners: "doctor.sandbox.norunner"} {
		p := &installation{Config: &app.Config{DatabaseURL: t.TempDir() + "/huimian.db", Sandbox: app.Sandbox{Mode: mode}}}
		if got := p.checkSandbox(t.Context()); got.id != want {
			t.Errorf("%s: %+v", mode, got)
		}
	}
}
