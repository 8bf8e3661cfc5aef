package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
)

type interviewScorecards struct {
	ID string `arg:""`
}

type apiScorecards struct {
	Submitted int  `json:"submitted"`
	Expected  int  `json:"expected"`
	Visible   bool `json:"visible"`
	Items     []struct {
		Author struct {
			Name string `json:"name"`
		} `json:"author"`
		Recommendation string `json:"recommendation"`
		Comment        string `json:"comment"`
		Scores         []struct {
			Key   string `json:"key"`
			Score int    `json:"score"`
		} `json:"scores"`
	} `json:"items"`
}

func (c *interviewScorecards) Run(ctx context.Context, s *session) error {
	return requestAndPrint(ctx, s, http.MethodGet, interviewPath(c.ID, "/scorecards"), nil, func(v apiScorecards) table {
		if !v.Visible {
			return singleCellTable(fmt.Sprintf("%d of %d submitted; shown once all are submitted", v.Submitted, v.Expected))
		}
		t := table{head: []string{"INTERVIEWER", "RECOMMENDS", "SCORES", "COMMENT"}}
		for _, card := range v.Items {
			var scores []string
			for _, score := range card.Scores {
				scores = append(scores, score.Key+" "+strconv.Itoa(score.Score))
			}
			t.rows = append(t.rows, []string{card.Author.Name, card.Recommendation, strings.Join(scores, ", "), card.Comment})
		}
		return t
	})
}

type interviewResult struct {
	ID      string `arg:""`
	Decide  string `placeholder:"hire|no_hire|hold|next_round" help:"Make the decision, after the interview has ended."`
	Comment string `help:"Reason for the decision; with --decide."`
}

func (c *interviewResult) Run(ctx context.Context, s *session) error {
	type outcome struct {
		State  string     `json:"state"`
		Result *apiResult `json:"result"`
	}
	view := func(o outcome) table {
		if o.Result == nil {
			return keyValueTable("state", o.State, "result", "not decided")
		}
		return keyValueTable("state", o.State, "result", o.Result.Decision, "comment", o.Result.Comment)
	}
	if c.Decide == "" {
		return requestAndPrint(ctx, s, http.MethodGet, interviewPath(c.ID, "/result"), nil, view)
	}
	body := map[string]any{"decision": c.Decide}
	setField(body, "comment", c.Comment)
	return requestAndPrint(ctx, s, http.MethodPut, interviewPath(c.ID, "/result"), body, view)
}

type interviewReplay struct {
	ID  string `arg:""`
	Out string `short:"o" type:"path" placeholder:"FILE" help:"New file to write to; default: standard output. Existing files are not overwritten."`
}

func (c *interviewReplay) Run(ctx context.Context, s *session) error {
	raw, err := s.api.sendRequest(ctx, http.MethodGet, interviewPath(c.ID, "/replay"), nil, nil)
	if err != nil {
		return err
	}
	return s.writeNewFile(raw, c.Out)
}

// writeNewFile writes to a file that does not exist yet, or to the standard output
// when path is "".
func (s *session) writeNewFile(raw []byte, path string) error {
	if path == "" {
		_, err := s.Out.Write(append(bytes.TrimSpace(raw), '\n'))
		return wrapError("writing the replay", err)
	}
	f, err := createNewFile(path)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Close()); err != nil {
		return wrapError("writing the replay", err)
	}
	return s.printDone("written to " + path)
}

// createNewFile creates a file that does not exist yet, which only the user may read.
func createNewFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, os.ErrExist):
		return nil, usageErrorf("%s already exists", path)
	case err != nil:
		return nil, usageError{err}
	}
	return f, nil
}
