package core

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// ErrNotFound is the error for an object that does not exist.
var ErrNotFound = errors.New("no such team, interview, written test or webhook")

// ErrInvalidState is the error for an action that the state does not allow.
var ErrInvalidState = errors.New("not possible in this state")

// APIError is an error reply of the Open API.
type APIError struct {
	Code   int // errcode
	Status int // HTTP status; 0: that of the code
	Text   string
}

// NewAPIError returns an error whose HTTP status is the errcode, if it is one.
func NewAPIError(code int, format string, args ...any) *APIError {
	return &APIError{Code: code, Text: fmt.Sprintf(format, args...)}
}

// InvalidField returns the error for a field of the request.
func InvalidField(field, why string) *APIError {
	return NewAPIError(model.CodeInvalid, "%s %s", field, why)
}

// httpStatus returns Status, or else the errcode when it is an HTTP status, or else 422.
func (e *APIError) httpStatus() int {
	switch {
	case e.Status != 0:
		return e.Status
	case e.Code >= 400 && e.Code < 600:
		return e.Code
	}
	return http.StatusUnprocessableEntity
}
