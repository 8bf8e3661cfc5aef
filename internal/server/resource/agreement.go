package resource

import (
	"math"

	"github.com/huimian/huimian/internal/agreement"
	"github.com/huimian/huimian/internal/scorecard"
)

// Agreement is how far several raters agree; docs/calibration.md defines the figures.
type Agreement struct {
	Subjects  int     `json:"subjects" doc:"Interviews with two or more ratings"`
	Ratings   int     `json:"ratings" doc:"Of these"`
	Pairs     int     `json:"pairs" doc:"Of two ratings of one interview"`
	Exact     float64 `json:"exact" doc:"Share of the pairs that are equal, from 0 to 1"`
	WithinOne float64 `json:"withinOne" doc:"Share of the pairs that differ by one at most"`
	Kappa     float64 `json:"kappa" doc:"Weighted kappa with quadratic weights for any number of raters (Krippendorff's alpha with interval differences): 1 is full agreement, 0 what chance gives; 0 with an obstacle"`
	Obstacle  string  `json:"obstacle,omitempty" enum:"too_few,no_variation" doc:"Why there is no kappa: fewer than 5 interviews, or all ratings are equal"`
}

// CriterionAgreement is the agreement on a criterion of a scorecard template.
type CriterionAgreement struct {
	Agreement

	Template Ref    `json:"template"`
	Key      string `json:"key" doc:"Of the criterion"`
	Title    string `json:"title"`
	Scale    int    `json:"scale"`
}

// NewAgreement maps a result of the domain.
func NewAgreement(r agreement.Result) Agreement {
	return Agreement{
		Subjects: r.Subjects, Ratings: r.Ratings, Pairs: r.Pairs, Exact: RoundShare(r.Exact), WithinOne: RoundShare(r.WithinOne),
		Kappa: math.Round(r.Kappa*100) / 100, Obstacle: string(r.Obstacle),
	}
}

// NewCriterionAgreement maps the result of a criterion to the language.
func NewCriterionAgreement(lang, templateID string, template scorecard.LocalizedText, c scorecard.Criterion, r agreement.Result) CriterionAgreement {
	return CriterionAgreement{NewAgreement(r), Ref{templateID, template.In(lang)}, c.Key, c.Title.In(lang), c.Scale}
}

// RoundShare rounds a share to three decimals.
func RoundShare(v float64) float64 { return math.Round(v*1000) / 1000 }
