package consent

import (
	"context"
	"maps"
	"strconv"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// Get returns the current text of the company. It requires an administrator.
func (s *Service) Get(ctx context.Context, a actor.Actor) (*Text, error) {
	if err := a.Require(actor.ReadSettings); err != nil {
		return nil, err
	}
	t, err := s.Current(ctx, a.CorpID)
	if err != nil {
		return nil, err
	}
	return t, s.fillAuthor(ctx, t)
}

func (s *Service) fillAuthor(ctx context.Context, t *Text) error {
	people, err := s.Members.ByID(ctx, t.CorpID, []string{t.CreatedBy})
	if err == nil && t.CreatedBy != "" {
		t.Author = people(t.CreatedBy)
	}
	return err
}

// Save stores the text of the company, by language, as the next version. It requires an
// administrator. version is the one that was edited, 0 for any. A text without a change
// is no new version.
func (s *Service) Save(ctx context.Context, a actor.Actor, version int, bodies map[string]string) (*Text, error) {
	if err := a.Require(actor.EditSettings); err != nil {
		return nil, err
	}
	bodies, err := checkBodies(bodies)
	if err != nil {
		return nil, err
	}
	if _, err := s.Current(ctx, a.CorpID); err != nil { // stores the text that was edited
		return nil, err
	}
	var t *Text
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		t, err = s.storeVersion(ctx, tx, a, version, bodies)
		return err
	})
	if err != nil {
		return versioning.WithCurrent(err, func() (*Text, error) { return s.Get(ctx, a) })
	}
	return t, s.fillAuthor(ctx, t)
}

func (s *Service) storeVersion(ctx context.Context, tx *db.Tx, a actor.Actor, version int, bodies map[string]string) (*Text, error) {
	if err := lockTexts(ctx, tx, a.CorpID); err != nil {
		return nil, err
	}
	stored, err := readText(ctx, tx.NewSelect(), a.CorpID)
	if err != nil {
		return nil, err
	}
	if err := versioning.Check("consent.changed_meanwhile", version, stored.Version); err != nil {
		return nil, err
	}
	if maps.Equal(stored.Bodies, bodies) {
		return stored, nil
	}
	t, err := s.insertText(ctx, tx, &Text{CorpID: a.CorpID, Version: stored.Version + 1, Bodies: bodies, CreatedBy: a.UserID})
	if err != nil {
		return nil, err
	}
	return t, audit.Write(ctx, tx, s.now(), a, "consent.text", a.CorpID, audit.Data{"version": strconv.Itoa(t.Version)})
}

// checkBodies returns the cleaned text by language; each language is required.
func checkBodies(bodies map[string]string) (map[string]string, error) {
	var e validate.Errors
	out := map[string]string{}
	for _, lang := range i18n.Languages {
		body := bodies[lang]
		if e.CheckText(i18n.FieldNames[lang], &body, MaxBody); body == "" {
			e.Add(i18n.FieldNames[lang], "field.required")
		}
		out[lang] = body
	}
	return out, e.Err(false)
}
