package v1_test

import (
	"net/http"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/resource"
)

// A token that may change questions and not read them receives no test cases.
func TestTestCasesOfWriteOnlyToken(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		body := map[string]any{"title": "求和", "body": "题面", "tests": map[string]any{
			"mode": "function", "function": "add", "cases": []map[string]any{{"input": "[1, 2]", "expected": "3", "hidden": true}},
		}}
		writer, reader := f.NewAPIClient("ada", apitoken.Company, apitoken.QuestionsWrite), f.NewAPIClient("ada", apitoken.Company, apitoken.QuestionsRead)
		made := apptest.DecodeBody[resource.Question](writer.Call("POST", "/api/v1/questions", body), http.StatusCreated)
		if len(made.Tests.Cases) != 0 || made.Tests.Function != "" {
			t.Errorf("the token received %+v", made.Tests)
		}
		read := apptest.DecodeBody[resource.Question](reader.Call("GET", "/api/v1/questions/"+made.ID, nil), http.StatusOK)
		if s := read.Tests; len(s.Cases) != 1 || !s.Cases[0].Hidden || s.Comparison != "exact" || s.Function != "add" {
			t.Errorf("stored %+v", s)
		}
		body["tests"] = map[string]any{"cases": []map[string]any{{"input": "x", "expected": "", "cpuMs": 1}}}
		if r := writer.Call("PATCH", "/api/v1/questions/"+made.ID, map[string]any{"tests": body["tests"]}); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("a limit that is too small: %d: %s", r.Status, r.Body)
		}
	})
}
