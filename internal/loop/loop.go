// Package loop plans several interviews of a candidate on one day (a loop): it proposes times
// for the whole sequence, and creates, moves and cancels the interviews together, each in one
// transaction with the checks of any other interview. Package interview contains no loops:
// see ADR 0029.
package loop

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pool"
)

// Limits of a loop.
const (
	MinRounds = 2
	MaxRounds = 6
	MaxBreak  = time.Hour
	MaxDays   = 14 // of a query
	// MaxFromPool limits the interviewers of a round that the pool proposes.
	MaxFromPool = 3
	maxSpan     = 24 * time.Hour // from the start of the first round to the end of the last
	maxKey      = 64
)

// Config configures a Service. All fields but Now must be set.
type Config struct {
	DB           *db.DB
	Interviews   *interview.Service
	Availability *availability.Service
	Pools        *pool.Service
	Now          func() time.Time // the clock; nil is time.Now
}

// Service implements the operations on loops.
type Service struct{ Config }

// New returns a service.
func New(cfg Config) *Service { return &Service{cfg} }

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Loop is a row of loops with the interviews that the reader may see.
type Loop struct {
	bun.BaseModel `bun:"table:loops,alias:l"`

	ID          string    `bun:",pk"`
	CorpID      string    `bun:"corp_id"`
	CandidateID string    `bun:"candidate_id"`
	RequestKey  string    `bun:"request_key"` // of the creation
	Version     int       `bun:"version"`
	CreatedBy   string    `bun:"created_by"`
	CreatedAt   time.Time `bun:"created_at"`
	UpdatedAt   time.Time `bun:"updated_at"`

	// Read beside the row.
	Rounds []*interview.Interview `bun:"-"` // by start
	Places map[string]Place       `bun:"-"` // by interview, of all rounds
}

// roundRow is a row of loop_rounds.
type roundRow struct {
	bun.BaseModel `bun:"table:loop_rounds,alias:lr"`

	InterviewID string    `bun:"interview_id,pk"`
	CorpID      string    `bun:"corp_id"`
	LoopID      string    `bun:"loop_id"`
	StartsAt    time.Time `bun:"starts_at,scanonly"`
}

// Place is the place of an interview in its loop, by start.
type Place struct {
	LoopID string
	Number int // from 1
	Count  int
}

// FindPlaces returns the places of those of the interviews that belong to loops. The caller
// has checked that the actor may see the interviews. The queries name no company, whose
// index SQLite would use in place of the primary key.
func (s *Service) FindPlaces(ctx context.Context, corpID string, interviewIDs []string) (map[string]Place, error) {
	if len(interviewIDs) == 0 {
		return nil, nil
	}
	own := s.DB.NewSelect().Model((*roundRow)(nil)).Column("loop_id").Where("lr.interview_id IN (?)", bun.List(interviewIDs))
	return s.readPlaces(ctx, corpID, own)
}

// readPlaces returns the places of all rounds of the loops that a query selects.
func (s *Service) readPlaces(ctx context.Context, corpID string, loopIDs any) (map[string]Place, error) {
	var rows []roundRow
	err := s.DB.NewSelect().Model(&rows).ColumnExpr("lr.*, i.starts_at").
		Join("JOIN interviews AS i ON i.id = lr.interview_id").Where("lr.loop_id IN (?)", loopIDs).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the rounds of loops: %w", err)
	}
	rows = slices.DeleteFunc(rows, func(r roundRow) bool { return r.CorpID != corpID })
	slices.SortFunc(rows, func(a, b roundRow) int {
		return cmp.Or(a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.InterviewID, b.InterviewID))
	})
	count := map[string]int{}
	places := map[string]Place{}
	for _, r := range rows {
		count[r.LoopID]++
		places[r.InterviewID] = Place{LoopID: r.LoopID, Number: count[r.LoopID]}
	}
	for id, p := range places {
		p.Count = count[p.LoopID]
		places[id] = p
	}
	return places, nil
}

// Get returns a loop with the rounds that the actor may see, NotFound if there is none.
func (s *Service) Get(ctx context.Context, a actor.Actor, id string) (*Loop, error) {
	l, err := s.readLoop(ctx, s.DB.DB, a.CorpID, "l.id = ?", id)
	if err != nil {
		return nil, err
	}
	if l.Places, err = s.readPlaces(ctx, a.CorpID, bun.List([]string{id})); err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(l.Places))
	for id := range l.Places {
		ids = append(ids, id)
	}
	if l.Rounds, err = s.Interviews.ListByIDs(ctx, a, ids); err != nil {
		return nil, err
	}
	if len(l.Rounds) == 0 {
		return nil, apperr.NewNotFound()
	}
	slices.SortFunc(l.Rounds, func(a, b *interview.Interview) int { return l.Places[a.ID].Number - l.Places[b.ID].Number })
	return l, nil
}

// readLoop returns the row of a loop without its rounds.
func (s *Service) readLoop(ctx context.Context, q bun.IDB, corpID, where string, arg any) (*Loop, error) {
	l := new(Loop)
	err := q.NewSelect().Model(l).Where("l.corp_id = ?", corpID).Where(where, arg).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading a loop: %w", err)
	}
	return l, nil
}

// openRounds returns the rounds that have not started and are not cancelled, by start.
func (l *Loop) openRounds() []*interview.Interview {
	return slices.DeleteFunc(slices.Clone(l.Rounds), func(i *interview.Interview) bool { return i.State != interview.Scheduled })
}
