package cli

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Interview is the command "interview".
type Interview struct {
	APIFlags
	List       interviewList       `cmd:"" help:"Interviews by start time."`
	Show       interviewShow       `cmd:"" help:"One interview, with the responses of its interviewers."`
	Schedule   interviewSchedule   `cmd:"" aliases:"create" help:"Schedule an interview, creating candidate and position if necessary."`
	Change     interviewChange     `cmd:"" help:"Change an interview that has not begun."`
	Cancel     interviewCancel     `cmd:"" help:"Cancel an interview and notify its participants."`
	Link       interviewLink       `cmd:"" help:"Create a new link for the candidate and invalidate the old one."`
	Scorecards interviewScorecards `cmd:"" help:"The scorecards, once all are submitted."`
	Result     interviewResult     `cmd:"" help:"Show the decision, or make it with --decide."`
	Replay     interviewReplay     `cmd:"" help:"Export the event log of the room as JSON."`
}

// apiInterview has the fields of an interview that tables show.
type apiInterview struct {
	ID         string    `json:"id"`
	URL        string    `json:"url"`
	Title      string    `json:"title"`
	ExternalID string    `json:"externalId"`
	State      string    `json:"state"`
	StartsAt   time.Time `json:"startsAt"`
	EndsAt     time.Time `json:"endsAt"`
	TimeZone   string    `json:"timeZone"`
	Position   apiRef    `json:"position"`
	Candidate  struct {
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

// timeRange formats start and end in the interview's time zone, in UTC if the zone
// is unknown.
func (i apiInterview) timeRange() string {
	loc, err := time.LoadLocation(i.TimeZone)
	if err != nil {
		loc = time.UTC
	}
	return i.StartsAt.In(loc).Format("2006-01-02 15:04") + "–" + i.EndsAt.In(loc).Format("15:04")
}

func (i apiInterview) interviewerNames() string {
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
	t := keyValueTable("id", i.ID, "title", i.Title, "state", i.State, "time", i.timeRange()+" "+i.TimeZone, "position", i.Position.Title,
		"candidate", i.Candidate.Name, "interviewers", i.interviewerNames(), "organizer", i.Organizer.Name, "external id", i.ExternalID, "room", strings.TrimSpace(i.Room.Kind+" "+i.Room.URL),
		"link", cmp.Or(i.CandidateLink, i.LinkState), "note", i.Note, "reason", i.CancelReason, "page", i.URL)
	if i.Result != nil {
		t.rows = append(t.rows, []string{"result", strings.TrimSpace(i.Result.Decision + " " + i.Result.Comment)})
	}
	return t
}

type interviewList struct {
	Query      string   `short:"q" help:"Part of the title or of the candidate's name."`
	From       string   `help:"Ends after this time."`
	To         string   `help:"Starts before this time."`
	State      []string `help:"scheduled, in_progress, ended or cancelled; comma-separated."`
	Position   string   `placeholder:"ID"`
	Candidate  string   `placeholder:"ID"`
	ExternalID string   `name:"external-id" placeholder:"ID" help:"Only the interview with this id in another system."`
	Latest     bool     `help:"Latest first."`
	Limit      int      `default:"50" help:"Maximum number of rows; 0 for all."`
}

func (c *interviewList) Run(ctx context.Context, s *session) error {
	query := url.Values{"state": c.State}
	setQueryParam(query, "q", c.Query)
	setQueryParam(query, "positionId", c.Position)
	setQueryParam(query, "candidateId", c.Candidate)
	setQueryParam(query, "externalId", c.ExternalID)
	if c.Latest {
		query.Set("order", "desc")
	}
	for name, value := range map[string]string{"from": c.From, "to": c.To} {
		if value == "" {
			continue
		}
		at, err := parseTime("--"+name, value, "")
		if err != nil {
			return err
		}
		query.Set(name, at)
	}
	return listAndPrint(ctx, s, "/interviews", query, c.Limit, func(list []apiInterview) table {
		t := table{head: []string{"ID", "TIME", "STATE", "TITLE", "CANDIDATE", "INTERVIEWERS"}}
		for _, i := range list {
			t.rows = append(t.rows, []string{i.ID, i.timeRange(), i.State, i.Title, i.Candidate.Name, i.interviewerNames()})
		}
		return t
	})
}

type interviewShow struct {
	ID string `arg:""`
}

func (c *interviewShow) Run(ctx context.Context, s *session) error {
	return requestAndPrint(ctx, s, http.MethodGet, interviewPath(c.ID, ""), nil, interviewTable)
}

func interviewPath(id, rest string) string { return "/interviews/" + url.PathEscape(id) + rest }

type interviewCancel struct {
	ID     string `arg:""`
	Reason string `help:"Reason for the interviewers; not shown to the candidate."`
}

func (c *interviewCancel) Run(ctx context.Context, s *session) error {
	return requestAndPrint(ctx, s, http.MethodPost, interviewPath(c.ID, "/cancel"), map[string]any{"reason": c.Reason}, interviewTable)
}

type interviewLink struct {
	ID string `arg:""`
}

func (c *interviewLink) Run(ctx context.Context, s *session) error {
	type link struct {
		URL string `json:"url"`
	}
	return requestAndPrint(ctx, s, http.MethodPost, interviewPath(c.ID, "/candidate-link"), nil, func(l link) table { return singleCellTable(l.URL) })
}
