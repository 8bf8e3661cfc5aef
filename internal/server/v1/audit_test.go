package v1_test

import (
	"net/http"
	"testing"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/resource"
)

func TestListAudit(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		writer := f.NewAPIClient("ada", apitoken.Company, apitoken.CandidatesWrite)
		made := apptest.DecodeBody[resource.Candidate](writer.Call("POST", "/api/v1/candidates", map[string]any{"name": "简计"}), http.StatusCreated)
		path := "/api/v1/audit?tokenId=" + writer.Token.Token.ID
		apptest.WantProblem(writer.Call("GET", path, nil), http.StatusForbidden, "api.scope_missing")
		apptest.WantProblem(f.NewAPIClient("rosa", apitoken.Personal).Call("GET", path, nil), http.StatusForbidden, "error.forbidden")
		for name, reader := range map[string]*apptest.APIClient{
			"company": f.NewAPIClient("ada", apitoken.Company, apitoken.AuditRead), "administrator": f.NewAPIClient("ada", apitoken.Personal, apitoken.AuditRead),
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

func TestVerifyAudit(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		reader := f.NewAPIClient("ada", apitoken.Company, apitoken.AuditRead)
		apptest.DecodeBody[resource.Candidate](f.NewAPIClient("ada", apitoken.Company, apitoken.CandidatesWrite).Call("POST", "/api/v1/candidates", map[string]any{"name": "简计"}), http.StatusCreated)
		apptest.WantProblem(f.NewAPIClient("rosa", apitoken.Personal).Call("GET", "/api/v1/audit/verification", nil), http.StatusForbidden, "error.forbidden")
		verify := func() resource.AuditVerification {
			return apptest.DecodeBody[resource.AuditVerification](reader.Call("GET", "/api/v1/audit/verification", nil), http.StatusOK)
		}
		if r := verify(); r.Head != "" || r.Unsealed == 0 || r.SealedAt != nil || r.Differences == nil {
			t.Errorf("before the first seal: %+v", r)
		}
		if err := f.AuditChain.SealNew(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := verify(); r.Count != 0 || r.Entries == 0 || r.Head == "" || r.SealedAt == nil || r.From == nil {
			t.Errorf("%+v", r)
		}
		if _, err := f.DB.NewRaw("UPDATE audit_log SET user_id = 'eve' WHERE act = 'candidate.create'").Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := verify(); r.Count != 1 || r.Differences[0].Kind != "changed" || r.Differences[0].EntryID == "" || r.Differences[0].At == nil {
			t.Errorf("an altered entry: %+v", r)
		}
	})
}
