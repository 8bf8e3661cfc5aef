package wecom

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// IDList is a list of ids that WeCom joins with "|" in one text: "a|b|c".
type IDList []string

// AllMembers as the only entry of Message.ToUser means every member in the
// app's visible range.
const AllMembers = "@all"

// MarshalText joins the ids.
func (l IDList) MarshalText() ([]byte, error) { return []byte(strings.Join(l, "|")), nil }

// UnmarshalJSON splits the ids. It takes a JSON array as well, since some
// replies carry one.
func (l *IDList) UnmarshalJSON(data []byte) error {
	switch {
	case string(data) == `""`: // in nearly every answer
		*l = nil
		return nil
	case len(data) > 0 && data[0] == '[':
		return json.Unmarshal(data, (*[]string)(l))
	}
	var joined string
	if err := json.Unmarshal(data, &joined); err != nil {
		return fmt.Errorf("list of ids: %w", err)
	}
	*l = nil
	for id := range strings.SplitSeq(joined, "|") {
		if id = strings.TrimSpace(id); id != "" {
			*l = append(*l, id)
		}
	}
	return nil
}

// NewIDList makes a List of numbers, for departments and tags.
func NewIDList(numbers ...int64) IDList {
	l := make(IDList, 0, len(numbers))
	for _, n := range numbers {
		l = append(l, strconv.FormatInt(n, 10))
	}
	return l
}

// Flag is a yes or no that WeCom writes as 1 or 0.
type Flag bool

// MarshalJSON writes 1 or 0.
func (f Flag) MarshalJSON() ([]byte, error) {
	if f {
		return []byte("1"), nil
	}
	return []byte("0"), nil
}

// UnmarshalJSON takes 1, 0, true and false, also as texts.
func (f *Flag) UnmarshalJSON(data []byte) error {
	switch strings.Trim(string(data), `"`) {
	case "1", "true":
		*f = true
	case "0", "false", "", "null":
		*f = false
	default:
		return fmt.Errorf("flag is %s, not 0 or 1", TruncateBytes(string(data), 20))
	}
	return nil
}
