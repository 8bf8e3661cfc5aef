package interview

import (
	"bytes"
	"encoding/base64"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/interview/candidatelink"
	"github.com/huimian/huimian/internal/secretbox"
)

// noCookie returns a browser without an earlier session.
func noCookie(*Interview) (string, error) { return "", nil }

func TestCandidateLink(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i, token, err := f.Schedule(f.ctx, f.recruiter, f.plan())
		if err != nil {
			t.Fatal(err)
		}
		if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) < 16 {
			t.Errorf("%d bytes of randomness in a link (%v)", len(raw), err)
		}
		opened := must(f.ResolveCandidateLink(f.ctx, token))(t)
		if opened.ID != i.ID || opened.Candidate.Name != "陈晨" || opened.Organizer.Name != "罗莎" {
			t.Errorf("behind the link: %+v", opened)
		}
		_, cookie, until, err := f.RedeemCandidateLink(f.ctx, token, noCookie)
		if err != nil || !until.Equal(i.EndsAt.Add(24*time.Hour)) {
			t.Fatalf("entered until %s: %v", until, err)
		}
		if got := must(f.InterviewOfCandidateSession(f.ctx, cookie))(t); got.ID != i.ID || got.Link != LinkOpened {
			t.Errorf("the cookie is for %s, link %s", got.ID, got.Link)
		}
		_, err = f.InterviewOfCandidateSession(f.ctx, token)
		apperrtest.Check(t, err, apperr.Unauthenticated, "link.session_over")
		_, err = f.ResolveCandidateLink(f.ctx, cookie)
		apperrtest.Check(t, err, apperr.NotFound, "link.expired")
	})
}

// The links of an interview that never began expire a day after its planned end.
func TestCandidateLinkExpires(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i, token, err := f.Schedule(f.ctx, f.recruiter, f.plan())
		if err != nil {
			t.Fatal(err)
		}
		f.clock.Set(i.EndsAt.Add(23 * time.Hour))
		must(f.ResolveCandidateLink(f.ctx, token))(t)
		f.wantLinkState(t, i.ID, LinkActive)
		f.clock.Set(i.EndsAt.Add(24*time.Hour + time.Second))
		f.wantLinkState(t, i.ID, LinkExpired)
		_, err = f.ResolveCandidateLink(f.ctx, token)
		apperrtest.Check(t, err, apperr.Gone, "link.expired")
		_, _, _, err = f.RedeemCandidateLink(f.ctx, token, noCookie)
		apperrtest.Check(t, err, apperr.Gone, "link.expired")
	})
}

func (f *fixture) wantLinkState(t *testing.T, id string, want LinkState) {
	t.Helper()
	if got := must(f.Get(f.ctx, f.recruiter, id))(t).Link; got != want {
		t.Errorf("link state %s, want %s", got, want)
	}
}

// scheduleAndRedeem returns an interview with the token of its link, and the cookie of the session that the
// link has opened.
func (f *fixture) scheduleAndRedeem() (i *Interview, token, cookie string) {
	f.t.Helper()
	i, token, err := f.Schedule(f.ctx, f.recruiter, f.plan())
	if err != nil {
		f.t.Fatal(err)
	}
	if _, cookie, _, err = f.RedeemCandidateLink(f.ctx, token, noCookie); err != nil {
		f.t.Fatal(err)
	}
	return i, token, cookie
}

func TestOnlyHashesOfTokensAreStored(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, token, cookie := f.scheduleAndRedeem()
		for table, columns := range map[string][]string{
			"candidate_links": {"id", "token_hash", "purpose"}, "candidate_sessions": {"token_hash", "link_id"},
			"messages": {"data", "body", "dedup"}, "audit_log": {"act", "object_id", "data"}, "river_job": {"args"},
		} {
			for _, column := range columns {
				n, err := f.DB.NewSelect().TableExpr(table).
					Where("CAST("+column+" AS TEXT) LIKE ? OR CAST("+column+" AS TEXT) LIKE ?", "%"+token+"%", "%"+cookie+"%").Count(f.ctx)
				if err != nil || n != 0 {
					t.Errorf("%s.%s holds a token in %d rows (%v)", table, column, n, err)
				}
			}
		}
	})
}

func TestNewLinkKillsTheOldOneAndItsSessions(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i, old, cookie := f.scheduleAndRedeem()
		mailed := must(f.MailLink(f.ctx, i))(t)
		must(f.ResolveCandidateLink(f.ctx, old))(t) // sending a mail does not invalidate it
		_, err := f.NewCandidateLink(f.ctx, f.lin, i.ID)
		apperrtest.CheckForbidden(t, err)
		fresh := must(f.NewCandidateLink(f.ctx, f.recruiter, i.ID))(t)
		for _, revoked := range []string{old, mailed} {
			_, err = f.ResolveCandidateLink(f.ctx, revoked)
			apperrtest.Check(t, err, apperr.Gone, "link.replaced")
			_, _, _, err = f.RedeemCandidateLink(f.ctx, revoked, noCookie)
			apperrtest.Check(t, err, apperr.Gone, "link.replaced")
		}
		_, err = f.InterviewOfCandidateSession(f.ctx, cookie)
		apperrtest.Check(t, err, apperr.Gone, "link.replaced")
		must(f.ResolveCandidateLink(f.ctx, fresh))(t)
	})
}

func TestLinkOfACancelledInterview(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		i, token, err := f.Schedule(f.ctx, f.recruiter, f.plan())
		if err != nil {
			t.Fatal(err)
		}
		_, cookie, _, err := f.RedeemCandidateLink(f.ctx, token, noCookie)
		if err != nil {
			t.Fatal(err)
		}
		must(f.Cancel(f.ctx, f.recruiter, i.ID, ""))(t)
		if got := must(f.ResolveCandidateLink(f.ctx, token))(t); got.State != Cancelled {
			t.Errorf("the candidate sees %s", got.State)
		}
		_, _, _, err = f.RedeemCandidateLink(f.ctx, token, noCookie)
		apperrtest.Check(t, err, apperr.Gone, "interview.over_for_candidate")
		_, err = f.InterviewOfCandidateSession(f.ctx, cookie)
		apperrtest.Check(t, err, apperr.Gone, "interview.over_for_candidate")
		_, err = f.NewCandidateLink(f.ctx, f.recruiter, i.ID)
		apperrtest.Check(t, err, apperr.Gone, "interview.is_cancelled")
	})
}

func TestCandidateSessionEnds(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		_, token, err := f.Schedule(f.ctx, f.recruiter, f.plan())
		if err != nil {
			t.Fatal(err)
		}
		_, cookie, until, err := f.RedeemCandidateLink(f.ctx, token, noCookie)
		if err != nil {
			t.Fatal(err)
		}
		f.clock.Set(until.Add(-time.Second))
		must(f.InterviewOfCandidateSession(f.ctx, cookie))(t)
		f.clock.Set(until)
		_, err = f.InterviewOfCandidateSession(f.ctx, cookie)
		apperrtest.Check(t, err, apperr.Unauthenticated, "link.session_over")
	})
}

// A browser that opens the link again, or a new link, stays the same device; one
// without a valid session of the interview becomes another.
func TestCandidateDevice(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		redeem := func(token, held string) string {
			t.Helper()
			_, cookie, _, err := f.RedeemCandidateLink(f.ctx, token, func(*Interview) (string, error) { return held, nil })
			if err != nil {
				t.Fatal(err)
			}
			return cookie
		}
		i, token, err := f.Schedule(f.ctx, f.recruiter, f.plan())
		if err != nil {
			t.Fatal(err)
		}
		phone := redeem(token, "")
		if again := redeem(token, phone); again != phone {
			t.Error("the link opened again begins another session")
		}
		for name, held := range map[string]string{"no cookie": "", "unknown cookie": "made-up"} {
			other := redeem(token, held)
			if other == phone || other == held || CandidateDevice(other) == CandidateDevice(phone) {
				t.Errorf("%s: the browser is taken for the first one", name)
			}
		}
		fresh := must(f.NewCandidateLink(f.ctx, f.recruiter, i.ID))(t)
		if got := redeem(fresh, phone); got != phone {
			t.Error("a new link begins another session in the same browser")
		}
		must(f.InterviewOfCandidateSession(f.ctx, phone))(t)

		another, token, err := f.Schedule(f.ctx, f.recruiter, f.plan(func(p *Plan) { p.StartsAt = noon.AddDate(0, 0, 5) }))
		if err != nil {
			t.Fatal(err)
		}
		if got := redeem(token, phone); got == phone {
			t.Error("the session of one interview continues in another")
		}
		if got := must(f.InterviewOfCandidateSession(f.ctx, phone))(t); got.ID == another.ID {
			t.Error("the session has moved to another interview")
		}
	})
}

func TestShowCandidateLink(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.Box = must(secretbox.NewBox([]byte("a secret"), "rooms"))(t)
		i, token, err := f.Schedule(f.ctx, f.recruiter, f.plan())
		if err != nil {
			t.Fatal(err)
		}
		show := func(a actor.Actor) (string, error) {
			token, _, err := f.Links().Show(f.ctx, a, i.ID)
			return token, err
		}
		if got, err := show(f.recruiter); err != nil || got != token {
			t.Errorf("shown %q, want %q: %v", got, token, err)
		}
		must(f.MailLink(f.ctx, i))(t) // a later link of a mail is another one
		replaced := must(f.NewCandidateLink(f.ctx, f.recruiter, i.ID))(t)
		if got, err := show(f.recruiter); err != nil || got != replaced {
			t.Errorf("after a replacement shown %q, want %q: %v", got, replaced, err)
		}
		_, err = show(actor.ForInterviewer(i.CorpID, i.Interviewers[0].UserID))
		apperrtest.CheckForbidden(t, err)
		_, err = show(actor.ForMember("other", f.recruiter.UserID, actor.Recruiter))
		apperrtest.CheckNotFound(t, err)

		var stored []candidatelink.Link
		if err := f.DB.NewSelect().Model(&stored).Where("interview_id = ?", i.ID).Scan(f.ctx); err != nil {
			t.Fatal(err)
		}
		for _, l := range stored {
			if encrypted := len(l.EncryptedToken) > 0; encrypted != (l.Purpose == candidatelink.Shown && l.RevokedAt == nil) || bytes.Contains(l.EncryptedToken, []byte(replaced)) {
				t.Errorf("link %s, revoked %v, is stored as %q", l.Purpose, l.RevokedAt, l.EncryptedToken)
			}
		}
		f.Box = must(secretbox.NewBox([]byte("another secret"), "rooms"))(t)
		_, err = show(f.recruiter)
		apperrtest.Check(t, err, apperr.NotFound, "link.not_stored")
		must(f.Cancel(f.ctx, f.recruiter, i.ID, ""))(t)
		_, err = show(f.recruiter)
		apperrtest.Check(t, err, apperr.Gone, "interview.is_cancelled")
	})
}
