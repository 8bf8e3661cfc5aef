package drawing

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Head identifies a version of an element.
type Head struct {
	ID           string `json:"id"`
	Version      int64  `json:"version"`
	VersionNonce int64  `json:"versionNonce"`
	IsDeleted    bool   `json:"isDeleted,omitempty"`
}

// Element is a version of an element, in the spelling in which it is stored and sent. A
// deleted element has its head only.
type Element struct {
	Head

	raw json.RawMessage
}

// MarshalJSON returns the element as it was parsed or read.
func (e Element) MarshalJSON() ([]byte, error) { return e.raw, nil }

// UnmarshalJSON reads an element that Parse has checked before it was stored.
func (e *Element) UnmarshalJSON(raw []byte) error {
	if err := json.Unmarshal(raw, &e.Head); err != nil {
		return fmt.Errorf("reading an element: %w", err)
	}
	e.raw = slices.Clone(raw)
	return nil
}

// isNewerThan reports whether e replaces other, which is a version of the same element: the
// higher version, or the lower nonce of equal versions. Excalidraw merges by the same rule.
// The content decides between equal heads, so that the result depends on no order.
func (e Element) isNewerThan(other Element) bool {
	if c := cmp.Compare(e.Version, other.Version); c != 0 {
		return c > 0
	}
	if c := cmp.Compare(e.VersionNonce, other.VersionNonce); c != 0 {
		return c < 0
	}
	return bytes.Compare(e.raw, other.raw) < 0
}

// Parse checks the elements of a client and returns them in their stored spelling, or the
// code of a refusal.
func Parse(list []json.RawMessage) (elements []Element, refusal string) {
	if len(list) == 0 || len(list) > MaxUpdate {
		return nil, RefusalInvalid
	}
	for _, raw := range list {
		e, refusal := parseElement(raw)
		if refusal != "" {
			return nil, refusal
		}
		elements = append(elements, e)
	}
	return elements, ""
}

func parseElement(raw json.RawMessage) (Element, string) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	var parsed struct {
		Head
		shape
	}
	if err := d.Decode(&parsed); err != nil || !parsed.Head.isValid() {
		return Element{}, RefusalInvalid
	}
	var stored any = parsed.Head
	if !parsed.IsDeleted {
		if !parsed.shape.isValid() {
			return Element{}, RefusalInvalid
		}
		parsed.cleanTexts()
		stored = parsed
	}
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(stored); err != nil {
		return Element{}, RefusalInvalid
	}
	text := strings.TrimSuffix(out.String(), "\n")
	if len(text) > MaxElementBytes {
		return Element{}, RefusalSize
	}
	return Element{Head: parsed.Head, raw: json.RawMessage(text)}, ""
}

// CountBytes returns the size of elements in their stored spelling.
func CountBytes(elements []Element) (size int) {
	for _, e := range elements {
		size += len(e.raw)
	}
	return size
}
