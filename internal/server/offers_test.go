package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/resource"
)

// The candidate sees the slots with a reason and nothing of other interviews, and books one.
func TestBookingPage(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		i := f.ScheduleInterview()
		rosa, candidate := f.SignIn("rosa"), f.NewBrowser()
		at := func(days int) string { return apptest.Noon.AddDate(0, 0, days).Format(time.RFC3339) }
		made := apptest.DecodeBody[resource.Offer](rosa.Call("POST", "/api/offers", map[string]any{
			"title": "二面", "positionId": i.Position.ID, "candidateId": i.Candidate.ID, "durationMinutes": 60, "interviewers": []string{"mei"},
			"slots": []string{at(3), at(4)}, "note": "内部备注", "overrideWarnings": true,
		}), http.StatusCreated)
		token := made.URL[strings.LastIndexByte(made.URL, '#')+1:]
		other := apptest.DecodeBody[resource.Candidate](rosa.Call("POST", "/api/candidates", map[string]any{"name": "王静", "overrideWarnings": true}), http.StatusCreated)
		apptest.DecodeBody[server.Interview](rosa.Call("POST", "/api/interviews", f.InterviewInput(i.Position.ID, other.ID, func(p map[string]any) {
			p["title"], p["startsAt"], p["interviewers"] = "别人的面试", at(3), []string{"mei"}
		})), http.StatusCreated)

		r := candidate.Call("POST", "/api/book/lookup", map[string]any{"token": token})
		page := apptest.DecodeBody[server.BookingPage](r, http.StatusOK)
		if page.Company != "云杉科技" || page.Contact.Name != "罗莎" || len(page.Slots) != 2 || page.Slots[0].State != "taken" || page.Slots[1].State != "free" {
			t.Errorf("%+v", page)
		}
		for _, secret := range []string{"二面", "别人的面试", "内部备注", "梅二", "mei", i.ID, i.Candidate.ID, "chen@example.com"} {
			if strings.Contains(string(r.Body), secret) {
				t.Errorf("the candidate's page contains %q: %s", secret, r.Body)
			}
		}
		recruiters := apptest.DecodeBody[resource.Offer](rosa.Call("GET", "/api/offers/"+made.ID, nil), http.StatusOK)
		names := func(c resource.AvailabilityConflict) bool { return strings.Contains(c.Text, "别人的面试") }
		if !slices.ContainsFunc(recruiters.Slots[0].Conflicts, names) { // others come before it on a weekend
			t.Errorf("the recruiter does not see why: %+v", recruiters.Slots[0])
		}
		apptest.WantProblem(candidate.Call("POST", "/api/book", map[string]any{"token": token, "startsAt": at(3)}), http.StatusConflict, "booking.slot_taken")
		page = apptest.DecodeBody[server.BookingPage](candidate.Call("POST", "/api/book/request", map[string]any{"token": token, "reason": "出差"}), http.StatusOK)
		if !page.Requested {
			t.Error("the request is not recorded")
		}
		page = apptest.DecodeBody[server.BookingPage](candidate.Call("POST", "/api/book", map[string]any{"token": token, "startsAt": at(4)}), http.StatusOK)
		if page.State != "booked" || page.Booked == nil || !strings.HasPrefix(page.Booked.JoinURL, "/join#") {
			t.Fatalf("%+v", page)
		}
		apptest.DecodeBody[server.Join](candidate.Call("POST", "/api/join/lookup", map[string]any{"token": strings.TrimPrefix(page.Booked.JoinURL, "/join#")}), http.StatusOK)
		apptest.WantProblem(candidate.Call("POST", "/api/book/lookup", map[string]any{"token": "guess"}), http.StatusNotFound, "booking.invalid")
	})
}

// The page of an offer has the rate limit of candidates' links.
func TestBookingRateLimit(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	candidate := f.NewBrowser()
	limited := false
	for range server.DefaultLimits.SignIn.Burst + 20 {
		if r := candidate.Call("POST", "/api/book/lookup", map[string]any{"token": "guess"}); r.Status == http.StatusTooManyRequests {
			limited = true
			break
		}
	}
	if !limited {
		t.Error("no request was limited")
	}
}
