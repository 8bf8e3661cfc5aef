// Package library has the questions that come with the product, each in Chinese, English
// and Japanese, and adds them to the question bank of a company.
//
// A question is a folder in _questions: question.yaml has the fields of all languages,
// LANGUAGE.md the texts of one, and tests.yaml, starter and solution are those of the folder
// format of package exchange. The folder wrong has programs that a test case must refuse; they
// are not part of the program.
package library

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/question/exchange"
	"github.com/huimian/huimian/internal/testcase"
)

//go:embed _questions/words.yaml _questions/*/*.yaml _questions/*/*.md _questions/*/starter _questions/*/solution
var embedded embed.FS

// Language is a language of the texts.
type Language string

const (
	Chinese  Language = "zh"
	English  Language = "en"
	Japanese Language = "ja"
)

// Languages lists all languages.
var Languages = []Language{Chinese, English, Japanese}

// Kind is what a question asks for.
type Kind string

const (
	Coding     Kind = "coding"     // a program
	SQL        Kind = "sql"        // a query of a program in Python, run by SQLite
	Debugging  Kind = "debugging"  // a correction of the starter code
	Frontend   Kind = "frontend"   // a page in HTML, CSS and JavaScript, without test cases
	Discussion Kind = "discussion" // no program
)

// Kinds lists all kinds, in the order of the library.
var Kinds = []Kind{Coding, SQL, Debugging, Frontend, Discussion}

var difficulties = []question.Difficulty{question.Easy, question.Medium, question.Hard}

// Question is a question of the library.
type Question struct {
	ID       string // name of its folder
	Kind     Kind
	contents map[Language]question.Content
}

// importPrefix begins the import ids of questions of the library.
const importPrefix = "library-"

// ImportID returns the import id of the question in a language.
func (q *Question) ImportID(l Language) string { return importPrefix + q.ID + "-" + string(l) }

// Content returns a copy of the content in a language.
func (q *Question) Content(l Language) question.Content {
	content := q.contents[l]
	return content.Clone()
}

// Entry returns the question in a language for the question bank.
func (q *Question) Entry(l Language) question.Entry {
	return question.Entry{ImportID: q.ImportID(l), Content: q.Content(l)}
}

// Load returns all questions by kind, difficulty and id. Callers must not change them. An
// error is one of the embedded files.
var Load = sync.OnceValues(func() ([]Question, error) {
	dir, err := fs.Sub(embedded, "_questions")
	if err != nil {
		return nil, fmt.Errorf("opening the questions of the library: %w", err)
	}
	return load(dir)
})

// fields is the content of question.yaml.
type fields struct {
	Kind            Kind                `yaml:"kind"`
	Difficulty      question.Difficulty `yaml:"difficulty"`
	ExpectedMinutes int                 `yaml:"expectedMinutes"`
	Tags            []string            `yaml:"tags"` // keys of words.Tags
}

// words are the texts that several questions use, by key and language.
type words struct {
	Tags  map[string]map[Language]string `yaml:"tags"`
	Cases map[string]map[Language]string `yaml:"cases"` // names of test cases
}

// load reads the questions of a folder.
func load(dir fs.FS) ([]Question, error) {
	var w words
	if err := readYAML(dir, "words.yaml", &w); err != nil {
		return nil, err
	}
	programs, err := readPrograms(dir)
	if err != nil {
		return nil, err
	}
	list := make([]Question, 0, len(programs))
	for n := range programs {
		q, err := newQuestion(dir, &w, &programs[n])
		if err != nil {
			return nil, err
		}
		list = append(list, *q)
	}
	slices.SortFunc(list, func(a, b Question) int {
		x, y := a.contents[English], b.contents[English]
		return cmp.Or(cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)),
			cmp.Compare(slices.Index(difficulties, x.Difficulty), slices.Index(difficulties, y.Difficulty)), strings.Compare(a.ID, b.ID))
	})
	return list, nil
}

func readYAML(dir fs.FS, name string, into any) error {
	body, err := fs.ReadFile(dir, name)
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	d := yaml.NewDecoder(bytes.NewReader(body))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("decoding %s: %w", name, err)
	}
	return nil
}

// readPrograms returns the parts of all questions that do not depend on the language: the
// code and the test cases.
func readPrograms(dir fs.FS) ([]question.Entry, error) {
	files := map[string][]byte{exchange.MarkerFile: []byte(exchange.Marker)}
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		id, rest, inFolder := strings.Cut(name, "/")
		switch {
		case rest == "question.yaml": // the texts are added later
			files[path.Join(id, "question.md")] = fmt.Appendf(nil, "---\nid: %q\ntitle: %q\n---\n%s\n", id, id, id)
		case inFolder && (rest == "tests.yaml" || strings.HasPrefix(rest, "starter/") || strings.HasPrefix(rest, "solution/")):
			if files[name], err = fs.ReadFile(dir, name); err != nil {
				return fmt.Errorf("reading %s: %w", name, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the questions of the library: %w", err)
	}
	bundle := exchange.ReadFiles(files)
	if err := bundle.Err(); err != nil {
		return nil, fmt.Errorf("decoding the questions of the library: %w", err)
	}
	return bundle.Entries, nil
}

// newQuestion adds the fields and the texts of each language to the programs of a question.
func newQuestion(dir fs.FS, w *words, programs *question.Entry) (*Question, error) {
	q := &Question{ID: programs.ImportID, contents: map[Language]question.Content{}}
	var f fields
	if err := readYAML(dir, q.ID+"/question.yaml", &f); err != nil {
		return nil, err
	}
	if q.Kind = f.Kind; !slices.Contains(Kinds, q.Kind) {
		return nil, fmt.Errorf("question %s has the unknown kind %q", q.ID, f.Kind)
	}
	if len(programs.StarterCode) == 0 {
		for _, s := range programs.Tests.StarterCode() {
			programs.StarterCode = append(programs.StarterCode, question.Source(s))
		}
	}
	for _, l := range Languages {
		content := programs.Clone()
		content.Difficulty, content.ExpectedMinutes = f.Difficulty, f.ExpectedMinutes
		name := fmt.Sprintf("%s/%s.md", q.ID, l)
		body, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		if err := addTexts(&content, string(body)); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		if content.Tags, err = translate(f.Tags, w.Tags, l); err != nil {
			return nil, fmt.Errorf("tags of %s: %w", q.ID, err)
		}
		if err := nameCases(content.Tests.Cases, w, l); err != nil {
			return nil, fmt.Errorf("test cases of %s: %w", q.ID, err)
		}
		if err := content.CleanAndCheck(); err != nil {
			return nil, fmt.Errorf("checking %s: %w", name, err)
		}
		q.contents[l] = content
	}
	return q, nil
}

// addTexts reads the texts of a language: the title as a heading, the text for the candidate,
// and sections after the lines "<!-- hint -->", "<!-- follow-up -->" and "<!-- notes -->".
func addTexts(c *question.Content, text string) error {
	parts := strings.Split("\n"+text, "\n<!-- ")
	heading, body, _ := strings.Cut(strings.TrimSpace(parts[0]), "\n")
	title, ok := strings.CutPrefix(heading, "# ")
	if !ok {
		return fmt.Errorf("the first line %q is not a heading", heading)
	}
	c.Title, c.Body = title, strings.TrimSpace(body)
	for _, part := range parts[1:] {
		name, section, _ := strings.Cut(part, " -->\n")
		section = strings.TrimSpace(section)
		switch name {
		case "hint":
			c.Hints = append(c.Hints, section)
		case "follow-up":
			c.FollowUps = append(c.FollowUps, section)
		case "notes":
			c.InterviewerNotes = section
		default:
			return fmt.Errorf("the section %q is unknown", name)
		}
	}
	return nil
}

func translate(keys []string, texts map[string]map[Language]string, l Language) ([]string, error) {
	out := make([]string, len(keys))
	for n, key := range keys {
		if out[n] = texts[key][l]; out[n] == "" {
			return nil, fmt.Errorf("words.yaml has no text of %q in %s", key, l)
		}
	}
	return out, nil
}

// nameCases replaces the keys of the cases by their names. Cases may have no name.
func nameCases(cases []testcase.Case, w *words, l Language) error {
	for n := range cases {
		if cases[n].Name == "" {
			continue
		}
		names, err := translate([]string{cases[n].Name}, w.Cases, l)
		if err != nil {
			return err
		}
		cases[n].Name = names[0]
	}
	return nil
}
