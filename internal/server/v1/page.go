package v1

import (
	"strings"

	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// empty is the input of an operation without one.
type empty struct{}

// ByID is the path parameter of one object.
type ByID struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the object" example:"01920f4a-7c3e-7c11-b2b0-2f1f4f6d9a10"`
}

// jsonRequestByID is a request with a JSON body about one object.
type jsonRequestByID[T any] struct {
	ByID
	Body T
}

// List is one page of a list; without nextCursor it is the last one.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"nextCursor,omitempty" doc:"Cursor of the next page; absent on the last page"`
}

// Page holds the pagination parameters of a list.
type Page struct {
	Cursor string `query:"cursor" maxLength:"200" doc:"nextCursor of the previous page; omitted: the first page"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Maximum number of objects"`
}

func (p Page) toDomain() interview.Page { return interview.Page{Cursor: p.Cursor, Limit: p.Limit} }

// toList maps one page of domain objects to a page of the API.
func toList[D, W any](list []D, next string, turn func(D) W) List[W] {
	return List[W]{Items: httpapi.MapSlice(list, turn), NextCursor: next}
}

// Ref is the id and title of a related object.
type Ref struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Person is a member of the company.
type Person struct {
	UserID string `json:"userId" example:"LinYue"`
	Name   string `json:"name" example:"林悦"`
}

func toPerson(m interview.Member) Person { return Person{UserID: m.UserID, Name: m.Name} }

// createdResponse is a response with a new object.
type createdResponse[T any] struct {
	Location string `header:"Location" doc:"URL path of the new object"`
	Body     T
}

// respondCreated responds with a new object and its Location.
func respondCreated[D, W any](path string, id func(*D) string, turn func(D) W) func(*D, error) (*createdResponse[W], error) {
	return func(d *D, err error) (*createdResponse[W], error) {
		if err != nil {
			return nil, err
		}
		return &createdResponse[W]{Location: Prefix + path + "/" + id(d), Body: turn(*d)}, nil
	}
}

func hasParameter(path string) bool { return strings.Contains(path, "{") }
