package interview

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"github.com/huimian/huimian/internal/actor"
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
	runOnBoth(t, func(t *testing.T, w *fixture) {
		page := pagination.Page{Limit: overviewPage}
		for name, c := range map[string]struct {
			actor actor.Actor
			f     Filter
		}{
			"all":         {w.recruiter, Filter{Page: page}},
			"today":       {w.recruiter, Filter{Page: page, From: noon, To: noon.AddDate(0, 0, 1), States: []State{Scheduled, InProgress, Ended}}},
			"own":         {w.lin, Filter{Page: page}},
			"mine":        {w.lin, Filter{Page: page, Mine: true}},
			"to answer":   {w.lin, Filter{Page: page, startsAfter: noon, States: []State{Scheduled}, Mine: true, unanswered: true}},
			"scorecards":  {w.lin, Filter{Page: page, States: []State{Ended}, Mine: true, due: true}},
			"position":    {w.recruiter, Filter{Page: page, PositionID: "p"}},
			"candidate":   {w.recruiter, Filter{Page: page, CandidateID: "c"}},
			"external id": {w.recruiter, Filter{Page: page, ExternalID: "e"}},
			"state":       {w.recruiter, Filter{Page: page, States: []State{Cancelled}}},
			"search":      {w.recruiter, Filter{Page: page, Query: "x"}},
			"from a time": {w.recruiter, Filter{Page: page, From: noon}},
		} {
			var list []*Interview
			q := w.DB.NewSelect().Model(&list).Where("i.corp_id = ?", c.actor.CorpID)
			c.f.applyTo(q, c.actor)
			if err := c.f.ApplyCursor(q, "i", "starts_at", c.f.Descending); err != nil {
				t.Fatal(err)
			}
			plan := explainQuery(t, w.DB, q.String())
			if fullScan.MatchString(plan) || bySecondColumn.MatchString(plan) {
				t.Errorf("%s:\n%s", name, plan)
			}
		}
	})
}

func TestAssignedQuestionsUseIndexes(t *testing.T) {
	runOnBoth(t, func(t *testing.T, w *fixture) {
		plan := explainQuery(t, w.DB, w.DB.NewSelect().Table("questions").Column("id").Where("id IN (?)", AssignedQuestions(w.lin)).String())
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
	w := newFixture(t, dbtest.Open(t, db.SQLite))
	w.schedule()
	w.schedule(func(p *Plan) { p.StartsAt = p.StartsAt.AddDate(0, 0, 1) })
	log := &queryLog{}
	w.DB.DB = w.DB.WithQueryHook(log)
	if _, _, err := w.List(w.ctx, w.recruiter, Filter{}); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, query := range slices.Clone(log.queries) {
		if !strings.Contains(query, `FROM "messages"`) {
			continue
		}
		found = true
		if plan := explainQuery(t, w.DB, query); !strings.Contains(plan, "messages_interview (corp_id=? AND interview_id=?)") || strings.Contains(query, "ORDER BY") {
			t.Errorf("%s:\n%s", query, plan)
		}
	}
	if !found {
		t.Error("the list reads no messages")
	}
}
