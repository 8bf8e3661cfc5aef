package server

import (
	"net/http"

	"github.com/huimian/huimian/internal/room"
)

// CheckRoomAccess exposes checkRoomAccess, the periodic authorization check of
// an open socket.
func (s *Server) CheckRoomAccess(r *http.Request, who room.Participant) error {
	return s.roomHandlers().checkRoomAccess(r, who)
}
