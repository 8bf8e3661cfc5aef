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

// UnmarshalJSON splits the ids. It also accepts a JSON array, which some
// responses contain.
func (l *IDList) UnmarshalJSON(data []byte) error {
	switch {
	case string(data) == `""`: // in nearly every response
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
