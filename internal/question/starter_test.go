package question

import (
	"testing"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/testcase"
)

func TestGenerateStarterCode(t *testing.T) {
	var s Service
	suite := testcase.Suite{Mode: testcase.Function, Function: "f", Signature: &testcase.Signature{Result: testcase.Int}}
	recruiter := actor.ForMember("corp", "rosa", actor.Recruiter)
	if list, err := s.GenerateStarterCode(recruiter, suite); err != nil || len(list) != 5 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := s.GenerateStarterCode(actor.WithoutRoles("corp", "ivan"), suite); err == nil {
		t.Error("an interviewer generates starter code")
	}
	suite.Function = "class"
	if _, err := s.GenerateStarterCode(recruiter, suite); err == nil {
		t.Error("a reserved word is a name")
	}
}
