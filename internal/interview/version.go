package interview

import (
	"github.com/huimian/huimian/internal/apperr"
)

// checkVersion compares the version that an edit was made from with the stored
// one; 0 edits any version. A difference is a Conflict with the text id code.
func checkVersion(code string, edited, stored int) error {
	if edited != 0 && edited != stored {
		return apperr.New(apperr.Conflict, code)
	}
	return nil
}

// withCurrent returns the result of a failed edit: beside a Conflict the object
// as it is stored now, so that its caller can show the other change.
func withCurrent[T any](err error, read func() (*T, error)) (*T, error) {
	if apperr.KindOf(err) != apperr.Conflict {
		return nil, err
	}
	current, readErr := read()
	if readErr != nil {
		return nil, err
	}
	return current, err
}
