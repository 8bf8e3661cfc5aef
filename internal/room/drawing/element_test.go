package drawing

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	long := strings.Repeat("[1,2],", 40_000)
	for name, tc := range map[string]struct{ raw, want string }{
		"rectangle":          {rectangle("a", 1, 1), ""},
		"largest version":    {rectangle("a", maxVersion, maxVersion), ""},
		"too large version":  {rectangle("a", maxVersion+1, 1), RefusalInvalid},
		"version 0":          {rectangle("a", 0, 1), RefusalInvalid},
		"negative nonce":     {rectangle("a", 1, -1), RefusalInvalid},
		"no id":              {rectangle("", 1, 1), RefusalInvalid},
		"id with a space":    {rectangle("a b", 1, 1), RefusalInvalid},
		"image":              {rectangle("a", 1, 1, `"type":"image"`), RefusalInvalid},
		"embedded page":      {rectangle("a", 1, 1, `"type":"embeddable"`), RefusalInvalid},
		"link":               {rectangle("a", 1, 1, `"link":"javascript:alert(1)"`), RefusalInvalid},
		"custom data":        {rectangle("a", 1, 1, `"customData":{}`), RefusalInvalid},
		"colour name":        {rectangle("a", 1, 1, `"strokeColor":"red"`), ""},
		"colour function":    {rectangle("a", 1, 1, `"strokeColor":"url(//x)"`), RefusalInvalid},
		"no colour":          {rectangle("a", 1, 1, `"backgroundColor":""`), RefusalInvalid},
		"style":              {rectangle("a", 1, 1, `"strokeStyle":"a;b"`), RefusalInvalid},
		"far away":           {rectangle("a", 1, 1, `"x":1e8`), RefusalInvalid},
		"no number":          {rectangle("a", 1, 1, `"x":"1"`), RefusalInvalid},
		"no index":           {rectangle("a", 1, 1, `"index":""`), RefusalInvalid},
		"arrow":              {rectangle("a", 1, 1, `"type":"arrow","points":[[0,0],[5,5.5]],"endArrowhead":"triangle_outline","startBinding":{"elementId":"b","focus":0.1,"gap":1,"fixedPoint":[0.5,1]}`), ""},
		"binding without id": {rectangle("a", 1, 1, `"type":"arrow","startBinding":{"elementId":"","focus":0,"gap":1}`), RefusalInvalid},
		"point far away":     {rectangle("a", 1, 1, `"type":"line","points":[[0,1e9]]`), RefusalInvalid},
		"too many points":    {rectangle("a", 1, 1, `"type":"freedraw","points":[`+long+`[1,2]]`), RefusalSize},
		"too many groups":    {rectangle("a", 1, 1, `"groupIds":["g"`+strings.Repeat(`,"g"`, maxList)+`]`), RefusalInvalid},
		"deleted with head":  {`{"id":"a","version":2,"versionNonce":1,"isDeleted":true}`, ""},
		"head only":          {`{"id":"a","version":2,"versionNonce":1}`, RefusalInvalid},
		"no object":          {`[]`, RefusalInvalid},
	} {
		if _, got := Parse([]json.RawMessage{json.RawMessage(tc.raw)}); got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, n := range []int{0, MaxUpdate + 1} {
		if _, got := Parse(make([]json.RawMessage, n)); got != RefusalInvalid {
			t.Errorf("%d elements: %q", n, got)
		}
	}
}

// The stored form has no character that reverses or hides text, and is the same when it is
// parsed again.
func TestStoredForm(t *testing.T) {
	e := newElement(t, "a", 1, 1, `"type":"text","text":"a\u0000\u202e<b>\r\n会\ud800","fontSize":20,"fontFamily":5,"fixedWidth":true`)
	if got := string(e.raw); !strings.Contains(got, `"text":"a<b>\n会`+"\ufffd"+`"`) {
		t.Errorf("stored as %s", got)
	}
	if again := mustParse(t, string(e.raw)); string(again.raw) != string(e.raw) {
		t.Errorf("parsed again: %s", again.raw)
	}
	if got := string(deleted(t, "b", 3, 4).raw); got != `{"id":"b","version":3,"versionNonce":4,"isDeleted":true}` {
		t.Errorf("a deleted element is stored as %s", got)
	}
	var read Element
	if err := json.Unmarshal([]byte(`{"id":1}`), &read); err == nil {
		t.Error(fmt.Sprint("an id that is a number was read: ", read.ID))
	}
}
