package mailtemplate

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/audit"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/validate"
	"github.com/huimian/huimian/internal/versioning"
)

// MaxVersions is the number of versions of a template that are kept.
const MaxVersions = 20

// Config configures a Service. All fields but Now are required.
type Config struct {
	DB      *db.DB
	Members member.Lookup
	Logger  *slog.Logger
	Now     func() time.Time // the clock; nil is time.Now
}

// Service implements the operations on templates.
type Service struct{ Config }

// New returns a service.
func New(cfg Config) *Service { return &Service{cfg} }

func (s *Service) now() time.Time { return db.NowOf(s.Now) }

// Texts are texts by language.
type Texts map[string]Text

// Template is a row of mail_templates: a version of the texts of one kind.
type Template struct {
	bun.BaseModel `bun:"table:mail_templates,alias:mt"`

	CorpID  string    `bun:"corp_id,pk"`
	Kind    Kind      `bun:"kind,pk"`
	Version int       `bun:"version,pk"`       // 1 is the text of the program, without a row
	Texts   Texts     `bun:"texts,type:jsonb"` // without those that equal the text of the program
	SavedBy string    `bun:"saved_by"`
	SavedAt time.Time `bun:"saved_at"`

	Author member.Member `bun:"-"` // SavedBy; read beside the row
}

// Text returns the text in a language: the company's, or the one of the program.
func (t *Template) Text(lang string) Text {
	if text, ok := t.Texts[lang]; ok {
		return text
	}
	return Default(t.Kind, lang)
}

// Problem returns why the company's text in a language cannot be used, such as a placeholder
// that this version of the program does not have; nil if it can.
func (t *Template) Problem(lang string) error {
	text, ok := t.Texts[lang]
	if !ok {
		return nil
	}
	var e validate.Errors
	checkText(&text, &e, i18n.FieldNames[lang], t.Kind)
	return e.Err(false)
}

// newestOf returns a query of the versions of a company's templates, the newest first.
func newestOf(q *bun.SelectQuery, corpID string) *bun.SelectQuery {
	return q.Where("mt.corp_id = ?", corpID).OrderExpr("mt.version DESC")
}

func read(ctx context.Context, q bun.IDB, corpID string, k Kind) (*Template, error) {
	t := new(Template)
	err := newestOf(q.NewSelect().Model(t), corpID).Where("mt.kind = ?", k).Limit(1).Scan(ctx)
	if db.IsNotFound(err) {
		return &Template{CorpID: corpID, Kind: k, Version: 1, Texts: Texts{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the mail template %s: %w", k, err)
	}
	return t, nil
}

// Find returns the text with which a mail is sent. A text of the company that cannot be used
// is replaced by the one of the program.
func (s *Service) Find(ctx context.Context, corpID string, k Kind, lang string) (Text, error) {
	t, err := read(ctx, s.DB.DB, corpID, k)
	if err != nil {
		return Text{}, err
	}
	if problem := t.Problem(lang); problem != nil {
		s.Logger.WarnContext(ctx, "mail template not used", "kind", k, "language", lang, "version", t.Version, "error", problem)
		return Default(k, lang), nil
	}
	return t.Text(lang), nil
}

func mayRead(a actor.Actor) error { return a.Require(actor.ReadMailTemplates) }

// List returns the current template of every kind. It requires a recruiter or an
// administrator, as do all operations that read.
func (s *Service) List(ctx context.Context, a actor.Actor) ([]*Template, error) {
	if err := mayRead(a); err != nil {
		return nil, err
	}
	var rows []*Template
	err := s.DB.NewSelect().Model(&rows).Where("mt.corp_id = ? AND mt.kind IN (?)", a.CorpID, bun.List(Kinds())).
		Where("NOT EXISTS (SELECT 1 FROM mail_templates AS n WHERE n.corp_id = mt.corp_id AND n.kind = mt.kind AND n.version > mt.version)").
		Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the mail templates: %w", err)
	}
	var out []*Template
	for _, k := range Kinds() {
		t := &Template{CorpID: a.CorpID, Kind: k, Version: 1}
		if n := slices.IndexFunc(rows, func(r *Template) bool { return r.Kind == k }); n >= 0 {
			t = rows[n]
		}
		out = append(out, t)
	}
	return out, s.fillAuthors(ctx, a.CorpID, out)
}

// Get returns the current template of a kind.
func (s *Service) Get(ctx context.Context, a actor.Actor, k Kind) (*Template, error) {
	if err := checkAccess(mayRead(a), k); err != nil {
		return nil, err
	}
	t, err := read(ctx, s.DB.DB, a.CorpID, k)
	if err != nil {
		return nil, err
	}
	return t, s.fillAuthors(ctx, a.CorpID, []*Template{t})
}

// checkAccess returns the error of the permission, or that of an unknown kind.
func checkAccess(denied error, k Kind) error {
	if denied == nil && Fields(k) == nil {
		return apperr.NewNotFound()
	}
	return denied
}

// Versions returns the versions of a template that are kept, the newest first.
func (s *Service) Versions(ctx context.Context, a actor.Actor, k Kind) ([]*Template, error) {
	if err := checkAccess(mayRead(a), k); err != nil {
		return nil, err
	}
	var list []*Template
	if err := newestOf(s.DB.NewSelect().Model(&list), a.CorpID).Where("mt.kind = ?", k).Limit(MaxVersions).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing the versions of the mail template %s: %w", k, err)
	}
	return list, s.fillAuthors(ctx, a.CorpID, list)
}

func (s *Service) fillAuthors(ctx context.Context, corpID string, list []*Template) error {
	var ids []string
	for _, t := range list {
		if t.SavedBy != "" {
			ids = append(ids, t.SavedBy)
		}
	}
	people, err := s.Members.ByID(ctx, corpID, ids)
	if err != nil {
		return err
	}
	for _, t := range list {
		if t.SavedBy != "" {
			t.Author = people(t.SavedBy)
		}
	}
	return nil
}

// Preview checks a text and fills it with values. It returns the errors that Update would return.
func (s *Service) Preview(a actor.Actor, k Kind, lang string, text Text, values Values) (Text, error) {
	if err := checkAccess(mayRead(a), k); err != nil {
		return Text{}, err
	}
	var e validate.Errors
	checkText(&text, &e, i18n.FieldNames[lang], k)
	if err := e.Err(false); err != nil {
		return Text{}, err
	}
	return text.Fill(values), nil
}

// Update changes the texts of all languages by edit and stores them as the next version, if
// one of them has changed. It requires an administrator. version is the one that the edit was
// made from, 0 for any. A text that equals the one of the program follows it in later versions
// of the program.
func (s *Service) Update(ctx context.Context, a actor.Actor, k Kind, version int, edit func(Texts)) (*Template, error) {
	if err := checkAccess(a.Require(actor.EditSettings), k); err != nil {
		return nil, err
	}
	t, err := versioning.Settings[Template]{
		Lock: "mail_template/" + a.CorpID + "/" + string(k), Code: "mail_template.changed_meanwhile",
		Read:    func(ctx context.Context, q bun.IDB) (*Template, error) { return read(ctx, q, a.CorpID, k) },
		Version: func(t *Template) int { return t.Version },
		Check:   (*Template).checkTexts,
		Store:   func(ctx context.Context, tx *db.Tx, t, _ *Template) error { return s.storeVersion(ctx, tx, a, t) },
	}.Update(ctx, s.DB, version, func(t *Template) {
		t.Texts = t.allTexts()
		edit(t.Texts)
	})
	if t != nil {
		if failed := s.fillAuthors(ctx, a.CorpID, []*Template{t}); failed != nil {
			return nil, failed
		}
	}
	return t, err
}

// allTexts returns the texts of all languages.
func (t *Template) allTexts() Texts {
	out := Texts{}
	for _, lang := range i18n.Languages {
		out[lang] = t.Text(lang)
	}
	return out
}

// checkTexts checks all languages and removes the texts that equal those of the program.
func (t *Template) checkTexts() error {
	var e validate.Errors
	changed := Texts{}
	for _, lang := range i18n.Languages {
		text := t.Texts[lang]
		checkText(&text, &e, i18n.FieldNames[lang], t.Kind)
		if text != Default(t.Kind, lang) {
			changed[lang] = text
		}
	}
	t.Texts = changed
	return e.Err(false)
}

func (s *Service) storeVersion(ctx context.Context, tx *db.Tx, a actor.Actor, t *Template) error {
	t.Version, t.SavedBy, t.SavedAt = t.Version+1, a.UserID, s.now()
	if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
		return fmt.Errorf("storing version %d of the mail template %s: %w", t.Version, t.Kind, err)
	}
	_, err := tx.NewDelete().Model((*Template)(nil)).
		Where("corp_id = ? AND kind = ? AND version <= ?", a.CorpID, t.Kind, t.Version-MaxVersions).Exec(ctx)
	if err != nil {
		return fmt.Errorf("deleting old versions of the mail template %s: %w", t.Kind, err)
	}
	return audit.Write(ctx, tx, s.now(), a, "mail_template.edit", string(t.Kind), audit.Data{
		"version": strconv.Itoa(t.Version), "languages": strings.Join(slices.Sorted(maps.Keys(t.Texts)), " "),
	})
}
