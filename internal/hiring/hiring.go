// Package hiring names the hiring managers of positions, who read the candidates and interviews of
// these positions and of no other, and holds what a company permits to them.
package hiring

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// MaxManagers is the most hiring managers of a position.
const MaxManagers = 20

// Service implements the operations. All fields but Now are required.
type Service struct {
	DB      *db.DB
	Members member.Lookup
	Now     func() time.Time
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Managers is the hiring managers of a position.
type Managers struct {
	UserIDs []string // ordered
	Version int      // 0 before the first change

	People []member.Member // UserIDs; read beside the rows
}

// row is a hiring manager of a position.
type row struct {
	bun.BaseModel `bun:"table:hiring_managers,alias:hm"`

	CorpID     string    `bun:"corp_id,pk"`
	PositionID string    `bun:"position_id,pk"`
	UserID     string    `bun:"user_id,pk"`
	NamedBy    string    `bun:"named_by"`
	NamedAt    time.Time `bun:"named_at"`
}

// ReadManaged returns the positions of which a member is hiring manager, and what the company
// permits to hiring managers, without a permission check.
func (s *Service) ReadManaged(ctx context.Context, corpID, userID string) (actor.Managed, error) {
	var m actor.Managed
	err := s.DB.NewSelect().Model((*row)(nil)).Column("hm.position_id").Where("hm.corp_id = ? AND hm.user_id = ?", corpID, userID).
		Order("hm.position_id").Limit(actor.MaxManaged).Scan(ctx, &m.PositionIDs)
	if err != nil {
		return m, fmt.Errorf("reading the positions of hiring manager %s: %w", userID, err)
	}
	if len(m.PositionIDs) == 0 {
		return m, nil
	}
	settings, err := readSettings(ctx, s.DB.DB, corpID)
	if err != nil {
		return m, err
	}
	m.Decides = settings.Decide
	return m, nil
}

// ListByPositions returns the userids of the hiring managers of positions, by position, without a
// permission check.
func (s *Service) ListByPositions(ctx context.Context, corpID string, positionIDs []string) (map[string][]string, error) {
	byPosition := map[string][]string{}
	if len(positionIDs) == 0 {
		return byPosition, nil
	}
	var rows []row
	err := s.DB.NewSelect().Model(&rows).Where("hm.corp_id = ? AND hm.position_id IN (?)", corpID, bun.List(positionIDs)).Order("hm.user_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading hiring managers: %w", err)
	}
	for _, r := range rows {
		byPosition[r.PositionID] = append(byPosition[r.PositionID], r.UserID)
	}
	return byPosition, nil
}

// Get returns the hiring managers of a position to every member who sees positions.
func (s *Service) Get(ctx context.Context, a actor.Actor, positionID string) (*Managers, error) {
	if err := a.Require(actor.ReadPositions); err != nil {
		return nil, err
	}
	if _, err := position.Read(ctx, s.DB.DB, a.CorpID, positionID); err != nil {
		return nil, err
	}
	m, err := readManagers(ctx, s.DB.DB, a.CorpID, positionID)
	if err != nil {
		return nil, err
	}
	return m, s.fillPeople(ctx, a.CorpID, m)
}

func (s *Service) fillPeople(ctx context.Context, corpID string, m *Managers) error {
	people, err := s.Members.ByID(ctx, corpID, m.UserIDs)
	if err != nil {
		return err
	}
	m.People = make([]member.Member, len(m.UserIDs))
	for n, userID := range m.UserIDs {
		m.People[n] = people(userID)
	}
	return nil
}

func readManagers(ctx context.Context, q bun.IDB, corpID, positionID string) (*Managers, error) {
	m := &Managers{UserIDs: []string{}}
	err := q.NewSelect().Model((*row)(nil)).Column("hm.user_id").Where("hm.corp_id = ? AND hm.position_id = ?", corpID, positionID).
		Order("hm.user_id").Scan(ctx, &m.UserIDs)
	if err == nil {
		err = q.NewRaw("SELECT COALESCE(MAX(version), 0) FROM hiring_manager_versions WHERE corp_id = ? AND position_id = ?", corpID, positionID).Scan(ctx, &m.Version)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the hiring managers of position %s: %w", positionID, err)
	}
	return m, nil
}

// Update changes the hiring managers of a position by edit, which may run twice. version is the
// one that the edit was made from, 0 for any; when another is stored, Update returns a Conflict
// and the stored hiring managers.
func (s *Service) Update(ctx context.Context, a actor.Actor, positionID string, version int, edit func(*Managers)) (*Managers, error) {
	if err := a.Require(actor.NameHiringManagers); err != nil {
		return nil, err
	}
	m, err := s.Get(ctx, a, positionID)
	if err != nil {
		return nil, err
	}
	edit(m)
	if err := checkCount(m.UserIDs); err != nil { // before they are looked up
		return nil, err
	}
	people, err := s.Members(ctx, a.CorpID, m.UserIDs)
	if err != nil {
		return nil, err
	}
	m, err = versioning.Settings[Managers]{
		// One lock of the company: the positions of a member are counted.
		Lock: "hiring/" + a.CorpID, Code: "hiring.changed_meanwhile",
		Read: func(ctx context.Context, q bun.IDB) (*Managers, error) {
			if _, err := position.Read(ctx, q, a.CorpID, positionID); err != nil {
				return nil, err
			}
			return readManagers(ctx, q, a.CorpID, positionID)
		},
		Version: func(m *Managers) int { return m.Version },
		Check: func(m *Managers) error {
			m.UserIDs = member.StoredUserIDs(m.UserIDs, people)
			slices.Sort(m.UserIDs)
			return checkCount(m.UserIDs)
		},
		Store: func(ctx context.Context, tx *db.Tx, m, before *Managers) error {
			if _, err := position.ReadReferenced(ctx, tx, a.CorpID, positionID); err != nil {
				return err
			}
			if err := checkAdded(ctx, tx, a.CorpID, m.UserIDs, before.UserIDs, people); err != nil {
				return err
			}
			return s.storeManagers(ctx, tx, a, positionID, m, before.UserIDs)
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
func checkAdded(ctx context.Context, tx *db.Tx, corpID string, userIDs, before []string, people map[string]member.Member) error {
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
		count, err := tx.NewSelect().Model((*row)(nil)).Where("hm.corp_id = ? AND hm.user_id = ?", corpID, userID).Count(ctx)
		if err != nil {
			return fmt.Errorf("counting the positions of hiring manager %s: %w", userID, err)
		}
		if count >= actor.MaxManaged {
			e.Add(path, "hiring.too_many_positions", "Name", known.Name, "Limit", actor.MaxManaged)
		}
	}
	return e.Err(false)
}

// Names of the data in the audit log.
const (
	auditAdded   = "added"
	auditRemoved = "removed"
)

func (s *Service) storeManagers(ctx context.Context, tx *db.Tx, a actor.Actor, positionID string, m *Managers, before []string) error {
	added := slices.DeleteFunc(slices.Clone(m.UserIDs), func(userID string) bool { return slices.Contains(before, userID) })
	removed := slices.DeleteFunc(slices.Clone(before), func(userID string) bool { return slices.Contains(m.UserIDs, userID) })
	if len(removed) > 0 {
		_, err := tx.NewDelete().Model((*row)(nil)).Where("corp_id = ? AND position_id = ? AND user_id IN (?)", a.CorpID, positionID, bun.List(removed)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("removing hiring managers of position %s: %w", positionID, err)
		}
	}
	for _, userID := range added {
		r := &row{CorpID: a.CorpID, PositionID: positionID, UserID: userID, NamedBy: a.UserID, NamedAt: s.now()}
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return fmt.Errorf("naming a hiring manager of position %s: %w", positionID, err)
		}
	}
	m.Version++
	_, err := tx.NewRaw(`INSERT INTO hiring_manager_versions (corp_id, position_id, version) VALUES (?, ?, ?)
		ON CONFLICT (corp_id, position_id) DO UPDATE SET version = excluded.version`, a.CorpID, positionID, m.Version).Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the version of the hiring managers of position %s: %w", positionID, err)
	}
	data := audit.Data{auditAdded: strings.Join(added, ","), auditRemoved: strings.Join(removed, ",")}
	return audit.Write(ctx, tx, s.now(), a, "position.hiring_managers", positionID, data)
}

// Settings is what a company permits to hiring managers.
type Settings struct {
	bun.BaseModel `bun:"table:hiring_settings,alias:hs"`

	CorpID    string    `bun:"corp_id,pk"`
	Decide    bool      `bun:"decide"`  // they record decisions about interviews of their positions
	Version   int       `bun:"version"` // 0 before the first change
	UpdatedBy string    `bun:"updated_by"`
	UpdatedAt time.Time `bun:"updated_at"`
}

// GetSettings returns what the company permits to hiring managers.
func (s *Service) GetSettings(ctx context.Context, a actor.Actor) (*Settings, error) {
	if err := a.Require(actor.ReadPositions); err != nil {
		return nil, err
	}
	return readSettings(ctx, s.DB.DB, a.CorpID)
}

func readSettings(ctx context.Context, q bun.IDB, corpID string) (*Settings, error) {
	out := new(Settings)
	err := q.NewSelect().Model(out).Where("hs.corp_id = ?", corpID).Scan(ctx)
	if db.IsNotFound(err) {
		return &Settings{CorpID: corpID}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the settings of hiring managers: %w", err)
	}
	return out, nil
}

// UpdateSettings changes what the company permits to hiring managers. version is the one that the
// edit was made from, 0 for any.
func (s *Service) UpdateSettings(ctx context.Context, a actor.Actor, version int, edit func(*Settings)) (*Settings, error) {
	if err := a.Require(actor.AssignRoles); err != nil {
		return nil, err
	}
	return versioning.Settings[Settings]{
		Lock: "hiring/" + a.CorpID, Code: "hiring.changed_meanwhile",
		Read:    func(ctx context.Context, q bun.IDB) (*Settings, error) { return readSettings(ctx, q, a.CorpID) },
		Version: func(v *Settings) int { return v.Version },
		Check:   func(*Settings) error { return nil },
		Store:   func(ctx context.Context, tx *db.Tx, v, _ *Settings) error { return s.storeSettings(ctx, tx, a, v) },
	}.Update(ctx, s.DB, version, edit)
}

func (s *Service) storeSettings(ctx context.Context, tx *db.Tx, a actor.Actor, v *Settings) error {
	v.Version, v.UpdatedBy, v.UpdatedAt = v.Version+1, a.UserID, s.now()
	_, err := tx.NewInsert().Model(v).On("CONFLICT (corp_id) DO UPDATE").
		Set("decide = excluded.decide, version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the settings of hiring managers: %w", err)
	}
	return audit.Write(ctx, tx, s.now(), a, "hiring.settings", a.CorpID, audit.Data{"decide": strconv.FormatBool(v.Decide)})
}
