package budget

import "testing"

func TestStorage(t *testing.T) {
	s := NewStorage()
	s.Add("li", MaxAuthorBytes-RowOverhead-1)
	if s.AddRow("li", 0); s.IsFull("li") {
		t.Error("the author is full below the limit")
	}
	if s.AddRow("li", 1); !s.IsFull("li") || s.IsFull("han") {
		t.Error("the author is not full above the limit, or another one is")
	}
	s.Add("wang", MaxRoomBytes-MaxAuthorBytes)
	if !s.IsFull("han") {
		t.Error("the room is not full above its limit")
	}
}
