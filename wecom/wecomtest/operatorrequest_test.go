package wecomtest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var routePattern = regexp.MustCompile(`handle\("(GET|POST) /sim/([^"]+)"`)

// simRoutes returns the JSON requests of the pages and of the operator, as method and path below /sim/.
func simRoutes(t *testing.T) (out [][2]string) {
	t.Helper()
	files, err := filepath.Glob("internal/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range routePattern.FindAllStringSubmatch(string(data), -1) {
			out = append(out, [2]string{m[1], m[2]})
		}
	}
	if len(out) < 40 {
		t.Fatalf("only %d routes were found", len(out))
	}
	return out
}

// TestUnknownFieldsAreRefused checks every request below /sim/ but that of the login page, which has
// the parameters of the application's address.
func TestUnknownFieldsAreRefused(t *testing.T) {
	s := newFixture(t)
	for _, route := range simRoutes(t) {
		method, path := route[0], route[1]
		if path == "login" {
			continue
		}
		body := `{"corp":"` + corpID + `"}`
		if method == http.MethodGet {
			path, body = path+"?corp="+corpID, ""
		}
		status, text := sim(t, s, method, path, body)
		if status != http.StatusBadRequest || !strings.Contains(text, `"corp`) || !strings.Contains(text, "unknown") {
			t.Errorf("%s %s: HTTP %d %s", method, path, status, text)
		}
	}
	if status, text := sim(t, s, http.MethodGet, "events?corp="+corpID, ""); status != http.StatusBadRequest {
		t.Errorf("the stream: HTTP %d %s", status, text)
	}
}

func TestClickNamesApplication(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	setCallback(s, r.URL)
	sendCard(t, s, "lisi", buttonCard).expectCode(0)
	click := func(agent string) int {
		status, _ := sim(t, s, http.MethodPost, "click", `{"corpId":"`+corpID+`","as":"lisi","agentId":`+agent+`,"msgid":"interview-42","key":"accept"}`)
		return status
	}
	if got := click("9"); got != http.StatusBadRequest {
		t.Errorf("a card of another application: HTTP %d", got)
	}
	if got := click("1000002"); got != http.StatusOK {
		t.Errorf("HTTP %d", got)
	}
}
