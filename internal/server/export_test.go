package server

import (
	"net/http"

	"github.com/huimian/huimian/internal/room"
)

// MayStay is what an open socket asks from time to time.
func (s *Server) MayStay(r *http.Request, who room.Participant) error {
	return s.checkRoomAccess(r, who)
}
