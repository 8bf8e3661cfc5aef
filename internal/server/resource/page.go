// Package resource has the JSON types of the objects that both JSON APIs serve,
// with their limits and documentation, and their mapping from and to the domain.
// It registers no routes and checks no permissions: each API maps what its guard
// allows, and embeds a type of this package where it has further fields.
package resource

import (
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// List is one page of a list; without nextCursor it is the last one.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"nextCursor,omitempty" doc:"Cursor of the next page; absent on the last page"`
}

// NewList maps one page of domain objects to a page of the API.
func NewList[D, T any](list []D, next string, toResource func(D) T) List[T] {
	return List[T]{Items: httpapi.MapSlice(list, toResource), NextCursor: next}
}

// Page holds the pagination parameters of a list.
type Page struct {
	Cursor string `query:"cursor" maxLength:"200" doc:"nextCursor of the previous page; omitted: the first page"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Maximum number of objects"`
}

// ToDomain returns the page of the domain.
func (p Page) ToDomain() pagination.Page { return pagination.Page{Cursor: p.Cursor, Limit: p.Limit} }

// EditedVersion is the part of a PATCH body that names the version that was
// edited.
type EditedVersion struct {
	Version int `json:"version,omitempty" minimum:"0" doc:"Version that was edited; when another version is stored, the response is 409 and its field current holds the stored object. Omitted: any version"`
}

// BaseVersion returns the version that was edited, 0 for any.
func (v EditedVersion) BaseVersion() int { return v.Version }

// Ref is the id and title of a related object.
type Ref struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func newQuestionRef(q question.Question) Ref { return Ref{ID: q.ID, Title: q.Title} }

// NewQuestionRefs maps questions to their ids and titles.
func NewQuestionRefs(list []question.Question) []Ref { return httpapi.MapSlice(list, newQuestionRef) }

// nonNilSlice copies a list. The result is never nil, so that it is encoded as [].
func nonNilSlice[T any](list []T) []T { return append([]T{}, list...) }
