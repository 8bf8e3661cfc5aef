package hiring

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// scope is what hiring managers are named for: a position or a department.
type scope struct {
	rows, versions string // tables
	column         string // of id
	id             string // of the position, or the name of the department
	action         string // of the audit log
}

func ofPosition(id string) scope {
	return scope{"hiring_managers", "hiring_manager_versions", "position_id", id, "position.hiring_managers"}
}

func ofDepartment(name string) scope {
	return scope{"department_managers", "department_manager_versions", "department", name, "hiring.department"}
}

func (c scope) isPosition() bool { return c.column == "position_id" }

// readManagers returns a NotFound error where the scope is missing.
func (c scope) readManagers(ctx context.Context, q bun.IDB, corpID string) (*Managers, error) {
	if err := c.checkExists(ctx, q, corpID); err != nil {
		return nil, err
	}
	m := &Managers{UserIDs: []string{}}
	err := q.NewSelect().Table(c.rows).Column("user_id").Where("corp_id = ? AND ? = ?", corpID, bun.Ident(c.column), c.id).Order("user_id").Scan(ctx, &m.UserIDs)
	if err == nil {
		err = q.NewSelect().Table(c.versions).ColumnExpr("COALESCE(MAX(version), 0)").
			Where("corp_id = ? AND ? = ?", corpID, bun.Ident(c.column), c.id).Scan(ctx, &m.Version)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the hiring managers of %s: %w", c.id, err)
	}
	return m, nil
}

// checkExists returns a NotFound error for a position that is missing, and for a department that
// no position has.
func (c scope) checkExists(ctx context.Context, q bun.IDB, corpID string) error {
	if c.isPosition() {
		_, err := position.Read(ctx, q, corpID, c.id)
		return err
	}
	return checkDepartment(ctx, q, corpID, c.id)
}

// updateManagers changes the hiring managers by edit, which runs once more before: on those as they
// are now, to find the members to look up.
func (s *Service) updateManagers(ctx context.Context, a actor.Actor, c scope, version int, edit func(*Managers)) (*Managers, error) {
	present, err := c.readManagers(ctx, s.DB.DB, a.CorpID)
	if err != nil {
		return nil, err
	}
	edit(present)
	if err := checkCount(present.UserIDs); err != nil { // before they are looked up
		return nil, err
	}
	people, err := s.Members(ctx, a.CorpID, present.UserIDs)
	if err != nil {
		return nil, err
	}
	m, err := versioning.Settings[Managers]{
		// One lock of the company: the positions of a member are counted.
		Lock: "hiring/" + a.CorpID, Code: "hiring.changed_meanwhile",
		Read:    func(ctx context.Context, q bun.IDB) (*Managers, error) { return c.readManagers(ctx, q, a.CorpID) },
		Version: func(m *Managers) int { return m.Version },
		Check: func(m *Managers) error {
			m.UserIDs = member.StoredUserIDs(m.UserIDs, people)
			slices.Sort(m.UserIDs)
			return checkCount(m.UserIDs)
		},
		Store: func(ctx context.Context, tx *db.Tx, m, before *Managers) error {
			if c.isPosition() {
				if _, err := position.ReadReferenced(ctx, tx, a.CorpID, c.id); err != nil {
					return err
				}
			}
			if err := c.checkAdded(ctx, tx, a.CorpID, m.UserIDs, before.UserIDs, people); err != nil {
				return err
			}
			return s.storeManagers(ctx, tx, a, c, m, before.UserIDs)
		},
	}.Update(ctx, s.DB, version, edit)
	if m != nil { // also beside a Conflict
		if failed := s.fillPeople(ctx, a.CorpID, m); failed != nil {
			return nil, failed
		}
	}
	return m, err
}

func checkCount(userIDs []string) error {
	var e validate.Errors
	if len(userIDs) > MaxManagers {
		e.Add("userIds", "field.too_many", "Limit", MaxManagers)
	}
	return e.Err(false)
}

// checkAdded checks the hiring managers who are not in before. One who has left the company may stay.
func (c scope) checkAdded(ctx context.Context, tx *db.Tx, corpID string, userIDs, before []string, people map[string]member.Member) error {
	var e validate.Errors
	for n, userID := range userIDs {
		if slices.Contains(before, userID) {
			continue
		}
		path := fmt.Sprintf("userIds[%d]", n)
		known, ok := people[userID]
		switch {
		case !ok:
			e.Add(path, "interview.not_in_company")
			continue
		case !known.Active:
			e.Add(path, "interview.not_active", "Name", known.Name)
			continue
		}
		count, err := c.countWith(ctx, tx, corpID, userID)
		if err != nil {
			return err
		}
		if count > actor.MaxManaged {
			e.Add(path, "hiring.too_many_positions", "Name", known.Name, "Limit", actor.MaxManaged)
		}
	}
	return e.Err(false)
}

// countWith counts the positions that a member manages, with those of the scope.
func (c scope) countWith(ctx context.Context, tx *db.Tx, corpID, userID string) (count int, err error) {
	added := tx.NewSelect().Table("positions").Column("id").Where("corp_id = ?", corpID)
	if c.isPosition() {
		added.Where("id = ?", c.id)
	} else {
		added.Where("department = ?", c.id)
	}
	err = tx.NewRaw("SELECT COUNT(*) FROM (? UNION ?) AS managed", managedPositions(corpID, userID), added).Scan(ctx, &count)
	if err != nil {
		return 0, fmt.Errorf("counting the positions of hiring manager %s: %w", userID, err)
	}
	return count, nil
}

// Names of the data in the audit log.
const (
	auditAdded      = "added"
	auditRemoved    = "removed"
	auditDepartment = "department"
)

func (s *Service) storeManagers(ctx context.Context, tx *db.Tx, a actor.Actor, c scope, m *Managers, before []string) error {
	added := slices.DeleteFunc(slices.Clone(m.UserIDs), func(userID string) bool { return slices.Contains(before, userID) })
	removed := slices.DeleteFunc(slices.Clone(before), func(userID string) bool { return slices.Contains(m.UserIDs, userID) })
	if len(removed) > 0 {
		_, err := tx.NewDelete().Table(c.rows).Where("corp_id = ? AND ? = ? AND user_id IN (?)", a.CorpID, bun.Ident(c.column), c.id, bun.List(removed)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("removing hiring managers of %s: %w", c.id, err)
		}
	}
	for _, userID := range added {
		_, err := tx.NewRaw("INSERT INTO ? (corp_id, ?, user_id, named_by, named_at) VALUES (?, ?, ?, ?, ?)",
			bun.Ident(c.rows), bun.Ident(c.column), a.CorpID, c.id, userID, a.UserID, s.now()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("naming a hiring manager of %s: %w", c.id, err)
		}
	}
	m.Version++
	_, err := tx.NewRaw("INSERT INTO ? (corp_id, ?, version) VALUES (?, ?, ?) ON CONFLICT (corp_id, ?) DO UPDATE SET version = excluded.version",
		bun.Ident(c.versions), bun.Ident(c.column), a.CorpID, c.id, m.Version, bun.Ident(c.column)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the version of the hiring managers of %s: %w", c.id, err)
	}
	data := audit.Data{auditAdded: strings.Join(added, ","), auditRemoved: strings.Join(removed, ",")}
	object := c.id
	if !c.isPosition() {
		data[auditDepartment], object = c.id, a.CorpID
	}
	return audit.Write(ctx, tx, s.now(), a, c.action, object, data)
}
