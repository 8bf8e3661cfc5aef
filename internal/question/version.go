package question

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/pagination"
)

// maxVersions limits the stored versions of a question, without those that interviews have
// used.
const maxVersions = 100

// Origin is who made a version, when, and from what.
type Origin struct {
	ID            string    `bun:",pk"`
	CorpID        string    `bun:"corp_id"`
	QuestionID    string    `bun:"question_id"`
	Number        int       `bun:"number"`
	ChangedFields []string  `bun:"changed_fields"` // JSON names of Content; none in the first version
	RestoredFrom  int       `bun:"restored_from"`  // number of the version whose content this is; 0: edited
	CreatedBy     string    `bun:"created_by"`     // userid; empty: unknown
	CreatedAt     time.Time `bun:"created_at"`

	By member.Member `bun:"-"`
}

// Version is the content of a question after a change. It does not change.
type Version struct {
	bun.BaseModel `bun:"table:question_versions,alias:qv"`
	Origin
	Content
}

// VersionSummary is a version of a list, without its content.
type VersionSummary struct {
	bun.BaseModel `bun:"table:question_versions,alias:qv"`
	Origin
	Title string `bun:"title"`
}

func newVersion(q *Question, author string) *Version {
	return &Version{Content: q.Content, Origin: Origin{
		ID: db.NewID(), CorpID: q.CorpID, QuestionID: q.ID, Number: q.Version, ChangedFields: []string{}, CreatedBy: author, CreatedAt: q.UpdatedAt,
	}}
}

// hasVersion reports whether a version of a question is stored.
func hasVersion(ctx context.Context, tx *db.Tx, id string, number int) (bool, error) {
	stored, err := tx.NewSelect().Model((*Version)(nil)).Where("qv.question_id = ? AND qv.number = ?", id, number).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("reading version %d of question %s: %w", number, id, err)
	}
	return stored, nil
}

// completeVersions stores the present version of a question that has none: during an update
// of the installation, replicas of a release without versions write questions too. The
// question must be locked.
func completeVersions(ctx context.Context, tx *db.Tx, q *Question) error {
	if stored, err := hasVersion(ctx, tx, q.ID, q.Version); err != nil || stored {
		return err
	}
	v := newVersion(q, "")
	if q.Version == 1 {
		v.CreatedBy = q.CreatedBy
	}
	return insertVersion(ctx, tx, v)
}

// insertVersion stores a version and deletes the oldest ones beyond maxVersions that no
// interview has used.
func insertVersion(ctx context.Context, tx *db.Tx, v *Version) error {
	if _, err := tx.NewInsert().Model(v).Exec(ctx); err != nil {
		return fmt.Errorf("storing version %d of question %s: %w", v.Number, v.QuestionID, err)
	}
	const unused = "NOT EXISTS (SELECT 1 FROM question_uses AS u WHERE u.question_id = qv.question_id AND u.version = qv.number)"
	oldest := tx.NewSelect().Model((*Version)(nil)).Column("id").Where("qv.question_id = ? AND "+unused, v.QuestionID).
		OrderExpr("qv.number DESC").Offset(maxVersions).Limit(maxVersions)
	if _, err := tx.NewDelete().Model((*Version)(nil)).Where("id IN (?)", oldest).Exec(ctx); err != nil {
		return fmt.Errorf("deleting old versions of question %s: %w", v.QuestionID, err)
	}
	return nil
}

// ListVersions returns the versions of a question that the actor may read, newest first,
// and the cursor of the next page.
func (s *Service) ListVersions(ctx context.Context, a actor.Actor, id string, page pagination.Page) ([]VersionSummary, string, error) {
	if _, err := s.Get(ctx, a, id); err != nil {
		return nil, "", err
	}
	list := []VersionSummary{}
	q := s.DB.NewSelect().Model(&list).Where("qv.corp_id = ? AND qv.question_id = ?", a.CorpID, id)
	if err := page.ApplyCursor(q, "qv", "created_at", true); err != nil {
		return nil, "", err
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("listing the versions of question %s: %w", id, err)
	}
	list, next := pagination.Cut(page, list, func(v VersionSummary) (time.Time, string) { return v.CreatedAt, v.ID })
	authors := make([]string, len(list))
	for n := range list {
		authors[n] = list[n].CreatedBy
	}
	byID, err := s.Members.ByID(ctx, a.CorpID, authors)
	if err != nil {
		return nil, "", err
	}
	for n := range list {
		list[n].By = byID(list[n].CreatedBy)
	}
	return list, next, nil
}

// GetVersion returns a version of a question that the actor may read.
func (s *Service) GetVersion(ctx context.Context, a actor.Actor, id string, number int) (*Version, error) {
	if _, err := s.Get(ctx, a, id); err != nil {
		return nil, err
	}
	v, err := readVersion(ctx, s.DB.DB, a.CorpID, id, number)
	if err != nil {
		return nil, err
	}
	byID, err := s.Members.ByID(ctx, a.CorpID, []string{v.CreatedBy})
	if err != nil {
		return nil, err
	}
	v.By = byID(v.CreatedBy)
	return v, nil
}

// Restore stores the content of an earlier version as a new version. version
// is the present one as in Update.
func (s *Service) Restore(ctx context.Context, a actor.Actor, id string, number, version int, hooks ...db.BeforeCommit[*Question]) (*Question, error) {
	return s.applyEdit(ctx, a, id, version, func(ctx context.Context, tx *db.Tx, q *Question) (int, error) {
		v, err := readVersion(ctx, tx, a.CorpID, id, number)
		if err != nil {
			return 0, err
		}
		q.Content = v.Content
		return number, nil
	}, hooks...)
}

func readVersion(ctx context.Context, q bun.IDB, corpID, id string, number int) (*Version, error) {
	v := new(Version)
	err := q.NewSelect().Model(v).Where("qv.corp_id = ? AND qv.question_id = ? AND qv.number = ?", corpID, id, number).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading version %d of question %s: %w", number, id, err)
	}
	return v, nil
}
