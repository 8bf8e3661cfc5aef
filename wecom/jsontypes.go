package wecom

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// IDList is a list of ids that WeCom joins with "|": "a|b|c".
type IDList []string

// AllMembers as the only entry of Message.ToUser addresses every member in the
// app's visible range.
const AllMembers = "@all"

// MarshalText joins the ids with "|".
func (l IDList) MarshalText() ([]byte, error) { return []byte(strings.Join(l, "|")), nil }

// UnmarshalJSON splits the ids. It also accepts a number and a JSON array of
// strings and numbers, which some responses contain. Any other value is an
// empty list: the lists of invalid recipients are secondary to the response
// that contains them, and must not make an executed call fail.
func (l *IDList) UnmarshalJSON(data []byte) error {
	*l = nil
	if string(data) == `""` { // in nearly every response
		return nil
	}
	if len(data) == 0 || data[0] != '[' {
		*l = parseIDs(data)
		return nil
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil {
		return fmt.Errorf("list of ids: %w", err)
	}
	for _, entry := range entries {
		*l = append(*l, parseIDs(entry)...)
	}
	return nil
}

// parseIDs returns the ids of a JSON string or number, nil for other values.
func parseIDs(data []byte) (ids IDList) {
	joined := string(data)
	if json.Unmarshal(data, &joined) != nil && json.Unmarshal(data, new(json.Number)) != nil {
		return nil
	}
	for id := range strings.SplitSeq(joined, "|") {
		if id = strings.TrimSpace(id); id != "" && id != "null" {
			ids = append(ids, id)
		}
	}
	return ids
}

// NewIDList converts numeric ids of departments or tags.
func NewIDList(numbers ...int64) IDList {
	l := make(IDList, 0, len(numbers))
	for _, n := range numbers {
		l = append(l, strconv.FormatInt(n, 10))
	}
	return l
}

// Flag is a boolean that WeCom encodes as 1 or 0.
type Flag bool

// MarshalJSON writes 1 or 0.
func (f Flag) MarshalJSON() ([]byte, error) {
	if f {
		return []byte("1"), nil
	}
	return []byte("0"), nil
}

// UnmarshalJSON accepts 1, 0, true and false, also as strings.
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
