package server_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/importer"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/resource"
)

// upload sends a file as it is.
func (b *browser) upload(path, body string) *response {
	b.t.Helper()
	b.headers["Content-Type"] = "application/octet-stream"
	defer delete(b.headers, "Content-Type")
	return b.do("POST", path, body)
}

func TestImports(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		rosa := w.signIn("rosa")
		file := "姓名,邮箱,职位,年龄\n张三,zhang@example.com,Go 工程师,30\n李四,no address,,31\n"
		p := decodeBody[server.Import](rosa.upload("/api/imports?kind=candidates&name=list.csv", file), http.StatusCreated)
		if p.Good != 1 || p.Errors != 1 || p.Made != 0 || len(p.Unknown) != 1 || p.Columns[0] != (server.ImportColumn{Key: "name", Title: "Name"}) {
			t.Errorf("preview %+v", p)
		}
		bad := p.Lines[1]
		if bad.Row != 3 || bad.State != "error" || bad.Issues[0].Column != "email" || !strings.HasPrefix(bad.Issues[0].Message, "Enter an") &&
			bad.Issues[0].Message == bad.Issues[0].Code {
			t.Errorf("line %+v", bad)
		}
		list := func() int {
			return len(decodeBody[resource.List[resource.Candidate]](rosa.do("GET", "/api/candidates", nil), http.StatusOK).Items)
		}
		if n := list(); n != 0 {
			t.Errorf("%d candidates after a preview", n)
		}
		path := "/api/imports/" + p.ID + "/commit"
		for range 2 {
			r := decodeBody[server.Import](rosa.do("POST", path, map[string]any{}), http.StatusOK)
			if r.Made != 1 || r.Lines[0].MadeID == "" || r.Lines[1].MadeID != "" {
				t.Errorf("result %+v", r)
			}
		}
		if n := list(); n != 1 {
			t.Errorf("%d candidates", n)
		}
		wantProblem(w.signInTo("other", "eve").do("POST", path, map[string]any{}), http.StatusNotFound, "fault.not_found")
		wantProblem(w.signIn("lin").upload("/api/imports?kind=candidates", file), http.StatusForbidden, "fault.forbidden")
		wantProblem(rosa.upload("/api/imports?kind=candidates", "a,b\n1,2\n"), http.StatusUnprocessableEntity, "sheet.no_headings")
		wantProblem(rosa.upload("/api/imports?kind=people", file), http.StatusUnprocessableEntity, "fault.fields")
		wantProblem(rosa.upload("/api/imports?kind=candidates", strings.Repeat("x", importer.MaxBytes+1)), http.StatusUnprocessableEntity, "sheet.too_large")
		wantProblem(rosa.upload("/api/imports?kind=candidates", strings.Repeat("x", importer.MaxBytes+1<<20)), http.StatusRequestEntityTooLarge, "request.too_large")
	})
}

func TestImportInterviewsByName(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		rosa := w.signIn("rosa")
		day := clocktest.Date(2)
		file := "姓名,邮箱,职位,日期,时间,面试官\n张三,zhang@example.com,Go 工程师," + day + ",14:00,林一、mei\n李四,li@example.com,Go 工程师," + day + ",14:00,顾三\n"
		p := decodeBody[server.Import](rosa.upload("/api/imports?kind=interviews", file), http.StatusCreated)
		if p.Good != 1 || p.Errors != 1 { // 顾三 has left
			t.Errorf("preview %+v", p)
		}
		r := decodeBody[server.Import](rosa.do("POST", "/api/imports/"+p.ID+"/commit", map[string]any{}), http.StatusOK)
		i := decodeBody[server.Interview](rosa.do("GET", "/api/interviews/"+r.Lines[0].MadeID, nil), http.StatusOK)
		if i.Title != "Interview, round 1" || len(i.Interviewers) != 2 || i.Candidate.Name != "张三" {
			t.Errorf("interview %+v", i)
		}
	})
}

func TestImportTemplates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		rosa := w.signIn("rosa")
		for _, query := range []string{"kind=candidates", "kind=interviews&lang=ja"} {
			got := rosa.do("GET", "/api/imports/template?"+query, nil)
			if got.status != http.StatusOK || !bytes.HasPrefix(got.body, []byte("PK")) ||
				!strings.Contains(got.header.Get("Content-Disposition"), ".xlsx") || !strings.Contains(got.header.Get("Content-Type"), "spreadsheetml") {
				t.Errorf("%s: %d %v", query, got.status, got.header)
			}
		}
		wantProblem(rosa.do("GET", "/api/imports/template?kind=people", nil), http.StatusUnprocessableEntity, "fault.fields")
		if got := w.newBrowser().do("GET", "/api/imports/template?kind=candidates", nil); got.status != http.StatusUnauthorized {
			t.Errorf("without a session: %d", got.status)
		}
	})
}
