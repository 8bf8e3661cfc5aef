package webpage

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var site = Site{Files: fstest.MapFS{"a.html": {Data: []byte("<p>a</p>")}, "a.js": {Data: []byte("run()")}}, Policy: "default-src 'none'"}

func TestWriteFile(t *testing.T) {
	for name, test := range map[string]struct {
		file       string
		status     int
		wantStatus int
		wantBody   string
	}{
		"a page":                 {"a.html", http.StatusOK, http.StatusOK, "<p>a</p>"},
		"a page with an error":   {"a.html", http.StatusNotFound, http.StatusNotFound, "<p>a</p>"},
		"a page that is missing": {"b.html", http.StatusOK, http.StatusInternalServerError, "page b.html is missing\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			site.WriteFile(w, test.status, test.file)
			if w.Code != test.wantStatus || w.Body.String() != test.wantBody {
				t.Errorf("HTTP %d: %s", w.Code, w.Body)
			}
			if w.Code != http.StatusInternalServerError && w.Header().Get("Content-Security-Policy") != site.Policy {
				t.Errorf("header %v", w.Header())
			}
		})
	}
}

func TestAssets(t *testing.T) {
	w := httptest.NewRecorder()
	site.Assets("/assets/").ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/assets/a.js", http.NoBody))
	if w.Body.String() != "run()" || w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("%s, %v", w.Body, w.Header())
	}
}

func TestJSONRoutes(t *testing.T) {
	mux := http.NewServeMux()
	handle := JSONRoutes(mux, func(error) int { return http.StatusConflict })
	handle("POST /echo", func(r *http.Request) (any, error) {
		var in struct{ Text string }
		if err := ReadJSON(r, &in); err != nil {
			return nil, err
		}
		return map[string]string{"text": in.Text}, nil
	})
	handle("POST /fail", func(*http.Request) (any, error) { return nil, errors.New("no such page") })
	for name, test := range map[string]struct {
		path, body, origin string
		wantStatus         int
		want               string
	}{
		"a value":           {"/echo", `{"text":"<b>"}`, "", http.StatusOK, `{"text":"<b>"}`},
		"an error":          {"/fail", `{}`, "", http.StatusConflict, `{"error":"no such page"}`},
		"a damaged body":    {"/echo", `{`, "", http.StatusConflict, `{"error":"unexpected EOF"}`},
		"a body of 2 MiB":   {"/echo", `{"text":"` + strings.Repeat("x", 2<<20) + `"}`, "", http.StatusConflict, `{"error":"http: request body too large"}`},
		"a foreign origin":  {"/echo", `{}`, "https://evil.example", http.StatusForbidden, ""},
		"the page's origin": {"/echo", `{"text":"a"}`, "http://example.com", http.StatusOK, `{"text":"a"}`},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, test.path, strings.NewReader(test.body))
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, r)
			if w.Code != test.wantStatus || (test.want != "" && w.Body.String() != test.want) {
				t.Errorf("HTTP %d: %s", w.Code, w.Body)
			}
		})
	}
}

func TestEncodeJSONPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a channel was encoded")
		}
	}()
	EncodeJSON(make(chan int))
}

func TestPart(t *testing.T) {
	list := []int{1, 2, 3, 4, 5}
	for name, test := range map[string]struct {
		skip, limit int
		want        []int
	}{
		"first": {0, 2, []int{1, 2}}, "second": {2, 2, []int{3, 4}}, "last": {4, 2, []int{5}}, "beyond the end": {6, 2, []int{}},
		"negative": {-1, 2, []int{}}, "whole": {0, 9, list},
	} {
		if got := Part(list, test.skip, test.limit); !slices.Equal(got, test.want) || got == nil {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestNewestFirst(t *testing.T) {
	even := func(n *int) bool { return *n%2 == 0 }
	for name, test := range map[string]struct {
		limit int
		want  []int
	}{"all": {9, []int{6, 4, 2}}, "the newest two": {2, []int{6, 4}}, "none": {0, []int{}}} {
		if got := NewestFirst([]int{1, 2, 3, 4, 5, 6}, test.limit, even); !slices.Equal(got, test.want) || got == nil {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
