package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/huimian/huimian/wecom"
)

type callCommand struct {
	Method string            `arg:"" help:"GET or POST."`
	Path   string            `arg:"" help:"Such as /cgi-bin/user/get; /cgi-bin/ may be omitted."`
	Body   string            `arg:"" optional:"" help:"Request body: JSON, @file, or - for standard input."`
	Query  map[string]string `short:"q" mapsep:"none" placeholder:"NAME=VALUE" help:"Query parameter; repeatable."`
	Reveal bool              `help:"Print tokens and tickets in the response."`
}

func (c *callCommand) Run(ctx context.Context, s *session) error {
	w, err := s.newWeComClient()
	if err != nil {
		return err
	}
	var body json.RawMessage
	if c.Body != "" {
		if body, err = s.readArgument(c.Body); err != nil {
			return err
		}
	}
	path, inPath, _ := strings.Cut(c.Path, "?")
	query, err := url.ParseQuery(inPath)
	if err != nil {
		return usageErrorf("parsing the query of the path: %w", err)
	}
	for name, value := range c.Query {
		query.Set(name, value)
	}
	path = "/cgi-bin/" + trimEndpoint(path)
	var answer json.RawMessage
	if err := w.Call(ctx, strings.ToUpper(c.Method), path, query, body, &answer); err != nil {
		return suggestEndpoint(err, path)
	}
	return s.printResponse(c.maskSecrets(answer))
}

// trimEndpoint returns the part of a path after /cgi-bin/, which may be written with
// the slashes of a copied URL or without any.
func trimEndpoint(path string) string {
	return strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(path, "/"), "cgi-bin/"), "/")
}

// suggestEndpoint appends the most similar path to the error about a path that the
// server does not have.
func suggestEndpoint(err error, path string) error {
	if e, ok := errors.AsType[*wecom.Error](err); !ok || e.Code != 0 || e.HTTPStatus != http.StatusNotFound {
		return err
	}
	path = trimEndpoint(path)
	nearest, best := "", len(path)/3+2
	for _, endpoint := range wecom.Endpoints() {
		if d := levenshtein.ComputeDistance(strings.ToLower(path), endpoint); endpoint != path && d < best {
			nearest, best = endpoint, d
		}
	}
	if nearest == "" {
		return err
	}
	return fmt.Errorf("%w: did you mean %s?", err, nearest)
}

// secretFieldNames are response fields that authorize calls as the application.
var secretFieldNames = []string{"access_token", "ticket", "suite_access_token", "provider_access_token", "permanent_code", "pre_auth_code", "user_ticket"}

// maskSecrets replaces the secrets among the top-level fields of a response.
func (c *callCommand) maskSecrets(answer json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	if c.Reveal || json.Unmarshal(answer, &fields) != nil {
		return answer
	}
	for _, name := range secretFieldNames {
		if _, ok := fields[name]; ok {
			fields[name] = json.RawMessage(`"` + maskedSecret + `"`)
		}
	}
	hidden, err := json.Marshal(fields)
	if err != nil {
		return answer
	}
	return hidden
}

// printResponse prints a response of WeCom as JSON, without errcode and errmsg.
func (s *session) printResponse(answer json.RawMessage) error {
	var v any
	if err := json.Unmarshal(answer, &v); err != nil {
		return wrapError("decoding the response", err)
	}
	if m, ok := v.(map[string]any); ok {
		delete(m, "errcode")
		delete(m, "errmsg")
	}
	return writeJSON(s.Out, v)
}
