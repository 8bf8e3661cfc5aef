package cli

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/huimian/huimian/internal/app"
)

// adminExport is the command "admin export".
type adminExport struct {
	adminFlags
	Candidate string `arg:"" help:"Id of the candidate."`
	Out       string `type:"path" placeholder:"FILE" help:"ZIP file to write, which must not exist yet; default: candidate-<id>.zip."`
	Lang      string `enum:"zh-CN,en,ja," default:"" help:"Language of the page in the file: zh-CN, en or ja; default: that of the terminal."`
}

// Run writes the file, and removes it when the export fails.
func (c *adminExport) Run(ctx context.Context, s *session) error {
	language := c.Lang
	if language == "" {
		language = app.TerminalLanguage()
	}
	created := ""
	err := app.ExportCandidate(ctx, c.Config, c.Candidate, language, func(name string) (io.WriteCloser, error) {
		if c.Out != "" {
			name = c.Out
		}
		f, err := createNewFile(name)
		if err != nil {
			return nil, err
		}
		created = name
		return f, nil
	})
	if err != nil {
		if created != "" {
			err = errors.Join(err, os.Remove(created))
		}
		return err
	}
	return s.printResult(map[string]string{"file": created}, singleCellTable(created))
}
