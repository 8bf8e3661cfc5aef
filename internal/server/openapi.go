package server

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
)

// OpenAPI returns the description of the JSON API, as /openapi.json serves it
// and web/openapi.json keeps it for the front end's types.
func OpenAPI() ([]byte, error) {
	s := &Server{log: slog.New(slog.DiscardHandler)}
	api := newAPI(http.NewServeMux())
	s.operations(api)
	b, err := json.MarshalIndent(api.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	return append(b, '\n'), nil
}
