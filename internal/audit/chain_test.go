package audit_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/signing/signingtest"
)

// sealed is an audit log with a chain.
type sealed struct {
	*audit.Chain
	t     testing.TB
	clock *clocktest.Clock
	next  int
}

func runSealed(t *testing.T, body func(t *testing.T, s *sealed)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, d *db.DB) { body(t, newSealed(t, d)) })
}

func newSealed(t testing.TB, d *db.DB) *sealed {
	t.Helper()
	clock := clocktest.New()
	return &sealed{t: t, clock: clock, Chain: &audit.Chain{
		DB: d, Keys: signingtest.NewKeys(t, d, "secret", clock.Now), Logger: slog.New(slog.DiscardHandler), Now: clock.Now,
	}}
}

// write writes entries a second apart, about the objects "o0", "o1" and so on.
func (s *sealed) write(count int) {
	s.t.Helper()
	err := s.DB.InTx(s.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for range count {
			s.clock.Advance(time.Second)
			data := audit.Data{"reason": fmt.Sprint("reason ", s.next), "title": "<标题>"}
			if err := audit.Write(ctx, tx, s.clock.Now(), ada, "interview.cancel", fmt.Sprint("o", s.next), data); err != nil {
				return err
			}
			s.next++
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *sealed) seal() {
	s.t.Helper()
	if err := s.SealNew(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *sealed) exec(query string, args ...any) {
	s.t.Helper()
	if _, err := s.DB.NewRaw(query, args...).Exec(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *sealed) verify(noted ...audit.Head) *audit.Report {
	s.t.Helper()
	var head *audit.Head
	if len(noted) > 0 {
		head = &noted[0]
	}
	r, err := s.Verify(s.t.Context(), ada, 0, head)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// wantDifferences checks the differences of a report, as "kind seq".
func wantDifferences(t *testing.T, r *audit.Report, want ...string) {
	t.Helper()
	var got []string
	for _, f := range r.Differences {
		got = append(got, fmt.Sprint(f.Kind, " ", f.Seq))
	}
	if !slices.Equal(got, want) || r.DifferenceCount != int64(len(want)) {
		t.Errorf("%d differences %q, want %q", r.DifferenceCount, got, want)
	}
}

func TestVerify(t *testing.T) {
	runSealed(t, func(t *testing.T, s *sealed) {
		wantDifferences(t, s.verify())
		s.write(3)
		if r := s.verify(); r.Entries != 0 || r.Unsealed != 4 { // with the verification before
			t.Errorf("before the first seal: %+v", r)
		}
		s.seal()
		s.write(2)
		s.seal()
		r := s.verify()
		wantDifferences(t, r)
		if r.Entries != 7 || r.Unsealed != 0 || r.Head.Seq != 7 || !r.To.Equal(s.clock.Now()) || !r.SealedAt.Equal(s.clock.Now()) {
			t.Errorf("report %+v", r)
		}
		s.seal()
		if again := s.verify(r.Head); again.Entries != 8 {
			t.Errorf("report %+v", again)
		} else {
			wantDifferences(t, again)
		}
	})
}

func TestVerifyFindsAlteration(t *testing.T) {
	for name, tc := range map[string]struct {
		alter string
		want  string
	}{
		"member":       {"UPDATE audit_log SET user_id = 'eve' WHERE object_id = 'o1'", "changed 2"},
		"time":         {"UPDATE audit_log SET at = (SELECT MIN(at) FROM audit_log) WHERE object_id = 'o1'", "changed 2"},
		"action":       {"UPDATE audit_log SET act = 'interview.edit' WHERE object_id = 'o1'", "changed 2"},
		"data":         {`UPDATE audit_log SET data = '{"reason":"another"}' WHERE object_id = 'o1'`, "changed 2"},
		"emptied data": {`UPDATE audit_log SET data = '{}' WHERE object_id = 'o1'`, "changed 2"},
		"deletion":     {"DELETE FROM audit_log WHERE object_id = 'o1'", "missing 2"},
		"digest":       {"UPDATE audit_chain SET digest = salt WHERE seq = 2", "changed 2"},
		"link":         {"DELETE FROM audit_chain WHERE seq = 2", "broken 2"},
		"last link":    {"DELETE FROM audit_chain WHERE seq = 4", "broken 4"},
		"seal":         {"UPDATE audit_seals SET seq = 3, hash = (SELECT hash FROM audit_chain WHERE seq = 3)", "forged 3"},
	} {
		t.Run(name, func(t *testing.T) {
			runSealed(t, func(t *testing.T, s *sealed) {
				s.write(4)
				s.seal()
				s.exec(tc.alter)
				r := s.verify()
				if r.DifferenceCount == 0 || fmt.Sprint(r.Differences[0].Kind, " ", r.Differences[0].Seq) != tc.want {
					t.Errorf("differences %+v, want %s first", r.Differences, tc.want)
				}
			})
		})
	}
}

// TestForgedSealIsNotExtended: an altered chain is not signed by the next run of the job.
func TestForgedSealIsNotExtended(t *testing.T) {
	runSealed(t, func(t *testing.T, s *sealed) {
		s.write(3)
		s.seal()
		s.exec("DELETE FROM audit_log WHERE object_id = 'o2'")
		s.exec("DELETE FROM audit_chain WHERE seq = 3")
		s.exec("UPDATE audit_seals SET seq = 2, hash = (SELECT hash FROM audit_chain WHERE seq = 2)")
		s.write(1)
		if err := s.SealNew(t.Context()); err == nil || !strings.Contains(err.Error(), "verify-audit") {
			t.Errorf("a forged seal is extended: %v", err)
		}
	})
}

// TestNotedHead finds what the database alone does not show: the log and its chain were
// restored from an earlier copy.
func TestNotedHead(t *testing.T) {
	runSealed(t, func(t *testing.T, s *sealed) {
		s.write(4)
		s.seal()
		noted := s.verify().Head
		wantDifferences(t, s.verify(noted))
		other := audit.Head{Seq: noted.Seq, Hash: slices.Repeat([]byte{1}, 32)}
		wantDifferences(t, s.verify(other), "rewound 4")
		wantDifferences(t, s.verify(audit.Head{Seq: noted.Seq + 1, Hash: noted.Hash}), "rewound 5")
		if parsed, err := audit.ParseHead(noted.String()); err != nil || parsed.String() != noted.String() {
			t.Errorf("the head is parsed as %v, %v", parsed, err)
		}
		for _, text := range []string{"", "4", "4:", "0:" + strings.Repeat("ab", 32), "4:" + strings.Repeat("ab", 31), "x:" + strings.Repeat("ab", 32)} {
			if _, err := audit.ParseHead(text); err == nil {
				t.Errorf("%q is a head", text)
			}
		}
	})
}

func TestInsertedEntry(t *testing.T) {
	runSealed(t, func(t *testing.T, s *sealed) {
		s.write(1)
		s.clock.Advance(3 * time.Hour)
		s.write(1)
		s.seal()
		s.exec("INSERT INTO audit_log (id, corp_id, at, user_id, act, object_id, data) SELECT 'inserted', corp_id, at, user_id, act, 'o9', data FROM audit_log WHERE object_id = 'o0'")
		s.seal()
		r := s.verify()
		wantDifferences(t, r, "late 0")
		if r.Differences[0].EntryID != "inserted" {
			t.Errorf("difference %+v", r.Differences[0])
		}
	})
}

// TestLateCommit: an entry that was committed after newer ones were sealed is sealed too.
func TestLateCommit(t *testing.T) {
	runSealed(t, func(t *testing.T, s *sealed) {
		s.write(1)
		earlier := s.clock.Now()
		s.clock.Advance(30 * time.Minute)
		s.write(1)
		s.seal()
		err := s.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return audit.Write(ctx, tx, earlier, ada, "interview.cancel", "late", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		s.seal()
		if r := s.verify(); r.Entries != 3 || r.Unsealed != 0 {
			t.Errorf("report %+v", r)
		}
	})
}

// TestErasedEntries: an erasure of a candidate is no difference, whether the entry was sealed
// before or after it.
func TestErasedEntries(t *testing.T) {
	runSealed(t, func(t *testing.T, s *sealed) {
		s.write(2)
		s.seal()
		s.write(1)
		if err := audit.ClearData(t.Context(), s.DB, "acme", []string{"o1", "o2"}, "candidate.erase"); err != nil {
			t.Fatal(err)
		}
		s.seal()
		r := s.verify()
		wantDifferences(t, r)
		if r.Entries != 3 || r.Erased != 1 {
			t.Errorf("report %+v", r)
		}
		s.exec(`UPDATE audit_log SET data = '{"reason":"another"}' WHERE object_id = 'o1'`)
		wantDifferences(t, s.verify(), "changed 2")
	})
}

func TestPrune(t *testing.T) {
	runSealed(t, func(t *testing.T, s *sealed) {
		const old = 700 // more than a batch
		s.write(old)
		border := s.clock.Now().Add(time.Second)
		s.write(5)
		if n, err := s.Prune(t.Context(), border); err != nil || n != 0 {
			t.Errorf("%d entries deleted before they were sealed, %v", n, err)
		}
		s.seal()
		head := s.verify().Head
		if n, err := s.Prune(t.Context(), border); err != nil || n != old {
			t.Errorf("%d entries deleted, %v; want %d", n, err, old)
		}
		s.seal()
		r := s.verify(head)
		wantDifferences(t, r)
		if r.Entries != 6 || !r.DeletedTo.Equal(border.Add(-time.Second)) {
			t.Errorf("report %+v", r)
		}
		s.exec("DELETE FROM audit_log WHERE object_id = ?", fmt.Sprint("o", old))
		s.exec("DELETE FROM audit_chain WHERE seq = ?", old+1)
		s.exec("UPDATE audit_seals SET seq = seq + 1 WHERE kind = 'start'")
		if r := s.verify(); r.DifferenceCount == 0 || r.Differences[0].Kind != audit.Forged {
			t.Errorf("a forged start: %+v", r.Differences)
		}
	})
}

func TestVerifyNewest(t *testing.T) {
	runSealed(t, func(t *testing.T, s *sealed) {
		s.write(5)
		s.seal()
		r, err := s.Verify(t.Context(), ada, 2, nil)
		if err != nil || r.Entries != 2 || !r.Partial || r.DifferenceCount != 0 {
			t.Errorf("report %+v, %v", r, err)
		}
	})
}

func TestVerifyRights(t *testing.T) {
	runSealed(t, func(t *testing.T, s *sealed) {
		s.write(1)
		s.seal()
		recruiter := actor.ForMember("acme", "rosa", actor.Recruiter)
		if _, err := s.Verify(t.Context(), recruiter, 0, nil); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("a recruiter verifies the log: %v", err)
		}
		r, err := s.Verify(t.Context(), actor.ForMember("other", "eve", actor.Administrator), 0, nil)
		if err != nil || r.Entries != 0 || r.Head.Seq != 0 {
			t.Errorf("the log of another company: %+v, %v", r, err)
		}
	})
}

// TestSealConcurrently: replicas seal at the same time while entries are written.
func TestSealConcurrently(t *testing.T) {
	runSealed(t, func(t *testing.T, s *sealed) {
		s.write(1200)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := s.SealNew(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		s.seal()
		r := s.verify()
		wantDifferences(t, r)
		if r.Entries != 1200 {
			t.Errorf("report %+v", r)
		}
	})
}
