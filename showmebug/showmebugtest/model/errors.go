package model

import (
	"net/http"
)

// Errcodes of refused calls. ShowMeBug publishes no table of them: they equal the HTTP statuses.
const (
	CodeInvalidToken = http.StatusUnauthorized
	CodeQuota        = http.StatusPaymentRequired // no sessions left
	CodeForbidden    = http.StatusForbidden       // a scope is missing
	CodeNotFound     = http.StatusNotFound
	CodeState        = http.StatusConflict // for example an interview that has ended
	CodeInvalid      = http.StatusUnprocessableEntity
)

// ErrorStyle is the form of the reply to a refused call. ShowMeBug's pages do not document it, so a
// client has to handle all of them.
type ErrorStyle int

const (
	// ErrorsBoth replies with an HTTP status and an envelope with errcode.
	ErrorsBoth ErrorStyle = iota
	// ErrorsInEnvelope replies with HTTP 200 and an envelope with errcode.
	ErrorsInEnvelope
	// ErrorsByStatus replies with an HTTP status and no JSON.
	ErrorsByStatus
)
