// Package filestore keeps the content of uploaded files: in a folder, or in a bucket of a service
// with the protocol of S3. A file is written once and not changed; its name is an id of the
// server, never a text of a user. Who may read a file, and which files exist, is decided by the
// package that has the rows about them.
package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Store keeps contents under ids. Folder and Bucket implement it; package filestoretest has
// the tests of both.
type Store interface {
	// Write stores the content of a file. When it returns nil, the content survives a failure
	// of the machine. After an error there is no file of the id, or the previous one.
	Write(ctx context.Context, id string, content io.Reader) error
	// Open opens a file for reading, or returns ErrNotFound. The context ends the opening, not
	// the reading: a response is written after its operation has returned. A file that is
	// deleted meanwhile is read to its end.
	Open(ctx context.Context, id string) (io.ReadCloser, error)
	// Delete deletes a file with all its versions; one that does not exist is no error.
	Delete(ctx context.Context, id string) error
	// Sweep deletes the files that were written before a time and that keep does not return.
	Sweep(ctx context.Context, before time.Time, keep KeepFunc) (deleted int, err error)
	// Probe writes a file, reads it and deletes it.
	Probe(ctx context.Context) error
	// Location describes the store for administrators. It contains no secret.
	Location() string
}

// KeepFunc returns which of at most 256 ids a sweep keeps.
type KeepFunc func(ctx context.Context, ids []string) (map[string]bool, error)

// keepBatch is the maximum number of ids of a KeepFunc.
const keepBatch = 256

// ErrNotFound is the error of a file that the store does not contain.
var ErrNotFound = errors.New("the file store does not contain the file")

// checkID returns an error unless a text is an id as the server writes it.
func checkID(id string) error {
	if parsed, err := uuid.Parse(id); err != nil || parsed.String() != id {
		return fmt.Errorf("%q is not the id of a file", id)
	}
	return nil
}

// probe writes a file whose content is its id, reads it and deletes it.
func probe(ctx context.Context, s Store, id string) (err error) {
	if err := s.Write(ctx, id, strings.NewReader(id)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Delete(ctx, id)) }()
	in, err := s.Open(ctx, id)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(io.LimitReader(in, int64(len(id))+1))
	if err := errors.Join(err, in.Close()); err != nil {
		return fmt.Errorf("reading file %s: %w", id, err)
	}
	if string(content) != id {
		return fmt.Errorf("file %s does not contain what was written", id)
	}
	return nil
}
