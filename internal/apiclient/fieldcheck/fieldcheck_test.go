package fieldcheck

import "testing"

func TestChecker(t *testing.T) {
	for _, c := range []struct {
		name  string
		check func(*Checker)
		want  string // "" when there is no fault
	}{
		{"bytes at the limit", func(k *Checker) { k.CheckBytes("f", "面试", 6) }, ""},
		{"bytes", func(k *Checker) { k.CheckBytes("f", "面试", 5) }, "f has 6 bytes, at most 5 are allowed"},
		{"characters at the limit", func(k *Checker) { k.CheckRunes("f", "面试", 2) }, ""},
		{"characters", func(k *Checker) { k.CheckRunes("f", "面试", 1) }, "f has 2 characters, at most 1 are allowed"},
		{"required", func(k *Checker) { k.CheckRequired("f", "x") }, ""},
		{"white space", func(k *Checker) { k.CheckRequired("f", " \n\u3000") }, "f is empty"},
		{"count", func(k *Checker) { k.CheckCount("f", 2, 1, 2) }, ""},
		{"too few", func(k *Checker) { k.CheckCount("f", 0, 1, 2) }, "f has 0 entries, at least 1 are needed"},
		{"too many", func(k *Checker) { k.CheckCount("f", 3, 1, 2) }, "f has 3 entries, at most 2 are allowed"},
		{"https", func(k *Checker) { k.CheckHTTPURL("f", "https://a") }, ""},
		{"http", func(k *Checker) { k.CheckHTTPURL("f", "http://a") }, ""},
		{"scheme", func(k *Checker) { k.CheckHTTPURL("f", "javascript:1") }, "f does not start with http:// or https://"},
		{"no URL", func(k *Checker) { k.CheckHTTPURL("f", "") }, "f does not start with http:// or https://"},
		{"unique", func(k *Checker) { k.CheckUnique("f", "key", []string{"a", "b"}) }, ""},
		{"repeated", func(k *Checker) { k.CheckUnique("f", "uid", []string{"a", "b", "a"}) }, `f has the uid "a" twice`},
		{"rejected", func(k *Checker) { k.Reject("f", "is odd") }, "f is odd"},
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
	var k Checker
	k.Reject("first", "is wrong")
	k.Reject("second", "is wrong")
	k.CheckMax("third", 2, 1, "entries")
	if k.Fault().Field != "first" {
		t.Errorf("the fault is %v", k.Fault())
	}
	if (&Checker{}).Fault() != nil {
		t.Error("the zero value has a fault")
	}
	k = Checker{}
	k.CheckMax("first", 2, 1, "entries")
	k.CheckRequired("second", "")
	if f := k.Fault(); f.Field != "first" || f.Actual != 2 || f.Limit != 1 || f.Unit != "entries" || f.Message != "" {
		t.Errorf("the fault is %+v", f)
	}
}
