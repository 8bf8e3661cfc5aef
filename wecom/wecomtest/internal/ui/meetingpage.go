package ui

import (
	"net/http"
	"time"
)

// serveMeeting serves the link of a meeting: a page for browsers, the title in plain text for
// programs.
func (s *Service) serveMeeting(w http.ResponseWriter, r *http.Request) {
	if s.serveMeetingPage(w, r) {
		return
	}
	s.Mu.Lock()
	text := ""
	for _, c := range s.CorpStates {
		for _, m := range c.Meetings {
			if m.Code == r.PathValue("code") {
				text = *m.Title + "\n" + m.StartTime().UTC().Format(time.RFC3339) + "\n" + m.Code + "\n"
			}
		}
	}
	s.Mu.Unlock()
	if text == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte(text))
}
