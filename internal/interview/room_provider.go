package interview

import (
	"context"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/validate"
)

// RoomProvider creates rooms of one kind. It returns join URLs and does not
// check permissions. Built-in rooms and links exist at once; other kinds are created
// by a job with retries.
type RoomProvider interface {
	// Kind is the kind of its rooms, as stored and as named in the APIs.
	Kind() RoomKind
	// CanBeDefault reports whether a company may make this kind its default: an
	// interview needs no further input for it.
	CanBeDefault() bool
	// MayJoinAsInterviewer reports whether a member who may see the interview may
	// join its room at the URL for interviewers.
	MayJoinAsInterviewer(i *Interview, userID string) bool
	// FollowsCandidate reports whether a room contains the candidate's name, so
	// that a changed name requires another Provide.
	FollowsCandidate() bool
	// Available returns the reason why the company can have no new room of this
	// kind now; nil when it can. It makes no request to another system.
	Available(ctx context.Context, corpID string) (*apperr.Reason, error)
	// Check returns the errors of a plan that such rooms cannot satisfy, by
	// field of the API. It makes no request to another system.
	Check(p *Plan) []apperr.FieldError
	// Remote reports whether Provide makes requests to another system, and
	// therefore runs in a job.
	Remote() bool
	// Provide creates the room of the spec, or changes the existing one. It is
	// idempotent: repeated with one spec it leaves one room. An apperr.Error
	// says why there is none; an Unavailable one may be temporary.
	Provide(ctx context.Context, o RoomSpec) (JoinURLs, error)
	// Remove deletes a room that is no longer needed; a room that does not
	// exist is no error.
	Remove(ctx context.Context, o RoomSpec) error
}

// RoomSpec is the desired state of a room.
type RoomSpec struct {
	RoomID     string // of this server; a new one when the interview returns to the kind
	CorpID     string
	ExternalID string // the provider's, once known
	Attempted  bool   // an earlier attempt may have created it
	Interview  *Interview
	JoinURLs   JoinURLs // the stored ones, or those entered by a recruiter
}

// JoinURLs are the join URLs of a room. They are credentials: each admits its
// bearer.
type JoinURLs struct {
	ExternalID  string            `json:"-"`
	Candidate   string            `json:"candidate,omitempty"`
	Interviewer string            `json:"interviewer,omitempty"` // for interviewers without a personal one
	Personal    map[string]string `json:"personal,omitempty"`    // by userid
}

func (w JoinURLs) empty() bool {
	return w.Candidate == "" && w.Interviewer == "" && len(w.Personal) == 0
}

// RoomAddress is an interviewer's personal URL of a room behind a link.
type RoomAddress struct {
	UserID string
	URL    string
}

// builtinRooms are created by package room when the first person joins.
type builtinRooms struct{}

func (builtinRooms) Kind() RoomKind                                            { return BuiltinRoom }
func (builtinRooms) CanBeDefault() bool                                        { return true }
func (builtinRooms) MayJoinAsInterviewer(*Interview, string) bool              { return true }
func (builtinRooms) FollowsCandidate() bool                                    { return false }
func (builtinRooms) Available(context.Context, string) (*apperr.Reason, error) { return nil, nil } //nolint:nilnil // nil is the success
func (builtinRooms) Check(*Plan) []apperr.FieldError                           { return nil }
func (builtinRooms) Remote() bool                                              { return false }
func (builtinRooms) Provide(context.Context, RoomSpec) (JoinURLs, error)       { return JoinURLs{}, nil }
func (builtinRooms) Remove(context.Context, RoomSpec) error                    { return nil }

// linkRooms are https URLs that a recruiter enters.
type linkRooms struct{ builtinRooms }

func (linkRooms) Kind() RoomKind     { return LinkRoom }
func (linkRooms) CanBeDefault() bool { return false } // each interview needs its own URL

// Check checks the common URL and the personal ones.
func (linkRooms) Check(p *Plan) []apperr.FieldError {
	var c validate.Errors
	if p.RoomURL == "" {
		c.Add("room.url", "interview.link_missing")
	} else {
		checkLink(&c, "room.url", p.RoomURL)
	}
	for n, a := range p.RoomAddresses {
		checkLink(&c, indexedPath("room.addresses[%d].url", n), a.URL)
	}
	return c.Fields
}

// Provide returns what was entered.
func (linkRooms) Provide(_ context.Context, o RoomSpec) (JoinURLs, error) { return o.JoinURLs, nil }

// checkLink checks an https URL of a length that every browser accepts.
func checkLink(c *validate.Errors, path, value string) {
	c.CheckHTTPS(path, value)
	if len(value) > maxLink {
		c.Add(path, "field.too_long", "Limit", maxLink)
	}
}

const maxLink = 2000
