package webhook

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

func TestConcurrentUpdates(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newIdleFixture(t, d)
		e, _ := f.createEndpoint("/")
		for n := range 20 {
			version := e.Version
			var mu sync.Mutex
			var conflicts int
			update := func(edit func(*Input)) {
				current, err := f.Update(f.ctx, f.admin, e.ID, version, edit)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case apperr.KindOf(err) == apperr.Conflict && current.Version == version+1:
					conflicts++
				case err != nil:
					t.Error(err)
				}
			}
			var wg sync.WaitGroup
			wg.Go(func() { update(func(in *Input) { in.Description = fmt.Sprint(n) }) })
			wg.Go(func() { update(func(in *Input) { in.EventTypes = []string{"candidate.created"} }) })
			wg.Wait()
			if conflicts != 1 {
				t.Fatalf("pair %d of one version: %d conflicts, want 1", n, conflicts)
			}
			var err error
			if e, err = f.Get(f.ctx, f.admin, e.ID); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The limit of endpoints holds for concurrent requests too.
func TestConcurrentCreates(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newIdleFixture(t, d)
		for range maxEndpoints - 1 {
			f.createEndpoint("/")
		}
		// Rounds: in the first, the connections are opened one after another.
		for range 5 {
			var wg sync.WaitGroup
			created := make([]*Endpoint, 8)
			for n := range created {
				wg.Go(func() {
					e, _, err := f.Create(f.ctx, f.admin, Input{URL: f.receiver.URL, State: Enabled})
					if err != nil && apperr.KindOf(err) != apperr.Conflict {
						t.Error(err)
					}
					created[n] = e
				})
			}
			wg.Wait()
			created = slices.DeleteFunc(created, func(e *Endpoint) bool { return e == nil })
			if len(created) != 1 {
				t.Fatalf("%d endpoints created where one more is allowed", len(created))
			}
			if err := f.Delete(f.ctx, f.admin, created[0].ID); err != nil {
				t.Fatal(err)
			}
		}
	})
}
