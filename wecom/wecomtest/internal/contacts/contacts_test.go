package contacts

import (
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// newCorp returns a company with the chain of departments 1 → 2 → … → depth, and the department 99
// below the root.
func newCorp(depth int64) *core.CorpState {
	s := core.New(func() core.Settings { return core.Settings{Seed: 1} })
	s.AddCorp(model.Corp{ID: "ww1", Name: "a"})
	for id := int64(2); id <= depth; id++ {
		s.AddDepartment(model.Department{CorpID: "ww1", ID: id, ParentID: id - 1, Name: "d"})
	}
	s.AddDepartment(model.Department{CorpID: "ww1", ID: 99, ParentID: 1, Name: "other"})
	return s.CorpStates["ww1"]
}

// codeOf returns the errcode of an error, 0 for nil.
func codeOf(err *core.APIError) int {
	if err == nil {
		return 0
	}
	return err.Code
}

func TestDepartmentDepth(t *testing.T) {
	c := newCorp(15)
	for id, want := range map[int64]int{1: 1, 2: 2, 15: 15, 99: 2, 1000: 0} {
		if got := departmentDepth(c, id); got != want {
			t.Errorf("departmentDepth(%d) = %d, want %d", id, got, want)
		}
	}
}

func TestDepartmentRules(t *testing.T) {
	c := newCorp(15)
	text := func(s string) *string { return &s }
	number := func(n int) *model.Int { i := model.Int(n); return &i }
	for name, test := range map[string]struct {
		id   int64
		body departmentBody
		want int
	}{
		"rename":                {3, departmentBody{Name: text("new")}, 0},
		"order alone":           {3, departmentBody{Order: number(7)}, 0},
		"empty name":            {3, departmentBody{Name: text("")}, 60001},
		"64 characters":         {3, departmentBody{Name: text(strings.Repeat("字", 64))}, 0},
		"65 characters":         {3, departmentBody{Name: text(strings.Repeat("字", 65))}, 60001},
		"forbidden character":   {3, departmentBody{Name: text("a:b")}, 60009},
		"name of a sibling":     {2, departmentBody{Name: text("other")}, 60008},
		"name elsewhere":        {3, departmentBody{Name: text("other")}, 0},
		"unknown parent":        {3, departmentBody{ParentID: number(1000)}, 60004},
		"itself as parent":      {3, departmentBody{ParentID: number(3)}, 60010},
		"a descendant":          {3, departmentBody{ParentID: number(5)}, 60010},
		"an ancestor":           {5, departmentBody{ParentID: number(2)}, 60008}, // its child 3 has the same name
		"level 16":              {99, departmentBody{ParentID: number(15)}, 81002},
		"level 15":              {99, departmentBody{ParentID: number(14)}, 0},
		"new parent, same name": {99, departmentBody{ParentID: number(1), Name: text("d")}, 60008},
	} {
		d := *c.Departments[test.id]
		if got := codeOf(test.body.applyTo(c, &d)); got != test.want {
			t.Errorf("%s: errcode %d, want %d", name, got, test.want)
		}
	}
}

func TestTagNames(t *testing.T) {
	c := newCorp(1)
	c.Tags[4] = &core.TagState{ID: 4, Name: "golang"}
	for name, test := range map[string]struct {
		tag  string
		self int64
		want int
	}{
		"new":            {"rust", -1, 0},
		"empty":          {"", -1, 41018},
		"32 characters":  {strings.Repeat("字", 32), -1, 0},
		"33 characters":  {strings.Repeat("字", 33), -1, 40072},
		"taken":          {"golang", -1, 40071},
		"its own name":   {"golang", 4, 0},
		"case matters":   {"Golang", -1, 0},
		"of another tag": {"golang", 5, 40071},
	} {
		if got := codeOf(checkTagName(c, test.tag, test.self)); got != test.want {
			t.Errorf("%s: errcode %d, want %d", name, got, test.want)
		}
	}
}

func TestTagOwner(t *testing.T) {
	c := newCorp(1)
	c.Tags[4] = &core.TagState{ID: 4, Name: "golang", OwnerAgentID: 7}
	id := func(n int) *model.Int { i := model.Int(n); return &i }
	for name, test := range map[string]struct {
		agent int64
		id    *model.Int
		want  int
	}{"owner": {7, id(4), 0}, "another application": {8, id(4), 81011}, "unknown": {7, id(5), 40068}, "missing": {7, nil, 41017}} {
		r := &core.Request{Corp: c, App: &core.AppState{App: model.App{AgentID: test.agent}}}
		if _, err := findOwnTag(r, optionalNumber(test.id)); codeOf(err) != test.want {
			t.Errorf("%s: errcode %d, want %d", name, codeOf(err), test.want)
		}
	}
}

func TestIsValidEmail(t *testing.T) {
	for address, want := range map[string]bool{"": true, "a@b.c": false, "ab@c.d": true, "abcdef": false, strings.Repeat("a", 62) + "@b": true, strings.Repeat("a", 63) + "@b": false} {
		if got := isValidEmail(&address); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
	if !isValidEmail(nil) {
		t.Error("an absent address is refused")
	}
}

func TestTooManyDeletions(t *testing.T) {
	if tooManyDeletions(0, 0) || tooManyDeletions(1, 100) || !tooManyDeletions(100, 100) {
		t.Error("tooManyDeletions")
	}
}

// optionalNumber returns the OptionalInt of a number, absent for nil.
func optionalNumber(n *model.Int) model.OptionalInt {
	if n == nil {
		return model.OptionalInt{}
	}
	return model.OptionalInt{Value: *n, Given: true}
}
