package doctor

import (
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/systemstatus"
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
	if o := systemstatus.SandboxResult(partialRunner{}); o.State != systemstatus.OK {
		t.Errorf("%+v", o)
	}
	o := systemstatus.SandboxResult(partialRunner{missing: []sandbox.MissingLanguage{{ID: "java", Reason: "signal: killed"}}})
	text, _ := o.Params["Missing"].(string)
	if o.State != systemstatus.Warn || o.ID != "doctor.sandbox.missing" || !strings.Contains(text, "java (signal: killed)") {
		t.Errorf("%+v", o)
	}
}

// pooledRunner keeps idle sandboxes.
type pooledRunner struct{ partialRunner }

func (pooledRunner) PoolStats() sandbox.PoolStats {
	return sandbox.PoolStats{Size: 4, Idle: 3, MemoryBytes: 63 << 20}
}

func TestSandboxPoolResult(t *testing.T) {
	o := systemstatus.SandboxResult(pooledRunner{})
	if o.State != systemstatus.OK || o.ID != "doctor.sandbox.pool" || o.Params["Idle"] != 3 || o.Params["Megabytes"] != int64(63) {
		t.Errorf("%+v", o)
	}
}

// The doctor starts no sandbox where programs run elsewhere or nowhere.
func TestSandboxElsewhere(t *testing.T) {
	for mode, want := range map[string]string{app.SandboxOff: "doctor.sandbox.disabled", app.SandboxRunners: "doctor.sandbox.norunner"} {
		p := &installation{Config: &app.Config{DatabaseURL: t.TempDir() + "/huimian.db", Sandbox: app.Sandbox{Mode: mode}}}
		if got := p.checkSandbox(t.Context()); got.ID != want {
			t.Errorf("%s: %+v", mode, got)
		}
	}
}
