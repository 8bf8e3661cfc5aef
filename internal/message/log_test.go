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
	runOnBoth(t, func(t *testing.T, f *fixture) {
		sent, waiting := f.insert("lin"), f.insert("rosa")
		mail := f.insert("chen@example.com", func(m *message.Message) { m.Channel, m.RecipientName = message.Mail, "陈晨" })
		if err := f.MarkSent(f.ctx, "corp", sent, "msg", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := f.MarkSending(f.ctx, "corp", waiting, message.Content{Body: "{}"}); err != nil {
			t.Fatal(err)
		}
		failure := message.Failure{Code: "notify.error.waiting", Text: "busy\x00", RetryAt: f.clock.Now().Add(time.Minute)}
		if err := f.MarkFailed(f.ctx, "corp", waiting, failure); err != nil {
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
			"by interview": {message.Filter{InterviewID: f.interviewID, Kind: message.KindSummary}, []string{mail, waiting, sent}},
			"another":      {message.Filter{InterviewID: "another"}, nil},
			"by kind":      {message.Filter{Kind: message.KindDeclined}, nil},
		} {
			var got []string
			for _, m := range f.list(c.filter) {
				got = append(got, m.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		first := f.get(waiting)
		if !first.Waiting() || first.Error != "busy" || first.Person.Name != "罗莎" || first.By.Name != "罗莎" {
			t.Errorf("%+v", first)
		}
		if m := f.get(mail); m.Person.Name != "陈晨" || m.Waiting() {
			t.Errorf("%+v", m)
		}
	})
}

func TestListPages(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for range 5 {
			f.insert("lin")
		}
		var seen []string
		cursor := ""
		for page := 0; page == 0 || cursor != ""; page++ {
			list, next, err := f.List(f.ctx, f.recruiter, message.Filter{Page: pagination.Page{Cursor: cursor, Limit: 2}})
			if err != nil || len(list) > 2 {
				t.Fatalf("%d messages, %v", len(list), err)
			}
			for _, m := range list {
				seen = append(seen, m.ID)
			}
			cursor = next
		}
		all := f.list(message.Filter{})
		if len(all) != 5+f.invitations || len(seen) != len(all) {
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
	runOnBoth(t, func(t *testing.T, f *fixture) {
		id := f.insert("lin")
		interviewer := actor.ForInterviewer("corp", "lin")
		_, _, err := f.List(f.ctx, interviewer, message.Filter{})
		apperrtest.CheckForbidden(t, err)
		_, _, err = f.CountUnsent(f.ctx, interviewer)
		apperrtest.CheckForbidden(t, err)
		_, err = f.Retry(f.ctx, interviewer, id)
		apperrtest.CheckForbidden(t, err)
		stranger := actor.ForMember("other", "eve", actor.Administrator)
		_, err = f.Retry(f.ctx, stranger, id)
		apperrtest.CheckNotFound(t, err)
		if list, _, err := f.List(f.ctx, stranger, message.Filter{}); err != nil || len(list) != 0 {
			t.Errorf("another company lists %d messages, %v", len(list), err)
		}
	})
}

func TestCounts(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		failed, claimed, skipped := f.insert("lin"), f.insert("lin"), f.insert("lin")
		if err := f.MarkFailed(f.ctx, "corp", failed, message.Failure{Code: "x"}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.MarkSending(f.ctx, "corp", claimed, message.Content{Body: "{}"}); err != nil {
			t.Fatal(err)
		}
		if err := f.MarkSkipped(f.ctx, "corp", skipped, "notify.skipped.overtaken"); err != nil {
			t.Fatal(err)
		}
		if failures, q, err := f.CountUnsent(f.ctx, f.recruiter); failures != 1 || q != 1+f.invitations || err != nil {
			t.Errorf("%d failed, %d queued, %v", failures, q, err)
		}
		counts, err := f.CountByState(f.ctx)
		if err != nil || counts[message.Failed] != 1 || counts[message.Sending] != 1 || counts[message.Queued] != f.invitations {
			t.Errorf("%v, %v", counts, err)
		}
	})
}

// A message with the Dedup of a stored one is dropped.
func TestInsertDeduplicates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		reminder := func(m *message.Message) { m.Dedup = "reminder/24h" }
		if first, second := f.insert("lin", reminder), f.insert("lin", reminder); first != second {
			t.Errorf("stored %s and %s", first, second)
		}
	})
}
