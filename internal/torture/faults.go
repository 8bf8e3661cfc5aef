package torture

import (
	"context"
	"math/rand/v2"
)

// faultCounts are the faults that took place.
type faultCounts struct {
	Kills    int `json:"kills"`
	Restarts int `json:"restarts"`
}

// injectFaults kills and restarts processes when equal shares of all edits are acknowledged.
func (r *run) injectFaults(ctx context.Context) {
	rng := rand.New(rand.NewPCG(r.Seed, 1))
	total, faults := len(r.people)*r.Edits, r.Kills+r.Restarts
	for n := range faults {
		due := int64(total * (n + 1) / (faults + 1))
		r.awaitState(ctx, func() bool { return r.counters.acknowledged.Load() >= due })
		if ctx.Err() != nil || r.failed.Load() {
			return
		}
		process := r.replicas[rng.IntN(len(r.replicas))]
		// Kills and restarts alternate while there are both.
		isKill := r.faults.Kills < r.Kills && (n%2 == 0 || r.faults.Restarts == r.Restarts)
		if isKill {
			r.faults.Kills++
		} else {
			r.faults.Restarts++
		}
		if err := r.replaceProcess(ctx, process, isKill); err != nil {
			r.addViolationf("process", "%s: %v", process.name, err)
			return
		}
	}
}

// replaceProcess ends a process and starts it again.
func (r *run) replaceProcess(ctx context.Context, process *replica, isKill bool) error {
	r.balancer.markEnded(process.address)
	end := process.stopProcess
	if isKill {
		end = process.killProcess
	}
	if err := end(); err != nil {
		return err
	}
	return process.startProcess(ctx)
}
