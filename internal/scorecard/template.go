package scorecard

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
)

// Content is what a version of a template contains.
type Content struct {
	Title    LocalizedText `bun:"title,type:jsonb"`
	Criteria []Criterion   `bun:"criteria"`
}

// Template is a set of criteria, in its newest version.
type Template struct {
	bun.BaseModel `bun:"table:scorecard_templates,alias:t"`

	ID         string    `bun:",pk"`
	CorpID     string    `bun:"corp_id"`
	Key        string    `bun:"template_key"`
	Version    int       `bun:"version"`
	CreatedAt  time.Time `bun:"created_at"`
	SavedBy    string    `bun:"saved_by"`          // userid; empty: the program
	SavedAt    time.Time `bun:"saved_at,nullzero"` // of the version; zero: CreatedAt
	ArchivedAt time.Time `bun:"archived_at,nullzero"`
	Content
}

// IsDefault reports whether positions without a choice have the template.
func (t *Template) IsDefault() bool { return t.Key == defaultTemplateKey }

// IsArchived reports whether positions can no longer choose the template.
func (t *Template) IsArchived() bool { return !t.ArchivedAt.IsZero() }

const defaultTemplateKey = "default"

// defaultTemplate returns the template that every company starts with.
func defaultTemplate() Template {
	t := Template{
		Key:     defaultTemplateKey,
		Version: 1,
		Content: Content{LocalizedText{"zh-CN": "技术面试", "en": "Technical interview", "ja": "技術面接"}, []Criterion{
			{
				Key:   "coding",
				Title: LocalizedText{"zh-CN": "编码能力", "en": "Coding", "ja": "コーディング"},
				Hint: LocalizedText{
					"zh-CN": "代码是否正确、清楚，是否会自己测试和改进",
					"en":    "Is the code correct and clear, tested and improved without being asked?",
					"ja":    "コードは正しく読みやすいか。自分からテストし改善したか",
				},
			},
			{
				Key:   "problem_solving",
				Title: LocalizedText{"zh-CN": "解决问题", "en": "Problem solving", "ja": "問題解決"},
				Hint: LocalizedText{
					"zh-CN": "能否拆解问题、比较方案、说出取舍",
					"en":    "Takes the problem apart, compares approaches, names what they cost",
					"ja":    "問題を分解し、案を比べ、得失を説明できるか",
				},
			},
			{
				Key:   "communication",
				Title: LocalizedText{"zh-CN": "沟通表达", "en": "Communication", "ja": "コミュニケーション"},
				Hint: LocalizedText{
					"zh-CN": "是否边做边讲、先问清楚、听得进提示",
					"en":    "Thinks aloud, asks before assuming, takes hints",
					"ja":    "考えを言葉にし、前提を確かめ、助言を生かせるか",
				},
			},
			{
				Key:   "fit",
				Title: LocalizedText{"zh-CN": "岗位匹配", "en": "Fit for the position", "ja": "職務との適合"},
				Hint: LocalizedText{
					"zh-CN": "经验和意愿是否符合这个岗位",
					"en":    "Do experience and wishes match this position?",
					"ja":    "経験と志向がこの職務に合っているか",
				},
			},
		}},
	}
	for n := range t.Criteria {
		c := &t.Criteria[n]
		c.Kind, c.Required, c.Scale, c.Weight = KindScore, true, DefaultScale, DefaultWeight
	}
	return t
}

// ListTemplates returns the templates of the actor's company, archived ones included, the
// oldest first. Every company has the default template.
func (s *Service) ListTemplates(ctx context.Context, a actor.Actor) ([]Template, error) {
	var list []Template
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := ensureDefaultTemplate(ctx, tx, a.CorpID, s.now()); err != nil {
			return err
		}
		var err error
		list, err = readTemplates(ctx, tx, a.CorpID)
		return err
	})
	return list, err
}

func readTemplates(ctx context.Context, q bun.IDB, corpID string) ([]Template, error) {
	var list []Template
	if err := q.NewSelect().Model(&list).Where("t.corp_id = ?", corpID).Order("t.created_at", "t.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing scorecard templates: %w", err)
	}
	return list, nil
}

// FindTemplate returns the template with the id, archived or not, the default one for an
// empty id, and nil for an unknown id. now is the creation time of a default template
// that does not exist yet.
func FindTemplate(ctx context.Context, tx *db.Tx, corpID, id string, now time.Time) (*Template, error) {
	if err := ensureDefaultTemplate(ctx, tx, corpID, now); err != nil {
		return nil, err
	}
	t := new(Template)
	q := tx.NewSelect().Model(t).Where("t.corp_id = ?", corpID)
	if id == "" {
		q.Where("t.template_key = ?", defaultTemplateKey)
	} else {
		q.Where("t.id = ?", id)
	}
	err := q.Scan(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading scorecard template %s: %w", id, err)
	}
	return t, nil
}

// ReadVersion returns the newest version of a template, which a new interview gets.
func ReadVersion(ctx context.Context, q bun.IDB, corpID, id string) (int, error) {
	t, err := readTemplate(ctx, q, corpID, id)
	if err != nil {
		return 0, err
	}
	return t.Version, nil
}

// ReadCriteria returns the criteria of a version of a template.
func ReadCriteria(ctx context.Context, q bun.IDB, corpID, id string, version int) ([]Criterion, error) {
	c, err := ReadContent(ctx, q, corpID, id, version)
	if err != nil {
		return nil, err
	}
	return c.Criteria, nil
}

// ReadContent returns what a version of a template contains.
func ReadContent(ctx context.Context, q bun.IDB, corpID, id string, version int) (*Content, error) {
	t, err := readTemplate(ctx, q, corpID, id)
	if err != nil {
		return nil, err
	}
	if t.Version == version {
		return &t.Content, nil
	}
	v, err := readEarlier(ctx, q, corpID, id, version)
	if err != nil {
		return nil, err
	}
	return &v.Content, nil
}

func readTemplate(ctx context.Context, q bun.IDB, corpID, id string) (*Template, error) {
	t := new(Template)
	err := q.NewSelect().Model(t).Where("t.corp_id = ? AND t.id = ?", corpID, id).Scan(ctx)
	if db.IsNotFound(err) {
		return nil, apperr.NewNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading scorecard template %s: %w", id, err)
	}
	return t, nil
}

// ensureDefaultTemplate creates the default template of a company unless it
// exists.
func ensureDefaultTemplate(ctx context.Context, tx *db.Tx, corpID string, now time.Time) error {
	t := defaultTemplate()
	t.ID, t.CorpID, t.CreatedAt = db.NewID(), corpID, now
	_, err := tx.NewInsert().Model(&t).On("CONFLICT (corp_id, template_key) DO NOTHING").Exec(ctx)
	if err != nil {
		return fmt.Errorf("storing the default scorecard template: %w", err)
	}
	return nil
}
