package core

import (
	"time"
)

// JSTicket is a JS-SDK ticket. It is empty before the first call.
type JSTicket struct {
	Value   string
	Expires time.Time
}
