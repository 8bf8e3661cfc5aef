package candidatefile

import (
	"bytes"
	"encoding/binary"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/validate"
)

// MediaType is the type of a file, which its content decides.
type MediaType string

// Types of files. No program of a browser runs scripts in them; a PDF and the pictures may be
// shown in a page.
const (
	PDF  MediaType = "application/pdf"
	PNG  MediaType = "image/png"
	JPEG MediaType = "image/jpeg"
	DOCX MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// extensions are the endings of names; the first one is added to a name without any.
var extensions = map[MediaType][]string{PDF: {".pdf"}, PNG: {".png"}, JPEG: {".jpg", ".jpeg"}, DOCX: {".docx"}}

// IsInline reports whether a page may show the file.
func (t MediaType) IsInline() bool { return t != DOCX }

// Extension returns the ending of names, such as ".pdf".
func (t MediaType) Extension() string { return extensions[t][0] }

// detectType returns the type of a content, or "" for one that is not accepted: SVG, HTML and
// Office files with macros are active.
func detectType(content []byte) MediaType {
	switch {
	case isPDF(content):
		return PDF
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		return JPEG
	case isWordDocument(content):
		return DOCX
	}
	return ""
}

// maxPDFStart is the number of bytes within which readers look for the header of a PDF:
// ISO 32000-1, annex H.3.4.3.
const maxPDFStart = 1024

// isPDF reports whether a content is a PDF, also behind a byte order mark or empty lines.
// Other bytes before its header may make it a page or a program too.
func isPDF(content []byte) bool {
	rest := bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	rest = bytes.TrimLeft(rest[:min(len(rest), maxPDFStart)], " \t\r\n")
	return bytes.HasPrefix(rest, []byte("%PDF-"))
}

// documentPart is the main part of a Word document, whose name its relationships hold:
// Word for the web writes word/document2.xml.
var documentPart = regexp.MustCompile(`^word/document\d*\.xml$`)

// Parts of the directory of a ZIP file.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
const (
	zipStart           = "PK\x03\x04"
	zipDirectoryEntry  = "PK\x01\x02"
	zipDirectoryEnd    = "PK\x05\x06"
	directoryEntrySize = 46
	directoryEndSize   = 22
	maxZIPComment      = 1<<16 - 1
	// maxZIPEntries is more than the parts of a document with many pictures.
	maxZIPEntries = 5000
)

// isWordDocument reports whether a content is a ZIP file with the parts of a Word document and
// without macros. It reads the names in the directory, and unpacks nothing.
func isWordDocument(content []byte) bool {
	if !bytes.HasPrefix(content, []byte(zipStart)) {
		return false
	}
	var types, document bool
	complete := eachZIPName(content, func(name string) bool {
		types = types || name == "[Content_Types].xml"
		document = document || documentPart.MatchString(name)
		return !strings.HasSuffix(strings.ToLower(name), "vbaproject.bin")
	})
	return complete && types && document
}

// eachZIPName calls fn with the names in the directory until fn returns false, and reports
// whether it has read a complete directory of at most maxZIPEntries.
func eachZIPName(content []byte, fn func(name string) bool) bool {
	tail := max(0, len(content)-directoryEndSize-maxZIPComment)
	at := bytes.LastIndex(content[tail:], []byte(zipDirectoryEnd))
	if at < 0 || len(content)-tail-at < directoryEndSize {
		return false
	}
	end := content[tail+at:]
	entries, start := int(binary.LittleEndian.Uint16(end[10:])), int64(binary.LittleEndian.Uint32(end[16:]))
	if entries > maxZIPEntries || start >= int64(len(content)) {
		return false
	}
	directory := content[start:]
	for range entries {
		if len(directory) < directoryEntrySize || !bytes.HasPrefix(directory, []byte(zipDirectoryEntry)) {
			return false
		}
		nameSize := int(binary.LittleEndian.Uint16(directory[28:]))
		size := directoryEntrySize + nameSize + int(binary.LittleEndian.Uint16(directory[30:])) + int(binary.LittleEndian.Uint16(directory[32:]))
		if len(directory) < size || !fn(string(directory[directoryEntrySize:directoryEntrySize+nameSize])) {
			return false
		}
		directory = directory[size:]
	}
	return true
}

// maxName is the number of characters of a name.
const maxName = 150

// cleanName returns the name for display of a file: without folders, invisible characters and
// controls of direction, and with the extension of the type. It is no name in a file system.
func cleanName(name string, t MediaType) string {
	name = validate.CleanLine(path.Base(strings.ReplaceAll(validate.RemoveUnstorable(name), `\`, "/")))
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	stem, extension := name, t.Extension()
	for _, known := range extensions[t] {
		if strings.HasSuffix(strings.ToLower(name), known) {
			stem, extension = name[:len(name)-len(known)], known
			break
		}
	}
	if stem = strings.Trim(stem, " ."); stem == "" {
		stem = Resume
	}
	if limit := maxName - len(extension); utf8.RuneCountInString(stem) > limit {
		stem = strings.TrimRight(string([]rune(stem)[:limit]), " .")
	}
	return stem + extension
}
