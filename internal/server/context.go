package server

import (
	"context"

	"github.com/huimian/huimian/internal/text"
)

type contextKey int

const (
	keyRequestID contextKey = iota
	keyLanguage
	keyActor
)

// requestID returns the number of the request, for the log and for problems.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(keyRequestID).(string)
	return id
}

// languageOf returns the language of whoever asks.
func languageOf(ctx context.Context) string {
	if lang, ok := ctx.Value(keyLanguage).(string); ok {
		return lang
	}
	return text.Default
}
