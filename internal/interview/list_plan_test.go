package interview

import (
	"context"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/pagination"
)

// explainQuery returns the plan of a query in a database without statistics.
func explainQuery(t *testing.T, d *db.DB, query string) string {
	t.Helper()
	var lines []string
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if d.Dialect() == db.Postgres { // tables of the test are so small that it would not use an index
			if _, err := tx.ExecContext(ctx, "SET LOCAL enable_seqscan = off"); err != nil {
				return err
			}
			return tx.NewRaw("EXPLAIN "+strings.ReplaceAll(query, "?", "??")).Scan(ctx, &lines)
		}
		var steps []struct {
			ID, Parent, Notused int64
			Detail              string
		}
		err := tx.NewRaw("EXPLAIN QUERY PLAN "+strings.ReplaceAll(query, "?", "??")).Scan(ctx, &steps)
		for _, s := range steps {
			lines = append(lines, s.Detail)
		}
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return strings.Join(lines, "\n")
}

// fullScan is a step of a plan that reads a whole table.
var fullScan = regexp.MustCompile(`(?m)^SCAN (i|im|sc|own|o|c)$|Seq Scan on (interviews|interview_members|scorecards|candidates)`)

// bySecondColumn are steps of SQLite that read all interviewers of the company for each
// interview.
var bySecondColumn = regexp.MustCompile(`interview_members_user \(corp_id=\?\)`)

func TestListQueriesUseIndexes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		page := pagination.Page{Limit: 50}
		for name, c := range map[string]struct {
			actor actor.Actor
			f     Filter
			step  string // of SQLite
		}{
			"all":         {f.recruiter, Filter{Page: page}, "interviews_start (corp_id=?)"},
			"today":       {f.recruiter, Filter{Page: page, From: noon, To: noon.AddDate(0, 0, 1), States: []State{Scheduled, InProgress, Ended}}, "(corp_id=? AND "},
			"own":         {f.lin, Filter{Page: page}, "interview_members_user (corp_id=? AND user_id=?)"},
			"mine":        {f.lin, Filter{Page: page, Mine: true}, "interview_members_user (corp_id=? AND user_id=?)"},
			"organized":   {f.recruiter, Filter{Page: page, Mine: true}, "interviews_organizer (corp_id=? AND organizer_id=?)"},
			"to answer":   {f.lin, Filter{Page: page, StartsAfter: noon, States: []State{Scheduled}, Unanswered: true}, "interview_members_user (corp_id=? AND user_id=?)"},
			"scorecards":  {f.lin, Filter{Page: page, States: []State{Ended}, ScorecardDue: true}, "interview_members_user (corp_id=? AND user_id=?)"},
			"position":    {f.recruiter, Filter{Page: page, PositionID: "p"}, "interviews_position (corp_id=? AND position_id=?)"},
			"candidate":   {f.recruiter, Filter{Page: page, CandidateID: "c"}, "interviews_candidate (corp_id=? AND candidate_id=?)"},
			"external id": {f.recruiter, Filter{Page: page, ExternalID: "e"}, "interviews_external_id (corp_id=? AND external_id=?)"},
			"state":       {f.recruiter, Filter{Page: page, States: []State{Cancelled}}, "interviews_state (corp_id=? AND state=?)"},
			"search":      {f.recruiter, Filter{Page: page, Query: "x"}, "COVERING INDEX interviews_text (corp_id=?)"},
			"search name": {f.recruiter, Filter{Page: page, Query: "x"}, "COVERING INDEX candidates_name (corp_id=?)"},
			"from a time": {f.recruiter, Filter{Page: page, From: noon}, "(corp_id=? AND starts_at>?)"},
		} {
			q, err := c.f.newQuery(f.DB, c.actor)
			if err != nil {
				t.Fatal(err)
			}
			plan := explainQuery(t, f.DB, q.String())
			if fullScan.MatchString(plan) || bySecondColumn.MatchString(plan) || f.DB.Dialect() == db.SQLite && !strings.Contains(plan, c.step) {
				t.Errorf("%s:\n%s", name, plan)
			}
		}
	})
}

// The interviews of their organizer are as many as those of the company: only a page of
// them is read.
func TestListReadsPageOfOrganized(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	q := must(Filter{Page: pagination.Page{Limit: 2}, Mine: true}.newQuery(f.DB, f.recruiter))(t).String()
	_, organized, found := strings.Cut(q, "i.organizer_id = ")
	if organized, _, _ = strings.Cut(organized, "UNION"); !found || !strings.Contains(organized, "LIMIT 3") {
		t.Error(q)
	}
}

// An entry of an index of PostgreSQL has at most 2,704 bytes, after compression.
func TestLongTextsFitIntoIndexes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		random := rand.New(rand.NewPCG(1, 2))
		for n := range 20 {
			title := []rune("绿女")
			for len(title) < 100 {
				title = append(title, rune(0x4e00+random.IntN(0x5000))) // a Han character
			}
			c := must(f.Candidates.Create(f.ctx, f.recruiter, candidate.Candidate{Name: string(title), PositionID: f.position.ID}, false))(t)
			i := f.schedule(func(p *Plan) {
				p.Title, p.CandidateID, p.StartsAt = string(title), c.ID, p.StartsAt.AddDate(0, 0, n)
			})
			if ids := listIDs(t, f, f.recruiter, Filter{Query: string(title[50:])}); !slices.Equal(ids, []string{i.ID}) {
				t.Errorf("title %d: found %v", n, ids)
			}
		}
	})
}

// Pages of the interviews that the actor organizes or conducts, in both orders.
func TestPagesOfOwnInterviews(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		var want []string
		for n := range 9 {
			p := f.plan(func(p *Plan) { p.StartsAt = p.StartsAt.AddDate(0, 0, n) })
			switch n % 3 {
			case 1: // conducted only
				p.OrganizerID, p.Interviewers = "kai", []string{"rosa"}
			case 2: // another's
				p.OrganizerID = "kai"
			}
			i, _, err := f.Schedule(f.ctx, f.recruiter, p)
			if err != nil {
				t.Fatal(err)
			}
			if n%3 != 2 {
				want = append(want, i.ID)
			}
		}
		for _, filter := range []Filter{{Mine: true}, {Mine: true, Query: "一面"}, {Mine: true, From: noon, States: []State{Scheduled}}} {
			for _, filter.Descending = range []bool{false, true} {
				var got []string
				filter.Page = pagination.Page{Limit: 1}
				for more := true; more; more = filter.Cursor != "" {
					list, next, err := f.List(f.ctx, f.recruiter, filter)
					if err != nil || len(list) != 1 {
						t.Fatalf("%+v: %d interviews, %v", filter, len(list), err)
					}
					got, filter.Cursor = append(got, list[0].ID), next
				}
				if filter.Descending {
					slices.Reverse(got)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%+v: %v, want %v", filter, got, want)
				}
			}
		}
	})
}

func TestAssignedQuestionsUseIndexes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		plan := explainQuery(t, f.DB, f.DB.NewSelect().Table("questions").Column("id").Where("id IN (?)", AssignedQuestions(f.lin)).String())
		if fullScan.MatchString(plan) || !strings.Contains(plan, "interview_members_user") || strings.Contains(plan, "interviews_start") {
			t.Error(plan)
		}
	})
}

// queryLog records the statements of a database.
type queryLog struct{ queries []string }

func (*queryLog) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (l *queryLog) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	l.queries = append(l.queries, e.Query)
}

// A page of interviews reads the messages of its interviews, not those of the company in
// their order.
func TestMessagesOfListUseIndex(t *testing.T) {
	f := newFixture(t, dbtest.Open(t, db.SQLite))
	f.schedule()
	f.schedule(func(p *Plan) { p.StartsAt = p.StartsAt.AddDate(0, 0, 1) })
	log := &queryLog{}
	f.DB.DB = f.DB.WithQueryHook(log)
	if _, _, err := f.List(f.ctx, f.recruiter, Filter{}); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, query := range slices.Clone(log.queries) {
		if !strings.Contains(query, `FROM "messages"`) {
			continue
		}
		found = true
		if plan := explainQuery(t, f.DB, query); !strings.Contains(plan, "messages_interview (corp_id=? AND interview_id=?)") || strings.Contains(query, "ORDER BY") {
			t.Errorf("%s:\n%s", query, plan)
		}
	}
	if !found {
		t.Error("the list reads no messages")
	}
}
