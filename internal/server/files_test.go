package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/candidatefile"
	"github.com/huimian/huimian/internal/server/fileapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// uploadFile uploads a file of a candidate.
func (f *fixture) uploadFile(b *apptest.Browser, candidateID, name, content string) fileapi.CandidateFile {
	f.T.Helper()
	return apptest.DecodeBody[fileapi.CandidateFile](upload(b, "/api/candidates/"+candidateID+"/files?name="+url.QueryEscape(name), content), http.StatusCreated)
}

func TestFilesAreReadAndDeleted(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i := f.ScheduleInterview()
		rosa, lin := f.SignIn("rosa"), f.SignIn("lin")
		content := "%PDF-1.7\n" + strings.Repeat("x", 100_000)
		file := f.uploadFile(rosa, i.Candidate.ID, "../陈晨 \"(CV)\"\u202e.pdf", content)
		if file.Name != "陈晨 _(CV)_.pdf" || file.Size != int64(len(content)) || file.MediaType != "application/pdf" || file.CreatedBy.UserID != "rosa" || !file.CanDelete {
			t.Errorf("%+v", file)
		}
		list := apptest.DecodeBody[resource.List[fileapi.CandidateFile]](lin.Call("GET", "/api/candidates/"+i.Candidate.ID+"/files", nil), http.StatusOK)
		if len(list.Items) != 1 || list.Items[0].ID != file.ID || list.Items[0].CanDelete {
			t.Errorf("%+v", list)
		}
		for query, kind := range map[string]string{"": "attachment", "?inline=true": "inline"} {
			got := lin.Call("GET", "/api/files/"+file.ID+"/content"+query, nil)
			if got.Status != http.StatusOK || string(got.Body) != content {
				t.Fatalf("%d, %d bytes", got.Status, len(got.Body))
			}
			want := map[string]string{
				"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin",
				"Content-Disposition": kind + `; filename="resume.pdf"; filename*=UTF-8''%E9%99%88%E6%99%A8%20_%28CV%29_.pdf`,
			}
			for name, value := range want {
				if got.Header.Get(name) != value {
					t.Errorf("%s: %q, want %q", name, got.Header.Get(name), value)
				}
			}
			if policy := got.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "sandbox; default-src 'none';") || strings.Contains(policy, "script-src") {
				t.Errorf("policy %s", policy)
			}
		}
		apptest.DecodeBody[struct{}](rosa.Call("DELETE", "/api/files/"+file.ID, nil), http.StatusNoContent)
		apptest.WantProblem(lin.Call("GET", "/api/files/"+file.ID+"/content", nil), http.StatusNotFound, "error.not_found")
	})
}

// A Word document is always an attachment; what a browser would run is refused.
func TestFilesOfOtherTypes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		rosa := f.SignIn("rosa")
		c := apptest.DecodeBody[resource.Candidate](rosa.Call("POST", "/api/candidates", map[string]any{"name": "陈晨"}), http.StatusCreated)
		path := "/api/candidates/" + c.ID + "/files?name=cv.pdf"
		for content, code := range map[string]string{
			"<!doctype html><script>alert(1)</script>": "file.unsupported", `<svg onload="alert(1)"/>`: "file.unsupported",
			"%PDF-1.7" + strings.Repeat("x", candidatefile.MaxBytes): "file.too_large",
		} {
			apptest.WantProblem(upload(rosa, path, content), http.StatusUnprocessableEntity, code)
		}
		if got := upload(rosa, path, "%PDF-1.7"+strings.Repeat("x", fileapi.MaxUpload)); got.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("far too large: %d %.200s", got.Status, got.Body)
		}
		file := f.uploadFile(rosa, c.ID, "photo", "\x89PNG\r\n\x1a\n")
		if file.Name != "photo.png" {
			t.Errorf("%+v", file)
		}
		apptest.WantProblem(upload(rosa, path, "\x89PNG\r\n\x1a\n"), http.StatusConflict, "file.duplicate")
	})
}
