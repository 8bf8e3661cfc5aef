package v1_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// externalObject is the part that candidates and interviews have in common.
type externalObject struct {
	ID         string
	ExternalID string
	Version    int
}

// A client that has lost the response of a creation finds the object by its external
// id, and a second creation is rejected with the stored object's id.
func TestExternalIDs(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		ats := f.NewAPIClient("ada", apitoken.Company)
		for kind, body := range map[string]object{
			"candidates": {"name": "陈晨", "overrideWarnings": true},
			"interviews": apptest.ScheduleInput(),
		} {
			path := "/api/v1/" + kind
			other := apptest.DecodeBody[externalObject](ats.Call("POST", path, body), http.StatusCreated)
			body["externalId"] = "ats:4711/ü 1"
			first := apptest.DecodeBody[externalObject](ats.Call("POST", path, body), http.StatusCreated)
			if first.ExternalID != "ats:4711/ü 1" || other.ExternalID != "" {
				t.Errorf("%s: external ids %q and %q", kind, first.ExternalID, other.ExternalID)
			}
			found := apptest.DecodeBody[resource.List[externalObject]](ats.Call("GET", path+"?externalId=ats%3A4711%2F%C3%BC+1", nil), http.StatusOK)
			if len(found.Items) != 1 || found.Items[0] != first {
				t.Errorf("%s: found %+v, want %+v", kind, found.Items, first)
			}
			for name, r := range map[string]*apptest.Response{
				"a second creation": ats.Call("POST", path, body),
				"a change":          ats.Call("PATCH", path+"/"+other.ID, object{"externalId": "ats:4711/ü 1"}),
				"with If-Match":     ats.With("If-Match", `"1"`).Call("PATCH", path+"/"+other.ID, object{"externalId": "ats:4711/ü 1"}),
			} {
				p := apptest.WantProblem(r, http.StatusConflict, "external_id.taken")
				if len(p.Errors) != 1 || p.Errors[0].Path != "externalId" || p.Errors[0].ID != first.ID || p.Current != nil {
					t.Errorf("%s: %s: %+v", kind, name, p)
				}
			}
			checkExternalIDEdit(t, ats, path, first, other)
		}
	})
}

// checkExternalIDEdit changes the external id of first, so that other can have it.
func checkExternalIDEdit(t *testing.T, ats *apptest.APIClient, path string, first, other externalObject) {
	t.Helper()
	for _, edit := range []struct{ id, externalID string }{{first.ID, "2"}, {other.ID, first.ExternalID}, {first.ID, ""}} {
		got := apptest.DecodeBody[externalObject](ats.Call("PATCH", path+"/"+edit.id, object{"externalId": edit.externalID}), http.StatusOK)
		if got.ExternalID != edit.externalID {
			t.Errorf("%s: changed to %q, want %q", path, got.ExternalID, edit.externalID)
		}
	}
	if got := apptest.DecodeBody[externalObject](ats.Call("GET", path+"/"+other.ID, nil), http.StatusOK); got.ExternalID != first.ExternalID {
		t.Errorf("%s: reads as %q", path, got.ExternalID)
	}
}

func TestExternalIDErrors(t *testing.T) {
	f := newSQLiteFixture(t)
	ats := f.NewAPIClient("ada", apitoken.Company)
	for value, want := range map[string]string{"4711\n": "external_id.invalid", strings.Repeat("面", 129): "field.too_long"} {
		texts := map[string]bool{}
		for _, language := range []string{"zh-CN", "en", "ja"} {
			for path, body := range map[string]object{"candidates": {"name": "陈晨"}, "interviews": apptest.ScheduleInput()} {
				body["externalId"] = value
				p := apptest.DecodeBody[httpapi.Problem](ats.With("Accept-Language", language).Call("POST", "/api/v1/"+path, body), http.StatusUnprocessableEntity)
				if len(p.Errors) != 1 || p.Errors[0].Path != "externalId" || p.Errors[0].Code != want {
					t.Fatalf("%s with %q: %+v", path, value, p)
				}
				texts[p.Errors[0].Message] = true
			}
		}
		if len(texts) != 3 {
			t.Errorf("%s has the texts %v in three languages", want, texts)
		}
	}
	// Without the scope to read candidates, the id of the stored one is returned, and no more.
	body := object{"name": "陈晨", "externalId": "4711"}
	first := apptest.DecodeBody[externalObject](ats.Call("POST", "/api/v1/candidates", body), http.StatusCreated)
	p := apptest.WantProblem(f.NewAPIClient("ada", apitoken.Company, apitoken.CandidatesWrite).Call("POST", "/api/v1/candidates", body), http.StatusConflict, "external_id.taken")
	if len(p.Errors) != 1 || p.Errors[0].ID != first.ID || strings.Contains(p.Errors[0].Message, "陈晨") {
		t.Errorf("problem %+v", p)
	}
}
