package server_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/huimian/huimian/internal/apptest"
)

// contract holds the parts of an OpenAPI document that TestContract uses.
type contract struct {
	Paths      map[string]map[string]*operation `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	ID         string  `json:"operationId"`
	Parameters []input `json:"parameters"`
	Body       *struct {
		Content map[string]struct {
			Schema *schema `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]struct {
			Schema *schema `json:"schema"`
		} `json:"content"`
	} `json:"responses"`

	method, path string
}

type input struct {
	Name     string  `json:"name"`
	In       string  `json:"in"`
	Required bool    `json:"required"`
	Schema   *schema `json:"schema"`
}

type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"` // a name or several
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Additional json.RawMessage    `json:"additionalProperties"`
	Items      *schema            `json:"items"`
	Enum       []any              `json:"enum"`
	Format     string             `json:"format"`
	Encoding   string             `json:"contentEncoding"` // of a file
	MinLength  *int               `json:"minLength"`
	MaxLength  *int               `json:"maxLength"`
	MinItems   *int               `json:"minItems"`
	MaxItems   *int               `json:"maxItems"`
	Minimum    *float64           `json:"minimum"`
	Maximum    *float64           `json:"maximum"`
}

// operations returns the operations of the document, sorted by id.
func (c *contract) operations() []*operation {
	var list []*operation
	for path, methods := range c.Paths {
		for method, o := range methods {
			o.method, o.path = strings.ToUpper(method), path
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b *operation) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// resolveRef resolves a $ref.
func (c *contract) resolveRef(s *schema) *schema {
	if s != nil && s.Ref != "" {
		return c.Components.Schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	return s
}

func (s *schema) hasType(name string) bool {
	switch t := s.Type.(type) {
	case string:
		return t == name
	case []any:
		return slices.Contains(t, any(name))
	default:
		return false
	}
}

// bodySchema returns the schema of the request body, nil for none.
func (o *operation) bodySchema() *schema {
	if o.Body == nil {
		return nil
	}
	return o.Body.Content["application/json"].Schema
}

// checkResponse checks a response against the documented schema of its status.
func (c *contract) checkResponse(o *operation, got *apptest.Response) error {
	documented, ok := o.Responses[fmt.Sprint(got.Status)]
	if !ok {
		documented, ok = o.Responses["default"]
	}
	if !ok {
		return fmt.Errorf("status %d is not documented", got.Status)
	}
	if len(documented.Content) == 0 {
		if len(got.Body) > 0 {
			return fmt.Errorf("a body where none is documented: %.200s", got.Body)
		}
		return nil
	}
	if file := documented.Content["application/json"].Schema; got.Status == http.StatusOK && file != nil && file.Encoding != "" {
		return nil // huma cannot describe the media type of a file
	}
	kind, _, _ := strings.Cut(got.Header.Get("Content-Type"), ";")
	content, ok := documented.Content[kind]
	if !ok {
		return fmt.Errorf("content type %q is not documented", kind)
	}
	if content.Schema == nil || kind != "application/json" && kind != "application/problem+json" {
		return nil
	}
	var v any
	if err := json.Unmarshal(got.Body, &v); err != nil {
		return fmt.Errorf("the body is no JSON: %w", err)
	}
	return c.checkValue(content.Schema, v, "body")
}

// checkValue returns an error if a value does not match its schema.
func (c *contract) checkValue(s *schema, v any, at string) error {
	s = c.resolveRef(s)
	if s == nil || s.Type == nil {
		return nil
	}
	if v == nil {
		if s.hasType("null") {
			return nil
		}
		return fmt.Errorf("%s is null", at)
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		if _, list := v.([]any); !list {
			return fmt.Errorf("%s is %v, not one of %v", at, v, s.Enum)
		}
	}
	switch v := v.(type) {
	case map[string]any:
		return c.checkObject(s, v, at)
	case []any:
		return c.checkList(s, v, at)
	case string:
		return s.checkText(v, at)
	case float64:
		if !s.hasType("number") && (!s.hasType("integer") || v != math.Trunc(v)) {
			return fmt.Errorf("%s is the number %v", at, v)
		}
	case bool:
		if !s.hasType("boolean") {
			return fmt.Errorf("%s is %v", at, v)
		}
	}
	return nil
}

func (c *contract) checkObject(s *schema, v map[string]any, at string) error {
	if !s.hasType("object") {
		return fmt.Errorf("%s is an object", at)
	}
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			return fmt.Errorf("%s.%s is missing", at, name)
		}
	}
	for name, value := range v {
		p, ok := s.Properties[name]
		if !ok {
			if string(s.Additional) == "false" {
				return fmt.Errorf("%s.%s is not documented", at, name)
			}
			continue
		}
		if err := c.checkValue(p, value, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func (c *contract) checkList(s *schema, v []any, at string) error {
	if !s.hasType("array") {
		return fmt.Errorf("%s is a list", at)
	}
	for n, item := range v {
		if err := c.checkValue(s.Items, item, fmt.Sprintf("%s[%d]", at, n)); err != nil {
			return err
		}
	}
	return nil
}

func (s *schema) checkText(v, at string) error {
	if !s.hasType("string") {
		return fmt.Errorf("%s is a text", at)
	}
	if s.MaxLength != nil && utf8.RuneCountInString(v) > *s.MaxLength {
		return fmt.Errorf("%s has more than %d characters", at, *s.MaxLength)
	}
	if s.Format == "date-time" {
		if _, err := time.Parse(time.RFC3339Nano, v); err != nil {
			return fmt.Errorf("%s is %q: %w", at, v, err)
		}
	}
	return nil
}
