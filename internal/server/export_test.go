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

// MaxUpload is the largest body of a request in bytes.
const MaxUpload = maxUpload
