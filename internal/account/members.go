package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pagination"
)

// Member is a member of a company as of the last synchronization with WeCom.
type Member struct {
	bun.BaseModel `bun:"table:members"`

	CorpID      string `bun:"corp_id,pk"`
	UserID      string `bun:"user_id,pk"`
	Name        string
	Alias       string
	Pinyin      string
	Position    string
	Avatar      string
	Language    string
	Active      bool // in the visible range of the application and not disabled
	Roles       actor.Roles
	Departments []Department `bun:"-"`
}

// Department is a department of a company as of the last synchronization with WeCom.
type Department struct {
	bun.BaseModel `bun:"table:departments"`

	CorpID    string `bun:"corp_id,pk"`
	ID        int64  `bun:"department_id,pk"`
	ParentID  int64
	Name      string
	SortOrder int64
	Members   int `bun:",scanonly"` // active direct members
}

// MemberQuery selects members and a page of them.
type MemberQuery struct {
	pagination.Page

	Text       string   // substring of the name, alias, pinyin or userid
	Department int64    // includes its subdepartments; 0 for all
	UserIDs    []string // only these; nil for all
}

// FindMembers returns active members ordered by userid, and the cursor of the next page.
func (s *Service) FindMembers(ctx context.Context, corpID string, q MemberQuery) ([]Member, string, error) {
	members := []Member{}
	sel := s.DB.NewSelect().Model(&members).Where("corp_id = ? AND active", corpID)
	if err := q.ApplyTextCursor(sel, "user_id"); err != nil {
		return nil, "", err
	}
	if q.UserIDs != nil {
		sel = sel.Where("user_id IN (?)", bun.List(append(q.UserIDs, ""))) // the list of IN is not empty
	}
	if q.Text != "" {
		sel = sel.Where("?", db.Matches("search_text", q.Text))
	}
	if q.Department != 0 {
		all, err := s.ListDepartments(ctx, corpID)
		if err != nil {
			return nil, "", err
		}
		sel = sel.Where("user_id IN (SELECT user_id FROM member_departments WHERE corp_id = ? AND department_id IN (?))",
			corpID, bun.List(departmentSubtree(all, q.Department)))
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("finding members: %w", err)
	}
	members, next := pagination.CutText(q.Page, members, func(m Member) string { return m.UserID })
	return members, next, s.completeMembers(ctx, corpID, members)
}

// MembersByID returns the existing members, active or not, by userid: under the spelling
// of the contacts, and under the spelling in userIDs where that differs in case.
func (s *Service) MembersByID(ctx context.Context, corpID string, userIDs []string) (map[string]Member, error) {
	out := make(map[string]Member, len(userIDs))
	if len(userIDs) == 0 {
		return out, nil
	}
	folded := make([]string, len(userIDs))
	for n, userID := range userIDs {
		folded[n] = member.FoldUserID(userID)
	}
	var members []Member
	err := s.DB.NewSelect().Model(&members).
		Where("corp_id = ? AND LOWER(user_id) IN (?)", corpID, bun.List(folded)).OrderExpr("active, user_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("finding members by userid: %w", err)
	}
	if err := s.completeMembers(ctx, corpID, members); err != nil {
		return nil, err
	}
	byFolded := map[string]Member{}
	for _, m := range members {
		out[m.UserID], byFolded[member.FoldUserID(m.UserID)] = m, m
	}
	for n, userID := range userIDs {
		if _, exact := out[userID]; exact {
			continue
		}
		if m, ok := byFolded[folded[n]]; ok {
			out[userID] = m
		}
	}
	return out, nil
}

// AdministratorsOf returns the userids of the company's active administrators.
func (s *Service) AdministratorsOf(ctx context.Context, corpID string) ([]string, error) {
	return s.membersWith(ctx, s.DB.DB, corpID, actor.Administrator)
}

// MembersWithAny returns the userids of the company's active members with at least one of the roles.
func (s *Service) MembersWithAny(ctx context.Context, corpID string, roles actor.Roles) ([]string, error) {
	return s.membersWith(ctx, s.DB.DB, corpID, roles)
}

// RecruitersOf returns the userids of the company's active recruiters, administrators
// included.
func (s *Service) RecruitersOf(ctx context.Context, corpID string) ([]string, error) {
	return s.membersWith(ctx, s.DB.DB, corpID, actor.Recruiter)
}

// membersWith returns the userids of active members with at least one of the roles.
func (s *Service) membersWith(ctx context.Context, q bun.IDB, corpID string, roles actor.Roles) ([]string, error) {
	var found []Member
	if err := q.NewSelect().Model(&found).Where("corp_id = ? AND active", corpID).Order("user_id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("finding members with a role: %w", err)
	}
	var ids []string
	for _, m := range found {
		if s.rolesOf(m.UserID, m.Roles).HasAny(roles) {
			ids = append(ids, m.UserID)
		}
	}
	return ids, nil
}

// CanonicalUserID returns a userid in the spelling of the contacts: WeCom ignores
// case, and callbacks use any. An unknown userid is returned unchanged.
func (s *Service) CanonicalUserID(ctx context.Context, corpID, userID string) (string, error) {
	var found []string
	err := s.DB.NewSelect().Model((*Member)(nil)).Column("user_id").
		Where("corp_id = ? AND LOWER(user_id) = ?", corpID, member.FoldUserID(userID)).OrderExpr("active DESC, user_id DESC").Scan(ctx, &found)
	if err != nil {
		return userID, fmt.Errorf("finding a member by userid: %w", err)
	}
	if len(found) == 0 || slices.Contains(found, userID) {
		return userID, nil
	}
	return found[0], nil
}

// completeMembers adds departments, and the roles that are not in the table.
func (s *Service) completeMembers(ctx context.Context, corpID string, members []Member) error {
	if len(members) == 0 {
		return nil
	}
	at := make(map[string]int, len(members))
	ids := make([]string, len(members))
	for i := range members {
		members[i].Roles = s.rolesOf(members[i].UserID, members[i].Roles)
		at[members[i].UserID], ids[i] = i, members[i].UserID
	}
	var rows []struct {
		UserID       string
		DepartmentID int64
		Name         string
	}
	err := s.DB.NewRaw(`SELECT md.user_id, d.department_id, d.name FROM member_departments md
		JOIN departments d ON d.corp_id = md.corp_id AND d.department_id = md.department_id
		WHERE md.corp_id = ? AND md.user_id IN (?) ORDER BY d.department_id`, corpID, bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("finding members' departments: %w", err)
	}
	for _, r := range rows {
		m := &members[at[r.UserID]]
		m.Departments = append(m.Departments, Department{CorpID: corpID, ID: r.DepartmentID, Name: r.Name})
	}
	return nil
}

// ListDepartments returns all departments of a company, parents before children.
func (s *Service) ListDepartments(ctx context.Context, corpID string) ([]Department, error) {
	departments := []Department{}
	err := s.DB.NewSelect().Model(&departments).ColumnExpr("department.*").
		ColumnExpr(`(SELECT COUNT(*) FROM member_departments md JOIN members m ON m.corp_id = md.corp_id AND m.user_id = md.user_id
			WHERE md.corp_id = department.corp_id AND md.department_id = department.department_id AND m.active) AS members`).
		Where("department.corp_id = ?", corpID).
		OrderExpr("parent_id, sort_order DESC, department_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("finding departments: %w", err)
	}
	return departments, nil
}

// departmentSubtree returns the ids of a department and all its subdepartments.
func departmentSubtree(all []Department, top int64) []int64 {
	children := map[int64][]int64{}
	for _, d := range all {
		children[d.ParentID] = append(children[d.ParentID], d.ID)
	}
	out, seen := []int64{top}, map[int64]bool{top: true}
	for i := 0; i < len(out); i++ {
		for _, c := range children[out[i]] {
			if !seen[c] { // guards against a cycle in WeCom's data
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// RolesEdit is the input of SetRoles.
type RolesEdit struct {
	Roles    actor.Roles
	Previous *actor.Roles // those that the edit was made from, nil for any
}

// SetRoles replaces the roles of a member. It requires an administrator, who cannot remove
// their own role: a company has at least one administrator. It returns a Conflict if the member
// has other roles than Previous, or if no active administrator would be left.
func (s *Service) SetRoles(ctx context.Context, a actor.Actor, userID string, edit RolesEdit) (Member, error) {
	if err := a.Require(actor.AssignRoles); err != nil {
		return Member{}, err
	}
	dismisses := !edit.Roles.HasAll(actor.Administrator)
	if dismisses && member.SameUserID(userID, a.UserID) {
		return Member{}, apperr.New(apperr.Conflict, "account.own_administrator")
	}
	if dismisses && s.isConfiguredAdministrator(userID) {
		return Member{}, apperr.New(apperr.Conflict, "account.configured_administrator")
	}
	userID, err := s.CanonicalUserID(ctx, a.CorpID, userID)
	if err != nil {
		return Member{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.storeRoles(ctx, tx, a, userID, edit) })
	if err != nil {
		return Member{}, err
	}
	found, err := s.MembersByID(ctx, a.CorpID, []string{userID})
	return found[userID], err
}

// storeRoles reads the roles of all administrators under the lock of the company's roles:
// two administrators cannot dismiss each other at the same time.
func (s *Service) storeRoles(ctx context.Context, tx *db.Tx, a actor.Actor, userID string, edit RolesEdit) error {
	if err := tx.LockNames(ctx, []string{"roles/" + a.CorpID}); err != nil {
		return err
	}
	var stored actor.Roles
	err := tx.NewRaw("SELECT roles FROM members WHERE corp_id = ? AND user_id = ?", a.CorpID, userID).Scan(ctx, &stored)
	if db.IsNotFound(err) {
		return apperr.NewNotFound()
	}
	if err != nil {
		return fmt.Errorf("reading roles: %w", err)
	}
	if edit.Previous != nil && s.rolesOf(userID, *edit.Previous) != s.rolesOf(userID, stored)&^actor.FormerCoordinator {
		return apperr.New(apperr.Conflict, "account.roles_changed_meanwhile")
	}
	administrators, err := s.membersWith(ctx, tx, a.CorpID, actor.Administrator)
	if err != nil {
		return err
	}
	if a.UserID != "" && !slices.Contains(administrators, a.UserID) {
		return apperr.NewForbidden()
	}
	dismisses := stored.HasAll(actor.Administrator) && !edit.Roles.HasAll(actor.Administrator)
	if dismisses && slices.Equal(administrators, []string{userID}) {
		return apperr.New(apperr.Conflict, "account.last_administrator")
	}
	roles := edit.Roles & actor.Assignable
	if stored.HasAny(actor.Restricting) {
		roles |= actor.FormerCoordinator
	}
	if _, err := tx.NewRaw("UPDATE members SET roles = ? WHERE corp_id = ? AND user_id = ?", roles, a.CorpID, userID).Exec(ctx); err != nil {
		return fmt.Errorf("setting roles: %w", err)
	}
	return audit.Write(ctx, tx, s.Now(), a, "member.roles", userID, audit.Data{"roles": strings.Join(edit.Roles.Names(), " ")})
}

// SetLanguage stores the interface language of a member.
func (s *Service) SetLanguage(ctx context.Context, corpID, userID, language string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE members SET language = ? WHERE corp_id = ? AND user_id = ?", language, corpID, userID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("setting the language: %w", err)
		}
		return nil
	})
}
