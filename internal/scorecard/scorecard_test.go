package scorecard_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/clocktest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/scorecard"
)

// newScore returns a required score.
func newScore(key string, scale, weight int) scorecard.Criterion {
	return scorecard.Criterion{Key: key, Kind: scorecard.KindScore, Required: true, Scale: scale, Weight: weight}
}

// newOptions returns options with these keys, which are also their texts.
func newOptions(keys ...string) (out []scorecard.Option) {
	for _, key := range keys {
		out = append(out, scorecard.Option{Key: key, Text: scorecard.LocalizedText{"en": key}})
	}
	return out
}

var (
	criteria = []scorecard.Criterion{newScore("coding", 4, 1), newScore("fit", 4, 1)}

	allKinds = []scorecard.Criterion{
		newScore("depth", 5, 3),
		{Key: "risk", Kind: scorecard.KindText, Required: true},
		{Key: "level", Kind: scorecard.KindChoice, Required: true, Options: newOptions("junior", "senior")},
		{Key: "covered", Kind: scorecard.KindChecklist, Required: true, Options: newOptions("intro", "questions", "next")},
		{Key: "remark", Kind: scorecard.KindText},
	}
)

func TestCheckDraft(t *testing.T) {
	long := func(n int) string { return strings.Repeat("评", n) }
	score := func(list ...scorecard.Score) scorecard.Draft { return scorecard.Draft{Scores: list} }
	for name, tc := range map[string]struct {
		draft scorecard.Draft
		want  []string
	}{
		"empty":             {scorecard.Draft{}, nil},
		"complete":          {scorecard.Draft{Recommendation: scorecard.Yes, Comment: long(10000), Scores: []scorecard.Score{{Key: "coding", Score: 4, Comment: long(2000)}, {Key: "fit", Score: 1}}}, nil},
		"not scored":        {score(scorecard.Score{Key: "coding"}), nil},
		"recommendation":    {scorecard.Draft{Recommendation: "maybe"}, []string{"recommendation: field.not_one_of"}},
		"long comment":      {scorecard.Draft{Comment: long(10001)}, []string{"comment: field.too_long"}},
		"score too high":    {score(scorecard.Score{Key: "coding", Score: 5}), []string{"scores[0].score: field.invalid"}},
		"score too low":     {score(scorecard.Score{Key: "coding", Score: -1}), []string{"scores[0].score: field.invalid"}},
		"long explanation":  {score(scorecard.Score{Key: "fit", Comment: long(2001)}), []string{"scores[0].comment: field.too_long"}},
		"unknown criterion": {score(scorecard.Score{Key: "charm", Score: 1}), []string{"scores[0].key: field.unknown"}},
		"criterion twice":   {score(scorecard.Score{Key: "fit"}, scorecard.Score{Key: "fit"}), []string{"scores[1].key: field.unknown"}},
		"most moments":      {score(scorecard.Score{Key: "fit", Moments: slices.Repeat([]scorecard.Moment{{Text: long(2000)}}, 10)}), nil},
		"too many moments":  {score(scorecard.Score{Key: "fit", Moments: slices.Repeat([]scorecard.Moment{{}}, 11)}), []string{"scores[0].moments: field.too_many"}},
		"long moment":       {score(scorecard.Score{Key: "fit", Moments: []scorecard.Moment{{}, {Text: long(2001)}}}), []string{"scores[0].moments[1].text: field.too_long"}},
		"everything": {
			scorecard.Draft{Recommendation: "maybe", Comment: long(10001), Scores: []scorecard.Score{{Key: "charm", Score: 9}}},
			[]string{"comment: field.too_long", "recommendation: field.not_one_of", "scores[0].key: field.unknown"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := scorecard.CheckDraft(&tc.draft, criteria)
			apperrtest.CheckFields(t, err, tc.want...)
			if tc.draft.Scores == nil {
				t.Error("the scores are nil, which is stored as null")
			}
		})
	}
}

func TestCheckComplete(t *testing.T) {
	for name, tc := range map[string]struct {
		card scorecard.Scorecard
		want []string
	}{
		"complete":          {scorecard.Scorecard{Recommendation: scorecard.No, Scores: []scorecard.Score{{Key: "fit", Score: 1}, {Key: "coding", Score: 4}}}, nil},
		"empty":             {scorecard.Scorecard{}, []string{"scores.coding: scorecard.score_missing", "scores.fit: scorecard.score_missing", "recommendation: scorecard.recommendation_missing"}},
		"score 0":           {scorecard.Scorecard{Recommendation: scorecard.No, Scores: []scorecard.Score{{Key: "fit", Score: 0, Comment: "?"}, {Key: "coding", Score: 4}}}, []string{"scores.fit: scorecard.score_missing"}},
		"no recommendation": {scorecard.Scorecard{Scores: []scorecard.Score{{Key: "fit", Score: 1}, {Key: "coding", Score: 4}}}, []string{"recommendation: scorecard.recommendation_missing"}},
		"removed criterion": {scorecard.Scorecard{Recommendation: scorecard.No, Scores: []scorecard.Score{{Key: "charm", Score: 1}, {Key: "coding", Score: 4}, {Key: "fit", Score: 2}}}, nil},
	} {
		t.Run(name, func(t *testing.T) { apperrtest.CheckFields(t, tc.card.CheckComplete(criteria), tc.want...) })
	}
}

func TestCheckDraftOfEachKind(t *testing.T) {
	long := func(n int) string { return strings.Repeat("评", n) }
	for name, tc := range map[string]struct {
		score scorecard.Score
		want  []string
	}{
		"best of five":          {scorecard.Score{Key: "depth", Score: 5}, nil},
		"more than five":        {scorecard.Score{Key: "depth", Score: 6}, []string{"scores[0].score: field.invalid"}},
		"text of a score":       {scorecard.Score{Key: "depth", Text: "x"}, []string{"scores[0].text: field.invalid"}},
		"text":                  {scorecard.Score{Key: "risk", Text: long(4000)}, nil},
		"long text":             {scorecard.Score{Key: "risk", Text: long(4001)}, []string{"scores[0].text: field.too_long"}},
		"score of a text":       {scorecard.Score{Key: "risk", Score: 1}, []string{"scores[0].score: field.invalid"}},
		"option":                {scorecard.Score{Key: "level", Choice: "senior"}, nil},
		"unknown option":        {scorecard.Score{Key: "level", Choice: "staff"}, []string{"scores[0].choice: field.unknown"}},
		"option of a checklist": {scorecard.Score{Key: "covered", Choice: "intro"}, []string{"scores[0].choice: field.unknown"}},
		"checked":               {scorecard.Score{Key: "covered", Checked: []string{"next", "intro"}}, nil},
		"checked twice":         {scorecard.Score{Key: "covered", Checked: []string{"next", "next"}}, []string{"scores[0].checked[1]: field.unknown"}},
		"unknown item":          {scorecard.Score{Key: "covered", Checked: []string{"offer"}}, []string{"scores[0].checked[0]: field.unknown"}},
		"items of a choice":     {scorecard.Score{Key: "level", Checked: []string{"senior"}}, []string{"scores[0].checked[0]: field.unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := scorecard.Draft{Scores: []scorecard.Score{tc.score}}
			apperrtest.CheckFields(t, scorecard.CheckDraft(&d, allKinds), tc.want...)
		})
	}
	d := scorecard.Draft{Scores: []scorecard.Score{{Key: "depth", Score: 3, Scale: 4}}}
	if err := scorecard.CheckDraft(&d, allKinds); err != nil || d.Scores[0].Scale != 5 {
		t.Errorf("scale %d, %v; want that of the criterion", d.Scores[0].Scale, err)
	}
}

func TestCheckCompleteOfEachKind(t *testing.T) {
	c := scorecard.Scorecard{Recommendation: scorecard.No}
	apperrtest.CheckFields(t, c.CheckComplete(allKinds), "scores.depth: scorecard.score_missing", "scores.risk: scorecard.text_missing",
		"scores.level: scorecard.choice_missing", "scores.covered: scorecard.checklist_missing")
	c.Scores = []scorecard.Score{{Key: "depth", Score: 1}, {Key: "risk", Text: "x"}, {Key: "level", Choice: "junior"}, {Key: "covered", Checked: []string{"next"}}}
	apperrtest.CheckFields(t, c.CheckComplete(allKinds))
}

func TestSummarizeEachKind(t *testing.T) {
	cards := []scorecard.Scorecard{
		{Scores: []scorecard.Score{{Key: "depth", Score: 5}, {Key: "pace", Score: 4}, {Key: "level", Choice: "senior"}, {Key: "covered", Checked: []string{"intro", "next"}}, {Key: "risk", Text: "x"}}},
		{Scores: []scorecard.Score{{Key: "depth", Score: 3}, {Key: "pace", Score: 1}, {Key: "level", Choice: "senior"}, {Key: "covered", Checked: []string{"next"}}, {Key: "ignored", Score: 1}}},
		{Scores: []scorecard.Score{{Key: "depth"}, {Key: "pace"}}},
	}
	list := append(slices.Clone(allKinds), newScore("pace", 4, 1), newScore("ignored", 4, 0))
	s := scorecard.Summarize(cards, list)
	var got []string
	for _, c := range s.Criteria {
		got = append(got, fmt.Sprintf("%s %d %g %v", c.Key, c.Count, c.Average, c.Chosen))
	}
	want := []string{"depth 2 4 []", "risk 1 0 []", "level 2 0 [0 2]", "covered 2 0 [1 0 2]", "remark 0 0 []", "pace 2 2.5 []", "ignored 1 1 []"}
	if !slices.Equal(got, want) {
		t.Errorf("criteria %q, want %q", got, want)
	}
	// Depth counts three times, and pace becomes 5 and 1 of five: (3·5 + 5 + 3·3 + 1) / 8.
	if s.Scale != 5 || s.Average != 3.75 {
		t.Errorf("average %g of %d, want 3.75 of 5", s.Average, s.Scale)
	}
	if got := cards[0].Average(list); got != 5 {
		t.Errorf("average of one scorecard %g, want 5", got)
	}
	if got := cards[2].Average(list); got != 0 {
		t.Errorf("average without scores %g, want 0", got)
	}
	if s := scorecard.Summarize(cards, list[1:5]); s.Scale != 0 || s.Average != 0 {
		t.Errorf("without scores: average %g of %d", s.Average, s.Scale)
	}
}

func TestOnScale(t *testing.T) {
	for _, tc := range []struct {
		score scorecard.Score
		want  float64
	}{{scorecard.Score{Score: 3}, 3}, {scorecard.Score{Score: 5, Scale: 5}, 4}, {scorecard.Score{Score: 3, Scale: 5}, 2.5}, {scorecard.Score{Scale: 5}, 0}} {
		if got := tc.score.OnScale(4); got != tc.want {
			t.Errorf("%+v is %g of 4, want %g", tc.score, got, tc.want)
		}
	}
}

// insertInterviews inserts interviews for the foreign keys of scorecards.
func insertInterviews(t *testing.T, d *db.DB, templateID string, ids ...string) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, statement := range []string{
			`INSERT INTO positions (id, corp_id, title, department, level, headcount, description, state, question_ids, scorecard_template_id, created_by, created_at, updated_at)
				VALUES ('p', 'corp', 'Go', '', '', 1, '', 'open', '[]', '` + templateID + `', 'rosa', ?0, ?0)`,
			`INSERT INTO candidates (id, corp_id, name, email, mobile, position_id, resume_url, source, note, language, created_by, created_at, updated_at)
				VALUES ('c', 'corp', '陈晨', '', '', 'p', '', '', '', 'zh-CN', 'rosa', ?0, ?0)`,
		} {
			if _, err := tx.NewRaw(statement, db.Now()).Exec(ctx); err != nil {
				return err
			}
		}
		for _, id := range ids {
			_, err := tx.NewRaw(`INSERT INTO interviews (id, corp_id, title, round, state, position_id, candidate_id, starts_at, ends_at, time_zone, room_kind, room_url,
				organizer_id, question_ids, template_id, note, cancel_reason, decision, decision_comment, decided_by, version, schedule_version, created_at, updated_at)
				VALUES (?, 'corp', '一面', 1, 'ended', 'p', 'c', ?1, ?1, 'UTC', 'builtin', '', 'rosa', '[]', ?2, '', '', '', '', '', 1, 1, ?1, ?1)`,
				id, db.Now(), templateID).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestStoreAndRead(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		insertInterviews(t, d, defaultTemplateID(t, d), "i1", "i2")
		now := clocktest.Noon()
		store := func(interviewID, userID string, change func(c *scorecard.Scorecard)) {
			t.Helper()
			err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				c, err := scorecard.Read(ctx, tx, "corp", interviewID, userID)
				if err != nil {
					return err
				}
				change(c)
				now = now.Add(time.Minute)
				return scorecard.Store(ctx, tx, c, now)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		submit := func(c *scorecard.Scorecard) {
			at := now
			c.State, c.SubmittedAt = scorecard.Submitted, &at
		}
		draft := scorecard.Draft{Scores: []scorecard.Score{{Key: "coding", Score: 3, Comment: "清楚", Moments: []scorecard.Moment{{At: now, Text: "追问"}}}}, Recommendation: scorecard.Yes, Comment: "稳"}

		empty, err := scorecard.Read(t.Context(), d.DB, "corp", "i1", "mei")
		if err != nil || empty.State != scorecard.None || empty.Version != 0 || empty.Scores == nil {
			t.Errorf("before it is stored: %+v, %v", empty, err)
		}
		store("i1", "mei", func(c *scorecard.Scorecard) { c.Apply(draft) })
		store("i1", "mei", submit)
		store("i1", "lin", submit)
		store("i1", "wu", func(c *scorecard.Scorecard) { c.Apply(draft) })
		store("i2", "lin", submit)

		c, err := scorecard.Read(t.Context(), d.DB, "corp", "i1", "mei")
		if err != nil || c.Version != 2 || c.State != scorecard.Submitted || c.Comment != "稳" || len(c.Scores) != 1 || c.Scores[0].Score != 3 || c.SubmittedAt == nil {
			t.Errorf("stored twice: %+v, %v", c, err)
		}
		if got, want := c.Scores[0].Moments, draft.Scores[0].Moments; len(got) != 1 || !got[0].At.Equal(want[0].At) || got[0].Text != want[0].Text {
			t.Errorf("cited moments %+v, want %+v", got, want)
		}
		list, err := scorecard.ListSubmitted(t.Context(), d.DB, "corp", "i1")
		if err != nil || len(list) != 2 || list[0].UserID != "mei" || list[1].UserID != "lin" {
			t.Errorf("submitted: %+v, %v; want mei's, then lin's", list, err)
		}
		states, err := scorecard.ReadStates(t.Context(), d.DB, "corp", []string{"i1", "i2"})
		got := map[string]scorecard.State{}
		for _, s := range states {
			got[s.InterviewID+" "+s.UserID] = s.State
		}
		want := map[string]scorecard.State{"i1 mei": scorecard.Submitted, "i1 lin": scorecard.Submitted, "i1 wu": scorecard.Drafted, "i2 lin": scorecard.Submitted}
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("states %v, %v, want %v", got, err, want)
		}
		if list, err := scorecard.ListSubmitted(t.Context(), d.DB, "other", "i1"); err != nil || len(list) != 0 {
			t.Errorf("another company reads %d scorecards (%v)", len(list), err)
		}
	})
}

func TestSummarize(t *testing.T) {
	card := func(v scorecard.Recommendation, coding, fit int) scorecard.Scorecard {
		return scorecard.Scorecard{Recommendation: v, Scores: []scorecard.Score{{Key: "coding", Score: coding}, {Key: "fit", Score: fit}, {Key: "removed", Score: 4}}}
	}
	for name, tc := range map[string]struct {
		cards           []scorecard.Scorecard
		coding, fit     float64
		codings, fits   int
		average         float64
		recommendations map[scorecard.Recommendation]int
	}{
		"none":       {nil, 0, 0, 0, 0, 0, map[scorecard.Recommendation]int{}},
		"one":        {[]scorecard.Scorecard{card(scorecard.Yes, 3, 2)}, 3, 2, 1, 1, 2.5, map[scorecard.Recommendation]int{scorecard.Yes: 1}},
		"two":        {[]scorecard.Scorecard{card(scorecard.Yes, 4, 2), card(scorecard.Yes, 1, 1)}, 2.5, 1.5, 2, 2, 2, map[scorecard.Recommendation]int{scorecard.Yes: 2}},
		"not scored": {[]scorecard.Scorecard{card(scorecard.StrongNo, 4, 0), card(scorecard.No, 1, 4)}, 2.5, 4, 2, 1, 3, map[scorecard.Recommendation]int{scorecard.StrongNo: 1, scorecard.No: 1}},
	} {
		s := scorecard.Summarize(tc.cards, criteria)
		if len(s.Criteria) != 2 || s.Criteria[0].Key != "coding" || s.Criteria[0].Average != tc.coding || s.Criteria[0].Count != tc.codings ||
			s.Criteria[1].Average != tc.fit || s.Criteria[1].Count != tc.fits || s.Average != tc.average || fmt.Sprint(s.Recommendations) != fmt.Sprint(tc.recommendations) {
			t.Errorf("%s: %+v", name, s)
		}
	}
}
