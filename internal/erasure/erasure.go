// Package erasure deletes a candidate permanently, with everything that the database
// holds about the person, and keeps a receipt without personal data. Rows of bounded
// number are deleted in the transaction of the request: the candidate is gone from all
// pages at once. A job deletes the rest in steps, see finish.go.
package erasure

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/event"
	"github.com/huimian/huimian/internal/filestore"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/validate"
)

// eraseAction is the action of an erasure in the audit log.
const eraseAction = "candidate.erase"

// maxInterviews is the number of interviews of a candidate that one erasure covers.
const maxInterviews = 1000

// Config configures a Service. All fields but Now are required.
type Config struct {
	DB     *db.DB
	Queue  *job.Queue
	Logger *slog.Logger
	// Members returns the names of the administrators in receipts and holds.
	Members member.Lookup
	Files   filestore.Store
	Now     func() time.Time
}

// Service erases candidates.
type Service struct{ Config }

// New returns a Service and registers its job.
func New(cfg Config) *Service {
	s := &Service{cfg}
	job.AddWorker(cfg.Queue, s.runJob)
	return s
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// mayErase allows administrators to erase candidates, to set holds and to read receipts.
func mayErase(a actor.Actor) error { return a.Require(actor.EraseCandidates) }

// State is the state of an erasure.
type State string

// States of an erasure.
const (
	Running  State = "running"  // the job deletes the rest
	Finished State = "finished" // nothing is left
)

// Receipt is the record of an erasure.
type Receipt struct {
	bun.BaseModel `bun:"table:erasures,alias:er"`

	ID          string           `bun:",pk"`
	CorpID      string           `bun:"corp_id"`
	CandidateID string           `bun:"candidate_id"`
	State       State            `bun:"state"`
	Remaining   Remaining        `bun:"remaining,type:jsonb"`
	Counts      map[string]int64 `bun:"counts,type:jsonb"` // rows by table, of Tables
	RequestedBy string           `bun:"requested_by"`      // userid, "" for the command line
	TokenID     string           `bun:"token_id"`
	RequestedAt time.Time        `bun:"requested_at"`
	FinishedAt  *time.Time       `bun:"finished_at"`

	By member.Member `bun:"-"` // RequestedBy; read beside the row
}

// Remaining are the ids that the job needs; empty once it has finished.
type Remaining struct {
	Interviews []string `json:"interviews,omitempty"` // also the ids of their rooms
	Sittings   []string `json:"sittings,omitempty"`   // written tests
	Offers     []string `json:"offers,omitempty"`     // of times, of which the candidate books one
	Files      []string `json:"files,omitempty"`      // in the file store
}

// Preview is what an erasure of a candidate deletes, and what prevents it.
type Preview struct {
	Candidate *candidate.Candidate
	Counts    map[string]int64 // rows by table, of Tables
	Hold      *Hold            // nil for none
	// Open is the number of interviews that are scheduled or in progress. Pending is the
	// number of unfinished calls to WeCom, ShowMeBug and the mail server.
	Open, Pending int64
}

// Err returns why the candidate cannot be erased, nil when nothing prevents it.
func (p *Preview) Err() error {
	switch {
	case p.Hold != nil:
		return apperr.New(apperr.Conflict, "erasure.on_hold")
	case p.Open > 0:
		return apperr.New(apperr.Conflict, "erasure.open_interviews", "Count", p.Open)
	case p.Pending > 0:
		return apperr.New(apperr.Conflict, "erasure.pending", "Count", p.Pending)
	}
	return nil
}

// Preview returns what an erasure would delete. It requires an administrator, as does
// every operation of the package.
func (s *Service) Preview(ctx context.Context, a actor.Actor, candidateID string) (*Preview, error) {
	if err := mayErase(a); err != nil {
		return nil, err
	}
	p, _, err := collect(ctx, s.DB.DB, a.CorpID, candidateID)
	if err != nil {
		return nil, err
	}
	if p.Hold != nil {
		people, err := s.Members.ByID(ctx, a.CorpID, []string{p.Hold.SetBy})
		if err != nil {
			return nil, err
		}
		p.Hold.By = people(p.Hold.SetBy)
	}
	imports, err := s.findImports(ctx, a.CorpID, candidateID)
	p.Counts["imports"] = int64(len(imports))
	return p, err
}

// Erase deletes a candidate. name must be the stored name, as a
// protection against a wrong id. A candidate on hold, with an open interview or with unfinished work in other
// systems is a Conflict.
func (s *Service) Erase(ctx context.Context, a actor.Actor, candidateID, name string, hooks ...db.BeforeCommit[*Receipt]) (*Receipt, error) {
	if err := mayErase(a); err != nil {
		return nil, err
	}
	// Before the transaction: a file may have several megabytes.
	imports, err := s.findImports(ctx, a.CorpID, candidateID)
	if err != nil {
		return nil, err
	}
	people, err := s.Members.ByID(ctx, a.CorpID, []string{a.UserID})
	if err != nil {
		return nil, err
	}
	var r *Receipt
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.LockToDelete(ctx, (*candidate.Candidate)(nil), "corp_id = ? AND id = ?", a.CorpID, candidateID); err != nil {
			return err
		}
		p, found, err := collect(ctx, tx, a.CorpID, candidateID)
		if err != nil {
			return err
		}
		if err := p.Err(); err != nil {
			return err
		}
		if validate.CleanLine(name) != p.Candidate.Name {
			return apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("name", "erasure.other_name")})
		}
		r = &Receipt{
			ID: db.NewID(), CorpID: a.CorpID, CandidateID: candidateID, State: Running, Remaining: found.Remaining, Counts: p.Counts,
			RequestedBy: a.UserID, TokenID: a.TokenID, RequestedAt: s.now(),
		}
		found.importIDs = imports
		r.Counts["imports"] = int64(len(imports))
		r.By = people(a.UserID)
		if err := s.deletePerson(ctx, tx, found); err != nil {
			return err
		}
		return s.storeReceipt(ctx, tx, a, r, hooks)
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// storeReceipt stores the receipt with its audit entry, its event and the jobs that
// continue the erasure.
func (s *Service) storeReceipt(ctx context.Context, tx *db.Tx, a actor.Actor, r *Receipt, hooks []db.BeforeCommit[*Receipt]) error {
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return fmt.Errorf("storing the receipt of an erasure: %w", err)
	}
	for _, id := range r.Remaining.Interviews { // the members of a room have its log in their browsers
		if err := s.Queue.Insert(ctx, tx, interview.EvictArgs{CorpID: r.CorpID, InterviewID: id, All: true}); err != nil {
			return err
		}
	}
	_, err := event.Record(ctx, tx, s.Queue, event.Event{
		CorpID: r.CorpID, Type: event.CandidateErased, SubjectID: r.CandidateID, Actor: a.UserID, At: r.RequestedAt,
		Data: map[string]string{"candidateId": r.CandidateID, "erasureId": r.ID},
	})
	if err != nil {
		return err
	}
	if err := s.Queue.Insert(ctx, tx, FinishArgs{CorpID: r.CorpID, ErasureID: r.ID}); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, r.RequestedAt, a, eraseAction, r.CandidateID, audit.Data{"erasure": r.ID}); err != nil {
		return err
	}
	return db.RunBeforeCommit(ctx, tx, hooks, r)
}

// List returns the receipts, newest first, and the cursor of the next page.
func (s *Service) List(ctx context.Context, a actor.Actor, page pagination.Page) ([]Receipt, string, error) {
	if err := mayErase(a); err != nil {
		return nil, "", err
	}
	list := []Receipt{}
	q := s.DB.NewSelect().Model(&list).Where("er.corp_id = ?", a.CorpID)
	if err := page.ApplyCursor(q, "er", "requested_at", true); err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing erasures: %w", err)
	}
	list, next := pagination.Cut(page, list, func(r Receipt) (time.Time, string) { return r.RequestedAt, r.ID })
	return list, next, s.nameMembers(ctx, a.CorpID, list)
}

// Get returns a receipt, or NotFound.
func (s *Service) Get(ctx context.Context, a actor.Actor, id string) (*Receipt, error) {
	if err := mayErase(a); err != nil {
		return nil, err
	}
	r, err := s.readReceipt(ctx, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	list := []Receipt{*r}
	return &list[0], s.nameMembers(ctx, a.CorpID, list)
}

func (s *Service) nameMembers(ctx context.Context, corpID string, list []Receipt) error {
	var ids []string
	for n := range list {
		ids = append(ids, list[n].RequestedBy)
	}
	people, err := s.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for n := range list {
		list[n].By = people(list[n].RequestedBy)
	}
	return nil
}

func (s *Service) readReceipt(ctx context.Context, corpID, id string) (*Receipt, error) {
	r := new(Receipt)
	err := s.DB.NewSelect().Model(r).Where("er.corp_id = ? AND er.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading erasure %s: %w", id, err)
	}
	return r, nil
}
