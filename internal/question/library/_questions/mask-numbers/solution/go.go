package main

import (
	"regexp"
	"strings"
)

func mask_numbers(line string) string {
	return regexp.MustCompile(`[0-9]{11,}`).ReplaceAllStringFunc(line, func(digits string) string {
		return digits[:3] + strings.Repeat("*", len(digits)-7) + digits[len(digits)-4:]
	})
}
