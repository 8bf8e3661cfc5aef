package core

import (
	"net/http"

	"github.com/huimian/huimian/internal/simulator/faults"
	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

// Envelope is the form of every reply of the Open API. Deletes have no data.
type Envelope struct {
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
	Data    any    `json:"data,omitempty"`
}

// Response is an encoded reply.
type Response struct {
	Status  int
	Errcode int
	Kind    string // content type
	Body    []byte
	header  map[string]string
}

// JSONResponse encodes a reply.
func JSONResponse(status int, v any) *Response {
	return &Response{Status: status, Kind: "application/json; charset=utf-8", Body: webpage.EncodeJSON(v)}
}

// ErrorResponse encodes an error in the configured ErrorStyle.
func (s *Core) ErrorResponse(e *APIError) *Response {
	a := JSONResponse(e.httpStatus(), Envelope{Errcode: e.Code, Errmsg: e.Text})
	switch s.Config().Errors {
	case model.ErrorsInEnvelope:
		a.Status = http.StatusOK
	case model.ErrorsByStatus:
		a.Kind, a.Body = "text/html; charset=utf-8", faults.ProxyPage(a.Status)
	case model.ErrorsBoth:
	}
	a.Errcode = e.Code
	if e.Code == model.CodeInvalidToken && a.Status == http.StatusUnauthorized {
		a.header = map[string]string{"WWW-Authenticate": `Bearer realm="ShowMeBug", error="invalid_token"`}
	}
	return a
}

// WriteTo writes the reply.
func (a *Response) WriteTo(w http.ResponseWriter) {
	a.writeHeader(w)
	_, _ = w.Write(a.Body)
}

func (a *Response) writeHeader(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", a.Kind)
	for k, v := range a.header {
		h.Set(k, v)
	}
	w.WriteHeader(a.Status)
}
