package server

import (
	"net/http"

	"github.com/huimian/huimian/internal/server/httpapi"
)

// serveWeComCallback passes a WeCom callback to the handler of its application.
func (s *Server) serveWeComCallback(w http.ResponseWriter, r *http.Request) {
	h, ok := s.Callbacks[r.PathValue("corpId")+"/"+r.PathValue("agentId")]
	if !ok {
		httpapi.WritePlainText(w, http.StatusNotFound, "not found\n")
		return
	}
	h.ServeHTTP(w, r)
}

// serveBotCallback passes a callback of a smart bot to the bot of its company.
func (s *Server) serveBotCallback(w http.ResponseWriter, r *http.Request) {
	s.SmartBot.ServeCallback(w, r, r.PathValue("corpId"))
}
