package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/db"
)

func TestVersion(t *testing.T) {
	run := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		var program struct {
			Version Version `cmd:""`
		}
		if code := Execute(t.Context(), &program, append([]string{"version"}, args...), IO{Out: &out, Err: &errs}); code != ExitOK {
			t.Fatalf("exit %d: %s", code, errs.String())
		}
		return out.String()
	}
	latest, err := db.LatestVersion()
	if err != nil {
		t.Fatal(err)
	}
	var got app.BuildInfo
	if err := json.Unmarshal([]byte(run("--json")), &got); err != nil || got.Schema != latest || !strings.HasPrefix(got.Go, "go1.") || !strings.Contains(got.Platform, "/") {
		t.Errorf("%+v, %v", got, err)
	}
	if out := run(); !strings.Contains(out, "schema") || !strings.Contains(out, got.Go) {
		t.Error(out)
	}
}
