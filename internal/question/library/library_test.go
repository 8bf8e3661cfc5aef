package library

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/huimian/huimian/internal/question"
)

const (
	wantQuestions = 62
	maxBytes      = 3 << 19 // of all embedded files: they are a part of the program
)

func mustLoad(t *testing.T) []Question {
	t.Helper()
	list, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestEveryQuestionIsComplete(t *testing.T) {
	list := mustLoad(t)
	if len(list) != wantQuestions {
		t.Errorf("%d questions, want %d", len(list), wantQuestions)
	}
	titles := map[string]string{}
	for n := range list {
		q := &list[n]
		for _, l := range Languages {
			c := q.Content(l)
			if other := titles[c.Title]; other != "" && other != q.ID {
				t.Errorf("%s and %s have the title %q", other, q.ID, c.Title)
			}
			titles[c.Title] = q.ID
			if len(c.Hints) < 2 || len(c.FollowUps) < 2 || len(c.Tags) == 0 || c.ExpectedMinutes < 10 || c.ExpectedMinutes > 60 {
				t.Errorf("%s in %s: %d hints, %d follow-ups, %d tags, %d minutes", q.ID, l, len(c.Hints), len(c.FollowUps), len(c.Tags), c.ExpectedMinutes)
			}
			if anchors := rubricAnchor.FindAllString(c.InterviewerNotes, -1); len(anchors) != 4 {
				t.Errorf("%s in %s: the notes describe the scores %q, want 4, 3, 2 and 1", q.ID, l, anchors)
			}
			checkScript(t, q.ID, l, c.Title+c.Body+c.InterviewerNotes+strings.Join(c.Hints, "")+strings.Join(c.FollowUps, ""))
		}
		checkPrograms(t, q)
	}
}

var rubricAnchor = regexp.MustCompile(`(?m)^[1-4]( 分)?[:：]`)

// checkScript reports a text that is not in its language, such as one that was copied.
func checkScript(t *testing.T, id string, l Language, text string) {
	t.Helper()
	kana := strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Hiragana) })
	han := 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	switch {
	case l == Japanese && !kana, l == Chinese && (kana || han < 100), l == English && (kana || han > 40):
		t.Errorf("%s: the text in %s is in another language", id, l)
	}
}

// checkPrograms checks the parts that do not depend on the language.
func checkPrograms(t *testing.T, q *Question) {
	t.Helper()
	c := q.Content(English)
	languages := map[string]bool{}
	for _, s := range c.Solutions {
		languages[s.Language] = true
	}
	if q.Kind == Discussion {
		if len(c.Tests.Cases)+len(c.Solutions)+len(c.StarterCode) > 0 {
			t.Errorf("%s is a discussion and has programs", q.ID)
		}
		return
	}
	if q.Kind == Frontend {
		checkPage(t, q.ID, &c)
		return
	}
	hidden := c.Tests.CountHidden()
	if hidden < 3 || len(c.Tests.Cases) == hidden {
		t.Errorf("%s has %d cases, %d of them hidden", q.ID, len(c.Tests.Cases), hidden)
	}
	if !languages["python"] || q.Kind != SQL && !languages["go"] {
		t.Errorf("%s has no solutions in Python and Go", q.ID)
	}
	for language := range languages {
		if !slices.ContainsFunc(c.StarterCode, func(s source) bool { return s.Language == language }) {
			t.Errorf("%s has a solution and no starter code in %s", q.ID, language)
		}
	}
	if wrong := readWrong(t, q); len(wrong) < 2 {
		t.Errorf("%s has %d wrong programs, want 2 or more", q.ID, len(wrong))
	}
}

// checkPage checks that the starter code and the solution are a page of three files.
func checkPage(t *testing.T, id string, c *question.Content) {
	t.Helper()
	for name, sources := range map[string][]source{"starter code": c.StarterCode, "solution": c.Solutions} {
		code := map[string]string{}
		for _, s := range sources {
			code[s.Language] = s.Code
		}
		if html := code["html"]; len(code) != 3 || code["css"] == "" || code["javascript"] == "" || !strings.Contains(html, `href="style.css"`) || !strings.Contains(html, `src="script.js"`) {
			t.Errorf("the %s of %s is not a page of three files", name, id)
		}
	}
	if len(c.Tests.Cases) > 0 {
		t.Errorf("%s is a page and has test cases", id)
	}
}

func TestEmbeddedFilesAreSmall(t *testing.T) {
	size := int64(0)
	err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.Contains(name, "/wrong/") {
			t.Errorf("%s is embedded", name)
		}
		info, err := d.Info()
		size += info.Size()
		return err
	})
	if err != nil || size > maxBytes {
		t.Errorf("%d bytes, %v", size, err)
	}
}

// Every word of words.yaml is used.
func TestWordsAreUsed(t *testing.T) {
	dir := os.DirFS("_questions")
	var w words
	if err := readYAML(dir, "words.yaml", &w); err != nil {
		t.Fatal(err)
	}
	for _, q := range mustLoad(t) {
		c := q.Content(English)
		for key, tag := range w.Tags {
			if slices.Contains(c.Tags, tag[English]) {
				delete(w.Tags, key)
			}
		}
		for _, one := range c.Tests.Cases {
			for key, name := range w.Cases {
				if one.Name == name[English] {
					delete(w.Cases, key)
				}
			}
		}
	}
	if len(w.Tags)+len(w.Cases) > 0 {
		t.Errorf("unused: tags %v, cases %v", w.Tags, w.Cases)
	}
}

func TestInvalidFolders(t *testing.T) {
	valid := map[string]string{
		"words.yaml": "tags:\n  sql: {zh: SQL, en: SQL, ja: SQL}\ncases:\n  a: {zh: 一, en: one, ja: 一つ}\n", "q/question.yaml": "kind: coding\ntags: [sql]\n",
		"q/zh.md": "# 题\n文\n", "q/en.md": "# Q\ntext\n<!-- hint -->\nh\n", "q/ja.md": "# 問\n文\n", "q/tests.yaml": "cases:\n  - name: a\n    input: x\n    expected: y\n",
	}
	for name, tc := range map[string]struct{ file, body, want string }{
		"valid":           {"", "", ""},
		"unknown kind":    {"q/question.yaml", "kind: riddle\n", "unknown kind"},
		"unknown field":   {"q/question.yaml", "kind: coding\ntag: x\n", "tag"},
		"no heading":      {"q/en.md", "Q\n", "not a heading"},
		"unknown section": {"q/en.md", "# Q\ntext\n<!-- answer -->\nx\n", `"answer" is unknown`},
		"no text":         {"q/ja.md", "# 問\n", "q/ja.md"},
		"unknown tag":     {"q/question.yaml", "kind: coding\ntags: [go]\n", `no text of "go"`},
		"unnamed case":    {"q/tests.yaml", "cases:\n  - name: b\n    input: x\n    expected: y\n", `no text of "b"`},
		"invalid test":    {"q/tests.yaml", "cases: 1\n", "decoding"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := fstest.MapFS{}
			for file, body := range valid {
				dir[file] = &fstest.MapFile{Data: []byte(body)}
			}
			if tc.file != "" {
				dir[path.Clean(tc.file)] = &fstest.MapFile{Data: []byte(tc.body)}
			}
			list, err := load(dir)
			switch {
			case tc.want == "" && name == "valid":
				if err != nil || len(list) != 1 || list[0].Content(Japanese).Tests.Cases[0].Name != "一つ" || list[0].Content(English).Hints[0] != "h" {
					t.Errorf("%+v, %v", list, err)
				}
			case err == nil || !strings.Contains(err.Error(), tc.want):
				t.Errorf("%v, want %q", err, tc.want)
			}
		})
	}
}
