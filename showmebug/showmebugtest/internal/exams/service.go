// Package exams serves exams, written tests and the question banks.
package exams

import (
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/webhooks"
)

// Service holds the state of the package beside that of the core.
type Service struct {
	*core.Core

	Webhooks *webhooks.Service
}

// New returns the service of a core and of the services that it uses.
func New(c *core.Core, webhooksService *webhooks.Service) *Service {
	return &Service{Core: c, Webhooks: webhooksService}
}

// Endpoints returns the endpoints of the package, by method and path. {id} is a number, or the uid of
// a written test.
func (s *Service) Endpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{
		"GET exams":                     {Scope: "exam", Handle: s.listExams},
		"DELETE exams/{id}":             {Scope: "exam", Handle: s.deleteExam},
		"GET exams/{id}/exam_link":      {Scope: "exam", Handle: s.examLink},
		"PATCH exams/{id}/exam_link":    {Scope: "exam", Handle: s.renewExamLink},
		"POST exam_rooms":               {Scope: "exam", Handle: s.createExamRoom},
		"GET exam_rooms":                {Scope: "exam", Handle: s.listExamRooms},
		"POST written_pads":             {Scope: "exam", Handle: s.createPad},
		"POST batch_written_pads":       {Scope: "exam", Handle: s.createPads},
		"GET written_pads":              {Scope: "exam", Handle: s.listPads},
		"GET written_pads/{id}":         {Scope: "exam", Handle: s.getPad},
		"DELETE written_pads/{id}":      {Scope: "exam", Handle: s.deletePad},
		"GET skill_dimensions":          {Scope: "exam", Handle: s.skillDimensions},
		"GET videos/{id}":               {Scope: "exam", Handle: s.getVideo},
		"GET written_questions":         {Scope: "exam", Handle: s.listWrittenQuestions},
		"GET written_questions/{id}":    {Scope: "exam", Handle: s.getWrittenQuestion},
		"POST written_questions":        {Scope: "exam", Handle: s.createWrittenQuestion},
		"POST batch_written_questions":  {Scope: "exam", Handle: s.createWrittenQuestions},
		"DELETE written_questions/{id}": {Scope: "exam", Handle: s.deleteWrittenQuestion},

		"GET questions":         {Scope: "interview", Handle: s.listQuestions},
		"POST questions":        {Scope: "interview", Handle: s.createQuestion},
		"POST batch_questions":  {Scope: "interview", Handle: s.createQuestions},
		"DELETE questions/{id}": {Scope: "interview", Handle: s.deleteQuestion},
	}
}
