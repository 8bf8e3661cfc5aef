package completion_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/cli"
	"github.com/huimian/huimian/internal/cli/completion"
)

// program is a part of the grammar of cmd/huimian.
type program struct {
	WeCom      cli.WeCom          `cmd:"" name:"wecom"`
	Completion completion.Command `cmd:""`
}

func TestCompletion(t *testing.T) {
	run := func(shell string) (string, int) {
		var out, errs strings.Builder
		code := cli.Execute(t.Context(), &program{}, []string{"completion", shell}, cli.IO{Out: &out, Err: &errs})
		return out.String(), code
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		out, code := run(shell)
		if code != 0 || !strings.Contains(out, "wecom message text") || strings.Contains(out, "custom_music") {
			t.Errorf("%s: exit %d: %.200s", shell, code, out)
		}
	}
	path, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	script, _ := run("bash")
	for line, want := range map[string]string{
		"huimian ": "wecom", "huimian wecom me": "message", "huimian wecom --json user ": "simple-list", "huimian wecom message text --o": "--once",
	} {
		script := script + "\nCOMP_WORDS=(" + line + `"")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _huimian; printf '%s\n' "${COMPREPLY[@]}"`
		out, err := exec.CommandContext(t.Context(), path, "-c", script).CombinedOutput()
		if err != nil || !slices.Contains(strings.Fields(string(out)), want) {
			t.Errorf("after %q: %s %v", line, out, err)
		}
	}
}
