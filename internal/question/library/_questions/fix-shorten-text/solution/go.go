package main

func shorten(text string, limit int) string {
	runes := []rune(text)
	switch {
	case len(runes) <= limit:
		return text
	case limit <= 0:
		return ""
	}
	return string(runes[:limit-1]) + "…"
}
