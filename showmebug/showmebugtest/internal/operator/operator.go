package operator

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/showmebug/showmebugtest/internal/interviews"

	"github.com/huimian/huimian/internal/simulator/redact"
	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/core"
	"github.com/huimian/huimian/showmebug/showmebugtest/internal/exams"
	"github.com/huimian/huimian/showmebug/showmebugtest/model"
)

type teamEntry struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	ClientID    string `json:"clientId"`
	Secret      string `json:"secret"` // masked except for its end
	CallbackURL string `json:"callbackUrl"`
	Quota       int    `json:"quota"`
	Members     int    `json:"members"`
	Tokens      int    `json:"tokens"` // number of valid tokens
}

type interviewEntry struct {
	UID          string     `json:"uid"`
	Team         string     `json:"team"`
	Candidate    string     `json:"candidate"`
	Status       string     `json:"status"`
	Rate         *int       `json:"rate"`
	CreatedAt    time.Time  `json:"createdAt"`
	StartedAt    *time.Time `json:"startedAt"`
	EndedAt      *time.Time `json:"endedAt"`
	Links        []pageLink `json:"links"`
	CandidateURL string     `json:"candidateUrl"`
}

type pageLink struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type padEntry struct {
	UID       string `json:"uid"`
	Exam      string `json:"exam"`
	Candidate string `json:"candidate"`
	Status    string `json:"status"`
	Score     *int64 `json:"score"`
	Total     int64  `json:"total"`
	URL       string `json:"url"`
}

type faultEntry struct {
	ID   int64 `json:"id"`
	Left int   `json:"left"`
	model.Fault
}

type webhookFaultEntry struct {
	ID   int64 `json:"id"`
	Left int   `json:"left"`
	model.WebhookFault
}

type pageState struct {
	Time          time.Time           `json:"time"`
	Teams         []teamEntry         `json:"teams"`
	Interviews    []interviewEntry    `json:"interviews"`
	Pads          []padEntry          `json:"pads"`
	Faults        []faultEntry        `json:"faults"`
	WebhookFaults []webhookFaultEntry `json:"webhookFaults"`
	Held          int                 `json:"held"`
	Paths         []string            `json:"paths"`
}

// maxRows is the number of interviews and written tests that the page shows.
const maxRows = 200

// getState returns the data of the operator's page without the logs.
func (s *Service) getState(*http.Request) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	out := pageState{Time: s.CurrentTime(), Teams: []teamEntry{}, Interviews: []interviewEntry{}, Pads: []padEntry{},
		Faults: []faultEntry{}, WebhookFaults: []webhookFaultEntry{}, Held: s.Webhooks.HeldCount(), Paths: slices.Sorted(maps.Keys(s.API.Endpoints))}
	for _, t := range s.TeamStates {
		out.Teams = append(out.Teams, s.newTeamEntry(t))
	}
	for _, i := range webpage.Part(s.Interviews.SortedInterviews(nil), 0, maxRows) {
		out.Interviews = append(out.Interviews, newInterviewEntry(i))
	}
	for _, p := range webpage.Part(s.Exams.SortedPads(nil), 0, maxRows) {
		out.Pads = append(out.Pads, padEntry{p.UID, p.ExamName, p.CandidateName, p.Status, exams.NewPadReply(p).Score, p.TotalScore, p.URL})
	}
	for _, f := range s.Faults.Rules() {
		out.Faults = append(out.Faults, faultEntry{f.ID, f.Remaining, f.Fault})
	}
	for _, f := range s.WebhookFaults.Rules() {
		out.WebhookFaults = append(out.WebhookFaults, webhookFaultEntry{f.ID, f.Remaining, f.Fault})
	}
	return out, nil
}

func (s *Service) newTeamEntry(t *core.TeamState) teamEntry {
	out := teamEntry{t.ID, t.Name, t.ClientID, redact.Secret(t.ClientSecret), t.CallbackURL, t.Quota, len(t.Members), 0}
	for _, k := range s.Tokens {
		if k.Team == t && s.IsValidToken(k) {
			out.Tokens++
		}
	}
	return out
}

func newInterviewEntry(i *core.InterviewState) interviewEntry {
	out := interviewEntry{UID: i.UID, Team: i.Team.Name, Candidate: i.CandidateName, Status: i.Status, Rate: interviews.MeanRating(i),
		CreatedAt: i.CreatedAt, StartedAt: core.OptionalTime(i.StartedAt), EndedAt: core.OptionalTime(i.EndedAt), CandidateURL: i.CandidateURL,
		Links: []pageLink{}}
	for _, p := range i.Interviewers {
		out.Links = append(out.Links, pageLink{p.Name, p.URL})
	}
	out.Links = append(out.Links, pageLink{"", i.InterviewerURL})
	return out
}

// maxLogRows is the number of entries of a log that the page shows.
const maxLogRows = 200

// listCalls returns the newest calls that contain ?q= anywhere, newest first.
func (s *Service) listCalls(r *http.Request) (any, error) {
	return webpage.NewestFirst(s.Calls(""), maxLogRows, func(c *model.Call) bool {
		return core.ContainsFold(strings.Join([]string{c.Method, c.Path, c.Query, c.Request, c.Response, c.Note, c.ClientID, fmt.Sprint(c.Status)}, "\n"),
			r.URL.Query().Get("q"))
	}), nil
}

func (s *Service) listWebhooks(r *http.Request) (any, error) {
	return webpage.NewestFirst(s.Webhooks.Webhooks(), maxLogRows, func(h *model.Webhook) bool {
		return core.ContainsFold(strings.Join([]string{h.Event, h.URL, string(h.Payload), h.State, h.Note}, "\n"), r.URL.Query().Get("q"))
	}), nil
}

type actionRequest struct {
	ID       int64   `json:"id"`
	IDs      []int64 `json:"ids"`
	ClientID string  `json:"clientId"`
	Seconds  float64 `json:"seconds"`
	Left     int     `json:"left"`
}

func runAction(r *http.Request, do func(actionRequest) (any, error)) (any, error) {
	var in actionRequest
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	return do(in)
}

func (s *Service) resendWebhook(r *http.Request) (any, error) {
	return runAction(r, func(in actionRequest) (any, error) { return struct{}{}, s.Webhooks.Resend(in.ID) })
}

func (s *Service) releaseWebhooks(*http.Request) (any, error) {
	return map[string]int{"released": s.Webhooks.ReleaseHeldWebhooks()}, nil
}

func (s *Service) removeFaults(r *http.Request) (any, error) {
	return runAction(r, func(in actionRequest) (any, error) {
		s.API.RemoveFaults(in.IDs...)
		return struct{}{}, nil
	})
}

func (s *Service) advanceClock(r *http.Request) (any, error) {
	return runAction(r, func(in actionRequest) (any, error) {
		s.Webhooks.Advance(time.Duration(in.Seconds * float64(time.Second)))
		return map[string]time.Time{"time": s.Time()}, nil
	})
}

func (s *Service) revokeTokens(r *http.Request) (any, error) {
	return runAction(r, func(in actionRequest) (any, error) {
		return map[string]int{"revoked": s.API.RevokeTokens(in.ClientID)}, nil
	})
}

func (s *Service) setQuota(r *http.Request) (any, error) {
	return runAction(r, func(in actionRequest) (any, error) {
		s.Teams.SetQuota(in.ID, in.Left)
		return struct{}{}, nil
	})
}

func (s *Service) addFault(r *http.Request) (any, error) {
	var in model.Fault
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	return map[string]int64{"id": s.API.AddFault(in)}, nil
}

func (s *Service) addWebhookFault(r *http.Request) (any, error) {
	var in model.WebhookFault
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	return map[string]int64{"id": s.Webhooks.AddWebhookFault(in)}, nil
}
