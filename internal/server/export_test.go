package server

import (
	"math"
	"net/http"
	"testing"

	"github.com/huimian/huimian/internal/room"
)

// CheckRoomAccess exposes checkRoomAccess, the periodic authorization check of
// an open socket.
func (s *Server) CheckRoomAccess(r *http.Request, who room.Participant) error {
	return s.roomHandlers().checkRoomAccess(r, who)
}

// DisablePeriodicAccessChecks makes the sockets that are opened during the test check the access of their
// participants only when the room requests it.
func DisablePeriodicAccessChecks(t *testing.T) {
	t.Helper()
	before := roomTimeouts.accessCheck
	roomTimeouts.accessCheck = math.MaxInt64
	t.Cleanup(func() { roomTimeouts.accessCheck = before })
}
