// Package versioning detects lost updates: every editable object has a version
// that grows with each change, and an edit names the one that it was made from.
package versioning

import (
	"errors"

	"github.com/huimian/huimian/internal/apperr"
)

// Check compares the version that an edit was made from with the stored one; 0
// edits any version. A difference is a Conflict with the text id code. The
// caller holds the lock of the row.
func Check(code string, edited, stored int) error {
	if edited != 0 && edited != stored {
		return apperr.New(apperr.Conflict, code)
	}
	return nil
}

// WithCurrent returns the result of a failed edit: beside a Conflict the object
// as it is stored now, so that its caller can show the other change. A Conflict of
// a field concerns another object. read runs after the transaction of the edit.
func WithCurrent[T any](err error, read func() (*T, error)) (*T, error) {
	conflict, ok := errors.AsType[*apperr.Error](err)
	if !ok || conflict.Kind != apperr.Conflict || len(conflict.Fields) > 0 {
		return nil, err
	}
	current, readErr := read()
	if readErr != nil {
		return nil, err
	}
	return current, err
}
