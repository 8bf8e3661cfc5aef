package availability_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/availability"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/member"
)

// BenchmarkFind finds the free time of 2 and of 20 interviewers within 14 days, in a company
// with 100,000 interviews of 200 interviewers in a year.
func BenchmarkFind(b *testing.B) {
	dbtest.RunBenchmark(b, func(b *testing.B, kind db.Dialect) {
		b.Helper()
		f := newFixture(b, dbtest.Open(b, kind))
		f.Members = func(_ context.Context, _ string, ids []string) (map[string]member.Member, error) {
			out := map[string]member.Member{}
			for _, id := range ids {
				out[id] = member.Member{UserID: id, Name: id, Active: true}
			}
			return out, nil
		}
		f.insertYear(100_000, 200)
		for _, count := range []int{2, 20} {
			q := f.query(10, func(q *availability.Query) {
				q.Interviewers, q.CandidateID, q.Within.End = nil, f.candidate.ID, q.Within.Start.AddDate(0, 0, 14)
				for n := range count {
					q.Interviewers = append(q.Interviewers, fmt.Sprintf("u%d", n))
				}
			})
			b.Run(fmt.Sprint(count), func(b *testing.B) {
				for b.Loop() {
					if got := f.find(q); len(got.Schedules) != count || len(got.Schedules[0].Busy) == 0 {
						b.Fatalf("%d schedules", len(got.Schedules))
					}
				}
			})
		}
	})
}

// insertYear inserts interviews of an hour with two interviewers each, evenly in the year
// around the Monday.
func (f *fixture) insertYear(count, interviewers int) {
	f.t.Helper()
	template := f.schedule(10, "lin").TemplateID
	another, err := f.interviews.Candidates.Create(f.t.Context(), recruiter, candidate.Candidate{Name: "何远"}, false)
	if err != nil {
		f.t.Fatal(err)
	}
	start := f.monday.AddDate(0, -6, 0)
	every := 365 * 24 * time.Hour / time.Duration(count)
	list, participations := make([]interview.Interview, count), []interview.Interviewer{}
	for n := range list {
		at := db.Time(start.Add(time.Duration(n) * every))
		list[n] = interview.Interview{
			ID: db.NewID(), CorpID: "corp", Title: "一面", Round: 1, State: interview.Scheduled, PositionID: f.positionID, CandidateID: another.ID,
			StartsAt: at, EndsAt: at.Add(time.Hour), TimeZone: "Asia/Shanghai", RoomKind: interview.BuiltinRoom, OrganizerID: "rosa",
			QuestionIDs: []string{}, TemplateID: template, TemplateVersion: 1, Version: 1, CreatedAt: at, UpdatedAt: at, Meeting: interview.Meeting{Kind: interview.NoMeeting},
		}
		for index := range 2 {
			participations = append(participations, interview.Interviewer{
				CorpID: "corp", InterviewID: list[n].ID, UserID: fmt.Sprintf("u%d", (n*2+index)%interviewers), Position: index, Response: interview.Pending,
			})
		}
	}
	dbtest.InsertAll(f.t, f.db, list)
	dbtest.InsertAll(f.t, f.db, participations)
}
