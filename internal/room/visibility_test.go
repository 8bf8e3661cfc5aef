package room

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/sandbox"
)

// A candidate's messages that name a version, a run or a document from before
// the admission, and the response to each. Types without a row name nothing of
// the past, and a new type must be added to one of the two lists.
var (
	pastAnswer   = answerDocument(twoSum.ID)
	pastRequests = map[string]struct {
		message  func(pastRun string) any
		response string // type of the response, with the code of an error or a resync; empty: none
	}{
		"run": {func(string) any { return protocol.RunRequest{Type: "run", Version: 1, Ref: "r"} }, "error run.version"},
		"language": {func(string) any {
			return protocol.LanguageRequest{Type: "language", Doc: docCode, Language: "go", Ref: "r"}
		}, "error not_found"},
		"file_create": {func(string) any {
			return protocol.FileCreateRequest{Type: "file_create", Answer: docCode, Files: []protocol.NewFile{{Path: "x.py"}}, Ref: "r"}
		}, "error not_found"},
		"file_rename": {func(string) any {
			return protocol.FileRenameRequest{Type: "file_rename", Doc: docCode, Path: "x.py", Ref: "r"}
		}, "error not_found"},
		"file_delete": {func(string) any { return protocol.FileRequest{Type: "file_delete", Doc: docNotes, Ref: "r"} }, "error not_found"},
		"file_entry":  {func(string) any { return protocol.FileRequest{Type: "file_entry", Doc: docCode, Ref: "r"} }, "error not_found"},
		"run_stop":    {func(run string) any { return protocol.RunStopRequest{Type: "run_stop", RunID: run, Ref: "r"} }, "error not_found"},
		"terminal_input": {func(run string) any {
			return protocol.TerminalInputRequest{Type: "terminal_input", RunID: run, Text: "x", Ref: "r"}
		}, "error not_found"},
		"terminal_resize": {func(run string) any {
			return protocol.TerminalResizeRequest{Type: "terminal_resize", RunID: run, TerminalSize: protocol.TerminalSize{Rows: 9, Cols: 9}, Ref: "r"}
		}, "error not_found"},
		"fetch": {func(string) any { return protocol.Fetch{Type: "fetch", Doc: pastAnswer, Version: 1} }, "resync push.version"},
		"push": {func(string) any {
			return rawFrame(`{"type":"push","doc":"code:q1","version":1,"clientId":"candidate1","seq":1,"updates":[{"changes":[12,[0,"x"]]}]}`)
		}, "resync push.version"},
		"cursor": {func(string) any {
			return protocol.CursorRequest{Type: "cursor", Doc: pastAnswer, Version: 1, Ranges: []protocol.Selection{{Anchor: 12, Head: 12}}}
		}, ""},
		"drawing": {func(string) any {
			return protocol.DrawingRequest{Type: "drawing", Elements: []json.RawMessage{newText("sketch", 1, "x")}, Ref: "r"}
		}, ""},
		"paste": {func(string) any { return protocol.Paste{Type: "paste", Doc: docNotes, Length: 1} }, "error not_found"},
	}
	requestsWithoutPast = []string{"problem", "question_add", "question_done", "chat", "focus", "admit", "turn_away", "start", "end", "extend", "reopen", "ping"}
)

// rawFrame is a message that is sent as it is.
type rawFrame string

func (f rawFrame) MarshalJSON() ([]byte, error) { return []byte(f), nil }

// needles are in the code before the admission, in the output of a run that
// began before it, in the notes, in an element of the drawing that was deleted before it, and in the notes of the question.
var needles = []string{"the solution", "OUTPUT-OF-STAFF", "NOTES-OF-STAFF", "SKETCH-OF-STAFF", "SECRET-FOR-STAFF"}

func TestCandidateSeesNothingOfThePast(t *testing.T) {
	for kind := range handlersByType {
		_, listed := pastRequests[kind]
		for _, without := range requestsWithoutPast {
			listed = listed || kind == without
		}
		if !listed {
			t.Errorf("message %q is in neither list of this test", kind)
		}
	}
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		output := make(chan string)
		m := startManager(t, d, func(c *Config) { c.Runner = newEmittingRunner(output) })
		a := joinRoom(t, m, zhang)
		a.sendMessage(protocol.ProblemRequest{Type: "problem", QuestionID: &twoSum.ID})
		a.receiveType("problem")
		a.editAndPush(pastAnswer, 0, 0, "the solution")
		a.editAndPush(pastAnswer, 0, len("the solution"), "")
		a.editAndPush(docNotes, 0, 0, "NOTES-OF-STAFF")
		a.draw(newText("sketch", 1, "SKETCH-OF-STAFF"))
		a.draw(newDeletion("sketch", 2))
		a.sendMessage(protocol.RunRequest{Type: "run", Version: 2})
		pastRun := awaitMessage[protocol.RunStarted](a, "run_started").Run.ID
		li := joinRoom(t, m, lilei)
		a.sendMessage(protocol.AdmissionRequest{Type: "admit", ParticipantID: lilei.ID})
		li.receiveType("welcome")

		output <- "OUTPUT-OF-STAFF"
		a.receiveType("run_output")
		for kind, c := range pastRequests {
			li.sendMessage(c.message(pastRun))
			li.sendMessage(protocol.Ping{Type: "ping"}) // its response ends the wait where none is expected
			got := ""
			for kind := ""; got == "" && (kind != "pong" || c.response != ""); {
				if kind = li.receiveNext(); kind == "error" || kind == "resync" {
					e := decodeFrame[protocol.Error](t, li.frames[len(li.frames)-1])
					got = e.Type + " " + e.Code
				}
			}
			if got != c.response {
				t.Errorf("%s: response %q, want %q", kind, got, c.response)
			}
		}
		close(output)
		a.receiveType("run_finished")
		li.sendMessage(protocol.ChatRequest{Type: "chat", Ref: "last", Text: "done"})
		awaitMessage[protocol.Chat](li, "chat")
		li.leaveRoom()
		li.joinRoom()
		for _, frame := range li.frames {
			for _, needle := range needles {
				if strings.Contains(frame, needle) {
					t.Errorf("the candidate received %q in %.200s", needle, frame)
				}
			}
			if strings.Contains(frame, pastRun) {
				t.Errorf("the candidate received the run from before the admission in %.200s", frame)
			}
		}
	})
}

// newEmittingRunner returns a runner whose program prints what it receives and
// ends when the channel is closed.
func newEmittingRunner(texts <-chan string) *scriptedRunner {
	return &scriptedRunner{programs: make(chan sandbox.Program, 8), runFunc: func(_ context.Context, emit func(sandbox.Chunk)) (sandbox.Result, error) {
		for text := range texts {
			emit(sandbox.Chunk{Stream: sandbox.Stdout, Text: text})
		}
		return sandbox.Result{Status: sandbox.StatusOK}, nil
	}}
}
