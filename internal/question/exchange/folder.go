package exchange

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/huimian/huimian/internal/question"
)

// MarkerFile is the name of the file that states the format; its folder is the root. Marker
// is its content.
const (
	MarkerFile = "huimian-questions.yaml"
	Marker     = "format: " + formatName + "\nversion: 1\n"
)

// Names in a folder.
const (
	questionFile  = "question.md"
	gitAttributes = ".gitattributes"
)

// form is how a field of a question is written into its folder.
type form int

const (
	frontMatter  form = iota // of question.md
	markdownBody             // the text of question.md
	textFile                 // a Markdown file
	textFiles                // a folder with a Markdown file for each text, by number
	sourceFiles              // a folder with a file for each language
	yamlFile
)

// contentField is a field of a question's content in a folder.
type contentField struct {
	name string // JSON name
	form form
	path string // of the file or folder
}

// contentFields are all fields of question.Content, in the order of the front matter.
var contentFields = []contentField{
	{"title", frontMatter, ""},
	{"difficulty", frontMatter, ""},
	{"tags", frontMatter, ""},
	{"expectedMinutes", frontMatter, ""},
	{"body", markdownBody, ""},
	{"interviewerNotes", textFile, "notes.md"},
	{"hints", textFiles, "hints"},
	{"followUps", textFiles, "follow-ups"},
	{"starterCode", sourceFiles, "starter"},
	{"solutions", sourceFiles, "solution"},
	{"tests", yamlFile, "tests.yaml"},
}

// orderName returns the name in the front matter of the order of a field's languages.
func (f contentField) orderName() string { return f.name + "Order" }

// extensions are those of source files by language; others have .txt. Only the name before
// the first dot is read.
var extensions = map[string]string{
	"python": "py", "javascript": "js", "typescript": "ts", "go": "go", "java": "java", "cpp": "cpp", "c": "c", "rust": "rs", "csharp": "cs",
	"ruby": "rb", "php": "php", "kotlin": "kt", "swift": "swift", "sql": "sql", "bash": "sh", "scala": "scala",
}

// file is a file of a folder; name is its path with slashes.
type file struct {
	name string
	body []byte
}

// encodeName returns a name for a file or a folder on all systems: other characters than
// lower-case letters, digits, "-", "_" and "+" are written as in URLs.
func encodeName(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '+' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

var encodedByte = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

func decodeName(name string) string {
	return encodedByte.ReplaceAllStringFunc(name, func(code string) string {
		c, _ := hex.DecodeString(code[1:])
		return string(c)
	})
}

// folderName returns the name of a question's folder. It is not read.
func folderName(id string) string {
	const limit = 100
	name := encodeName(id)
	if len(name) <= limit {
		return name
	}
	hash := sha256.Sum256([]byte(id))
	return "~" + hex.EncodeToString(hash[:16])
}

// writeFolder returns the files of the questions, ordered by their names.
func writeFolder(entries []question.Entry) ([]file, error) {
	files := []file{
		{gitAttributes, []byte("* -text\n")}, // the line ends are those of the questions
		{MarkerFile, []byte(Marker)},
	}
	for n := range entries {
		added, err := writeQuestion(&entries[n])
		if err != nil {
			return nil, err
		}
		folder := folderName(entries[n].ImportID)
		for _, f := range added {
			files = append(files, file{folder + "/" + f.name, f.body})
		}
	}
	slices.SortStableFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files, nil
}

func contentTree(c *question.Content) (*node, error) {
	raw, err := encodeJSON(c)
	if err != nil {
		return nil, err
	}
	n, err := parseJSON(raw)
	if err != nil {
		return nil, fmt.Errorf("reading a question: %w", err)
	}
	return n, nil
}

// writeQuestion returns the files of a question. A field other than those of the front
// matter has no file while it is empty.
func writeQuestion(e *question.Entry) ([]file, error) {
	content, none := cleanCopy(e), question.Content{}
	_ = none.CleanAndCheck() // sets the lists
	tree, err := contentTree(&content)
	if err != nil {
		return nil, err
	}
	empty, err := contentTree(&none)
	if err != nil {
		return nil, err
	}
	head, body, files := &node{kind: objectNode}, "", []file{}
	head.addMember("id", newText(e.ImportID))
	for _, f := range contentFields {
		value := tree.findMember(f.name)
		switch {
		case f.form == frontMatter:
			head.addMember(f.name, value)
		case f.form == markdownBody:
			body = value.text
		case !reflect.DeepEqual(value, empty.findMember(f.name)):
			files = append(files, f.writeFiles(value, head)...)
		}
	}
	out := bytes.NewBufferString("---\n")
	writeYAML(out, head, 0)
	out.WriteString("---\n" + body + "\n")
	return append(files, file{questionFile, out.Bytes()}), nil
}

// writeFiles returns the files of a value. It adds the order of languages to the front matter if
// it is not that of the names.
func (f contentField) writeFiles(value, head *node) (files []file) {
	switch f.form {
	case textFile:
		return []file{{f.path, []byte(value.text + "\n")}}
	case yamlFile:
		var out bytes.Buffer
		writeYAML(&out, value, 0)
		return []file{{f.path, out.Bytes()}}
	case textFiles:
		for n, text := range value.items {
			files = append(files, file{fmt.Sprintf("%s/%02d.md", f.path, n+1), []byte(text.text + "\n")})
		}
	case sourceFiles:
		order := &node{kind: listNode}
		for _, source := range value.items {
			language := source.findMember("language")
			order.items = append(order.items, language)
			files = append(files, file{f.path + "/" + sourceName(language.text), []byte(source.findMember("code").text)})
		}
		if !slices.IsSortedFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) }) {
			head.addMember(f.orderName(), order)
		}
	}
	return files
}

func sourceName(language string) string {
	extension := extensions[language]
	if extension == "" {
		extension = "txt"
	}
	return encodeName(language) + "." + extension
}

// folderReader reads the files of one question.
type folderReader struct {
	bundle *Bundle
	src    source
	files  map[string][]byte // by the name in the folder; those that are left are unknown
	tree   *node
}

// readFolder reads the files of a folder. Files whose names begin with a dot, and files
// beside the marker other than the folders of questions, are not read.
func (b *Bundle) readFolder(files []file) {
	root, ok := findRoot(files)
	if !ok {
		b.addIssue(newIssue(MarkerFile, "", "question_file.no_marker", "Name", MarkerFile))
		return
	}
	folders, names := map[string]map[string][]byte{}, []string{}
	for _, f := range files {
		rest, ok := strings.CutPrefix(f.name, root)
		folder, name, inFolder := strings.Cut(rest, "/")
		switch {
		case !ok || isHidden(rest):
		case rest == MarkerFile:
			b.readMarker(f)
		case inFolder:
			if folders[folder] == nil {
				folders[folder], names = map[string][]byte{}, append(names, folder)
			}
			folders[folder][name] = f.body
		}
	}
	slices.Sort(names)
	for _, folder := range names {
		r := folderReader{bundle: b, src: source{folder: root + folder, files: map[string]string{}}, files: folders[folder], tree: &node{kind: objectNode}}
		r.readQuestion()
	}
}

// findRoot returns the path of the folder with the marker, "" or with a slash at its end.
// Archives of repositories have one folder around all others.
func findRoot(files []file) (string, bool) {
	for _, f := range files {
		if dir, name := path.Split(f.name); name == MarkerFile && strings.Count(dir, "/") <= 1 {
			return dir, true
		}
	}
	return "", false
}

func isHidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.Contains(name, "/.") || strings.HasPrefix(name, "__MACOSX/")
}

func (b *Bundle) readMarker(f file) {
	if !b.checkText(f.name, f.body) {
		return
	}
	n, err := parseYAML(trimByteOrderMark(f.body))
	if err != nil {
		b.reportTree(f.name, err)
		return
	}
	b.checkFormat(f.name, n)
}

func (r *folderReader) reportFile(name, code string, params ...any) {
	r.src.isInvalid = true
	r.bundle.addIssue(newIssue(r.src.folder+"/"+name, "", code, params...))
}

// takeFile returns a text file and removes it from those that are left.
func (r *folderReader) takeFile(name string) (body []byte, ok bool) {
	body, ok = r.files[name]
	delete(r.files, name)
	if ok && !r.bundle.checkText(r.src.folder+"/"+name, body) {
		r.src.isInvalid = true
		return nil, false
	}
	return body, ok
}

func (r *folderReader) readQuestion() {
	if _, ok := r.files[questionFile]; !ok {
		r.reportFile(questionFile, "question_file.no_question", "Name", questionFile)
		return
	}
	orders, ok := r.readHead()
	if !ok {
		return
	}
	for _, f := range contentFields {
		switch f.form {
		case textFile:
			if body, ok := r.takeFile(f.path); ok {
				r.setField(f.name, f.path, newText(string(trimByteOrderMark(body))))
			}
		case yamlFile:
			r.readYAML(f)
		case textFiles:
			r.readTexts(f)
		case sourceFiles:
			r.readSources(f, orders[f.name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		r.reportFile(name, "question_file.unknown_file")
	}
	r.bundle.addQuestion(r.tree, r.src)
}

func (r *folderReader) setField(field, name string, value *node) {
	r.src.files[field] = r.src.folder + "/" + name
	r.tree.addMember(field, value)
}

// splitFrontMatter returns the YAML between two lines "---", and the rest.
func splitFrontMatter(body []byte) (head, rest []byte, ok bool) {
	first, after, _ := bytes.Cut(body, []byte("\n"))
	if string(bytes.TrimRight(first, "\r")) != "---" {
		return nil, nil, false
	}
	for at := 0; at < len(after); {
		line, _, _ := bytes.Cut(after[at:], []byte("\n"))
		next := min(at+len(line)+1, len(after))
		if string(bytes.TrimRight(line, "\r")) == "---" {
			return after[:at], after[next:], true
		}
		at = next
	}
	return nil, nil, false
}

// readHead reads question.md and returns the orders of languages by field.
func (r *folderReader) readHead() (orders map[string]*node, ok bool) {
	body, ok := r.takeFile(questionFile)
	if !ok {
		return nil, false
	}
	head, text, ok := splitFrontMatter(trimByteOrderMark(body))
	if !ok {
		r.reportFile(questionFile, "question_file.no_front_matter")
		return nil, false
	}
	n, ok := r.parseObject(questionFile, head)
	if !ok {
		return nil, false
	}
	orders = map[string]*node{}
	for i, name := range n.names {
		f, isOrder := fieldOfOrder(name)
		switch {
		case isOrder:
			orders[f.name] = n.items[i]
		case isFile(name): // a field of the content with a place of its own
			r.reportFile(questionFile, "question_file.not_in_front_matter", "Name", name)
		default:
			r.tree.addMember(name, n.items[i])
		}
	}
	for _, f := range contentFields {
		if f.form == markdownBody {
			r.tree.addMember(f.name, newText(string(text)))
		}
	}
	return orders, true
}

// parseObject returns the tree of a YAML file, which must be an object.
func (r *folderReader) parseObject(name string, body []byte) (*node, bool) {
	n, err := parseYAML(body)
	if err == nil && n.kind != objectNode {
		err = treeErrorf("question_file.wrong_type.object")
	}
	if err != nil {
		r.src.isInvalid = true
		r.bundle.reportTree(r.src.folder+"/"+name, err)
	}
	return n, err == nil
}

func fieldOfOrder(name string) (contentField, bool) {
	for _, f := range contentFields {
		if f.form == sourceFiles && f.orderName() == name {
			return f, true
		}
	}
	return contentField{}, false
}

func isFile(name string) bool {
	return slices.ContainsFunc(contentFields, func(f contentField) bool { return f.name == name && f.form != frontMatter })
}

func (r *folderReader) readYAML(f contentField) {
	body, ok := r.takeFile(f.path)
	if !ok {
		return
	}
	if n, ok := r.parseObject(f.path, trimByteOrderMark(body)); ok {
		r.setField(f.name, f.path, n)
	}
}

var textNumber = regexp.MustCompile(`^(\d{1,3})\.md$`)

// readTexts reads the files of a folder in the order of their numbers.
func (r *folderReader) readTexts(f contentField) {
	numbers, names := []int{}, map[int]string{}
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		rest, ok := strings.CutPrefix(name, f.path+"/")
		found := textNumber.FindStringSubmatch(rest)
		if !ok || found == nil {
			continue
		}
		number, _ := strconv.Atoi(found[1])
		if names[number] != "" { // "1.md" and "01.md"
			continue
		}
		numbers, names[number] = append(numbers, number), name
	}
	slices.Sort(numbers)
	list := &node{kind: listNode}
	for _, number := range numbers {
		if body, ok := r.takeFile(names[number]); ok {
			r.src.files[fmt.Sprintf("%s[%d]", f.name, len(list.items))] = r.src.folder + "/" + names[number]
			list.items = append(list.items, newText(string(trimByteOrderMark(body))))
		}
	}
	if len(list.items) > 0 {
		r.setField(f.name, f.path, list)
	}
}

// readSources reads the files of a folder: first the languages of the order, then the others
// by name.
func (r *folderReader) readSources(f contentField, order *node) {
	byLanguage, languages := map[string]string{}, r.readOrder(f, order)
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		rest, ok := strings.CutPrefix(name, f.path+"/")
		if !ok || strings.Contains(rest, "/") {
			continue
		}
		code, _, _ := strings.Cut(rest, ".")
		language := decodeName(code)
		if byLanguage[language] != "" {
			r.reportFile(name, "question_file.language_twice", "Name", language)
			delete(r.files, name)
			continue
		}
		byLanguage[language] = name
		if !slices.Contains(languages, language) {
			languages = append(languages, language)
		}
	}
	list := &node{kind: listNode}
	for _, language := range languages {
		name := byLanguage[language]
		if name == "" {
			r.reportFile(questionFile, "question_file.order_without_file", "Name", excerpt(language), "Field", f.orderName())
			continue
		}
		if body, ok := r.takeFile(name); ok {
			item := &node{kind: objectNode}
			item.addMember("language", newText(language))
			item.addMember("code", newText(string(body)))
			r.src.files[fmt.Sprintf("%s[%d]", f.name, len(list.items))] = r.src.folder + "/" + name
			list.items = append(list.items, item)
		}
	}
	if len(list.items) > 0 {
		r.setField(f.name, f.path, list)
	}
}

func (r *folderReader) readOrder(f contentField, order *node) (languages []string) {
	if order == nil {
		return nil
	}
	isWrong := false
	decodeValue(order, reflect.ValueOf(&languages).Elem(), "", func(string, string, ...any) { isWrong = true })
	sorted := slices.Sorted(slices.Values(languages))
	if isWrong || len(slices.Compact(sorted)) < len(languages) {
		r.reportFile(questionFile, "question_file.wrong_order", "Field", f.orderName())
		return nil
	}
	return languages
}
