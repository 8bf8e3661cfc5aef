package v1_test

import (
	"net/http"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/resource"
)

func TestListAudit(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *apptest.Fixture) {
		writer := w.NewAPIClient("ada", apitoken.Company, apitoken.CandidatesWrite)
		made := apptest.DecodeBody[resource.Candidate](writer.Call("POST", "/api/v1/candidates", map[string]any{"name": "简计"}), http.StatusCreated)
		path := "/api/v1/audit?tokenId=" + writer.Token.Token.ID
		apptest.WantProblem(writer.Call("GET", path, nil), http.StatusForbidden, "api.scope_missing")
		apptest.WantProblem(w.NewAPIClient("rosa", apitoken.Personal).Call("GET", path, nil), http.StatusForbidden, "error.forbidden")
		for name, reader := range map[string]*apptest.APIClient{
			"company": w.NewAPIClient("ada", apitoken.Company, apitoken.AuditRead), "administrator": w.NewAPIClient("ada", apitoken.Personal, apitoken.AuditRead),
		} {
			list := apptest.DecodeBody[resource.List[resource.AuditEntry]](reader.Call("GET", path+"&action=candidate.", nil), http.StatusOK)
			if len(list.Items) != 1 {
				t.Fatalf("%s: %+v", name, list)
			}
			if e := list.Items[0]; e.Action != "candidate.create" || e.ObjectID != made.ID || e.TokenID != writer.Token.Token.ID || e.Data["token"] != "" {
				t.Errorf("%s: %+v", name, e)
			}
		}
	})
}
