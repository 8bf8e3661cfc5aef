package language

import (
	"testing"

	"github.com/huimian/huimian/internal/sandbox"
)

func TestOfNewAnswer(t *testing.T) {
	python, golang, javascript := sandbox.Language{ID: "python"}, sandbox.Language{ID: "go"}, sandbox.Language{ID: "javascript"}
	all := []sandbox.Language{python, golang, javascript}
	page := map[string]string{"html": "<p>", "css": "p {}", "javascript": "1", "python": "1"}
	for name, tc := range map[string]struct {
		current  string
		starter  map[string]string
		runnable []sandbox.Language
		want     string
	}{
		"no starter code":            {"go", nil, all, "go"},
		"starter code in it":         {"go", map[string]string{"python": "1", "go": "1"}, all, "go"},
		"starter code in others":     {"go", map[string]string{"ruby": "1", "javascript": "1"}, all, "javascript"},
		"starter code in no offered": {"go", map[string]string{"ruby": "1"}, all, "go"},
		"page":                       {"javascript", page, all, "html"},
		"page without a sandbox":     {"python", page, nil, "html"},
		"after a page":               {"html", nil, all, "python"},
		"after a page, no Python":    {"html", nil, []sandbox.Language{golang}, "go"},
		"after a page, others only":  {"html", map[string]string{"go": "1"}, all, "go"},
		"page after a page":          {"html", page, all, "html"},
		"after a page, no sandbox":   {"html", nil, nil, "python"},
		"styles without a page":      {"go", map[string]string{"css": "p {}"}, all, "go"},
		"empty page is no page":      {"go", map[string]string{"html": "", "go": "1"}, all, "go"},
	} {
		if got := OfNewAnswer(tc.current, tc.starter, tc.runnable); got != tc.want {
			t.Errorf("%s: %q, not %q", name, got, tc.want)
		}
	}
}
