package question

import (
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/testcase"
	"github.com/huimian/huimian/internal/validate"
)

// GenerateStarterCode returns the starter code of the function of a suite in each
// language.
func (*Service) GenerateStarterCode(a actor.Actor, suite testcase.Suite) ([]testcase.StarterCode, error) {
	if err := a.Require(actor.EditQuestions); err != nil {
		return nil, err
	}
	var e validate.Errors
	suite.CheckFunction(&e, "")
	if err := e.Err(false); err != nil {
		return nil, err
	}
	return suite.StarterCode(), nil
}
