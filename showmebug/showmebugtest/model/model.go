// Package model contains the types of the simulator's public API: values without behaviour.
package model

import (
	"time"
)

// Team is a company at ShowMeBug with its third-party application, whose key and secret are used for
// client authorisation.
type Team struct {
	ID    int64 // 0: assigned by the simulator
	Name  string
	Email string
	Phone string

	ClientID     string // the application key; "" if only platforms act for the team
	ClientSecret string
	CallbackURL  string // event push URL of the application; "" for no webhooks

	// Quota is the number of sessions left. 0 means 1,000; SetQuota can set it to 0.
	Quota   int
	Members []Member
}

// Member is a member of a team.
type Member struct {
	ID    int64  `json:"id"`  // 0: assigned by the simulator
	UID   string `json:"uid"` // of the member in the caller's system
	Name  string `json:"name"`
	Email string `json:"email"`
	Phone string `json:"phone"`
	Role  string `json:"team_role"`
}

// Platform is a service platform that acts for the teams that have consented to it, by platform
// authorisation.
type Platform struct {
	Name         string
	ClientID     string
	ClientSecret string
	RedirectURI  string // the consent page redirects to it
	CallbackURL  string // "" for no webhooks
}

// States of an interview.
const (
	InterviewOpened  = "interview_opened" // not started
	InterviewStarted = "interview_started"
	InterviewEnded   = "interview_ended"
)

// States of a written test. Their names are a guess after those of interviews.
const (
	WrittenPadOpened  = "written_pad_opened"
	WrittenPadStarted = "written_pad_started"
	WrittenPadEnded   = "written_pad_ended"
)

// Interview is the current state of an interview.
type Interview struct {
	UID            string
	TeamID         int64
	ClientID       string // of the application that created it
	CandidateUID   string // only of interviews created in a batch
	CandidateName  string
	TypeID         int64 // 1: technical, 2: other
	CreatorID      int64
	Status         string
	Interviewers   []Interviewer
	ResumeLink     string
	EvaluationLink string
	RedirectURI    string
	WrittenPadUID  string
	InterviewerURL string // of interviewers without a personal link
	CandidateURL   string
	Board          string // text of the editor
	Ratings        []Rating
	CreatedAt      time.Time
	StartedAt      time.Time // zero: not yet
	EndedAt        time.Time // zero: not yet
}

// Interviewer is one of at most five named interviewers of an interview.
type Interviewer struct {
	UID   string
	Name  string
	Phone string
	Email string
	URL   string // the personal link
}

// Rating is the assessment of an interviewer, from 1 to 5.
type Rating struct {
	InterviewerUID string // "": by the shared link
	Name           string
	Rate           int
	Comment        string
	Time           time.Time
}

// Rate returns the mean of the ratings, rounded, or 0 without a rating.
func (i *Interview) Rate() int {
	sum := 0
	for _, r := range i.Ratings {
		sum += r.Rate
	}
	if n := len(i.Ratings); n > 0 {
		return (2*sum + n) / (2 * n)
	}
	return 0
}

// Exam is a set of questions for written tests.
type Exam struct {
	ID              int64 // 0: assigned by the simulator
	Name            string
	CreatorName     string
	DurationMinutes int64 // 0: unlimited
	Questions       []Question
}

// TotalScore returns the sum of the scores of the questions.
func (e *Exam) TotalScore() (total int64) {
	for _, q := range e.Questions {
		total += q.SuggestedScore
	}
	return total
}

// Question is a question for written tests or for interviews.
type Question struct {
	ID             int64          `json:"id"` // 0: assigned by the simulator
	QuestionType   string         `json:"question_type"`
	Title          string         `json:"title"`
	Description    string         `json:"description"`
	Key            string         `json:"key"` // the reference answer
	SuggestedScore int64          `json:"suggested_score"`
	ContentJSON    map[string]any `json:"content_json"`
	CreatorID      int64          `json:"creator_id"`
	CreatorName    string         `json:"creator_name"`
	Extend         map[string]any `json:"extend,omitempty"` // what the caller passed at creation
	CreatedAt      time.Time      `json:"created_at"`
	UpdatedAt      time.Time      `json:"updated_at"`
}

// WrittenPad is the sitting of an exam by one candidate.
type WrittenPad struct {
	UID           string
	TeamID        int64
	ClientID      string // of the application that created it
	ExamID        int64
	ExamName      string
	CandidateUID  string
	CandidateName string
	CreatorID     int64
	Status        string
	URL           string
	Answers       map[int64]string // by question
	Score         int64            // of an ended test
	TotalScore    int64
	CreatedAt     time.Time
	StartedAt     time.Time // zero: not yet
	EndedAt       time.Time // zero: not yet
}

// ExamRoom is a sitting of an exam by many candidates, at a fixed time or within a window.
type ExamRoom struct {
	ID              int64
	ExamID          int64
	Name            string
	EntranceSetting string // time_at or time_range
	URL             string
	Extra           map[string]any // fields documented on pages that are not public
	CreatedAt       time.Time
}
