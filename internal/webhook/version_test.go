package webhook

import (
	"bytes"
	"errors"
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
			wg.Go(func() {
				update(func(in *Input) {
					in.EventTypes, in.Description = []string{"candidate.created"}, fmt.Sprint(n, " types")
				})
			})
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

// Concurrent rotations and edits keep each other's changes: the secrets are those of the last two
// rotations.
func TestConcurrentRotations(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newIdleFixture(t, d)
		e, _ := f.createEndpoint("/")
		secrets := make([]string, 4)
		errs := dbtest.Concurrently(5, func(n int) (err error) {
			if n < len(secrets) {
				_, secrets[n], err = f.Rotate(f.ctx, f.admin, e.ID)
				return err
			}
			_, err = f.Update(f.ctx, f.admin, e.ID, 0, func(in *Input) { in.Description = "改过" })
			return err
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		stored, err := f.Get(f.ctx, f.admin, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, sealed := range [][]byte{stored.Secret, stored.OldSecret} {
			if secret, err := f.Box.Decrypt(sealed, e.ID); err != nil || !slices.Contains(secrets, string(secret)) {
				t.Errorf("a stored secret is none of the rotations: %v", err)
			}
		}
		if bytes.Equal(stored.Secret, stored.OldSecret) || stored.Description != "改过" || stored.Version != e.Version+5 {
			t.Errorf("stored: version %d after %d, %q", stored.Version, e.Version, stored.Description)
		}
	})
}

// An edit that changes nothing is no new version and no entry of the audit log.
func TestUpdateWithoutChange(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newIdleFixture(t, d)
		e, _ := f.createEndpoint("/")
		for range 2 {
			same, err := f.Update(f.ctx, f.admin, e.ID, e.Version, func(in *Input) { in.Description = " " })
			if err != nil || same.Version != e.Version || !same.UpdatedAt.Equal(e.UpdatedAt) {
				t.Errorf("version %d, %v", same.Version, err)
			}
		}
		if n := countAudited(t, d, "webhook.update"); n != 0 {
			t.Errorf("%d entries", n)
		}
	})
}

// Of concurrent deletions one is recorded.
func TestConcurrentDeletions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newIdleFixture(t, d)
		for round := range 5 {
			e, _ := f.createEndpoint("/")
			missing := 0
			for _, err := range dbtest.Concurrently(4, func(int) error { return f.Delete(f.ctx, f.admin, e.ID) }) {
				if apperr.KindOf(err) == apperr.NotFound {
					missing++
				} else if err != nil {
					t.Error(err)
				}
			}
			if n := countAudited(t, d, "webhook.delete"); missing != 3 || n != round+1 {
				t.Fatalf("%d of 4 not found, %d entries after %d deletions", missing, n, round+1)
			}
		}
	})
}

func countAudited(t *testing.T, d *db.DB, act string) (n int) {
	t.Helper()
	if err := d.NewRaw("SELECT COUNT(*) FROM audit_log WHERE act = ?", act).Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}
