package room

import (
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/runlog"
	"github.com/huimian/huimian/internal/room/terminal"
	"github.com/huimian/huimian/internal/sandbox"
)

// runLease is how long a run is regarded as active after the last message of the
// replica that executes it. The replica renews the lease with its presence, every
// presenceInterval, and with the run's output.
const runLease = presenceTTL

// endLostRuns logs the end of runs whose replica has stopped: on SQLite, which has
// one replica, of all that this process does not execute, and otherwise of those
// whose lease has expired. r.mu must be held.
func (r *Room) endLostRuns() {
	isAlone := r.manager.store.DB.Dialect() == db.SQLite
	for i := range r.state.runs {
		id := r.state.runs[i].ID
		isSettled := func() bool { return r.state.hasRunEnded(id) || !isAlone && !r.runLeases.IsExpired(id) }
		if isOwn := r.activeRun != nil && r.activeRun.id == id; isOwn || isSettled() {
			continue
		}
		r.enqueue(&work{skipIf: isSettled, event: &event{kind: logevent.KindFinish, subject: id, data: &logevent.Finish{
			Result: protocol.RunResult{Status: string(sandbox.StatusLost), ExitCode: -1},
		}}})
	}
}

// applyRunEvent renews the lease of a run by its stored event, passes input to the
// own run, and cancels it when another replica has ended it. r.mu must be held.
func (r *Room) applyRunEvent(e *event) {
	switch e.kind {
	case logevent.KindRun, logevent.KindOutput:
		r.runLeases.Renew(e.subject)
	case logevent.KindInput, logevent.KindResize:
		if r.activeRun != nil && r.activeRun.id == e.subject {
			terminal.Deliver(r.activeRun.terminal, e.data)
		}
	case logevent.KindFinish:
		r.runLeases.Drop(e.subject)
		r.cancelRun(e.subject)
	}
}

// hasRunEnded reports whether the end of a run is in the log, or the run is too
// old to be in the state.
func (s *state) hasRunEnded(id string) bool {
	run := runlog.Find(s.runs, id)
	return run == nil || run.Result != nil
}

// activeRunIDs returns the runs without an end, on any replica.
func (s *state) activeRunIDs() (ids []string) {
	for i := range s.runs {
		if s.runs[i].Result == nil {
			ids = append(ids, s.runs[i].ID)
		}
	}
	return ids
}
