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

// Run shows the judgements.
func (c *interviewScorecards) Run(ctx context.Context, s *session) error {
	return fetch(ctx, s, http.MethodGet, interviewPath(c.ID, "/scorecards"), nil, func(v apiScorecards) table {
		if !v.Visible {
			return one(fmt.Sprintf("%d of %d are in; they are shown once all are", v.Submitted, v.Expected))
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
	Decide  string `placeholder:"hire|no_hire|hold|next_round" help:"Decide, once the interview has ended."`
	Comment string `help:"Why; with --decide."`
}

// Run shows or makes the decision.
func (c *interviewResult) Run(ctx context.Context, s *session) error {
	type outcome struct {
		State  string     `json:"state"`
		Result *apiResult `json:"result"`
	}
	view := func(o outcome) table {
		if o.Result == nil {
			return pairs("state", o.State, "result", "not decided")
		}
		return pairs("state", o.State, "result", o.Result.Decision, "comment", o.Result.Comment)
	}
	if c.Decide == "" {
		return fetch(ctx, s, http.MethodGet, interviewPath(c.ID, "/result"), nil, view)
	}
	body := map[string]any{"decision": c.Decide}
	put(body, "comment", c.Comment)
	return fetch(ctx, s, http.MethodPut, interviewPath(c.ID, "/result"), body, view)
}

type interviewReplay struct {
	ID  string `arg:""`
	Out string `short:"o" type:"path" placeholder:"FILE" help:"Where to write it; the standard output when left out. No file is replaced."`
}

// Run exports the log of the room.
func (c *interviewReplay) Run(ctx context.Context, s *session) error {
	raw, err := s.api.ask(ctx, http.MethodGet, interviewPath(c.ID, "/replay"), nil, nil)
	if err != nil {
		return err
	}
	if c.Out == "" {
		_, err := s.Out.Write(append(bytes.TrimSpace(raw), '\n'))
		return wrap("writing the replay", err)
	}
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return usagef("%s is there already", c.Out)
	}
	if err != nil {
		return usage{err}
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Close()); err != nil {
		return wrap("writing the replay", err)
	}
	return s.done("written to " + c.Out)
}
