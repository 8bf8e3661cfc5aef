package importer

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/searchtext"
	"github.com/huimian/huimian/internal/validate"
)

// Choice is what a user chooses to resolve an issue.
type Choice string

const (
	ChooseCandidate Choice = "candidate" // one of the outcome's candidates, or a new one
	ChoosePosition  Choice = "position"  // one of those similar to the title, or a new one
)

// NewObject is the choice of a new candidate or position.
const NewObject = interview.NewObject

// Choices resolve issues of a preview. The values are ids or NewObject.
type Choices struct {
	Candidates map[int]string    // by row, of an import of interviews
	Positions  map[string]string // by title
}

// positionsByKey returns the choices of positions by titleKey.
func (c Choices) positionsByKey() map[string]string {
	out := make(map[string]string, len(c.Positions))
	for title, id := range c.Positions {
		out[titleKey(title)] = id
	}
	return out
}

func titleKey(title string) string { return searchtext.Fold(validate.CleanLine(title)) }

// Candidate is a stored candidate to which a row may refer.
type Candidate struct {
	ID, Name, Email, Mobile string
	PositionID              string
	PositionTitle           string
}

// UnknownPosition is a title without a position.
type UnknownPosition struct {
	Title   string
	Rows    []int
	Similar []position.Position // with id, title and state; the most similar first
}

// maxUnknownTitles limits the titles for which similar positions are looked for.
const maxUnknownTitles = 50

// choiceFor returns the choice that resolves an issue of an entry, "" for none.
func choiceFor(code string, e *interview.Entry) Choice {
	switch code {
	case "interview.candidate_ambiguous", "interview.candidate_namesake", "interview.candidate_other_name":
		if len(e.Fitting) > 0 {
			return ChooseCandidate
		}
	case "interview.new_position":
		return ChoosePosition
	}
	return ""
}

func mapFitting(list []*candidate.Candidate) []Candidate {
	var out []Candidate
	for _, c := range list {
		out = append(out, Candidate{ID: c.ID, Name: c.Name, Email: c.Email, Mobile: c.Mobile, PositionID: c.PositionID})
	}
	return out
}

// addChoices adds what a user may choose: the titles of the candidates' positions, and
// the positions that are similar to unknown titles.
func (s *Service) addChoices(ctx context.Context, corpID string, w *batchRun, r *Result) error {
	var ids []string
	for _, o := range r.Outcomes {
		for _, c := range o.Candidates {
			ids = append(ids, c.PositionID)
		}
	}
	known, err := readPositions(ctx, s.DB.DB, corpID, ids)
	if err != nil {
		return err
	}
	for _, o := range r.Outcomes {
		for n := range o.Candidates {
			o.Candidates[n].PositionTitle = known[o.Candidates[n].PositionID].Title
		}
	}
	for n, e := range w.entry {
		if !e.NewPosition {
			continue
		}
		key := titleKey(e.PositionTitle)
		at := slices.IndexFunc(r.Positions, func(p UnknownPosition) bool { return titleKey(p.Title) == key })
		if at < 0 {
			at, r.Positions = len(r.Positions), append(r.Positions, UnknownPosition{Title: validate.CleanLine(e.PositionTitle)})
		}
		r.Positions[at].Rows = append(r.Positions[at].Rows, w.im.Lines[n].Row)
	}
	if len(r.Positions) == 0 {
		return nil
	}
	titles, err := position.ReadTitles(ctx, s.DB.DB, corpID)
	if err != nil {
		return err
	}
	for n := range r.Positions[:min(len(r.Positions), maxUnknownTitles)] {
		r.Positions[n].Similar = titles.FindSimilar(r.Positions[n].Title)
	}
	return nil
}

// readChosenPositions returns the chosen positions by their ids; unknown ids are left
// out.
func (s *Service) readChosenPositions(ctx context.Context, corpID string, choices Choices) (map[string]position.Position, error) {
	var ids []string
	for _, id := range choices.Positions {
		if id != NewObject {
			ids = append(ids, id)
		}
	}
	return readPositions(ctx, s.DB.DB, corpID, ids)
}

func readPositions(ctx context.Context, q bun.IDB, corpID string, ids []string) (map[string]position.Position, error) {
	list, err := position.ReadByIDs(ctx, q, corpID, ids)
	out := map[string]position.Position{}
	for _, p := range list {
		out[p.ID] = p
	}
	return out, err
}
