// Package logevent has the kinds of event in the log of a room, and their data as they are
// stored. docs/room-protocol.md describes them.
package logevent

import (
	"github.com/huimian/huimian/internal/room/agenda"
	"github.com/huimian/huimian/internal/room/drawing"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/terminal"
)

// Kinds of event in a room's log.
const (
	KindJoin     = "join"
	KindLeave    = "leave"
	KindKnock    = "knock"
	KindAdmit    = "admit"
	KindTurnAway = "turn_away"
	KindStart    = "start"
	KindEnd      = "end"
	KindExtend   = "extend"
	KindReopen   = "reopen"
	KindLanguage = "language"
	KindProblem  = "problem"
	KindChat     = "chat"
	KindRun      = "run"
	KindOutput   = "output"
	KindFinish   = "finish"
	KindInput    = "input"
	KindResize   = "resize"
	KindFocus    = "focus"
	KindBlur     = "blur"
	KindPaste    = "paste"
	KindCursor   = "cursor"

	KindQuestionAdd  = "question_add"
	KindQuestionDone = "question_done"

	KindFileCreate = "file_create"
	KindFileRename = "file_rename"
	KindFileDelete = "file_delete"
	KindFileEntry  = "file_entry"

	KindDrawing           = "drawing"
	KindDrawingCheckpoint = "drawing_checkpoint"
)

// Join is the data of a join or a knock.
type Join struct {
	Name   string        `json:"name"`
	Role   protocol.Role `json:"role"`
	UserID string        `json:"userId,omitempty"` // of staff; only staff read the log
	Device string        `json:"device,omitempty"` // of a candidate
}

// Leave is the data of a leave.
type Leave struct {
	Lost bool `json:"lost,omitempty"` // the connection broke
}

// Phase is the data of a start, an end or a reopening.
type Phase struct {
	UserID string `json:"userId,omitempty"` // the actor may never have joined
}

// Extend is the data of an extension.
type Extend struct {
	UserID string             `json:"userId,omitempty"`
	EndsAt protocol.Timestamp `json:"endsAt"` // the new planned end
}

// Admission is the data of an admission or a refusal.
type Admission struct {
	Device   string         `json:"device,omitempty"`   // the event's subject is the participant
	Versions map[string]int `json:"versions,omitempty"` // of the further files of the current answer
}

// Language is the data of a chosen language.
type Language struct {
	Doc      string `json:"doc,omitempty"`
	Language string `json:"language"`
}

// Problem is the data of a shown question.
type Problem struct {
	Title    string `json:"title,omitempty"`    // the event's subject is the question id
	Version  int    `json:"version,omitempty"`  // of the question
	Doc      string `json:"doc,omitempty"`      // the answer that becomes the current one
	Language string `json:"language,omitempty"` // of a new answer

	Versions map[string]int `json:"versions,omitempty"` // of the further files of the answer
}

// Chat is the data of a chat message.
type Chat struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Text string `json:"text"` // the event's subject is the ref
}

// Files is the data of a change of the files of an answer: the list after it. The event's
// subject is the document of the file, or of the first one that was created.
type Files struct {
	Answer  string   `json:"answer"`
	Path    string   `json:"path"`              // of the file, after the change
	From    string   `json:"from,omitempty"`    // its path before it was renamed
	Created []string `json:"created,omitempty"` // documents of the files that were created
	protocol.FileList
}

// Run is the data of a run.
type Run struct {
	Doc      string `json:"doc,omitempty"`
	Version  int    `json:"version"` // of the entry
	Language string `json:"language"`
	Stdin    string `json:"stdin,omitempty"`
	Ref      string `json:"ref,omitempty"`

	Tests    *protocol.TestPlan     `json:"tests,omitempty"`
	Terminal *protocol.TerminalSize `json:"terminal,omitempty"` // at the start
	Shell    bool                   `json:"shell,omitempty"`    // the interactive shell of Language
	RunFiles
}

// RunFiles are the files with which a program was run. It is empty for an answer of one file
// without a name.
type RunFiles struct {
	Entry string    `json:"entry,omitempty"` // document of the file that was run
	Files []RunFile `json:"files,omitempty"`
}

// RunFile is a file at a version.
type RunFile struct {
	protocol.File
	Version int `json:"version"`
}

// Output is the data of output of a run.
type Output struct {
	Seq    int              `json:"seq"`
	Chunks []protocol.Chunk `json:"chunks"`
}

// Finish is the data of the end of a run.
type Finish struct {
	Result protocol.RunResult   `json:"result"`
	Report *protocol.TestReport `json:"report,omitempty"`
}

// Paste is the data of a paste.
type Paste struct {
	Length  int  `json:"length"` // the event's subject is the document
	Outside bool `json:"outside"`
}

// Cursor is the data of a cursor.
type Cursor struct {
	Version int                  `json:"version"`
	Ranges  []protocol.Selection `json:"ranges"` // the event's subject is the document
}

// NewData returns a pointer to the data type of the kind, or nil when the kind
// has no data.
func NewData(kind string) any {
	switch kind {
	case KindJoin, KindKnock:
		return new(Join)
	case KindLeave:
		return new(Leave)
	case KindStart, KindEnd, KindReopen:
		return new(Phase)
	case KindExtend:
		return new(Extend)
	case KindAdmit, KindTurnAway:
		return new(Admission)
	case KindLanguage:
		return new(Language)
	case KindProblem:
		return new(Problem)
	case KindQuestionAdd:
		return new(agenda.Addition)
	case KindQuestionDone:
		return new(agenda.Mark)
	case KindFileCreate, KindFileRename, KindFileDelete, KindFileEntry:
		return new(Files)
	case KindDrawing:
		return new(drawing.Update)
	case KindDrawingCheckpoint:
		return new(drawing.Checkpoint)
	case KindChat:
		return new(Chat)
	case KindRun:
		return new(Run)
	case KindOutput:
		return new(Output)
	case KindFinish:
		return new(Finish)
	case KindInput:
		return new(terminal.Input)
	case KindResize:
		return new(terminal.Resize)
	case KindPaste:
		return new(Paste)
	case KindCursor:
		return new(Cursor)
	}
	return nil
}
