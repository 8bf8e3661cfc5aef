package core

import (
	"maps"
	"slices"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// TeamState is a team with its exams and question banks.
type TeamState struct {
	model.Team

	Exams            []*ExamState
	Rooms            []*model.ExamRoom
	Questions        []*model.Question // of interviews
	WrittenQuestions []*model.Question
	Videos           map[string]string
	Platforms        []*AppState // that act for the team
}

// AppState is a platform. Tokens and consents refer to it, so that AddPlatform can replace its
// settings.
type AppState struct{ model.Platform }

// ExamState is an exam with its bulk invitation link.
type ExamState struct {
	model.Exam

	Team     *TeamState
	Link     string
	ClientID string // of the application that requested the link
	Sender   int64
}

// InterviewState is an interview with the tokens of its links.
type InterviewState struct {
	model.Interview

	Team           *TeamState
	SharedToken    string   // of the interviewers' shared link
	PersonalTokens []string // tokens of the personal links, in the order of Interviewers
	CandidateToken string
	LastSeen       map[string]time.Time // time of the last request, by token of the link
}

// PadState is a written test with the questions as they were when it was created.
type PadState struct {
	model.WrittenPad

	Team *TeamState
	Exam model.Exam // as it was when the test was created
}

// CopyInterview returns a copy that its recipient may keep.
func (i *InterviewState) CopyInterview() model.Interview {
	out := i.Interview
	out.Interviewers, out.Ratings = slices.Clone(i.Interviewers), slices.Clone(i.Ratings)
	return out
}

// Delivery is a webhook with what is needed to send it.
type Delivery struct {
	model.Webhook

	Secret string
	DueAt  time.Time
	Rule   model.WebhookFault
}

// CopyPad returns a copy that its recipient may keep.
func (p *PadState) CopyPad() model.WrittenPad {
	out := p.WrittenPad
	out.Answers = maps.Clone(p.Answers)
	return out
}
