// Package filelist has the rules for the files of an answer: which names they may have, how
// their list changes, and which programming language a name belongs to. It decides nothing
// about who may change files.
package filelist

import (
	"slices"
	"strings"

	"golang.org/x/text/cases"

	"github.com/huimian/huimian/internal/room/protocol"
)

// Limits of the files of an answer.
const (
	MaxFiles = 64
	MaxUnits = 1 << 20 // UTF-16 units of all files together
)

// Codes with which a change is refused.
const (
	RefusalExists   = "file.exists"   // a file or a folder has the name
	RefusalCount    = "file.count"    // there would be more than MaxFiles
	RefusalSize     = "file.size"     // the texts would be longer than MaxUnits
	RefusalEntry    = "file.entry"    // the entry cannot be deleted
	RefusalLanguage = "file.language" // a name from which no language follows
	RefusalNotFound = "not_found"
)

// List is the list of the files of an answer, in the order of their creation.
type List = protocol.FileList

// New returns the list of an answer without changes of files: the document of the answer is
// the only file. Its name follows from the language that is chosen for the answer.
func New(answer string) List {
	return List{Entry: answer, Files: []protocol.File{{Doc: answer}}}
}

// AnswerOf returns the answer to which the document of a file belongs.
func AnswerOf(doc string) string {
	answer, _, _ := strings.Cut(doc, "/")
	return answer
}

// NewDocument returns the name of the document of a further file of an answer.
func NewDocument(answer, id string) string { return answer + "/" + id }

// Find returns the file with the document, nil without one.
func Find(l List, doc string) *protocol.File {
	if i := indexOf(l, doc); i >= 0 {
		return &l.Files[i]
	}
	return nil
}

func indexOf(l List, doc string) int {
	return slices.IndexFunc(l.Files, func(f protocol.File) bool { return f.Doc == doc })
}

// EntryLanguage returns the language that follows from the name of the entry, "" when none
// does.
func EntryLanguage(l List) string {
	if f := Find(l, l.Entry); f != nil {
		return LanguageOf(f.Path)
	}
	return ""
}

// IsNamed reports whether the files have names of their own.
func IsNamed(l List) bool { return len(l.Files) > 1 || len(l.Files) == 1 && l.Files[0].Path != "" }

// WithNames returns the list after the file of New has received the name of its language.
func WithNames(l List, language string) List {
	if IsNamed(l) || len(l.Files) == 0 {
		return l
	}
	named := l.Files[0]
	named.Path = DefaultPath(language)
	return List{Entry: l.Entry, Files: []protocol.File{named}}
}

// Create returns the list with further files, or the code of a refusal. The list has names.
func Create(l List, files ...protocol.File) (List, string) {
	if len(l.Files)+len(files) > MaxFiles {
		return l, RefusalCount
	}
	out := List{Entry: l.Entry, Files: slices.Clone(l.Files)}
	for _, f := range files {
		if code := checkName(out, f); code != "" {
			return l, code
		}
		out.Files = append(out.Files, f)
	}
	return out, ""
}

// Rename returns the list after a file was renamed, which is also how it moves to another
// folder, or the code of a refusal.
func Rename(l List, doc, path string) (List, string) {
	i := indexOf(l, doc)
	if i < 0 {
		return l, RefusalNotFound
	}
	f := protocol.File{Doc: doc, Path: path}
	if code := checkName(l, f); code != "" {
		return l, code
	}
	out := List{Entry: l.Entry, Files: slices.Clone(l.Files)}
	out.Files[i] = f
	return out, ""
}

// Delete returns the list without a file, or the code of a refusal. The entry cannot be
// deleted, so that a file remains.
func Delete(l List, doc string) (List, string) {
	i := indexOf(l, doc)
	switch {
	case i < 0:
		return l, RefusalNotFound
	case doc == l.Entry:
		return l, RefusalEntry
	}
	return List{Entry: l.Entry, Files: slices.Delete(slices.Clone(l.Files), i, i+1)}, ""
}

// SetEntry returns the list with another file as the one that runs, or the code of a
// refusal.
func SetEntry(l List, doc string) (List, string) {
	switch f := Find(l, doc); {
	case f == nil:
		return l, RefusalNotFound
	case LanguageOf(f.Path) == "":
		return l, RefusalLanguage
	}
	return List{Entry: doc, Files: l.Files}, ""
}

// checkName returns the code with which the name of a file is refused beside the names of
// the other files.
func checkName(l List, f protocol.File) string {
	if code := CheckPath(f.Path); code != "" {
		return code
	}
	name := foldName(f.Path)
	for _, other := range l.Files {
		taken := foldName(other.Path)
		if other.Doc != f.Doc && (taken == name || strings.HasPrefix(taken, name+"/") || strings.HasPrefix(name, taken+"/")) {
			return RefusalExists
		}
	}
	return ""
}

// foldName returns what names have in common that differ in upper and lower case only.
func foldName(path string) string { return cases.Fold().String(path) }
