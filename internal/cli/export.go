package cli

import (
	"context"
	"net/http"
	"net/url"
)

// Export is the command "export".
type Export struct {
	APIFlags
	Interview exportInterview `cmd:"" help:"Export the sealed log of an interview's room."`
}

type exportInterview struct {
	ID     string `arg:""`
	Format string `enum:"html,json" default:"html" help:"html: a page that plays and verifies the log offline; json: the document alone."`
	Out    string `short:"o" type:"path" placeholder:"FILE" help:"New file to write to; default: standard output. Existing files are not overwritten."`
}

func (c *exportInterview) Run(ctx context.Context, s *session) error {
	raw, err := s.api.sendRequest(ctx, http.MethodGet, interviewPath(c.ID, "/export"), url.Values{"format": {c.Format}}, nil)
	if err != nil {
		return err
	}
	return s.writeNewFile(raw, c.Out)
}
