package scorecard

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// maxTemplates limits the templates of a company, archived ones included.
const maxTemplates = 200

// Service implements the operations on templates. DB and Members must be set.
type Service struct {
	DB      *db.DB
	Members member.Lookup
	Now     func() time.Time // the clock; nil is time.Now
}

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// mayManage decides who edits templates and reads their versions.
func mayManage(a actor.Actor) error { return a.Require(actor.EditPositions) }

// Get returns a template of the company.
func (s *Service) Get(ctx context.Context, a actor.Actor, id string) (*Template, error) {
	if err := mayManage(a); err != nil {
		return nil, err
	}
	return readTemplate(ctx, s.DB.DB, a.CorpID, id)
}

// Create creates a template. Its criteria and options have no keys: they get new ones.
func (s *Service) Create(ctx context.Context, a actor.Actor, c Content) (*Template, error) {
	if err := mayManage(a); err != nil {
		return nil, err
	}
	t := &Template{CorpID: a.CorpID, Version: 1, Content: c, SavedBy: a.UserID}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		others, err := s.lockTemplates(ctx, tx, a)
		if err != nil {
			return err
		}
		if len(others) >= maxTemplates {
			return apperr.New(apperr.Conflict, "scorecard_template.too_many", "Limit", maxTemplates)
		}
		t.ID, t.CreatedAt = db.NewID(), s.now() // after the default template, which is listed first
		t.Key, t.SavedAt = t.ID, t.CreatedAt
		if err := t.checkContent(nil, others); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
			return fmt.Errorf("storing a scorecard template: %w", err)
		}
		return s.writeAudit(ctx, tx, a, "scorecard_template.create", t)
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Update changes a template by edit and stores it as the next version, if it has changed.
// version is the one that the edit was made from, 0 for any. Interviews that are scheduled
// keep the version that they have. Beside a Conflict Update returns the stored template.
func (s *Service) Update(ctx context.Context, a actor.Actor, id string, version int, edit func(*Content)) (*Template, error) {
	return s.changeTemplate(ctx, a, id, func(ctx context.Context, tx *db.Tx, t *Template, others []Template) error {
		if err := versioning.Check("scorecard_template.changed_meanwhile", version, t.Version); err != nil {
			return err
		}
		before := *t
		edit(&t.Content)
		if err := t.checkContent(&before.Content, others); err != nil || reflect.DeepEqual(t.Content, before.Content) {
			return err
		}
		if err := insertEarlier(ctx, tx, &before); err != nil {
			return err
		}
		t.Version, t.SavedBy, t.SavedAt = t.Version+1, a.UserID, s.now()
		if err := storeTemplate(ctx, tx, t); err != nil {
			return err
		}
		return s.writeAudit(ctx, tx, a, "scorecard_template.edit", t)
	})
}

// SetArchived archives a template or takes it back. Positions that use an archived template
// keep it, no other one can choose it.
func (s *Service) SetArchived(ctx context.Context, a actor.Actor, id string, archived bool) (*Template, error) {
	return s.changeTemplate(ctx, a, id, func(ctx context.Context, tx *db.Tx, t *Template, others []Template) error {
		if archived == t.IsArchived() {
			return nil
		}
		if archived && t.IsDefault() {
			return apperr.New(apperr.Conflict, "scorecard_template.is_default")
		}
		action := "scorecard_template.archive"
		if t.ArchivedAt = s.now(); !archived {
			action, t.ArchivedAt = "scorecard_template.restore", time.Time{}
			if err := t.checkTitle(others); err != nil {
				return err
			}
		}
		if err := storeTemplate(ctx, tx, t); err != nil {
			return err
		}
		return s.writeAudit(ctx, tx, a, action, t)
	})
}

// changeTemplate runs fn on a template under the lock of the company's templates. others are the
// other ones.
func (s *Service) changeTemplate(ctx context.Context, a actor.Actor, id string, fn func(ctx context.Context, tx *db.Tx, t *Template, others []Template) error) (*Template, error) {
	if err := mayManage(a); err != nil {
		return nil, err
	}
	var t *Template
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := s.lockTemplates(ctx, tx, a)
		if err != nil {
			return err
		}
		var others []Template
		for n := range list {
			if list[n].ID == id {
				t = &list[n]
				continue
			}
			others = append(others, list[n])
		}
		if t == nil {
			return apperr.NewNotFound()
		}
		return fn(ctx, tx, t, others)
	})
	if err != nil {
		return versioning.WithCurrent(err, func() (*Template, error) { return readTemplate(ctx, s.DB.DB, a.CorpID, id) })
	}
	return t, nil
}

// lockTemplates locks the templates of the company and returns them. All changes take this
// lock, because titles are unique among templates.
func (s *Service) lockTemplates(ctx context.Context, tx *db.Tx, a actor.Actor) ([]Template, error) {
	if err := tx.LockNames(ctx, []string{"scorecard_templates/" + a.CorpID}); err != nil {
		return nil, err
	}
	if err := ensureDefaultTemplate(ctx, tx, a.CorpID, s.now()); err != nil {
		return nil, err
	}
	return readTemplates(ctx, tx, a.CorpID)
}

func storeTemplate(ctx context.Context, tx *db.Tx, t *Template) error {
	if _, err := tx.NewUpdate().Model(t).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("storing scorecard template %s: %w", t.ID, err)
	}
	return nil
}

func (s *Service) writeAudit(ctx context.Context, tx *db.Tx, a actor.Actor, action string, t *Template) error {
	return audit.Write(ctx, tx, s.now(), a, action, t.ID, audit.Data{"title": t.Title.In(i18n.DefaultLanguage), "version": strconv.Itoa(t.Version)})
}

// checkTitle returns an error when another template that is not archived has the title in one
// of its languages.
func (t *Template) checkTitle(others []Template) error {
	var e validate.Errors
	t.addTitleErrors(&e, others)
	return e.Err(false)
}
