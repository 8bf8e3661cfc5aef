package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/transcript"
	"github.com/huimian/huimian/internal/transcript/rerun"
)

// Verify is the command "verify".
type Verify struct {
	File string   `arg:"" type:"existingfile" help:"An exported interview."`
	Key  []string `placeholder:"ID" help:"Key ids of the installation: fail when another key has signed. See huimian keys list."`
	JSON bool     `help:"Print JSON."`

	Rerun   bool            `help:"Run the recorded programs again in the sandbox of this machine, and fail when one prints something else."`
	Sandbox app.SandboxHost `embed:"" prefix:"sandbox-"`
}

// verification is what the command prints.
type verification struct {
	*transcript.Report

	Runs []rerun.Result `json:"runs,omitempty"`
}

// Run prints what the file proves, or the first difference.
func (c *Verify) Run(ctx context.Context, s *session) error {
	s.json = c.JSON
	file, err := os.ReadFile(c.File)
	if err != nil {
		return usageError{err}
	}
	document, err := transcript.FindDocument(file)
	if err != nil {
		return usageErrorf("reading %s: %w", c.File, err)
	}
	var recording rerun.Recording
	var visit func(transcript.Payload, string) error
	if c.Rerun {
		visit = recording.Visit
	}
	report, err := transcript.Verify(bytes.NewReader(document), visit)
	if err != nil {
		return fmt.Errorf("%s is not what was sealed: %w", c.File, err)
	}
	if err := checkKeys(report, c.Key); err != nil {
		return err
	}
	if !c.Rerun {
		return s.printResult(verification{Report: report}, reportTable(report))
	}
	runner, closeRunner, err := StartSandbox(ctx, c.Sandbox)
	if err != nil {
		return fmt.Errorf("starting the sandbox: %w", err)
	}
	defer closeRunner()
	results, err := recording.RunAgain(ctx, runner)
	if err != nil {
		return err
	}
	if err := s.printResult(verification{report, results}, addRuns(reportTable(report), results)); err != nil {
		return err
	}
	if slices.ContainsFunc(results, func(r rerun.Result) bool { return r.Outcome == rerun.Different }) {
		return errReported
	}
	return nil
}

func addRuns(t table, results []rerun.Result) table {
	for _, r := range results {
		text := string(r.Outcome)
		if r.Reason != "" {
			text += ": " + r.Reason
		}
		t.rows = append(t.rows, []string{"run " + r.At.UTC().Format(time.DateTime) + " " + r.Language, text})
	}
	return t
}

// checkKeys checks that one of the keys has made each seal. Without keys every key
// is accepted.
func checkKeys(report *transcript.Report, keys []string) error {
	for n, seal := range report.Seals {
		if len(keys) > 0 && !slices.Contains(keys, seal.KeyID) {
			return fmt.Errorf("seal %d is signed with the key %s, which is not among those given", n+1, seal.KeyID)
		}
	}
	return nil
}

func reportTable(report *transcript.Report) table {
	t := keyValueTable("interview", report.InterviewID, "audience", string(report.Audience))
	for _, stream := range report.Streams {
		rows := strconv.Itoa(stream.Rows) + " rows"
		switch {
		case stream.Missing:
			rows += ", not in the file"
		case stream.Hidden > 0:
			rows += fmt.Sprintf(", %d of them as a hash alone", stream.Hidden)
		}
		t.rows = append(t.rows, []string{"stream " + stream.Stream, rows})
	}
	for _, seal := range report.Seals {
		t.rows = append(t.rows, []string{"sealed", seal.SealedAt.Format("2006-01-02 15:04:05 MST") + " with the key " + seal.KeyID})
	}
	return t
}
