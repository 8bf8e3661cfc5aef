package v1_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// offerInput returns the body of createOffer for a new candidate.
func offerInput(f *apptest.Fixture) object {
	f.T.Helper()
	i := f.ScheduleInterview()
	return object{
		"title": "二面", "positionId": i.Position.ID, "candidateId": i.Candidate.ID, "durationMinutes": 60, "interviewers": []object{{"userId": "mei"}},
		"slots": []string{apptest.Noon.AddDate(0, 0, 4).Format(time.RFC3339), apptest.Noon.AddDate(0, 0, 5).Format(time.RFC3339)}, "overrideWarnings": true,
	}
}

func TestOffers(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		ats := f.NewAPIClient("ada", apitoken.Company)
		in := offerInput(f)
		made := apptest.DecodeBody[resource.Offer](ats.Call("POST", "/api/v1/offers", in), http.StatusCreated)
		if !strings.HasPrefix(made.URL, apptest.PublicURL+"/book#") || made.State != "open" || made.Candidate.Name != "陈晨" || made.Interviewers[0].Name != "梅二" {
			t.Errorf("%+v", made)
		}
		list := apptest.DecodeBody[resource.List[resource.Offer]](ats.Call("GET", "/api/v1/offers?state=open&candidateId="+made.Candidate.ID, nil), http.StatusOK)
		if len(list.Items) != 1 || list.Items[0].ID != made.ID || list.Items[0].URL != "" {
			t.Errorf("%+v", list)
		}
		got := apptest.DecodeBody[resource.Offer](ats.Call("GET", "/api/v1/offers/"+made.ID, nil), http.StatusOK)
		if len(got.Slots) != 2 || got.Slots[0].State != "free" || got.URL != "" {
			t.Errorf("%+v", got)
		}
		withdrawn := apptest.DecodeBody[resource.Offer](ats.Call("POST", "/api/v1/offers/"+made.ID+"/withdraw", nil), http.StatusOK)
		if withdrawn.State != "withdrawn" || withdrawn.Version != 2 {
			t.Errorf("%+v", withdrawn)
		}
		in["slots"] = []string{apptest.Noon.AddDate(0, 0, -1).Format(time.RFC3339)}
		problem := apptest.DecodeBody[httpapi.Problem](ats.Call("POST", "/api/v1/offers", in), http.StatusUnprocessableEntity)
		if len(problem.Errors) != 1 || problem.Errors[0].Path != "slots[0]" {
			t.Errorf("%+v", problem)
		}
	})
}
