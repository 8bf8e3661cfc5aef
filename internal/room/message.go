package room

import (
	"encoding/json"
	"time"

	"github.com/huimian/huimian/internal/room/change"
)

// The messages of docs/room-protocol.md. testdata/protocol has an example of
// each.

// timestamp is encoded with milliseconds, in the format of JavaScript's
// Date.toISOString.
type timestamp struct{ time.Time }

func (s timestamp) MarshalJSON() ([]byte, error) {
	return []byte(s.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// Messages from the client.
type (
	helloMessage struct {
		Type      string         `json:"type"`
		Protocol  int            `json:"protocol"`
		Documents []heldDocument `json:"documents"`
	}
	heldDocument struct {
		Doc     string `json:"doc"`
		Version int    `json:"version"`
	}
	pushMessage struct {
		Type     string       `json:"type"`
		Doc      string       `json:"doc"`
		Version  int          `json:"version"`
		ClientID string       `json:"clientId"`
		Seq      int64        `json:"seq"`
		Updates  []pushUpdate `json:"updates"`
	}
	pushUpdate struct {
		Changes json.RawMessage `json:"changes"`
		Age     int             `json:"age"`
		Event   string          `json:"event,omitempty"`
	}
	fetchMessage struct {
		Type    string `json:"type"`
		Doc     string `json:"doc"`
		Version int    `json:"version"`
	}
	cursorRequest struct {
		Type    string      `json:"type"`
		Doc     string      `json:"doc"`
		Version int         `json:"version"`
		Ranges  []selection `json:"ranges"`
	}
	selection struct {
		Anchor int `json:"anchor"`
		Head   int `json:"head"`
	}
	languageRequest struct {
		Type     string `json:"type"`
		Language string `json:"language"`
		Ref      string `json:"ref,omitempty"`
	}
	problemRequest struct {
		Type       string  `json:"type"`
		QuestionID *string `json:"questionId"`
		Ref        string  `json:"ref,omitempty"`
	}
	chatRequest struct {
		Type string `json:"type"`
		Text string `json:"text"`
		Ref  string `json:"ref"`
	}
	runRequest struct {
		Type    string `json:"type"`
		Version int    `json:"version"`
		Stdin   string `json:"stdin,omitempty"`
		Ref     string `json:"ref,omitempty"`
	}
	runStopRequest struct {
		Type  string `json:"type"`
		RunID string `json:"runId"`
		Ref   string `json:"ref,omitempty"`
	}
	focusMessage struct {
		Type    string `json:"type"`
		Focused bool   `json:"focused"`
	}
	pasteMessage struct {
		Type    string `json:"type"`
		Doc     string `json:"doc"`
		Length  int    `json:"length"`
		Outside bool   `json:"outside"`
	}
	admissionRequest struct { // types admit and turn_away
		Type          string `json:"type"`
		ParticipantID string `json:"participantId"`
		Ref           string `json:"ref,omitempty"`
	}
	phaseRequest struct { // types start and end
		Type string `json:"type"`
		Ref  string `json:"ref,omitempty"`
	}
	pingMessage struct {
		Type string  `json:"type"`
		T    float64 `json:"t"`
	}
)

// Messages to the client.
type (
	welcomeMessage struct {
		Type         string         `json:"type"`
		Protocol     int            `json:"protocol"`
		Now          timestamp      `json:"now"`
		Connection   string         `json:"connection"`
		Room         roomView       `json:"room"`
		You          selfView       `json:"you"`
		Participants []personView   `json:"participants"`
		Waiting      *[]personView  `json:"waiting,omitempty"`
		Documents    []documentView `json:"documents"`
		Cursors      []cursorView   `json:"cursors"`
		Question     *Question      `json:"question"`
		Questions    *[]Question    `json:"questions,omitempty"`
		Chat         []chatView     `json:"chat"`
		Runs         []runView      `json:"runs"`
		Limits       limitsView     `json:"limits"`
	}
	roomView struct {
		ID        string         `json:"id"`
		Title     string         `json:"title"`
		State     Phase          `json:"state"`
		StartedAt *timestamp     `json:"startedAt,omitempty"`
		EndedAt   *timestamp     `json:"endedAt,omitempty"`
		Language  string         `json:"language"`
		Languages []LanguageView `json:"languages"`
		Sandbox   SandboxView    `json:"sandbox"`
	}
	waitingRoomView struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		State Phase  `json:"state"`
	}
	personView struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		Role   Role   `json:"role"`
		Avatar string `json:"avatar,omitempty"`
		Color  int    `json:"color"`
	}
	selfView struct {
		personView
		Can []right `json:"can"`
	}
	documentView struct {
		Doc     string  `json:"doc"`
		Version int     `json:"version"`
		Head    int     `json:"head"`
		Text    *string `json:"text,omitempty"`
		Resume  bool    `json:"resume,omitempty"`
	}
	limitsView struct {
		DocumentUnits int `json:"documentUnits"`
		PushUpdates   int `json:"pushUpdates"`
		PushUnits     int `json:"pushUnits"`
		ChatUnits     int `json:"chatUnits"`
		StdinBytes    int `json:"stdinBytes"`
	}
	waitingMessage struct {
		Type string          `json:"type"`
		Now  timestamp       `json:"now"`
		Room waitingRoomView `json:"room"`
		You  selfView        `json:"you"`
	}
	turnedAwayMessage struct {
		Type string `json:"type"`
	}
	knockMessage struct {
		Type        string     `json:"type"`
		Participant personView `json:"participant"`
		At          timestamp  `json:"at"`
	}
	knockOverMessage struct {
		Type          string `json:"type"`
		ParticipantID string `json:"participantId"`
		Outcome       string `json:"outcome"`
	}
	joinedMessage struct {
		Type        string     `json:"type"`
		Participant personView `json:"participant"`
	}
	leftMessage struct {
		Type          string `json:"type"`
		ParticipantID string `json:"participantId"`
	}
	ackMessage struct {
		Type     string `json:"type"`
		Doc      string `json:"doc"`
		ClientID string `json:"clientId"`
		Seq      int64  `json:"seq"`
		Version  int    `json:"version"`
		Count    int    `json:"count"`
	}
	updatesMessage struct {
		Type    string       `json:"type"`
		Doc     string       `json:"doc"`
		Version int          `json:"version"`
		Updates []updateView `json:"updates"`
	}
	updateView struct {
		ClientID string     `json:"clientId"`
		Author   string     `json:"author"`
		Changes  change.Set `json:"changes"`
	}
	resyncMessage struct {
		Type    string `json:"type"`
		Doc     string `json:"doc"`
		Version int    `json:"version"`
		Text    string `json:"text"`
		Code    string `json:"code"`
	}
	cursorMessage struct {
		Type string `json:"type"`
		cursorView
	}
	cursorView struct {
		Doc           string      `json:"doc"`
		Version       int         `json:"version"`
		Connection    string      `json:"connection"`
		ParticipantID string      `json:"participantId"`
		Ranges        []selection `json:"ranges"`
	}
	cursorGoneMessage struct {
		Type       string `json:"type"`
		Connection string `json:"connection"`
	}
	languageMessage struct {
		Type     string `json:"type"`
		Language string `json:"language"`
		By       string `json:"by"`
	}
	problemMessage struct {
		Type     string    `json:"type"`
		Question *Question `json:"question"`
		By       string    `json:"by"`
	}
	chatMessage struct {
		Type    string   `json:"type"`
		Message chatView `json:"message"`
	}
	chatView struct {
		ID     string    `json:"id"`
		Author string    `json:"author"`
		Name   string    `json:"name"`
		Text   string    `json:"text"`
		At     timestamp `json:"at"`
		Ref    string    `json:"ref"`
		seq    int64     // seq of its event
	}
	runStartedMessage struct {
		Type string   `json:"type"`
		Run  runStart `json:"run"`
	}
	runStart struct {
		ID       string    `json:"id"`
		By       string    `json:"by"`
		Version  int       `json:"version"`
		Language string    `json:"language"`
		At       timestamp `json:"at"`
		Ref      string    `json:"ref,omitempty"`
	}
	runView struct {
		runStart
		Chunks []chunk    `json:"chunks"`
		Result *runResult `json:"result,omitempty"`
		seq    int64      // seq of its first event
	}
	runOutputMessage struct {
		Type   string  `json:"type"`
		RunID  string  `json:"runId"`
		Seq    int     `json:"seq"`
		Chunks []chunk `json:"chunks"`
	}
	chunk struct {
		Stream string `json:"stream"`
		Text   string `json:"text"`
	}
	runFinishedMessage struct {
		Type   string    `json:"type"`
		RunID  string    `json:"runId"`
		Result runResult `json:"result"`
	}
	runResult struct {
		Status      string `json:"status"`
		ExitCode    int    `json:"exitCode"`
		Signal      string `json:"signal,omitempty"`
		WallMs      int64  `json:"wallMs"`
		CPUMs       int64  `json:"cpuMs"`
		MemoryBytes int64  `json:"memoryBytes"`
		Truncated   bool   `json:"truncated"`
	}
	activityMessage struct {
		Type          string    `json:"type"`
		ParticipantID string    `json:"participantId"`
		Kind          string    `json:"kind"`
		At            timestamp `json:"at"`
		Doc           string    `json:"doc,omitempty"`
		Length        int       `json:"length,omitempty"`
		Outside       bool      `json:"outside,omitempty"`
	}
	stateMessage struct {
		Type      string     `json:"type"`
		State     Phase      `json:"state"`
		StartedAt *timestamp `json:"startedAt,omitempty"`
		EndedAt   *timestamp `json:"endedAt,omitempty"`
		By        string     `json:"by,omitempty"`
		Can       []right    `json:"can"`
	}
	errorMessage struct {
		Type         string `json:"type"`
		Code         string `json:"code"`
		Ref          string `json:"ref,omitempty"`
		Doc          string `json:"doc,omitempty"`
		Seq          int64  `json:"seq,omitempty"`
		RetryAfterMs int64  `json:"retryAfterMs,omitempty"`
	}
	reconnectMessage struct {
		Type    string `json:"type"`
		AfterMs int64  `json:"afterMs"`
	}
	pongMessage struct {
		Type string    `json:"type"`
		T    float64   `json:"t"`
		Now  timestamp `json:"now"`
	}
)

// Question is a question of the interview. InterviewerNotes are sent to staff
// only.
type Question struct {
	ID               string            `json:"id"`
	Title            string            `json:"title"`
	Body             string            `json:"body"` // Markdown
	Difficulty       string            `json:"difficulty,omitempty"`
	Starter          map[string]string `json:"starter,omitempty"` // by language id
	InterviewerNotes string            `json:"interviewerNotes,omitempty"`
}

// forCandidates returns the question without InterviewerNotes.
func (q *Question) forCandidates() *Question {
	if q == nil {
		return nil
	}
	public := *q
	public.InterviewerNotes = ""
	return &public
}

// LanguageView is a language that the sandbox can run.
type LanguageView struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

// SandboxView reports whether programs can be run, with the reason when they
// cannot.
type SandboxView struct {
	Ready  bool   `json:"ready"`
	Reason string `json:"reason,omitempty"`
}
