package server

import (
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// The envelopes that several resources share. The wire types of a resource
// stand in the file that is named for it.

// reply is an answer with a JSON body, send a request with one.
type (
	reply[T any] = httpapi.Response[T]
	send[T any]  = httpapi.Request[T]
)

// answer wraps a value for huma.
func answer[T any](v T, err error) (*reply[T], error) { return httpapi.NewResponse(v, err) }

// one answers with one object, or with the error.
func one[D, W any](turn func(D) W) func(*D, error) (*reply[W], error) {
	return httpapi.MapResponse(turn)
}

// each turns all of a list; the result is never null.
func each[D, W any](list []D, turn func(D) W) []W { return httpapi.MapSlice(list, turn) }

// set copies what a PATCH has sent.
func set[T any](target, sent *T) { httpapi.SetIfPresent(target, sent) }

// jsonFormat is JSON without NUL, which no database keeps.
var jsonFormat = httpapi.JSONFormat

// none is the input or the output of an operation that has none.
type none struct{}

// ByID addresses one object.
type ByID struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the object"`
}

// sendTo is a request with a JSON body about one object.
type sendTo[T any] struct {
	ByID
	Body T
}

// EditedVersion is the part of a PATCH body that names the version that was
// edited.
type EditedVersion struct {
	Version int `json:"version,omitempty" minimum:"0" doc:"Version that was edited; when another version is stored, the response is 409 and its field current holds the stored object. None: any version"`
}

// List is one page of a list; without nextCursor it is the last one.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"nextCursor,omitempty" doc:"Send it as cursor to get the next page"`
}

// Page asks for a part of a list.
type Page struct {
	Cursor string `query:"cursor" maxLength:"200" doc:"nextCursor of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// Person is a member of the company as others see them.
type Person struct {
	UserID string `json:"userId"`
	Name   string `json:"name"`
	Avatar string `json:"avatar,omitempty"`
}

// Ref names an object of ours.
type Ref struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// listOf makes one page of the API of a page of the domain.
func listOf[D, W any](list []D, next string, turn func(D) W) List[W] {
	return List[W]{Items: each(list, turn), NextCursor: next}
}

func (p Page) domain() interview.Page { return interview.Page{Cursor: p.Cursor, Limit: p.Limit} }

func person(m interview.Member) Person {
	return Person{UserID: m.UserID, Name: m.Name, Avatar: m.Avatar}
}
