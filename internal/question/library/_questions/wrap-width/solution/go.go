package main

import "strings"

func charWidth(r rune) int {
	if r >= 0x2e80 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3 || r >= 0xff00 && r <= 0xff60 {
		return 2
	}
	return 1
}

func wrap_text(text string, width int) []string {
	lines, line, used := []string{}, "", 0
	flush := func() {
		if line != "" {
			lines = append(lines, line)
		}
		line, used = "", 0
	}
	for _, word := range strings.Fields(text) {
		size := 0
		for _, r := range word {
			size += charWidth(r)
		}
		if line != "" && used+1+size <= width {
			line += " " + word
			used += 1 + size
			continue
		}
		flush()
		for _, r := range word {
			if used+charWidth(r) > width {
				flush()
			}
			line += string(r)
			used += charWidth(r)
		}
	}
	flush()
	return lines
}
