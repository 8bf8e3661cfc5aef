package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/app"
)

// APIFlags selects the installation that the commands "interview" and
// "candidate" call. The token is no flag, because command lines are visible to
// every user of the machine: it is read from HUIMIAN_API_TOKEN.
type APIFlags struct {
	Server string `env:"HUIMIAN_SERVER,HUIMIAN_PUBLIC_URL" placeholder:"URL" help:"URL of the installation, such as https://interview.example.com."`
	JSON   bool   `help:"Print JSON, including errors on standard error."`
}

// AfterApply passes the parsed flags to the session. Kong calls it.
func (a *APIFlags) AfterApply(s *session) error {
	s.json = a.JSON
	s.api = &apiClient{server: strings.TrimRight(a.Server, "/")}
	return nil
}

// apiTimeout limits one request, including reading the response.
const apiTimeout = time.Minute

// apiClient calls /api/v1 of an installation.
type apiClient struct{ server string }

// apiError is an error response of the API (problem details).
type apiError struct {
	Status     int        `json:"status"`
	Code       string     `json:"code"`
	Detail     string     `json:"detail"`
	RequestID  string     `json:"requestId"`
	Fields     []apiField `json:"errors"`
	RetryAfter string     `json:"-"` // value of the header, seconds
}

type apiField struct {
	Path    string `json:"path"`
	Message string `json:"message"`
	Warning bool   `json:"warning"`
}

// Error returns the server's message with one line for each invalid field.
func (e *apiError) Error() string {
	var b strings.Builder
	b.WriteString(e.Detail)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "\n  %s: %s", f.Path, f.Message)
		if f.Warning {
			b.WriteString(" (pass --override to continue)")
		}
	}
	if e.Code == "error.internal" {
		fmt.Fprintf(&b, "\n  requestId: %s", e.RequestID)
	}
	return b.String()
}

// exitCode returns ExitRetry for 429 and 5xx, ExitError otherwise.
func (e *apiError) exitCode() int {
	if e.Status == http.StatusTooManyRequests || e.Status >= 500 {
		return ExitRetry
	}
	return ExitError
}

// unreachableError is a request without a complete response.
type unreachableError struct{ error }

// sendRequest sends a request and returns the body of the response. A POST
// carries an Idempotency-Key, so that a retransmission has no second effect.
func (c *apiClient) sendRequest(ctx context.Context, method, path string, query url.Values, body any) (json.RawMessage, error) {
	req, err := c.newRequest(ctx, method, path, query, body)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Timeout: apiTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req) // #nosec G704 -- the user of the command line chooses the server
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err() //nolint:wrapcheck // exitCode looks for it
		}
		return nil, unreachableError{fmt.Errorf("sending the request to %s: %w", c.server, err)}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, unreachableError{fmt.Errorf("reading the response of %s: %w", c.server, err)}
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return nil, c.newResponseError(res, raw)
	}
	return raw, nil
}

func (c *apiClient) newRequest(ctx context.Context, method, path string, query url.Values, body any) (*http.Request, error) {
	token, err := app.ReadAPIToken()
	if err != nil {
		return nil, usageError{err}
	}
	u, err := url.Parse(c.server)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, usageErrorf("no server given: pass --server https://interview.example.com or set HUIMIAN_SERVER")
	}
	if token == "" {
		return nil, usageErrorf("HUIMIAN_API_TOKEN (or HUIMIAN_API_TOKEN_FILE) is not set: create a token under %s/settings/tokens", c.server)
	}
	var content io.Reader
	contentType := "application/json"
	if file, ok := body.(fileBody); ok {
		content, contentType = bytes.NewReader(file), "application/octet-stream"
	} else if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("encoding the request: %w", err)
		}
		content = bytes.NewReader(raw)
	}
	address := c.server + "/api/v1" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, usageError{err}
	}
	req.Header.Set("Authorization", "Bearer "+string(token))
	req.Header.Set("Accept-Language", acceptLanguage())
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	if method == http.MethodPost {
		req.Header.Set("Idempotency-Key", rand.Text())
	}
	return req, nil
}

// acceptLanguage returns the terminal's locale as a language tag, "en" when none
// is set.
func acceptLanguage() string {
	locale, _, _ := strings.Cut(app.TerminalLocale(), ".")
	locale = strings.ReplaceAll(locale, "_", "-")
	if locale == "" || locale == "C" || locale == "POSIX" {
		return "en"
	}
	return locale
}

func (c *apiClient) newResponseError(res *http.Response, raw []byte) error {
	e := &apiError{RetryAfter: res.Header.Get("Retry-After")}
	if err := json.Unmarshal(raw, e); err != nil || e.Detail == "" {
		return usageErrorf("%s is not an installation of Huimian: it returned %s for %s", c.server, res.Status, res.Request.URL.Path)
	}
	e.Status = res.StatusCode
	return e
}

// requestAndPrint sends a request and prints the response: unchanged with --json,
// as a table otherwise.
func requestAndPrint[T any](ctx context.Context, s *session, method, path string, body any, view func(T) table) error {
	raw, err := s.api.sendRequest(ctx, method, path, nil, body)
	if err != nil {
		return err
	}
	return decodeAndPrint(s, raw, view)
}

func decodeAndPrint[T any](s *session, raw json.RawMessage, view func(T) table) error {
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		return fmt.Errorf("decoding the response: %w", err)
	}
	return s.printResult(raw, view(v))
}

// listAndPrint fetches pages of up to 200 items until limit items are collected.
// A limit of 0 fetches all.
func listAndPrint[T any](ctx context.Context, s *session, path string, query url.Values, limit int, view func([]T) table) error {
	items := []json.RawMessage{}
	for {
		most := 200
		if limit > 0 {
			most = min(most, limit-len(items))
		}
		query.Set("limit", strconv.Itoa(most))
		raw, err := s.api.sendRequest(ctx, http.MethodGet, path, query, nil)
		if err != nil {
			return err
		}
		var page struct {
			Items      []json.RawMessage `json:"items"`
			NextCursor string            `json:"nextCursor"`
		}
		if err := json.Unmarshal(raw, &page); err != nil {
			return fmt.Errorf("decoding the response: %w", err)
		}
		items = append(items, page.Items...)
		if page.NextCursor == "" || limit > 0 && len(items) >= limit {
			break
		}
		query.Set("cursor", page.NextCursor)
	}
	all, err := json.Marshal(items)
	if err != nil {
		return fmt.Errorf("decoding the response: %w", err)
	}
	return decodeAndPrint(s, all, view)
}

// apiExitCode returns the exit code of an API error, and false for any other error.
func apiExitCode(err error) (int, bool) {
	if e, ok := errors.AsType[*apiError](err); ok {
		return e.exitCode(), true
	}
	if _, ok := errors.AsType[unreachableError](err); ok {
		return ExitRetry, true
	}
	return 0, false
}
