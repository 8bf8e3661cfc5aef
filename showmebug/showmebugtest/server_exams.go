package showmebugtest

import (
	"context"
)

// WrittenPads returns the written tests of all teams, newest first.
func (s *Server) WrittenPads() []WrittenPad {
	s.init()
	return s.exams.WrittenPads()
}

// StartWrittenPad starts a written test, as the candidate does. Starting it again is not an error.
func (s *Server) StartWrittenPad(uid string) error {
	s.init()
	return s.exams.StartWrittenPad(uid)
}

// FinishWrittenPad ends a written test with a score, and sends the event that WrittenPadEvent names.
// It returns after the first attempt.
func (s *Server) FinishWrittenPad(uid string, score int64) error {
	s.init()
	return s.exams.FinishWrittenPad(uid, score)
}

// AddVideo adds the recording of a written test, whose URL videos/ID returns.
func (s *Server) AddVideo(teamID int64, id, url string) {
	s.init()
	s.exams.AddVideo(teamID, id, url)
}

// AddWrittenQuestion adds a question to a team's bank, as in the console, and sends
// written_question_created. It returns the question's id, or 0 when the team does not exist.
func (s *Server) AddWrittenQuestion(teamID int64, q Question) int64 {
	s.init()
	return s.exams.AddWrittenQuestion(teamID, q)
}

// ChangeWrittenQuestion replaces the title and description of a question of the bank and sends
// written_question_updated. It returns 0 when the question does not exist.
func (s *Server) ChangeWrittenQuestion(teamID, id int64, title, description string) int64 {
	s.init()
	return s.exams.ChangeWrittenQuestion(teamID, id, title, description)
}

// AddExam adds an exam to a team and returns its id, or 0 when the team does not exist. Questions
// without an id or a score get an id and 10 points.
func (s *Server) AddExam(teamID int64, e Exam) int64 {
	s.init()
	return s.exams.AddExam(teamID, e)
}

// WaitWrittenPad returns the newest written test for which match returns true, and waits for one
// until ctx is done. A nil match accepts any. match must not call the Server.
func (s *Server) WaitWrittenPad(ctx context.Context, match func(WrittenPad) bool) (WrittenPad, error) {
	s.init()
	return s.exams.WaitWrittenPad(ctx, match)
}
