package rerun_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/transcript"
	"github.com/huimian/huimian/internal/transcript/rerun"
)

func newRunner(t *testing.T) sandbox.Runner {
	t.Helper()
	const runsc = "../../../bin/runsc"
	if _, err := os.Stat(runsc); err != nil {
		t.Skip("bin/runsc is not there: `make runsc` builds it (make test does so first)")
	}
	runner, err := sandbox.New(t.Context(), sandbox.Config{RunscPath: runsc, Root: t.TempDir(), CacheDir: "../../../.cache/sandbox/cache", Slots: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Ready(); err != nil {
		t.Fatal(err)
	}
	return runner
}

// outcomes runs a recording again and returns the outcome and the reason of each run.
func outcomes(t *testing.T, runner sandbox.Runner, recording *rerun.Recording) []string {
	t.Helper()
	results, err := recording.RunAgain(t.Context(), runner)
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, r := range results {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s", r.RunID, r.Outcome, r.Reason)))
	}
	return list
}

func requireOutcomes(t *testing.T, got []string, want ...string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("the outcomes are\n%s\nwant\n%s", g, w)
	}
}

const runsDocument = "../../../testdata/transcript/runs.json"

// One sandbox for all tests: its start takes a second.
func TestRunAgain(t *testing.T) {
	runner := newRunner(t)
	for name, test := range map[string]func(*testing.T, sandbox.Runner){
		"document": testDocument, "versions": testVersions, "results": testResults,
		"hidden rows": testHiddenRows, "change without its text": testChangeWithoutItsText,
	} {
		t.Run(name, func(t *testing.T) { test(t, runner) })
	}
}

func testDocument(t *testing.T, runner sandbox.Runner) {
	t.Helper()
	document, err := os.ReadFile(runsDocument)
	if err != nil {
		t.Fatal(err)
	}
	var recording rerun.Recording
	if _, err := transcript.Verify(bytes.NewReader(document), recording.Visit); err != nil {
		t.Fatal(err)
	}
	requireOutcomes(t, outcomes(t, runner, &recording),
		"r1 equal", `r2 different stdout differs after 7 bytes: "陈晨\n", recorded is "王静\n"`, "r3 equal",
		"r4 skipped it ran in a terminal", "r5 skipped its test cases are not in the file")
}

// log is the rows of a recording.
type log struct {
	t         *testing.T
	recording rerun.Recording
	versions  map[string]int
}

func newLog(t *testing.T) *log {
	t.Helper()
	return &log{t: t, versions: map[string]int{}}
}

func (l *log) visitRow(stream, kind, fields string) {
	l.t.Helper()
	payload := fmt.Sprintf(`{"stream":%q,"row":1,"kind":%q,"at":"2026-11-25T06:00:00Z",%s}`, stream, kind, fields)
	if err := l.recording.Visit(transcript.Payload{Stream: stream, Row: 1, Kind: kind}, payload); err != nil {
		l.t.Fatal(err)
	}
}

// editText adds a change set to a document.
func (l *log) editText(stream, set string) {
	l.t.Helper()
	l.visitRow(stream, "edit", fmt.Sprintf(`"firstVersion":%d,"count":1,"updates":[{"c":%s}]`, l.versions[stream], set))
	l.versions[stream]++
}

// runAt adds a run of a version of the document code, with a result.
func (l *log) runAt(id string, version int, language, stdout, result string) {
	l.t.Helper()
	l.visitRow("events", "run", fmt.Sprintf(`"subject":%q,"data":{"version":%d,"language":%q}`, id, version, language))
	l.visitRow("events", "output", fmt.Sprintf(`"subject":%q,"data":{"seq":1,"chunks":[{"stream":"stdout","text":%q}]}`, id, stdout))
	if result != "" {
		l.visitRow("events", "finish", fmt.Sprintf(`"subject":%q,"data":{"result":%s}`, id, result))
	}
}

const (
	ok        = `{"status":"ok","exitCode":0}`
	failed    = `{"status":"exit_error","exitCode":3}`
	timeLimit = `{"status":"time_limit","detail":"cpu","exitCode":-1}`
	cancelled = `{"status":"cancelled","exitCode":-1}`
)

// Each run has the text of its own version, whichever ran before.
func testVersions(t *testing.T, runner sandbox.Runner) {
	t.Helper()
	l := newLog(t)
	l.editText("code", `[[0,"print(1)"]]`)
	l.editText("code", `[6,[1,"2"],1]`)
	l.editText("code", `[6,[1,"3"],1]`)
	l.runAt("third", 3, "python", "3\n", ok)
	l.runAt("first", 1, "python", "1\n", ok)
	l.runAt("second", 2, "python", "2\n", ok)
	l.runAt("changed", 2, "python", "3\n", ok)
	requireOutcomes(t, outcomes(t, runner, &l.recording),
		"third equal", "first equal", "second equal", `changed different stdout differs after 0 bytes: "2\n", recorded is "3\n"`)
}

// What differs beside the output, and what is not run again.
func testResults(t *testing.T, runner sandbox.Runner) {
	t.Helper()
	l := newLog(t)
	l.editText("code", `[[0,"raise SystemExit(3)"]]`)
	l.runAt("equal", 1, "python", "", failed)
	l.runAt("status", 1, "python", "", ok)
	l.runAt("exit code", 1, "python", "", strings.Replace(failed, "3", "4", 1))
	l.runAt("limit", 1, "python", "", timeLimit)
	l.runAt("stopped", 1, "python", "", cancelled)
	l.runAt("no end", 1, "python", "", "")
	l.runAt("language", 1, "cobol", "", ok)
	requireOutcomes(t, outcomes(t, runner, &l.recording),
		"equal equal",
		"status different the status is exit_error, recorded is ok",
		"exit code different the exit code is 3 , recorded is 4",
		"limit different the status is exit_error, recorded is time_limit",
		"stopped skipped it did not run to its end",
		"no end skipped it did not run to its end",
		"language skipped the language is not installed on this machine")
}

// A text of which a row has only a hash is not guessed.
func testHiddenRows(t *testing.T, runner sandbox.Runner) {
	t.Helper()
	l := newLog(t)
	l.editText("code", `[[0,"print(1)"]]`)
	l.versions["code"]++ // a row with a hash alone
	l.editText("code", `[6,[1,"3"],1]`)
	l.runAt("before", 1, "python", "1\n", ok)
	l.runAt("after", 3, "python", "3\n", ok)
	l.visitRow("events", "output", `"subject":"hidden","data":{"seq":1,"chunks":[]}`) // of a run whose start is hidden
	requireOutcomes(t, outcomes(t, runner, &l.recording), "before equal", "after skipped a part of its files has only a hash")
}

func testChangeWithoutItsText(t *testing.T, runner sandbox.Runner) {
	t.Helper()
	l := newLog(t)
	l.editText("code", `[[0,"print(1)"]]`)
	l.editText("code", `[99]`)
	l.runAt("r", 2, "python", "1\n", ok)
	requireOutcomes(t, outcomes(t, runner, &l.recording), "r different a change does not fit its text")
}
