package showmebugtest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/redact"
	"github.com/huimian/huimian/internal/simulator/webpage"
)

type operatorTeam struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	ClientID    string `json:"clientId"`
	Secret      string `json:"secret"` // masked but for its end
	CallbackURL string `json:"callbackUrl"`
	Quota       int    `json:"quota"`
	Members     int    `json:"members"`
	Tokens      int    `json:"tokens"` // valid ones
}

type operatorInterview struct {
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

type operatorPad struct {
	UID       string `json:"uid"`
	Exam      string `json:"exam"`
	Candidate string `json:"candidate"`
	Status    string `json:"status"`
	Score     *int64 `json:"score"`
	Total     int64  `json:"total"`
	URL       string `json:"url"`
}

type operatorFault struct {
	ID   int64 `json:"id"`
	Left int   `json:"left"`
	Fault
}

type operatorWebhookFault struct {
	ID   int64 `json:"id"`
	Left int   `json:"left"`
	WebhookFault
}

type operatorPage struct {
	Time          time.Time              `json:"time"`
	Teams         []operatorTeam         `json:"teams"`
	Interviews    []operatorInterview    `json:"interviews"`
	Pads          []operatorPad          `json:"pads"`
	Faults        []operatorFault        `json:"faults"`
	WebhookFaults []operatorWebhookFault `json:"webhookFaults"`
	Held          int                    `json:"held"`
	Paths         []string               `json:"paths"`
}

// shownRows is how many interviews and written tests the page lists.
const shownRows = 200

// operatorState is the operator's page but for the logs.
func (s *Server) operatorState(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := operatorPage{Time: s.currentTime(), Teams: []operatorTeam{}, Interviews: []operatorInterview{}, Pads: []operatorPad{},
		Faults: []operatorFault{}, WebhookFaults: []operatorWebhookFault{}, Held: len(s.held), Paths: slices.Sorted(maps.Keys(endpoints))}
	for _, t := range s.teams {
		out.Teams = append(out.Teams, s.operatorTeam(t))
	}
	for _, i := range webpage.Part(s.sortedInterviews(nil), 0, shownRows) {
		out.Interviews = append(out.Interviews, i.operatorRow())
	}
	for _, p := range webpage.Part(s.sortedPads(nil), 0, shownRows) {
		out.Pads = append(out.Pads, operatorPad{p.UID, p.ExamName, p.CandidateName, p.Status, p.toReply().Score, p.TotalScore, p.URL})
	}
	for _, f := range s.faults.Rules() {
		out.Faults = append(out.Faults, operatorFault{f.ID, f.Remaining, f.Fault})
	}
	for _, f := range s.webhookFaults.Rules() {
		out.WebhookFaults = append(out.WebhookFaults, operatorWebhookFault{f.ID, f.Remaining, f.Fault})
	}
	return out, nil
}

func (s *Server) operatorTeam(t *teamState) operatorTeam {
	out := operatorTeam{t.ID, t.Name, t.ClientID, redact.Secret(t.ClientSecret), t.CallbackURL, t.Quota, len(t.Members), 0}
	for _, k := range s.tokens {
		if k.team == t && s.isTokenValid(k) {
			out.Tokens++
		}
	}
	return out
}

func (i *interviewState) operatorRow() operatorInterview {
	out := operatorInterview{UID: i.UID, Team: i.team.Name, Candidate: i.CandidateName, Status: i.Status, Rate: i.meanRating(),
		CreatedAt: i.CreatedAt, StartedAt: optionalTime(i.StartedAt), EndedAt: optionalTime(i.EndedAt), CandidateURL: i.CandidateURL,
		Links: []pageLink{}}
	for _, p := range i.Interviewers {
		out.Links = append(out.Links, pageLink{p.Name, p.URL})
	}
	out.Links = append(out.Links, pageLink{"", i.InterviewerURL})
	return out
}

// logRows is how many entries of a log the page shows.
const logRows = 200

// operatorCalls lists the newest calls that contain ?q= anywhere, newest first.
func (s *Server) operatorCalls(r *http.Request) (any, error) {
	return webpage.NewestFirst(s.Calls(""), logRows, func(c *Call) bool {
		return containsFold(strings.Join([]string{c.Method, c.Path, c.Query, c.Request, c.Response, c.Note, c.ClientID, fmt.Sprint(c.Status)}, "\n"),
			r.URL.Query().Get("q"))
	}), nil
}

func (s *Server) operatorWebhooks(r *http.Request) (any, error) {
	return webpage.NewestFirst(s.Webhooks(), logRows, func(h *Webhook) bool {
		return containsFold(strings.Join([]string{h.Event, h.URL, string(h.Payload), h.State, h.Note}, "\n"), r.URL.Query().Get("q"))
	}), nil
}

type operatorAct struct {
	ID       int64   `json:"id"`
	IDs      []int64 `json:"ids"`
	ClientID string  `json:"clientId"`
	Seconds  float64 `json:"seconds"`
	Left     int     `json:"left"`
}

func operatorAction(r *http.Request, do func(operatorAct) (any, error)) (any, error) {
	var in operatorAct
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	return do(in)
}

func (s *Server) operatorResend(r *http.Request) (any, error) {
	return operatorAction(r, func(in operatorAct) (any, error) { return struct{}{}, s.Resend(in.ID) })
}

func (s *Server) operatorRelease(*http.Request) (any, error) {
	return map[string]int{"released": s.ReleaseHeldWebhooks()}, nil
}

func (s *Server) operatorRemoveFaults(r *http.Request) (any, error) {
	return operatorAction(r, func(in operatorAct) (any, error) {
		s.RemoveFaults(in.IDs...)
		return struct{}{}, nil
	})
}

func (s *Server) operatorAdvanceClock(r *http.Request) (any, error) {
	return operatorAction(r, func(in operatorAct) (any, error) {
		s.Advance(time.Duration(in.Seconds * float64(time.Second)))
		return map[string]time.Time{"time": s.Time()}, nil
	})
}

func (s *Server) operatorKillTokens(r *http.Request) (any, error) {
	return operatorAction(r, func(in operatorAct) (any, error) {
		return map[string]int{"killed": s.KillTokens(in.ClientID)}, nil
	})
}

func (s *Server) operatorSetQuota(r *http.Request) (any, error) {
	return operatorAction(r, func(in operatorAct) (any, error) {
		s.SetQuota(in.ID, in.Left)
		return struct{}{}, nil
	})
}

func (s *Server) operatorAddFault(r *http.Request) (any, error) {
	var in Fault
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	return map[string]int64{"id": s.AddFault(in)}, nil
}

func (s *Server) operatorAddWebhookFault(r *http.Request) (any, error) {
	var in WebhookFault
	if err := webpage.ReadJSON(r, &in); err != nil {
		return nil, err
	}
	return map[string]int64{"id": s.AddWebhookFault(in)}, nil
}
