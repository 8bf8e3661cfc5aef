package interview

import (
	"context"
	"errors"
	"fmt"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/interview/calendar"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/validate"
)

// Entry is one object of a batch: a candidate, or with a Plan an interview of a
// candidate.
type Entry struct {
	Candidate     candidate.Candidate
	PositionTitle string // of an existing position, or of one to create; "" for none
	Plan          *Plan  // without position and candidate, which are given above
	Unfit         bool   // has an error of its own: checked, never created
	Doubtful      bool   // has a warning of its own: created only if warnings are accepted

	// Choices where the title, or the name and contact data, are not certain: the id of
	// a stored position or, with a Plan, of one of Fitting; NewObject to create one; ""
	// to find it.
	PositionID  string
	CandidateID string

	// The result.
	ID    string              // of the created object, "" for none
	Err   error               // an apperr.Error: why nothing was created
	Notes []apperr.FieldError // notices, which do not prevent the creation
	// Fitting are the stored candidates to which the entry may refer, when that is not certain.
	Fitting      []*candidate.Candidate
	NewCandidate bool // the interview is with a candidate that no other entry creates
	NewPosition  bool // no position has the title

	rooms   []apperr.FieldError
	created *candidate.Candidate
}

// NewObject is the choice of a new candidate or position.
const NewObject = "new"

// isBlocked reports whether an issue of the entry itself prevents its creation.
func (e *Entry) isBlocked(acceptWarnings bool) bool {
	return e.Unfit || e.Doubtful && !acceptWarnings
}

// errUnfit rolls back an entry that was only checked.
var errUnfit = errors.New("tried, and not to be created")

// Batch creates many objects in one transaction.
type Batch struct {
	Entries []*Entry

	service    *Service
	actor      actor.Actor
	people     map[string]member.Member
	candidates *candidate.Index
	created    *candidate.Index              // those that the batch creates; of a trial, also with warnings
	inserted   map[*candidate.Candidate]bool // those in candidates that the batch has created
	trying     bool
}

// NewBatch reads members and room availability, outside the transaction (see
// withLockedInterview).
func (s *Service) NewBatch(ctx context.Context, a actor.Actor, entries []*Entry) (*Batch, error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return nil, err
	}
	b := &Batch{Entries: entries, service: s, actor: a}
	var ids []string
	for _, e := range entries {
		if e.Plan == nil {
			continue
		}
		ids = append(ids, e.Plan.Interviewers...)
	}
	var err error
	if b.people, err = s.Members(ctx, a.CorpID, ids); err != nil {
		return nil, fmt.Errorf("reading interviewers: %w", err)
	}
	for _, e := range entries {
		if e.Plan == nil {
			continue
		}
		e.Plan.useStoredUserIDs(b.people)
		if err := s.Meetings().setDefaultMeeting(ctx, a.CorpID, e.Plan); err != nil {
			return nil, err
		}
		if e.rooms, err = s.Rooms().checkRoom(ctx, newInterview(a, s.now()), e.Plan); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Create creates what can be created; each entry holds its result. Warnings (a
// candidate who exists already, a double booking) stop an entry unless they are
// accepted. A returned error concerns the whole batch: the caller must roll
// back.
func (b *Batch) Create(ctx context.Context, tx *db.Tx, acceptWarnings bool) error {
	return b.createEntries(ctx, tx, acceptWarnings)
}

// Try finds out the results of Create. The caller must roll the transaction back.
func (b *Batch) Try(ctx context.Context, tx *db.Tx) error {
	b.trying = true
	defer func() { b.trying = false }()
	return b.createEntries(ctx, tx, false)
}

func (b *Batch) createEntries(ctx context.Context, tx *db.Tx, acceptWarnings bool) error {
	var err error
	if b.candidates, err = candidate.ReadIndex(ctx, tx, b.actor.CorpID); err != nil {
		return err
	}
	b.created, b.inserted = candidate.NewIndex(), map[*candidate.Candidate]bool{}
	if err := b.lockCalendars(ctx, tx); err != nil {
		return err
	}
	for _, e := range b.Entries {
		e.ID, e.Err, e.Notes, e.created = "", nil, nil, nil
		e.Fitting, e.NewCandidate, e.NewPosition = nil, false, false
		if e.isBlocked(acceptWarnings) && !b.trying {
			continue
		}
		id, err := b.createInSavepoint(ctx, tx, e, acceptWarnings)
		if f, ok := errors.AsType[*apperr.Error](err); ok && f.Kind != apperr.Internal {
			e.Err, e.Notes = f, nil
			continue
		}
		if err != nil && !errors.Is(err, errUnfit) {
			return err
		}
		if err != nil {
			e.Notes = nil
			continue
		}
		if e.ID = id; e.created != nil {
			b.candidates.Add(e.created)
			b.inserted[e.created] = true
		}
	}
	return nil
}

// lockCalendars locks the calendars of all people that the batch may book:
// LockNames must get them in one call.
func (b *Batch) lockCalendars(ctx context.Context, tx *db.Tx) error {
	var ids []string
	for _, e := range b.Entries {
		if e.Plan == nil {
			continue
		}
		ids = append(ids, e.Plan.Interviewers...)
		for _, c := range b.candidates.FindSame(&e.Candidate) {
			ids = append(ids, c.ID)
		}
		if e.CandidateID != "" && e.CandidateID != NewObject {
			ids = append(ids, e.CandidateID)
		}
	}
	return calendar.Lock(ctx, tx, b.actor.CorpID, ids)
}

// createInSavepoint calls createEntry in a savepoint, which it rolls back on an error.
func (b *Batch) createInSavepoint(ctx context.Context, tx *db.Tx, e *Entry, acceptWarnings bool) (id string, err error) {
	if b.trying && e.Plan == nil && e.PositionTitle == "" {
		return b.createEntry(ctx, tx, e, acceptWarnings) // writes nothing
	}
	if _, err := tx.NewRaw("SAVEPOINT entry").Exec(ctx); err != nil {
		return "", fmt.Errorf("marking an entry: %w", err)
	}
	id, err = b.createEntry(ctx, tx, e, acceptWarnings)
	if err == nil && e.isBlocked(acceptWarnings) {
		err = errUnfit
	}
	if err != nil {
		if _, undo := tx.NewRaw("ROLLBACK TO SAVEPOINT entry").Exec(ctx); undo != nil {
			return "", fmt.Errorf("taking an entry back: %w", errors.Join(undo, err))
		}
	}
	if _, end := tx.NewRaw("RELEASE SAVEPOINT entry").Exec(ctx); end != nil {
		return "", fmt.Errorf("ending an entry: %w", errors.Join(end, err))
	}
	return id, err
}

// createEntry creates the object of an entry and returns its id.
func (b *Batch) createEntry(ctx context.Context, tx *db.Tx, e *Entry, acceptWarnings bool) (string, error) {
	c := e.Candidate // a copy: Make may run twice
	var warnings validate.Errors
	if err := b.resolvePosition(ctx, tx, e, &c, &warnings); err != nil {
		return "", err
	}
	same := b.candidates.FindSame(&c)
	if e.Plan != nil {
		return b.scheduleEntry(ctx, tx, e, &c, same, warnings, acceptWarnings)
	}
	if namesakes := b.candidates.FindNamesakes(&c); len(same) > 0 {
		warnings.AddWarning("name", "interview.candidate_exists", "Name", same[0].Name)
	} else if len(namesakes) > 0 {
		warnings.AddWarning("name", "interview.candidate_namesake", "Name", namesakes[0].Name)
	}
	c.ID, c.CorpID = db.NewID(), b.actor.CorpID
	if err := candidate.Check(ctx, tx, &c); err != nil {
		return "", appendFields(err, warnings.Fields)
	}
	if err := warnings.Err(acceptWarnings); err != nil {
		if b.trying { // the rows below are duplicates of this one if it is accepted
			b.candidates.Add(&c)
		}
		return "", err
	}
	e.created = &c
	if b.trying { // the rules suffice: writing thousands of rows would block other writers
		if e.isBlocked(acceptWarnings) {
			return c.ID, errUnfit
		}
		return c.ID, nil
	}
	return c.ID, b.service.Candidates.Insert(ctx, tx, b.actor, &c)
}

// appendFields adds fields to an Invalid error. It returns other errors unchanged.
func appendFields(err error, fields []apperr.FieldError) error {
	if f, ok := errors.AsType[*apperr.Error](err); ok && f.Kind == apperr.Invalid {
		f.Fields = append(f.Fields, fields...)
	}
	return err
}

// resolvePosition finds the position with the title, or creates one, which is a
// warning: the title may be mistyped.
func (b *Batch) resolvePosition(ctx context.Context, tx *db.Tx, e *Entry, c *candidate.Candidate, warnings *validate.Errors) error {
	title := validate.CleanLine(e.PositionTitle)
	if title == "" {
		return nil
	}
	if e.PositionID != "" && e.PositionID != NewObject {
		c.PositionID = e.PositionID // checked with the candidate or the plan
		return nil
	}
	p, err := position.FindByTitle(ctx, tx, b.actor.CorpID, title)
	if err != nil {
		return err
	}
	if p != nil {
		c.PositionID = p.ID
		return nil
	}
	e.NewPosition = true
	p = &position.Position{Title: title}
	if err := b.service.Positions.Insert(ctx, tx, b.actor, p); err != nil {
		return validate.PrefixFields("position", err)
	}
	c.PositionID = p.ID
	if e.PositionID == "" {
		warnings.AddWarning("position", "interview.new_position", "Title", title)
	}
	return nil
}
