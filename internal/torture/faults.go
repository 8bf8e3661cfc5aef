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
	total, faults := r.rooms.Count().People*r.Edits, r.Kills+r.Restarts
	for n := range faults {
		due := total * (n + 1) / (faults + 1)
		r.awaitState(ctx, func() bool { return r.rooms.Count().Acknowledged >= due })
		if ctx.Err() != nil || r.rooms.HasFailed() {
			return
		}
		process := r.cluster.Processes[rng.IntN(len(r.cluster.Processes))]
		// Kills and restarts alternate while there are both.
		isKill := r.faults.Kills < r.Kills && (n%2 == 0 || r.faults.Restarts == r.Restarts)
		if isKill {
			r.faults.Kills++
		} else {
			r.faults.Restarts++
		}
		if err := r.cluster.Replace(ctx, process, isKill); err != nil {
			r.found.Addf("process", "%s: %v", process.Name, err)
			return
		}
	}
}
