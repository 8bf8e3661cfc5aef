// Package question is the company's question bank: coding problems with starter
// code, test cases and notes for interviewers. Positions and interviews refer to questions
// by id.
package question

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/searchtext"
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

	ID     string `bun:",pk"`
	CorpID string `bun:"corp_id"`
	Content
	ExternalID string    `bun:"external_id,nullzero"` // of a question that was imported, see ImportID
	ReviewBy   string    `bun:"review_by"`            // date by which it is to be reviewed or retired; empty: none
	CreatedBy  string    `bun:"created_by"`
	CreatedAt  time.Time `bun:"created_at"`
	UpdatedAt  time.Time `bun:"updated_at"`
	Version    int       `bun:"version"` // 1 when created, grows with each change

	db.SearchColumns        // the title
	SearchTags       string `bun:"search_tags"`
}

// Summary is a question of a list, without its texts, code and test cases: they may have
// a megabyte.
type Summary struct {
	bun.BaseModel `bun:"table:questions,alias:q"`

	ID              string     `bun:",pk"`
	Title           string     `bun:"title"`
	Difficulty      Difficulty `bun:"difficulty"`
	Tags            []string   `bun:"tags"`
	ExpectedMinutes int        `bun:"expected_minutes"`
	Languages       []string   `bun:"languages,scanonly"`  // of the starter code
	TestCases       int        `bun:"test_cases,scanonly"` // their number
	CreatedAt       time.Time  `bun:"created_at"`
	UpdatedAt       time.Time  `bun:"updated_at"`
	Version         int        `bun:"version"`

	// Of those who may manage the question bank.
	ReviewBy  string           `bun:"review_by,scanonly"`
	Attention []AttentionCause `bun:"-"`
	health
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

// Service implements the operations on questions. DB must be set.
type Service struct {
	DB      *db.DB
	Now     func() time.Time // the clock; nil is time.Now
	Members member.Lookup    // returns the names of the authors of versions; required by ListVersions and GetVersion

	// Location returns the location of the time zone of a company; nil: UTC.
	Location func(ctx context.Context, corpID string) (*time.Location, error)

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
	Attention  bool // those that need attention; for those who may manage the question bank
}

// addTo adds the conditions of the filter, without its page.
func (f Filter) addTo(q *bun.SelectQuery) {
	if f.Query != "" {
		q.Where("?", db.Matches("q.search_text", f.Query))
	}
	if f.Tag != "" {
		q.Where("?", db.HasLine("q.search_tags", f.Tag))
	}
	if f.Difficulty != "" {
		q.Where("q.difficulty = ?", f.Difficulty)
	}
}

// List returns the questions that the actor may read, newest first, and the cursor
// of the next page.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) ([]Summary, string, error) {
	if err := mayRead(a); err != nil {
		return nil, "", err
	}
	var list []Summary
	q := s.DB.NewSelect().Model(&list).Column("id", "title", "difficulty", "tags", "expected_minutes", "created_at", "updated_at", "version").
		ColumnExpr("? AS languages", db.EachField("q.starter_code", "language")).
		ColumnExpr("? AS test_cases", db.ArrayLength("q.tests", "cases")).Where("q.corp_id = ?", a.CorpID)
	s.restrictTo(a, q)
	f.addTo(q)
	today, err := s.addHealth(ctx, a, f, q)
	if err != nil {
		return nil, "", err
	}
	if err := f.ApplyCursor(q, "q", "created_at", true); err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing questions: %w", err)
	}
	for n := range list {
		list[n].Attention = list[n].causesOn(today)
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
	case a.May(actor.ReadQuestions):
	case s.Assigned == nil:
		q.Where("1 = 0")
	default:
		q.Where("q.id IN (?)", s.Assigned(a))
	}
}

// Create creates a question; the id, the times and the version of q are set.
func (s *Service) Create(ctx context.Context, a actor.Actor, q Question, hooks ...db.BeforeCommit[*Question]) (*Question, error) {
	if err := a.Require(actor.EditQuestions); err != nil {
		return nil, err
	}
	if err := q.CleanAndCheck(); err != nil {
		return nil, err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.storeNew(ctx, tx, a, &q); err != nil {
			return err
		}
		return db.RunBeforeCommit(ctx, tx, hooks, &q)
	})
	if err != nil {
		return nil, err
	}
	return &q, nil
}

// storeNew stores the first version of a question, whose content must be valid.
func (s *Service) storeNew(ctx context.Context, tx *db.Tx, a actor.Actor, q *Question) error {
	q.ID, q.CorpID, q.CreatedBy, q.CreatedAt = db.NewID(), a.CorpID, a.UserID, s.now()
	q.UpdatedAt, q.Version = q.CreatedAt, 1
	if _, err := tx.NewInsert().Model(q).Exec(ctx); err != nil {
		return fmt.Errorf("storing a question: %w", err)
	}
	if err := insertVersion(ctx, tx, newVersion(q, a.UserID)); err != nil {
		return err
	}
	return audit.Write(ctx, tx, s.now(), a, "question.create", q.ID, nil)
}

// Update changes a question by edit. version is the one that the edit was made
// from, 0 for any; when another is stored, Update returns a Conflict and the
// stored question. An edit that changes nothing is not recorded.
func (s *Service) Update(ctx context.Context, a actor.Actor, id string, version int, edit func(*Question)) (*Question, error) {
	return s.applyEdit(ctx, a, id, version, func(_ context.Context, _ *db.Tx, q *Question) (restoredFrom int, err error) {
		edit(q)
		return 0, nil
	})
}

// applyEdit is like Update with an edit that may read, and that returns the number of the version
// whose content it has restored, else 0.
func (s *Service) applyEdit(ctx context.Context, a actor.Actor, id string, version int, edit func(context.Context, *db.Tx, *Question) (int, error), hooks ...db.BeforeCommit[*Question]) (*Question, error) {
	if err := a.Require(actor.EditQuestions); err != nil {
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
		if err := completeVersions(ctx, tx, q); err != nil {
			return err
		}
		before := q.Clone() // CleanAndCheck changes the elements
		restoredFrom, err := edit(ctx, tx, q)
		if err != nil {
			return err
		}
		if err := q.CleanAndCheck(); err != nil {
			return err
		}
		if changed := q.changedFields(&before); len(changed) > 0 {
			if err := s.storeChange(ctx, tx, a, q, changed, restoredFrom); err != nil {
				return err
			}
		}
		return db.RunBeforeCommit(ctx, tx, hooks, q)
	})
	if err != nil {
		return versioning.WithCurrent(err, func() (*Question, error) { return readQuestion(ctx, s.DB.DB, a.CorpID, id) })
	}
	return q, nil
}

// storeChange stores the next version of a question.
func (s *Service) storeChange(ctx context.Context, tx *db.Tx, a actor.Actor, q *Question, changed []string, restoredFrom int) error {
	q.UpdatedAt = s.now()
	q.Version++
	if _, err := tx.NewUpdate().Model(q).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("storing question %s: %w", q.ID, err)
	}
	v := newVersion(q, a.UserID)
	v.ChangedFields, v.RestoredFrom = changed, restoredFrom
	if err := insertVersion(ctx, tx, v); err != nil {
		return err
	}
	data := audit.Data{"version": strconv.Itoa(q.Version)}
	if restoredFrom > 0 {
		data["restoredFrom"] = strconv.Itoa(restoredFrom)
	}
	return audit.Write(ctx, tx, s.now(), a, "question.update", q.ID, data)
}

// mayRead allows every member with a role; restrictTo selects the questions.
func mayRead(a actor.Actor) error { return a.Require(actor.ReadAssigned) }

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
