package account

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/searchtext"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/wecom"
)

// memberRow has the columns of members that a synchronization writes: all but roles
// and language.
type memberRow struct {
	bun.BaseModel `bun:"table:members"`

	CorpID   string `bun:",pk"`
	UserID   string `bun:",pk"`
	Name     string
	Alias    string
	Pinyin   string
	Position string
	Avatar   string
	Active   bool
	SyncedAt time.Time

	db.SearchColumns // the name, the alias and the userid
}

// BeforeAppendModel implements bun.BeforeAppendModelHook.
func (m *memberRow) BeforeAppendModel(_ context.Context, query bun.Query) error {
	if db.IsWrite(query) {
		m.Pinyin = searchtext.Pinyin(m.Name)
		m.IndexText(searchtext.Person(m.Name), searchtext.Person(m.Alias), searchtext.Exact(m.UserID))
	}
	return nil
}

// RebuildSearch writes the search texts of members that have none of the current
// version.
func RebuildSearch(ctx context.Context, d *db.DB) error {
	return db.RebuildSearch[memberRow](ctx, d, "corp_id", "user_id")
}

type memberDepartmentRow struct {
	bun.BaseModel `bun:"table:member_departments"`

	CorpID       string
	UserID       string
	DepartmentID int64
}

// saveContacts replaces the copy of the contacts by what was fetched after began.
// Members who signed in after began stay active.
func (s *Service) saveContacts(ctx context.Context, c *contacts, began time.Time) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.checkNotEmpty(ctx, tx, c); err != nil {
			return err
		}
		if err := saveDepartments(ctx, tx, s.Corp.ID, c.departments); err != nil {
			return err
		}
		if err := saveMembers(ctx, tx, s.Corp.ID, c.users, s.Now()); err != nil {
			return err
		}
		_, err := tx.NewRaw("UPDATE members SET active = FALSE WHERE corp_id = ? AND synced_at < ?", s.Corp.ID, db.Time(began)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("marking members who have left: %w", err)
		}
		return nil
	})
}

// saveBatchSize limits the rows per statement. A large company has tens of thousands
// of members, and SQLite has a single writer, which rooms need too.
const saveBatchSize = 500

func saveDepartments(ctx context.Context, tx *db.Tx, corpID string, departments []wecom.Department) error {
	if _, err := tx.NewRaw("DELETE FROM departments WHERE corp_id = ?", corpID).Exec(ctx); err != nil {
		return fmt.Errorf("replacing departments: %w", err)
	}
	for some := range slices.Chunk(departments, saveBatchSize) {
		rows := make([]Department, len(some))
		for i, d := range some {
			rows[i] = Department{CorpID: corpID, ID: d.ID, ParentID: d.ParentID, Name: validate.CleanLine(d.Name), SortOrder: d.Order}
		}
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return fmt.Errorf("saving departments: %w", err)
		}
	}
	return nil
}

// statusActive is WeCom's status of a member who has activated the account. The field
// is missing in responses to secrets that may not read it.
const statusActive = 1

// saveMembers upserts members with their departments. The members must be distinct.
func saveMembers(ctx context.Context, tx *db.Tx, corpID string, users []wecom.User, now time.Time) error {
	for some := range slices.Chunk(users, saveBatchSize) {
		if err := keepStoredSpelling(ctx, tx, corpID, some); err != nil {
			return err
		}
		rows := make([]memberRow, len(some))
		ids := make([]string, len(some))
		for i, u := range some {
			ids[i] = u.UserID
			rows[i] = memberRow{
				CorpID: corpID, UserID: u.UserID, Name: cmp.Or(validate.CleanLine(u.Name), u.UserID), Alias: validate.CleanLine(u.Alias), Position: validate.CleanLine(u.Position),
				Avatar: validate.CleanLine(u.Avatar), Active: u.Status == 0 || u.Status == statusActive, SyncedAt: db.Time(now),
			}
		}
		_, err := tx.NewInsert().Model(&rows).On("CONFLICT (corp_id, user_id) DO UPDATE").
			Set("name = EXCLUDED.name").Set("alias = EXCLUDED.alias").Set("pinyin = EXCLUDED.pinyin").
			Set("position = EXCLUDED.position").Set("avatar = EXCLUDED.avatar").
			Set("active = EXCLUDED.active").Set("synced_at = EXCLUDED.synced_at").
			Set("search_text = EXCLUDED.search_text").Set("search_version = EXCLUDED.search_version").Exec(ctx)
		if err != nil {
			return fmt.Errorf("saving members: %w", err)
		}
		if err := saveMemberDepartments(ctx, tx, corpID, some, ids); err != nil {
			return err
		}
	}
	return nil
}

// keepStoredSpelling changes the userids of members that are stored in another case to
// the stored spelling, which interviews refer to.
func keepStoredSpelling(ctx context.Context, tx *db.Tx, corpID string, users []wecom.User) error {
	folded := make([]string, len(users))
	for n, u := range users {
		folded[n] = member.FoldUserID(u.UserID)
	}
	var stored []string
	err := tx.NewSelect().Model((*memberRow)(nil)).Column("user_id").
		Where("corp_id = ? AND LOWER(user_id) IN (?)", corpID, bun.List(folded)).OrderExpr("active, user_id").Scan(ctx, &stored)
	if err != nil {
		return fmt.Errorf("reading the stored userids: %w", err)
	}
	spelling := map[string]string{}
	for _, userID := range stored {
		spelling[member.FoldUserID(userID)] = userID // of several, the last: an active one
	}
	for n := range users {
		if userID, ok := spelling[folded[n]]; ok && !slices.Contains(stored, users[n].UserID) {
			users[n].UserID = userID
		}
	}
	return nil
}

func saveMemberDepartments(ctx context.Context, tx *db.Tx, corpID string, users []wecom.User, ids []string) error {
	_, err := tx.NewRaw("DELETE FROM member_departments WHERE corp_id = ? AND user_id IN (?)", corpID, bun.List(ids)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("replacing members' departments: %w", err)
	}
	var rows []memberDepartmentRow
	for _, u := range users {
		for _, d := range u.Department {
			rows = append(rows, memberDepartmentRow{CorpID: corpID, UserID: u.UserID, DepartmentID: d})
		}
	}
	for some := range slices.Chunk(rows, saveBatchSize) {
		if _, err := tx.NewInsert().Model(&some).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("saving members' departments: %w", err)
		}
	}
	return nil
}
