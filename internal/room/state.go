package room

import (
	"slices"
	"time"
)

// state is derived from the log of a room. It is guarded by the room's lock and
// changed only by applyEvent, with stored events.
type state struct {
	head       int64 // seq of the last event
	phase      Phase
	startedAt  time.Time
	endedAt    time.Time
	language   string
	questionID string
	admitted   map[string]visibility // since the first admission, by participant id
	chat       []chatView
	runs       []runView
}

func newState() state { return state{phase: Lobby, admitted: map[string]visibility{}} }

// applyEvent applies a stored event.
func (s *state) applyEvent(e *event) {
	s.head = max(s.head, e.seq)
	switch data := e.data.(type) {
	case *languageData:
		s.language = data.Language
	case *problemData:
		s.questionID = e.subject
	case *chatData:
		s.chat = appendBounded(s.chat, maxChatSent, chatView{
			ID: data.ID, Author: e.actor, Name: data.Name, Text: data.Text, At: timestamp{e.at}, Ref: e.subject, seq: e.seq,
		})
	case *runData:
		s.runs = appendBounded(s.runs, maxRunsSent, runView{runStart: newRunStart(e, data), Chunks: []chunk{}, seq: e.seq})
	case *outputData:
		if run := s.findRun(e.subject); run != nil {
			run.Chunks = appendOutput(run.Chunks, data.Chunks)
		}
	case *finishData:
		if run := s.findRun(e.subject); run != nil {
			run.Result = &data.Result
		}
	default:
		s.applyPhaseEvent(e)
	}
}

func (s *state) applyPhaseEvent(e *event) {
	switch e.kind {
	case kindAdmit:
		if _, again := s.admitted[e.subject]; !again {
			s.admitted[e.subject] = visibility{e.seq, e.codeVersion}
		}
	case kindStart:
		if s.phase == Lobby {
			s.phase, s.startedAt = Open, e.at
		}
	case kindEnd:
		if s.phase != Ended {
			s.phase, s.endedAt = Ended, e.at
		}
	}
}

func newRunStart(e *event, data *runData) runStart {
	return runStart{ID: e.subject, By: e.actor, Version: data.Version, Language: data.Language, At: timestamp{e.at}, Ref: data.Ref}
}

func (s *state) findRun(id string) *runView {
	for i := range s.runs {
		if s.runs[i].ID == id {
			return &s.runs[i]
		}
	}
	return nil
}

// findChat returns the author's chat message with the ref if it is among the
// last maxChatSent messages, to detect a repeated request.
func (s *state) findChat(author, ref string) *chatView {
	for i := range s.chat {
		if s.chat[i].Author == author && s.chat[i].Ref == ref {
			return &s.chat[i]
		}
	}
	return nil
}

func appendBounded[T any](list []T, n int, item T) []T {
	if len(list) >= n {
		list = slices.Delete(list, 0, len(list)-n+1)
	}
	return append(list, item)
}

// appendOutput appends chunks and keeps the last maxRunOutput bytes. It returns
// a new slice, since the old one may be in use.
func appendOutput(chunks, more []chunk) []chunk {
	all := slices.Concat(chunks, more)
	size := 0
	for i := len(all) - 1; i >= 0; i-- {
		if size += len(all[i].Text); size > maxRunOutput {
			all[i].Text = runeSuffix(all[i].Text, len(all[i].Text)-(size-maxRunOutput))
			return all[i:]
		}
	}
	return all
}

// runeSuffix returns about the last n bytes of s, starting at a character.
func runeSuffix(s string, n int) string {
	i := len(s) - n
	for i < len(s) && s[i]&0xc0 == 0x80 {
		i++
	}
	return s[i:]
}
