package resource

import (
	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/loop"
	"github.com/huimian/huimian/internal/server/httpapi"
)

// Loop is interviews of a candidate that were planned together.
type Loop struct {
	ID      string      `json:"id"`
	Count   int         `json:"count" doc:"Of all rounds"`
	Rounds  []LoopRound `json:"rounds" doc:"Those that the caller may see, by start"`
	Version int         `json:"version" doc:"Incremented by every change of the whole loop"`
}

// LoopRound is an interview of a loop.
type LoopRound struct {
	TimeSlot

	InterviewID  string   `json:"interviewId"`
	Number       int      `json:"number" doc:"By start, from 1"`
	Title        string   `json:"title"`
	State        string   `json:"state" enum:"scheduled,in_progress,ended,cancelled"`
	TimeZone     string   `json:"timeZone" doc:"IANA time zone in which the time was chosen"`
	Interviewers []Person `json:"interviewers"`
}

// LoopPlace is the place of an interview in its loop.
type LoopPlace struct {
	ID     string `json:"id" doc:"Of the loop"`
	Number int    `json:"number" doc:"By start, from 1"`
	Count  int    `json:"count" doc:"Of the rounds"`
}

// NewLoopPlace maps a place; nil without one.
func NewLoopPlace(places map[string]loop.Place, interviewID string) *LoopPlace {
	p, ok := places[interviewID]
	if !ok {
		return nil
	}
	return &LoopPlace{ID: p.LoopID, Number: p.Number, Count: p.Count}
}

// NewLoop maps a loop.
func NewLoop(l loop.Loop) Loop {
	return Loop{ID: l.ID, Count: len(l.Places), Version: l.Version, Rounds: httpapi.MapSlice(l.Rounds, func(i *interview.Interview) LoopRound {
		return LoopRound{
			TimeSlot: newTimeSlot(availability.Interval{Start: i.StartsAt, End: i.EndsAt}), InterviewID: i.ID, Number: l.Places[i.ID].Number,
			Title: i.Title, State: string(i.State), TimeZone: i.TimeZone,
			Interviewers: httpapi.MapSlice(i.Interviewers, func(m interview.Interviewer) Person { return NewPerson(m.Member) }),
		}
	})}
}

// LoopQuery is the body of proposeLoop.
type LoopQuery struct {
	PositionID   string           `json:"positionId" maxLength:"64"`
	CandidateID  string           `json:"candidateId" maxLength:"64"`
	Rounds       []LoopQueryRound `json:"rounds" minItems:"2" maxItems:"6"`
	BreakMinutes int              `json:"breakMinutes" minimum:"0" maximum:"60" doc:"Least time between two rounds"`
	Day          string           `json:"day" maxLength:"10" doc:"First day, in the company's time zone" example:"2026-12-01"`
	Days         int              `json:"days,omitempty" minimum:"0" maximum:"14" doc:"0 or omitted: one day"`
	Reorder      bool             `json:"reorder,omitempty" doc:"The rounds may have any order"`
}

// LoopQueryRound is a round for which a time is proposed.
type LoopQueryRound struct {
	Title           string   `json:"title,omitempty" maxLength:"100"`
	DurationMinutes int      `json:"durationMinutes" doc:"10 to 480"`
	Interviewers    []string `json:"interviewers" maxItems:"20" doc:"User ids"`
	FromPool        int      `json:"fromPool,omitempty" minimum:"0" maximum:"3" doc:"Further interviewers, from the pool of the position"`
}

// ToDomain returns the query of the domain.
func (q LoopQuery) ToDomain(language string) loop.Query {
	return loop.Query{
		PositionID: q.PositionID, CandidateID: q.CandidateID, Break: Minutes(q.BreakMinutes), From: availability.Date(q.Day), Days: max(q.Days, 1),
		Reorder: q.Reorder, Language: language,
		Rounds: httpapi.MapSlice(q.Rounds, func(r LoopQueryRound) loop.Round {
			return loop.Round{Title: r.Title, Duration: Minutes(r.DurationMinutes), Interviewers: r.Interviewers, FromPool: r.FromPool}
		}),
	}
}

// LoopProposals are times for a loop.
type LoopProposals struct {
	Items []LoopProposal `json:"items" doc:"By start. If no time fits, those with the fewest conflicts, of at most three days"`
}

// LoopProposal is a time of each round.
type LoopProposal struct {
	Fits      bool       `json:"fits"`
	Reordered bool       `json:"reordered" doc:"Not in the order of the request"`
	Slots     []LoopSlot `json:"slots" doc:"By start"`
}

// LoopSlot is the time of a round.
type LoopSlot struct {
	TimeSlot

	Round        int            `json:"round" doc:"Index of the round in the request, from 0"`
	Interviewers []Person       `json:"interviewers"`
	Conflicts    []LoopConflict `json:"conflicts" doc:"Why the round does not fit"`
}

// LoopConflict is a reason why a round does not fit.
type LoopConflict struct {
	UserID string `json:"userId,omitempty" doc:"The interviewer; absent for the candidate and the pool"`
	Text   string `json:"text" doc:"In the caller's language"`
}

// NewLoopProposals maps proposals to a language.
func NewLoopProposals(language string, list []loop.Proposal) LoopProposals {
	conflict := newConflict(language)
	return LoopProposals{httpapi.MapSlice(list, func(p loop.Proposal) LoopProposal {
		return LoopProposal{Fits: p.Fits, Reordered: p.Reordered, Slots: httpapi.MapSlice(p.Slots, func(s loop.Slot) LoopSlot {
			return LoopSlot{
				TimeSlot: newTimeSlot(s.Interval), Round: s.Round, Interviewers: httpapi.MapSlice(s.People, NewPerson),
				Conflicts: httpapi.MapSlice(s.Refusals, func(r availability.Refusal) LoopConflict {
					return LoopConflict{UserID: r.UserID, Text: conflict(r).Text}
				}),
			}
		})}
	})}
}
