package server

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/server/httpapi"
)

func TestClientAddress(t *testing.T) {
	const peer = "192.0.2.1" // of httptest's requests
	for _, c := range []struct {
		trust     bool
		trusted   string   // networks
		forwarded []string // the header's lines
		want      string
	}{
		{false, "", []string{"203.0.113.7"}, peer},
		{true, "", []string{"203.0.113.7"}, "203.0.113.7"},
		{true, "", []string{"1.1.1.1, 203.0.113.7"}, "203.0.113.7"},   // the first is forged by the client
		{true, "", []string{"1.1.1.1", "203.0.113.7"}, "203.0.113.7"}, // also on a line of its own
		{true, "", []string{"::ffff:203.0.113.7"}, "203.0.113.7"},
		{true, "", []string{"2001:db8:1:2:a::b"}, "2001:db8:1:2::/64"}, // one client has all of these
		{true, "", []string{"203.0.113.7:51820"}, "203.0.113.7"},
		{true, "", []string{"[2001:db8::1]:51820"}, "2001:db8::/64"},
		{true, "", []string{"[2001:db8::1]"}, "2001:db8::/64"},
		{true, "", []string{`"[2001:db8::1]:51820"`}, "2001:db8::/64"},
		{true, "", []string{"not an address"}, peer},
		{true, "", []string{"203.0.113.7, unknown"}, peer},
		{true, "", nil, peer},
		{true, "", []string{"203.0.113.7,"}, "203.0.113.7"},
		{true, "", []string{"203.0.113.7", ""}, "203.0.113.7"},
		{true, "", []string{", \t,"}, peer},
		{true, "10.0.0.0/8", []string{"203.0.113.7,, 10.0.0.3"}, "203.0.113.7"},
		{false, "192.0.2.0/24", []string{"203.0.113.7"}, "203.0.113.7"},
		{false, "10.0.0.0/8", []string{"203.0.113.7"}, peer},
		{false, "192.0.2.0/24 10.0.0.0/8", []string{"1.1.1.1, 203.0.113.7, 10.1.2.3"}, "203.0.113.7"},
		{false, "192.0.2.0/24 10.0.0.0/8", []string{"203.0.113.7:1", "10.1.2.3:2, 10.1.2.4:3"}, "203.0.113.7"},
		{false, "192.0.2.0/24 2001:db8::/32", []string{"203.0.113.7, [2001:db8::1]:443"}, "203.0.113.7"},
		{false, "192.0.2.0/24 10.0.0.0/8", []string{"10.1.2.3"}, "10.1.2.3"}, // a client in the trusted network
		{true, "10.0.0.0/8", []string{"203.0.113.7, 10.1.2.3"}, "203.0.113.7"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header["X-Forwarded-For"] = c.forwarded
		s := &Server{Config: Config{TrustProxy: c.trust}}
		for network := range strings.FieldsSeq(c.trusted) {
			s.TrustedProxies = append(s.TrustedProxies, netip.MustParsePrefix(network))
		}
		if got := s.clientAddress(r); got != c.want {
			t.Errorf("%+v gives %s", c, got)
		}
	}
}

// TestErrorTextsComplete reads the sources of the domain and of the server:
// every error code must have a text in every language.
func TestErrorTextsComplete(t *testing.T) {
	codes := map[string]string{}
	for _, folder := range []string{".", "v1", "../access", "../account", "../interview"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if code := codeIn(n); code != "" {
					codes[code] = file
				}
				return true
			})
		}
	}
	for _, state := range []string{"scheduled", "in_progress", "ended"} {
		codes["interview.wrong_state_"+state] = "errState"
	}
	for _, code := range httpapi.RequestProblemCodes() {
		codes[code] = "wire"
	}
	if len(codes) < 50 {
		t.Fatalf("only %d codes found", len(codes))
	}
	for code, file := range codes {
		for _, lang := range i18n.Languages {
			if i18n.T(lang, code, nil) == code {
				t.Errorf("%s: %s has no text in %s", file, code, lang)
			}
		}
	}
}

// codeIn returns the code in apperr.New(kind, code, …), apperr.NewFieldError(path, code, …)
// and the like of package interview.
func codeIn(n ast.Node) string {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) < 2 {
		return ""
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	name := fmt.Sprint(sel.X) + "." + sel.Sel.Name
	switch name {
	case "apperr.New", "apperr.NewFieldError", "c.add", "c.warn":
		if lit, ok := call.Args[1].(*ast.BasicLit); ok {
			code, _ := strconv.Unquote(lit.Value)
			return code
		}
	}
	return ""
}
