package room

import (
	"slices"
	"time"
)

// state is what the log of a room adds up to. It is guarded by the room's
// lock and changes only by fold, with events that are in the database.
type state struct {
	head       int64 // seq of the last event
	phase      Phase
	startedAt  time.Time
	endedAt    time.Time
	language   string
	questionID string
	admitted   map[string]admission
	chat       []chatView
	runs       []runView
}

func newState() state { return state{phase: Lobby, admitted: map[string]admission{}} }

// admission is when somebody was let in first: after which event, and at which
// version of the code.
type admission struct {
	seq     int64
	version int
}

// fold takes in one event.
func (s *state) fold(e *event) {
	s.head = max(s.head, e.seq)
	switch data := e.data.(type) {
	case *languageData:
		s.language = data.Language
	case *problemData:
		s.questionID = e.subject
	case *chatData:
		s.chat = keepLast(s.chat, maxChatSent, chatView{
			ID: data.ID, Author: e.actor, Name: data.Name, Text: data.Text, At: stamp{e.at}, Ref: e.subject, seq: e.seq,
		})
	case *runData:
		s.runs = keepLast(s.runs, maxRunsSent, runView{runStart: startOf(e, data), Chunks: []chunk{}, seq: e.seq})
	case *outputData:
		if run := s.run(e.subject); run != nil {
			run.Chunks = appendOutput(run.Chunks, data.Chunks)
		}
	case *finishData:
		if run := s.run(e.subject); run != nil {
			run.Result = &data.Result
		}
	default:
		s.foldPhase(e)
	}
}

func (s *state) foldPhase(e *event) {
	switch e.kind {
	case kindAdmit:
		if _, again := s.admitted[e.subject]; !again {
			s.admitted[e.subject] = admission{e.seq, e.code}
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

func startOf(e *event, data *runData) runStart {
	return runStart{ID: e.subject, By: e.actor, Version: data.Version, Language: data.Language, At: stamp{e.at}, Ref: data.Ref}
}

func (s *state) run(id string) *runView {
	for i := range s.runs {
		if s.runs[i].ID == id {
			return &s.runs[i]
		}
	}
	return nil
}

// said returns the chat message of somebody with this ref, if it was among the
// last: it is then not said a second time.
func (s *state) said(author, ref string) *chatView {
	for i := range s.chat {
		if s.chat[i].Author == author && s.chat[i].Ref == ref {
			return &s.chat[i]
		}
	}
	return nil
}

func keepLast[T any](list []T, n int, item T) []T {
	if len(list) >= n {
		list = slices.Delete(list, 0, len(list)-n+1)
	}
	return append(list, item)
}

// appendOutput keeps the last maxRunOutput bytes of a run's output. The list
// is made anew: others may be reading the old one.
func appendOutput(chunks, more []chunk) []chunk {
	all := slices.Concat(chunks, more)
	size := 0
	for i := len(all) - 1; i >= 0; i-- {
		if size += len(all[i].Text); size > maxRunOutput {
			all[i].Text = lastBytes(all[i].Text, len(all[i].Text)-(size-maxRunOutput))
			return all[i:]
		}
	}
	return all
}

// lastBytes returns about the last n bytes of s, from the start of a character.
func lastBytes(s string, n int) string {
	i := len(s) - n
	for i < len(s) && s[i]&0xc0 == 0x80 {
		i++
	}
	return s[i:]
}
