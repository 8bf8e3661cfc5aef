package apptest

import (
	"net/http"
	"time"

	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/resource"
)

// InterviewInput returns the body of scheduleInterview of the pages' API, for the
// day after tomorrow.
func (w *Fixture) InterviewInput(position, candidate string, change ...func(map[string]any)) map[string]any {
	p := map[string]any{
		"title": "一面", "positionId": position, "candidateId": candidate, "startsAt": Noon.AddDate(0, 0, 2).Format(time.RFC3339),
		"durationMinutes": 60, "interviewers": []string{"lin"}, "room": map[string]any{"kind": "builtin"},
	}
	for _, fn := range change {
		fn(p)
	}
	return p
}

// ScheduleInterview creates a position, a candidate and an interview with lin.
func (w *Fixture) ScheduleInterview() server.Interview {
	w.T.Helper()
	rosa := w.SignIn("rosa")
	p := DecodeBody[resource.Position](rosa.Call("POST", "/api/positions", map[string]any{"title": "Go 工程师"}), http.StatusCreated)
	c := DecodeBody[resource.Candidate](rosa.Call("POST", "/api/candidates", map[string]any{
		"name": "陈晨", "email": "chen@example.com", "mobile": "+86 139 0000 0000", "positionId": p.ID,
		"overrideWarnings": true, // a test may create several
	}), http.StatusCreated)
	again := func(p map[string]any) { p["overrideWarnings"] = true } // lin may have others
	return DecodeBody[server.Interview](rosa.Call("POST", "/api/interviews", w.InterviewInput(p.ID, c.ID, again)), http.StatusCreated)
}

// ScheduleInput returns the body of scheduleInterview of the API for other systems,
// with a candidate and a position to create.
func ScheduleInput(change ...func(map[string]any)) map[string]any {
	in := map[string]any{
		"title": "后端 一面", "startsAt": Noon.AddDate(0, 0, 2).Format(time.RFC3339), "durationMinutes": 60,
		"position": map[string]any{"title": "后端工程师"}, "candidate": map[string]any{"name": "陈晨", "email": "chen@example.com"},
		"interviewers": []map[string]any{{"userId": "lin"}}, "overrideWarnings": true,
	}
	for _, fn := range change {
		fn(in)
	}
	return in
}

// CreateOffer offers a new candidate an hour with lin, another one each time.
func (w *Fixture) CreateOffer(position string) resource.Offer {
	w.T.Helper()
	rosa := w.SignIn("rosa")
	c := DecodeBody[resource.Candidate](rosa.Call("POST", "/api/candidates", map[string]any{"name": "王静", "overrideWarnings": true}), http.StatusCreated)
	w.offers++
	start := Noon.AddDate(0, 0, 3+w.offers%50).Add(time.Duration(6+w.offers/50) * time.Hour) // no test schedules an interview then
	return DecodeBody[resource.Offer](rosa.Call("POST", "/api/offers", map[string]any{
		"title": "一面", "positionId": position, "candidateId": c.ID, "durationMinutes": 60, "interviewers": []string{"lin"},
		"slots": []string{start.Format(time.RFC3339)}, "overrideWarnings": true,
	}), http.StatusCreated)
}

// Join redeems a candidate's link, and accepts the text that is required, as the page does.
func (b *Browser) Join(token string) *Response {
	b.T.Helper()
	found := DecodeBody[server.Join](b.Call("POST", "/api/join/lookup", map[string]any{"token": token}), http.StatusOK)
	body := map[string]any{"token": token}
	if found.Consent != nil {
		body["consentVersion"] = found.Consent.Version
	}
	return b.Call("POST", "/api/join", body)
}
