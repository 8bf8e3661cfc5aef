// Package candidate holds the people who are interviewed, with their contact
// data, and finds those who are the same person.
package candidate

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/externalid"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/searchtext"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Candidate is a person who is interviewed.
type Candidate struct {
	bun.BaseModel `bun:"table:candidates,alias:c"`

	ID         string    `bun:",pk"`
	CorpID     string    `bun:"corp_id"`
	Name       string    `bun:"name"`
	Email      string    `bun:"email"`
	Mobile     string    `bun:"mobile"`
	PositionID string    `bun:"position_id,nullzero"`
	ExternalID string    `bun:"external_id,nullzero"` // in another system, see package externalid
	ResumeURL  string    `bun:"resume_url"`
	Source     string    `bun:"source"`
	Note       string    `bun:"note"`
	Language   string    `bun:"language"`
	CreatedBy  string    `bun:"created_by"`
	CreatedAt  time.Time `bun:"created_at"`
	UpdatedAt  time.Time `bun:"updated_at"`
	Version    int       `bun:"version"` // 1 when created, grows with each change

	db.SearchColumns        // the name, the e-mail address and the mobile number
	SearchName       string `bun:"search_name"` // the name alone

	PositionTitle string `bun:"position_title,scanonly"`
}

// BeforeAppendModel implements bun.BeforeAppendModelHook.
func (c *Candidate) BeforeAppendModel(_ context.Context, query bun.Query) error {
	if db.IsWrite(query) {
		name := searchtext.Person(c.Name)
		c.SearchName = searchtext.Build(name)
		c.IndexText(name, searchtext.Exact(c.Email), searchtext.Number(c.Mobile))
	}
	return nil
}

// RebuildSearch writes the search texts of candidates that have none of the
// current version.
func RebuildSearch(ctx context.Context, d *db.DB) error {
	return db.RebuildSearch[Candidate](ctx, d, "id")
}

// Service implements the operations on candidates. DB and Queue must be set.
type Service struct {
	DB    *db.DB
	Queue *job.Queue
	Now   func() time.Time // the clock; nil is time.Now

	followers []ChangeFollower
}

// ChangeFollower is called in the transaction of a change, with the candidate before and after
// it.
type ChangeFollower func(ctx context.Context, tx *db.Tx, before, after *Candidate) error

// FollowChanges adds a follower of all changes. It must be called before the first change.
func (s *Service) FollowChanges(f ChangeFollower) { s.followers = append(s.followers, f) }

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Filter selects candidates.
type Filter struct {
	pagination.Page
	Query      string // part of the name, its pinyin, the e-mail address or the mobile number
	PositionID string
	ExternalID string
}

// List returns the company's candidates, newest first, and the cursor of the next
// page; hiring managers those of their positions. Only actors who may read contact data find
// candidates by it.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) ([]Candidate, string, error) {
	if err := requireRead(a); err != nil {
		return nil, "", err
	}
	var list []Candidate
	q := selectCandidates(s.DB.DB, &list, a.CorpID)
	if !a.May(actor.ReadCandidates) {
		q.Where("?", managedCandidates(a))
	}
	if f.Query != "" {
		q.Where("?", db.Matches(searchColumn(a), f.Query))
	}
	if f.PositionID != "" {
		q.Where("c.position_id = ?", f.PositionID)
	}
	if f.ExternalID != "" {
		q.Where("c.external_id = ?", f.ExternalID)
	}
	if err := f.ApplyCursor(q, "c", "created_at", true); err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing candidates: %w", err)
	}
	list, next := pagination.Cut(f.Page, list, func(c Candidate) (time.Time, string) { return c.CreatedAt, c.ID })
	for n := range list {
		relation := actor.HiringManager // of every listed candidate
		if a.May(actor.ReadCandidates) {
			relation = RolesFor(a, []string{list[n].PositionID})
		}
		list[n].redactUnreadable(a, relation)
	}
	return list, next, nil
}

// Get returns a candidate that the actor may see, or NotFound.
func (s *Service) Get(ctx context.Context, a actor.Actor, id string) (*Candidate, error) {
	if err := requireRead(a); err != nil {
		return nil, err
	}
	relation, err := readRelation(ctx, s.DB.DB, a, id)
	if err != nil {
		return nil, err
	}
	if !a.MayAs(actor.ReadCandidates, relation) {
		return nil, apperr.NewNotFound()
	}
	c, err := Read(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	c.redactUnreadable(a, relation)
	return c, nil
}

// Create creates a candidate; the id, the times and the version of c are set.
// Stored candidates who may be the same person are warnings, which overrideWarnings
// accepts. A stored candidate with the external id is a Conflict.
func (s *Service) Create(ctx context.Context, a actor.Actor, c Candidate, overrideWarnings bool, hooks ...db.BeforeCommit[*Candidate]) (*Candidate, error) {
	if err := a.Require(actor.EditCandidates); err != nil {
		return nil, err
	}
	var created *Candidate
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := s.InsertUnique(ctx, tx, a, &c, overrideWarnings); err != nil {
			return err
		}
		if created, err = Read(ctx, tx, a.CorpID, c.ID); err != nil {
			return err
		}
		return db.RunBeforeCommit(ctx, tx, hooks, created)
	})
	if err != nil {
		return nil, err
	}
	return created, nil
}

// Insert is like InsertUnique without warnings.
func (s *Service) Insert(ctx context.Context, tx *db.Tx, a actor.Actor, c *Candidate) error {
	return s.InsertUnique(ctx, tx, a, c, true)
}

// InsertUnique is like Create in a transaction, without the permission check.
func (s *Service) InsertUnique(ctx context.Context, tx *db.Tx, a actor.Actor, c *Candidate, overrideWarnings bool) error {
	c.ID, c.CorpID, c.CreatedBy, c.CreatedAt = db.NewID(), a.CorpID, a.UserID, s.now()
	c.UpdatedAt, c.Version = c.CreatedAt, 1
	if err := Check(ctx, tx, c); err != nil {
		return err
	}
	if err := claimExternalID(ctx, tx, c); err != nil {
		return err
	}
	if !overrideWarnings {
		if err := warnOfDuplicates(ctx, tx, c); err != nil {
			return err
		}
	}
	if _, err := tx.NewInsert().Model(c).Exec(ctx); err != nil {
		return fmt.Errorf("storing a candidate: %w", err)
	}
	if err := s.recordEvent(ctx, tx, a, c, event.CandidateCreated); err != nil {
		return err
	}
	return audit.Write(ctx, tx, s.now(), a, "candidate.create", c.ID, nil)
}

// Update changes a candidate by edit. version is the one that the edit was made
// from, 0 for any; when another is stored, Update returns a Conflict and the
// stored candidate. An edit that changes nothing is not recorded.
func (s *Service) Update(ctx context.Context, a actor.Actor, id string, version int, edit func(*Candidate)) (*Candidate, error) {
	if err := a.Require(actor.EditCandidates); err != nil {
		return nil, err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, (*Candidate)(nil), "corp_id = ? AND id = ?", a.CorpID, id); err != nil {
			return err
		}
		c, err := Read(ctx, tx, a.CorpID, id)
		if err != nil {
			return err
		}
		if err := versioning.Check("candidate.changed_meanwhile", version, c.Version); err != nil {
			return err
		}
		before := *c
		edit(c)
		if err := Check(ctx, tx, c); err != nil {
			return err
		}
		if *c == before {
			return nil
		}
		if err := claimExternalID(ctx, tx, c); err != nil {
			return err
		}
		c.UpdatedAt = s.now()
		c.Version++
		if _, err := tx.NewUpdate().Model(c).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("storing candidate %s: %w", id, err)
		}
		for _, follow := range s.followers {
			if err := follow(ctx, tx, &before, c); err != nil {
				return err
			}
		}
		if err := s.recordEvent(ctx, tx, a, c, event.CandidateChanged); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.now(), a, "candidate.update", id, nil)
	})
	read := func() (*Candidate, error) { return Read(ctx, s.DB.DB, a.CorpID, id) }
	if err != nil {
		return versioning.WithCurrent(err, read)
	}
	return read()
}

// mobileNumber is loose on purpose: numbers are written in many ways, and are
// only displayed.
var mobileNumber = regexp.MustCompile(`^\+?\(?\+?[0-9][0-9 ()./-]{4,30}$`)

// Check cleans the input and returns its errors by field. It writes nothing.
func Check(ctx context.Context, tx *db.Tx, candidate *Candidate) error {
	var c validate.Errors
	c.CheckTitle("name", &candidate.Name, 100)
	c.CheckLine("source", &candidate.Source, 100)
	c.CheckText("note", &candidate.Note, 5000)
	candidate.Email, candidate.Mobile = validate.CleanEmail(candidate.Email), validate.CleanMobile(candidate.Mobile)
	if candidate.Email != "" {
		c.CheckEmail("email", candidate.Email)
	}
	if candidate.Mobile != "" && !mobileNumber.MatchString(candidate.Mobile) {
		c.Add("mobile", "field.not_mobile")
	}
	if candidate.ResumeURL = validate.CleanIdentifier(candidate.ResumeURL); candidate.ResumeURL != "" {
		c.CheckHTTPS("resumeUrl", candidate.ResumeURL)
	}
	if candidate.Language == "" {
		candidate.Language = i18n.DefaultLanguage
	}
	externalid.Check(&c, candidate.ExternalID)
	validate.CheckOneOf(&c, "language", candidate.Language, i18n.Languages...)
	if candidate.PositionID != "" {
		if _, err := position.ReadReferenced(ctx, tx, candidate.CorpID, candidate.PositionID); err != nil {
			if !apperr.IsNotFound(err) {
				return err
			}
			c.Add("positionId", "field.unknown")
		}
	}
	return c.Err(false)
}

func claimExternalID(ctx context.Context, tx *db.Tx, c *Candidate) error {
	return externalid.ClaimUnique(ctx, tx, "candidates", c.CorpID, c.ExternalID, c.ID)
}

// candidateEvent is the data of events for other systems: no contact data.
type candidateEvent struct {
	CandidateID string `json:"candidateId"`
	PositionID  string `json:"positionId,omitempty"`
	ExternalID  string `json:"externalId,omitempty"`
}

func (s *Service) recordEvent(ctx context.Context, tx *db.Tx, a actor.Actor, c *Candidate, eventType string) error {
	_, err := event.Record(ctx, tx, s.Queue, event.Event{
		CorpID: a.CorpID, Type: eventType, SubjectID: c.ID, Actor: a.UserID, At: s.now(),
		Data: candidateEvent{CandidateID: c.ID, PositionID: c.PositionID, ExternalID: c.ExternalID},
	})
	return err
}

func selectCandidates(q bun.IDB, model any, corpID string) *bun.SelectQuery {
	return q.NewSelect().Model(model).ColumnExpr("c.*").ColumnExpr("COALESCE(p.title, '') AS position_title").
		Join("LEFT JOIN positions AS p ON p.corp_id = c.corp_id AND p.id = c.position_id").
		Where("c.corp_id = ?", corpID)
}

// Read returns a candidate of the company, or NotFound, without a permission
// check.
func Read(ctx context.Context, q bun.IDB, corpID, id string) (*Candidate, error) {
	c := new(Candidate)
	err := selectCandidates(q, c, corpID).Where("c.id = ?", id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading candidate %s: %w", id, err)
	}
	return c, nil
}

// ReadByIDs returns the company's candidates with these ids, in no particular
// order and without the titles of their positions. Unknown ids are left out.
func ReadByIDs(ctx context.Context, q bun.IDB, corpID string, ids []string) ([]Candidate, error) {
	return db.SelectByIDs[Candidate](ctx, q, corpID, "id", ids)
}
