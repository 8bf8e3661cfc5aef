package availability

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Member is a row of availability_members: what a member has set otherwise than the
// company.
type Member struct {
	bun.BaseModel `bun:"table:availability_members,alias:avm"`

	CorpID      string      `bun:"corp_id,pk"`
	UserID      string      `bun:"user_id,pk"`
	TimeZone    string      `bun:"time_zone"` // "" is the company's
	OwnHours    bool        `bun:"own_hours"` // Hours apply
	Hours       Hours       `bun:"hours,type:jsonb"`
	DailyLimit  *int        `bun:"daily_limit"` // nil is the company's, 0 is no limit
	WeeklyLimit *int        `bun:"weekly_limit"`
	Away        []DateRange `bun:"away,type:jsonb"`
	Version     int         `bun:"version"` // 0 before the first change
	UpdatedBy   string      `bun:"updated_by"`
	UpdatedAt   time.Time   `bun:"updated_at"`
}

// mayEditMember allows the member, recruiters and administrators.
func mayEditMember(a actor.Actor, userID string) error {
	return apperr.ForbiddenUnless(a.May(actor.EditAvailability) || a.May(actor.ReadPositions) && member.SameUserID(a.UserID, userID))
}

// Member returns the settings of a member. Only the member, recruiters and
// administrators may read and change them.
func (s *Service) Member(ctx context.Context, a actor.Actor, userID string) (*Member, error) {
	if err := mayEditMember(a, userID); err != nil {
		return nil, err
	}
	known, err := s.Members(ctx, a.CorpID, []string{userID})
	if err != nil {
		return nil, err
	}
	m, ok := known[userID]
	if !ok {
		return nil, apperr.NewNotFound()
	}
	return readMember(ctx, s.DB.DB, a.CorpID, m.UserID)
}

func readMember(ctx context.Context, q bun.IDB, corpID, userID string) (*Member, error) {
	list, err := readMembers(ctx, q, corpID, []string{userID})
	if err != nil {
		return nil, err
	}
	return list[userID], nil
}

// readMembers returns the settings of members by userid; the zero settings for a member
// without a row.
func readMembers(ctx context.Context, q bun.IDB, corpID string, userIDs []string) (map[string]*Member, error) {
	var list []*Member
	err := q.NewSelect().Model(&list).Where("avm.corp_id = ? AND avm.user_id IN (?)", corpID, bun.List(userIDs)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the working hours of members: %w", err)
	}
	out := map[string]*Member{}
	for _, id := range userIDs {
		out[id] = &Member{CorpID: corpID, UserID: id, Hours: Hours{}, Away: []DateRange{}}
	}
	for _, m := range list {
		out[m.UserID] = m
	}
	return out, nil
}

// UpdateMember changes the settings of a member by edit. version is the one that the
// edit was made from, 0 for any.
func (s *Service) UpdateMember(ctx context.Context, a actor.Actor, userID string, version int, edit func(*Member)) (*Member, error) {
	stored, err := s.Member(ctx, a, userID)
	if err != nil {
		return nil, err
	}
	userID = stored.UserID
	return versioning.Settings[Member]{
		Lock: "availability/" + a.CorpID + "/" + userID, Code: "availability.changed_meanwhile",
		Read:    func(ctx context.Context, q bun.IDB) (*Member, error) { return readMember(ctx, q, a.CorpID, userID) },
		Version: func(m *Member) int { return m.Version },
		Check:   (*Member).checkSettings,
		Store:   func(ctx context.Context, tx *db.Tx, m, _ *Member) error { return s.storeMember(ctx, tx, a, m) },
	}.Update(ctx, s.DB, version, edit)
}

func (s *Service) storeMember(ctx context.Context, tx *db.Tx, a actor.Actor, m *Member) error {
	m.Version, m.UpdatedBy, m.UpdatedAt = m.Version+1, a.UserID, s.now()
	_, err := tx.NewInsert().Model(m).On("CONFLICT (corp_id, user_id) DO UPDATE").
		Set("time_zone = excluded.time_zone, own_hours = excluded.own_hours, hours = excluded.hours").
		Set("daily_limit = excluded.daily_limit, weekly_limit = excluded.weekly_limit, away = excluded.away").
		Set("version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the working hours of %s: %w", m.UserID, err)
	}
	return audit.Write(ctx, tx, s.now(), a, "availability.member", m.UserID, describeMember(m))
}

// describeMember returns what an audit entry records: no dates of absence.
func describeMember(m *Member) audit.Data {
	out := audit.Data{"zone": m.TimeZone, "away": strconv.Itoa(len(m.Away))}
	if m.OwnHours {
		out["hours"] = m.Hours.formatShifts()
	}
	if m.DailyLimit != nil {
		out["daily"] = strconv.Itoa(*m.DailyLimit)
	}
	if m.WeeklyLimit != nil {
		out["weekly"] = strconv.Itoa(*m.WeeklyLimit)
	}
	return out
}

func (m *Member) checkSettings() error {
	var e validate.Errors
	if m.TimeZone != "" {
		e.CheckTimeZone("timeZone", m.TimeZone)
	}
	m.Hours.checkShifts(&e, "hours")
	if m.DailyLimit != nil {
		checkNumber(&e, "dailyLimit", *m.DailyLimit, maxDaily)
	}
	if m.WeeklyLimit != nil {
		checkNumber(&e, "weeklyLimit", *m.WeeklyLimit, maxWeekly)
	}
	if len(m.Away) > maxAway {
		e.Add("away", "field.too_many", "Limit", maxAway)
	}
	for n, r := range m.Away {
		if !r.From.IsValid() || !r.To.IsValid() || r.To < r.From {
			e.Add(fmt.Sprintf("away[%d]", n), "availability.bad_range")
		}
	}
	return e.Err(false)
}
