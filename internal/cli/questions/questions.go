// Package questions implements the command "questions": it exports and imports the
// question bank of an installation, adds the questions that come with the product to it,
// and checks a folder with questions without an installation.
package questions

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/huimian/huimian/internal/cli"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/question/exchange"
)

// Command is the command "questions".
type Command struct {
	Export  exportCommand  `cmd:"" help:"Export questions into a folder, or a .json or .zip file."`
	Import  importCommand  `cmd:"" help:"Import the questions of a folder or a file: all, or none if one has an error."`
	Library libraryCommand `cmd:"" help:"List the questions that come with Huimian, and add them to the question bank."`
	Check   checkCommand   `cmd:"" help:"Check a folder or a file with questions without an installation, and run the reference solutions where a sandbox is present."`
}

type exportCommand struct {
	cli.APIFlags
	Target     string `arg:"" type:"path" help:"New or empty folder, or new file that ends in .json or .zip."`
	Query      string `placeholder:"TEXT" help:"Only questions with this in the title."`
	Tag        string `placeholder:"TAG" help:"Only questions with this tag."`
	Difficulty string `enum:"easy,medium,hard," default:"" help:"Only questions of this difficulty: easy, medium or hard."`
}

func (c *exportCommand) Run(ctx context.Context, s *cli.Session) error {
	if err := c.checkTarget(); err != nil {
		return err
	}
	query := url.Values{"format": {"zip"}}
	if filepath.Ext(c.Target) == ".json" {
		query.Set("format", "json")
	}
	for name, value := range map[string]string{"q": c.Query, "tag": c.Tag, "difficulty": c.Difficulty} {
		if value != "" {
			query.Set(name, value)
		}
	}
	body, err := s.SendFile(ctx, http.MethodGet, "/questions/export", query, nil)
	if err != nil {
		return err
	}
	if err := c.writeTarget(body); err != nil {
		return err
	}
	return s.PrintResult(map[string]string{"written": c.Target}, nil, [][]string{{"written to " + c.Target}})
}

func (c *exportCommand) isFile() bool {
	extension := filepath.Ext(c.Target)
	return extension == ".json" || extension == ".zip"
}

// checkTarget refuses a file that exists, and a folder with other files than hidden ones,
// such as those of git.
func (c *exportCommand) checkTarget() error {
	if c.isFile() {
		if _, err := os.Stat(c.Target); err == nil {
			return cli.UsageErrorf("%s already exists", c.Target)
		}
		return nil
	}
	list, err := os.ReadDir(c.Target)
	if err != nil && !os.IsNotExist(err) {
		return cli.UsageErrorf("reading %s: %w", c.Target, err)
	}
	for _, entry := range list {
		if !strings.HasPrefix(entry.Name(), ".") {
			return cli.UsageErrorf("%s is not empty: it has %s", c.Target, entry.Name())
		}
	}
	return nil
}

func (c *exportCommand) writeTarget(body []byte) error {
	if c.isFile() {
		return writeFile(c.Target, body)
	}
	err := exchange.Unpack(body, func(name string, body []byte) error {
		return writeFile(filepath.Join(c.Target, filepath.FromSlash(name)), body)
	})
	if err != nil {
		return fmt.Errorf("writing %s: %w", c.Target, err)
	}
	return nil
}

func writeFile(name string, body []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return fmt.Errorf("creating a folder: %w", err)
	}
	if err := os.WriteFile(name, body, 0o600); err != nil {
		return fmt.Errorf("writing a file: %w", err)
	}
	return nil
}

type importCommand struct {
	cli.APIFlags
	Source string `arg:"" type:"existingpath" help:"Folder, or file of an export."`
	DryRun bool   `help:"Print what would change, and change nothing."`
}

// preview is the response about an import.
type preview struct {
	Plan      string `json:"plan"`
	Questions []struct {
		ImportID      string   `json:"importId"`
		Title         string   `json:"title"`
		State         string   `json:"state"`
		ChangedFields []string `json:"changedFields"`
	} `json:"questions"`
	Issues []issue `json:"issues"`
}

type issue struct {
	File    string `json:"file,omitempty"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

func (c *importCommand) Run(ctx context.Context, s *cli.Session) error {
	body, err := c.readSource(s)
	if err != nil {
		return err
	}
	raw, err := s.SendFile(ctx, http.MethodPut, "/questions/import", url.Values{"dryRun": {"true"}}, body)
	if err != nil {
		return err
	}
	var p preview
	if err := json.Unmarshal(raw, &p); err != nil {
		return fmt.Errorf("decoding the response: %w", err)
	}
	if len(p.Issues) > 0 {
		return printIssues(s, p.Issues)
	}
	if !c.DryRun {
		if raw, err = s.SendFile(ctx, http.MethodPut, "/questions/import", url.Values{"plan": {p.Plan}}, body); err != nil {
			return err
		}
	}
	rows := [][]string{}
	for _, q := range p.Questions {
		if q.State != "unchanged" {
			rows = append(rows, []string{q.State, q.ImportID, q.Title, strings.Join(q.ChangedFields, ", ")})
		}
	}
	if len(rows) == 0 {
		return s.PrintResult(raw, nil, [][]string{{"nothing has changed"}})
	}
	return s.PrintResult(raw, []string{"STATE", "ID", "TITLE", "FIELDS"}, rows)
}

// readSource returns the file of an export, or a folder as an archive.
func (c *importCommand) readSource(s *cli.Session) ([]byte, error) {
	info, err := os.Stat(c.Source)
	if err != nil {
		return nil, cli.UsageErrorf("reading %s: %w", c.Source, err)
	}
	if !info.IsDir() {
		return readFile(c.Source, info.Size())
	}
	body, bundle, err := exchange.PackDir(os.DirFS(c.Source))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", c.Source, err)
	}
	if len(bundle.Issues) > 0 {
		return nil, printIssues(s, localize(bundle.Issues))
	}
	return body, nil
}

func readFile(name string, size int64) ([]byte, error) {
	if size > exchange.MaxBytes {
		return nil, cli.UsageErrorf("%s has more than %d MB", name, exchange.MaxBytes>>20)
	}
	body, err := os.ReadFile(name)
	if err != nil {
		return nil, cli.UsageErrorf("reading %s: %w", name, err)
	}
	return body, nil
}

func localize(issues []exchange.Issue) []issue {
	list := make([]issue, len(issues))
	for n, i := range issues {
		list[n] = issue{i.File, i.Field, i18n.T(cli.Language(), i.Code, i.Params)}
	}
	return list
}

// printIssues prints the errors of a file, one in each line, and returns the failure.
func printIssues(s *cli.Session, issues []issue) error {
	rows := make([][]string, len(issues))
	for n, i := range issues {
		rows[n] = []string{i.File, i.Field, i.Message}
	}
	if err := s.PrintResult(map[string]any{"ok": false, "issues": issues}, []string{"FILE", "FIELD", "ERROR"}, rows); err != nil {
		return err
	}
	return cli.ErrReported
}
