package v1

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// versionedResponse is a response with one object and its version.
type versionedResponse[T any] struct {
	ETag string `header:"ETag" doc:"Version in quotation marks; send it as If-Match to change this version only"`
	Body T
}

// editRequest is a PATCH of one object. P is its body, which may name the version too.
type editRequest[P interface{ BaseVersion() int }] struct {
	httpapi.ByID
	IfMatch string `header:"If-Match" maxLength:"32" doc:"ETag of the version that was edited. When another version is stored, the response is 412 and its field current holds the stored object" example:"\"3\""`
	Body    P
}

// expectedVersion returns the version of If-Match or the body, 0 for neither.
func (in *editRequest[P]) expectedVersion() (int, error) {
	inBody := in.Body.BaseVersion()
	if in.IfMatch == "" || in.IfMatch == "*" {
		return inBody, nil
	}
	n, err := strconv.Atoi(strings.Trim(in.IfMatch, `"`))
	if err != nil || n < 1 || strconv.Quote(strconv.Itoa(n)) != in.IfMatch {
		return 0, apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("If-Match", "api.bad_if_match")})
	}
	if inBody != 0 && inBody != n {
		return 0, apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("version", "api.not_both", "Names", "If-Match, version")})
	}
	return n, nil
}

func formatETag(version int) string { return strconv.Quote(strconv.Itoa(version)) }

// respond maps one domain object to a response with its ETag.
func respond[D, T any](version func(*D) int, toResource func(D) T) func(*D, error) (*versionedResponse[T], error) {
	return func(d *D, err error) (*versionedResponse[T], error) {
		r, err := httpapi.MapResponse(toResource)(d, err)
		if err != nil {
			return nil, err
		}
		return &versionedResponse[T]{ETag: formatETag(version(d)), Body: r.Body}, nil
	}
}

// respondToEdit is like respond for the result of an edit: a version that differs
// from If-Match is 412 Precondition Failed, one that differs from the body's is
// 409 Conflict.
func respondToEdit[P interface{ BaseVersion() int }, D, T any](
	ctx context.Context, a *API, in *editRequest[P], version func(*D) int, toResource func(D) T,
) func(*D, error) (*versionedResponse[T], error) {
	return func(d *D, err error) (*versionedResponse[T], error) {
		out, err := respond(version, toResource)(d, err)
		if err == nil {
			return out, nil
		}
		p := httpapi.NewProblem(ctx, a.Logger, err)
		if in.IfMatch != "" && in.IfMatch != "*" && strings.HasSuffix(p.Code, ".changed_meanwhile") {
			p.Status = http.StatusPreconditionFailed
			p.Title = http.StatusText(p.Status)
		}
		return nil, p
	}
}
