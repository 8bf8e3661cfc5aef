package room

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/store"
)

// stateKinds are the kinds that the phase, the planned end, the admissions, the
// language, the question, the progress and the files depend on.
var stateKinds = []string{logevent.KindAdmit, logevent.KindStart, logevent.KindEnd, logevent.KindExtend, logevent.KindReopen, logevent.KindLanguage, logevent.KindProblem, logevent.KindQuestionAdd, logevent.KindQuestionDone, logevent.KindFileCreate, logevent.KindFileRename, logevent.KindFileDelete, logevent.KindFileEntry}

// KeptKinds are the kinds that are read without the whole log, by loadFromDatabase and
// Summary. Package archive does not pack them.
var KeptKinds = append([]string{logevent.KindJoin, logevent.KindChat, logevent.KindRun, logevent.KindOutput, logevent.KindResize, logevent.KindFinish, logevent.KindDrawingCheckpoint}, stateKinds...)

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

// newJoinData returns the data of a join or a knock.
func newJoinData(p Participant) *logevent.Join {
	if p.Role.IsStaff() {
		return &logevent.Join{Name: p.Name, Role: p.Role, UserID: p.PersonID}
	}
	return &logevent.Join{Name: p.Name, Role: p.Role, Device: p.Device}
}

// device returns the device of an admission or a knock, whose subject is the
// participant.
func (e *event) device() access.Device {
	d := access.Device{Participant: e.subject}
	switch data := e.data.(type) {
	case *logevent.Admission:
		d.ID = data.Device
	case *logevent.Join:
		d.ID = data.Device
	}
	return d
}

// documentOf returns the document in the data of an event. Events from before
// there was an answer per question name none: they are about docCode.
func documentOf(doc string) string { return cmp.Or(doc, docCode) }

// newDocuments returns the documents that exist since the event.
func (e *event) newDocuments() []string {
	switch data := e.data.(type) {
	case *logevent.Problem:
		return []string{documentOf(data.Doc)}
	case *logevent.Files:
		return data.Created
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
		subject: row.Subject, codeVersion: row.CodeVersion, data: logevent.NewData(row.Kind),
	}
	if e.data == nil {
		return e, nil
	}
	if err := json.Unmarshal([]byte(row.Data), e.data); err != nil {
		return nil, fmt.Errorf("reading event %d of room %s: %w", row.Seq, row.RoomID, err)
	}
	return e, nil
}
