package server

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/sandbox"
)

// partialRunner offers Python; the detection of Java failed.
type partialRunner struct{ sandbox.Runner }

func (partialRunner) Ready() error { return nil }

func (partialRunner) Languages() []sandbox.Language {
	return []sandbox.Language{{ID: "python", Name: "Python 3.11", Version: "3.11.2"}}
}

func (partialRunner) MissingLanguages() []sandbox.MissingLanguage {
	return []sandbox.MissingLanguage{{ID: "java", Reason: "running javac: signal: killed"}}
}

// The session names the languages that are not detected, without the reason.
func TestSandboxFeature(t *testing.T) {
	f := sessionHandlers{sandbox: partialRunner{}}.sandboxFeature(t.Context())
	if !f.Ready || len(f.Languages) != 1 || !slices.Equal(f.Missing, []string{"java"}) {
		t.Errorf("%+v", f)
	}
}
