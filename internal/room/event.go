package room

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/db"
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
	kindLanguage = "language"
	kindProblem  = "problem"
	kindChat     = "chat"
	kindRun      = "run"
	kindOutput   = "output"
	kindFinish   = "finish"
	kindFocus    = "focus"
	kindBlur     = "blur"
	kindPaste    = "paste"
	kindCursor   = "cursor"
)

// stateKinds are those that a room's state is folded from.
var stateKinds = []string{kindAdmit, kindStart, kindEnd, kindLanguage, kindProblem}

// event is one entry of the log. Subject is what it is about; data depends on
// the kind.
type event struct {
	seq     int64
	at      time.Time
	actor   string
	kind    string
	subject string
	code    int // version of the document code
	data    any
}

// What the kinds carry.
type (
	joinData struct {
		Name string `json:"name"`
		Role Role   `json:"role"`
	}
	languageData struct {
		Language string `json:"language"`
	}
	problemData struct {
		Title string `json:"title,omitempty"` // the id is the subject
	}
	chatData struct {
		ID   string `json:"id"`
		Name string `json:"name"`
		Text string `json:"text"` // the ref is the subject
	}
	runData struct {
		Version  int    `json:"version"`
		Language string `json:"language"`
		Stdin    string `json:"stdin,omitempty"`
		Ref      string `json:"ref,omitempty"`
	}
	outputData struct {
		Seq    int     `json:"seq"`
		Chunks []chunk `json:"chunks"`
	}
	finishData struct {
		Result runResult `json:"result"`
	}
	pasteData struct {
		Length  int  `json:"length"` // the document is the subject
		Outside bool `json:"outside"`
	}
	cursorData struct {
		Version int         `json:"version"`
		Ranges  []selection `json:"ranges"` // the document is the subject
	}
)

// newData returns what the data of a kind is read into; nil when it has none.
func newData(kind string) any {
	switch kind {
	case kindJoin, kindKnock:
		return new(joinData)
	case kindLanguage:
		return new(languageData)
	case kindProblem:
		return new(problemData)
	case kindChat:
		return new(chatData)
	case kindRun:
		return new(runData)
	case kindOutput:
		return new(outputData)
	case kindFinish:
		return new(finishData)
	case kindPaste:
		return new(pasteData)
	case kindCursor:
		return new(cursorData)
	}
	return nil
}

// row is the event as the database keeps it.
func (e *event) row(corpID, roomID string) (eventRow, error) {
	data := []byte("{}")
	if e.data != nil {
		var err error
		if data, err = json.Marshal(e.data); err != nil {
			return eventRow{}, fmt.Errorf("writing an event %s: %w", e.kind, err)
		}
	}
	return eventRow{
		RoomID: roomID, Seq: e.seq, CorpID: corpID, At: db.Time(e.at), Actor: e.actor,
		Kind: e.kind, Subject: e.subject, CodeVersion: e.code, Data: string(data),
	}, nil
}

// event reads the row back.
func (row *eventRow) event() (*event, error) {
	e := &event{
		seq: row.Seq, at: row.At, actor: row.Actor, kind: row.Kind,
		subject: row.Subject, code: row.CodeVersion, data: newData(row.Kind),
	}
	if e.data == nil {
		return e, nil
	}
	if err := json.Unmarshal([]byte(row.Data), e.data); err != nil {
		return nil, fmt.Errorf("reading event %d of room %s: %w", row.Seq, row.RoomID, err)
	}
	return e, nil
}
