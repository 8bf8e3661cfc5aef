// Package hiring names the hiring managers of positions and of departments, who read the candidates
// and interviews of these positions and of no other, and holds what a company permits to them.
package hiring

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/versioning"
)

// MaxManagers is the most hiring managers of a position, and of a department.
const MaxManagers = 20

// Service implements the operations. All fields but Now are required.
type Service struct {
	DB      *db.DB
	Members member.Lookup
	Now     func() time.Time
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Managers is the hiring managers of a position or of a department.
type Managers struct {
	UserIDs []string // ordered
	Version int      // 0 before the first change

	People []member.Member // UserIDs; read beside the rows
}

// managedPositions selects the ids of the positions that a member manages, also by their department.
func managedPositions(corpID, userID string) schema.QueryWithArgs {
	return bun.SafeQuery(`SELECT position_id FROM hiring_managers WHERE corp_id = ? AND user_id = ?
		UNION SELECT p.id FROM department_managers AS dm JOIN positions AS p ON p.corp_id = dm.corp_id AND p.department = dm.department
		WHERE dm.corp_id = ? AND dm.user_id = ?`, corpID, userID, corpID, userID)
}

// ReadManaged returns the newest positions of which a member is hiring manager, also by their
// department, and what the company permits to hiring managers, without a permission check.
func (s *Service) ReadManaged(ctx context.Context, corpID, userID string) (actor.Managed, error) {
	var m actor.Managed
	err := s.DB.NewRaw("? ORDER BY 1 DESC LIMIT ?", managedPositions(corpID, userID), actor.MaxManaged).Scan(ctx, &m.PositionIDs)
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

// Manager is a hiring manager of a position.
type Manager struct {
	UserID     string
	Department string // by which the member manages the position; "" if named for the position
}

// ListByPositions returns the hiring managers of positions, by position, without a permission
// check. A member who is named for the position and for its department is listed twice.
func (s *Service) ListByPositions(ctx context.Context, corpID string, positionIDs []string) (map[string][]Manager, error) {
	byPosition := map[string][]Manager{}
	if len(positionIDs) == 0 {
		return byPosition, nil
	}
	var rows []struct{ PositionID, UserID, Department string }
	err := s.DB.NewRaw(`SELECT position_id, user_id, '' AS department FROM hiring_managers WHERE corp_id = ? AND position_id IN (?)
		UNION ALL SELECT p.id, dm.user_id, dm.department FROM positions AS p
		JOIN department_managers AS dm ON dm.corp_id = p.corp_id AND dm.department = p.department WHERE p.corp_id = ? AND p.id IN (?)
		ORDER BY 2, 3`, corpID, bun.List(positionIDs), corpID, bun.List(positionIDs)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading hiring managers: %w", err)
	}
	for _, r := range rows {
		byPosition[r.PositionID] = append(byPosition[r.PositionID], Manager{r.UserID, r.Department})
	}
	return byPosition, nil
}

// Get returns the hiring managers of a position to every member who sees positions.
func (s *Service) Get(ctx context.Context, a actor.Actor, positionID string) (*Managers, error) {
	if err := a.Require(actor.ReadPositions); err != nil {
		return nil, err
	}
	m, err := ofPosition(positionID).readManagers(ctx, s.DB.DB, a.CorpID)
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
	m.fillPeople(people)
	return nil
}

func (m *Managers) fillPeople(people func(userID string) member.Member) {
	m.People = make([]member.Member, len(m.UserIDs))
	for n, userID := range m.UserIDs {
		m.People[n] = people(userID)
	}
}

// Update changes the hiring managers of a position by edit, which may run twice. version is the
// one that the edit was made from, 0 for any; when another is stored, Update returns a Conflict
// and the stored hiring managers.
func (s *Service) Update(ctx context.Context, a actor.Actor, positionID string, version int, edit func(*Managers)) (*Managers, error) {
	if err := a.Require(actor.NameHiringManagers); err != nil {
		return nil, err
	}
	return s.updateManagers(ctx, a, ofPosition(positionID), version, edit)
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
