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
		Recommendation string     `json:"recommendation"`
		Comment        string     `json:"comment"`
		Scores         []apiScore `json:"scores"`
		Criteria       []struct {
			Key     string `json:"key"`
			Title   string `json:"title"`
			Options []struct {
				Key  string `json:"key"`
				Text string `json:"text"`
			} `json:"options"`
		} `json:"criteria"`
	} `json:"items"`
}

type apiScore struct {
	Key     string   `json:"key"`
	Score   int      `json:"score"`
	Text    string   `json:"text"`
	Choice  string   `json:"choice"`
	Checked []string `json:"checked"`
}

// format returns the entry, with the texts of options by key; "" when there is none.
func (s apiScore) format(options map[string]string) string {
	switch {
	case s.Score > 0:
		return strconv.Itoa(s.Score)
	case s.Choice != "":
		return options[s.Choice]
	case len(s.Checked) > 0:
		texts := make([]string, len(s.Checked))
		for n, key := range s.Checked {
			texts[n] = options[key]
		}
		return strings.Join(texts, " + ")
	default:
		return s.Text
	}
}

func (c *interviewScorecards) Run(ctx context.Context, s *session) error {
	return requestAndPrint(ctx, s, http.MethodGet, interviewPath(c.ID, "/scorecards"), nil, func(v apiScorecards) table {
		if !v.Visible {
			return singleCellTable(fmt.Sprintf("%d of %d submitted; shown once all are submitted", v.Submitted, v.Expected))
		}
		t := table{head: []string{"INTERVIEWER", "RECOMMENDS", "SCORES", "COMMENT"}}
		for _, card := range v.Items {
			titles, options := map[string]string{}, map[string]string{}
			for _, criterion := range card.Criteria {
				titles[criterion.Key] = criterion.Title
				for _, o := range criterion.Options {
					options[o.Key] = o.Text
				}
			}
			var scores []string
			for _, score := range card.Scores {
				if entry := score.format(options); entry != "" {
					scores = append(scores, titles[score.Key]+" "+entry)
				}
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
