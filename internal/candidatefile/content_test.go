package candidatefile

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// zipOf returns a ZIP file with entries of these names.
func zipOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		part, err := w.Create(name)
		if err == nil {
			_, err = part.Write(make([]byte, 1<<20)) // a bomb in little: nothing of it is unpacked
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDetectType(t *testing.T) {
	word := zipOf(t, "[Content_Types].xml", "_rels/.rels", "word/document.xml")
	names := make([]string, maxZIPEntries)
	for n := range names {
		names[n] = strings.Repeat("x", n%7)
	}
	many := zipNames(t, slices.Concat(names, []string{"[Content_Types].xml", "word/document.xml"}))
	for name, one := range map[string]struct {
		content string
		want    MediaType
	}{
		"PDF":                       {"%PDF-1.7\n", PDF},
		"PDF and HTML":              {"%PDF-1.7\n<script>alert(1)</script>", PDF}, // the type and the sandbox keep it from running
		"PNG":                       {"\x89PNG\r\n\x1a\n....", PNG},
		"JPEG":                      {"\xff\xd8\xff\xe0....", JPEG},
		"DOCX":                      {string(word), DOCX},
		"DOCX with a comment":       {string(word[:len(word)-2]) + "\x03\x00abc", DOCX},
		"HTML":                      {"<!doctype html><script>alert(1)</script>", ""},
		"PDF after a BOM":           {"\xef\xbb\xbf%PDF-1.7\n", PDF},
		"PDF after an empty line":   {"\r\n%PDF-1.7\n", PDF},
		"PDF after a long gap":      {strings.Repeat(" ", 1100) + "%PDF-1.7\n", ""},
		"HTML before PDF":           {"<html>%PDF-1.7", ""},
		"SVG":                       {`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, ""},
		"XML":                       {`<?xml version="1.0"?><svg/>`, ""},
		"GIF and JavaScript":        {"GIF89a=1;alert(1)", ""},
		"program":                   {"MZ\x90\x00", ""},
		"old Word":                  {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ""},
		"other ZIP":                 {string(zipOf(t, "a.txt")), ""},
		"spreadsheet":               {string(zipOf(t, "[Content_Types].xml", "xl/workbook.xml")), ""},
		"Word for the web":          {string(zipOf(t, "[Content_Types].xml", "_rels/.rels", "word/document2.xml")), DOCX},
		"Word with macros":          {string(zipOf(t, "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")), ""},
		"truncated DOCX":            {string(word[:len(word)/2]), ""},
		"directory beyond the end":  {string(word[:len(word)-6]) + "\xff\xff\xff\x7f\x00\x00", ""},
		"name beyond the end":       {corrupted(word, 28, 0xff), ""},
		"other directory":           {corrupted(word, 0, 'X'), ""},
		"ZIP with too many entries": {string(many), ""},
		"ZIP start alone":           {zipStart, ""},
		"end of a directory alone":  {zipStart + zipDirectoryEnd, ""},
		"empty":                     {"", ""},
	} {
		if got := detectType([]byte(one.content)); got != one.want {
			t.Errorf("%s: %q, want %q", name, got, one.want)
		}
	}
}

// zipNames is like zipOf with empty entries.
func zipNames(t *testing.T, names []string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// corrupted returns a ZIP file with another byte in the first entry of its directory.
func corrupted(content []byte, offset int, value byte) string {
	out := bytes.Clone(content)
	out[bytes.Index(out, []byte(zipDirectoryEntry))+offset] = value
	return string(out)
}

func FuzzDetectType(f *testing.F) {
	f.Add([]byte(zipStart + zipDirectoryEntry + strings.Repeat("\x01", 60) + zipDirectoryEnd + strings.Repeat("\x00", 20)))
	f.Fuzz(func(_ *testing.T, content []byte) { detectType(content) }) // it does not panic
}

func TestCleanName(t *testing.T) {
	for name, want := range map[string]string{
		"陈晨 简历.pdf":                       "陈晨 简历.pdf",
		"CV.PDF":                          "CV.pdf",
		"cv":                              "cv.pdf",
		"page.html":                       "page.html.pdf",
		"../../etc/passwd":                "passwd.pdf",
		`C:\Users\chen\cv.pdf`:            "cv.pdf",
		"cv\u202efdp.exe":                 "cvfdp.exe.pdf",
		"a\x00b\r\nc\".pdf":               "ab c_.pdf",
		"a:b*c?.pdf":                      "a_b_c_.pdf",
		"":                                "resume.pdf",
		".pdf":                            "resume.pdf",
		"..":                              "resume.pdf",
		" \u200b\u2066 ":                  "resume.pdf",
		strings.Repeat("长", 300) + ".pdf": strings.Repeat("长", maxName-4) + ".pdf",
		"\xff\xfe.pdf":                    "resume.pdf",
	} {
		got := cleanName(name, PDF)
		if got != want || !utf8.ValidString(got) {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := cleanName("photo.JPEG", JPEG); got != "photo.jpeg" {
		t.Error(got)
	}
	if got := cleanName("cv.pdf", DOCX); got != "cv.pdf.docx" {
		t.Error(got)
	}
}
