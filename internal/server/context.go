package server

import (
	"context"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/server/httpapi"
)

type contextKey int

const keyProfile contextKey = iota

// requestID returns the number of the request, for the log and for problems.
func requestID(ctx context.Context) string { return httpapi.RequestID(ctx) }

// languageOf returns the language of whoever asks.
func languageOf(ctx context.Context) string { return httpapi.Language(ctx) }

// profileOf returns the member who asks. It is there in every operation that
// needs a session.
func profileOf(ctx context.Context) account.Profile {
	p, _ := ctx.Value(keyProfile).(account.Profile)
	return p
}

// actorOf returns the member who asks, as the domain knows people.
func actorOf(ctx context.Context) actor.Actor { return profileOf(ctx).Actor() }

// withProfile puts the member who asks and their language into the context.
func withProfile(ctx context.Context, p account.Profile) context.Context {
	ctx = context.WithValue(ctx, keyProfile, p)
	if i18n.IsSupported(p.Language) {
		ctx = httpapi.WithLanguage(ctx, p.Language)
	}
	return ctx
}
