package main

import "strings"

func clean_tags(tags []string) []string {
	seen := map[string]bool{}
	cleaned := []string{}
	for _, tag := range tags {
		tag = strings.Join(strings.Fields(tag), " ")
		key := strings.ToLower(tag)
		if tag != "" && !seen[key] {
			seen[key] = true
			cleaned = append(cleaned, tag)
		}
	}
	return cleaned
}
