package cli

import (
	"context"
	"net/http"
	"net/url"
)

// Candidate is the command "candidate".
type Candidate struct {
	API
	List   candidateList   `cmd:"" help:"Candidates, newest first."`
	Show   candidateShow   `cmd:"" help:"One candidate."`
	Create candidateCreate `cmd:"" help:"Make a candidate."`
}

// apiCandidate is a candidate as tables show it.
type apiCandidate struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Mobile   string `json:"mobile"`
	Position *struct {
		Title string `json:"title"`
	} `json:"position"`
	ResumeURL string `json:"resumeUrl"`
	Source    string `json:"source"`
	Note      string `json:"note"`
	Language  string `json:"language"`
}

func (c apiCandidate) position() string {
	if c.Position == nil {
		return ""
	}
	return c.Position.Title
}

type candidateList struct {
	Query    string `short:"q" help:"Part of the name, e-mail address or mobile number."`
	Position string `placeholder:"ID" help:"Only those who stand for this position."`
	Limit    int    `default:"50" help:"How many at most; 0 is all."`
}

// Run lists candidates.
func (c *candidateList) Run(ctx context.Context, s *session) error {
	query := url.Values{}
	setQuery(query, "q", c.Query)
	setQuery(query, "positionId", c.Position)
	return apiPages(ctx, s, "/candidates", query, c.Limit, func(list []apiCandidate) table {
		t := table{head: []string{"ID", "NAME", "EMAIL", "MOBILE", "POSITION"}}
		for _, one := range list {
			t.rows = append(t.rows, []string{one.ID, one.Name, one.Email, one.Mobile, one.position()})
		}
		return t
	})
}

type candidateShow struct {
	ID string `arg:""`
}

// Run shows one candidate.
func (c *candidateShow) Run(ctx context.Context, s *session) error {
	return fetch(ctx, s, http.MethodGet, "/candidates/"+url.PathEscape(c.ID), nil, candidateTable)
}

type candidateCreate struct {
	Name     string `arg:""`
	Email    string `help:"Invitations are sent there."`
	Mobile   string
	Position string `placeholder:"ID" help:"The position that they stand for."`
	Resume   string `placeholder:"URL" help:"https address of the resume."`
	Source   string `help:"Where they came from."`
	Note     string `help:"For colleagues."`
	Language string `placeholder:"zh-CN|en|ja" help:"Of mails and pages for them."`
}

// Run makes a candidate.
func (c *candidateCreate) Run(ctx context.Context, s *session) error {
	body := map[string]any{"name": c.Name}
	for name, value := range map[string]string{
		"email": c.Email, "mobile": c.Mobile, "positionId": c.Position, "resumeUrl": c.Resume, "source": c.Source, "note": c.Note, "language": c.Language,
	} {
		if value != "" {
			body[name] = value
		}
	}
	return fetch(ctx, s, http.MethodPost, "/candidates", body, candidateTable)
}

func candidateTable(c apiCandidate) table {
	return pairs("id", c.ID, "name", c.Name, "e-mail", c.Email, "mobile", c.Mobile, "position", c.position(),
		"resume", c.ResumeURL, "source", c.Source, "language", c.Language, "note", c.Note)
}

func setQuery(query url.Values, name, value string) {
	if value != "" {
		query.Set(name, value)
	}
}
