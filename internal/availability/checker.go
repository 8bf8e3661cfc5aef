package availability

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/member"
)

// Checker checks times for an interview of the same interviewers and candidate.
type Checker struct {
	service     *Service
	corpID      string
	candidateID string
	language    string
	location    *time.Location
	people      map[string]member.Member
	ids         []string
}

// NewChecker returns a Checker without any permission check. It reads the members and must
// be called outside a transaction; names of holidays are in the language.
func (s *Service) NewChecker(ctx context.Context, corpID, candidateID, language string, interviewers []string) (*Checker, error) {
	loc, err := s.companyZone(ctx, corpID)
	if err != nil {
		return nil, err
	}
	people, err := s.Members(ctx, corpID, interviewers)
	return &Checker{s, corpID, candidateID, language, loc, people, member.StoredUserIDs(interviewers, people)}, err
}

// Inactive returns the interviewers who are no longer members.
func (c *Checker) Inactive() []string {
	return slices.DeleteFunc(slices.Clone(c.ids), func(id string) bool { return c.people[id].Active })
}

// Name returns the name of an interviewer, "" for one who is unknown.
func (c *Checker) Name(userID string) string { return c.people[userID].Name }

// Location returns the company's time zone.
func (c *Checker) Location() *time.Location { return c.location }

// Check returns why the interview does not fit at each of the times, none if it does. It
// reads the settings and the interviews from q, which may be a transaction; the interview
// exclude does not count. The times lie within MaxRange.
func (c *Checker) Check(ctx context.Context, q bun.IDB, exclude string, times []Interval) ([][]Refusal, error) {
	out := make([][]Refusal, len(times))
	if len(times) == 0 {
		return out, nil
	}
	within := times[0]
	for _, t := range times[1:] {
		if t.Start.Before(within.Start) {
			within.Start = t.Start
		}
		if t.End.After(within.End) {
			within.End = t.End
		}
	}
	panel, err := c.ReadPanel(ctx, q, exclude, within)
	if err != nil {
		return nil, err
	}
	for n, t := range times {
		out[n] = panel.Check(t)
	}
	return out, nil
}

// ReadPanel returns the interviewers and the candidate with their interviews around a period
// of at most MaxRange, as Check reads them.
func (c *Checker) ReadPanel(ctx context.Context, q bun.IDB, exclude string, within Interval) (*Panel, error) {
	query := &Query{Interviewers: c.ids, Within: within, CandidateID: c.candidateID, Exclude: exclude, Language: c.language}
	return c.service.newPanel(ctx, q, c.corpID, c.location, query, c.people)
}
