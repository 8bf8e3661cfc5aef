package interview

import (
	"context"

	"github.com/huimian/huimian/internal/apperr"
)

// RoomProvider makes the rooms of one kind: it knows where people meet and how
// they get in, and nothing of who may. Our own rooms and links need nobody's
// help; the others are made by a job that goes on trying.
type RoomProvider interface {
	// Available says why the company can have no new room of this kind now; nil
	// when it can. It calls nobody.
	Available(ctx context.Context, corpID string) (*RoomFailure, error)
	// Check says what about a plan such rooms cannot meet, by field of the API.
	// It calls nobody.
	Check(p *Plan) []apperr.Field
	// Remote says whether Provide calls somebody else, and so runs in a job.
	Remote() bool
	// Provide makes the room as the order has it, or changes one that exists. It
	// may be repeated with the same order and then leaves one room. A fault says
	// why there is none; one that is Unavailable may pass by itself.
	Provide(ctx context.Context, o RoomOrder) (RoomWays, error)
	// Remove deletes a room that nobody needs any more; one that is not there is
	// no error.
	Remove(ctx context.Context, o RoomOrder) error
}

// RoomOrder is what a room is made from.
type RoomOrder struct {
	RoomID     string // ours; another one when the interview comes back to the kind
	CorpID     string
	ExternalID string // the provider's, once it is known
	Tried      bool   // an earlier attempt may have made it
	Interview  *Interview
	Ways       RoomWays // as they are, or as people have entered them
}

// RoomWays are the ways into a room. They let in whoever has them.
type RoomWays struct {
	ExternalID  string            `json:"-"`
	Candidate   string            `json:"candidate,omitempty"`
	Interviewer string            `json:"interviewer,omitempty"` // for whoever has no own
	Personal    map[string]string `json:"personal,omitempty"`    // by user id
}

func (w RoomWays) empty() bool {
	return w.Candidate == "" && w.Interviewer == "" && len(w.Personal) == 0
}

// RoomFailure is why there is no room: a sentence for a person.
type RoomFailure struct {
	Code   string         `json:"code"` // text id
	Params map[string]any `json:"params,omitempty"`
}

// RoomAddress is an interviewer's own address of a room behind a link.
type RoomAddress struct {
	UserID string
	URL    string
}

// roomProvider returns who makes rooms of this kind; nil when nobody does.
func (s *Service) roomProvider(kind RoomKind) RoomProvider {
	switch kind {
	case BuiltinRoom:
		return builtinRooms{}
	case LinkRoom:
		return linkRooms{}
	default:
		return s.Rooms[kind]
	}
}

// builtinRooms are our own: package room opens one when the first person comes.
type builtinRooms struct{}

func (builtinRooms) Available(context.Context, string) (*RoomFailure, error) { return nil, nil } //nolint:nilnil // nothing is the matter
func (builtinRooms) Check(*Plan) []apperr.Field                              { return nil }
func (builtinRooms) Remote() bool                                            { return false }
func (builtinRooms) Provide(context.Context, RoomOrder) (RoomWays, error)    { return RoomWays{}, nil }
func (builtinRooms) Remove(context.Context, RoomOrder) error                 { return nil }

// linkRooms are anywhere behind https: a recruiter enters the address.
type linkRooms struct{ builtinRooms }

// Check looks at the address that everybody uses, and at interviewers' own.
func (linkRooms) Check(p *Plan) []apperr.Field {
	var c inputErrors
	if p.RoomURL == "" {
		c.add("room.url", "interview.link_missing")
	} else {
		c.checkLink("room.url", p.RoomURL)
	}
	for n, a := range p.RoomAddresses {
		c.checkLink(indexedPath("room.addresses[%d].url", n), a.URL)
	}
	return c.fields
}

// Provide keeps what was entered.
func (linkRooms) Provide(_ context.Context, o RoomOrder) (RoomWays, error) { return o.Ways, nil }

// checkLink checks an https address of a length that every browser takes.
func (c *inputErrors) checkLink(path, value string) {
	c.checkHTTPS(path, value)
	if len(value) > maxLink {
		c.add(path, "field.too_long", "Limit", maxLink)
	}
}

const maxLink = 2000
