package resource

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/huimian/huimian/internal/interview"
)

// RoomKind is a kind of room. Its values in an OpenAPI document are the kinds of
// the registry that WithRoomKinds was given.
type RoomKind string

// DefaultRoomKind is a kind of room that may be a company's default.
type DefaultRoomKind string

// The names under which WithRoomKinds passes the values to Schema.
const (
	roomKindSchema        = "RoomKind"
	defaultRoomKindSchema = "DefaultRoomKind"
)

// Schema returns an enumeration of the kinds.
func (RoomKind) Schema(r huma.Registry) *huma.Schema { return copyEnum(r, roomKindSchema) }

// Schema returns an enumeration of the kinds.
func (DefaultRoomKind) Schema(r huma.Registry) *huma.Schema {
	return copyEnum(r, defaultRoomKindSchema)
}

// WithRoomKinds calls register, which registers operations with the schema
// registry, and gives RoomKind and DefaultRoomKind the values of rooms.
func WithRoomKinds(schemas huma.Registry, rooms interview.RoomRegistry, register func()) {
	m := schemas.Map()
	m[roomKindSchema], m[defaultRoomKindSchema] = newEnum(rooms.Kinds()), newEnum(rooms.DefaultKinds())
	register()
	delete(m, roomKindSchema) // the enumerations are inline
	delete(m, defaultRoomKindSchema)
}

func newEnum(kinds []interview.RoomKind) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, kind := range kinds {
		s.Enum = append(s.Enum, string(kind))
	}
	return s
}

// copyEnum returns a copy, to which huma adds the field's description.
func copyEnum(r huma.Registry, name string) *huma.Schema {
	s := r.Map()[name]
	if s == nil {
		panic("resource: " + name + " is registered outside WithRoomKinds")
	}
	return &huma.Schema{Type: s.Type, Enum: s.Enum}
}
