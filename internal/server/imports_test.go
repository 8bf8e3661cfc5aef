package server_test

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/importer"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/fileapi"
	"github.com/huimian/huimian/internal/server/integration"
	"github.com/huimian/huimian/internal/server/resource"
)

func upload(b *apptest.Browser, path, body string) *apptest.Response {
	b.T.Helper()
	b.Headers["Content-Type"] = "application/octet-stream"
	defer delete(b.Headers, "Content-Type")
	return b.Call("POST", path, body)
}

func TestImports(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		rosa := f.SignIn("rosa")
		file := "姓名,邮箱,职位,年龄\n张三,zhang@example.com,Go 工程师,30\n李四,no address,,31\n"
		p := apptest.DecodeBody[integration.Import](upload(rosa, "/api/imports?kind=candidates&name=list.csv", file), http.StatusCreated)
		if p.Warnings != 1 || p.Errors != 1 || p.Created != 0 || len(p.Unknown) != 1 || p.Columns[0] != (integration.ImportColumn{Key: "name", Title: "Name"}) {
			t.Errorf("preview %+v", p)
		}
		bad := p.Lines[1]
		if bad.Row != 3 || bad.State != "error" || bad.Issues[0].Column != "email" || !strings.HasPrefix(bad.Issues[0].Message, "Enter an") &&
			bad.Issues[0].Message == bad.Issues[0].Code {
			t.Errorf("line %+v", bad)
		}
		list := func() int {
			return len(apptest.DecodeBody[resource.List[resource.Candidate]](rosa.Call("GET", "/api/candidates", nil), http.StatusOK).Items)
		}
		if n := list(); n != 0 {
			t.Errorf("%d candidates after a preview", n)
		}
		path := "/api/imports/" + p.ID + "/commit"
		for range 2 {
			r := apptest.DecodeBody[integration.Import](rosa.Call("POST", path, map[string]any{"acceptWarnings": true}), http.StatusOK)
			if r.Created != 1 || r.Lines[0].CreatedID == "" || r.Lines[1].CreatedID != "" {
				t.Errorf("result %+v", r)
			}
		}
		if n := list(); n != 1 {
			t.Errorf("%d candidates", n)
		}
		apptest.WantProblem(f.SignInTo("other", "eve").Call("POST", path, map[string]any{}), http.StatusNotFound, "error.not_found")
		apptest.WantProblem(upload(f.SignIn("lin"), "/api/imports?kind=candidates", file), http.StatusForbidden, "error.forbidden")
		apptest.WantProblem(upload(rosa, "/api/imports?kind=candidates", "a,b\n1,2\n"), http.StatusUnprocessableEntity, "import.no_headings")
		apptest.WantProblem(upload(rosa, "/api/imports?kind=people", file), http.StatusUnprocessableEntity, "error.fields")
		apptest.WantProblem(upload(rosa, "/api/imports?kind=candidates", strings.Repeat("x", importer.MaxBytes+1)), http.StatusUnprocessableEntity, "import.too_large")
		apptest.WantProblem(upload(rosa, "/api/imports?kind=candidates", strings.Repeat("x", importer.MaxBytes+1<<20)), http.StatusRequestEntityTooLarge, "request.too_large")
	})
}

func TestImportInterviewsByName(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		rosa := f.SignIn("rosa")
		day := clocktest.Date(2)
		file := "姓名,邮箱,职位,日期,时间,面试官\n张三,zhang@example.com,Go 工程师," + day + ",14:00,林一、mei\n李四,li@example.com,Go 工程师," + day + ",14:00,顾三\n"
		p := apptest.DecodeBody[integration.Import](upload(rosa, "/api/imports?kind=interviews", file), http.StatusCreated)
		if p.Warnings != 1 || p.Errors != 1 { // 顾三 has left
			t.Errorf("preview %+v", p)
		}
		r := apptest.DecodeBody[integration.Import](rosa.Call("POST", "/api/imports/"+p.ID+"/commit", map[string]any{"acceptWarnings": true}), http.StatusOK)
		i := apptest.DecodeBody[server.Interview](rosa.Call("GET", "/api/interviews/"+r.Lines[0].CreatedID, nil), http.StatusOK)
		if i.Title != "张三 · Go 工程师 · Round 1" || len(i.Interviewers) != 2 || i.Candidate.Name != "张三" {
			t.Errorf("interview %+v", i)
		}
	})
}

// An uncertain encoding is a choice; its rows wait for an answer.
func TestImportEncodings(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		rosa := f.SignIn("rosa")
		file := "Name,Email\nHans M\xfcller,hans@example.com\nAlex,alex@example.com\n"
		p := apptest.DecodeBody[integration.Import](upload(rosa, "/api/imports?kind=candidates", file), http.StatusCreated)
		if len(p.Encodings) < 2 || p.Encodings[0] != (integration.ImportEncoding{Name: "windows-1252", Sample: "Hans Müller,hans@example.com"}) || p.Warnings != 1 || p.Good != 1 {
			t.Errorf("preview %+v", p)
		}
		r := apptest.DecodeBody[integration.Import](rosa.Call("POST", "/api/imports/"+p.ID+"/commit", map[string]any{}), http.StatusOK)
		if r.Created != 1 || r.Lines[0].CreatedID != "" {
			t.Errorf("result %+v", r)
		}
		p = apptest.DecodeBody[integration.Import](upload(rosa, "/api/imports?kind=candidates&encoding=windows-1252", file), http.StatusCreated)
		if len(p.Encodings) != 1 || p.Lines[0].State != "good" || p.Lines[0].Cells["name"] != "Hans Müller" {
			t.Errorf("preview with a choice %+v", p)
		}
		apptest.WantProblem(upload(rosa, "/api/imports?kind=candidates&encoding=gb18030x", file), http.StatusUnprocessableEntity, "error.fields")
		apptest.WantProblem(upload(rosa, "/api/imports?kind=candidates&encoding=utf-8", file), http.StatusUnprocessableEntity, "import.wrong_encoding")
	})
}

// The values of the parameter encoding are those of the importer.
func TestImportEncodingParameter(t *testing.T) {
	spec, err := os.ReadFile("../../web/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range importer.EncodingNames() {
		if !strings.Contains(string(spec), `"`+name+`"`) {
			t.Errorf("no %s in the parameter", name)
		}
	}
}

func TestImportTemplates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		rosa := f.SignIn("rosa")
		for _, query := range []string{"kind=candidates", "kind=interviews&lang=ja"} {
			got := rosa.Call("GET", "/api/imports/template?"+query, nil)
			if got.Status != http.StatusOK || !bytes.HasPrefix(got.Body, []byte("PK")) ||
				!strings.Contains(got.Header.Get("Content-Disposition"), ".xlsx") || !strings.Contains(got.Header.Get("Content-Type"), "spreadsheetml") {
				t.Errorf("%s: %d %v", query, got.Status, got.Header)
			}
		}
		apptest.WantProblem(rosa.Call("GET", "/api/imports/template?kind=people", nil), http.StatusUnprocessableEntity, "error.fields")
		if got := f.NewBrowser().Call("GET", "/api/imports/template?kind=candidates", nil); got.Status != http.StatusUnauthorized {
			t.Errorf("without a session: %d", got.Status)
		}
	})
}

// A member who may not manage is rejected before the body is read: one above the limit is
// reported as forbidden, not as too large.
func TestUploadPermissionPrecedesBody(t *testing.T) {
	runOnBoth(t, func(_ *testing.T, w *fixture) {
		lin, large := w.SignIn("lin"), strings.Repeat("x", fileapi.MaxUpload+1)
		for _, path := range []string{"/api/imports?kind=candidates", "/api/questions/import/preview", "/api/questions/import?plan=x", "/api/candidates/" + db.NewID() + "/files?name=x.pdf"} {
			apptest.WantProblem(upload(lin, path, large), http.StatusForbidden, "error.forbidden")
		}
	})
}
