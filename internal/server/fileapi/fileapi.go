// Package fileapi has the operations of candidates' files. Routes are in package server.
package fileapi

import (
	"context"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/candidatefile"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// MaxUpload is slightly above the limit of a file, in bytes, so that a file that is too
// large receives the specific error.
const MaxUpload = candidatefile.MaxBytes + 64<<10

// ContentPath is the path of the content of a file.
const ContentPath = "/api/files/{id}/content"

// IsUploadPath reports whether files are uploaded to a path.
func IsUploadPath(path string) bool {
	rest, ok := strings.CutPrefix(path, "/api/candidates/")
	id, ok2 := strings.CutSuffix(rest, "/files")
	return ok && ok2 && !strings.Contains(id, "/")
}

// MediaTypes are the types of contents.
var MediaTypes = []string{string(candidatefile.PDF), string(candidatefile.PNG), string(candidatefile.JPEG), string(candidatefile.DOCX)}

// contentPolicy replaces that of the pages: what a file contains runs no script, loads
// nothing and has an origin of its own.
const contentPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

// CandidateFile is a file of a candidate.
type CandidateFile struct {
	ID          string          `json:"id"`
	CandidateID string          `json:"candidateId"`
	Kind        string          `json:"kind" enum:"resume"`
	Name        string          `json:"name" doc:"As uploaded, with the extension of its type"`
	MediaType   string          `json:"mediaType" enum:"application/pdf,image/png,image/jpeg,application/vnd.openxmlformats-officedocument.wordprocessingml.document" doc:"By the content"`
	Size        int64           `json:"size" doc:"Bytes"`
	CreatedAt   time.Time       `json:"createdAt"`
	CreatedBy   resource.Person `json:"createdBy"`
	CanDelete   bool            `json:"canDelete" doc:"Whether the caller may delete it"`
}

func mapFile(canDelete bool) func(candidatefile.File) CandidateFile {
	return func(f candidatefile.File) CandidateFile {
		return CandidateFile{
			ID: f.ID, CandidateID: f.CandidateID, Kind: f.Kind, Name: f.Name, MediaType: string(f.MediaType), Size: f.Size,
			CreatedAt: f.CreatedAt, CreatedBy: resource.NewPerson(f.By), CanDelete: canDelete,
		}
	}
}

// Handlers are the operations of candidates' files.
type Handlers struct {
	Files  *candidatefile.Service
	Logger *slog.Logger
}

// ListFiles lists the files of a candidate.
func (h Handlers) ListFiles(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.List[CandidateFile]], error) {
	a := caller.Actor(ctx)
	list, err := h.Files.List(ctx, a, in.ID)
	return httpapi.NewResponse(resource.NewList(list, "", mapFile(a.May(actor.EditFiles))), err)
}

type uploadInput struct {
	httpapi.ByID

	Name    string `query:"name" doc:"Name of the file"`
	RawBody []byte `contentType:"application/octet-stream"`
}

// UploadFile stores a file of a candidate.
func (h Handlers) UploadFile(ctx context.Context, in *uploadInput) (*httpapi.Response[CandidateFile], error) {
	f, err := h.Files.Upload(ctx, caller.Actor(ctx), in.ID, in.Name, in.RawBody)
	if err != nil {
		return nil, err
	}
	return httpapi.NewResponse(mapFile(true)(*f), nil)
}

type readInput struct {
	httpapi.ByID

	Inline bool `query:"inline" doc:"To be shown in a page: a PDF and a picture are not an attachment then"`
}

// ReadFile streams the content of a file.
func (h Handlers) ReadFile(ctx context.Context, in *readInput) (*huma.StreamResponse, error) {
	f, content, err := h.Files.Open(ctx, caller.Actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer func() { _ = content.Close() }()
		r, w := humago.Unwrap(c)
		w.Header().Set("Content-Security-Policy", contentPolicy)
		w.Header().Set("Content-Disposition", disposition(f, in.Inline))
		httpapi.StreamFile(w, r, h.Logger, string(f.MediaType), f.Size, func(_ context.Context, w io.Writer) error {
			_, err := io.Copy(w, content)
			return err
		})
	}}, nil
}

func disposition(f *candidatefile.File, inline bool) string {
	kind := "attachment"
	if inline && f.MediaType.IsInline() {
		kind = "inline"
	}
	return kind + `; filename="` + f.Kind + f.MediaType.Extension() + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(f.Name), "+", "%20")
}

// DeleteFile deletes a file.
func (h Handlers) DeleteFile(ctx context.Context, in *httpapi.ByID) (*httpapi.Empty, error) {
	return &httpapi.Empty{}, h.Files.Delete(ctx, caller.Actor(ctx), in.ID)
}
