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

// The names of events. InterviewEnded is documented by an example, those of
// questions by a page that goes on beyond what could be read: there are more.
const (
	EventInterviewEnded  = "interview_ended"
	EventQuestionCreated = "written_question_created"
	EventQuestionUpdated = "written_question_updated"
)

// Event is something that happened at ShowMeBug.
// See https://www.showmebug.com/help/openapi/guide-notification.html
type Event struct {
	Name   string    // EventInterviewEnded and so on; others are handed on as well
	Time   time.Time // of this delivery; a repeat has another
	TeamID int64     // tid; 0 when the delivery has none

	// Value is what Payload means: an InterviewEnded, QuestionCreated or
	// QuestionUpdated; nil for an event that this package does not know.
	Value   any
	Payload json.RawMessage // as it came
}

// InterviewEnded is an interview that was ended. UID and Rate are documented.
// See https://www.showmebug.com/help/openapi/guide-notification.html
type InterviewEnded struct {
	UID  string   `json:"uid"`  // of the interview
	Rate *float64 `json:"rate"` // 5, for instance; nil without a rating

	Raw json.RawMessage `json:"-"` // all of it
}

// QuestionCreated is a new written-test question. Documented.
// See https://www.showmebug.com/help/openapi/api-notification.html
type QuestionCreated struct{ Question }

// QuestionUpdated is a changed written-test question. Documented.
// See https://www.showmebug.com/help/openapi/api-notification.html
type QuestionUpdated struct{ Question }

var errNotAnEvent = errors.New("not an event: no JSON object with event, ts and payload")

// ParseEvent reads the body of a delivery. It proves nothing about who sent
// it: that is the signature's part.
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

// Key is the same for all deliveries of one event: ShowMeBug gives events no
// id, and a repeat has another ts and so another signature. It is made of the
// name, the team and what the payload says, so that a second change of one
// question is another event.
func (e Event) Key() string {
	sum := sha256.New()
	for _, part := range []string{e.Name, strconv.FormatInt(e.TeamID, 10), string(e.Payload)} {
		sum.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return "showmebug/" + hex.EncodeToString(sum.Sum(nil)[:16])
}
