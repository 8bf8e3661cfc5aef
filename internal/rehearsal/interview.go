package rehearsal

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// State is the state of an interview as the people know it.
type State string

const (
	planned   State = "planned"
	offered   State = "offered"
	scheduled State = "scheduled"
	running   State = "in_progress"
	ended     State = "ended"
	cancelled State = "cancelled"
	expired   State = "expired"
)

// showMeBug is the provider of a room that ShowMeBug creates.
const showMeBug = "showmebug"

// interview is an interview as its people know it: what the product has confirmed to them.
type interview struct {
	number   int
	rng      *rand.Rand // of its people: what happens to other interviews does not change what they do
	id       string     // of the product; "" until it is scheduled
	offer    string
	provider string // of its room
	state    State

	recruiter    string
	interviewers []string
	response     map[string]string    // by interviewer
	submitted    map[string]time.Time // when the scorecard was submitted, by interviewer
	start        time.Time
	duration     time.Duration
	version      int // of the time

	candidateID, positionID string
	changes                 []change
}

// change is a moment after which earlier messages may have become pointless.
type change struct {
	at       time.Time
	version  int
	state    State
	start    time.Time
	involved []string // interviewers
}

func (i *interview) titleText() string { return fmt.Sprintf("面试%04d", i.number) }

func (i *interview) candidateName() string { return fmt.Sprintf("候选人%04d", i.number) }

func (i *interview) emailAddress() string { return fmt.Sprintf("c%04d@candidate.example", i.number) }

func (i *interview) endsAt() time.Time { return i.start.Add(i.duration) }

// attendingUsers returns the interviewers who have not declined.
func (i *interview) attendingUsers() (users []string) {
	for _, u := range i.interviewers {
		if i.response[u] != "declined" {
			users = append(users, u)
		}
	}
	return users
}

// noteChange adds the present arrangement to the history.
func (i *interview) noteChange(now time.Time) {
	i.changes = append(i.changes, change{now, i.version, i.state, i.start, slices.Clone(i.interviewers)})
}

// arrangementAt returns the arrangement at a time.
func (i *interview) arrangementAt(t time.Time) change {
	var found change
	for _, c := range i.changes {
		if c.at.After(t) {
			break
		}
		found = c
	}
	return found
}

// overtakenAt returns the first time after a message at which it had become pointless to the
// recipient, and whether there was one.
func (i *interview) overtakenAt(e *expectation) (time.Time, bool) {
	then := i.arrangementAt(e.At)
	for _, c := range i.changes {
		if !c.at.After(e.At) {
			continue
		}
		gone := e.Channel == card && !slices.Contains(c.involved, e.Recipient)
		switch e.Kind {
		case invite, changed, reminder24h, reminder15m, reminderMail:
			if c.state != scheduled || c.version != then.version || gone {
				return c.at, true
			}
		case evaluate, evaluateReminder:
			if at, ok := i.submitted[e.Recipient]; c.state != ended || ok && !at.After(c.at) {
				return c.at, true
			}
		}
	}
	return time.Time{}, false
}
