package v1_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
	v1 "github.com/huimian/huimian/internal/server/v1"
)

func TestDuplicateCandidates(t *testing.T) {
	f := newSQLiteFixture(t)
	ats := f.NewAPIClient("ada", apitoken.Company)
	body := map[string]any{"name": "陈晨", "email": "chen@example.com"}
	first := apptest.DecodeBody[resource.Candidate](ats.Call("POST", "/api/v1/candidates", body), http.StatusCreated)

	refused := apptest.DecodeBody[httpapi.Problem](ats.Call("POST", "/api/v1/candidates", body), http.StatusUnprocessableEntity)
	if len(refused.Errors) != 1 || refused.Errors[0].Path != "email" || !refused.Errors[0].Warning || refused.Errors[0].ID != first.ID {
		t.Errorf("a second candidate of the address: %+v", refused.Errors)
	}
	blind := f.NewAPIClient("ada", apitoken.Company, apitoken.CandidatesWrite)
	hidden := apptest.DecodeBody[httpapi.Problem](blind.Call("POST", "/api/v1/candidates", body), http.StatusUnprocessableEntity)
	if len(hidden.Errors) != 1 || hidden.Errors[0].ID != "" || hidden.Errors[0].Code != "candidate.exists" || strings.Contains(hidden.Errors[0].Message, "陈晨") {
		t.Errorf("a token that may not read candidates receives %+v", hidden.Errors)
	}
	body["overrideWarnings"] = true
	second := apptest.DecodeBody[resource.Candidate](ats.Call("POST", "/api/v1/candidates", body), http.StatusCreated)
	if second.ID == first.ID {
		t.Error("the override returned the stored candidate")
	}

	schedule := apptest.ScheduleInput() // with a new candidate of the same address
	delete(schedule, "overrideWarnings")
	refused = apptest.DecodeBody[httpapi.Problem](ats.Call("POST", "/api/v1/interviews", schedule), http.StatusUnprocessableEntity)
	if len(refused.Errors) != 2 || refused.Errors[0].Path != "candidate.email" || !refused.Errors[0].Warning {
		t.Errorf("an interview of a new candidate of the address: %+v", refused.Errors)
	}
	list := apptest.DecodeBody[resource.List[resource.Candidate]](ats.Call("GET", "/api/v1/candidates", nil), http.StatusOK)
	if len(list.Items) != 2 {
		t.Errorf("%d candidates after a refused interview, want 2", len(list.Items))
	}
	schedule["overrideWarnings"] = true
	apptest.DecodeBody[v1.Interview](ats.Call("POST", "/api/v1/interviews", schedule), http.StatusCreated)
}
