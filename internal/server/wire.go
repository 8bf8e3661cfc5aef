package server

import (
	"bytes"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"github.com/huimian/huimian/internal/interview"
)

// The envelopes that several resources share. The wire types of a resource
// stand in the file that is named for it.

// reply is an answer with a JSON body.
type reply[T any] struct {
	Body T
}

// answer wraps a value for huma.
func answer[T any](v T, err error) (*reply[T], error) {
	if err != nil {
		return nil, err
	}
	return &reply[T]{Body: v}, nil
}

// none is the input or the output of an operation that has none.
type none struct{}

// ByID addresses one object.
type ByID struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the object"`
}

// send is a request with a JSON body.
type send[T any] struct {
	Body T
}

// sendTo is a request with a JSON body about one object.
type sendTo[T any] struct {
	ByID
	Body T
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
func listOf[D, W any](list []D, next string, wire func(D) W) List[W] {
	return List[W]{Items: each(list, wire), NextCursor: next}
}

// each turns all of a list; the result is never null.
func each[D, W any](list []D, wire func(D) W) []W {
	out := make([]W, 0, len(list))
	for _, d := range list {
		out = append(out, wire(d))
	}
	return out
}

// set copies what a PATCH has sent.
func set[T any](target, sent *T) {
	if sent != nil {
		*target = *sent
	}
}

func (p Page) domain() interview.Page { return interview.Page{Cursor: p.Cursor, Limit: p.Limit} }

func person(m interview.Member) Person {
	return Person{UserID: m.UserID, Name: m.Name, Avatar: m.Avatar}
}

// one answers with one object, or with the error.
func one[D, W any](wire func(D) W) func(*D, error) (*reply[W], error) {
	return func(d *D, err error) (*reply[W], error) {
		if err != nil {
			return nil, err
		}
		return &reply[W]{Body: wire(*d)}, nil
	}
}

// jsonFormat is JSON without NUL, which no database keeps: a text that was
// pasted with one is taken without it, and an id with one is an id of nothing.
var jsonFormat = huma.Format{
	Marshal:   huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error { return json.Unmarshal(withoutNUL(data), v) },
}

// withoutNUL takes NUL, which JSON can only write as an escape, out of it.
func withoutNUL(data []byte) []byte {
	nul := []byte(`\u0000`)
	if !bytes.Contains(data, nul) {
		return data
	}
	out := make([]byte, 0, len(data))
	for len(data) > 0 {
		n := 1
		switch {
		case bytes.HasPrefix(data, nul):
			data = data[len(nul):]
			continue
		case data[0] == '\\' && len(data) > 1: // an escaped backslash begins no escape
			n = 2
		}
		out, data = append(out, data[:n]...), data[n:]
	}
	return out
}
