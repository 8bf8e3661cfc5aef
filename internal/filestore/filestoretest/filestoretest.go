// Package filestoretest has the tests that every file store passes.
package filestoretest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/huimian/huimian/internal/filestore"
)

// Fixture is a store that is empty, and what a test needs beside its methods.
type Fixture struct {
	Store filestore.Store
	// List returns the names of everything that is stored, with old versions.
	List func(t *testing.T) []string
	// Later returns a time by which everything that is stored is old.
	Later func() time.Time
}

// Write stores a content under a new id.
func Write(t *testing.T, s filestore.Store, content string) (id string) {
	t.Helper()
	id = uuid.NewString()
	if err := s.Write(t.Context(), id, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return id
}

// Read returns a content.
func Read(t *testing.T, s filestore.Store, id string) string {
	t.Helper()
	in, err := s.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(in)
	if err := errors.Join(err, in.Close()); err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Run runs the tests, each with a store of its own.
func Run(t *testing.T, newFixture func(*testing.T) Fixture) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Fixture)
	}{
		{"write, read, replace, delete", testContents},
		{"other names", testOtherNames},
		{"failed writes", testFailedWrites},
		{"concurrent", testConcurrent},
		{"sweep", testSweep},
		{"probe", testProbe},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, newFixture(t)) })
	}
}

func (f Fixture) requireNames(t *testing.T, want ...string) {
	t.Helper()
	got := f.List(t)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("stored %q, want %q", got, want)
	}
}

func testContents(t *testing.T, f Fixture) {
	large := string(bytes.Repeat([]byte{0, 0xff, '\r', '\n'}, 2<<20))
	for _, content := range []string{"content", large, ""} {
		id := Write(t, f.Store, content)
		if got := Read(t, f.Store, id); got != content {
			t.Errorf("read %d bytes, want %d", len(got), len(content))
		}
		if err := f.Store.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	f.requireNames(t)

	id := Write(t, f.Store, "first")
	if err := f.Store.Write(t.Context(), id, strings.NewReader(large)); err != nil {
		t.Fatal(err)
	}
	opening, cancel := context.WithCancel(t.Context())
	in, err := f.Store.Open(opening, id)
	if err != nil {
		t.Fatal(err)
	}
	cancel()                                                // the operation has returned, the response is being written
	if err := f.Store.Delete(t.Context(), id); err != nil { // a reader that is at work reads to the end
		t.Fatal(err)
	}
	content, err := io.ReadAll(in)
	if err := errors.Join(err, in.Close()); err != nil || string(content) != large {
		t.Errorf("%d bytes, %v", len(content), err)
	}
	if _, err := f.Store.Open(t.Context(), id); !errors.Is(err, filestore.ErrNotFound) {
		t.Errorf("after the deletion: %v", err)
	}
	if err := f.Store.Delete(t.Context(), id); err != nil {
		t.Errorf("the second deletion: %v", err)
	}
	f.requireNames(t)
}

// A text that is no id is no name of a file.
func testOtherNames(t *testing.T, f Fixture) {
	id := uuid.NewString()
	for _, id := range []string{"", "..", "../../etc/passwd", "a/" + id, "A" + strings.ToUpper(id)[1:], "{" + id + "}", id + "\x00"} {
		if err := f.Store.Write(t.Context(), id, strings.NewReader("x")); err == nil {
			t.Errorf("%q was written", id)
		}
		if _, err := f.Store.Open(t.Context(), id); err == nil || errors.Is(err, filestore.ErrNotFound) {
			t.Errorf("%q was opened: %v", id, err)
		}
		if f.Store.Delete(t.Context(), id) == nil {
			t.Errorf("%q was deleted", id)
		}
	}
	f.requireNames(t)
}

// A write that fails or is cancelled leaves the previous content.
func testFailedWrites(t *testing.T, f Fixture) {
	id := Write(t, f.Store, "previous")
	broken := errors.New("the connection of the upload is lost")
	content := io.MultiReader(strings.NewReader("part"), failingReader{broken})
	if err := f.Store.Write(t.Context(), id, content); !errors.Is(err, broken) {
		t.Errorf("a broken reader: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Store.Write(ctx, id, strings.NewReader("other")); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled write: %v", err)
	}
	if err := f.Store.Write(ctx, uuid.NewString(), strings.NewReader("other")); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled write: %v", err)
	}
	if got := Read(t, f.Store, id); got != "previous" {
		t.Errorf("%q", got)
	}
	f.requireNames(t, id)
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

func testConcurrent(t *testing.T, f Fixture) {
	id := uuid.NewString()
	results := make(chan error, 8)
	for n := range cap(results) {
		go func() {
			results <- errors.Join(
				f.Store.Write(t.Context(), id, strings.NewReader(strings.Repeat(string(rune('a'+n)), 5000))),
				f.Store.Write(t.Context(), uuid.NewString(), strings.NewReader("other")))
		}()
	}
	for range cap(results) {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if got := Read(t, f.Store, id); len(got) != 5000 || strings.Trim(got, got[:1]) != "" {
		t.Errorf("a mixture of contents: %d bytes", len(got))
	}
}

func testSweep(t *testing.T, f Fixture) {
	if n, err := f.Store.Sweep(t.Context(), f.Later(), nil); n != 0 || err != nil {
		t.Errorf("an empty store: %d, %v", n, err)
	}
	kept := Write(t, f.Store, "kept")
	for range 3 {
		Write(t, f.Store, "orphan")
	}
	keepOne := func(_ context.Context, ids []string) (map[string]bool, error) {
		if len(ids) > 256 {
			t.Errorf("%d ids at once", len(ids))
		}
		return map[string]bool{kept: true}, nil
	}
	if n, err := f.Store.Sweep(t.Context(), time.Now().Add(-time.Hour), keepOne); n != 0 || err != nil {
		t.Errorf("new files: %d, %v", n, err)
	}
	failed := errors.New("the database is unavailable")
	if _, err := f.Store.Sweep(t.Context(), f.Later(), func(context.Context, []string) (map[string]bool, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Errorf("a failed query: %v", err)
	}
	if got := len(f.List(t)); got != 4 {
		t.Errorf("%d files after a failed query", got)
	}
	if n, err := f.Store.Sweep(t.Context(), f.Later(), keepOne); n != 3 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	f.requireNames(t, kept)
}

func testProbe(t *testing.T, f Fixture) {
	if err := f.Store.Probe(t.Context()); err != nil {
		t.Error(err)
	}
	f.requireNames(t)
	if f.Store.Location() == "" {
		t.Error("no location")
	}
}
