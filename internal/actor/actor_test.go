package actor

import (
	"slices"
	"testing"
)

func TestRoles(t *testing.T) {
	both := Administrator | Recruiter
	for _, tc := range []struct {
		has, asked Roles
		any, all   bool
	}{
		{both, Recruiter, true, true},
		{both, Recruiter | Interviewer, true, false},
		{both, Interviewer, false, false},
		{0, Administrator, false, false},
		{both, 0, false, true},
	} {
		if got := tc.has.HasAny(tc.asked); got != tc.any {
			t.Errorf("%v.HasAny(%v) = %v", tc.has.Names(), tc.asked.Names(), got)
		}
		if got := tc.has.HasAll(tc.asked); got != tc.all {
			t.Errorf("%v.HasAll(%v) = %v", tc.has.Names(), tc.asked.Names(), got)
		}
	}
}

func TestRoleNames(t *testing.T) {
	if got := (Interviewer | Administrator).Names(); !slices.Equal(got, []string{"administrator", "interviewer"}) {
		t.Errorf("names %v", got)
	}
	if got := Roles(0).Names(); got == nil || len(got) != 0 {
		t.Errorf("names of no role %#v", got)
	}
	for _, name := range []string{"administrator", "recruiter", "interviewer"} {
		if role, ok := ParseName(name); !ok || !slices.Equal(role.Names(), []string{name}) {
			t.Errorf("%s is parsed as %v, %v", name, role.Names(), ok)
		}
	}
	if _, ok := ParseName("owner"); ok {
		t.Error("an unknown role is parsed")
	}
}

func TestCanManage(t *testing.T) {
	for _, tc := range []struct {
		roles Roles
		want  bool
	}{{Administrator, true}, {Recruiter, true}, {Recruiter | Interviewer, true}, {Interviewer, false}, {0, false}} {
		if got := (Actor{CorpID: "acme", Roles: tc.roles}).CanManage(); got != tc.want {
			t.Errorf("%v: CanManage = %v", tc.roles.Names(), got)
		}
	}
	if !System("acme").CanManage() {
		t.Error("the system cannot manage")
	}
}

func TestSystem(t *testing.T) {
	a := System("acme")
	if a.CorpID != "acme" || a.UserID != "" || !a.Roles.HasAll(Administrator|Recruiter) {
		t.Errorf("system is %+v", a)
	}
}
