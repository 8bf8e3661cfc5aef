package participant

import (
	"strings"
	"testing"
)

func TestIDs(t *testing.T) {
	key := NewKey()
	one, again, other := New(key), New(key), New(NewKey())
	id := one.Of("LinYue")
	if id != again.Of("LinYue") || id != one.Of(id) || len(id) > 64 {
		t.Errorf("%q is not stable in the room", id)
	}
	if strings.Contains(id, "LinYue") || id == one.Of("ChenMo") || id == other.Of("LinYue") {
		t.Errorf("%q is not opaque and distinct", id)
	}
	if one.Of("") != "" || (IDs{}).Of("LinYue") != "LinYue" {
		t.Error("the system and a log without a key have no derived ids")
	}
}
