// Package scorecardtemplates contains the operations that edit scorecard templates. Their list
// for positions is in package resource.
package scorecardtemplates

import (
	"context"

	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// Handlers are the operations.
type Handlers struct{ Templates *scorecard.Service }

// LocalizedText is a text in up to three languages. Readers of a language without a text see
// another one.
type LocalizedText struct {
	Zh string `json:"zh,omitempty" maxLength:"500"`
	En string `json:"en,omitempty" maxLength:"500"`
	Ja string `json:"ja,omitempty" maxLength:"500"`
}

// TemplateOption is an option of a choice or an item of a checklist.
type TemplateOption struct {
	Key  string        `json:"key,omitempty" maxLength:"50" doc:"Omitted: a new option, which gets a key"`
	Text LocalizedText `json:"text" doc:"At most 200 characters in each language"`
}

// TemplateCriterion is a criterion of a template, in all languages.
type TemplateCriterion struct {
	Key      string           `json:"key,omitempty" maxLength:"50" doc:"Omitted: a new criterion, which gets a key. Kind and scale of a key don't change"`
	Title    LocalizedText    `json:"title" doc:"At most 100 characters in each language, at least one of them"`
	Hint     LocalizedText    `json:"hint"`
	Kind     string           `json:"kind" enum:"score,text,choice,checklist"`
	Required bool             `json:"required" doc:"A scorecard can't be submitted without it; of a checklist: without a checked item"`
	Scale    int              `json:"scale,omitempty" minimum:"0" maximum:"5" doc:"Of a score: 4 or 5, the best score"`
	Weight   int              `json:"weight,omitempty" minimum:"0" maximum:"10" doc:"Of a score in averages; 0: not counted"`
	Anchors  []LocalizedText  `json:"anchors,omitempty" maxItems:"5" doc:"Of a score: what each step means, the worst first; omitted: the general names"`
	Options  []TemplateOption `json:"options,omitempty" maxItems:"10" doc:"Of a choice: 2 to 8; of a checklist: 1 to 10"`
}

// TemplateContent is what a version of a template contains.
type TemplateContent struct {
	Title    LocalizedText       `json:"title" doc:"At most 100 characters in each language, at least one of them"`
	Criteria []TemplateCriterion `json:"criteria" maxItems:"20"`
}

// TemplateEdit is the body of updateScorecardTemplate.
type TemplateEdit struct {
	TemplateContent

	Version int `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// EditableTemplate is a scorecard template in all languages, in its newest version.
type EditableTemplate struct {
	TemplateContent

	ID        string `json:"id"`
	Version   int    `json:"version" doc:"Incremented by every change. Interviews keep the version of their scheduling"`
	Archived  bool   `json:"archived" doc:"Positions that use it keep it, no other one can choose it"`
	IsDefault bool   `json:"isDefault" doc:"Positions without a choice have it; it can't be archived"`
}

// TemplateArchive is the body of archiveScorecardTemplate.
type TemplateArchive struct {
	Archived bool `json:"archived"`
}

// VersionQuery names a version of a template.
type VersionQuery struct {
	httpapi.ByID
	Version int `path:"version" minimum:"1"`
}

// Create creates a template.
func (h Handlers) Create(ctx context.Context, in *httpapi.Request[TemplateContent]) (*httpapi.Response[EditableTemplate], error) {
	return httpapi.MapResponse(newTemplate)(h.Templates.Create(ctx, caller.Actor(ctx), in.Body.toDomain()))
}

// Get returns a template for its editor.
func (h Handlers) Get(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[EditableTemplate], error) {
	return httpapi.MapResponse(newTemplate)(h.Templates.Get(ctx, caller.Actor(ctx), in.ID))
}

// Update saves a template as its next version.
func (h Handlers) Update(ctx context.Context, in *httpapi.RequestByID[TemplateEdit]) (*httpapi.Response[EditableTemplate], error) {
	return httpapi.MapResponse(newTemplate)(h.Templates.Update(ctx, caller.Actor(ctx), in.ID, in.Body.Version, func(c *scorecard.Content) {
		*c = in.Body.toDomain()
	}))
}

// SetArchived archives a template or takes it back.
func (h Handlers) SetArchived(ctx context.Context, in *httpapi.RequestByID[TemplateArchive]) (*httpapi.Response[EditableTemplate], error) {
	return httpapi.MapResponse(newTemplate)(h.Templates.SetArchived(ctx, caller.Actor(ctx), in.ID, in.Body.Archived))
}

// ListVersions returns the versions of a template.
func (h Handlers) ListVersions(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[resource.TemplateVersions], error) {
	list, err := h.Templates.ListVersions(ctx, caller.Actor(ctx), in.ID)
	return httpapi.NewResponse(resource.NewTemplateVersions(httpapi.Language(ctx), list), err)
}

// GetVersion returns a version of a template.
func (h Handlers) GetVersion(ctx context.Context, in *VersionQuery) (*httpapi.Response[resource.TemplateVersion], error) {
	return httpapi.MapResponse(resource.TemplateVersionMapper(httpapi.Language(ctx)))(h.Templates.GetVersion(ctx, caller.Actor(ctx), in.ID, in.Version))
}

func newTemplate(t scorecard.Template) EditableTemplate {
	return EditableTemplate{
		ID: t.ID, Version: t.Version, Archived: t.IsArchived(), IsDefault: t.IsDefault(),
		TemplateContent: TemplateContent{newText(t.Title), httpapi.MapSlice(t.Criteria, newCriterion)},
	}
}

func newCriterion(c scorecard.Criterion) TemplateCriterion {
	return TemplateCriterion{
		Key: c.Key, Title: newText(c.Title), Hint: newText(c.Hint), Kind: string(c.Kind), Required: c.Required,
		Scale: c.Scale, Weight: c.Weight, Anchors: httpapi.MapSlice(c.Anchors, newText),
		Options: httpapi.MapSlice(c.Options, func(o scorecard.Option) TemplateOption { return TemplateOption{o.Key, newText(o.Text)} }),
	}
}

func (c TemplateContent) toDomain() scorecard.Content {
	return scorecard.Content{Title: c.Title.toDomain(), Criteria: httpapi.MapSlice(c.Criteria, func(c TemplateCriterion) scorecard.Criterion {
		return scorecard.Criterion{
			Key: c.Key, Title: c.Title.toDomain(), Hint: c.Hint.toDomain(), Kind: scorecard.Kind(c.Kind), Required: c.Required,
			Scale: c.Scale, Weight: c.Weight, Anchors: httpapi.MapSlice(c.Anchors, LocalizedText.toDomain),
			Options: httpapi.MapSlice(c.Options, func(o TemplateOption) scorecard.Option {
				return scorecard.Option{Key: o.Key, Text: o.Text.toDomain()}
			}),
		}
	})}
}

func newText(t scorecard.LocalizedText) LocalizedText {
	return LocalizedText{Zh: t["zh-CN"], En: t["en"], Ja: t["ja"]}
}

func (t LocalizedText) toDomain() scorecard.LocalizedText {
	return scorecard.LocalizedText{"zh-CN": t.Zh, "en": t.En, "ja": t.Ja}
}
