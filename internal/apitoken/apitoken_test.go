package apitoken

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
)

// fixture is a service on a database with two members of one company.
type fixture struct {
	*Service
	t         *testing.T
	ada, rosa actor.Actor
	clock     *clocktest.Clock
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	clock := clocktest.New()
	queue, err := job.New(d, logger, job.WithClock(clock.Running()))
	if err != nil {
		t.Fatal(err)
	}
	k := &fixture{t: t, clock: clock}
	now := clock.Now
	corp := account.Corp{ID: "acme", Name: "云杉科技", TimeZone: "Asia/Shanghai"}
	accounts := account.New(account.Config{DB: d, Queue: queue, Corp: corp, Now: now, Logger: logger})
	if err := accounts.SaveCorp(t.Context()); err != nil {
		t.Fatal(err)
	}
	k.execSQL(d, "INSERT INTO members (corp_id, user_id, name, active, roles, synced_at) VALUES ('acme', 'ada', '阿达', TRUE, ?, ?)", actor.Administrator, k.clock.Now())
	k.execSQL(d, "INSERT INTO members (corp_id, user_id, name, active, roles, synced_at) VALUES ('acme', 'rosa', '罗莎', TRUE, ?, ?)", actor.Recruiter, k.clock.Now())
	k.Service = New(Config{DB: d, Queue: queue, Accounts: accounts, Logger: logger, Now: now})
	found, err := accounts.MembersByID(t.Context(), "acme", []string{"ada", "rosa"})
	if err != nil {
		t.Fatal(err)
	}
	k.ada, k.rosa = account.Profile{Member: found["ada"], Corp: corp}.Actor(), account.Profile{Member: found["rosa"], Corp: corp}.Actor()
	return k
}

func (k *fixture) execSQL(d *db.DB, query string, args ...any) {
	k.t.Helper()
	err := d.InTx(k.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw(query, args...).Exec(ctx)
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
}

func (k *fixture) createToken(by actor.Actor, n NewToken) (*Token, string) {
	k.t.Helper()
	t, text, err := k.Create(k.t.Context(), by, n)
	if err != nil {
		k.t.Fatal(err)
	}
	return t, text
}

// newRequest returns a request with the key "k1" and a new token of rosa.
func (k *fixture) newRequest(hashed ...[]byte) Request {
	k.t.Helper()
	_, text := k.createToken(k.rosa, reading)
	caller, err := k.Authenticate(k.t.Context(), text)
	if err != nil {
		k.t.Fatal(err)
	}
	return Request{Caller: caller, Token: text, Key: "k1", Hash: RequestHash(hashed...)}
}

var reading = NewToken{Kind: Personal, Name: "ATS", Scopes: []Scope{InterviewsRead}}

func TestTokensStoredAsHashes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		k := newFixture(t, d)
		_, text := k.createToken(k.rosa, reading)
		if !strings.HasPrefix(text, Prefix) || len(text) != len(Prefix)+43 {
			t.Errorf("the token is %q", text)
		}
		var row map[string]any
		if err := d.NewRaw("SELECT id, user_id, name, scopes, token_hash, hint FROM api_tokens").Scan(t.Context(), &row); err != nil {
			t.Fatal(err)
		}
		for name, value := range row {
			if s, ok := value.(string); ok && strings.Contains(s, text[hintLength:]) {
				t.Errorf("%s contains the token", name)
			}
		}
		var acts []string
		if err := d.NewRaw("SELECT act FROM audit_log ORDER BY at").Scan(t.Context(), &acts); err != nil || len(acts) != 1 || acts[0] != "token.create" {
			t.Errorf("audited %v, %v", acts, err)
		}
	})
}

func TestCreateValidation(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		k := newFixture(t, d)
		past, far := k.clock.Now(), k.clock.Now().Add(6*366*24*time.Hour)
		for name, c := range map[string]struct {
			change func(*NewToken)
			field  string
		}{
			"no name":         {func(n *NewToken) { n.Name = " \n " }, "name"},
			"a long name":     {func(n *NewToken) { n.Name = strings.Repeat("名", 101) }, "name"},
			"no scopes":       {func(n *NewToken) { n.Scopes = nil }, "scopes"},
			"no such scope":   {func(n *NewToken) { n.Scopes = []Scope{"moon:walk"} }, "scopes[0]"},
			"already expired": {func(n *NewToken) { n.ExpiresAt = &past }, "expiresAt"},
			"in ten years":    {func(n *NewToken) { n.ExpiresAt = &far }, "expiresAt"},
			"no such kind":    {func(n *NewToken) { n.Kind = "" }, "kind"},
		} {
			n := reading
			c.change(&n)
			_, _, err := k.Create(t.Context(), k.rosa, n)
			if err == nil || !strings.Contains(err.Error(), "["+c.field+":") {
				t.Errorf("%s: %v", name, err)
			}
		}
		n := reading
		n.Kind = Company
		if _, _, err := k.Create(t.Context(), k.rosa, n); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a recruiter creates a token of the company: %v", err)
		}
	})
}

// TestTokenLimit: a member's personal tokens are limited, expired and revoked
// ones aside, and take nothing from others.
func TestTokenLimit(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		k := newFixture(t, d)
		soon := k.clock.Now().Add(time.Hour)
		var ids []string
		for n := range maxPersonal {
			request := reading
			if n == 0 {
				request.ExpiresAt = &soon
			}
			token, _ := k.createToken(k.rosa, request)
			ids = append(ids, token.ID)
		}
		requireTooMany := func(when string, want bool) {
			t.Helper()
			_, _, err := k.Create(t.Context(), k.rosa, reading)
			if got := apperr.KindOf(err) == apperr.Conflict; got != want {
				t.Errorf("%s: %v", when, err)
			}
		}
		requireTooMany("at the limit", true)
		k.createToken(k.ada, reading)
		company := reading
		company.Kind = Company
		k.createToken(k.ada, company)
		if err := k.Revoke(t.Context(), k.rosa, ids[1]); err != nil {
			t.Fatal(err)
		}
		requireTooMany("after one is revoked", false)
		requireTooMany("at the limit again", true)
		k.clock.Advance(2 * time.Hour)
		requireTooMany("after one has expired", false)
	})
}

// The time of last use is written at most once a minute.
func TestLastUseStoredPerMinute(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		k := newFixture(t, d)
		made, text := k.createToken(k.rosa, reading)
		use := func() *time.Time {
			t.Helper()
			if _, err := k.Authenticate(t.Context(), text); err != nil {
				t.Fatal(err)
			}
			list, err := k.List(t.Context(), k.rosa)
			if err != nil || len(list) != 1 || list[0].ID != made.ID {
				t.Fatalf("%+v, %v", list, err)
			}
			return list[0].LastUsedAt
		}
		began := k.clock.Now()
		if got := use(); got == nil || !got.Equal(began) {
			t.Errorf("first used at %v", got)
		}
		k.clock.Set(began.Add(59 * time.Second))
		if got := use(); !got.Equal(began) {
			t.Errorf("used again at %v", got)
		}
		k.clock.Set(began.Add(time.Minute))
		if got := use(); !got.Equal(k.clock.Now()) {
			t.Errorf("a minute later at %v", got)
		}
	})
}

func TestRevokeTwice(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		k := newFixture(t, d)
		made, text := k.createToken(k.rosa, reading)
		revoke := func(int) error { return k.Revoke(t.Context(), k.ada, made.ID) }
		if err := errors.Join(append(dbtest.Concurrently(4, revoke), revoke(0))...); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Authenticate(t.Context(), text); apperr.KindOf(err) != apperr.Unauthenticated {
			t.Errorf("a revoked token: %v", err)
		}
		var n int
		if err := d.NewRaw("SELECT COUNT(*) FROM audit_log WHERE act = 'token.revoke' AND user_id = 'ada'").Scan(t.Context(), &n); err != nil || n != 1 {
			t.Errorf("audited %d times, %v", n, err)
		}
	})
}

func TestIdempotencyKeys(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		k := newFixture(t, d)
		r := k.newRequest([]byte("POST"), []byte("a"))
		find := func(want string) *StoredResponse {
			t.Helper()
			a, err := k.FindResponse(t.Context(), r)
			if got := errorCode(err); got != want {
				t.Fatalf("%q, want %q", got, want)
			}
			return a
		}
		secret := []byte(`{"candidateLink":"https://interview.test/join/secret"}`)
		store := func(effect error) error {
			return d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return errors.Join(k.StoreResponse(ctx, tx, r, &StoredResponse{Status: 201, Header: map[string]string{"Etag": `"1"`}, Body: secret}), effect)
			})
		}
		failure := errors.New("the effect failed")
		if err := store(failure); !errors.Is(err, failure) {
			t.Fatal(err)
		}
		if a := find(""); a != nil {
			t.Fatalf("a request that was rolled back has the stored response %v", a)
		}
		if err := store(nil); err != nil {
			t.Fatal(err)
		}
		if a := find(""); a == nil || a.Status != 201 || a.Header["Etag"] != `"1"` || !bytes.Equal(a.Body, secret) {
			t.Errorf("the stored response is %+v", a)
		}
		if err := store(nil); errorCode(err) != "api.key_in_progress" {
			t.Errorf("a concurrent request: %v", err)
		}
		var stored []byte
		if err := d.NewRaw("SELECT response FROM idempotency_keys").Scan(t.Context(), &stored); err != nil || bytes.Contains(stored, []byte("secret")) || len(stored) == 0 {
			t.Errorf("stored is %q, %v", stored, err)
		}
		other := r
		other.Hash = RequestHash([]byte("POSTa"))
		if _, err := k.FindResponse(t.Context(), other); errorCode(err) != "api.key_reused" {
			t.Errorf("another request: %v", err)
		}
		k.clock.Advance(KeysFor + time.Second)
		if a := find(""); a != nil {
			t.Errorf("a day later the stored response is %+v", a)
		}
		if err := store(nil); err != nil {
			t.Errorf("a day later: %v", err)
		}
		k.clock.Advance(KeysFor + time.Second)
		if err := k.deleteExpiredKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := d.NewRaw("SELECT COUNT(*) FROM idempotency_keys").Scan(t.Context(), &n); err != nil || n != 0 {
			t.Errorf("%d keys are left, %v", n, err)
		}
	})
}

// Earlier versions reserved the key before the effect: the result of a request that
// one of them did not finish is unknown.
func TestKeyReservedByEarlierVersion(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		k := newFixture(t, d)
		r := k.newRequest([]byte("POST"))
		if _, err := d.NewInsert().Model(&idempotencyKey{TokenID: r.Caller.Token.ID, Key: r.Key, CorpID: "acme", RequestHash: r.Hash, CreatedAt: k.now()}).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := k.FindResponse(t.Context(), r); errorCode(err) != "api.key_cut_off" {
			t.Errorf("error %v", err)
		}
	})
}

func TestIdempotencyKeySyntax(t *testing.T) {
	for key, good := range map[string]bool{
		"": false, "a": true, "-": true, "7e2f…": false, "a b": false, "a\nb": false, strings.Repeat("k", 255): true, strings.Repeat("k", 256): false,
	} {
		if isValidKey(key) != good {
			t.Errorf("%.20q is valid: %v", key, !good)
		}
	}
}

func TestTokenFromHeader(t *testing.T) {
	for header, want := range map[string]string{"Bearer hm_x": "hm_x", "bearer  hm_x ": "hm_x", "Basic hm_x": "", "hm_x": "", "": "", "Bearer": ""} {
		if got := FromHeader(header); got != want {
			t.Errorf("%q gives %q", header, got)
		}
	}
}

func errorCode(err error) string {
	if err == nil {
		return ""
	}
	return strings.Fields(err.Error())[0]
}
