package room

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/agenda"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/store"
	"github.com/huimian/huimian/internal/room/terminal"
)

// Kinds of event in a room's log.
const (
	kindJoin     = "join"
	kindLeave    = "leave"
	kindKnock    = "knock"
	kindAdmit    = "admit"
	kindTurnAway = "turn_away"
	kindStart    = "start"
	kindEnd      = "end"
	kindExtend   = "extend"
	kindReopen   = "reopen"
	kindLanguage = "language"
	kindProblem  = "problem"
	kindChat     = "chat"
	kindRun      = "run"
	kindOutput   = "output"
	kindFinish   = "finish"
	kindInput    = "input"
	kindResize   = "resize"
	kindFocus    = "focus"
	kindBlur     = "blur"
	kindPaste    = "paste"
	kindCursor   = "cursor"

	kindQuestionAdd  = "question_add"
	kindQuestionDone = "question_done"
)

// stateKinds are the kinds that the phase, the planned end, the admissions, the
// language, the question and the progress depend on.
var stateKinds = []string{kindAdmit, kindStart, kindEnd, kindExtend, kindReopen, kindLanguage, kindProblem, kindQuestionAdd, kindQuestionDone}

// KeptKinds are the kinds that are read without the whole log, by loadState and
// Summary. Package archive does not pack them.
var KeptKinds = append([]string{kindJoin, kindChat, kindRun, kindOutput, kindResize, kindFinish}, stateKinds...)

// event is one entry of a room's log. The meaning of subject and the type of
// data depend on the kind.
type event struct {
	seq         int64
	at          time.Time
	actor       string
	kind        string
	subject     string
	codeVersion int // version of the current answer after the event
	data        any
}

// Data of the kinds of event.
type (
	joinData struct {
		Name   string `json:"name"`
		Role   Role   `json:"role"`
		UserID string `json:"userId,omitempty"` // of staff; only staff read the log
		Device string `json:"device,omitempty"` // of a candidate
	}
	leaveData struct {
		Lost bool `json:"lost,omitempty"` // the connection broke
	}
	phaseData struct { // of start, end and reopen
		UserID string `json:"userId,omitempty"` // the actor may never have joined
	}
	extendData struct {
		UserID string             `json:"userId,omitempty"`
		EndsAt protocol.Timestamp `json:"endsAt"` // the new planned end
	}
	admissionData struct {
		Device string `json:"device,omitempty"` // the event's subject is the participant
	}
	languageData struct {
		Doc      string `json:"doc,omitempty"`
		Language string `json:"language"`
	}
	problemData struct {
		Title    string `json:"title,omitempty"`    // the event's subject is the question id
		Version  int    `json:"version,omitempty"`  // of the question
		Doc      string `json:"doc,omitempty"`      // the answer that becomes the current one
		Language string `json:"language,omitempty"` // of a new answer
	}
	chatData struct {
		ID   string `json:"id"`
		Name string `json:"name"`
		Text string `json:"text"` // the event's subject is the ref
	}
	runData struct {
		Doc      string `json:"doc,omitempty"`
		Version  int    `json:"version"`
		Language string `json:"language"`
		Stdin    string `json:"stdin,omitempty"`
		Ref      string `json:"ref,omitempty"`

		Tests    *protocol.TestPlan     `json:"tests,omitempty"`
		Terminal *protocol.TerminalSize `json:"terminal,omitempty"` // at the start
	}
	outputData struct {
		Seq    int              `json:"seq"`
		Chunks []protocol.Chunk `json:"chunks"`
	}
	finishData struct {
		Result protocol.RunResult   `json:"result"`
		Report *protocol.TestReport `json:"report,omitempty"`
	}
	pasteData struct {
		Length  int  `json:"length"` // the event's subject is the document
		Outside bool `json:"outside"`
	}
	cursorData struct {
		Version int                  `json:"version"`
		Ranges  []protocol.Selection `json:"ranges"` // the event's subject is the document
	}
)

// newJoinData returns the data of a join or a knock.
func newJoinData(p Participant) *joinData {
	if p.Role.IsStaff() {
		return &joinData{Name: p.Name, Role: p.Role, UserID: p.PersonID}
	}
	return &joinData{Name: p.Name, Role: p.Role, Device: p.Device}
}

// device returns the device of an admission or a knock, whose subject is the
// participant.
func (e *event) device() access.Device {
	d := access.Device{Participant: e.subject}
	switch data := e.data.(type) {
	case *admissionData:
		d.ID = data.Device
	case *joinData:
		d.ID = data.Device
	}
	return d
}

// documentOf returns the document in the data of an event. Events from before
// there was an answer per question name none: they are about docCode.
func documentOf(doc string) string { return cmp.Or(doc, docCode) }

// newData returns a pointer to the data type of the kind, or nil when the kind
// has no data.
func newData(kind string) any {
	switch kind {
	case kindJoin, kindKnock:
		return new(joinData)
	case kindLeave:
		return new(leaveData)
	case kindStart, kindEnd, kindReopen:
		return new(phaseData)
	case kindExtend:
		return new(extendData)
	case kindAdmit, kindTurnAway:
		return new(admissionData)
	case kindLanguage:
		return new(languageData)
	case kindProblem:
		return new(problemData)
	case kindQuestionAdd:
		return new(agenda.Addition)
	case kindQuestionDone:
		return new(agenda.Mark)
	case kindChat:
		return new(chatData)
	case kindRun:
		return new(runData)
	case kindOutput:
		return new(outputData)
	case kindFinish:
		return new(finishData)
	case kindInput:
		return new(terminal.Input)
	case kindResize:
		return new(terminal.Resize)
	case kindPaste:
		return new(pasteData)
	case kindCursor:
		return new(cursorData)
	}
	return nil
}

// newEventRow returns the database row of the event.
func (e *event) newEventRow(corpID, roomID string) (store.EventRow, error) {
	data := []byte("{}")
	if e.data != nil {
		var err error
		if data, err = json.Marshal(e.data); err != nil {
			return store.EventRow{}, fmt.Errorf("writing an event %s: %w", e.kind, err)
		}
	}
	return store.EventRow{
		RoomID: roomID, Seq: e.seq, CorpID: corpID, At: db.Time(e.at), Actor: e.actor,
		Kind: e.kind, Subject: e.subject, CodeVersion: e.codeVersion, Data: string(data),
	}, nil
}

// decodeEvent decodes a database row.
func decodeEvent(row *store.EventRow) (*event, error) {
	e := &event{
		seq: row.Seq, at: row.At, actor: row.Actor, kind: row.Kind,
		subject: row.Subject, codeVersion: row.CodeVersion, data: newData(row.Kind),
	}
	if e.data == nil {
		return e, nil
	}
	if err := json.Unmarshal([]byte(row.Data), e.data); err != nil {
		return nil, fmt.Errorf("reading event %d of room %s: %w", row.Seq, row.RoomID, err)
	}
	return e, nil
}
