package showmebugtest

import (
	"slices"
	"time"
)

// Team is a company at ShowMeBug with its third-party application: the key and
// secret of client authorisation.
type Team struct {
	ID    int64 // 0: the next free one
	Name  string
	Email string
	Phone string

	ClientID     string // the application key; "" when only platforms act for the team
	ClientSecret string
	CallbackURL  string // event push URL of the application; "" for no webhooks

	// Quota is how many sessions are left. 0 means 1,000; SetQuota sets none.
	Quota   int
	Members []Member
}

// Member is a person of a team.
type Member struct {
	ID    int64  `json:"id"`  // 0: the next free one
	UID   string `json:"uid"` // in the system of the caller that created the member
	Name  string `json:"name"`
	Email string `json:"email"`
	Phone string `json:"phone"`
	Role  string `json:"team_role"`
}

// Platform is a service platform that acts for teams which have consented, by
// platform authorisation.
type Platform struct {
	Name         string
	ClientID     string
	ClientSecret string
	RedirectURI  string // where the consent page leads back to
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

// Interview is an interview as it stands.
type Interview struct {
	UID            string
	TeamID         int64
	ClientID       string // of the application that created it
	CandidateUID   string // only of those made in a batch
	CandidateName  string
	TypeID         int64 // 1 technical, 2 not
	CreatorID      int64
	Status         string
	Interviewers   []Interviewer
	ResumeLink     string
	EvaluationLink string
	RedirectURI    string
	WrittenPadUID  string
	InterviewerURL string // shared by those who have none of their own
	CandidateURL   string
	Board          string // what stands in the editor
	Ratings        []Rating
	CreatedAt      time.Time
	StartedAt      time.Time // zero: not yet
	EndedAt        time.Time // zero: not yet
}

// Interviewer is one of at most five named for an interview.
type Interviewer struct {
	UID   string
	Name  string
	Phone string
	Email string
	URL   string // the personal link
}

// Rating is what an interviewer thinks, 1 to 5.
type Rating struct {
	InterviewerUID string // "" by the shared link
	Name           string
	Rate           int
	Comment        string
	Time           time.Time
}

// Rate is the mean of the ratings, rounded, or 0 without a rating.
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

// Exam is a paper for written tests.
type Exam struct {
	ID              int64 // 0: the next free one
	Name            string
	CreatorName     string
	DurationMinutes int64 // 0: unlimited
	Questions       []Question
}

// TotalScore is the sum of what the questions are worth.
func (e *Exam) TotalScore() (total int64) {
	for _, q := range e.Questions {
		total += q.SuggestedScore
	}
	return total
}

// Question is a question for written tests or for interviews.
type Question struct {
	ID             int64          `json:"id"` // 0: the next free one
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

// WrittenPad is one candidate's sitting of an exam.
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
	Score         int64            // of an ended one
	TotalScore    int64
	CreatedAt     time.Time
	StartedAt     time.Time // zero: not yet
	EndedAt       time.Time // zero: not yet
}

// ExamRoom is a sitting of many at a fixed time or within a window.
type ExamRoom struct {
	ID              int64
	ExamID          int64
	Name            string
	EntranceSetting string // time_at or time_range
	URL             string
	Extra           map[string]any // fields that ShowMeBug documents on pages we could not read
	CreatedAt       time.Time
}

type (
	teamState struct {
		Team

		exams            []*examState
		rooms            []*ExamRoom
		questions        []*Question // of interviews
		writtenQuestions []*Question
		videos           map[string]string
		platforms        []*appState // that may act for the team
	}
	appState struct{ Platform }
	// examState is an exam with its bulk invitation link.
	examState struct {
		Exam

		team     *teamState
		link     string
		clientID string // of the application that requested the link
		sender   int64
	}
	interviewState struct {
		Interview

		team      *teamState
		shared    string   // token of the shared interviewer's link
		personal  []string // tokens of the personal ones, in the order of Interviewers
		candidate string
		present   map[string]time.Time // who looked last when, by token
	}
	padState struct {
		WrittenPad

		team *teamState
		exam Exam // as it was when the pad was made
	}
)

// copyInterview is a copy that its reader may keep.
func (i *interviewState) copyInterview() Interview {
	out := i.Interview
	out.Interviewers, out.Ratings = slices.Clone(i.Interviewers), slices.Clone(i.Ratings)
	return out
}
