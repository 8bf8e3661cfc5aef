package protocol

import "fmt"

// WebSocket close codes.
const (
	CloseProtocol  = 4400
	CloseForbidden = 4403
	CloseSilent    = 4408
	CloseReplaced  = 4409
	CloseSlow      = 4413
	CloseTooMany   = 4429
	CloseRestart   = 1012
)

// CloseError is the WebSocket close code and reason to close a socket with.
type CloseError struct {
	Code   int
	Reason string
}

func (e *CloseError) Error() string { return fmt.Sprintf("closed with %d: %s", e.Code, e.Reason) }
