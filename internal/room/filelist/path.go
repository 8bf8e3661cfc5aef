package filelist

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Limits of a path.
const (
	MaxPathBytes = 200
	maxFolders   = 8
)

// Codes with which a path is refused.
const (
	RefusalPath       = "file.path"        // empty, absolute, or with a part that is no name
	RefusalPathLength = "file.path_length" // longer than MaxPathBytes, or in too many folders
	RefusalCharacter  = "file.character"   // a character that file systems do not permit
)

// invalidCharacters are not permitted in names on Windows, where a ZIP of the files may be
// unpacked.
const invalidCharacters = `\:*?"<>|`

// NormalizePath returns the path in the normal form that most systems write: macOS
// decomposes accented letters.
func NormalizePath(path string) string { return norm.NFC.String(path) }

// CheckPath returns the code with which a path is refused, "" for a valid one.
func CheckPath(path string) string {
	parts := strings.Split(path, "/")
	switch {
	case len(path) > MaxPathBytes || len(parts) > maxFolders+1:
		return RefusalPathLength
	case !norm.NFC.IsNormalString(path) || strings.ContainsFunc(path, isInvalidCharacter):
		return RefusalCharacter
	}
	for _, part := range parts {
		if part == "" || part == "." || part == ".." || strings.TrimSpace(part) != part || strings.HasSuffix(part, ".") {
			return RefusalPath
		}
	}
	return ""
}

func isInvalidCharacter(r rune) bool {
	return strings.ContainsRune(invalidCharacters, r) || r == unicode.ReplacementChar || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
