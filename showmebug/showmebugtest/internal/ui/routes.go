package ui

import (
	"errors"
	"net/http"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/page"
)

func errorStatus(err error) int {
	switch {
	case errors.Is(err, core.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, core.ErrInvalidState):
		return http.StatusConflict
	}
	return http.StatusBadRequest
}

// servePage serves one of the embedded pages. The page loads its data itself, so an unknown address
// leads to a page that reports the error.
func (s *Service) servePage(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusOK
		if !s.pathExists(r) {
			status = http.StatusNotFound
		}
		page.Site.WriteFile(w, status, name)
	}
}

func (s *Service) pathExists(r *http.Request) bool {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	uid, link := r.PathValue("uid"), r.PathValue("link")
	return (uid == "" || s.InterviewStates[uid] != nil || s.Pads[uid] != nil) && (link == "" || s.ExamLinks[link] != nil)
}
