package core

import (
	"fmt"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// newDirectory returns a company with the tree 1 → (2 → 4 → 5, 3), with a member in 1, 2, 3 and 5.
func newDirectory() *CorpState {
	_, c := newFixture(Settings{})
	for _, d := range []model.Department{{ID: 2, ParentID: 1, Order: 10}, {ID: 3, ParentID: 1, Order: 20}, {ID: 4, ParentID: 2}, {ID: 5, ParentID: 4}} {
		c.Departments[d.ID] = &d
	}
	c.PutMember(model.Member{UserID: "Root"})
	c.PutMember(model.Member{UserID: "two", Departments: []int64{2}})
	c.PutMember(model.Member{UserID: "three", Departments: []int64{3}, Tags: []int64{9}})
	c.PutMember(model.Member{UserID: "five", Departments: []int64{5, 3}})
	return c
}

func TestIsWithinDepartment(t *testing.T) {
	c := newDirectory()
	for _, test := range []struct {
		id, root int64
		want     bool
	}{{5, 5, true}, {5, 4, true}, {5, 2, true}, {5, 1, true}, {5, 3, false}, {2, 5, false}, {1, 2, false}, {99, 1, false}, {99, 99, true}} {
		if got := c.IsWithinDepartment(test.id, test.root); got != test.want {
			t.Errorf("IsWithinDepartment(%d, %d) = %v", test.id, test.root, got)
		}
	}
	c.Departments[2].ParentID = 5 // a cycle
	if c.IsWithinDepartment(5, 3) || len(c.DepartmentSubtree(2)) > 200 {
		t.Error("a cycle")
	}
}

func TestDepartmentSubtree(t *testing.T) {
	c := newDirectory()
	for root, want := range map[int64]string{1: "[1 3 2 4 5]", 2: "[2 4 5]", 5: "[5]", 99: "[]"} {
		ids := []int64{}
		for _, d := range c.DepartmentSubtree(root) {
			ids = append(ids, d.ID)
		}
		if got := fmt.Sprint(ids); got != want {
			t.Errorf("DepartmentSubtree(%d) = %s, want %s", root, got, want)
		}
	}
}

func TestVisibleRange(t *testing.T) {
	c := newDirectory()
	for name, test := range map[string]struct {
		app  AppState
		want string // visible of Root, two, three, five
	}{
		"unlimited":      {AppState{}, "1111"},
		"contact helper": {AppState{IsContactHelper: true, App: model.App{VisibleUsers: []string{"x"}}}, "1111"},
		"one member":     {AppState{App: model.App{VisibleUsers: []string{"TWO"}}}, "0100"},
		"department 2":   {AppState{App: model.App{VisibleParties: []int64{2}}}, "0101"},
		"department 3":   {AppState{App: model.App{VisibleParties: []int64{3}}}, "0011"},
		"the root":       {AppState{App: model.App{VisibleParties: []int64{1}}}, "1111"},
		"a tag":          {AppState{App: model.App{VisibleTags: []int64{9}}}, "0010"},
		"an unknown one": {AppState{App: model.App{VisibleParties: []int64{99}}}, "0000"},
		"tag and user":   {AppState{App: model.App{VisibleTags: []int64{9}, VisibleUsers: []string{"root"}}}, "1010"},
	} {
		got := ""
		for _, user := range []string{"root", "two", "three", "five"} {
			if c.SeesMember(&test.app, c.Members[user]) {
				got += "1"
			} else {
				got += "0"
			}
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestPutMember(t *testing.T) {
	c := newDirectory()
	if m := c.Members["root"]; m.MainDepartment != 1 || m.Status != model.StatusActive || m.Key != "root" {
		t.Errorf("defaults: %+v", m.Member)
	}
	before := c.Members["five"]
	c.PutMember(model.Member{UserID: "FIVE", Departments: []int64{2}})
	if c.Members["five"] != before || before.UserID != "FIVE" || len(c.MembersByDepartment[5]) != 0 || len(c.MembersByDepartment[3]) != 1 || len(c.MembersByDepartment[2]) != 2 {
		t.Errorf("a member who moves: %+v, %v", before.Member, c.MembersByDepartment)
	}
	if n := len(c.AllMembers()); n != 4 {
		t.Errorf("%d members", n)
	}
	c.RemoveMember(before)
	if list := c.AllMembers(); len(list) != 3 || list[0].Key != "root" || len(c.MembersByDepartment[2]) != 1 {
		t.Errorf("after the removal: %d members", len(list))
	}
}

func TestCanReceive(t *testing.T) {
	for status, want := range map[int]bool{model.StatusActive: true, model.StatusInactive: true, model.StatusDisabled: false, model.StatusLeft: false} {
		m := MemberState{Member: model.Member{Status: status}}
		if got := m.CanReceive(); got != want {
			t.Errorf("status %d: %v", status, got)
		}
	}
}

func TestTruncateBytes(t *testing.T) {
	for text, want := range map[string]string{"": "", "abcdef": "abcdef", "abcdefg": "abcdef", "字字": "字字", "字字字": "字字", "a字字": "a字", "abcd字": "abcd"} {
		if got := TruncateBytes(text, 6); got != want {
			t.Errorf("TruncateBytes(%q) = %q, want %q", text, got, want)
		}
	}
}
