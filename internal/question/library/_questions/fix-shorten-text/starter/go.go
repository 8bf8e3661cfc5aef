package main

func shorten(text string, limit int) string {
	if len(text) < limit {
		return text
	}
	return text[:limit] + "…"
}
