// Package question is the company's question bank: coding problems with starter
// code, test cases and notes for interviewers. Positions and interviews refer to questions
// by id.
package question

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/searchtext"
	"github.com/huimian/huimian/internal/testcase"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Difficulty of a question, as its author rates it.
type Difficulty string

const (
	Easy   Difficulty = "easy"
	Medium Difficulty = "medium"
	Hard   Difficulty = "hard"
)

// Question is a coding problem of the company's collection.
type Question struct {
	bun.BaseModel `bun:"table:questions,alias:q"`

	ID               string         `bun:",pk"`
	CorpID           string         `bun:"corp_id"`
	Title            string         `bun:"title"`
	Body             string         `bun:"body"` // markdown
	Difficulty       Difficulty     `bun:"difficulty"`
	Tags             []string       `bun:"tags"`
	StarterCode      []StarterCode  `bun:"starter_code"`
	InterviewerNotes string         `bun:"interviewer_notes"` // never shown to candidates
	Tests            testcase.Suite `bun:"tests"`
	CreatedBy        string         `bun:"created_by"`
	CreatedAt        time.Time      `bun:"created_at"`
	UpdatedAt        time.Time      `bun:"updated_at"`
	Version          int            `bun:"version"` // 1 when created, grows with each change

	db.SearchColumns        // the title
	SearchTags       string `bun:"search_tags"`
}

// Summary is a question of a list, without its texts, code and test cases: they may have
// a megabyte.
type Summary struct {
	bun.BaseModel `bun:"table:questions,alias:q"`

	ID         string     `bun:",pk"`
	Title      string     `bun:"title"`
	Difficulty Difficulty `bun:"difficulty"`
	Tags       []string   `bun:"tags"`
	Languages  []string   `bun:"languages,scanonly"`  // of the starter code
	TestCases  int        `bun:"test_cases,scanonly"` // their number
	CreatedAt  time.Time  `bun:"created_at"`
	UpdatedAt  time.Time  `bun:"updated_at"`
	Version    int        `bun:"version"`
}

// BeforeAppendModel implements bun.BeforeAppendModelHook.
func (q *Question) BeforeAppendModel(_ context.Context, query bun.Query) error {
	if db.IsWrite(query) {
		q.SearchTags = searchtext.Lines(q.Tags)
		q.IndexText(searchtext.Words(q.Title))
	}
	return nil
}

// RebuildSearch writes the search texts of questions that have none of the current
// version.
func RebuildSearch(ctx context.Context, d *db.DB) error {
	return db.RebuildSearch[Question](ctx, d, "id")
}

// StarterCode is the initial text of the editor in one language.
type StarterCode struct {
	Language string `json:"language"`
	Code     string `json:"code"`
}

// Service implements the operations on questions. DB must be set.
type Service struct {
	DB  *db.DB
	Now func() time.Time // the clock; nil is time.Now

	// Assigned returns a query of the ids of the questions of the actor's interviews:
	// those that a member who may not manage the question bank may read. nil: none.
	Assigned func(a actor.Actor) schema.QueryAppender
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Filter selects questions.
type Filter struct {
	pagination.Page
	Query      string // part of the title or of its pinyin
	Tag        string // one of the tags as a whole, without regard to case
	Difficulty Difficulty
}

// List returns the questions that the actor may read, newest first, and the cursor
// of the next page.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) ([]Summary, string, error) {
	if err := mayRead(a); err != nil {
		return nil, "", err
	}
	var list []Summary
	q := s.DB.NewSelect().Model(&list).Column("id", "title", "difficulty", "tags", "created_at", "updated_at", "version").
		ColumnExpr("? AS languages", db.EachField("q.starter_code", "language")).
		ColumnExpr("? AS test_cases", db.ArrayLength("q.tests", "cases")).Where("q.corp_id = ?", a.CorpID)
	s.restrictTo(a, q)
	if f.Query != "" {
		q.Where("?", db.Matches("q.search_text", f.Query))
	}
	if f.Tag != "" {
		q.Where("?", db.HasLine("q.search_tags", f.Tag))
	}
	if f.Difficulty != "" {
		q.Where("q.difficulty = ?", f.Difficulty)
	}
	if err := f.ApplyCursor(q, "q", "created_at", true); err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing questions: %w", err)
	}
	list, next := pagination.Cut(f.Page, list, func(q Summary) (time.Time, string) { return q.CreatedAt, q.ID })
	return list, next, nil
}

// Get returns a question, or NotFound if the actor may not read it.
func (s *Service) Get(ctx context.Context, a actor.Actor, id string) (*Question, error) {
	if err := mayRead(a); err != nil {
		return nil, err
	}
	return readQuestion(ctx, s.DB.DB, a.CorpID, id, func(q *bun.SelectQuery) { s.restrictTo(a, q) })
}

// restrictTo adds the condition that the actor may read the question.
func (s *Service) restrictTo(a actor.Actor, q *bun.SelectQuery) {
	switch {
	case a.CanManage():
	case s.Assigned == nil:
		q.Where("1 = 0")
	default:
		q.Where("q.id IN (?)", s.Assigned(a))
	}
}

// Create creates a question; the id, the times and the version of q are set.
func (s *Service) Create(ctx context.Context, a actor.Actor, q Question, hooks ...db.BeforeCommit[*Question]) (*Question, error) {
	if err := mayManage(a); err != nil {
		return nil, err
	}
	q.ID, q.CorpID, q.CreatedBy, q.CreatedAt = db.NewID(), a.CorpID, a.UserID, s.now()
	q.UpdatedAt, q.Version = q.CreatedAt, 1
	if err := checkQuestion(&q); err != nil {
		return nil, err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.NewInsert().Model(&q).Exec(ctx); err != nil {
			return fmt.Errorf("storing a question: %w", err)
		}
		if err := audit.Write(ctx, tx, s.now(), a, "question.create", q.ID, nil); err != nil {
			return err
		}
		return db.RunBeforeCommit(ctx, tx, hooks, &q)
	})
	if err != nil {
		return nil, err
	}
	return &q, nil
}

// Update changes a question by edit. version is the one that the edit was made
// from, 0 for any; when another is stored, Update returns a Conflict and the
// stored question. An edit that changes nothing is not recorded.
func (s *Service) Update(ctx context.Context, a actor.Actor, id string, version int, edit func(*Question)) (*Question, error) {
	if err := mayManage(a); err != nil {
		return nil, err
	}
	var q *Question
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := tx.Lock(ctx, (*Question)(nil), "corp_id = ? AND id = ?", a.CorpID, id); err != nil {
			return err
		}
		if q, err = readQuestion(ctx, tx, a.CorpID, id); err != nil {
			return err
		}
		if err := versioning.Check("question.changed_meanwhile", version, q.Version); err != nil {
			return err
		}
		before := *q
		before.StarterCode, before.Tests = slices.Clone(q.StarterCode), q.Tests.Clone() // checkQuestion changes their elements
		edit(q)
		if err := checkQuestion(q); err != nil {
			return err
		}
		if reflect.DeepEqual(*q, before) {
			return nil
		}
		q.UpdatedAt = s.now()
		q.Version++
		if _, err := tx.NewUpdate().Model(q).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("storing question %s: %w", id, err)
		}
		return audit.Write(ctx, tx, s.now(), a, "question.update", id, nil)
	})
	if err != nil {
		return versioning.WithCurrent(err, func() (*Question, error) { return readQuestion(ctx, s.DB.DB, a.CorpID, id) })
	}
	return q, nil
}

// mayRead allows every member with a role; restrictTo selects the questions.
func mayRead(a actor.Actor) error { return apperr.ForbiddenUnless(a.HasRole()) }

// mayManage allows recruiters and administrators.
func mayManage(a actor.Actor) error { return apperr.ForbiddenUnless(a.CanManage()) }

func checkQuestion(q *Question) error {
	var c validate.Errors
	c.CheckTitle("title", &q.Title, 200)
	c.CheckText("body", &q.Body, 50000)
	if q.Body == "" {
		c.Add("body", "field.required")
	}
	if q.Difficulty == "" {
		q.Difficulty = Medium
	}
	validate.CheckOneOf(&c, "difficulty", q.Difficulty, Easy, Medium, Hard)
	c.CheckText("interviewerNotes", &q.InterviewerNotes, 20000)
	tags := []string{}
	for n, tag := range q.Tags {
		c.CheckLine(fmt.Sprintf("tags[%d]", n), &tag, 50)
		if tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	q.Tags = tags
	checkStarterCode(&c, q)
	q.Tests.Check(&c, "tests")
	return c.Err(false)
}

func checkStarterCode(c *validate.Errors, q *Question) {
	seen := map[string]bool{}
	if q.StarterCode == nil {
		q.StarterCode = []StarterCode{}
	}
	for n := range q.StarterCode {
		s := &q.StarterCode[n]
		s.Language = validate.CleanIdentifier(s.Language)
		if path := fmt.Sprintf("starterCode[%d].language", n); s.Language == "" {
			c.Add(path, "field.required")
		} else if seen[s.Language] {
			c.Add(path, "field.twice")
		}
		seen[s.Language] = true
		s.Code = validate.RemoveUnstorable(s.Code) // not trimmed: white space at the ends of code is intended
		if utf8.RuneCountInString(s.Code) > 20000 {
			c.Add(fmt.Sprintf("starterCode[%d].code", n), "field.too_long", "Limit", 20000)
		}
	}
}

func readQuestion(ctx context.Context, d bun.IDB, corpID, id string, restrict ...func(*bun.SelectQuery)) (*Question, error) {
	out := new(Question)
	q := d.NewSelect().Model(out).Where("q.corp_id = ? AND q.id = ?", corpID, id)
	for _, fn := range restrict {
		fn(q)
	}
	err := q.Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading question %s: %w", id, err)
	}
	return out, nil
}

// ReadByIDs returns the company's questions with these ids, in no particular
// order. Unknown ids are left out.
func ReadByIDs(ctx context.Context, q bun.IDB, corpID string, ids []string) ([]Question, error) {
	return db.SelectByIDs[Question](ctx, q, corpID, "id", ids)
}

// CheckIDs checks that the ids are questions of the company, as the field
// questionIds, and removes duplicates.
func CheckIDs(ctx context.Context, q bun.IDB, c *validate.Errors, corpID string, ids *[]string) error {
	known, err := ReadByIDs(ctx, q, corpID, *ids)
	if err != nil {
		return fmt.Errorf("reading questions: %w", err)
	}
	out := []string{}
	for n, id := range *ids {
		if !slices.ContainsFunc(known, func(k Question) bool { return k.ID == id }) {
			c.Add(fmt.Sprintf("questionIds[%d]", n), "field.unknown")
		} else if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	*ids = out
	return nil
}
