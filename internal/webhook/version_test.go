package webhook

import (
	"fmt"
	"sync"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
)

func TestConcurrentUpdates(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := idle(t, d)
		e, _ := w.hook("/")
		for n := range 20 {
			version := e.Version
			var mu sync.Mutex
			var conflicts int
			update := func(edit func(*Input)) {
				current, err := w.Update(w.ctx, w.admin, e.ID, version, edit)
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
			if e, err = w.Get(w.ctx, w.admin, e.ID); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The limit holds for requests at the same time, too.
func TestConcurrentCreates(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := idle(t, d)
		for range maxEndpoints - 1 {
			w.hook("/")
		}
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for n := range errs {
			wg.Go(func() {
				_, _, errs[n] = w.Create(w.ctx, w.admin, Input{URL: w.receiver.URL, State: Enabled})
			})
		}
		wg.Wait()
		created := 0
		for _, err := range errs {
			switch {
			case err == nil:
				created++
			case apperr.KindOf(err) != apperr.Conflict:
				t.Error(err)
			}
		}
		if created != 1 {
			t.Errorf("%d of %d created beyond the limit, want 1", created, len(errs))
		}
	})
}
