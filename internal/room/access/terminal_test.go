package access

import (
	"testing"

	"github.com/huimian/huimian/internal/room/protocol"
)

func TestTerminalRefusals(t *testing.T) {
	a := NewAdmissions()
	li := Device{Participant: "li"}
	a.Admit(li, 5, map[string]int{"code": 2})
	run := func(change func(*protocol.Run)) *protocol.Run {
		r := &protocol.Run{RunStart: protocol.RunStart{By: "zhang", Doc: "code", Terminal: &protocol.TerminalSize{Rows: 24, Cols: 80}}, Seq: 6}
		change(r)
		return r
	}
	for name, tc := range map[string]struct {
		run           *protocol.Run
		past          Past
		input, resize string
	}{
		"staff":                        {run(func(*protocol.Run) {}), WholePast(), "", ""},
		"candidate":                    {run(func(*protocol.Run) {}), a.PastOf(li), "", ""},
		"run before the admission":     {run(func(r *protocol.Run) { r.Seq = 4 }), a.PastOf(li), "not_found", "not_found"},
		"run of another answer":        {run(func(r *protocol.Run) { r.Doc = "code:q" }), a.PastOf(li), "not_found", "not_found"},
		"participant without any past": {run(func(*protocol.Run) {}), Past{}, "not_found", "not_found"},
		"run without a terminal":       {run(func(r *protocol.Run) { r.Terminal = nil }), WholePast(), "not_found", "not_found"},
		"run that has ended":           {run(func(r *protocol.Run) { r.Result = &protocol.RunResult{} }), WholePast(), "run.ended", "run.ended"},
		"run of another":               {run(func(r *protocol.Run) { r.By = "wang" }), WholePast(), "", "forbidden"},
		"no run":                       {nil, WholePast(), "not_found", "not_found"},
	} {
		if got := InputRefusal(tc.run, tc.past); got != tc.input {
			t.Errorf("%s: input %q", name, got)
		}
		if got := ResizeRefusal(tc.run, tc.past, "zhang"); got != tc.resize {
			t.Errorf("%s: resize %q", name, got)
		}
	}
}
