package worklist_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/worklist"
	"github.com/huimian/huimian/internal/scorecard"
)

// BenchmarkList lists the work in a company with 100,000 interviews of 20,000 candidates,
// in the year before and the year after today.
func BenchmarkList(b *testing.B) {
	dbtest.RunBenchmark(b, func(b *testing.B, kind db.Dialect) {
		b.Helper()
		f := newFixture(b, dbtest.Open(b, kind))
		f.insertYears(100_000, 20_000)
		apperrtest.RequireNoError(b, f.DB.Optimize(b.Context())) // as at startup and each hour
		for b.Loop() {
			groups, err := worklist.List(b.Context(), f.Service, recruiter)
			apperrtest.RequireNoError(b, err)
			if len(groups) < 5 {
				b.Fatalf("%d groups", len(groups))
			}
		}
	})
}

// insertYears inserts interviews with two interviewers each. Past ones have ended, have
// both scorecards but for each 50th, and are decided but for each 40th; of the decisions
// each tenth is another round. Of upcoming ones each 30th is declined.
func (f *fixture) insertYears(count, candidates int) {
	f.t.Helper()
	now := f.clock.Now()
	people := make([]candidate.Candidate, candidates)
	for n := range people {
		people[n] = candidate.Candidate{ID: db.NewID(), CorpID: "corp", Name: fmt.Sprintf("候选人 %d", n), PositionID: f.plan.PositionID, Version: 1, CreatedAt: now, UpdatedAt: now}
	}
	list, participations, cards := make([]interview.Interview, count), []interview.Interviewer{}, []scorecard.Scorecard{}
	for n := range list {
		at := db.Time(now.Add(time.Duration(n-count/2) * (2 * 365 * 24 * time.Hour / time.Duration(count))))
		i := &list[n]
		*i = interview.Interview{
			ID: db.NewID(), CorpID: "corp", Title: "一面", Round: 1, State: interview.Scheduled, PositionID: f.plan.PositionID, CandidateID: people[n%candidates].ID,
			StartsAt: at, EndsAt: at.Add(time.Hour), TimeZone: "Asia/Shanghai", RoomKind: interview.BuiltinRoom, OrganizerID: "rosa",
			QuestionIDs: []string{}, TemplateID: f.interview.TemplateID, TemplateVersion: 1, Version: 1, CreatedAt: at, UpdatedAt: at, Meeting: interview.Meeting{Kind: interview.NoMeeting},
		}
		past := i.EndsAt.Before(now)
		if past {
			i.State, i.EndedAt = interview.Ended, &i.EndsAt
			switch {
			case n%40 == 0:
			case n%10 == 0:
				i.Decision = interview.NextRound
			default:
				i.Decision = interview.Hire
			}
		}
		for index, userID := range []string{fmt.Sprintf("u%d", n%200), fmt.Sprintf("v%d", n%200)} {
			response := interview.Accepted
			if !past && n%30 == 0 && index == 0 {
				response = interview.Declined
			}
			participations = append(participations, interview.Interviewer{CorpID: "corp", InterviewID: i.ID, UserID: userID, Position: index, Response: response})
			if past && (n%50 != 0 || index == 1) {
				cards = append(cards, scorecard.Scorecard{CorpID: "corp", InterviewID: i.ID, UserID: userID, State: scorecard.Submitted, Version: 1, Scores: []scorecard.Score{}, UpdatedAt: at})
			}
		}
	}
	dbtest.InsertAll(f.t, f.DB, people)
	dbtest.InsertAll(f.t, f.DB, list)
	dbtest.InsertAll(f.t, f.DB, participations)
	dbtest.InsertAll(f.t, f.DB, cards)
}
