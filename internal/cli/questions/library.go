package questions

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/huimian/huimian/internal/cli"
	"github.com/huimian/huimian/internal/question/library"
)

type libraryCommand struct {
	List libraryListCommand `cmd:"" help:"List the questions that come with Huimian."`
	Add  libraryAddCommand  `cmd:"" help:"Add questions that come with Huimian to the question bank. Those that were added before do not change."`
}

// textLanguage is the flag of the language of the texts.
type textLanguage struct {
	Language string `enum:"zh,en,ja" required:"" help:"Language of the texts: zh, en or ja."`
}

type libraryListCommand struct {
	cli.APIFlags
	textLanguage
	Kind       string `enum:"coding,sql,debugging,frontend,discussion," default:"" help:"Only questions of this kind: coding, sql, debugging, frontend or discussion."`
	Difficulty string `enum:"easy,medium,hard," default:"" help:"Only questions of this difficulty: easy, medium or hard."`
	Tag        string `placeholder:"TAG" help:"Only questions with this tag."`
}

// libraryItem is a question of the library in a response.
type libraryItem struct {
	ID              string   `json:"id"`
	Kind            string   `json:"kind"`
	Title           string   `json:"title"`
	Difficulty      string   `json:"difficulty"`
	Tags            []string `json:"tags"`
	ExpectedMinutes int      `json:"expectedMinutes"`
	QuestionID      string   `json:"questionId,omitempty"`
}

func (c *libraryListCommand) Run(ctx context.Context, s *cli.Session) error {
	list, err := readLibrary(ctx, s, c.Language)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(i libraryItem) bool {
		return c.Kind != "" && i.Kind != c.Kind || c.Difficulty != "" && i.Difficulty != c.Difficulty || c.Tag != "" && !slices.Contains(i.Tags, c.Tag)
	})
	rows := make([][]string, len(list))
	for n, i := range list {
		rows[n] = []string{i.ID, i.Kind, i.Difficulty, strconv.Itoa(i.ExpectedMinutes), i.Title, strings.Join(i.Tags, ", "), i.QuestionID}
	}
	return s.PrintResult(list, []string{"ID", "KIND", "DIFFICULTY", "MINUTES", "TITLE", "TAGS", "ADDED AS"}, rows)
}

func readLibrary(ctx context.Context, s *cli.Session, language string) ([]libraryItem, error) {
	raw, err := s.SendFile(ctx, http.MethodGet, "/question-library", url.Values{"language": {language}}, nil)
	if err != nil {
		return nil, err
	}
	var response struct {
		Items []libraryItem `json:"items"`
	}
	if err := json.Unmarshal(raw, &response); err != nil {
		return nil, fmt.Errorf("decoding the response: %w", err)
	}
	return response.Items, nil
}

type libraryAddCommand struct {
	cli.APIFlags
	textLanguage
	IDs []string `arg:"" optional:"" name:"id" help:"Ids of the list."`
	All bool     `help:"Add all questions."`
}

func (c *libraryAddCommand) Run(ctx context.Context, s *cli.Session) error {
	if c.All == (len(c.IDs) > 0) {
		return cli.UsageErrorf("pass the ids of questions, or --all")
	}
	ids := c.IDs
	if c.All {
		list, err := readLibrary(ctx, s, c.Language)
		if err != nil {
			return err
		}
		for _, i := range list {
			ids = append(ids, i.ID)
		}
	}
	var out struct {
		Added     int                `json:"added"`
		Questions []libraryAddedItem `json:"questions"`
	}
	for batch := range slices.Chunk(ids, library.MaxIDs) {
		raw, err := s.SendJSON(ctx, http.MethodPut, "/question-library", map[string]any{"language": c.Language, "ids": batch})
		if err != nil {
			return err
		}
		added := out
		if err := json.Unmarshal(raw, &added); err != nil {
			return fmt.Errorf("decoding the response: %w", err)
		}
		out.Added, out.Questions = out.Added+added.Added, append(out.Questions, added.Questions...)
	}
	rows := [][]string{}
	for _, q := range out.Questions {
		rows = append(rows, []string{q.State, q.QuestionID, q.Title})
	}
	return s.PrintResult(out, []string{"STATE", "ID", "TITLE"}, rows)
}

// libraryAddedItem is a question of the library in the question bank.
type libraryAddedItem struct {
	QuestionID string `json:"questionId"`
	Title      string `json:"title"`
	State      string `json:"state"`
}
