// Package protocol has the messages between the browsers in a room and the
// server, version 1. docs/room-protocol.md describes them, and testdata/protocol
// has an example of each.
package protocol

import (
	"encoding/json"
	"time"

	"github.com/huimian/huimian/internal/room/change"
	"github.com/huimian/huimian/internal/room/drawing"
)

// Timestamp has the format of JavaScript's Date.toISOString.
type Timestamp struct{ time.Time }

// NewTimestamp returns nil for the zero time.
func NewTimestamp(t time.Time) *Timestamp {
	if t.IsZero() {
		return nil
	}
	return &Timestamp{t}
}

// MarshalJSON writes UTC with milliseconds.
func (s Timestamp) MarshalJSON() ([]byte, error) {
	return []byte(s.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// Hello and the other types of this group are messages from the client.
type (
	Hello struct {
		Type      string         `json:"type"`
		Protocol  int            `json:"protocol"`
		Documents []HeldDocument `json:"documents"`
		Drawing   int64          `json:"drawing,omitempty"` // seq of the last change of the drawing that the client has received
	}
	HeldDocument struct {
		Doc     string `json:"doc"`
		Version int    `json:"version"`
	}
	Push struct {
		Type     string       `json:"type"`
		Doc      string       `json:"doc"`
		Version  int          `json:"version"`
		ClientID string       `json:"clientId"`
		Seq      int64        `json:"seq"`
		Updates  []PushUpdate `json:"updates"`
	}
	PushUpdate struct {
		Changes json.RawMessage `json:"changes"`
		Age     int             `json:"age"`
		Event   string          `json:"event,omitempty"`
	}
	Fetch struct {
		Type    string `json:"type"`
		Doc     string `json:"doc"`
		Version int    `json:"version"`
	}
	CursorRequest struct {
		Type    string      `json:"type"`
		Doc     string      `json:"doc"`
		Version int         `json:"version"`
		Ranges  []Selection `json:"ranges"`
	}
	Selection struct {
		Anchor int `json:"anchor"`
		Head   int `json:"head"`
	}
	LanguageRequest struct {
		Type     string `json:"type"`
		Doc      string `json:"doc,omitempty"`
		Language string `json:"language"`
		Ref      string `json:"ref,omitempty"`
	}
	ProblemRequest struct {
		Type       string  `json:"type"`
		QuestionID *string `json:"questionId"`
		Ref        string  `json:"ref,omitempty"`
	}
	QuestionAddRequest struct {
		Type       string `json:"type"`
		QuestionID string `json:"questionId"` // of the question bank
		Ref        string `json:"ref,omitempty"`
	}
	QuestionDoneRequest struct {
		Type       string `json:"type"`
		QuestionID string `json:"questionId"`
		Done       bool   `json:"done"`
		Ref        string `json:"ref,omitempty"`
	}
	ChatRequest struct {
		Type string `json:"type"`
		Text string `json:"text"`
		Ref  string `json:"ref"`
	}
	FileCreateRequest struct {
		Type   string    `json:"type"`
		Answer string    `json:"answer,omitempty"`
		Files  []NewFile `json:"files"`
		Ref    string    `json:"ref,omitempty"`
	}
	NewFile struct {
		Path string `json:"path"`
		Text string `json:"text,omitempty"`
	}
	FileRenameRequest struct {
		Type string `json:"type"`
		Doc  string `json:"doc"`
		Path string `json:"path"`
		Ref  string `json:"ref,omitempty"`
	}
	FileRequest struct { // types file_delete and file_entry
		Type string `json:"type"`
		Doc  string `json:"doc"`
		Ref  string `json:"ref,omitempty"`
	}
	DrawingRequest struct {
		Type     string            `json:"type"`
		Elements []json.RawMessage `json:"elements"` // the versions that have changed
		Ref      string            `json:"ref"`
	}
	RunRequest struct {
		Type    string `json:"type"`
		Doc     string `json:"doc,omitempty"`
		Version int    `json:"version"`
		Stdin   string `json:"stdin,omitempty"`
		Tests   bool   `json:"tests,omitempty"` // the test cases of the question, instead of Stdin
		Ref     string `json:"ref,omitempty"`

		Terminal *TerminalSize `json:"terminal,omitempty"` // a terminal, instead of Stdin
		Shell    string        `json:"shell,omitempty"`    // the language whose interactive shell runs in the terminal, instead of the code
	}
	TerminalInputRequest struct {
		Type  string `json:"type"`
		RunID string `json:"runId"`
		Text  string `json:"text"`
		Ref   string `json:"ref,omitempty"`
	}
	TerminalResizeRequest struct {
		Type  string `json:"type"`
		RunID string `json:"runId"`
		TerminalSize
		Ref string `json:"ref,omitempty"`
	}
	RunStopRequest struct {
		Type  string `json:"type"`
		RunID string `json:"runId"`
		Ref   string `json:"ref,omitempty"`
	}
	Focus struct {
		Type    string `json:"type"`
		Focused bool   `json:"focused"`
	}
	Paste struct {
		Type    string `json:"type"`
		Doc     string `json:"doc"`
		Length  int    `json:"length"`
		Outside bool   `json:"outside"`
	}
	AdmissionRequest struct { // types admit and turn_away
		Type          string `json:"type"`
		ParticipantID string `json:"participantId"`
		Device        string `json:"device,omitempty"`
		Ref           string `json:"ref,omitempty"`
	}
	PhaseRequest struct { // types start, end, extend and reopen
		Type string `json:"type"`
		Ref  string `json:"ref,omitempty"`
	}
	Ping struct {
		Type string  `json:"type"`
		T    float64 `json:"t"`
	}
)

// Welcome and the other types of this group are messages to the client.
type (
	Welcome struct {
		Type         string           `json:"type"`
		Protocol     int              `json:"protocol"`
		Now          Timestamp        `json:"now"`
		Connection   string           `json:"connection"`
		Room         Room             `json:"room"`
		You          Self             `json:"you"`
		Participants []Person         `json:"participants"`
		Waiting      *[]Person        `json:"waiting,omitempty"`
		Answer       string           `json:"answer"`
		Files        FileList         `json:"files"` // of the current answer
		Documents    []Document       `json:"documents"`
		Cursors      []CursorPosition `json:"cursors"`
		Question     *Question        `json:"question"`
		Questions    *[]Question      `json:"questions,omitempty"`
		Progress     Progress         `json:"progress,omitempty"`
		Chat         []ChatItem       `json:"chat"`
		Runs         []Run            `json:"runs"`
		Drawing      *DrawingView     `json:"drawing,omitempty"` // nil: nothing was drawn
		Limits       Limits           `json:"limits"`
	}
	Room struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		State Phase  `json:"state"`
		PhaseView
		Language  string         `json:"language"`
		Languages []LanguageView `json:"languages"`
		Sandbox   SandboxView    `json:"sandbox"`
	}
	WaitingRoom struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		State Phase  `json:"state"`
	}
	Person struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		Role   Role   `json:"role"`
		Color  int    `json:"color"`
		Device string `json:"device,omitempty"` // of a candidate who waits
	}
	Self struct {
		Person
		Can []Right `json:"can"`
	}
	Document struct {
		Doc     string  `json:"doc"`
		Version int     `json:"version"`
		Head    int     `json:"head"`
		Text    *string `json:"text,omitempty"`
		Resume  bool    `json:"resume,omitempty"`
	}
	Limits struct {
		DocumentUnits int `json:"documentUnits"`
		PushUpdates   int `json:"pushUpdates"`
		PushUnits     int `json:"pushUnits"`
		ChatUnits     int `json:"chatUnits"`
		StdinBytes    int `json:"stdinBytes"`
		Files         int `json:"files"`     // of an answer
		FileUnits     int `json:"fileUnits"` // of all files of an answer
		PathBytes     int `json:"pathBytes"`
	}
	Waiting struct {
		Type string      `json:"type"`
		Now  Timestamp   `json:"now"`
		Room WaitingRoom `json:"room"`
		You  Self        `json:"you"`
		// Staff reports whether members of the company are in the room.
		Staff bool `json:"staff"`
	}
	LobbyStatus struct {
		Type  string `json:"type"`
		Staff bool   `json:"staff"`
	}
	TurnedAway struct {
		Type string `json:"type"`
	}
	Knock struct {
		Type        string    `json:"type"`
		Participant Person    `json:"participant"`
		At          Timestamp `json:"at"`
	}
	KnockOver struct {
		Type          string `json:"type"`
		ParticipantID string `json:"participantId"`
		Device        string `json:"device,omitempty"`
		Outcome       string `json:"outcome"`
	}
	Joined struct {
		Type        string `json:"type"`
		Participant Person `json:"participant"`
	}
	Left struct {
		Type          string `json:"type"`
		ParticipantID string `json:"participantId"`
	}
	// ConnectionLost follows Left when the participant did not leave on purpose.
	ConnectionLost struct {
		Type          string    `json:"type"`
		ParticipantID string    `json:"participantId"`
		At            Timestamp `json:"at"`
	}
	Ack struct {
		Type     string `json:"type"`
		Doc      string `json:"doc"`
		ClientID string `json:"clientId"`
		Seq      int64  `json:"seq"`
		Version  int    `json:"version"`
		Count    int    `json:"count"`
	}
	Updates struct {
		Type    string   `json:"type"`
		Doc     string   `json:"doc"`
		Version int      `json:"version"`
		Updates []Update `json:"updates"`
	}
	Update struct {
		ClientID string     `json:"clientId"`
		Author   string     `json:"author"`
		Changes  change.Set `json:"changes"`
	}
	Resync struct {
		Type    string `json:"type"`
		Doc     string `json:"doc"`
		Version int    `json:"version"`
		Text    string `json:"text"`
		Code    string `json:"code"`
	}
	Cursor struct {
		Type string `json:"type"`
		CursorPosition
	}
	CursorPosition struct {
		Doc           string      `json:"doc"`
		Version       int         `json:"version"`
		Connection    string      `json:"connection"`
		ParticipantID string      `json:"participantId"`
		Ranges        []Selection `json:"ranges"`
	}
	CursorGone struct {
		Type       string `json:"type"`
		Connection string `json:"connection"`
	}
	Language struct {
		Type     string `json:"type"`
		Doc      string `json:"doc"`
		Language string `json:"language"`
		By       string `json:"by"`
	}
	Problem struct {
		Type     string    `json:"type"`
		Question *Question `json:"question"`
		By       string    `json:"by"`
		Language string    `json:"language"`
		Document Document  `json:"document"`
		FileView
	}
	// FileView is the list of files of an answer, and those of its further documents that
	// the recipient may lack.
	FileView struct {
		Files     FileList   `json:"files"`
		Documents []Document `json:"documents,omitempty"`
	}
	// FileList is the list of the files of an answer. The answer runs as the entry.
	FileList struct {
		Entry string `json:"entry"` // its document
		Files []File `json:"files"`
	}
	File struct {
		Doc  string `json:"doc"`
		Path string `json:"path,omitempty"` // empty: the name follows from the language of the answer
	}
	// FilesChanged follows each change of the files of an answer.
	FilesChanged struct {
		Type     string `json:"type"`
		Answer   string `json:"answer"`
		By       string `json:"by"`
		Language string `json:"language"` // of the answer
		FileView
	}
	// QuestionAdded follows when the interview has a further question.
	QuestionAdded struct {
		Type     string    `json:"type"`
		Question *Question `json:"question"`
		By       string    `json:"by,omitempty"`
	}
	// ProgressChanged follows each change of the progress that is not the time passing.
	ProgressChanged struct {
		Type     string   `json:"type"`
		Progress Progress `json:"progress"`
	}
	// Progress has the questions that were shown or marked as done.
	Progress         []QuestionProgress
	QuestionProgress struct {
		QuestionID string     `json:"questionId"`
		Done       bool       `json:"done,omitempty"`
		ElapsedMs  int64      `json:"elapsedMs"`       // for which it was shown while the room was open, before Since
		Since      *Timestamp `json:"since,omitempty"` // of the question that is shown, while the room is open
	}
	Chat struct {
		Type    string   `json:"type"`
		Message ChatItem `json:"message"`
	}
	ChatItem struct {
		ID     string    `json:"id"`
		Author string    `json:"author"`
		Name   string    `json:"name"`
		Text   string    `json:"text"`
		At     Timestamp `json:"at"`
		Ref    string    `json:"ref"`
		Seq    int64     `json:"-"` // of its event
	}
	// DrawingView has the elements of the drawing, or with Resume those that have changed
	// since the seq of Hello.
	DrawingView struct {
		Seq      int64             `json:"seq"`
		Elements []drawing.Element `json:"elements"`
		Resume   bool              `json:"resume,omitempty"`
	}
	// DrawingChanged follows each change of the drawing.
	DrawingChanged struct {
		Type     string            `json:"type"`
		Seq      int64             `json:"seq"`
		By       string            `json:"by"`
		Elements []drawing.Element `json:"elements"`
	}
	// DrawingAck follows when a DrawingRequest was stored. Elements are the newer versions of
	// those that were sent.
	DrawingAck struct {
		Type     string            `json:"type"`
		Ref      string            `json:"ref"`
		Elements []drawing.Element `json:"elements,omitempty"`
	}
	RunStarted struct {
		Type string   `json:"type"`
		Run  RunStart `json:"run"`
	}
	RunStart struct {
		ID       string    `json:"id"`
		By       string    `json:"by"`
		Doc      string    `json:"doc"`
		Version  int       `json:"version"`
		Language string    `json:"language"`
		At       Timestamp `json:"at"`
		Ref      string    `json:"ref,omitempty"`
		Tests    *TestPlan `json:"tests,omitempty"` // of a run of test cases

		Terminal *TerminalSize `json:"terminal,omitempty"` // of a run in a terminal
		Shell    bool          `json:"shell,omitempty"`    // the interactive shell of Language
	}
	// TerminalSize is in characters.
	TerminalSize struct {
		Rows int `json:"rows"`
		Cols int `json:"cols"`
	}
	TerminalResized struct {
		Type  string `json:"type"`
		RunID string `json:"runId"`
		TerminalSize
	}
	Run struct {
		RunStart
		Chunks []Chunk     `json:"chunks"`
		Result *RunResult  `json:"result,omitempty"`
		Report *TestReport `json:"report,omitempty"` // of a run of test cases
		RunProgress
		Seq        int64 `json:"-"` // of its first event
		TypedBytes int   `json:"-"` // into its terminal
	}
	// RunProgress is that of a run without a result.
	RunProgress struct {
		Position int `json:"position,omitempty"` // in the queue; 1 for the next program, 0 while it runs
		Done     int `json:"done,omitempty"`     // test cases that have ended
	}
	RunQueued struct {
		Type     string `json:"type"`
		RunID    string `json:"runId"`
		Position int    `json:"position"`       // 1 for the next program; 0 when it starts
		Done     int    `json:"done,omitempty"` // test cases that have ended
	}
	RunOutput struct {
		Type   string  `json:"type"`
		RunID  string  `json:"runId"`
		Seq    int     `json:"seq"`
		Chunks []Chunk `json:"chunks"`
	}
	Chunk struct {
		Stream string `json:"stream"`
		Text   string `json:"text"`
	}
	RunFinished struct {
		Type   string      `json:"type"`
		RunID  string      `json:"runId"`
		Result RunResult   `json:"result"`
		Report *TestReport `json:"report,omitempty"` // of a run of test cases
	}
	RunResult struct {
		Status      string `json:"status"`
		Detail      string `json:"detail,omitempty"` // see sandbox.Detail
		ExitCode    int    `json:"exitCode"`
		Signal      string `json:"signal,omitempty"`
		WallMs      int64  `json:"wallMs"`
		CPUMs       int64  `json:"cpuMs"`
		MemoryBytes int64  `json:"memoryBytes"`
		Truncated   bool   `json:"truncated"`
	}
	Activity struct {
		Type          string    `json:"type"`
		ParticipantID string    `json:"participantId"`
		Kind          string    `json:"kind"`
		At            Timestamp `json:"at"`
		Doc           string    `json:"doc,omitempty"`
		Length        int       `json:"length,omitempty"`
		Outside       bool      `json:"outside,omitempty"`
	}
	State struct {
		Type  string `json:"type"`
		State Phase  `json:"state"`
		PhaseView
		By  string  `json:"by,omitempty"`
		Can []Right `json:"can"`
	}
	// PhaseView has the times of the phases, and how often and until when they can be changed.
	PhaseView struct {
		StartedAt      *Timestamp `json:"startedAt,omitempty"`
		EndedAt        *Timestamp `json:"endedAt,omitempty"`
		EndsAt         *Timestamp `json:"endsAt,omitempty"` // planned end after an extension
		ExtensionsLeft int        `json:"extensionsLeft"`
		ReopenUntil    *Timestamp `json:"reopenUntil,omitempty"` // of an ended room
	}
	Error struct {
		Type         string `json:"type"`
		Code         string `json:"code"`
		Ref          string `json:"ref,omitempty"`
		Doc          string `json:"doc,omitempty"`
		Seq          int64  `json:"seq,omitempty"`
		RetryAfterMs int64  `json:"retryAfterMs,omitempty"`
	}
	Reconnect struct {
		Type    string `json:"type"`
		AfterMs int64  `json:"afterMs"`
	}
	Pong struct {
		Type string    `json:"type"`
		T    float64   `json:"t"`
		Now  Timestamp `json:"now"`
	}
)

// Question is a question of the interview, in the version that the room has shown, or in the
// present one before.
type Question struct {
	ID         string            `json:"id"`
	Version    int               `json:"version,omitempty"`
	Title      string            `json:"title"`
	Body       string            `json:"body"` // Markdown
	Difficulty string            `json:"difficulty,omitempty"`
	Starter    map[string]string `json:"starter,omitempty"` // by language id
	Tests      *TestOffer        `json:"tests,omitempty"`   // nil without test cases

	QuestionForStaff
}

// QuestionForStaff are the parts of a question that candidates do not receive.
type QuestionForStaff struct {
	ExpectedMinutes  int               `json:"expectedMinutes,omitempty"`
	Hints            []string          `json:"hints,omitempty"`     // Markdown
	FollowUps        []string          `json:"followUps,omitempty"` // Markdown
	Solutions        map[string]string `json:"solutions,omitempty"` // by language id
	InterviewerNotes string            `json:"interviewerNotes,omitempty"`
}

// ForCandidates returns the question without the parts for staff.
func (q *Question) ForCandidates() *Question {
	if q == nil {
		return nil
	}
	public := *q
	public.QuestionForStaff = QuestionForStaff{}
	return &public
}

// LanguageView is a language that the sandbox can run.
type LanguageView struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version string `json:"version"`
	Shell   bool   `json:"shell,omitempty"` // RunRequest.Shell is possible
}

// SandboxView reports whether programs can be run, with the reason when they
// cannot.
type SandboxView struct {
	Ready  bool   `json:"ready"`
	Reason string `json:"reason,omitempty"`
}

// Role is the role of a participant in a room.
type Role string

// Roles. Candidates are not of the company.
const (
	Candidate   Role = "candidate"
	Interviewer Role = "interviewer"
	Recruiter   Role = "recruiter"
	Observer    Role = "observer"
)

// IsStaff reports whether the role belongs to the company, whose members may
// read the notes.
func (r Role) IsStaff() bool {
	return r == Interviewer || r == Recruiter || r == Observer
}

// Phase is the phase of a room.
type Phase string

// Phases, in order. Ended is read-only; an ended room can be reopened for some minutes.
const (
	Lobby Phase = "lobby"
	Open  Phase = "open"
	Ended Phase = "ended"
)

// Right is a permission of a participant.
type Right string
