package showmebugtest

import (
	"fmt"
	"net/http"

	"github.com/huimian/huimian/internal/simulator/faults"
	"github.com/huimian/huimian/internal/simulator/webpage"
)

// Codes of refused calls. ShowMeBug publishes no table of them: these are the
// HTTP statuses that go with them.
const (
	CodeInvalidToken = http.StatusUnauthorized
	CodeQuota        = http.StatusPaymentRequired // no sessions are left
	CodeForbidden    = http.StatusForbidden       // a scope is missing
	CodeNotFound     = http.StatusNotFound
	CodeState        = http.StatusConflict // an interview that has ended, for example
	CodeInvalid      = http.StatusUnprocessableEntity
)

// apiError is a failing answer of the Open API.
type apiError struct {
	code   int // errcode
	status int // HTTP; 0: that of the code
	text   string
}

func newAPIError(code int, format string, args ...any) *apiError {
	return &apiError{code: code, text: fmt.Sprintf(format, args...)}
}

func invalidField(field, why string) *apiError { return newAPIError(CodeInvalid, "%s %s", field, why) }

// httpStatus is what goes with an errcode.
func (e *apiError) httpStatus() int {
	switch {
	case e.status != 0:
		return e.status
	case e.code >= 400 && e.code < 600:
		return e.code
	}
	return http.StatusUnprocessableEntity
}

// envelope is the form of every answer of the Open API. Deletes have no data.
type envelope struct {
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
	Data    any    `json:"data,omitempty"`
}

// response is a reply ready to be sent.
type response struct {
	status  int
	errcode int
	kind    string // content type
	body    []byte
	header  map[string]string
}

func jsonResponse(status int, v any) *response {
	return &response{status: status, kind: "application/json; charset=utf-8", body: webpage.EncodeJSON(v)}
}

// errorResponse puts an error into the form that the server was set to.
func (s *Server) errorResponse(e *apiError) *response {
	a := jsonResponse(e.httpStatus(), envelope{Errcode: e.code, Errmsg: e.text})
	switch s.Errors {
	case ErrorsInEnvelope:
		a.status = http.StatusOK
	case ErrorsByStatus:
		a.kind, a.body = "text/html; charset=utf-8", faults.ProxyPage(a.status)
	case ErrorsBoth:
	}
	a.errcode = e.code
	if e.code == CodeInvalidToken && a.status == http.StatusUnauthorized {
		a.header = map[string]string{"WWW-Authenticate": `Bearer realm="ShowMeBug", error="invalid_token"`}
	}
	return a
}

func (a *response) writeTo(w http.ResponseWriter) {
	a.writeHeader(w)
	_, _ = w.Write(a.body)
}

func (a *response) writeHeader(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	for k, v := range a.header {
		h.Set(k, v)
	}
	w.WriteHeader(a.status)
}
