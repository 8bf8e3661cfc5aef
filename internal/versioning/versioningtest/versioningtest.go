// Package versioningtest tests Update methods that follow package versioning:
// concurrent edits keep each other's changes, and an edit of an old version is a
// conflict. The tests fail on PostgreSQL without the lock of the row; SQLite has
// one writer and cannot show that.
package versioningtest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/huimian/huimian/internal/apperr"
)

// pairs is how often a race is run: on PostgreSQL without the lock, each of
// these races fails within the first few.
const pairs = 20

// Updater is an Update method of rows R that are edited as E.
type Updater[R, E any] struct {
	Update func(ctx context.Context, version int, edit func(*E)) (*R, error)
	// Texts returns two texts of an edit, both of which may be set to any text.
	Texts func(*E) [2]*string
	// Fields returns the version and the two texts of a row.
	Fields func(*R) (version int, texts [2]string)
}

// setText sets one text and returns the row that Update has returned.
func (u Updater[R, E]) setText(ctx context.Context, version, n int, value string) (stored int, texts [2]string, err error) {
	row, err := u.Update(ctx, version, func(e *E) { *u.Texts(e)[n] = value })
	if row != nil {
		stored, texts = u.Fields(row)
	}
	return stored, texts, err
}

// readRow reads the row by an edit that changes nothing.
func (u Updater[R, E]) readRow(t *testing.T) (version int, texts [2]string) {
	t.Helper()
	row, err := u.Update(t.Context(), 0, func(*E) {})
	if err != nil {
		t.Fatal(err)
	}
	return u.Fields(row)
}

// Run runs all tests. The row must have just been created.
func (u Updater[R, E]) Run(t *testing.T) {
	t.Helper()
	t.Run("versions", u.testVersions)
	t.Run("concurrent edits of two fields", u.testTwoFields)
	t.Run("concurrent edits of one version", u.testOneVersion)
}

func (u Updater[R, E]) testVersions(t *testing.T) {
	first, _ := u.readRow(t)
	if first != 1 {
		t.Errorf("version %d after an edit that changes nothing, want 1", first)
	}
	second, _, err := u.setText(t.Context(), first, 0, "改过的内容")
	if err != nil || second != 2 {
		t.Errorf("version %d, %v after an edit, want 2", second, err)
	}
	stored, texts, err := u.setText(t.Context(), first, 1, "别的内容")
	if apperr.KindOf(err) != apperr.Conflict || stored != 2 || texts[0] != "改过的内容" {
		t.Errorf("an edit of an old version: version %d, %q, %v; want a conflict with the stored object", stored, texts, err)
	}
	if _, _, err := u.setText(t.Context(), 0, 1, "别的内容"); err != nil {
		t.Errorf("an edit of any version: %v", err)
	}
}

// Two concurrent requests change different fields: both changes are stored.
func (u Updater[R, E]) testTwoFields(t *testing.T) {
	for n := range pairs {
		want := [2]string{fmt.Sprintf("左 %d", n), fmt.Sprintf("右 %d", n)}
		set := func(field int) func() error {
			return func() error {
				_, _, err := u.setText(t.Context(), 0, field, want[field])
				return err
			}
		}
		Race(t, set(0), set(1))
		if _, got := u.readRow(t); got != want {
			t.Fatalf("pair %d: stored %q, want %q", n, got, want)
		}
	}
}

// Two requests edit the same version: one is stored, the other fails with a
// conflict that contains the stored row.
func (u Updater[R, E]) testOneVersion(t *testing.T) {
	for n := range pairs {
		version, _ := u.readRow(t)
		var mu sync.Mutex
		var stored, refused []string
		set := func(value string) func() error {
			return func() error {
				_, texts, err := u.setText(t.Context(), version, 0, value)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					stored = append(stored, value)
				case apperr.KindOf(err) == apperr.Conflict:
					refused = append(refused, texts[0])
				default:
					return err
				}
				return nil
			}
		}
		Race(t, set(fmt.Sprintf("甲 %d", n)), set(fmt.Sprintf("乙 %d", n)))
		if len(stored) != 1 || !slices.Equal(refused, stored) {
			t.Fatalf("pair %d: stored %q, refused with %q; want one of each, with the same text", n, stored, refused)
		}
	}
}

// Race runs the functions concurrently and fails the test on an error.
func Race(t *testing.T, functions ...func() error) {
	t.Helper()
	var wg sync.WaitGroup
	for _, fn := range functions {
		wg.Go(func() {
			if err := fn(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// RunOneOfTwo runs pairs of concurrent changes that were made from one version, by a method without
// an edit function: one is stored, the other is a conflict. version is the stored version.
func RunOneOfTwo(t *testing.T, version int, change func(version, n int) error) {
	t.Helper()
	for pair := range pairs {
		var mu sync.Mutex
		conflicts := 0
		attempt := func(n int) func() error {
			return func() error {
				err := change(version+pair, 2*pair+n)
				if apperr.KindOf(err) != apperr.Conflict {
					return err
				}
				mu.Lock()
				conflicts++
				mu.Unlock()
				return nil
			}
		}
		Race(t, attempt(0), attempt(1))
		if conflicts != 1 {
			t.Fatalf("pair %d: %d conflicts, want 1", pair, conflicts)
		}
	}
}
