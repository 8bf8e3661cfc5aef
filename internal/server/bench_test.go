package server_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/scorecard"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/server/resource"
)

// The rows of the company that BenchmarkLists reads.
const (
	manyInterviews = 100_000 // in the year before and the year after today
	manyCandidates = 20_000
	manyPositions  = 1_000
	manyQuestions  = 2_000
	perInterview   = 10 // messages, and entries of the audit log, of each interview
)

// BenchmarkLists reads each list of both JSON APIs through HTTP, and reports the 95th percentile,
// the shortest time, which depends least on other processes, and the size of the response.
func BenchmarkLists(b *testing.B) {
	dbtest.RunBenchmark(b, func(b *testing.B, kind db.Dialect) {
		b.Helper()
		f := newFixture(b, dbtest.Open(b, kind), unlimited)
		names := f.insertCompany()
		apperrtest.RequireNoError(b, f.DB.Optimize(b.Context())) // as at startup and each hour
		if kind == db.Postgres {                                 // as autovacuum
			_, err := f.DB.ExecContext(b.Context(), "VACUUM ANALYZE")
			apperrtest.RequireNoError(b, err)
		}
		rosa, lin, ada, token := f.SignIn("rosa"), f.SignIn("lin"), f.SignIn("ada"), f.NewAPIClient("rosa", apitoken.Personal, apitoken.Scopes...).Browser
		now := f.Clock.Now()
		week := "from=" + now.Format(time.RFC3339) + "&to=" + now.AddDate(0, 0, 7).Format(time.RFC3339)
		year := "from=" + now.AddDate(-1, 0, 0).Format(time.DateOnly) + "&to=" + now.AddDate(0, 0, -1).Format(time.DateOnly)
		for _, c := range []struct {
			name, path string
			b          *apptest.Browser
		}{
			{"overview", "/api/overview", rosa}, {"overview of an interviewer", "/api/overview", lin},
			{"worklist", "/api/worklist", rosa}, {"worklist counts", "/api/worklist/counts", rosa},
			{"insight of twelve weeks", "/api/insight", rosa}, {"insight of a year", "/api/insight?" + year, rosa}, {"insight of an interviewer", "/api/insight/mine?" + year, lin},
			{"insight, interviews not held in a year", "/api/insight/rows?figure=not_held&" + year, rosa},
			{"interviews", "/api/interviews", rosa}, {"interviews of a week", "/api/interviews?" + week, rosa},
			{"interviews, newest first", "/api/interviews?order=desc", rosa}, {"interviews by state", "/api/interviews?state=cancelled", rosa},
			{"interviews of a position", "/api/interviews?positionId=" + names.position, rosa},
			{"interviews of a candidate", "/api/interviews?candidateId=" + names.candidate, rosa},
			{"interviews, own", "/api/interviews?scope=mine", lin}, {"interviews, organized", "/api/interviews?scope=mine", rosa},
			{"interviews, search", "/api/interviews?q=19999", rosa},
			{"interviews, search without result", "/api/interviews?q=nothing", rosa},
			{"interviews, search of upcoming", "/api/interviews?q=nothing&state=scheduled&state=in_progress&from=" + now.Format(time.RFC3339), rosa},
			{"candidates", "/api/candidates", rosa}, {"candidates, search", "/api/candidates?q=19999", rosa},
			{"candidates, search without result", "/api/candidates?q=nothing", rosa},
			{"candidates of a position", "/api/candidates?positionId=" + names.position, rosa},
			{"positions", "/api/positions", rosa}, {"positions, search", "/api/positions?q=999", rosa},
			{"questions", "/api/questions", rosa}, {"questions of an interviewer", "/api/questions", lin}, {"questions, search", "/api/questions?q=1999", rosa},
			{"messages", "/api/messages", rosa}, {"messages, failed", "/api/messages?state=failed", rosa},
			{"messages of a kind", "/api/messages?kind=evaluate", rosa}, {"messages of a recipient", "/api/messages?recipient=rosa", rosa},
			{"messages of an interview", "/api/interviews/" + names.interview + "/messages", rosa},
			{"history", "/api/interviews/" + names.interview + "/history", rosa},
			{"members", "/api/members", rosa}, {"deliveries", "/api/webhooks/" + names.webhook + "/deliveries", ada},
			{"deliveries, failed", "/api/webhooks/" + names.webhook + "/deliveries?state=failed", ada},
			{"v1 interviews", "/api/v1/interviews", token}, {"v1 candidates", "/api/v1/candidates", token}, {"v1 positions", "/api/v1/positions", token},
			{"v1 questions", "/api/v1/questions", token}, {"v1 events", "/api/v1/events", token}, {"v1 members", "/api/v1/members", token},
		} {
			b.Run(c.name, func(b *testing.B) { measureList(b, c.b, c.path) })
		}
	})
}

// unlimited permits any number of requests.
func unlimited(c *server.Config) {
	rate := httpapi.Rate{PerSecond: 1e6, Burst: 1e6}
	c.Limits = &server.Limits{Session: rate, Address: rate, SignIn: rate}
}

func measureList(b *testing.B, browser *apptest.Browser, path string) {
	b.Helper()
	var times []time.Duration
	size := 0
	for b.Loop() {
		start := time.Now()
		response := browser.Call("GET", path, nil)
		times = append(times, time.Since(start))
		if size = len(response.Body); response.Status != http.StatusOK {
			b.Fatalf("%s: %d %s", path, response.Status, response.Body)
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(times[0].Microseconds())/1000, "min-ms")
	b.ReportMetric(float64(size)/1024, "KiB")
}

// companyIDs are the ids of rows that insertCompany has inserted.
type companyIDs struct{ position, candidate, interview, webhook string }

func (f *fixture) insertCompany() companyIDs {
	f.T.Helper()
	now, first := db.NowOf(f.Clock.Now), f.ScheduleInterview()
	templateID := ""
	apperrtest.RequireNoError(f.T, f.DB.NewRaw("SELECT template_id FROM interviews WHERE id = ?", first.ID).Scan(f.T.Context(), &templateID))
	positions, questions, candidates := make([]position.Position, manyPositions), make([]question.Question, manyQuestions), make([]candidate.Candidate, manyCandidates)
	for n := range positions {
		positions[n] = position.Position{
			ID: db.NewID(), CorpID: "acme", Title: fmt.Sprintf("工程师 %d", n), State: position.Open, QuestionIDs: []string{}, TemplateID: templateID, Version: 1, CreatedAt: now, UpdatedAt: now,
		}
	}
	for n := range questions {
		questions[n] = question.Question{ID: db.NewID(), CorpID: "acme", Content: question.Content{Title: fmt.Sprintf("题目 %d", n), Body: "…", Difficulty: question.Easy, Tags: []string{}, StarterCode: []question.Source{}}, Version: 1, CreatedAt: now, UpdatedAt: now}
	}
	for n := range candidates {
		candidates[n] = candidate.Candidate{ID: db.NewID(), CorpID: "acme", Name: fmt.Sprintf("候选人 %d", n), PositionID: positions[n%manyPositions].ID, Version: 1, CreatedAt: now, UpdatedAt: now}
	}
	dbtest.InsertAll(f.T, f.DB, positions)
	dbtest.InsertAll(f.T, f.DB, questions)
	dbtest.InsertAll(f.T, f.DB, candidates)
	f.insertInterviews(candidates, questions, templateID, now)
	return companyIDs{positions[0].ID, candidates[0].ID, first.ID, f.insertLogs(first.ID)}
}

// insertInterviews inserts interviews with two interviewers and two questions each. Past ones have
// ended, have both scorecards but for each 50th, and are decided but for each 40th. Of upcoming ones
// each 30th is declined, and each 20th is not answered.
func (f *fixture) insertInterviews(candidates []candidate.Candidate, questions []question.Question, templateID string, now time.Time) {
	f.T.Helper()
	list, participations, cards := make([]interview.Interview, manyInterviews), []interview.Interviewer{}, []scorecard.Scorecard{}
	for n := range list {
		at, person := db.Time(now.Add(time.Duration(n-manyInterviews/2)*(2*365*24*time.Hour/manyInterviews))), candidates[n%manyCandidates]
		list[n] = interview.Interview{
			ID: db.NewID(), CorpID: "acme", Title: fmt.Sprintf("一面 %d", n), Round: 1, State: interview.Scheduled, PositionID: person.PositionID, CandidateID: person.ID,
			StartsAt: at, EndsAt: at.Add(time.Hour), TimeZone: "Asia/Shanghai", RoomKind: interview.BuiltinRoom, OrganizerID: "rosa",
			QuestionIDs: []string{questions[n%manyQuestions].ID, questions[(n+1)%manyQuestions].ID}, TemplateID: templateID, TemplateVersion: 1,
			Version: 1, CreatedAt: at, UpdatedAt: at, Meeting: interview.Meeting{Kind: interview.NoMeeting},
		}
		i := &list[n]
		past := i.EndsAt.Before(now)
		if past {
			i.State, i.EndedAt = interview.Ended, &i.EndsAt
		}
		if past && n%40 != 0 {
			i.Decision = interview.Hire
		}
		people := []string{fmt.Sprintf("u%d", n%200), fmt.Sprintf("v%d", n%200)}
		if n%200 == 0 { // one is a member who signs in
			people[0] = "lin"
		}
		for index, userID := range people {
			response := interview.Accepted
			switch {
			case !past && n%30 == 0 && index == 0:
				response = interview.Declined
			case !past && n%20 == 0 && index == 0:
				response = interview.Pending
			}
			participations = append(participations, interview.Interviewer{CorpID: "acme", InterviewID: i.ID, UserID: userID, Position: index, Response: response})
			if past && (n%50 != 0 || index == 1) {
				cards = append(cards, scorecard.Scorecard{CorpID: "acme", InterviewID: i.ID, UserID: userID, State: scorecard.Submitted, Version: 1, Scores: []scorecard.Score{}, UpdatedAt: at})
			}
		}
	}
	dbtest.InsertAll(f.T, f.DB, list)
	dbtest.InsertAll(f.T, f.DB, participations)
	dbtest.InsertAll(f.T, f.DB, cards)
}

// insertLogs inserts messages, entries of the audit log, events, and deliveries of a webhook,
// whose id it returns.
func (f *fixture) insertLogs(interviewID string) (webhookID string) {
	f.T.Helper()
	webhookID = f.createWebhook("/benchmark")
	var queries []string
	for n := range perInterview { // one transaction each
		queries = append(queries,
			fmt.Sprintf(`INSERT INTO messages (id, corp_id, interview_id, kind, channel, recipient, recipient_name, schedule_version, data, state, attempts, msgid, response_code, card_state,
				errcode, error_code, error, dedup, created_at) SELECT i.id || '-%[1]d', i.corp_id, i.id, 'invite', 'wecom', 'u%[1]d', '', 1, '{}', 'sent', 1, '', '', '', 0, '', '',
				i.id || '-%[1]d', i.starts_at FROM interviews AS i`, n),
			fmt.Sprintf(`INSERT INTO audit_log (id, corp_id, at, user_id, act, object_id, data)
				SELECT i.id || '-%d', i.corp_id, i.starts_at, 'rosa', 'interview.edit', i.id, '{}' FROM interviews AS i`, n))
	}
	queries = append(queries,
		`INSERT INTO events (id, corp_id, seq, type, subject_id, actor, data, created_at, dispatched_at) SELECT i.id, i.corp_id, 1000000 + ROW_NUMBER() OVER (ORDER BY i.id), 'interview.scheduled', i.id,
			'rosa', '{}', i.starts_at, i.starts_at FROM interviews AS i`,
		`INSERT INTO webhook_deliveries (id, corp_id, endpoint_id, event_id, type, body, state, attempts, status, response, error_code, error, duration_ms, created_at)
			SELECT i.id, i.corp_id, '`+webhookID+`', i.id, 'interview.scheduled', '{}', 'delivered', 1, 200, '', '', '', 5, i.starts_at FROM interviews AS i`,
		`UPDATE messages SET state = 'failed' WHERE interview_id = '`+interviewID+`'`)
	for _, query := range queries {
		err := f.DB.InTx(f.T.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.NewRaw(query).Exec(ctx)
			return err
		})
		apperrtest.RequireNoError(f.T, err)
	}
	return webhookID
}

// BenchmarkCandidateBytes reports the size of the database for each candidate with an interview of
// two interviewers that is scheduled through the API: the rows with their indexes, events, messages
// and jobs. The log of the room comes to it, see BenchmarkStoredBytes.
func BenchmarkCandidateBytes(b *testing.B) {
	const candidates = 300
	dbtest.RunBenchmark(b, func(b *testing.B, kind db.Dialect) {
		b.Helper()
		for b.Loop() {
			f := newFixture(b, dbtest.Open(b, kind), unlimited)
			first := f.ScheduleInterview()
			rosa, before := f.SignIn("rosa"), f.databaseBytes()
			for n := range candidates {
				c := apptest.DecodeBody[resource.Candidate](rosa.Call("POST", "/api/candidates", map[string]any{
					"name": fmt.Sprintf("候选人 %d", n), "email": fmt.Sprintf("c%d@example.com", n), "positionId": first.Position.ID,
				}), http.StatusCreated)
				apptest.DecodeBody[server.Interview](rosa.Call("POST", "/api/interviews", f.InterviewInput(first.Position.ID, c.ID, func(p map[string]any) {
					p["startsAt"], p["interviewers"], p["overrideWarnings"] = apptest.Noon.AddDate(0, 0, 3+n).Format(time.RFC3339), []string{"lin", "mei"}, true
				})), http.StatusCreated)
			}
			b.ReportMetric((f.databaseBytes()-before)/candidates, "bytes/candidate")
		}
	})
}

// databaseBytes returns the size of all tables with their indexes.
func (f *fixture) databaseBytes() float64 {
	f.T.Helper()
	var size int64
	query := "SELECT SUM(pgsize) FROM dbstat"
	if f.DB.Dialect() == db.Postgres {
		query = "SELECT SUM(pg_total_relation_size(c.oid))::BIGINT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = 'public'"
	}
	apperrtest.RequireNoError(f.T, f.DB.NewRaw(query).Scan(f.T.Context(), &size))
	return float64(size)
}
