package v1

import (
	"strings"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// none is the input of an operation that has none.
type none struct{}

// ByID addresses one object.
type ByID struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the object" example:"01920f4a-7c3e-7c11-b2b0-2f1f4f6d9a10"`
}

// sendTo is a request with a JSON body about one object.
type sendTo[T any] struct {
	ByID
	Body T
}

// List is one page of a list; without nextCursor it is the last one.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"nextCursor,omitempty" doc:"Send it as cursor to get the next page; absent on the last one"`
}

// Page asks for a part of a list.
type Page struct {
	Cursor string `query:"cursor" maxLength:"200" doc:"nextCursor of the page before; none for the first page"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many objects at most"`
}

func (p Page) domain() interview.Page { return interview.Page{Cursor: p.Cursor, Limit: p.Limit} }

// listOf makes one page of the API of a page of the domain.
func listOf[D, W any](list []D, next string, turn func(D) W) List[W] {
	return List[W]{Items: httpapi.MapSlice(list, turn), NextCursor: next}
}

// Ref names an object.
type Ref struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Person is a member of the company.
type Person struct {
	UserID string `json:"userId" example:"LinYue"`
	Name   string `json:"name" example:"林悦"`
}

func person(m interview.Member) Person { return Person{UserID: m.UserID, Name: m.Name} }

// created is the answer to what makes an object.
type created[T any] struct {
	Location string `header:"Location" doc:"Address of the new object"`
	Body     T
}

// createdAt answers with a new object and where it is.
func createdAt[D, W any](path string, id func(*D) string, turn func(D) W) func(*D, error) (*created[W], error) {
	return func(d *D, err error) (*created[W], error) {
		if err != nil {
			return nil, err
		}
		return &created[W]{Location: Prefix + path + "/" + id(d), Body: turn(*d)}, nil
	}
}

func hasParameter(path string) bool { return strings.Contains(path, "{") }
