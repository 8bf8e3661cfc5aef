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

// API says which installation the commands "interview" and "candidate" ask.
// The token comes from HUIMIAN_API_TOKEN: anybody on the machine can read a
// command line.
type API struct {
	Server string `env:"HUIMIAN_SERVER,HUIMIAN_PUBLIC_URL" placeholder:"URL" help:"Address of the installation, such as https://interview.example.com."`
	JSON   bool   `help:"Print JSON for scripts; errors too, on the standard error."`
}

// AfterApply tells the commands what stands before them.
func (a *API) AfterApply(s *session) error {
	s.json = a.JSON
	s.api = &apiClient{server: strings.TrimRight(a.Server, "/")}
	return nil
}

// apiTimeout bounds one request.
const apiTimeout = time.Minute

// apiClient asks /api/v1 of an installation.
type apiClient struct{ server string }

// apiError is what the installation refused with.
type apiError struct {
	Status    int        `json:"status"`
	Code      string     `json:"code"`
	Detail    string     `json:"detail"`
	RequestID string     `json:"requestId"`
	Fields    []apiField `json:"errors"`
	After     string     `json:"-"` // seconds until it may be tried again
}

type apiField struct {
	Path    string `json:"path"`
	Message string `json:"message"`
	Warning bool   `json:"warning"`
}

// Error is the sentence of the server, with what is wrong with which part.
func (e *apiError) Error() string {
	var b strings.Builder
	b.WriteString(e.Detail)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "\n  %s: %s", f.Path, f.Message)
		if f.Warning {
			b.WriteString(" (--override goes on)")
		}
	}
	if e.Code == "fault.internal" {
		fmt.Fprintf(&b, "\n  requestId: %s", e.RequestID)
	}
	return b.String()
}

// exit says whether the same command may work later.
func (e *apiError) exit() int {
	if e.Status == http.StatusTooManyRequests || e.Status >= 500 {
		return ExitRetry
	}
	return ExitError
}

// unreached is an installation that gives no answer.
type unreached struct{ error }

// ask sends a request and returns the body of the answer. A POST carries a
// key: a network that repeats it by itself does nothing twice.
func (c *apiClient) ask(ctx context.Context, method, path string, query url.Values, body any) (json.RawMessage, error) {
	req, err := c.request(ctx, method, path, query, body)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Timeout: apiTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req) // #nosec G704 -- whoever runs the command names the server
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err() //nolint:wrapcheck // an interruption
		}
		return nil, unreached{fmt.Errorf("%s does not answer: %w", c.server, err)}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, unreached{fmt.Errorf("the answer of %s broke off: %w", c.server, err)}
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return nil, c.refused(res, raw)
	}
	return raw, nil
}

func (c *apiClient) request(ctx context.Context, method, path string, query url.Values, body any) (*http.Request, error) {
	token, err := app.ReadAPIToken()
	if err != nil {
		return nil, usage{err}
	}
	u, err := url.Parse(c.server)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, usagef("the server has to be named: --server https://interview.example.com, or HUIMIAN_SERVER")
	}
	if token == "" {
		return nil, usagef("HUIMIAN_API_TOKEN has to be set (or HUIMIAN_API_TOKEN_FILE) to a token that is made under %s/settings/tokens", c.server)
	}
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("writing the request: %w", err)
		}
		content = bytes.NewReader(raw)
	}
	address := c.server + "/api/v1" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, usage{err}
	}
	req.Header.Set("Authorization", "Bearer "+string(token))
	req.Header.Set("Accept-Language", language())
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if method == http.MethodPost {
		req.Header.Set("Idempotency-Key", rand.Text())
	}
	return req, nil
}

// language is the one that the person at the terminal reads.
func language() string {
	locale, _, _ := strings.Cut(app.Locale(), ".")
	locale = strings.ReplaceAll(locale, "_", "-")
	if locale == "" || locale == "C" || locale == "POSIX" {
		return "en"
	}
	return locale
}

func (c *apiClient) refused(res *http.Response, raw []byte) error {
	e := &apiError{After: res.Header.Get("Retry-After")}
	if err := json.Unmarshal(raw, e); err != nil || e.Detail == "" {
		return usagef("%s is no installation of Huimian: it answers %s to %s", c.server, res.Status, res.Request.URL.Path)
	}
	e.Status = res.StatusCode
	return e
}

// fetch asks and shows what comes back: as it came for scripts, as a table for
// people.
func fetch[T any](ctx context.Context, s *session, method, path string, body any, view func(T) table) error {
	raw, err := s.api.ask(ctx, method, path, nil, body)
	if err != nil {
		return err
	}
	return showRaw(s, raw, view)
}

func showRaw[T any](s *session, raw json.RawMessage, view func(T) table) error {
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	return s.show(raw, view(v))
}

// apiPages fetches pages of a list until there are limit rows; 0 is all.
func apiPages[T any](ctx context.Context, s *session, path string, query url.Values, limit int, view func([]T) table) error {
	items := []json.RawMessage{}
	for {
		most := 200
		if limit > 0 {
			most = min(most, limit-len(items))
		}
		query.Set("limit", strconv.Itoa(most))
		raw, err := s.api.ask(ctx, http.MethodGet, path, query, nil)
		if err != nil {
			return err
		}
		var page struct {
			Items      []json.RawMessage `json:"items"`
			NextCursor string            `json:"nextCursor"`
		}
		if err := json.Unmarshal(raw, &page); err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		items = append(items, page.Items...)
		if page.NextCursor == "" || limit > 0 && len(items) >= limit {
			break
		}
		query.Set("cursor", page.NextCursor)
	}
	all, err := json.Marshal(items)
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	return showRaw(s, all, view)
}

// apiExit is the exit code of an error of the API; false for any other error.
func apiExit(err error) (int, bool) {
	if e, ok := errors.AsType[*apiError](err); ok {
		return e.exit(), true
	}
	if _, ok := errors.AsType[unreached](err); ok {
		return ExitRetry, true
	}
	return 0, false
}
