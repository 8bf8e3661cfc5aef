package showmebug

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"time"
)

// Names of events. EventInterviewEnded is documented by an example. The page
// with the events of questions is longer than the part that could be read, so
// there are more.
const (
	EventInterviewEnded  = "interview_ended"
	EventQuestionCreated = "written_question_created"
	EventQuestionUpdated = "written_question_updated"
)

// Event is one delivery of an event.
// See https://www.showmebug.com/help/openapi/guide-notification.html
type Event struct {
	Name   string    // such as EventInterviewEnded; other names are passed on as well
	Time   time.Time // ts: of this delivery; each repetition has its own
	TeamID int64     // tid; 0 when the delivery has none

	// Value is the decoded Payload: an InterviewEnded, QuestionCreated or
	// QuestionUpdated; nil for other events.
	Value   any
	Payload json.RawMessage // undecoded
}

// InterviewEnded is the payload of EventInterviewEnded. UID and Rate are documented.
// See https://www.showmebug.com/help/openapi/guide-notification.html
type InterviewEnded struct {
	UID  string   `json:"uid"`  // of the interview
	Rate *float64 `json:"rate"` // 5, for instance; nil without a rating

	Raw json.RawMessage `json:"-"` // all of it
}

// QuestionCreated is the payload of EventQuestionCreated. Documented.
// See https://www.showmebug.com/help/openapi/api-notification.html
type QuestionCreated struct{ Question }

// QuestionUpdated is the payload of EventQuestionUpdated. Documented.
// See https://www.showmebug.com/help/openapi/api-notification.html
type QuestionUpdated struct{ Question }

var errNotAnEvent = errors.New("not an event: no JSON object with event, ts and payload")

// ParseEvent decodes the body of a delivery. It does not authenticate the
// sender: see Verify.
// See https://www.showmebug.com/help/openapi/guide-notification.html
func ParseEvent(body []byte) (Event, error) {
	tree, err := parseJSON(body)
	if err != nil {
		return Event{}, errNotAnEvent
	}
	object, _ := tree.(map[string]any)
	var head struct {
		Event   string          `json:"event"`
		TS      int64           `json:"ts"`
		TID     int64           `json:"tid"`
		Payload json.RawMessage `json:"payload"`
	}
	assignJSON(reflect.ValueOf(&head).Elem(), object)
	if head.Event == "" || len(head.Event) > maxEventNameLength {
		return Event{}, errNotAnEvent
	}
	e := Event{Name: head.Event, TeamID: head.TID, Payload: head.Payload}
	if head.TS > 0 && head.TS < 1e11 {
		e.Time = time.Unix(head.TS, 0).UTC()
	}
	e.Value = decodeEventValue(head.Event, object["payload"])
	return e, nil
}

// maxEventNameLength limits the name of an event, in bytes.
const maxEventNameLength = 200

func decodeEventValue(name string, payload any) any {
	var (
		ended    InterviewEnded
		question Question
	)
	switch name {
	case EventInterviewEnded:
		assignJSON(reflect.ValueOf(&ended).Elem(), payload)
		return ended
	case EventQuestionCreated:
		assignJSON(reflect.ValueOf(&question).Elem(), payload)
		return QuestionCreated{question}
	case EventQuestionUpdated:
		assignJSON(reflect.ValueOf(&question).Elem(), payload)
		return QuestionUpdated{question}
	}
	return nil
}

// Key identifies the event in a DedupStore: it is the same for all deliveries of
// one event. ShowMeBug's events have no id, and each delivery has its own ts and
// signature, so the key is a hash of name, team and payload. A second change of
// the same question has another payload and so another key.
func (e Event) Key() string {
	sum := sha256.New()
	for _, part := range []string{e.Name, strconv.FormatInt(e.TeamID, 10), string(e.Payload)} {
		sum.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return "showmebug/" + hex.EncodeToString(sum.Sum(nil)[:16])
}
