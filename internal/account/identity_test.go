package account_test

import (
	"maps"
	"testing"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/oidc"
)

// newServiceWithOIDC returns a service with members and a provider, which these tests do not call.
func newServiceWithOIDC(t *testing.T, d *db.DB) *account.Service {
	t.Helper()
	s := newService(t, newSimulator(t), d)
	if err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	var err error
	s.OIDC, err = oidc.New(oidc.Config{Issuer: "https://login.example.com", ClientID: "x", ClientSecret: "x", EmailDomains: []string{"example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSetIdentity(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newServiceWithOIDC(t, d)
		administrator := actor.ForMember(corpID, "LinYue", actor.Administrator)
		text := func(s string) *string { return &s }
		for _, step := range []struct {
			by     actor.Actor
			userID string
			edit   account.IdentityEdit
			want   string // code of the error
		}{
			{actor.ForMember(corpID, "ChenMo", actor.Recruiter), "ChenMo", account.IdentityEdit{Email: "chen@example.com"}, "error.forbidden"},
			{actor.ForMember("other", "LinYue", actor.Administrator), "ChenMo", account.IdentityEdit{Email: "chen@example.com"}, "error.not_found"},
			{administrator, "Nobody", account.IdentityEdit{Email: "chen@example.com"}, "error.not_found"},
			{administrator, "ChenMo", account.IdentityEdit{Email: "no address"}, "error.fields"},
			{administrator, "ChenMo", account.IdentityEdit{Email: "chen@example.org"}, "error.fields"},
			{administrator, "chenmo", account.IdentityEdit{Email: " Chen@Example.com", Previous: text("")}, ""},
			{administrator, "LinYue", account.IdentityEdit{Email: "chen@example.com"}, "account.identity_taken"},
			{administrator, "ChenMo", account.IdentityEdit{Email: "mo@example.com", Previous: text("")}, "account.identity_changed_meanwhile"},
			{administrator, "ChenMo", account.IdentityEdit{Email: "mo@example.com", Previous: text("chen@example.com")}, ""},
			{administrator, "LinYue", account.IdentityEdit{Email: "chen@example.com"}, ""},
			{administrator, "ChenMo", account.IdentityEdit{}, ""},
		} {
			if _, err := s.Identities().Set(t.Context(), step.by, step.userID, step.edit); apperrtest.CodeOf(err) != step.want {
				t.Errorf("%s, %+v: %v, want %q", step.userID, step.edit, err, step.want)
			}
		}
		if m, err := s.Identities().Get(t.Context(), administrator, "linyue"); err != nil || m.Email != "chen@example.com" || m.LinkedBy != "LinYue" || m.BoundAt != nil {
			t.Errorf("%+v, %v", m, err)
		}
		if m, err := s.Identities().Get(t.Context(), administrator, "ChenMo"); err != nil || m.Email != "" {
			t.Errorf("%+v, %v", m, err)
		}
		if n := countRows(t, d, "SELECT COUNT(*) FROM audit_log WHERE act IN ('member.link_identity', 'member.unlink_identity')"); n != 4 {
			t.Errorf("%d entries in the audit log", n)
		}
	})
}

// Of two members who are given one address at once, one has it; of two edits of one member, one
// is a conflict.
func TestSetIdentityConcurrently(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newServiceWithOIDC(t, d)
		set := func(userID, email string, previous *string) error {
			_, err := s.Identities().Set(t.Context(), actor.System(corpID), userID, account.IdentityEdit{Email: email, Previous: previous})
			return err
		}
		members, none := []string{"LinYue", "ChenMo"}, ""
		for range 10 {
			for _, userID := range members {
				if err := set(userID, "", nil); err != nil {
					t.Fatal(err)
				}
			}
			codes := apperrtest.CountCodes(dbtest.Concurrently(2, func(n int) error { return set(members[n], "shared@example.com", nil) }))
			if want := map[string]int{"": 1, "account.identity_taken": 1}; !maps.Equal(codes, want) {
				t.Fatalf("one address: %v", codes)
			}
			for _, userID := range members {
				if err := set(userID, "", nil); err != nil {
					t.Fatal(err)
				}
			}
			codes = apperrtest.CountCodes(dbtest.Concurrently(2, func(n int) error { return set("ChenMo", []string{"a@example.com", "b@example.com"}[n], &none) }))
			if want := map[string]int{"": 1, "account.identity_changed_meanwhile": 1}; !maps.Equal(codes, want) {
				t.Fatalf("one member: %v", codes)
			}
		}
	})
}
