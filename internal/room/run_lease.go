package room

import (
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/sandbox"
)

// runLease is how long a run is regarded as active after the last message of the
// replica that executes it. The replica renews the lease with its presence, every
// presenceInterval, and with the run's output.
const runLease = presenceTTL

// runLeases are the leases of the active runs of one room.
type runLeases struct {
	now       func() time.Time
	renewedAt map[string]time.Time // by run id
}

func newRunLeases(now func() time.Time) runLeases {
	return runLeases{now: now, renewedAt: map[string]time.Time{}}
}

func (l runLeases) renewLease(id string) { l.renewedAt[id] = l.now() }

// renewActive gives the other replicas time to renew the leases of the active
// runs, after messages may have been lost.
func (l runLeases) renewActive(runs []protocol.Run) {
	for i := range runs {
		if runs[i].Result == nil {
			l.renewLease(runs[i].ID)
		}
	}
}

func (l runLeases) isExpired(id string) bool { return l.now().Sub(l.renewedAt[id]) > runLease }

// endLostRuns logs the end of runs whose replica has stopped: on SQLite, which has
// one replica, of all that this process does not execute, and otherwise of those
// whose lease has expired. r.mu must be held.
func (r *Room) endLostRuns() {
	isAlone := r.manager.store.db.Dialect() == db.SQLite
	for i := range r.state.runs {
		id := r.state.runs[i].ID
		isSettled := func() bool { return r.state.hasRunEnded(id) || !isAlone && !r.runLeases.isExpired(id) }
		if isOwn := r.activeRun != nil && r.activeRun.id == id; isOwn || isSettled() {
			continue
		}
		r.enqueue(&work{skipIf: isSettled, event: &event{kind: kindFinish, subject: id, data: &finishData{
			Result: protocol.RunResult{Status: string(sandbox.StatusLost), ExitCode: -1},
		}}})
	}
}

// applyRunEvent renews the lease of a run by its stored event, and cancels the
// own run when another replica has ended it. r.mu must be held.
func (r *Room) applyRunEvent(e *event) {
	switch e.kind {
	case kindRun, kindOutput:
		r.runLeases.renewLease(e.subject)
	case kindFinish:
		delete(r.runLeases.renewedAt, e.subject)
		if r.activeRun != nil && r.activeRun.id == e.subject {
			r.activeRun.cancel()
		}
	}
}

// hasRunEnded reports whether the end of a run is in the log, or the run is too
// old to be in the state.
func (s *state) hasRunEnded(id string) bool {
	run := s.findRun(id)
	return run == nil || run.Result != nil
}
