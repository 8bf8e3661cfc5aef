package core

import (
	"errors"
)

// ErrFace is a request of the face that cannot be answered.
var ErrFace = errors.New("no such member, application or message")
