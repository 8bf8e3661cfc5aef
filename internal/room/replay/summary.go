package replay

import "github.com/huimian/huimian/internal/room/protocol"

// Summary is what a room has produced: the code and the newest runs. It is for
// staff only.
type Summary struct {
	State     protocol.Phase     `json:"state"`
	StartedAt protocol.Timestamp `json:"startedAt,omitzero"`
	EndedAt   protocol.Timestamp `json:"endedAt,omitzero"`
	Answers   []Answer           `json:"answers"` // in the order in which the questions were shown
	Runs      []protocol.Run     `json:"runs"`    // at most 5 of an answer and 20 in all, oldest first
	Names     map[string]string  `json:"names"`   // of those who ran a program, by participant id
}

// Answer is the final code that answers a question, or the code that was written
// without one. An empty one without a question is left out.
type Answer struct {
	Doc        string       `json:"doc"`
	QuestionID string       `json:"questionId,omitempty"`
	Title      string       `json:"title,omitempty"` // of the question
	Language   string       `json:"language"`
	Code       string       `json:"code"`
	Files      []AnswerFile `json:"files,omitempty"`     // all files when they have names, the entry first; Code is that of the entry
	Done       bool         `json:"done,omitempty"`      // an interviewer has marked the question as done
	ElapsedMs  int64        `json:"elapsedMs,omitempty"` // for which the question was shown while the room was open
}

// AnswerFile is a file of an answer.
type AnswerFile struct {
	Path string `json:"path"`
	Code string `json:"code"`
}
