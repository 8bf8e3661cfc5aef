package cli

import (
	"context"
	"strconv"

	"github.com/huimian/huimian/internal/app"
)

// adminErase is the command "admin erase".
type adminErase struct {
	adminFlags
	Candidate string `arg:"" help:"Id of the candidate."`
	Name      string `placeholder:"NAME" help:"The candidate's name, as a confirmation."`
	Preview   bool   `help:"Print what would be deleted, and delete nothing."`
}

func (c *adminErase) Run(ctx context.Context, s *session) (err error) {
	var r app.ErasureReport
	switch {
	case c.Preview:
		r, err = app.PreviewErasure(ctx, c.Config, c.Candidate)
	case c.Name == "":
		err = usageErrorf("--name is required: the name of the candidate to erase")
	default:
		r, err = app.EraseCandidate(ctx, c.Config, c.Candidate, c.Name)
	}
	if err != nil {
		return err
	}
	t := table{head: []string{"TABLE", "ROWS"}}
	for _, name := range app.ErasureTables {
		t.rows = append(t.rows, []string{name, strconv.FormatInt(r.Rows[name], 10)})
	}
	if r.Prevented != "" {
		t.rows = append(t.rows, []string{"prevented", r.Prevented})
	}
	return s.printResult(r, t)
}
