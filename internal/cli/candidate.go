package cli

import (
	"context"
	"net/http"
	"net/url"
)

// Candidate is the command "candidate".
type Candidate struct {
	APIFlags
	List   candidateList   `cmd:"" help:"Candidates, newest first."`
	Show   candidateShow   `cmd:"" help:"One candidate."`
	Create candidateCreate `cmd:"" help:"Create a candidate."`
}

// apiCandidate has the fields of a candidate that tables show.
type apiCandidate struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Mobile   string `json:"mobile"`
	Position *struct {
		Title string `json:"title"`
	} `json:"position"`
	ExternalID string `json:"externalId"`
	ResumeURL  string `json:"resumeUrl"`
	Source     string `json:"source"`
	Note       string `json:"note"`
	Language   string `json:"language"`
}

func (c apiCandidate) positionTitle() string {
	if c.Position == nil {
		return ""
	}
	return c.Position.Title
}

type candidateList struct {
	Query      string `short:"q" help:"Part of the name, email address or mobile number."`
	Position   string `placeholder:"ID" help:"Only candidates for this position."`
	ExternalID string `name:"external-id" placeholder:"ID" help:"Only the candidate with this id in another system."`
	Limit      int    `default:"50" help:"Maximum number of rows; 0 for all."`
}

func (c *candidateList) Run(ctx context.Context, s *session) error {
	query := url.Values{}
	setQueryParam(query, "q", c.Query)
	setQueryParam(query, "positionId", c.Position)
	setQueryParam(query, "externalId", c.ExternalID)
	return listAndPrint(ctx, s, "/candidates", query, c.Limit, func(list []apiCandidate) table {
		t := table{head: []string{"ID", "NAME", "EMAIL", "MOBILE", "POSITION"}}
		for _, one := range list {
			t.rows = append(t.rows, []string{one.ID, one.Name, one.Email, one.Mobile, one.positionTitle()})
		}
		return t
	})
}

type candidateShow struct {
	ID string `arg:""`
}

func (c *candidateShow) Run(ctx context.Context, s *session) error {
	return requestAndPrint(ctx, s, http.MethodGet, "/candidates/"+url.PathEscape(c.ID), nil, candidateTable)
}

type candidateCreate struct {
	Name       string `arg:""`
	Email      string `help:"E-mail address for invitations."`
	Mobile     string
	Position   string `placeholder:"ID" help:"Position of the candidate."`
	ExternalID string `name:"external-id" placeholder:"ID" help:"Id of the candidate in another system, unique in the company."`
	Resume     string `placeholder:"URL" help:"https URL of the resume."`
	Source     string `help:"How the candidate was found."`
	Note       string `help:"Note for colleagues."`
	Language   string `placeholder:"zh-CN|en|ja" help:"Language of mails and pages for the candidate."`
	Override   bool   `help:"Create despite candidates who may be the same person."`
}

func (c *candidateCreate) Run(ctx context.Context, s *session) error {
	body := map[string]any{"name": c.Name}
	for name, value := range map[string]string{
		"email": c.Email, "mobile": c.Mobile, "positionId": c.Position, "externalId": c.ExternalID, "resumeUrl": c.Resume, "source": c.Source, "note": c.Note, "language": c.Language,
	} {
		if value != "" {
			body[name] = value
		}
	}
	if c.Override {
		body["overrideWarnings"] = true
	}
	return requestAndPrint(ctx, s, http.MethodPost, "/candidates", body, candidateTable)
}

func candidateTable(c apiCandidate) table {
	return keyValueTable("id", c.ID, "name", c.Name, "email", c.Email, "mobile", c.Mobile, "position", c.positionTitle(),
		"external id", c.ExternalID, "resume", c.ResumeURL, "source", c.Source, "language", c.Language, "note", c.Note)
}

func setQueryParam(query url.Values, name, value string) {
	if value != "" {
		query.Set(name, value)
	}
}
