package fieldcheck

import "testing"

func TestChecker(t *testing.T) {
	for _, c := range []struct {
		name  string
		check func(*Checker)
		want  string // "" when there is no fault
	}{
		{"bytes at the limit", func(v *Checker) { v.CheckBytes("f", "面试", 6) }, ""},
		{"bytes", func(v *Checker) { v.CheckBytes("f", "面试", 5) }, "f has 6 bytes, at most 5 are allowed"},
		{"characters at the limit", func(v *Checker) { v.CheckRunes("f", "面试", 2) }, ""},
		{"characters", func(v *Checker) { v.CheckRunes("f", "面试", 1) }, "f has 2 characters, at most 1 are allowed"},
		{"required", func(v *Checker) { v.CheckRequired("f", "x") }, ""},
		{"white space", func(v *Checker) { v.CheckRequired("f", " \n\u3000") }, "f is empty"},
		{"count", func(v *Checker) { v.CheckCount("f", 2, 1, 2) }, ""},
		{"too few", func(v *Checker) { v.CheckCount("f", 0, 1, 2) }, "f has 0 entries, at least 1 are needed"},
		{"too many", func(v *Checker) { v.CheckCount("f", 3, 1, 2) }, "f has 3 entries, at most 2 are allowed"},
		{"https", func(v *Checker) { v.CheckHTTPURL("f", "https://a") }, ""},
		{"http", func(v *Checker) { v.CheckHTTPURL("f", "http://a") }, ""},
		{"scheme", func(v *Checker) { v.CheckHTTPURL("f", "javascript:1") }, "f does not start with http:// or https://"},
		{"no URL", func(v *Checker) { v.CheckHTTPURL("f", "") }, "f does not start with http:// or https://"},
		{"unique", func(v *Checker) { v.CheckUnique("f", "key", []string{"a", "b"}) }, ""},
		{"repeated", func(v *Checker) { v.CheckUnique("f", "uid", []string{"a", "b", "a"}) }, `f has the uid "a" twice`},
		{"rejected", func(v *Checker) { v.Reject("f", "is odd") }, "f is odd"},
	} {
		var k Checker
		c.check(&k)
		got := ""
		if fault := k.Fault(); fault != nil {
			got = fault.String()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestFirstFaultIsKept(t *testing.T) {
	var v Checker
	v.Reject("first", "is wrong")
	v.Reject("second", "is wrong")
	v.CheckMax("third", 2, 1, "entries")
	if v.Fault().Field != "first" {
		t.Errorf("the fault is %v", v.Fault())
	}
	if (&Checker{}).Fault() != nil {
		t.Error("the zero value has a fault")
	}
	v = Checker{}
	v.CheckMax("first", 2, 1, "entries")
	v.CheckRequired("second", "")
	if f := v.Fault(); f.Field != "first" || f.Actual != 2 || f.Limit != 1 || f.Unit != "entries" || f.Message != "" {
		t.Errorf("the fault is %+v", f)
	}
}
