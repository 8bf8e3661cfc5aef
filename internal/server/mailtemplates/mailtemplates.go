// Package mailtemplates contains the operations on the texts of mails to candidates.
package mailtemplates

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/mailtemplate"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// Handlers are the operations.
type Handlers struct {
	Templates *mailtemplate.Service
	// SampleValues returns the values of a preview.
	SampleValues func(ctx context.Context, k mailtemplate.Kind, lang string) mailtemplate.Values
}

// MailText is the text of a mail in one language.
type MailText struct {
	Subject string `json:"subject" maxLength:"1000" doc:"At most 300 bytes in UTF-8"`
	Body    string `json:"body" maxLength:"20000" doc:"At most 10,000 bytes in UTF-8; plain text with placeholders such as {{candidate}}"`
}

// MailTexts is the text of a mail in all languages.
type MailTexts struct {
	Zh MailText `json:"zh"`
	En MailText `json:"en"`
	Ja MailText `json:"ja"`
}

// MailTemplateInput is the body of setMailTemplate.
type MailTemplateInput struct {
	MailTexts

	Version int `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// MailPlaceholder is a placeholder that a text can contain.
type MailPlaceholder struct {
	Name      string `json:"name" enum:"candidate,company,position,organizer,time,link,meeting,wechat,schedule,times,zone,deadline,test" doc:"Written in a text as {{candidate}}"`
	Required  bool   `json:"required" doc:"The body must contain it"`
	InSubject bool   `json:"inSubject" doc:"The subject can contain it"`
}

// MailTemplateVersion is a saved version.
type MailTemplateVersion struct {
	Version int              `json:"version" doc:"1 is the text of the program"`
	SavedBy *resource.Person `json:"savedBy,omitempty" doc:"Absent: the text of the program"`
	SavedAt *time.Time       `json:"savedAt,omitempty"`
}

// MailTemplateSummary is a template without its texts.
type MailTemplateSummary struct {
	MailTemplateVersion

	Kind     string   `json:"kind" enum:"invite,changed,cancelled,reminder,room_ready,rounds_invite,rounds_changed,rounds_cancelled,booking_offer,booking_offer_again,written_test,decision_passed,decision_rejected"`
	Changed  []string `json:"changed" doc:"Languages whose text differs from that of the program"`
	Problems []string `json:"problems" doc:"Why texts of the company cannot be used, in the caller's language: mails have the text of the program"`
}

// MailTemplates are the templates of all mails to candidates.
type MailTemplates struct {
	Items []MailTemplateSummary `json:"items"`
}

// MailTemplate is the template of one mail.
type MailTemplate struct {
	MailTemplateSummary
	MailTexts

	Default      MailTexts         `json:"default" doc:"The texts of the program"`
	Placeholders []MailPlaceholder `json:"placeholders"`
}

// SavedMailTexts are the texts of a version.
type SavedMailTexts struct {
	MailTemplateVersion
	MailTexts
}

// MailTemplateVersions are the versions that are kept, newest first.
type MailTemplateVersions struct {
	Items []SavedMailTexts `json:"items"`
}

// MailPreviewInput is the body of previewMailTemplate.
type MailPreviewInput struct {
	MailText

	Language string `json:"language" enum:"zh-CN,en,ja"`
}

// MailPreview is a mail with sample data.
type MailPreview struct {
	Subject string `json:"subject"`
	Body    string `json:"body"`
}

// ByKind is the input of an operation on one template.
type ByKind struct {
	Kind string `path:"kind" enum:"invite,changed,cancelled,reminder,room_ready,rounds_invite,rounds_changed,rounds_cancelled,booking_offer,booking_offer_again,written_test,decision_passed,decision_rejected"`
}

type requestByKind[T any] struct {
	ByKind

	Body T
}

// ListTemplates returns the templates of all mails.
func (h Handlers) ListTemplates(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[MailTemplates], error) {
	list, err := h.Templates.List(ctx, caller.Actor(ctx))
	return httpapi.NewResponse(MailTemplates{httpapi.MapSlice(list, newSummary(ctx))}, err)
}

// GetTemplate returns the template of one mail.
func (h Handlers) GetTemplate(ctx context.Context, in *ByKind) (*httpapi.Response[MailTemplate], error) {
	return httpapi.MapResponse(newTemplate(ctx))(h.Templates.Get(ctx, caller.Actor(ctx), mailtemplate.Kind(in.Kind)))
}

// SetTemplate saves the texts of one mail.
func (h Handlers) SetTemplate(ctx context.Context, in *requestByKind[MailTemplateInput]) (*httpapi.Response[MailTemplate], error) {
	b := in.Body
	return httpapi.MapResponse(newTemplate(ctx))(h.Templates.Update(ctx, caller.Actor(ctx), mailtemplate.Kind(in.Kind), b.Version, func(texts mailtemplate.Texts) {
		texts["zh-CN"], texts["en"], texts["ja"] = mailtemplate.Text(b.Zh), mailtemplate.Text(b.En), mailtemplate.Text(b.Ja)
	}))
}

// ListVersions returns the versions of a template.
func (h Handlers) ListVersions(ctx context.Context, in *ByKind) (*httpapi.Response[MailTemplateVersions], error) {
	list, err := h.Templates.Versions(ctx, caller.Actor(ctx), mailtemplate.Kind(in.Kind))
	return httpapi.NewResponse(MailTemplateVersions{httpapi.MapSlice(list, func(t *mailtemplate.Template) SavedMailTexts {
		return SavedMailTexts{newVersion(t), newTexts(t.Text)}
	})}, err)
}

// Preview fills a text with sample data.
func (h Handlers) Preview(ctx context.Context, in *requestByKind[MailPreviewInput]) (*httpapi.Response[MailPreview], error) {
	k, b := mailtemplate.Kind(in.Kind), in.Body
	filled, err := h.Templates.Preview(caller.Actor(ctx), k, b.Language, mailtemplate.Text(b.MailText), h.SampleValues(ctx, k, b.Language))
	return httpapi.NewResponse(MailPreview(filled), err)
}

func newVersion(t *mailtemplate.Template) MailTemplateVersion {
	out := MailTemplateVersion{Version: t.Version}
	if t.SavedBy != "" {
		author := resource.NewPerson(t.Author)
		out.SavedBy, out.SavedAt = &author, &t.SavedAt
	}
	return out
}

func newSummary(ctx context.Context) func(*mailtemplate.Template) MailTemplateSummary {
	return func(t *mailtemplate.Template) MailTemplateSummary {
		out := MailTemplateSummary{MailTemplateVersion: newVersion(t), Kind: string(t.Kind), Changed: slices.Sorted(maps.Keys(t.Texts)), Problems: []string{}}
		if out.Changed == nil {
			out.Changed = []string{}
		}
		for _, lang := range i18n.Languages {
			problem, ok := errors.AsType[*apperr.Error](t.Problem(lang))
			if !ok {
				continue
			}
			for _, f := range problem.Fields {
				out.Problems = append(out.Problems, i18n.T(httpapi.Language(ctx), f.Code, f.Params))
			}
		}
		return out
	}
}

func newTemplate(ctx context.Context) func(mailtemplate.Template) MailTemplate {
	return func(t mailtemplate.Template) MailTemplate {
		return MailTemplate{
			MailTemplateSummary: newSummary(ctx)(&t), MailTexts: newTexts(t.Text),
			Default: newTexts(func(lang string) mailtemplate.Text { return mailtemplate.Default(t.Kind, lang) }),
			Placeholders: httpapi.MapSlice(mailtemplate.Fields(t.Kind), func(f mailtemplate.Field) MailPlaceholder {
				return MailPlaceholder{Name: string(f.Name), Required: f.Required, InSubject: f.InSubject()}
			}),
		}
	}
}

func newTexts(of func(lang string) mailtemplate.Text) MailTexts {
	return MailTexts{Zh: MailText(of("zh-CN")), En: MailText(of("en")), Ja: MailText(of("ja"))}
}
