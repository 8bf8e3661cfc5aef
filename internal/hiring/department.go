package hiring

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
)

// Department is a department of positions and its hiring managers, who manage all its positions,
// also those that are created later.
type Department struct {
	Managers

	Name      string
	Positions int // their number
}

// maxDepartments bounds the list of departments.
const maxDepartments = 500

// ListDepartments returns the departments that positions have, and those that have hiring managers,
// by name: the first 500.
func (s *Service) ListDepartments(ctx context.Context, a actor.Actor) ([]Department, error) {
	if err := a.Require(actor.ReadSettings); err != nil {
		return nil, err
	}
	var list []Department
	err := s.DB.NewRaw(`SELECT department AS name, SUM(positions) AS positions FROM (
			SELECT department, COUNT(*) AS positions FROM positions WHERE corp_id = ? AND department <> '' GROUP BY department
			UNION ALL SELECT DISTINCT department, 0 FROM department_managers WHERE corp_id = ?
		) AS d GROUP BY department ORDER BY department LIMIT ?`, a.CorpID, a.CorpID, maxDepartments).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing the departments of positions: %w", err)
	}
	return list, s.fillDepartments(ctx, a.CorpID, list)
}

// fillDepartments reads the hiring managers of departments.
func (s *Service) fillDepartments(ctx context.Context, corpID string, list []Department) error {
	var rows []struct {
		Department, UserID string
		Version            int
	}
	err := s.DB.NewRaw(`SELECT v.department, v.version, COALESCE(dm.user_id, '') AS user_id FROM department_manager_versions AS v
		LEFT JOIN department_managers AS dm ON dm.corp_id = v.corp_id AND dm.department = v.department
		WHERE v.corp_id = ? ORDER BY dm.user_id`, corpID).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("reading the hiring managers of departments: %w", err)
	}
	byName := map[string]*Managers{}
	for _, r := range rows {
		m := byName[r.Department]
		if m == nil {
			m = &Managers{UserIDs: []string{}, Version: r.Version}
			byName[r.Department] = m
		}
		if r.UserID != "" {
			m.UserIDs = append(m.UserIDs, r.UserID)
		}
	}
	var everyone []string
	for n := range list {
		list[n].Managers = Managers{UserIDs: []string{}}
		if m := byName[list[n].Name]; m != nil {
			list[n].Managers = *m
		}
		everyone = append(everyone, list[n].UserIDs...)
	}
	people, err := s.Members.ByID(ctx, corpID, everyone)
	if err != nil {
		return err
	}
	for n := range list {
		list[n].fillPeople(people)
	}
	return nil
}

// UpdateDepartment changes the hiring managers of a department by edit, which may run twice.
// version is the one that the edit was made from, 0 for any; when another is stored,
// UpdateDepartment returns a Conflict and the stored hiring managers.
func (s *Service) UpdateDepartment(ctx context.Context, a actor.Actor, name string, version int, edit func(*Managers)) (*Managers, error) {
	if err := a.Require(actor.AssignRoles); err != nil {
		return nil, err
	}
	return s.updateManagers(ctx, a, ofDepartment(name), version, edit)
}

// checkDepartment returns a NotFound error unless a position has the department, or members manage it.
func checkDepartment(ctx context.Context, q bun.IDB, corpID, name string) error {
	var exists bool
	err := q.NewRaw(`SELECT EXISTS (SELECT 1 FROM positions WHERE corp_id = ? AND department = ?)
		OR EXISTS (SELECT 1 FROM department_managers WHERE corp_id = ? AND department = ?)`, corpID, name, corpID, name).Scan(ctx, &exists)
	if err != nil {
		return fmt.Errorf("looking up a department: %w", err)
	}
	if !exists || name == "" {
		return apperr.NewNotFound()
	}
	return nil
}
