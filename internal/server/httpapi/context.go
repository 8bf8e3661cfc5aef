// Package httpapi is what the JSON APIs share: how a request is known in the log,
// how an error becomes a problem in the reader's language, how JSON is read,
// and how much one visitor may ask for. It registers no route and knows no
// feature.
package httpapi

import (
	"context"

	"github.com/huimian/huimian/internal/i18n"
)

type contextKey int

const (
	keyRequestID contextKey = iota
	keyLanguage
)

// WithRequestID numbers the request, for the log and for problems.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, keyRequestID, id)
}

// RequestID returns the number of the request.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(keyRequestID).(string)
	return id
}

// WithLanguage sets the language of whoever asks.
func WithLanguage(ctx context.Context, language string) context.Context {
	return context.WithValue(ctx, keyLanguage, language)
}

// Language returns the language of whoever asks.
func Language(ctx context.Context) string {
	if lang, ok := ctx.Value(keyLanguage).(string); ok {
		return lang
	}
	return i18n.DefaultLanguage
}
