package core

import (
	"errors"
)

// ErrNotFound is the error for an id that does not exist.
var ErrNotFound = errors.New("no such member, application or message")
