// Package position holds the job openings of a company, with the questions and
// the scorecard template that their interviews start with.
package position

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/searchtext"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// State is open while the position takes candidates.
type State string

const (
	Open   State = "open"
	Closed State = "closed"
)

// Position is a job opening.
type Position struct {
	bun.BaseModel `bun:"table:positions,alias:p"`

	ID          string   `bun:",pk"`
	CorpID      string   `bun:"corp_id"`
	Title       string   `bun:"title"`
	Department  string   `bun:"department"`
	Level       string   `bun:"level"`
	Headcount   int      `bun:"headcount"`
	Description string   `bun:"description"`
	State       State    `bun:"state"`
	QuestionIDs []string `bun:"question_ids"`
	TemplateID  string   `bun:"scorecard_template_id"`

	// RoundTemplateIDs are the templates of rounds up to MaxTemplateRound that differ from
	// TemplateID, by round. Edits replace the map.
	RoundTemplateIDs map[int]string `bun:"round_template_ids,type:jsonb"`

	CreatedBy string    `bun:"created_by"`
	CreatedAt time.Time `bun:"created_at"`
	UpdatedAt time.Time `bun:"updated_at"`
	Version   int       `bun:"version"` // 1 when created, grows with each change

	db.SearchColumns // the title and the department

	Candidates int `bun:"candidates,scanonly"` // their number
}

// MaxTemplateRound is the last round that can have a template of its own.
const MaxTemplateRound = 6

// TemplateOf returns the id of the scorecard template of a round.
func (p *Position) TemplateOf(round int) string {
	if id := p.RoundTemplateIDs[round]; id != "" {
		return id
	}
	return p.TemplateID
}

// BeforeAppendModel implements bun.BeforeAppendModelHook.
func (p *Position) BeforeAppendModel(_ context.Context, query bun.Query) error {
	if db.IsWrite(query) {
		p.IndexText(searchtext.Words(p.Title), searchtext.Words(p.Department))
	}
	return nil
}

// RebuildSearch writes the search texts of positions that have none of the current
// version.
func RebuildSearch(ctx context.Context, d *db.DB) error {
	return db.RebuildSearch[Position](ctx, d, "id")
}

// Service implements the operations on positions. DB and Queue must be set.
type Service struct {
	DB    *db.DB
	Queue *job.Queue
	Now   func() time.Time // the clock; nil is time.Now
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Filter selects positions.
type Filter struct {
	pagination.Page
	Query string // part of the title or the department, or of its pinyin
	State State
}

// List returns the company's positions, newest first, and the cursor of the next
// page.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) ([]Position, string, error) {
	if err := a.Require(actor.ReadPositions); err != nil {
		return nil, "", err
	}
	var list []Position
	q := selectPositions(s.DB.DB, &list, a.CorpID)
	if f.Query != "" {
		q.Where("?", db.Matches("p.search_text", f.Query))
	}
	if f.State != "" {
		q.Where("p.state = ?", f.State)
	}
	if err := f.ApplyCursor(q, "p", "created_at", true); err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing positions: %w", err)
	}
	list, next := pagination.Cut(f.Page, list, func(p Position) (time.Time, string) { return p.CreatedAt, p.ID })
	return list, next, nil
}

// Get returns a position of the company, or NotFound.
func (s *Service) Get(ctx context.Context, a actor.Actor, id string) (*Position, error) {
	if err := a.Require(actor.ReadPositions); err != nil {
		return nil, err
	}
	return Read(ctx, s.DB.DB, a.CorpID, id)
}

// Create creates a position. Without a template it gets the company's default
// one.
func (s *Service) Create(ctx context.Context, a actor.Actor, p Position, hooks ...db.BeforeCommit[*Position]) (*Position, error) {
	if err := a.Require(actor.EditPositions); err != nil {
		return nil, err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.Insert(ctx, tx, a, &p); err != nil {
			return err
		}
		return db.RunBeforeCommit(ctx, tx, hooks, &p)
	})
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// Insert is like Create in a transaction, without the permission check.
func (s *Service) Insert(ctx context.Context, tx *db.Tx, a actor.Actor, p *Position) error {
	p.ID, p.CorpID, p.CreatedBy, p.CreatedAt = db.NewID(), a.CorpID, a.UserID, s.now()
	p.UpdatedAt, p.Version = p.CreatedAt, 1
	if p.State == "" {
		p.State = Open
	}
	if p.Headcount == 0 {
		p.Headcount = 1
	}
	if err := s.checkPosition(ctx, tx, p, new(Position)); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(p).Exec(ctx); err != nil {
		return fmt.Errorf("storing a position: %w", err)
	}
	if err := s.recordEvent(ctx, tx, a, p, event.PositionCreated); err != nil {
		return err
	}
	return audit.Write(ctx, tx, s.now(), a, "position.create", p.ID, nil)
}

// Update changes a position by edit. version is the one that the edit was made
// from, 0 for any; when another is stored, Update returns a Conflict and the
// stored position. An edit that changes nothing is not recorded.
func (s *Service) Update(ctx context.Context, a actor.Actor, id string, version int, edit func(*Position)) (*Position, error) {
	if err := a.Require(actor.EditPositions); err != nil {
		return nil, err
	}
	var p *Position
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := tx.Lock(ctx, (*Position)(nil), "corp_id = ? AND id = ?", a.CorpID, id); err != nil {
			return err
		}
		if p, err = Read(ctx, tx, a.CorpID, id); err != nil {
			return err
		}
		if err := versioning.Check("position.changed_meanwhile", version, p.Version); err != nil {
			return err
		}
		before := *p
		edit(p)
		if err := s.checkPosition(ctx, tx, p, &before); err != nil {
			return err
		}
		if reflect.DeepEqual(*p, before) {
			return nil
		}
		p.UpdatedAt = s.now()
		p.Version++
		if _, err := tx.NewUpdate().Model(p).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("storing position %s: %w", id, err)
		}
		if err := s.recordEvent(ctx, tx, a, p, event.PositionChanged); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, "position.update", id, nil)
	})
	if err != nil {
		return versioning.WithCurrent(err, func() (*Position, error) { return Read(ctx, s.DB.DB, a.CorpID, id) })
	}
	return p, nil
}

// Delete deletes a position that no candidate and no interview refers to, such as one
// that an import created from a mistyped title. Otherwise it returns a Conflict.
func (s *Service) Delete(ctx context.Context, a actor.Actor, id string) error {
	if err := a.Require(actor.EditPositions); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockToDelete(ctx, (*Position)(nil), "corp_id = ? AND id = ?", a.CorpID, id); err != nil {
			return err
		}
		p, err := Read(ctx, tx, a.CorpID, id)
		if err != nil {
			return err
		}
		var used bool
		err = tx.NewRaw(`SELECT EXISTS (SELECT 1 FROM candidates WHERE corp_id = ?0 AND position_id = ?1)
			OR EXISTS (SELECT 1 FROM interviews WHERE corp_id = ?0 AND position_id = ?1)
			OR EXISTS (SELECT 1 FROM booking_offers WHERE corp_id = ?0 AND position_id = ?1)`, a.CorpID, id).Scan(ctx, &used)
		if err != nil {
			return fmt.Errorf("looking for the use of position %s: %w", id, err)
		}
		if used {
			return apperr.New(apperr.Conflict, "position.in_use", "Title", p.Title)
		}
		if _, err := tx.NewDelete().Model(p).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("deleting position %s: %w", id, err)
		}
		return audit.Write(ctx, tx, s.now(), a, "position.delete", id, audit.Data{"title": p.Title})
	})
}

// checkPosition checks the position and brings it into the stored form. before is the stored
// one, whose archived templates it may keep.
func (s *Service) checkPosition(ctx context.Context, tx *db.Tx, p, before *Position) error {
	var c validate.Errors
	c.CheckTitle("title", &p.Title, 100)
	c.CheckLine("department", &p.Department, 100)
	c.CheckLine("level", &p.Level, 50)
	c.CheckText("description", &p.Description, 20000)
	validate.CheckOneOf(&c, "state", p.State, Open, Closed)
	if p.Headcount < 0 || p.Headcount > 10000 {
		c.Add("headcount", "field.invalid")
	}
	if err := question.CheckIDs(ctx, tx, &c, p.CorpID, &p.QuestionIDs); err != nil {
		return err
	}
	if err := s.checkTemplates(ctx, tx, &c, p, before); err != nil {
		return err
	}
	return c.Err(false)
}

func (s *Service) checkTemplates(ctx context.Context, tx *db.Tx, c *validate.Errors, p, before *Position) (err error) {
	kept := append(slices.Collect(maps.Values(before.RoundTemplateIDs)), before.TemplateID)
	check := func(path, id string) (string, error) {
		t, err := scorecard.FindTemplate(ctx, tx, p.CorpID, id, s.now())
		switch {
		case err != nil:
			return "", err
		case t == nil:
			c.Add(path, "field.unknown")
		case t.IsArchived() && !slices.Contains(kept, t.ID):
			c.Add(path, "scorecard_template.is_archived")
		default:
			return t.ID, nil
		}
		return id, nil
	}
	if p.TemplateID, err = check("scorecardTemplateId", p.TemplateID); err != nil {
		return err
	}
	ofRounds := map[int]string{}
	for _, round := range slices.Sorted(maps.Keys(p.RoundTemplateIDs)) {
		path := fmt.Sprintf("roundTemplates[%d]", round)
		switch id := p.RoundTemplateIDs[round]; {
		case round < 1 || round > MaxTemplateRound:
			c.Add(path, "field.invalid")
		case id != "" && id != p.TemplateID:
			if ofRounds[round], err = check(path, id); err != nil {
				return err
			}
		}
	}
	p.RoundTemplateIDs = ofRounds
	return nil
}

// positionEvent is the data of events for other systems.
type positionEvent struct {
	PositionID string `json:"positionId"`
	State      State  `json:"state"`
}

func (s *Service) recordEvent(ctx context.Context, tx *db.Tx, a actor.Actor, p *Position, eventType string) error {
	_, err := event.Record(ctx, tx, s.Queue, event.Event{
		CorpID: a.CorpID, Type: eventType, SubjectID: p.ID, Actor: a.UserID, At: s.now(),
		Data: positionEvent{PositionID: p.ID, State: p.State},
	})
	return err
}

func selectPositions(q bun.IDB, model any, corpID string) *bun.SelectQuery {
	return q.NewSelect().Model(model).ColumnExpr("p.*").
		ColumnExpr("(SELECT COUNT(*) FROM candidates AS c WHERE c.corp_id = p.corp_id AND c.position_id = p.id) AS candidates").
		Where("p.corp_id = ?", corpID)
}

// Read returns a position of the company, or NotFound, without a permission
// check.
func Read(ctx context.Context, q bun.IDB, corpID, id string) (*Position, error) {
	p := new(Position)
	return p.scanByID(ctx, selectPositions(q, p, corpID), id)
}

func (p *Position) scanByID(ctx context.Context, q *bun.SelectQuery, id string) (*Position, error) {
	err := q.Where("p.id = ?", id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading position %s: %w", id, err)
	}
	return p, nil
}

// ReadReferenced is like Read of a position that the transaction stores a reference to:
// the position cannot be deleted until the transaction ends. Its candidates are not
// counted, which would take an import of thousands the square of their time.
func ReadReferenced(ctx context.Context, tx *db.Tx, corpID, id string) (*Position, error) {
	if err := tx.LockReferenced(ctx, (*Position)(nil), "corp_id = ? AND id = ?", corpID, id); err != nil {
		return nil, err
	}
	p := new(Position)
	return p.scanByID(ctx, tx.NewSelect().Model(p).Where("p.corp_id = ?", corpID), id)
}

// ReadByIDs returns the company's positions with these ids, in no particular
// order and without the number of their candidates. Unknown ids are left out.
func ReadByIDs(ctx context.Context, q bun.IDB, corpID string, ids []string) ([]Position, error) {
	return db.SelectByIDs[Position](ctx, q, corpID, "id", ids)
}

// FindByTitle returns the position with the title, without regard to case: an
// open one before closed ones, then the oldest. It returns nil without any. Its candidates
// are not counted, as by ReadReferenced.
func FindByTitle(ctx context.Context, q bun.IDB, corpID, title string) (*Position, error) {
	folded := searchtext.Fold(title)
	if folded == "" {
		return nil, nil
	}
	var list []Position
	err := q.NewSelect().Model(&list).Where("p.corp_id = ?", corpID).Where("?", db.Matches("p.search_text", title)).
		OrderExpr("CASE WHEN p.state = ? THEN 0 ELSE 1 END, p.created_at, p.id", Open).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking for a position by title: %w", err)
	}
	for n := range list {
		if searchtext.Fold(list[n].Title) == folded {
			return &list[n], nil
		}
	}
	return nil, nil
}
