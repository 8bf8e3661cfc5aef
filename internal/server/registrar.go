package server

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/server/fileapi"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/integration"
	v1 "github.com/huimian/huimian/internal/server/v1"
)

const (
	uploadTimeout = 2 * time.Minute // for slow connections
	batchTimeout  = 5 * time.Minute // for the rows of the largest file on a busy database

	importPath = "/api/imports"

	questionExportPath  = "/api/questions/export"
	questionImportPath  = "/api/questions/import"
	questionPreviewPath = questionImportPath + "/preview"
)

// uploadPaths are the paths of files, in larger bodies.
var uploadPaths = []string{importPath, questionImportPath, questionPreviewPath, v1.Prefix + v1.QuestionImportPath}

// registrar registers operations with common access rules and limits.
type registrar struct {
	api    huma.API
	logger *slog.Logger
	guard  huma.Middlewares // nil: without a session
	upload int64            // largest body of a file upload, which has more time to read it; 0: no upload
	act    actor.Act        // of an upload: required before the body is read
	// timeout limits an operation; zero is httpapi.OperationTimeout.
	timeout time.Duration
}

// forUploads returns a registrar of file uploads with bodies of at most limit bytes, which
// require an act beside the same access rules.
func (r registrar) forUploads(limit int64, act actor.Act) registrar {
	r.upload, r.act = limit, act
	return r
}

// maxBodyOf returns the largest body of a request to a path in bytes.
func maxBodyOf(path string) int64 {
	switch {
	case slices.Contains(uploadPaths, path):
		return integration.MaxUpload
	case fileapi.IsUploadPath(path):
		return fileapi.MaxUpload
	}
	return maxBody
}

// forBatches returns a registrar of operations that create many objects in one
// transaction, with the same access rules.
func (r registrar) forBatches() registrar {
	r.timeout = batchTimeout
	return r
}

// register adds one operation. The route is "METHOD /path"; the status is 200
// unless another is given.
func register[I, O any](r registrar, route, id, summary string, handle func(context.Context, *I) (*O, error), status ...int) {
	method, path, _ := strings.Cut(route, " ")
	o := huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tagForPath(path)}, Middlewares: huma.Middlewares{noStore},
	}
	if len(status) > 0 {
		o.DefaultStatus = status[0]
	}
	if r.upload > 0 {
		o.MaxBodyBytes, o.BodyReadTimeout = r.upload, uploadTimeout
	}
	if r.guard != nil {
		o.Security = []map[string][]string{{"session": {}}}
		o.Middlewares = append(o.Middlewares, r.guard...)
	}
	if r.upload > 0 {
		o.Middlewares = append(o.Middlewares, r.requireAct(r.act))
	}
	huma.Register(r.api, o, httpapi.NewOperation(r.logger, cmp.Or(r.timeout, httpapi.OperationTimeout), handle))
}

// describeFile documents the response of GET path as a file of one of the media types,
// which huma cannot express.
func describeFile(api huma.API, path string, mediaTypes ...string) {
	ok := api.OpenAPI().Paths[path].Get.Responses["200"]
	ok.Content = map[string]*huma.MediaType{}
	for _, mediaType := range mediaTypes {
		ok.Content[mediaType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
}

// tagForPath returns the resource of a path: the segment after /api/.
func tagForPath(path string) string {
	parts := strings.Split(path, "/")
	return parts[2]
}

// newAPI returns the JSON API on the mux. huma's documentation page, which loads
// from a CDN, and its schema links are disabled.
func newAPI(mux humago.Mux) huma.API {
	httpapi.ConfigureHuma()
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	return humago.New(mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Huimian", Version: "1",
				Description: "Technical interviews inside WeCom. Times are RFC 3339 in UTC, ids are strings, errors are problem details (RFC 9457).",
			},
			Components: &huma.Components{
				Schemas: registry,
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "Set by signing in through WeCom; with the prefix __Host- where the public URL is https"},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": httpapi.JSONFormat, "json": httpapi.JSONFormat},
		DefaultFormat: "application/json",
	})
}

// The names of the cookies: a member's session, which package account sets, and the
// candidate's, which ends in the interview's id.
const (
	sessionCookie   = "huimian_session"
	candidateCookie = "huimian_candidate_"
)
