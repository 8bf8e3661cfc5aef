package cli

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Interview is the command "interview".
type Interview struct {
	API
	List       interviewList       `cmd:"" help:"Interviews by start time."`
	Show       interviewShow       `cmd:"" help:"One interview, with the answers of its interviewers."`
	Schedule   interviewSchedule   `cmd:"" aliases:"create" help:"Schedule an interview, and make its candidate and position if need be."`
	Change     interviewChange     `cmd:"" help:"Change an interview that has not begun."`
	Cancel     interviewCancel     `cmd:"" help:"Cancel an interview; everybody is told."`
	Link       interviewLink       `cmd:"" help:"Make a new link for the candidate; the old one dies."`
	Scorecards interviewScorecards `cmd:"" help:"The judgements, once all are in."`
	Result     interviewResult     `cmd:"" help:"What was decided; --decide decides."`
	Replay     interviewReplay     `cmd:"" help:"Export everything that happened in the room, as JSON."`
}

// apiInterview is an interview as tables show it.
type apiInterview struct {
	ID        string    `json:"id"`
	URL       string    `json:"url"`
	Title     string    `json:"title"`
	State     string    `json:"state"`
	StartsAt  time.Time `json:"startsAt"`
	EndsAt    time.Time `json:"endsAt"`
	TimeZone  string    `json:"timeZone"`
	Position  apiRef    `json:"position"`
	Candidate struct {
		Name string `json:"name"`
	} `json:"candidate"`
	Room struct {
		Kind string `json:"kind"`
		URL  string `json:"url"`
	} `json:"room"`
	Interviewers []struct {
		UserID         string `json:"userId"`
		Name           string `json:"name"`
		Response       string `json:"response"`
		ResponseReason string `json:"responseReason"`
	} `json:"interviewers"`
	Organizer struct {
		Name string `json:"name"`
	} `json:"organizer"`
	CandidateLink string     `json:"candidateLink"`
	LinkState     string     `json:"candidateLinkState"`
	CancelReason  string     `json:"cancelReason"`
	Note          string     `json:"note"`
	Result        *apiResult `json:"result"`
}

type apiRef struct {
	Title string `json:"title"`
}

type apiResult struct {
	Decision string `json:"decision"`
	Comment  string `json:"comment"`
}

// when is the time as people in the interview's zone read it.
func (i apiInterview) when() string {
	loc, err := time.LoadLocation(i.TimeZone)
	if err != nil {
		loc = time.UTC
	}
	return i.StartsAt.In(loc).Format("2006-01-02 15:04") + "–" + i.EndsAt.In(loc).Format("15:04")
}

func (i apiInterview) interviewers() string {
	var names []string
	for _, m := range i.Interviewers {
		name := m.Name + " (" + m.Response + ")"
		if m.ResponseReason != "" {
			name = m.Name + " (" + m.Response + ": " + m.ResponseReason + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func interviewTable(i apiInterview) table {
	t := pairs("id", i.ID, "title", i.Title, "state", i.State, "time", i.when()+" "+i.TimeZone, "position", i.Position.Title,
		"candidate", i.Candidate.Name, "interviewers", i.interviewers(), "organizer", i.Organizer.Name, "room", strings.TrimSpace(i.Room.Kind+" "+i.Room.URL),
		"link", orText(i.CandidateLink, i.LinkState), "note", i.Note, "reason", i.CancelReason, "page", i.URL)
	if i.Result != nil {
		t.rows = append(t.rows, []string{"result", strings.TrimSpace(i.Result.Decision + " " + i.Result.Comment)})
	}
	return t
}

type interviewList struct {
	Query     string   `short:"q" help:"Part of the title or of the candidate's name."`
	From      string   `help:"Ends after this time."`
	To        string   `help:"Starts before this time."`
	State     []string `help:"scheduled, in_progress, ended, cancelled; several with commas."`
	Position  string   `placeholder:"ID"`
	Candidate string   `placeholder:"ID"`
	Latest    bool     `help:"The latest first."`
	Limit     int      `default:"50" help:"How many at most; 0 is all."`
}

// Run lists interviews.
func (c *interviewList) Run(ctx context.Context, s *session) error {
	query := url.Values{"state": c.State}
	setQuery(query, "q", c.Query)
	setQuery(query, "positionId", c.Position)
	setQuery(query, "candidateId", c.Candidate)
	if c.Latest {
		query.Set("order", "desc")
	}
	for name, value := range map[string]string{"from": c.From, "to": c.To} {
		if value == "" {
			continue
		}
		at, err := moment("--"+name, value, "")
		if err != nil {
			return err
		}
		query.Set(name, at)
	}
	return apiPages(ctx, s, "/interviews", query, c.Limit, func(list []apiInterview) table {
		t := table{head: []string{"ID", "TIME", "STATE", "TITLE", "CANDIDATE", "INTERVIEWERS"}}
		for _, i := range list {
			t.rows = append(t.rows, []string{i.ID, i.when(), i.State, i.Title, i.Candidate.Name, i.interviewers()})
		}
		return t
	})
}

type interviewShow struct {
	ID string `arg:""`
}

// Run shows one interview.
func (c *interviewShow) Run(ctx context.Context, s *session) error {
	return fetch(ctx, s, http.MethodGet, interviewPath(c.ID, ""), nil, interviewTable)
}

func interviewPath(id, rest string) string { return "/interviews/" + url.PathEscape(id) + rest }

type interviewCancel struct {
	ID     string `arg:""`
	Reason string `help:"For the interviewers; the candidate does not read it."`
}

// Run cancels an interview.
func (c *interviewCancel) Run(ctx context.Context, s *session) error {
	return fetch(ctx, s, http.MethodPost, interviewPath(c.ID, "/cancel"), map[string]any{"reason": c.Reason}, interviewTable)
}

type interviewLink struct {
	ID string `arg:""`
}

// Run makes a new link and prints it.
func (c *interviewLink) Run(ctx context.Context, s *session) error {
	type link struct {
		URL string `json:"url"`
	}
	return fetch(ctx, s, http.MethodPost, interviewPath(c.ID, "/candidate-link"), nil, func(l link) table { return one(l.URL) })
}
