// Package consent has the texts that candidates accept before they enter a built-in room,
// and who has accepted which of them. Each saved text is a version that stays; a consent
// refers to the version that was shown.
package consent

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
)

// MaxBody is the number of characters of a text in one language.
const MaxBody = 5000

// Config configures a Service. DB and Members must be set.
type Config struct {
	DB      *db.DB
	Members member.Lookup
	// RoomLogDays are the days after its end for which the log of a room is kept, 0 for
	// ever. The default text contains them.
	RoomLogDays int
	Now         func() time.Time // the clock; nil is time.Now
}

// Service implements the operations on texts and consents.
type Service struct{ Config }

// New returns a service.
func New(cfg Config) *Service { return &Service{cfg} }

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Text is a row of consent_texts.
type Text struct {
	bun.BaseModel `bun:"table:consent_texts,alias:ct"`

	CorpID    string            `bun:"corp_id,pk"`
	Version   int               `bun:"version,pk"`
	Bodies    map[string]string `bun:"bodies,type:jsonb"` // by language
	CreatedBy string            `bun:"created_by"`        // empty for the default text
	CreatedAt time.Time         `bun:"created_at"`

	Author member.Member `bun:"-"` // CreatedBy; read beside the row
}

// Consent is a row of interview_consents.
type Consent struct {
	bun.BaseModel `bun:"table:interview_consents,alias:ic"`

	InterviewID string    `bun:"interview_id,pk"`
	CandidateID string    `bun:"candidate_id,pk"`
	TextVersion int       `bun:"text_version,pk"`
	CorpID      string    `bun:"corp_id"`
	Language    string    `bun:"language"`
	AcceptedAt  time.Time `bun:"accepted_at"`

	Body string `bun:"-"` // the text that was shown; read beside the row
}

// errRequired returns the error of an entry without consent.
func errRequired() error { return apperr.New(apperr.Forbidden, "consent.required") }

// Required returns the text that the candidate has to accept before entering the
// interview, nil for none. A new version is required of those who have accepted an
// earlier one, until the interview has started.
func (s *Service) Required(ctx context.Context, i *interview.Interview) (*Text, error) {
	if i.RoomKind != interview.BuiltinRoom || !i.Open() {
		return nil, nil //nolint:nilnil // no text
	}
	accepted, err := s.listConsents(ctx, i.ID, i.CandidateID)
	if err != nil {
		return nil, err
	}
	if i.State == interview.InProgress && len(accepted) > 0 {
		return nil, nil //nolint:nilnil // no text
	}
	current, err := s.Current(ctx, i.CorpID)
	if err != nil || slices.ContainsFunc(accepted, func(c Consent) bool { return c.TextVersion == current.Version }) {
		return nil, err
	}
	return current, nil
}

// Enter records that the candidate of an interview has accepted a version of the text as
// displayed in a language. Version 0 accepts none, which is an error if a text is required.
func (s *Service) Enter(ctx context.Context, i *interview.Interview, version int, language string) error {
	required, err := s.Required(ctx, i)
	switch {
	case err != nil || required == nil:
		return err
	case version == 0:
		return errRequired()
	case version != required.Version:
		return apperr.New(apperr.Conflict, "consent.changed")
	}
	c := &Consent{InterviewID: i.ID, CandidateID: i.CandidateID, TextVersion: version, CorpID: i.CorpID, Language: language, AcceptedAt: s.now()}
	if _, err := s.DB.NewInsert().Model(c).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("storing the consent of interview %s: %w", i.ID, err)
	}
	return nil
}

// CheckRoom returns an error unless the candidate of an interview has accepted a text. It
// does not apply to interviews that had started before the first text of the company was
// stored.
func (s *Service) CheckRoom(ctx context.Context, i *interview.Interview) error {
	if i.RoomKind != interview.BuiltinRoom {
		return nil
	}
	accepted, err := s.listConsents(ctx, i.ID, i.CandidateID)
	if err != nil || len(accepted) > 0 {
		return err
	}
	if i.StartedAt == nil {
		return errRequired()
	}
	first, err := s.readVersion(ctx, i.CorpID, 1)
	if err != nil {
		return err
	}
	if first == nil || i.StartedAt.Before(first.CreatedAt) {
		return nil
	}
	return errRequired()
}

// List returns what the present candidate of an interview has accepted, newest first. The
// caller has checked that the interview may be read.
func (s *Service) List(ctx context.Context, i *interview.Interview) ([]Consent, error) {
	list, err := s.listConsents(ctx, i.ID, i.CandidateID)
	if err != nil {
		return nil, err
	}
	for n := range list {
		text, err := s.readVersion(ctx, i.CorpID, list[n].TextVersion)
		if err != nil {
			return nil, err
		}
		if text != nil {
			list[n].Body = text.Bodies[list[n].Language]
		}
	}
	return list, nil
}

// maxConsents bounds the consents of one interview that are read.
const maxConsents = 50

func (s *Service) listConsents(ctx context.Context, interviewID, candidateID string) ([]Consent, error) {
	list := []Consent{}
	err := s.DB.NewSelect().Model(&list).Where("ic.interview_id = ? AND ic.candidate_id = ?", interviewID, candidateID).
		OrderExpr("ic.text_version DESC").Limit(maxConsents).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the consents of interview %s: %w", interviewID, err)
	}
	return list, nil
}

// readVersion returns a version of the company's text, nil if there is none.
func (s *Service) readVersion(ctx context.Context, corpID string, version int) (*Text, error) {
	return readText(ctx, s.DB.NewSelect().Where("ct.version = ?", version), corpID)
}

func readText(ctx context.Context, q *bun.SelectQuery, corpID string) (*Text, error) {
	t := new(Text)
	err := q.Model(t).Where("ct.corp_id = ?", corpID).OrderExpr("ct.version DESC").Limit(1).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil //nolint:nilnil // no text
	}
	if err != nil {
		return nil, fmt.Errorf("reading the consent text of the company: %w", err)
	}
	return t, nil
}

// DefaultBodies returns the default text by language.
func (s *Service) DefaultBodies() map[string]string {
	out := map[string]string{}
	for _, lang := range i18n.Languages {
		out[lang] = i18n.T(lang, "consent.default", map[string]any{"Days": s.RoomLogDays})
	}
	return out
}

// Current returns the text that candidates of a company have to accept: the newest that an
// administrator has saved, or else the default text, which is stored as a version at the
// start of the program, when it is new or has changed with the program or its settings.
func (s *Service) Current(ctx context.Context, corpID string) (*Text, error) {
	t, err := readText(ctx, s.DB.NewSelect(), corpID)
	if err != nil || t != nil && (t.CreatedBy != "" || maps.Equal(t.Bodies, s.DefaultBodies())) {
		return t, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err = s.storeDefault(ctx, tx, corpID)
		return err
	})
	return t, err
}

// maxDefaults bounds the versions among which the default text is searched: during an
// update, replicas with different default texts do not store them again and again.
const maxDefaults = 20

func (s *Service) storeDefault(ctx context.Context, tx *db.Tx, corpID string) (*Text, error) {
	if err := lockTexts(ctx, tx, corpID); err != nil {
		return nil, err
	}
	var newest []Text
	err := tx.NewSelect().Model(&newest).Where("ct.corp_id = ?", corpID).OrderExpr("ct.version DESC").Limit(maxDefaults).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the consent texts of the company: %w", err)
	}
	bodies, version := s.DefaultBodies(), 1
	for n := range newest {
		t := &newest[n]
		if n == 0 {
			version = t.Version + 1
		}
		if n == 0 && t.CreatedBy != "" || t.CreatedBy == "" && maps.Equal(t.Bodies, bodies) {
			return t, nil
		}
	}
	return s.insertText(ctx, tx, &Text{CorpID: corpID, Version: version, Bodies: bodies})
}

func lockTexts(ctx context.Context, tx *db.Tx, corpID string) error {
	return tx.LockNames(ctx, []string{"consent/" + corpID})
}

func (s *Service) insertText(ctx context.Context, tx *db.Tx, t *Text) (*Text, error) {
	t.CreatedAt = s.now()
	if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
		return nil, fmt.Errorf("storing version %d of the consent text: %w", t.Version, err)
	}
	return t, nil
}
