// Package caller holds the signed-in member of a request in its context.
package caller

import (
	"context"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/server/httpapi"
)

type contextKey int

const keyProfile contextKey = iota

// Profile returns the signed-in member. It is set in every operation that requires a
// session.
func Profile(ctx context.Context) account.Profile {
	p, _ := ctx.Value(keyProfile).(account.Profile)
	return p
}

// Actor returns the signed-in member as an actor of the domain.
func Actor(ctx context.Context) actor.Actor { return Profile(ctx).Actor() }

// WithProfile adds the signed-in member and their language to the context.
func WithProfile(ctx context.Context, p account.Profile) context.Context {
	ctx = context.WithValue(ctx, keyProfile, p)
	if i18n.IsSupported(p.Language) {
		ctx = httpapi.WithLanguage(ctx, p.Language)
	}
	return ctx
}
