package message_test

import (
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/message"
	"github.com/huimian/huimian/internal/pagination"
)

func TestListFilters(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		sent, waiting := w.insert("lin"), w.insert("rosa")
		mail := w.insert("chen@example.com", func(m *message.Message) { m.Channel, m.RecipientName = message.Mail, "陈晨" })
		if err := w.MarkSent(w.ctx, "corp", sent, "msg", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.MarkSending(w.ctx, "corp", waiting, message.Content{Body: "{}"}); err != nil {
			t.Fatal(err)
		}
		failure := message.Failure{Code: "notify.error.waiting", Text: "busy\x00", RetryAt: w.clock.Now().Add(time.Minute)}
		if err := w.MarkFailed(w.ctx, "corp", waiting, failure); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			filter message.Filter
			want   []string
		}{
			"sent":         {message.Filter{State: message.Sent}, []string{sent}},
			"waiting":      {message.Filter{Waiting: true}, []string{waiting}},
			"queued":       {message.Filter{State: message.Queued, Kind: message.KindSummary}, []string{mail}},
			"by recipient": {message.Filter{Recipient: "lin", Kind: message.KindSummary}, []string{sent}},
			"by interview": {message.Filter{InterviewID: w.interviewID, Kind: message.KindSummary}, []string{mail, waiting, sent}},
			"another":      {message.Filter{InterviewID: "another"}, nil},
			"by kind":      {message.Filter{Kind: message.KindDeclined}, nil},
		} {
			var got []string
			for _, m := range w.list(c.filter) {
				got = append(got, m.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		first := w.get(waiting)
		if !first.Waiting() || first.Error != "busy" || first.Person.Name != "罗莎" || first.By.Name != "罗莎" {
			t.Errorf("%+v", first)
		}
		if m := w.get(mail); m.Person.Name != "陈晨" || m.Waiting() {
			t.Errorf("%+v", m)
		}
	})
}

func TestListPages(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		for range 5 {
			w.insert("lin")
		}
		var seen []string
		cursor := ""
		for page := 0; page == 0 || cursor != ""; page++ {
			list, next, err := w.List(w.ctx, w.recruiter, message.Filter{Page: pagination.Page{Cursor: cursor, Limit: 2}})
			if err != nil || len(list) > 2 {
				t.Fatalf("%d messages, %v", len(list), err)
			}
			for _, m := range list {
				seen = append(seen, m.ID)
			}
			cursor = next
		}
		all := w.list(message.Filter{})
		if len(all) != 5+w.invitations || len(seen) != len(all) {
			t.Errorf("%d messages on pages, %d in all", len(seen), len(all))
		}
		for n := range min(len(seen), len(all)) {
			if seen[n] != all[n].ID {
				t.Errorf("message %d differs", n)
			}
		}
	})
}

func TestAuthorization(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		id := w.insert("lin")
		interviewer := actor.Actor{CorpID: "corp", UserID: "lin", Roles: actor.Interviewer}
		_, _, err := w.List(w.ctx, interviewer, message.Filter{})
		apperrtest.CheckForbidden(t, err)
		_, _, err = w.CountUnsent(w.ctx, interviewer)
		apperrtest.CheckForbidden(t, err)
		_, err = w.Retry(w.ctx, interviewer, id)
		apperrtest.CheckForbidden(t, err)
		stranger := actor.Actor{CorpID: "other", UserID: "eve", Roles: actor.Administrator}
		_, err = w.Retry(w.ctx, stranger, id)
		apperrtest.CheckNotFound(t, err)
		if list, _, err := w.List(w.ctx, stranger, message.Filter{}); err != nil || len(list) != 0 {
			t.Errorf("another company lists %d messages, %v", len(list), err)
		}
	})
}

func TestCounts(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		failed, claimed, skipped := w.insert("lin"), w.insert("lin"), w.insert("lin")
		if err := w.MarkFailed(w.ctx, "corp", failed, message.Failure{Code: "x"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.MarkSending(w.ctx, "corp", claimed, message.Content{Body: "{}"}); err != nil {
			t.Fatal(err)
		}
		if err := w.MarkSkipped(w.ctx, "corp", skipped, "notify.skipped.overtaken"); err != nil {
			t.Fatal(err)
		}
		if f, q, err := w.CountUnsent(w.ctx, w.recruiter); f != 1 || q != 1+w.invitations || err != nil {
			t.Errorf("%d failed, %d queued, %v", f, q, err)
		}
		counts, err := w.CountByState(w.ctx)
		if err != nil || counts[message.Failed] != 1 || counts[message.Sending] != 1 || counts[message.Queued] != w.invitations {
			t.Errorf("%v, %v", counts, err)
		}
	})
}

// A message with the Dedup of a stored one is dropped.
func TestInsertDeduplicates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		reminder := func(m *message.Message) { m.Dedup = "reminder/24h" }
		if first, second := w.insert("lin", reminder), w.insert("lin", reminder); first != second {
			t.Errorf("stored %s and %s", first, second)
		}
	})
}
