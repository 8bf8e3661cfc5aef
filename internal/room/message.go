package room

import (
	"encoding/json"
	"time"

	"github.com/huimian/huimian/internal/room/change"
)

// The messages, as docs/room-protocol.md describes them; testdata/protocol has
// an example of each.

// stamp is a time with milliseconds, as JavaScript writes it.
type stamp struct{ time.Time }

func (s stamp) MarshalJSON() ([]byte, error) {
	return []byte(s.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// What clients say.
type (
	helloMessage struct {
		Type      string `json:"type"`
		Protocol  int    `json:"protocol"`
		Documents []have `json:"documents"`
	}
	have struct {
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
	moveMessage struct {
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
	doorRequest struct { // admit, turn_away
		Type          string `json:"type"`
		ParticipantID string `json:"participantId"`
		Ref           string `json:"ref,omitempty"`
	}
	plainRequest struct { // start, end
		Type string `json:"type"`
		Ref  string `json:"ref,omitempty"`
	}
	pingMessage struct {
		Type string  `json:"type"`
		T    float64 `json:"t"`
	}
)

// What the server says.
type (
	welcomeMessage struct {
		Type         string         `json:"type"`
		Protocol     int            `json:"protocol"`
		Now          stamp          `json:"now"`
		Connection   string         `json:"connection"`
		Room         roomView       `json:"room"`
		You          you            `json:"you"`
		Participants []person       `json:"participants"`
		Waiting      *[]person      `json:"waiting,omitempty"`
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
		StartedAt *stamp         `json:"startedAt,omitempty"`
		EndedAt   *stamp         `json:"endedAt,omitempty"`
		Language  string         `json:"language"`
		Languages []LanguageView `json:"languages"`
		Sandbox   SandboxView    `json:"sandbox"`
	}
	waitingRoom struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		State Phase  `json:"state"`
	}
	person struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		Role   Role   `json:"role"`
		Avatar string `json:"avatar,omitempty"`
		Color  int    `json:"color"`
	}
	you struct {
		person
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
		Type string      `json:"type"`
		Now  stamp       `json:"now"`
		Room waitingRoom `json:"room"`
		You  you         `json:"you"`
	}
	turnedAwayMessage struct {
		Type string `json:"type"`
	}
	knockMessage struct {
		Type        string `json:"type"`
		Participant person `json:"participant"`
		At          stamp  `json:"at"`
	}
	knockOverMessage struct {
		Type          string `json:"type"`
		ParticipantID string `json:"participantId"`
		Outcome       string `json:"outcome"`
	}
	joinedMessage struct {
		Type        string `json:"type"`
		Participant person `json:"participant"`
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
		ID     string `json:"id"`
		Author string `json:"author"`
		Name   string `json:"name"`
		Text   string `json:"text"`
		At     stamp  `json:"at"`
		Ref    string `json:"ref"`
		seq    int64  // of its event
	}
	runStartedMessage struct {
		Type string   `json:"type"`
		Run  runStart `json:"run"`
	}
	runStart struct {
		ID       string `json:"id"`
		By       string `json:"by"`
		Version  int    `json:"version"`
		Language string `json:"language"`
		At       stamp  `json:"at"`
		Ref      string `json:"ref,omitempty"`
	}
	runView struct {
		runStart
		Chunks []chunk    `json:"chunks"`
		Result *runResult `json:"result,omitempty"`
		seq    int64      // of the event that it began with
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
		Type          string `json:"type"`
		ParticipantID string `json:"participantId"`
		Kind          string `json:"kind"`
		At            stamp  `json:"at"`
		Doc           string `json:"doc,omitempty"`
		Length        int    `json:"length,omitempty"`
		Outside       bool   `json:"outside,omitempty"`
	}
	stateMessage struct {
		Type      string  `json:"type"`
		State     Phase   `json:"state"`
		StartedAt *stamp  `json:"startedAt,omitempty"`
		EndedAt   *stamp  `json:"endedAt,omitempty"`
		By        string  `json:"by,omitempty"`
		Can       []right `json:"can"`
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
		Type string  `json:"type"`
		T    float64 `json:"t"`
		Now  stamp   `json:"now"`
	}
)

// Question is a problem of the interview. InterviewerNotes are for staff.
type Question struct {
	ID               string            `json:"id"`
	Title            string            `json:"title"`
	Body             string            `json:"body"` // Markdown
	Difficulty       string            `json:"difficulty,omitempty"`
	Starter          map[string]string `json:"starter,omitempty"` // language → code
	InterviewerNotes string            `json:"interviewerNotes,omitempty"`
}

// forCandidates is the question without what candidates must not see.
func (q *Question) forCandidates() *Question {
	if q == nil {
		return nil
	}
	public := *q
	public.InterviewerNotes = ""
	return &public
}

// LanguageView is a language that can be run.
type LanguageView struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

// SandboxView says whether programs can be run, and why not.
type SandboxView struct {
	Ready  bool   `json:"ready"`
	Reason string `json:"reason,omitempty"`
}
