package filelist

import (
	"path"
	"slices"
	"strings"
)

// languages are the languages with the names of their files: the name of a file without one
// of its own, and the extensions. web/src/room/fileNames.ts has the same table; both are
// tested with testdata/file-languages.json.
var languages = []struct {
	id, defaultPath string
	extensions      []string
}{
	{"python", "main.py", []string{".py"}},
	{"javascript", "main.js", []string{".js", ".mjs", ".cjs"}},
	{"typescript", "main.ts", []string{".ts", ".mts", ".cts"}},
	{"go", "main.go", []string{".go"}},
	{"java", "Main.java", []string{".java"}},
	{"c", "main.c", []string{".c"}},
	{"cpp", "main.cpp", []string{".cpp", ".cc", ".cxx"}},
	{"rust", "main.rs", []string{".rs"}},
	{"ruby", "main.rb", []string{".rb"}},
	{"php", "main.php", []string{".php"}},
	{"perl", "main.pl", []string{".pl", ".pm"}},
	{"bash", "main.sh", []string{".sh", ".bash"}},
	{"html", "index.html", []string{".html", ".htm"}},
}

// LanguageOf returns the language of a file by its name, "" for a name from which none
// follows.
func LanguageOf(name string) string {
	extension := strings.ToLower(path.Ext(name))
	for _, l := range languages {
		if slices.Contains(l.extensions, extension) {
			return l.id
		}
	}
	return ""
}

// DefaultPath returns the name of the only file of an answer in a language.
func DefaultPath(language string) string {
	for _, l := range languages {
		if l.id == language {
			return l.defaultPath
		}
	}
	return "main.txt"
}
