// Package httpapi has what the JSON APIs share: request ids, problem details in
// the client's language, JSON decoding and rate limits. It registers no routes
// and is independent of the features.
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

// WithRequestID sets the request id, which is logged and returned in problems.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, keyRequestID, id)
}

// RequestID returns the request id.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(keyRequestID).(string)
	return id
}

// WithLanguage sets the language of the client.
func WithLanguage(ctx context.Context, language string) context.Context {
	return context.WithValue(ctx, keyLanguage, language)
}

// Language returns the language of the client, or i18n.DefaultLanguage.
func Language(ctx context.Context) string {
	if lang, ok := ctx.Value(keyLanguage).(string); ok {
		return lang
	}
	return i18n.DefaultLanguage
}
