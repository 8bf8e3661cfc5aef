package notification

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// QuietMode selects the quiet hours of a member.
type QuietMode string

const (
	CompanyQuiet QuietMode = "company" // as the company has set, in its time zone
	OwnQuiet     QuietMode = "own"     // Hours, in the member's time zone
	NoQuiet      QuietMode = "none"
)

// Member is a row of notification_members: what a member has chosen.
type Member struct {
	bun.BaseModel `bun:"table:notification_members,alias:nm"`

	CorpID    string     `bun:"corp_id,pk"`
	UserID    string     `bun:"user_id,pk"`
	Muted     []Group    `bun:"muted,type:jsonb"` // in the order of Groups
	Quiet     QuietMode  `bun:"quiet"`
	Hours     QuietHours `bun:"hours,type:jsonb"`
	Version   int        `bun:"version"` // 0 before the first change
	UpdatedBy string     `bun:"updated_by"`
	UpdatedAt time.Time  `bun:"updated_at"`
}

// Member returns the settings of a member, which only the member may read and change.
func (s *Service) Member(ctx context.Context, a actor.Actor, userID string) (*Member, error) {
	if err := apperr.ForbiddenUnless(a.May(actor.ReadPositions) && a.UserID == userID); err != nil {
		return nil, err
	}
	return readMember(ctx, s.DB.DB, a.CorpID, userID)
}

func readMember(ctx context.Context, q bun.IDB, corpID, userID string) (*Member, error) {
	m := new(Member)
	err := q.NewSelect().Model(m).Where("nm.corp_id = ? AND nm.user_id = ?", corpID, userID).Scan(ctx)
	if db.IsNotFound(err) {
		return &Member{CorpID: corpID, UserID: userID, Muted: []Group{}, Quiet: CompanyQuiet, Hours: defaultHours()}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the notification settings of a member: %w", err)
	}
	return m, nil
}

// UpdateMember changes the settings of a member by edit. version is the one that the edit
// was made from, 0 for any.
func (s *Service) UpdateMember(ctx context.Context, a actor.Actor, userID string, version int, edit func(*Member)) (*Member, error) {
	if err := apperr.ForbiddenUnless(a.May(actor.ReadPositions) && a.UserID == userID); err != nil {
		return nil, err
	}
	return versioning.Settings[Member]{
		Lock: "notification/" + a.CorpID + "/" + userID, Code: "notification.changed_meanwhile",
		Read:    func(ctx context.Context, q bun.IDB) (*Member, error) { return readMember(ctx, q, a.CorpID, userID) },
		Version: func(m *Member) int { return m.Version },
		Check:   (*Member).checkSettings,
		Store:   func(ctx context.Context, tx *db.Tx, m, _ *Member) error { return s.storeMember(ctx, tx, a, m) },
	}.Update(ctx, s.DB, version, edit)
}

// checkSettings checks the settings and brings the muted groups into the order of Groups,
// each once.
func (m *Member) checkSettings() error {
	var e validate.Errors
	for n, g := range m.Muted {
		if !slices.Contains(Groups, g) {
			e.Add(fmt.Sprintf("muted[%d]", n), "field.invalid")
		}
	}
	chosen := m.Muted
	m.Muted = slices.DeleteFunc(slices.Clone(Groups), func(g Group) bool { return !slices.Contains(chosen, g) })
	validate.CheckOneOf(&e, "quiet", m.Quiet, CompanyQuiet, OwnQuiet, NoQuiet)
	m.Hours.checkHours(&e)
	return e.Err(false)
}

func (s *Service) storeMember(ctx context.Context, tx *db.Tx, a actor.Actor, m *Member) error {
	m.Version, m.UpdatedBy, m.UpdatedAt = m.Version+1, a.UserID, s.now()
	_, err := tx.NewInsert().Model(m).On("CONFLICT (corp_id, user_id) DO UPDATE").
		Set("muted = excluded.muted, quiet = excluded.quiet, hours = excluded.hours").
		Set("version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the notification settings of %s: %w", m.UserID, err)
	}
	data := audit.Data{"quiet": string(m.Quiet), "muted": joinGroups(m.Muted)}
	if m.Quiet == OwnQuiet {
		data["quiet"] = m.Hours.String()
	}
	return audit.Write(ctx, tx, s.now(), a, "notification.member", m.UserID, data)
}

func joinGroups(list []Group) string {
	names := make([]string, len(list))
	for n, g := range list {
		names[n] = string(g)
	}
	return strings.Join(names, ", ")
}
