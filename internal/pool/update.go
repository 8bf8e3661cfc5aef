package pool

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Get returns the pool of a position. It requires a recruiter or an administrator, as does every
// operation but the answers of members.
func (s *Service) Get(ctx context.Context, a actor.Actor, positionID string) (*Pool, error) {
	if err := a.Require(actor.ScheduleInterviews); err != nil {
		return nil, err
	}
	if _, err := position.Read(ctx, s.DB.DB, a.CorpID, positionID); err != nil {
		return nil, err
	}
	p, err := readPool(ctx, s.DB.DB, a.CorpID, positionID)
	if err != nil {
		return nil, err
	}
	return p, s.fillNames(ctx, p)
}

// readPool returns the pool of a position without members' names.
func readPool(ctx context.Context, q bun.IDB, corpID, positionID string) (*Pool, error) {
	p := &Pool{CorpID: corpID, PositionID: positionID, Members: []Member{}, ResponseHours: DefaultResponseHours}
	err := q.NewSelect().Model(p).WherePK().Scan(ctx)
	if err != nil && !db.IsNotFound(err) {
		return nil, fmt.Errorf("reading the pool of position %s: %w", positionID, err)
	}
	return p, nil
}

// Update changes the pool of a position by edit, which may run twice. version is the one that
// the edit was made from, 0 for any; when another is stored, Update returns a Conflict and the
// stored pool.
func (s *Service) Update(ctx context.Context, a actor.Actor, positionID string, version int, edit func(*Pool), hooks ...db.BeforeCommit[*Pool]) (*Pool, error) {
	if err := a.Require(actor.EditPositions); err != nil {
		return nil, err
	}
	p, err := s.Get(ctx, a, positionID)
	if err != nil {
		return nil, err
	}
	edit(p)
	if len(p.Members) > MaxMembers { // before they are looked up
		return nil, apperr.InvalidFields([]apperr.FieldError{apperr.NewFieldError("members", "field.too_many", "Limit", MaxMembers)})
	}
	people, err := s.Interviews.Members(ctx, a.CorpID, p.userIDs())
	if err != nil {
		return nil, err
	}
	var before Pool
	p, err = versioning.Settings[Pool]{
		Lock: "pool/" + a.CorpID + "/" + positionID, Code: "pool.changed_meanwhile",
		Read: func(ctx context.Context, q bun.IDB) (*Pool, error) {
			if _, err := position.Read(ctx, q, a.CorpID, positionID); err != nil {
				return nil, err
			}
			return readPool(ctx, q, a.CorpID, positionID)
		},
		Version: func(p *Pool) int { return p.Version },
		Check:   func(p *Pool) error { return p.checkPool(&before, people) },
		Store: func(ctx context.Context, tx *db.Tx, p, _ *Pool) error {
			if _, err := position.ReadReferenced(ctx, tx, a.CorpID, positionID); err != nil {
				return err
			}
			return s.storePool(ctx, tx, a, p)
		},
		Commit: func(ctx context.Context, tx *db.Tx, p *Pool) error { return db.RunBeforeCommit(ctx, tx, hooks, p) },
	}.Update(ctx, s.DB, version, func(p *Pool) {
		before = *p
		p.Members = slices.Clone(p.Members)
		edit(p)
	})
	if err != nil {
		if p != nil && s.fillNames(ctx, p) != nil { // beside a Conflict
			p = nil
		}
		return p, err
	}
	return p, s.fillNames(ctx, p)
}

func (s *Service) storePool(ctx context.Context, tx *db.Tx, a actor.Actor, p *Pool) error {
	p.Version, p.UpdatedBy, p.UpdatedAt = p.Version+1, a.UserID, s.now()
	_, err := tx.NewInsert().Model(p).On("CONFLICT (corp_id, position_id) DO UPDATE").
		Set("members = excluded.members, response_hours = excluded.response_hours").
		Set("version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the pool of position %s: %w", p.PositionID, err)
	}
	return audit.Write(ctx, tx, s.now(), a, "pool.update", p.PositionID, audit.Data{"members": strconv.Itoa(len(p.Members)), "hours": strconv.Itoa(p.ResponseHours)})
}

// checkPool checks an edited pool and replaces the userids by their spelling in the contacts. A
// member who has left the company may stay.
func (p *Pool) checkPool(before *Pool, people map[string]member.Member) error {
	var e validate.Errors
	if p.ResponseHours < 1 || p.ResponseHours > MaxResponseHours {
		e.Add("responseHours", "field.invalid")
	}
	if len(p.Members) > MaxMembers {
		e.Add("members", "field.too_many", "Limit", MaxMembers)
		return e.Err(false)
	}
	seen := map[string]bool{}
	for n := range p.Members {
		m, path := &p.Members[n], fmt.Sprintf("members[%d]", n)
		known, ok := people[m.UserID]
		switch {
		case !ok && before.findMember(m.UserID) == nil:
			e.Add(path+".userId", "interview.not_in_company")
		case ok && !known.Active && before.findMember(known.UserID) == nil:
			e.Add(path+".userId", "interview.not_active", "Name", known.Name)
		case ok:
			m.UserID = known.UserID
		}
		if seen[m.UserID] {
			e.Add(path+".userId", "pool.member_twice")
		}
		seen[m.UserID] = true
		m.checkMember(&e, path)
	}
	return e.Err(false)
}

func (m *Member) checkMember(e *validate.Errors, path string) {
	validate.CheckOneOf(e, path+".qualification", m.Qualification, Trained, ReverseShadow, Shadow)
	if len(m.Tags) > MaxTags {
		e.Add(path+".tags", "field.too_many", "Limit", MaxTags)
		return
	}
	tags := []string{}
	for n := range m.Tags {
		e.CheckTitle(fmt.Sprintf("%s.tags[%d]", path, n), &m.Tags[n], maxTag)
		if !slices.Contains(tags, m.Tags[n]) {
			tags = append(tags, m.Tags[n])
		}
	}
	languages := []string{}
	for n, language := range m.Languages {
		validate.CheckOneOf(e, fmt.Sprintf("%s.languages[%d]", path, n), language, Languages...)
		if !slices.Contains(languages, language) {
			languages = append(languages, language)
		}
	}
	m.Tags, m.Languages, m.Person = tags, languages, member.Member{}
}
