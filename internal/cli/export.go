package cli

import (
	"context"
	"net/http"
)

// Export is the command "export".
type Export struct {
	APIFlags
	Interview exportInterview `cmd:"" help:"Export the sealed log of an interview's room."`
}

type exportInterview struct {
	ID  string `arg:""`
	Out string `short:"o" type:"path" placeholder:"FILE" help:"New file to write to; default: standard output. Existing files are not overwritten."`
}

func (c *exportInterview) Run(ctx context.Context, s *session) error {
	raw, err := s.api.sendRequest(ctx, http.MethodGet, interviewPath(c.ID, "/export"), nil, nil)
	if err != nil {
		return err
	}
	return s.writeNewFile(raw, c.Out)
}
