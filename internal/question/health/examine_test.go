package health

import (
	"os"
	"testing"

	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/runqueue"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/testcase"
)

// In the sandbox: the visible case does not notice a wrong comparison, and the hidden one does.
func TestExamineInSandbox(t *testing.T) {
	const runsc = "../../../bin/runsc"
	if _, err := os.Stat(runsc); err != nil {
		t.Skip("bin/runsc is not there: `make runsc` builds it (make test does so first)")
	}
	runner, err := sandbox.New(t.Context(), sandbox.Config{RunscPath: runsc, Root: t.TempDir(), CacheDir: "../../../.cache/sandbox/cache", Slots: 2})
	if err != nil {
		t.Fatal(err)
	}
	content := question.Content{
		Solutions: []question.Source{{Language: "python", Code: "def adult(age):\n    return age >= 18\n"}, {Language: "javascript", Code: "function adult(age) {\n"}},
		Tests: testcase.Suite{Mode: testcase.Function, Function: "adult", Comparison: testcase.Exact, Cases: []testcase.Case{
			{Input: "[18]", Expected: "true", Hidden: true}, {Input: "[40]", Expected: "true"},
		}},
	}
	e := examiner{runner: &backgroundRunner{runner, runqueue.New(2, 0)}, question: &question.Question{Content: content}}
	if reason, err := e.makeReport(t.Context()); err != nil || reason != "" {
		t.Fatalf("%q, %v", reason, err)
	}
	if s := e.report.Solutions; len(s) != 2 || s[0].State != Passed || s[0].MemoryBytes == 0 || s[1].State != Failed || s[1].Cases[0].Output == "" {
		t.Errorf("solutions %+v", s)
	}
	v := e.report.Variants
	if v == nil || v.Language != "python" || v.Count != 2 || v.PassVisible != 2 || len(v.Surviving) != 0 {
		t.Errorf("variants %+v", v)
	}
}
