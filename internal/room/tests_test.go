package room

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/sandbox"
	"github.com/huimian/huimian/internal/testcase"
)

// testSuite has two visible and two hidden cases. The hidden ones contain a needle in
// each text.
var testSuite = testcase.Suite{Mode: testcase.Stdin, Comparison: testcase.Trimmed, Cases: []testcase.Case{
	{Name: "first", Input: "1", Expected: "1"},
	{Name: "HIDDEN-NAME", Hidden: true, Input: "HIDDEN-INPUT", Expected: "HIDDEN-EXPECTED"},
	{Input: "2", Expected: "3"},
	{Hidden: true, Input: "HIDDEN", Expected: "HIDDEN"},
}}

// newCatRunner returns a runner whose program prints its input on both streams.
func newCatRunner() *scriptedRunner {
	s := &scriptedRunner{programs: make(chan sandbox.Program, 8)}
	s.runFunc = func(_ context.Context, emit func(sandbox.Chunk)) (sandbox.Result, error) {
		input := (<-s.programs).Stdin
		emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: input})
		emit(sandbox.Chunk{Stream: sandbox.Stderr, Text: "stderr of " + input})
		return sandbox.Result{Status: sandbox.StatusOK, CPU: 5e6, MemoryBytes: 1 << 20}, nil
	}
	return s
}

func withTests(suite testcase.Suite, runner sandbox.Runner) func(*Config) {
	return func(c *Config) {
		c.Runner = runner
		c.Hooks.TestSuite = func(_ context.Context, _, _, questionID string) (testcase.Suite, error) {
			if questionID == twoSum.ID {
				return suite, nil
			}
			return testcase.Suite{}, nil
		}
	}
}

func TestTestCases(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		m := startManager(t, d, withTests(testSuite, newCatRunner()))
		a := joinRoom(t, m, zhang)
		selectPython(a)
		a.sendMessage(protocol.ProblemRequest{Type: "problem", QuestionID: &twoSum.ID})
		a.receiveType("problem")
		li := joinRoom(t, m, lilei)
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		li.receiveType("welcome")
		li.sendMessage(protocol.RunRequest{Type: "run", Tests: true, Ref: "r"})
		started := awaitMessage[protocol.RunStarted](li, "run_started").Run
		if started.Tests == nil || *started.Tests != (protocol.TestPlan{Visible: 2, Hidden: 2}) {
			t.Fatalf("%+v", started)
		}
		for done := range 4 {
			if q := awaitMessage[protocol.RunQueued](li, "run_queued"); q.Done != done+1 || q.Position != 0 {
				t.Errorf("progress %+v, want %d", q, done+1)
			}
		}
		public, full := awaitMessage[protocol.RunFinished](li, "run_finished"), awaitMessage[protocol.RunFinished](a, "run_finished")
		checkFullReport(t, full.Report)
		checkPublicReport(t, public.Report)
		if public.Result != (protocol.RunResult{Status: "ok"}) || full.Result.CPUMs != 20 {
			t.Errorf("results %+v and %+v", public.Result, full.Result)
		}
		li.leaveRoom()
		li.joinRoom()
		checkPublicReport(t, li.welcome.Runs[0].Report)
		checkFullReport(t, joinRoom(t, m, watcher).welcome.Runs[0].Report)
		for _, frame := range li.frames {
			if strings.Contains(frame, "HIDDEN") {
				t.Errorf("the candidate received a hidden case in %.300s", frame)
			}
		}
		summary, err := m.Summary(t.Context(), testCorpID, testRoomID)
		if err != nil || len(summary.Runs) != 1 {
			t.Fatalf("%+v, %v", summary, err)
		}
		checkFullReport(t, summary.Runs[0].Report)
	})
}

func checkFullReport(t *testing.T, r *protocol.TestReport) {
	t.Helper()
	if r == nil || len(r.Cases) != 4 || r.Hidden != (protocol.TestCount{Passed: 1, Total: 2}) || r.Cases[1].Difference == nil || r.Cases[1].Stderr != "stderr of HIDDEN-INPUT" {
		t.Errorf("report for staff %+v", r)
	}
}

func checkPublicReport(t *testing.T, r *protocol.TestReport) {
	t.Helper()
	if r == nil || r.Visible != (protocol.TestCount{Passed: 1, Total: 2}) || r.Hidden != (protocol.TestCount{Passed: 1, Total: 2}) {
		t.Fatalf("report for candidates %+v", r)
	}
	numbers := []int{}
	for _, c := range r.Cases {
		numbers = append(numbers, c.Number)
	}
	if !slices.Equal(numbers, []int{1, 3}) || r.Cases[0].Actual != "1" || r.Cases[1].Difference == nil || r.Cases[1].Difference.Actual != "2" {
		t.Errorf("report for candidates %+v", r)
	}
}

// The newest run of test cases of an answer remains, whatever is run after it.
func TestNewestTestRunIsKept(t *testing.T) {
	s := newState()
	start := func(id string, tests *protocol.TestPlan) {
		s.applyEvent(&event{kind: logevent.KindRun, subject: id, data: &logevent.Run{Doc: "code:q", Tests: tests}})
	}
	start("older tests", &protocol.TestPlan{})
	start("tests", &protocol.TestPlan{})
	for _, id := range []string{"1", "2", "3", "4", "5", "6"} {
		start(id, nil)
	}
	var got []string
	for _, run := range s.runs {
		got = append(got, run.ID)
	}
	if !slices.Equal(got, []string{"tests", "3", "4", "5", "6"}) {
		t.Errorf("runs %q", got)
	}
}

func TestTestCasesRefusals(t *testing.T) {
	call := testcase.Suite{Mode: testcase.Function, Function: "f", Cases: []testcase.Case{{Input: "[]", Expected: "1"}}}
	for name, tc := range map[string]struct {
		suite testcase.Suite
		show  *string
		want  string
	}{
		"no question":              {testSuite, nil, "run.no_tests"},
		"question without cases":   {testSuite, &lruCache.ID, "run.no_tests"},
		"language without harness": {call, &twoSum.ID, "run.tests_language"},
	} {
		t.Run(name, func(t *testing.T) {
			m := startManager(t, dbtest.Open(t, db.SQLite), withTests(tc.suite, &scriptedRunner{languages: []sandbox.Language{{ID: "go"}}}))
			a := joinRoom(t, m, zhang)
			a.sendMessage(protocol.ProblemRequest{Type: "problem", QuestionID: tc.show})
			a.receiveType("problem")
			a.sendMessage(protocol.RunRequest{Type: "run", Tests: true, Ref: "r"})
			if e := awaitMessage[protocol.Error](a, "error"); e.Code != tc.want || e.Ref != "r" {
				t.Errorf("%+v, want %s", e, tc.want)
			}
		})
	}
}

// A stopped run keeps the verdicts of the cases that have ended.
func TestStopTestCases(t *testing.T) {
	runner := newCatRunner()
	cat, runs := runner.runFunc, 0
	second := make(chan struct{})
	runner.runFunc = func(ctx context.Context, emit func(sandbox.Chunk)) (sandbox.Result, error) {
		if runs++; runs == 2 {
			close(second)
			<-ctx.Done()
			return sandbox.Result{Status: sandbox.StatusCancelled, ExitCode: -1}, nil
		}
		return cat(ctx, emit)
	}
	m := startManager(t, dbtest.Open(t, db.SQLite), withTests(testSuite, runner))
	a := joinRoom(t, m, zhang)
	a.sendMessage(protocol.ProblemRequest{Type: "problem", QuestionID: &twoSum.ID})
	a.receiveType("problem")
	a.sendMessage(protocol.RunRequest{Type: "run", Tests: true})
	id := awaitMessage[protocol.RunStarted](a, "run_started").Run.ID
	<-second
	a.sendMessage(protocol.RunStopRequest{Type: "run_stop", RunID: id})
	f := awaitMessage[protocol.RunFinished](a, "run_finished")
	if f.Result.Status != "cancelled" || f.Report == nil || f.Report.Cases[0].Verdict != testcase.Passed || f.Report.Cases[1].Verdict != testcase.NotRun {
		t.Errorf("%+v", f)
	}
}
