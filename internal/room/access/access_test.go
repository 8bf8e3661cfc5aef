package access

import (
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/room/protocol"
)

func TestRights(t *testing.T) {
	for _, tc := range []struct {
		role     protocol.Role
		phase    protocol.Phase
		admitted bool
		want     []protocol.Right
	}{
		{protocol.Interviewer, protocol.Lobby, false, rightsOfStaff},
		{protocol.Recruiter, protocol.Open, false, append(slices.Clip(rightsOfStaff), CanExtend)},
		{protocol.Observer, protocol.Open, false, rightsOfObserver},
		{protocol.Interviewer, protocol.Ended, true, []protocol.Right{CanReadNotes, CanReopen}},
		{protocol.Recruiter, protocol.Ended, true, []protocol.Right{CanReadNotes}},
		{protocol.Observer, protocol.Ended, true, []protocol.Right{CanReadNotes}},
		{protocol.Candidate, protocol.Open, true, rightsOfCandidate},
		{protocol.Candidate, protocol.Open, false, nil},
		{protocol.Candidate, protocol.Ended, true, nil},
		{"another", protocol.Open, true, nil},
	} {
		if got := Rights(tc.role, tc.phase, tc.admitted); !slices.Equal(got, tc.want) {
			t.Errorf("%s, %s, admitted %v: %q", tc.role, tc.phase, tc.admitted, got)
		}
	}
	if slices.Contains(rightsOfCandidate, CanNotes) || slices.Contains(rightsOfCandidate, CanReadNotes) {
		t.Error("candidates have a right to the notes")
	}
}

func TestAdmissionOfDevices(t *testing.T) {
	phone, laptop, other := Device{"li", "phone"}, Device{"li", "laptop"}, Device{"han", "phone"}
	a := NewAdmissions()
	if a.Include(phone) || a.PastOf(phone).IncludesEvent(1) {
		t.Error("admitted without an admission")
	}
	a.Admit(phone, 5, map[string]int{"code": 2})
	for d, want := range map[Device]bool{phone: true, laptop: false, other: false, {Participant: "li"}: false} {
		if a.Include(d) != want || a.PastOf(d).IncludesVersion("code", 2) != want {
			t.Errorf("%+v: admitted %v", d, !want)
		}
	}
	a.ShowAnswer(map[string]int{"code:q": 7})
	a.Admit(laptop, 9, map[string]int{"code:q": 8})
	past := a.PastOf(laptop)
	if !past.IncludesEvent(5) || past.IncludesEvent(4) || !past.IncludesVersion("code", 2) || !past.IncludesVersion("code:q", 7) || past.IncludesVersion("code:q", 6) {
		t.Errorf("another device of the candidate sees another past: %+v", past)
	}
}

// Admissions from before devices were recorded cover each device.
func TestAdmissionWithoutDevice(t *testing.T) {
	a := NewAdmissions()
	a.Admit(Device{Participant: "li"}, 1, map[string]int{"code": 0})
	if !a.Include(Device{"li", "phone"}) || a.Include(Device{"han", "phone"}) {
		t.Errorf("%+v", a)
	}
	if every := (Device{Participant: "li"}); !every.Covers(Device{"li", "phone"}) || every.Covers(Device{"han", ""}) || (Device{"li", "phone"}).Covers(every) {
		t.Error("wrong devices are covered")
	}
}

// New files of an answer are visible to those who see the answer.
func TestFilesOfAnswers(t *testing.T) {
	a := NewAdmissions()
	li, han := Device{"li", "phone"}, Device{"han", "phone"}
	a.Admit(li, 5, map[string]int{"code": 2, "code/a": 7})
	a.AddFiles("code", []string{"code/b"})
	a.AddFiles("code:q", []string{"code:q/c"})
	a.Admit(han, 8, map[string]int{"code:q": 0, "code:q/c": 4})
	for _, tc := range []struct {
		device  Device
		doc     string
		version int
		want    bool
	}{
		{li, "code/a", 7, true}, {li, "code/a", 6, false}, {li, "code/b", 0, true}, {li, "code:q/c", 9, false},
		{han, "code:q/c", 4, true}, {han, "code:q/c", 3, false}, {han, "code/b", 9, false},
	} {
		if got := a.PastOf(tc.device).IncludesVersion(tc.doc, tc.version); got != tc.want {
			t.Errorf("%s, %s at %d: %v", tc.device.Participant, tc.doc, tc.version, got)
		}
	}
}

func TestPast(t *testing.T) {
	a := NewAdmissions()
	li := Device{Participant: "li"}
	a.Admit(li, 5, map[string]int{"code": 2})
	past := a.PastOf(li)
	for _, tc := range []struct {
		name      string
		got, want bool
	}{
		{"answer at its version", past.IncludesVersion("code", 2), true},
		{"answer before its version", past.IncludesVersion("code", 1), false},
		{"answer that was not shown", past.IncludesDocument("code:q"), false},
		{"notes", past.IncludesDocument("notes"), false},
		{"run of the answer", past.IncludesRun(&protocol.Run{RunStart: protocol.RunStart{Doc: "code"}, Seq: 5}), true},
		{"run before the admission", past.IncludesRun(&protocol.Run{RunStart: protocol.RunStart{Doc: "code"}, Seq: 4}), false},
		{"run of another answer", past.IncludesRun(&protocol.Run{RunStart: protocol.RunStart{Doc: "code:q"}, Seq: 6}), false},
		{"no run", past.IncludesRun(nil), false},
		{"whole past", WholePast().IncludesVersion("notes", 0) && WholePast().IncludesEvent(0), true},
		{"no past", Past{}.IncludesDocument("code") || Past{}.IncludesEvent(0) || Past{}.IncludesEvent(9), false},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %v", tc.name, tc.got)
		}
	}
}

// Candidates receive no case, time or memory of hidden cases.
func TestTestsForCandidates(t *testing.T) {
	result := protocol.RunResult{Status: "ok", Detail: "d", ExitCode: 1, Signal: "S", WallMs: 1, CPUMs: 2, MemoryBytes: 3, Truncated: true}
	report := &protocol.TestReport{
		Visible: protocol.TestCount{Passed: 1, Total: 1}, Hidden: protocol.TestCount{Total: 1},
		Cases: []protocol.TestResult{{Number: 1, Hidden: true, Input: "HIDDEN"}, {Number: 2, Input: "visible", CheckerError: "STAFF"}},
	}
	run := RunForCandidates(protocol.Run{Result: &result, Report: report})
	finish := FinishForCandidates(&protocol.RunFinished{Type: "run_finished", RunID: "r", Result: result, Report: report})
	for name, got := range map[string]struct {
		result protocol.RunResult
		report *protocol.TestReport
	}{"run": {*run.Result, run.Report}, "end of a run": {finish.Result, finish.Report}} {
		if got.result != (protocol.RunResult{Status: "ok"}) || len(got.report.Cases) != 1 || got.report.Cases[0].Number != 2 || got.report.Cases[0].CheckerError != "" || got.report.Hidden != report.Hidden {
			t.Errorf("%s: %+v, %+v", name, got.result, got.report)
		}
	}
	if len(report.Cases) != 2 || report.Cases[1].CheckerError == "" || result.CPUMs != 2 || finish.RunID != "r" {
		t.Error("the log's own report was changed")
	}
	if plain := RunForCandidates(protocol.Run{Result: &result}); *plain.Result != result {
		t.Errorf("a run without test cases was changed: %+v", plain.Result)
	}
	if plain := FinishForCandidates(&protocol.RunFinished{Result: result}); plain.Result != result {
		t.Errorf("the end of a run without test cases was changed: %+v", plain)
	}
}
