package rehearsal

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// Fault is something that fails during the rehearsal.
type Fault struct {
	Name   string    `json:"name"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Effect string    `json:"effect"` // "" if it had none

	isOutage bool
	isKill   bool
	code     int  // with which WeCom rejects calls
	doubles  bool // the mail that was being sent is sent again
}

// planFaults plans what fails: WeCom for an hour of the last day, tokens, responses and processes.
func (r *rehearsal) planFaults() {
	first, last := r.Start, r.Start.AddDate(0, 0, r.Days-1)
	r.planOutage(last.Add(6 * time.Hour))
	r.planLostResponses(first.Add(2 * time.Hour))
	r.planRevocation(first.Add(4*time.Hour+30*time.Minute), 40014)
	r.planRevocation(last.Add(2*time.Hour+30*time.Minute), 42001)
	r.planKill(first.Add(100*time.Minute), nil)
	r.planKill(last.Add(3*time.Hour+15*time.Minute), nil)
	r.planKill(first.Add(3*time.Hour), &trap{path: "exmail/app/compose_send"})
	r.planKill(first.Add(3*time.Hour+30*time.Minute), &trap{path: "oa/schedule/add", after: true})
	r.planKill(first.Add(4*time.Hour), &trap{path: "message/send"})
	r.planKill(first.Add(5*time.Hour), &trap{path: "message/send", after: true})
	r.planKill(last.Add(7*time.Hour+30*time.Minute), &trap{path: "exmail/app/compose_send", after: true})
}

func (r *rehearsal) planOutage(at time.Time) {
	f := &Fault{Name: "WeCom is down", From: at, To: at.Add(time.Hour), isOutage: true}
	r.faults = append(r.faults, f)
	half := at.Add(30 * time.Minute)
	var ids []int64
	r.agenda.planAction(at, func(context.Context) error {
		ids = append(ids, r.world.wecom.AddFault(wecomtest.Fault{DropBefore: true}))
		return nil
	})
	r.agenda.planAction(half, func(context.Context) error { // connections are accepted again
		r.world.wecom.RemoveFaults(ids...)
		ids = []int64{r.world.wecom.AddFault(wecomtest.Fault{HTTPStatus: http.StatusBadGateway})}
		return nil
	})
	r.agenda.planAction(f.To, func(context.Context) error {
		r.world.wecom.RemoveFaults(ids...)
		f.Effect = fmt.Sprintf("calls that failed: %d", r.countCalls(f, func(c wecomtest.Call) bool { return c.Status != http.StatusOK }))
		return nil
	})
}

// countCalls counts the calls during a fault.
func (r *rehearsal) countCalls(f *Fault, match func(wecomtest.Call) bool) (n int) {
	for _, c := range r.world.wecom.Calls("") {
		if !c.Time.Before(f.From) && !c.Time.After(f.To) && match(c) {
			n++
		}
	}
	return n
}

// planLostResponses makes WeCom execute calls of which the product gets no response.
func (r *rehearsal) planLostResponses(at time.Time) {
	f := &Fault{Name: "responses to message/send are lost", From: at, To: at.Add(2 * time.Hour)}
	r.faults = append(r.faults, f)
	var id int64
	r.agenda.planAction(at, func(context.Context) error {
		id = r.world.wecom.AddFault(wecomtest.Fault{Path: "message/send", Share: 0.5, DropAfter: true})
		return nil
	})
	r.agenda.planAction(f.To, func(context.Context) error {
		r.world.wecom.RemoveFaults(id)
		if n := r.countCalls(f, func(c wecomtest.Call) bool { return c.Status == 0 }); n > 0 {
			f.Effect = fmt.Sprintf("responses lost: %d", n)
		}
		return nil
	})
}

// planRevocation makes WeCom end the product's access token before its time, at the next message.
func (r *rehearsal) planRevocation(at time.Time, code int) {
	f := &Fault{Name: fmt.Sprintf("the access token is revoked (%d)", code), From: at, To: at, code: code}
	r.faults = append(r.faults, f)
	r.agenda.planAction(at, func(context.Context) error {
		r.world.wecom.AddFault(wecomtest.Fault{Path: "message/send", RevokeToken: code, Times: 1})
		return nil
	})
}

// describeRevocation sets the effect of a revocation: the calls that were rejected, and when the
// next message was accepted.
func (r *rehearsal) describeRevocation(f *Fault) {
	rejected := 0
	for _, c := range r.world.wecom.Calls("message/send") {
		switch {
		case c.Time.Before(f.From):
		case c.Errcode == f.code:
			if rejected++; rejected == 1 {
				f.From = c.Time
			}
		case rejected > 0 && c.Errcode == 0 && c.Status == http.StatusOK:
			f.To = c.Time
			f.Effect = fmt.Sprintf("calls rejected: %d; accepted again after %s", rejected, c.Time.Sub(f.From))
			return
		}
	}
}

// planKill kills the process: between two jobs, or at the next call that the trap names.
func (r *rehearsal) planKill(at time.Time, t *trap) {
	f := &Fault{Name: "the process is killed between two jobs", From: at, To: at, isKill: true}
	r.faults = append(r.faults, f)
	if t == nil {
		r.agenda.planAction(at, func(ctx context.Context) error {
			f.Effect = "started again"
			return r.world.restartProduct(ctx)
		})
		return
	}
	f.Name = "the process is killed before WeCom receives " + t.path
	if t.after {
		f.Name = "the process is killed before it has the response of " + t.path
		f.doubles = t.path == "exmail/app/compose_send"
	}
	t.fired = func() {
		f.From, f.To = r.clock.Now(), r.clock.Now()
		f.Effect = "started again"
	}
	r.agenda.planAction(at, func(context.Context) error {
		r.world.gate.armTrap(t)
		return nil
	})
}

// isDown reports whether WeCom is down now: members can neither sign in nor press buttons.
func (r *rehearsal) isDown() bool {
	now := r.clock.Now()
	for _, f := range r.faults {
		if f.isOutage && !now.Before(f.From) && now.Before(f.To) {
			return true
		}
	}
	return false
}
