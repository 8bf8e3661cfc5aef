package v1

import (
	"context"

	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

func (a *API) findAvailability(ctx context.Context, in *resource.AvailabilityQuery) (*httpapi.Response[resource.Availability], error) {
	lang := httpapi.Language(ctx)
	return httpapi.MapResponse(resource.NewAvailability(lang))(a.Availability.Find(ctx, actorOf(ctx), in.ToDomain(lang)))
}
