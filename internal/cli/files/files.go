// Package files implements the command "files": it checks the contents of uploaded files, and
// copies them between a folder and the store of the settings.
package files

import (
	"context"
	"strconv"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/backup"
	"github.com/huimian/huimian/internal/cli"
)

// Command is the command "files".
type Command struct {
	Check checkCommand `cmd:"" help:"Compare the contents of uploaded files with their rows in the database."`
	Copy  copyCommand  `cmd:"" help:"Copy the contents of uploaded files from a folder to the store of the settings, or from it to a folder, and read each back."`
}

type checkCommand struct{ cli.DatabaseFlags }

func (c *checkCommand) Run(ctx context.Context, s *cli.Session) error {
	check, err := app.CheckFiles(ctx, c.Config)
	if err != nil {
		return err
	}
	return printCheck(s, check, check, nil)
}

type copyCommand struct {
	cli.DatabaseFlags
	FromDir string `type:"path" placeholder:"DIR" xor:"dir" required:"" help:"Folder that contains the files now."`
	ToDir   string `type:"path" placeholder:"DIR" xor:"dir" required:"" help:"Folder to copy the files to."`
}

func (c *copyCommand) Run(ctx context.Context, s *cli.Session) error {
	copied, err := app.CopyFiles(ctx, c.Config, c.FromDir+c.ToDir, c.ToDir != "")
	if err != nil {
		return err
	}
	return printCheck(s, copied, copied.FilesCheck, [][]string{{"copied", strconv.Itoa(copied.Copied)}})
}

// printCheck prints a result, and returns an error if contents are missing or damaged.
func printCheck(s *cli.Session, result any, check backup.FilesCheck, rows [][]string) error {
	rows = append([][]string{{"files", strconv.Itoa(check.Files)}}, rows...)
	for _, id := range check.Damaged {
		rows = append(rows, []string{"missing or damaged", id})
	}
	if err := s.PrintResult(result, nil, rows); err != nil {
		return err
	}
	if len(check.Damaged) > 0 {
		return cli.ErrReported
	}
	return nil
}
