package scorecard

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
)

// maxVersions limits the stored versions of a template, without those that interviews and
// calibration exercises have.
const maxVersions = 100

// Version is a version of a template. It does not change.
type Version struct {
	bun.BaseModel `bun:"table:scorecard_template_versions,alias:v"`

	CorpID     string    `bun:"corp_id"`
	TemplateID string    `bun:"template_id,pk"`
	Version    int       `bun:"version,pk"`
	SavedBy    string    `bun:"saved_by"` // userid; empty: the program
	SavedAt    time.Time `bun:"saved_at"`
	Content

	Author member.Member `bun:"-"` // SavedBy; read beside the row
}

// newVersion returns the version that the template is in.
func newVersion(t *Template) *Version {
	v := &Version{CorpID: t.CorpID, TemplateID: t.ID, Version: t.Version, SavedBy: t.SavedBy, SavedAt: t.SavedAt, Content: t.Content}
	if v.SavedAt.IsZero() {
		v.SavedAt = t.CreatedAt
	}
	return v
}

// insertEarlier stores the version that an edit of the template replaces, and deletes those
// beyond maxVersions that neither an interview nor a calibration exercise has.
func insertEarlier(ctx context.Context, tx *db.Tx, t *Template) error {
	if _, err := tx.NewInsert().Model(newVersion(t)).Exec(ctx); err != nil {
		return fmt.Errorf("storing version %d of scorecard template %s: %w", t.Version, t.ID, err)
	}
	_, err := tx.NewDelete().Model((*Version)(nil)).
		Where("v.corp_id = ? AND v.template_id = ? AND v.version <= ?", t.CorpID, t.ID, t.Version-maxVersions).
		Where("NOT EXISTS (SELECT 1 FROM interviews AS i WHERE i.corp_id = v.corp_id AND i.template_id = v.template_id AND i.template_version = v.version)").
		Where("NOT EXISTS (SELECT 1 FROM calibration_exercises AS e WHERE e.corp_id = v.corp_id AND e.template_id = v.template_id AND e.template_version = v.version)").
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("deleting old versions of scorecard template %s: %w", t.ID, err)
	}
	return nil
}

func readEarlier(ctx context.Context, q bun.IDB, corpID, id string, version int) (*Version, error) {
	v := new(Version)
	err := q.NewSelect().Model(v).Where("v.corp_id = ? AND v.template_id = ? AND v.version = ?", corpID, id, version).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading version %d of scorecard template %s: %w", version, id, err)
	}
	return v, nil
}

// ListVersions returns the newest versions of a template, newest first, without their
// criteria.
func (s *Service) ListVersions(ctx context.Context, a actor.Actor, id string) ([]*Version, error) {
	t, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	var list []*Version
	err = s.DB.NewSelect().Model(&list).ExcludeColumn("criteria").Where("v.corp_id = ? AND v.template_id = ?", a.CorpID, id).
		Where("v.version < ?", t.Version).OrderExpr("v.version DESC").Limit(maxVersions).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the versions of scorecard template %s: %w", id, err)
	}
	list = append([]*Version{newVersion(t)}, list...)
	return list, s.fillAuthors(ctx, a.CorpID, list)
}

// GetVersion returns a version of a template.
func (s *Service) GetVersion(ctx context.Context, a actor.Actor, id string, version int) (*Version, error) {
	t, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	v := newVersion(t)
	if version != t.Version {
		if v, err = readEarlier(ctx, s.DB.DB, a.CorpID, id, version); err != nil {
			return nil, err
		}
	}
	return v, s.fillAuthors(ctx, a.CorpID, []*Version{v})
}

func (s *Service) fillAuthors(ctx context.Context, corpID string, list []*Version) error {
	var ids []string
	for _, v := range list {
		if v.SavedBy != "" {
			ids = append(ids, v.SavedBy)
		}
	}
	byID, err := s.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for _, v := range list {
		if v.SavedBy != "" {
			v.Author = byID(v.SavedBy)
		}
	}
	return nil
}
