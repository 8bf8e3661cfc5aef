package room

import (
	"slices"
	"time"

	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/agenda"
	"github.com/huimian/huimian/internal/room/drawing"
	"github.com/huimian/huimian/internal/room/filelist"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/runlog"
	"github.com/huimian/huimian/internal/room/terminal"
)

// state is derived from the log of a room. It is guarded by the room's lock and
// changed only by applyEvent, with stored events.
type state struct {
	head       int64 // seq of the last event
	phase      Phase
	startedAt  time.Time
	endedAt    time.Time
	endsAt     time.Time // planned end after the last extension; zero without one
	extensions int
	questionID string
	answer     string                   // document of the current answer
	shown      []shownAnswer            // answers to questions, in the order in which they were shown first
	languages  map[string]string        // chosen languages, by answer
	files      map[string]filelist.List // of answers whose files were changed, by answer
	admissions access.Admissions
	agenda     agenda.Agenda
	additions  int // of questions, to the interview
	chat       []protocol.ChatItem
	runs       []protocol.Run
	drawing    *drawing.Scene
}

// shownAnswer is the document with the answer to a question.
type shownAnswer struct{ doc, questionID, title string }

func newState() state {
	return state{phase: Lobby, answer: docCode, languages: map[string]string{}, files: map[string]filelist.List{}, admissions: access.NewAdmissions(), drawing: new(drawing.Scene)}
}

// applyEvent applies a stored event.
func (s *state) applyEvent(e *event) {
	s.head = max(s.head, e.seq)
	switch data := e.data.(type) {
	case *logevent.Language:
		s.languages[documentOf(data.Doc)] = data.Language
	case *logevent.Problem:
		s.applyProblem(e, data)
	case *logevent.Files:
		s.applyFiles(data)
	case *agenda.Addition:
		s.additions++
	case *agenda.Mark:
		s.agenda.Mark(e.subject, data.Done)
	case *logevent.Chat:
		s.chat = append(s.chat[max(0, len(s.chat)+1-maxChatSent):], protocol.ChatItem{
			ID: data.ID, Author: e.actor, Name: data.Name, Text: data.Text, At: protocol.Timestamp{Time: e.at}, Ref: e.subject, Seq: e.seq,
		})
	case *logevent.Run:
		s.runs = runlog.Append(s.runs, protocol.Run{RunStart: newRunStart(e, data), Chunks: []protocol.Chunk{}, Seq: e.seq})
	case *logevent.Output:
		if run := runlog.Find(s.runs, e.subject); run != nil {
			run.Chunks = runlog.AppendOutput(run.Chunks, data.Chunks)
		}
	case *terminal.Input, *terminal.Resize:
		if run := runlog.Find(s.runs, e.subject); run != nil {
			terminal.ApplyEvent(run, data)
		}
	case *drawing.Update, *drawing.Checkpoint:
		s.drawing.Apply(e.seq, data)
	case *logevent.Finish:
		if run := runlog.Find(s.runs, e.subject); run != nil {
			run.Result, run.Report = &data.Result, data.Report
		}
	default:
		s.applyAdmissionEvent(e)
	}
}

func (s *state) applyAdmissionEvent(e *event) {
	if e.kind != logevent.KindAdmit {
		s.applyPhase(e)
		return
	}
	var versions map[string]int
	if data, ok := e.data.(*logevent.Admission); ok {
		versions = data.Versions
	}
	s.admissions.Admit(e.device(), e.seq, e.versionsOf(s.answer, versions))
}

// applyProblem makes another answer the current one, and shows it to admitted
// candidates.
func (s *state) applyProblem(e *event, data *logevent.Problem) {
	s.questionID, s.answer = e.subject, documentOf(data.Doc)
	s.agenda.Show(e.subject, e.at)
	if data.Language != "" {
		s.languages[s.answer] = data.Language
	}
	s.admissions.ShowAnswer(e.versionsOf(s.answer, data.Versions))
	known := func(a shownAnswer) bool { return a.doc == s.answer }
	if s.answer != docCode && !slices.ContainsFunc(s.shown, known) {
		s.shown = append(s.shown, shownAnswer{s.answer, e.subject, data.Title})
	}
}

func newRunStart(e *event, data *logevent.Run) protocol.RunStart {
	return protocol.RunStart{ID: e.subject, By: e.actor, Doc: documentOf(data.Doc), Version: data.Version, Language: data.Language, At: protocol.Timestamp{Time: e.at}, Ref: data.Ref, Tests: data.Tests, Terminal: data.Terminal, Shell: data.Shell}
}

// findChat returns the author's chat message with the ref if it is among the
// last maxChatSent messages, to detect a repeated request.
func (s *state) findChat(author, ref string) *protocol.ChatItem {
	for i := range s.chat {
		if s.chat[i].Author == author && s.chat[i].Ref == ref {
			return &s.chat[i]
		}
	}
	return nil
}
