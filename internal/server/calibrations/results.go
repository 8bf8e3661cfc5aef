package calibrations

import (
	"context"
	"math"

	"github.com/huimian/huimian/internal/calibration"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// CalibrationRating is a submitted rating.
type CalibrationRating struct {
	Original       bool             `json:"original" doc:"A scorecard of the interview"`
	Author         *resource.Person `json:"author,omitempty" doc:"Absent for an original that is shown without its author"`
	Scores         []resource.Score `json:"scores"`
	Recommendation string           `json:"recommendation" enum:"strong_yes,yes,no,strong_no"`
	Comment        string           `json:"comment,omitempty"`
}

// CalibrationCriterion is the ratings of a criterion in an exercise.
type CalibrationCriterion struct {
	Criterion resource.Criterion `json:"criterion"`
	Count     int                `json:"count" doc:"Of the ratings"`
	Lowest    float64            `json:"lowest"`
	Highest   float64            `json:"highest"`
	Median    float64            `json:"median"`
	Pairs     int                `json:"pairs" doc:"Of two ratings"`
	Exact     float64            `json:"exact" doc:"Share of the pairs that are equal, from 0 to 1"`
	WithinOne float64            `json:"withinOne" doc:"Share of the pairs that differ by one at most"`
	All       resource.Agreement `json:"all" doc:"Over all exercises with the criterion"`
}

// CalibrationResult compares the submitted ratings of an exercise.
type CalibrationResult struct {
	Exercise CalibrationExercise    `json:"exercise"`
	Criteria []CalibrationCriterion `json:"criteria" doc:"Those with scores"`
	Template []resource.Criterion   `json:"template" doc:"All criteria of the scorecard"`
	Ratings  []CalibrationRating    `json:"ratings"`
}

// CalibrationDrift is how much a member scores above or below the others.
type CalibrationDrift struct {
	Member   resource.Person `json:"member"`
	Subjects int             `json:"subjects" doc:"Exercises in which the member and at least two others scored a criterion"`
	TooFew   bool            `json:"tooFew" doc:"Fewer than 3 exercises: mean and recent are 0"`
	Mean     float64         `json:"mean" doc:"Mean difference to the median of the others, in points of a scale of 4"`
	Recent   float64         `json:"recent" doc:"Of the 5 newest exercises"`
}

// CalibrationFigure is the agreement on a criterion over all exercises.
type CalibrationFigure = resource.CriterionAgreement

// CalibrationFigures is the agreement and the drifts of a company.
type CalibrationFigures struct {
	Exercises int                 `json:"exercises"`
	Criteria  []CalibrationFigure `json:"criteria"`
	Drifts    []CalibrationDrift  `json:"drifts" doc:"The most exercises first"`
}

// Result returns the comparison of the ratings of an exercise.
func (h Handlers) Result(ctx context.Context, in *httpapi.ByID) (*httpapi.Response[CalibrationResult], error) {
	lang := httpapi.Language(ctx)
	return httpapi.MapResponse(func(r calibration.Result) CalibrationResult {
		return CalibrationResult{
			Exercise: newExercise(*r.View), Template: resource.NewCriteria(lang, r.All), Ratings: httpapi.MapSlice(r.Cards, newRating),
			Criteria: httpapi.MapSlice(r.Criteria, func(c calibration.CriterionResult) CalibrationCriterion {
				return CalibrationCriterion{
					Criterion: resource.NewCriteria(lang, []scorecard.Criterion{c.Criterion})[0], Count: c.Count, Lowest: c.Lowest, Highest: c.Highest, Median: c.Median,
					Pairs: c.Pairs, Exact: resource.RoundShare(c.Exact), WithinOne: resource.RoundShare(c.WithinOne), All: resource.NewAgreement(c.All),
				}
			}),
		}
	})(h.Exercises.Result(ctx, caller.Actor(ctx), in.ID))
}

// Figures returns the agreement and the drifts of the company.
func (h Handlers) Figures(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[CalibrationFigures], error) {
	lang := httpapi.Language(ctx)
	return httpapi.MapResponse(func(f calibration.Figures) CalibrationFigures {
		return CalibrationFigures{
			Exercises: f.Exercises, Drifts: httpapi.MapSlice(f.Drifts, newDrift),
			Criteria: httpapi.MapSlice(f.Criteria, func(c calibration.CriterionFigure) CalibrationFigure {
				return resource.NewCriterionAgreement(lang, c.TemplateID, c.Template, c.Criterion, c.Result)
			}),
		}
	})(h.Exercises.Figures(ctx, caller.Actor(ctx)))
}

// OwnDrift returns the drift of the caller.
func (h Handlers) OwnDrift(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[CalibrationDrift], error) {
	return httpapi.MapResponse(newDrift)(h.Exercises.OwnDrift(ctx, caller.Actor(ctx)))
}

func newDrift(d calibration.MemberDrift) CalibrationDrift {
	out := CalibrationDrift{Member: resource.NewPerson(d.Member), Subjects: d.Subjects, TooFew: d.TooFew()}
	if !out.TooFew {
		out.Mean, out.Recent = roundTenth(d.Mean), roundTenth(d.Recent)
	}
	return out
}

func newRating(c calibration.Card) CalibrationRating {
	card := resource.NewScorecard("", interview.Scorecard{Scorecard: c.Scorecard})
	out := CalibrationRating{Original: c.Original, Scores: card.Scores, Recommendation: card.Recommendation, Comment: card.Comment}
	if c.Author.UserID != "" {
		author := resource.NewPerson(c.Author)
		out.Author = &author
	}
	return out
}

func roundTenth(v float64) float64 { return math.Round(v*10) / 10 }
