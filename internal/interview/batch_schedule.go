package interview

import (
	"context"
	"slices"

	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/validate"
)

// maxFitting limits the candidates that an entry offers as a choice.
const maxFitting = 10

// scheduleEntry schedules the interview of an entry with an existing candidate
// or a new one.
func (b *Batch) scheduleEntry(ctx context.Context, tx *db.Tx, e *Entry, c *candidate.Candidate, same []*candidate.Candidate, warnings validate.Errors, acceptWarnings bool) (string, error) {
	p := *e.Plan
	p.OverrideWarnings = acceptWarnings
	p.Interviewers = append([]string{}, e.Plan.Interviewers...)
	same, ok := b.chooseCandidate(e, c, same)
	if !ok {
		warnings.Add("candidateId", "field.unknown")
		return "", warnings.Err(false)
	}
	switch {
	case len(same) > 1:
		warnings.Add("candidate.name", "interview.candidate_ambiguous", "Name", c.Name)
		return "", warnings.Err(false)
	case len(same) == 1:
		p.CandidateID = same[0].ID
		if c.PositionID == "" {
			c.PositionID = same[0].PositionID
		}
		if e.CandidateID == "" && !c.SharesName(same[0]) { // an agency's address, or a mistyped one
			warnings.AddWarning("candidate.name", "interview.candidate_other_name", "Name", same[0].Name)
		}
	default:
		if namesakes := b.candidates.FindNamesakes(c); len(namesakes) > 0 && e.CandidateID == "" {
			warnings.AddWarning("candidate.name", "interview.candidate_namesake", "Name", namesakes[0].Name)
		}
		if err := b.insertCandidate(ctx, tx, e, c); err != nil {
			return "", appendFields(err, warnings.Fields)
		}
		p.CandidateID = c.ID
	}
	p.PositionID = c.PositionID
	i := newInterview(b.actor, b.service.now())
	_, err := b.service.scheduleInTx(ctx, tx, b.actor, i, &p, b.people, slices.Concat(e.rooms, warnings.Fields))
	return i.ID, err
}

// insertCandidate creates the candidate of an interview.
func (b *Batch) insertCandidate(ctx context.Context, tx *db.Tx, e *Entry, c *candidate.Candidate) error {
	if err := b.service.Candidates.Insert(ctx, tx, b.actor, c); err != nil {
		return validate.PrefixFields("candidate", err)
	}
	if e.NewCandidate = len(b.created.FindSame(c)) == 0; e.NewCandidate {
		b.created.Add(c)
	}
	e.Notes = append(e.Notes, apperr.NewFieldError("candidate.name", "interview.new_candidate", "Name", c.Name))
	e.created = c
	return nil
}

// chooseCandidate returns the candidates that an interview may be with: none if a new
// one is created, more than one if a choice is required. It sets e.Fitting when the
// candidate is not certain. ok is false for a choice that does not fit.
func (b *Batch) chooseCandidate(e *Entry, c *candidate.Candidate, same []*candidate.Candidate) (chosen []*candidate.Candidate, ok bool) {
	stored, created := b.splitCreated(append(slices.Clone(same), b.candidates.FindNamesakes(c)...))
	narrowed := c.Narrow(same)
	if len(narrowed) != 1 || !c.SharesName(narrowed[0]) {
		e.Fitting = stored[:min(len(stored), maxFitting)]
	}
	switch e.CandidateID {
	case "":
		return narrowed, true
	case NewObject: // entries of one new candidate share it
		return c.Narrow(slices.DeleteFunc(created, func(other *candidate.Candidate) bool { return !slices.Contains(same, other) })), true
	}
	at := slices.IndexFunc(stored, func(other *candidate.Candidate) bool { return other.ID == e.CandidateID })
	if at < 0 {
		return nil, false
	}
	return stored[at : at+1], true
}

// splitCreated separates the candidates that this batch has created from the others,
// each once.
func (b *Batch) splitCreated(list []*candidate.Candidate) (stored, created []*candidate.Candidate) {
	seen := make(map[*candidate.Candidate]bool, len(list))
	for _, c := range list {
		switch {
		case seen[c]:
		case b.inserted[c]:
			created = append(created, c)
		default:
			stored = append(stored, c)
		}
		seen[c] = true
	}
	return stored, created
}
