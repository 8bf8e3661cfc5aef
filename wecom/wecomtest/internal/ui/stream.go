package ui

import (
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

// streamBuffer is how many changes a page may lag behind before its stream is
// closed; the page then connects anew and reads everything again.
const streamBuffer = 256

// serveEvents reports changes to a page as server-sent events: with ?as=
// what concerns that member, without it everything.
func (s *Service) serveEvents(w http.ResponseWriter, r *http.Request) {
	if err := webpage.CheckQuery(r, "corpId", "as"); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	q := r.URL.Query()
	watch := make(chan core.Change, streamBuffer)
	s.Mu.Lock()
	s.Watchers[watch] = struct{}{}
	s.Mu.Unlock()
	defer s.removeWatcher(watch)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	if !writeStreamEvent(w, out, "retry: 1000\n\n") {
		return
	}
	beat := time.NewTicker(20 * time.Second) // so that proxies keep the stream open
	defer beat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			if !writeStreamEvent(w, out, ": still here\n\n") {
				return
			}
		case c, open := <-watch:
			if !open {
				return
			}
			if isRelevantTo(c, q.Get("corpId"), q.Get("as")) && !writeStreamEvent(w, out, "data: "+string(webpage.EncodeJSON(c))+"\n\n") {
				return
			}
		}
	}
}

func writeStreamEvent(w http.ResponseWriter, out *http.ResponseController, text string) bool {
	if _, err := w.Write([]byte(text)); err != nil {
		return false
	}
	return out.Flush() == nil
}

func (s *Service) removeWatcher(watch chan core.Change) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	delete(s.Watchers, watch)
}

// isRelevantTo reports whether a change matters to the page of a member.
func isRelevantTo(c core.Change, corpID, userID string) bool {
	if userID == "" {
		return true
	}
	switch c.Kind {
	case "message":
		return c.CorpID == corpID && c.UserID == core.FoldUserID(userID)
	case "directory", "schedule", "meeting", "robot":
		return c.CorpID == corpID
	case "clock":
		return true
	}
	return false
}
