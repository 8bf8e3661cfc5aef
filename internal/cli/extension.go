package cli

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/huimian/huimian/internal/i18n"
)

// Session is what the commands of other packages share with those of this one.
type Session = session

// DatabaseFlags are the settings and the flags of commands on the database.
type DatabaseFlags = adminFlags

// SendFile sends a request to the API of the installation, with a file as its body or nil
// for none, and returns the body of the response.
func (s *session) SendFile(ctx context.Context, method, path string, query url.Values, body []byte) (json.RawMessage, error) {
	if body == nil {
		return s.api.sendRequest(ctx, method, path, query, nil)
	}
	return s.api.sendRequest(ctx, method, path, query, fileBody(body))
}

// SendJSON sends a request with a JSON body, and returns the body of the response.
func (s *session) SendJSON(ctx context.Context, method, path string, body any) (json.RawMessage, error) {
	return s.api.sendRequest(ctx, method, path, nil, body)
}

// fileBody is a body that is sent as it is.
type fileBody []byte

// PrintResult prints v as JSON with --json, else a table.
func (s *session) PrintResult(v any, head []string, rows [][]string) error {
	return s.printResult(v, table{head, rows})
}

// UsageErrorf returns an error in the arguments.
func UsageErrorf(format string, args ...any) error { return usageErrorf(format, args...) }

// ErrReported is returned by commands that have printed their failure themselves.
var ErrReported = errReported

// Language returns the language of the terminal, for texts of the server.
func Language() string { return i18n.MatchLanguage(acceptLanguage()) }

// OutputFlags are the flags of a command that calls no API.
type OutputFlags struct {
	JSON bool `help:"Print JSON."`
}

// AfterApply passes the parsed flags to the session. Kong calls it.
func (f *OutputFlags) AfterApply(s *session) error { s.json = f.JSON; return nil }
