package server

import (
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Envelopes shared by several resources. The wire types of a resource are in
// the file named for it.

// jsonResponse is a response with a JSON body, jsonRequest a request with one.
type (
	jsonResponse[T any] = httpapi.Response[T]
	jsonRequest[T any]  = httpapi.Request[T]
)

// respond wraps a value as huma's response body.
func respond[T any](v T, err error) (*jsonResponse[T], error) { return httpapi.NewResponse(v, err) }

// respondWith maps one domain object to a response, or passes its error on.
func respondWith[D, W any](turn func(D) W) func(*D, error) (*jsonResponse[W], error) {
	return httpapi.MapResponse(turn)
}

// mapSlice maps every element; the result is never nil, so JSON has [] and not null.
func mapSlice[D, W any](list []D, turn func(D) W) []W { return httpapi.MapSlice(list, turn) }

// setIfPresent copies a field that a PATCH body contains.
func setIfPresent[T any](target, sent *T) { httpapi.SetIfPresent(target, sent) }

// jsonFormat is JSON without NUL, which PostgreSQL cannot store in text.
var jsonFormat = httpapi.JSONFormat

// empty is the input or output of an operation without one.
type empty struct{}

// ByID is the path parameter of one object.
type ByID struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the object"`
}

// jsonRequestByID is a request with a JSON body about one object.
type jsonRequestByID[T any] struct {
	ByID
	Body T
}

// EditedVersion is the part of a PATCH body that names the version that was
// edited.
type EditedVersion struct {
	Version int `json:"version,omitempty" minimum:"0" doc:"Version that was edited; when another version is stored, the response is 409 and its field current holds the stored object. Omitted: any version"`
}

// List is one page of a list; without nextCursor it is the last one.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"nextCursor,omitempty" doc:"Cursor of the next page; absent on the last page"`
}

// Page holds the pagination parameters of a list.
type Page struct {
	Cursor string `query:"cursor" maxLength:"200" doc:"nextCursor of the previous page"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// Person is the public part of a member: id, name and picture.
type Person struct {
	UserID string `json:"userId"`
	Name   string `json:"name"`
	Avatar string `json:"avatar,omitempty"`
}

// Ref is the id and title of a related object.
type Ref struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// toList maps one page of domain objects to a page of the API.
func toList[D, W any](list []D, next string, turn func(D) W) List[W] {
	return List[W]{Items: mapSlice(list, turn), NextCursor: next}
}

func (p Page) toDomain() interview.Page { return interview.Page{Cursor: p.Cursor, Limit: p.Limit} }

func toPerson(m interview.Member) Person {
	return Person{UserID: m.UserID, Name: m.Name, Avatar: m.Avatar}
}
