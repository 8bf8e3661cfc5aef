package measure_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/huimian/huimian/tools/style/measure"
)

func TestLoadTexts(t *testing.T) {
	root := t.TempDir()
	for name, content := range map[string]string{
		"docs/page.md":   "# Page\n\nSomebody says `nobody`.\n\n```sh\nwhoever\n```\n",
		"web/src/a.ts":   "/**\n * Nobody\n * retries.\n */\nconst url = 'https://nobody.example' // whom\n",
		"web/src/b.tsx":  "return (\n  {/* somebody */}\n  <p>somebody</p>\n)\n",
		"web/e2e/c.ts":   "// whoever\n",
		"web/src/d.json": "// whoever\n",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	documents, web, err := measure.LoadTexts(root)
	if err != nil {
		t.Fatal(err)
	}
	if want := (measure.Text{Lines: 2, Words: measure.Words{People: 1, Speech: 1}}); documents != want {
		t.Errorf("documents: %+v, want %+v", documents, want)
	}
	if want := (measure.Text{Lines: 4, Words: measure.Words{People: 3, Retry: 1}}); web != want {
		t.Errorf("web: %+v, want %+v", web, want)
	}
}
