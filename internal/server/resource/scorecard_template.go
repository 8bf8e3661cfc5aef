package resource

import (
	"time"

	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// TemplateVersionSummary is a version of a scorecard template, without its criteria.
type TemplateVersionSummary struct {
	Version int       `json:"version"`
	Title   string    `json:"title" doc:"In the caller's language"`
	SavedBy *Person   `json:"savedBy,omitempty" doc:"Absent: the template of the program"`
	SavedAt time.Time `json:"savedAt"`
}

// TemplateVersions are the newest versions of a scorecard template, newest first.
type TemplateVersions struct {
	Items []TemplateVersionSummary `json:"items"`
}

// TemplateVersion is a version of a scorecard template.
type TemplateVersion struct {
	TemplateVersionSummary

	Criteria []Criterion `json:"criteria" doc:"In the caller's language"`
}

// NewTemplateVersions maps the versions of a template to the language.
func NewTemplateVersions(lang string, list []*scorecard.Version) TemplateVersions {
	return TemplateVersions{httpapi.MapSlice(list, func(v *scorecard.Version) TemplateVersionSummary { return newVersionSummary(lang, v) })}
}

// TemplateVersionMapper returns a function that maps a version of a template to the language.
func TemplateVersionMapper(lang string) func(scorecard.Version) TemplateVersion {
	return func(v scorecard.Version) TemplateVersion {
		return TemplateVersion{newVersionSummary(lang, &v), NewCriteria(lang, v.Criteria)}
	}
}

func newVersionSummary(lang string, v *scorecard.Version) TemplateVersionSummary {
	out := TemplateVersionSummary{Version: v.Version, Title: v.Title.In(lang), SavedAt: v.SavedAt}
	if v.SavedBy != "" {
		author := NewPerson(v.Author)
		out.SavedBy = &author
	}
	return out
}
