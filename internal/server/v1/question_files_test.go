package v1_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/resource"
)

// A file is exported, changed, tried, imported, and unchanged the second time.
func TestQuestionFiles(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		ats := f.NewAPIClient("ada", apitoken.Company)
		ats.Call("POST", "/api/v1/questions", `{"title":"求和","body":"题面"}`)
		exported := ats.Call("GET", "/api/v1/questions/export", nil)
		if exported.Status != http.StatusOK || exported.Header.Get("Content-Type") != "application/json" || !strings.Contains(exported.Header.Get("Content-Disposition"), "questions.json") {
			t.Fatalf("export: %d %v", exported.Status, exported.Header)
		}
		put := func(query, body string) *apptest.Response {
			ats.Headers["Content-Type"] = "application/octet-stream"
			defer delete(ats.Headers, "Content-Type")
			return ats.Call("PUT", "/api/v1/questions/import"+query, body)
		}
		file := strings.Replace(string(exported.Body), "题面", "新题面", 1)
		preview := apptest.DecodeBody[resource.QuestionImport](put("?dryRun=true", file), http.StatusOK)
		if preview.Changed != 1 || preview.Plan == "" || preview.Questions[0].ChangedFields[0] != "body" {
			t.Errorf("dry run %+v", preview)
		}
		if r := apptest.DecodeBody[resource.QuestionImport](put("?plan="+preview.Plan, file), http.StatusOK); r.Changed != 1 || r.Plan != "" {
			t.Errorf("import %+v", r)
		}
		apptest.WantProblem(put("?plan="+preview.Plan, file), http.StatusConflict, "question_file.changed_meanwhile")
		if r := apptest.DecodeBody[resource.QuestionImport](put("", file), http.StatusOK); r.Unchanged != 1 {
			t.Errorf("a second import %+v", r)
		}
		broken := strings.Replace(file, `"title"`, `"titel"`, 1)
		if r := apptest.DecodeBody[resource.QuestionImport](put("?dryRun=true", broken), http.StatusOK); len(r.Issues) != 2 || r.Issues[0].Field != "questions[0].titel" || r.Issues[0].Message == "" {
			t.Errorf("the dry run of a broken file %+v", r)
		}
		apptest.WantProblem(put("", broken), http.StatusUnprocessableEntity, "error.fields")
		large := put("", file+strings.Repeat(" ", 5<<20))
		apptest.WantProblem(large, http.StatusUnprocessableEntity, "error.fields")
		if !strings.Contains(string(large.Body), "question_file.too_large") {
			t.Errorf("a large file: %s", large.Body)
		}
	})
}
