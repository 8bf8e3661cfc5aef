package core

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Request is one API call in progress.
type Request struct {
	Core           *Core
	Path           string // of the endpoint
	Query          url.Values
	Body           []byte
	ContentType    string
	IP             string
	Corp           *CorpState
	App            *AppState
	Suite          *model.Suite       // the suite of the access token, when a third-party application calls
	Events         []*PendingCallback // callbacks caused by the call, sent in the background
	BackgroundTask func(context.Context)
}

// tokenKind is the kind of access token that an endpoint accepts.
type tokenKind int

const (
	anyToken     tokenKind = iota
	AppToken               // of a regular application
	ContactToken           // of the contact sync helper
	NoToken
)

// idTranslator translates the ids of a company for the suites that see ids of
// their provider.
type idTranslator interface {
	// decryptRequestIDs replaces the provider's ids in a call. The state must be
	// locked.
	DecryptRequestIDs(r *Request)
	// encryptReplyIDs replaces plain ids in a reply. The state must not be
	// locked.
	EncryptReplyIDs(r *Request, out []byte) []byte
	// encryptEventIDs replaces plain ids in an event of a company and sets its
	// receive id. The state must be locked.
	EncryptEventIDs(su *model.Suite, c *CorpState, o *PendingCallback) *PendingCallback
}

// Endpoint is a path below /cgi-bin/ with its handler.
type Endpoint struct {
	Post      bool
	TokenKind tokenKind
	Handle    func(*Request) (any, *APIError)
	// emptyReply holds the fields that an error reply has beside errcode and errmsg.
	EmptyReply any
}

// DecodeOptionalBody is like DecodeBody for calls whose fields are all optional: an
// empty body leaves v as it is.
func (r *Request) DecodeOptionalBody(v any) *APIError {
	if len(bytes.TrimSpace(r.Body)) == 0 {
		return nil
	}
	return r.DecodeBody(v)
}

// IsGivenInt reports whether an optional number of a request has a value: 0 means that it has none.
func IsGivenInt(n *model.Int) bool { return n != nil && *n != 0 }

// IsGivenText reports whether an optional text of a request has a value: an empty one means that it
// has none.
func IsGivenText(text *string) bool { return text != nil && *text != "" }

// DecodeBody decodes the JSON body of a call. Invalid JSON is 40058, with the warning that WeCom
// adds to errmsg.
func (r *Request) DecodeBody(v any) *APIError {
	if len(bytes.TrimSpace(r.Body)) == 0 {
		return NewAPIErrorf(40058, "invalid Request Parameter: empty body")
	}
	if err := json.Unmarshal(r.Body, v); err != nil {
		return NewAPIErrorf(40058, "Warning: wrong json format. invalid Request Parameter")
	}
	return nil
}
