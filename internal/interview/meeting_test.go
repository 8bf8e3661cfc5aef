package interview

import (
	"context"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/db"
)

func withMeeting(m Meeting) func(*Plan) { return func(p *Plan) { p.Meeting = m } }

func TestMeetingOfPlan(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		const url = "https://meet.example.com/1"
		for name, tc := range map[string]struct {
			given, stored Meeting
		}{
			"none named":              {Meeting{}, Meeting{Kind: NoMeeting}},
			"none":                    {Meeting{Kind: NoMeeting, URL: url, Code: "1"}, Meeting{Kind: NoMeeting}},
			"link":                    {Meeting{Kind: LinkMeeting, URL: url, Code: "123 456"}, Meeting{Kind: LinkMeeting, URL: url, Code: "123 456"}},
			"copied with invisible":   {Meeting{Kind: LinkMeeting, URL: "\u200b" + url + "\u2060 "}, Meeting{Kind: LinkMeeting, URL: url}},
			"URL of the guest is own": {Meeting{Kind: LinkMeeting, URL: url, GuestURL: "https://evil.example"}, Meeting{Kind: LinkMeeting, URL: url}},
		} {
			overlapping := func(p *Plan) { p.OverrideWarnings = true }
			if got := f.schedule(withMeeting(tc.given), overlapping).Meeting; got != tc.stored {
				t.Errorf("%s: stored %+v, want %+v", name, got, tc.stored)
			}
		}
	})
}

func TestMeetingErrors(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		for name, tc := range map[string]struct {
			meeting Meeting
			want    string
		}{
			"unknown kind":       {Meeting{Kind: "phone"}, "meeting.kind: field.not_one_of"},
			"WeCom not set up":   {Meeting{Kind: WeComMeeting}, "meeting.kind: meeting.unavailable"},
			"link without URL":   {Meeting{Kind: LinkMeeting}, "meeting.url: interview.link_missing"},
			"link without https": {Meeting{Kind: LinkMeeting, URL: "http://meet.example.com"}, "meeting.url: field.not_https"},
			"script":             {Meeting{Kind: LinkMeeting, URL: "javascript:alert(1)"}, "meeting.url: field.not_https"},
			"long URL":           {Meeting{Kind: LinkMeeting, URL: "https://meet.example.com/" + strings.Repeat("a", maxLink)}, "meeting.url: field.too_long"},
			"long number":        {Meeting{Kind: LinkMeeting, URL: "https://meet.example.com", Code: strings.Repeat("1", maxMeetingCode+1)}, "meeting.code: field.too_long"},
		} {
			t.Run(name, func(t *testing.T) {
				_, _, err := f.Schedule(f.ctx, f.recruiter, f.plan(withMeeting(tc.meeting)))
				apperrtest.CheckFields(t, err, tc.want)
			})
		}
	})
}

func TestMeetingChanged(t *testing.T) {
	link := Meeting{Kind: LinkMeeting, URL: "https://meet.example.com/1", Code: "1"}
	created := Meeting{Kind: WeComMeeting, URL: "https://work.weixin.qq.com/meeting/1", Code: "9"}
	for name, tc := range map[string]struct {
		old, edited Meeting
		want        bool
	}{
		"same link":                        {link, link, false},
		"other URL":                        {link, Meeting{Kind: LinkMeeting, URL: "https://meet.example.com/2", Code: "1"}, true},
		"other number":                     {link, Meeting{Kind: LinkMeeting, URL: link.URL, Code: "2"}, true},
		"other kind":                       {link, Meeting{Kind: NoMeeting}, true},
		"plan has no URL of WeCom meeting": {created, Meeting{Kind: WeComMeeting}, false},
	} {
		if got := meetingChanged(tc.old, tc.edited); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

// An edit of the plan does not contain what WeCom has created.
func TestWeComMeetingKeepsItsURL(t *testing.T) {
	created := Meeting{Kind: WeComMeeting, URL: "https://work.weixin.qq.com/meeting/1", Code: "9", GuestURL: "https://work.weixin.qq.com/meeting/2"}
	i := &Interview{Meeting: created}
	i.setMeeting(Meeting{Kind: WeComMeeting})
	if i.Meeting != created {
		t.Errorf("after an edit %+v, want %+v", i.Meeting, created)
	}
	i.setMeeting(Meeting{Kind: NoMeeting})
	if want := (Meeting{Kind: NoMeeting}); i.Meeting != want {
		t.Errorf("without a meeting %+v, want %+v", i.Meeting, want)
	}
}

func TestCandidateURLOfMeeting(t *testing.T) {
	m := Meeting{URL: "https://meet.example.com/staff"}
	if got := m.CandidateURL(); got != m.URL {
		t.Errorf("without an own URL %q, want %q", got, m.URL)
	}
	m.GuestURL = "https://meet.example.com/guest"
	if got := m.CandidateURL(); got != m.GuestURL {
		t.Errorf("with an own URL %q, want %q", got, m.GuestURL)
	}
}

func TestStoreMeeting(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		store := func(i *Interview, m Meeting) *Interview {
			err := f.Meetings().WithInterview(f.ctx, i.CorpID, i.ID, func(ctx context.Context, tx *db.Tx, i *Interview) error {
				return f.Meetings().Store(ctx, tx, i, m)
			})
			if err != nil {
				t.Fatal(err)
			}
			return must(f.Get(f.ctx, f.recruiter, i.ID))(t)
		}
		created := Meeting{URL: "https://work.weixin.qq.com/meeting/1", Code: "9", GuestURL: "https://work.weixin.qq.com/meeting/2"}

		link := f.schedule(withMeeting(Meeting{Kind: LinkMeeting, URL: "https://meet.example.com/1"}))
		if got := store(link, created); got.Meeting != link.Meeting {
			t.Errorf("a link became %+v", got.Meeting)
		}

		wecom := f.schedule(func(p *Plan) { p.StartsAt = p.StartsAt.AddDate(0, 0, 1) })
		_, err := f.DB.NewUpdate().Model((*Interview)(nil)).Set("meeting_kind = ?", WeComMeeting).Where("id = ?", wecom.ID).Exec(f.ctx)
		if err != nil {
			t.Fatal(err)
		}
		got := store(wecom, created)
		created.Kind = WeComMeeting
		if got.Meeting != created || got.Version != wecom.Version {
			t.Errorf("stored %+v in version %d, want %+v in version %d", got.Meeting, got.Version, created, wecom.Version)
		}
	})
}
