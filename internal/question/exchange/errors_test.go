package exchange

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/question"
)

// describe lists the issues as "place: code", and checks that their texts exist.
func describe(t *testing.T, b *Bundle) []string {
	t.Helper()
	list := []string{}
	for _, i := range b.Issues {
		if text := i18n.T("en", i.Code, i.Params); text == i.Code || strings.Contains(text, "<no value>") {
			t.Errorf("%s: text %q", i.Code, text)
		}
		list = append(list, i.String()+": "+strings.TrimPrefix(i.Code, "question_file."))
	}
	return list
}

func checkIssues(t *testing.T, b *Bundle, want ...string) {
	t.Helper()
	if got := describe(t, b); !slices.Equal(got, append([]string{}, want...)) {
		t.Errorf("issues\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const head = `{"format":"huimian-questions","version":1,"questions":`

// manyNames returns the members of an object.
func manyNames(count int) string {
	members := make([]string, count)
	for n := range members {
		members[n] = fmt.Sprintf(`"n%d": 0`, n)
	}
	return strings.Join(members, ",")
}

func TestDocumentErrors(t *testing.T) {
	valid := `{"id":"a","title":"t","body":"b"}`
	for name, tc := range map[string]struct {
		body string
		want []string
	}{
		"valid":              {head + "[" + valid + "]}", nil},
		"byte order mark":    {"\ufeff" + head + "[" + valid + "]}", nil},
		"no questions":       {head + "[]}", nil},
		"not JSON":           {"{\n\n x", []string{": not_json"}},
		"cut off":            {head, []string{": not_json"}},
		"empty":              {"", []string{": not_json"}},
		"text after the end": {head + "[]} x", []string{": not_json"}},
		"not an object":      {"[]", []string{": wrong_type.object"}},
		"GB18030":            {"{\"\xb3\xcc\"", []string{": not_utf8"}},
		"UTF-16":             {"{\x00\"\x00", []string{": not_text"}},
		"another format":     {`{"format":"x","version":1,"questions":[]}`, []string{"format: other_format"}},
		"a later version":    {`{"format":"huimian-questions","version":2,"questions":[]}`, []string{"version: other_version"}},
		"no list":            {head + "{}}", []string{"questions: wrong_type.list"}},
		"deep":               {head + strings.Repeat("[", 100_000), []string{": too_deep"}},
		"a name twice":       {head + `[{"id":"a","id":"b"}]}`, []string{": name_twice"}},
		"many names":         {`{"x":{` + manyNames(MaxItems+1) + "}}", []string{": too_many_items"}},
		"many items":         {head + "[" + strings.Repeat("0,", MaxItems) + "0]}", []string{": too_many_items"}},
		"an id twice":        {head + "[" + valid + "," + valid + "]}", []string{"questions[1].id: id_twice"}},
		"an id with a space": {head + `[{"id":" a","title":"t","body":"b"}]}`, []string{"questions[0].id: external_id.invalid"}},
		"unknown names":      {strings.Replace(head, "{", `{"author":1,`, 1) + `[{"id":"a","title":"t","body":"b","solution":[],"tests":{"cases":[{"in":""}]}}]}`, []string{"author: unknown_field", "questions[0].solution: unknown_field", "questions[0].tests.cases[0].in: unknown_field"}},
		"all at once": {head + `[{"title":1,"tags":"x","starterCode":[{"language":"go","code":null}],"tests":{"cases":[{"hidden":"yes","cpuMs":1.5,"input":"","expected":""}]}},{"id":"b"},3]}`, []string{
			"questions[0].title: wrong_type.text", "questions[0].tags: wrong_type.list", "questions[0].starterCode[0].code: wrong_type.text", "questions[0].tests.cases[0].hidden: wrong_type.bool",
			"questions[0].tests.cases[0].cpuMs: wrong_type.number", "questions[0].id: field.required", "questions[0].body: field.required",
			"questions[1].title: field.required", "questions[1].body: field.required",
			"questions[2]: wrong_type.object",
		}},
		"the rules of questions": {head + `[{"id":"a","title":"t","body":"b","difficulty":"x","expectedMinutes":999}]}`, []string{"questions[0].difficulty: field.not_one_of", "questions[0].expectedMinutes: field.too_big"}},
		"too many":               {head + "[" + strings.Repeat("{},", question.MaxEntries) + "{}]}", []string{"questions: too_many"}},
	} {
		t.Run(name, func(t *testing.T) { checkIssues(t, Read([]byte(tc.body)), tc.want...) })
	}
	checkIssues(t, Read(make([]byte, MaxBytes+1)), ": too_large")
	many := Read([]byte(head + "[" + strings.Repeat("{},", 400) + "{}]}"))
	if len(many.Issues) != maxIssues || many.Issues[maxIssues-1].Code != "question_file.more_issues" || len(many.Entries) != 0 {
		t.Errorf("%d issues, the last %+v, and %d questions", len(many.Issues), many.Issues[len(many.Issues)-1], len(many.Entries))
	}
}

// folder returns a folder with a valid question, with other files added or replaced.
func folder(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	all := map[string]string{
		MarkerFile:               "format: huimian-questions\nversion: 1\n",
		"sum/question.md":        "---\nid: sum\ntitle: Sum\ntags: [a, 2024, yes]\nstarterCodeOrder: [python, go]\n---\nAdd.\n",
		"sum/starter/go.go":      "package main\n",
		"sum/starter/python.py":  "pass\n",
		"sum/solution/python.py": "print(1)\n",
		"sum/hints/2.md":         "second",
		"sum/hints/10.md":        "third",
		"sum/hints/01.md":        "first",
		"sum/tests.yaml":         "cases:\n  - input: 1 2\n    expected: 3\n  - {input: \"\", expected: null, hidden: true}\n",
	}
	maps.Copy(all, files)
	for name, body := range all {
		if body != "-" {
			out[name] = &fstest.MapFile{Data: []byte(body), Mode: 0o600}
		}
	}
	return out
}

func TestFolder(t *testing.T) {
	b := ReadDir(folder(map[string]string{"README.md": "x", ".github/ci.yaml": "x", "sum/.DS_Store": "\x00", "__MACOSX/sum/._x": "\x00"}))
	checkIssues(t, b)
	if len(b.Entries) != 1 {
		t.Fatalf("%d questions", len(b.Entries))
	}
	e := b.Entries[0]
	if e.ImportID != "sum" || b.Sources[0] != "sum" || e.Body != "Add." || e.Difficulty != question.Medium || !slices.Equal(e.Tags, []string{"a", "2024", "yes"}) || !slices.Equal(e.Hints, []string{"first", "second", "third"}) {
		t.Errorf("read %+v", e)
	}
	if want := []question.Source{{Language: "python", Code: "pass\n"}, {Language: "go", Code: "package main\n"}}; !slices.Equal(e.StarterCode, want) {
		t.Errorf("starter code %+v", e.StarterCode)
	}
	if c := e.Tests.Cases; len(c) != 2 || c[0].Input != "1 2" || c[0].Expected != "3" || c[1].Expected != "null" || !c[1].Hidden {
		t.Errorf("cases %+v", c)
	}
	packed, issues, err := PackDir(folder(nil))
	if err != nil || len(issues.Issues) > 0 {
		t.Fatal(err, issues.Issues)
	}
	if again := Read(packed); !reflect.DeepEqual(again.Entries, b.Entries) {
		t.Errorf("packed: %+v", again)
	}
}

func TestFolderErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"valid":                      {nil, nil},
		"line ends of Windows":       {map[string]string{"sum/question.md": "\ufeff---\r\nid: sum\r\ntitle: Sum\r\n---\r\nAdd.\r\n"}, nil},
		"no marker":                  {map[string]string{MarkerFile: "-"}, []string{"huimian-questions.yaml: no_marker"}},
		"a later version":            {map[string]string{MarkerFile: "format: huimian-questions\nversion: 2"}, []string{"huimian-questions.yaml: version: other_version"}},
		"no question.md":             {map[string]string{"sum/question.md": "-"}, []string{"sum/question.md: no_question"}},
		"no front matter":            {map[string]string{"sum/question.md": "# Sum\n"}, []string{"sum/question.md: no_front_matter"}},
		"no end of the front matter": {map[string]string{"sum/question.md": "---\nid: sum\n"}, []string{"sum/question.md: no_front_matter"}},
		"front matter in a file":     {map[string]string{"sum/question.md": "---\nid: sum\ntitle: Sum\nbody: x\n---\nAdd."}, []string{"sum/question.md: not_in_front_matter"}},
		"not YAML":                   {map[string]string{"sum/tests.yaml": "cases:\n  - a: [\n"}, []string{"sum/tests.yaml: not_yaml"}},
		"an alias":                   {map[string]string{"sum/tests.yaml": "cases: &a []\nmode: *a\n"}, []string{"sum/tests.yaml: yaml_feature"}},
		"a tag":                      {map[string]string{"sum/tests.yaml": "mode: !!str stdin\n"}, []string{"sum/tests.yaml: yaml_feature"}},
		"deep YAML":                  {map[string]string{"sum/tests.yaml": "mode: " + strings.Repeat("[", 500) + strings.Repeat("]", 500)}, []string{"sum/tests.yaml: too_deep"}},
		"a name twice":               {map[string]string{"sum/tests.yaml": "mode: stdin\nmode: stdin\n"}, []string{"sum/tests.yaml: name_twice"}},
		"many names":                 {map[string]string{"sum/tests.yaml": "{" + manyNames(MaxItems+1) + "}"}, []string{"sum/tests.yaml: too_many_items"}},
		"a case without quotes":      {map[string]string{"sum/tests.yaml": "cases:\n- {input: [1], expected: '1'}\n"}, []string{"sum/tests.yaml: tests.cases[0].input: wrong_type.text"}},
		"a misspelt folder":          {map[string]string{"sum/solutions/go.go": "x"}, []string{"sum/solutions/go.go: unknown_file"}},
		"a folder in a folder":       {map[string]string{"sum/starter/go/main.go": "x"}, []string{"sum/starter/go/main.go: unknown_file"}},
		"a language twice":           {map[string]string{"sum/starter/go.txt": "x"}, []string{"sum/starter/go.txt: language_twice"}},
		"a hint twice":               {map[string]string{"sum/hints/1.md": "x"}, []string{"sum/hints/1.md: unknown_file"}},
		"a language without file":    {map[string]string{"sum/starter/go.go": "-"}, []string{"sum/question.md: order_without_file"}},
		"an order that is no list":   {map[string]string{"sum/question.md": "---\nid: sum\ntitle: Sum\nstarterCodeOrder: go\n---\nAdd."}, []string{"sum/question.md: wrong_order"}},
		"GB18030":                    {map[string]string{"sum/hints/01.md": "\xb3\xcc"}, []string{"sum/hints/01.md: not_utf8"}},
		"UTF-16":                     {map[string]string{"sum/question.md": "-\x00-\x00"}, []string{"sum/question.md: not_text"}},
		"a long hint":                {map[string]string{"sum/hints/2.md": strings.Repeat("x", 2001)}, []string{"sum/hints/2.md: hints[1]: field.too_long"}},
		"long code":                  {map[string]string{"sum/solution/python.py": strings.Repeat("x", 20_001)}, []string{"sum/solution/python.py: solutions[0].code: field.too_long"}},
		"a large file":               {map[string]string{"sum/notes.md": strings.Repeat("x", MaxFileBytes+1)}, []string{"sum/notes.md: too_large"}},
		"a backslash":                {map[string]string{`sum\notes.md`: "x"}, []string{`sum\notes.md: unsafe_name`}},
		"names by case alone":        {map[string]string{"sum/Hints/2.md": "x"}, []string{"sum/hints/2.md: file_twice", "sum/Hints/2.md: unknown_file"}},
		"all at once": {map[string]string{"sum/question.md": "---\ntitle: [x]\nlevel: 1\n---\n", "sum/tests.yaml": "cases:\n- {input: '', expected: '', cpuMs: 1}\n", "other/notes.md": "x"}, []string{
			"other/question.md: no_question", "sum/question.md: title: wrong_type.text", "sum/question.md: level: unknown_field", "sum/question.md: id: field.required", "sum/question.md: body: field.required", "sum/tests.yaml: tests.cases[0].cpuMs: field.too_small",
		}},
	} {
		t.Run(name, func(t *testing.T) { checkIssues(t, ReadDir(folder(tc.files)), tc.want...) })
	}
	linked := folder(nil)
	linked["sum/notes.md"] = &fstest.MapFile{Data: []byte("../../secret"), Mode: fs.ModeSymlink}
	checkIssues(t, ReadDir(linked), "sum/notes.md: not_regular")
}

// newArchive returns a ZIP archive with files, in pairs of name and body.
func newArchive(t *testing.T, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for n := 0; n < len(files); n += 2 {
		w, err := z.Create(files[n])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[n+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestArchiveErrors(t *testing.T) {
	marker, sum := "format: huimian-questions\nversion: 1\n", "---\nid: sum\ntitle: Sum\n---\nAdd.\n"
	checkIssues(t, Read(newArchive(t, MarkerFile, marker, "sum/", "", "sum/question.md", sum)))
	inFolder := Read(newArchive(t, "bank-main/README.md", "", "bank-main/"+MarkerFile, marker, "bank-main/sum/question.md", sum))
	checkIssues(t, inFolder)
	if len(inFolder.Entries) != 1 {
		t.Errorf("an archive of a repository has %d questions", len(inFolder.Entries))
	}
	checkIssues(t, Read(newArchive(t, MarkerFile, marker, "../sum/question.md", sum, "/sum/question.md", sum, `..\x`, "", "sum/\xff", "")),
		"../sum/question.md: unsafe_name", "/sum/question.md: unsafe_name", `..\x: unsafe_name`, "sum/�: unsafe_name")
	checkIssues(t, Read(newArchive(t, MarkerFile, marker, "sum/question.md", sum, "sum/question.md", sum)), "sum/question.md: file_twice")
	checkIssues(t, Read([]byte("PK\x03\x04 no archive")), ": not_zip")
	big := make([]string, 0, 2*(MaxUnpacked/MaxFileBytes+2))
	for n := range MaxUnpacked/MaxFileBytes + 2 { // 36 MB of zeros in some kilobytes
		big = append(big, fmt.Sprintf("q%d/notes.md", n), strings.Repeat("\x00", MaxFileBytes))
	}
	checkIssues(t, Read(newArchive(t, big...)), ": unpacked_too_large")
	many := make([]string, 0, 2*(MaxFiles+1))
	for n := range MaxFiles + 1 {
		many = append(many, fmt.Sprintf("q%d/x", n), "")
	}
	checkIssues(t, Read(newArchive(t, many...)), ": too_many_files")
}

func TestExportLimits(t *testing.T) {
	if _, err := Write([]question.Entry{{ImportID: "a", Content: question.Content{Title: "t", Body: strings.Repeat("x", MaxBytes)}}}, JSON); err == nil {
		t.Error("an export above the limit of an import was written")
	}
}
