package insight_test

import (
	"math"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/agreement"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/interview/interviewtest"
	"github.com/huimian/huimian/internal/scorecard"
)

// Interviews of the period with the submitted scores for coding:
//
//	A 3 4    B 2 2    C 1 3    D 4 4 3    E 2 1, Rust    F 3 (alone)    G 4 and a draft with 1
//
// and one before the period with 1 4. F and G have one submitted score and do not count.
//
// Squared differences within the interviews, each pair twice and divided by the raters less one:
// A 2, B 0, C 8, D 2·(0+1+1)/2 = 2, E 2; together 14. The eleven scores are 3 4 2 2 1 3 4 4 3 2 1:
// sum 29, squares 9+16+4+4+1+9+16+16+9+4+1 = 89; 2·(11·89−29²)/10 = 2·138/10 = 27.6.
// Kappa = 1 − 14/27.6 = 0.4928. Of the 1+1+1+3+1 = 7 pairs B and D(4,4) are equal (2/7), and all
// but C differ by one at most (6/7). Without E, which is of the other position, four interviews
// are too few.
func TestAgreement(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		hold := func(title string, day int, rust bool, codings map[string]int) {
			var list []participation
			for _, userID := range []string{"lin", "mei", "kai"} {
				if codings[userID] > 0 {
					list = append(list, submitted(userID, interview.Accepted, time.Hour))
				}
			}
			f.add(title, interview.Ended, f.at(day, 10, 0), func(i *interview.Interview) {
				if rust {
					i.PositionID = f.rust.ID
				}
			}, list...)
			for n := range f.cards {
				if c := &f.cards[n]; c.InterviewID == f.rows[len(f.rows)-1].ID {
					c.Scores = []scorecard.Score{{Key: "coding", Score: codings[c.UserID], Scale: 4}, {Key: "of_an_earlier_version", Score: 1}}
				}
			}
		}
		hold("X", -1, false, map[string]int{"lin": 1, "mei": 4})
		hold("A", 1, false, map[string]int{"lin": 3, "mei": 4})
		hold("B", 2, false, map[string]int{"lin": 2, "kai": 2})
		hold("C", 3, false, map[string]int{"mei": 1, "kai": 3})
		hold("D", 8, false, map[string]int{"lin": 4, "mei": 4, "kai": 3})
		hold("E", 9, true, map[string]int{"lin": 2, "kai": 1})
		hold("F", 10, false, map[string]int{"lin": 3})
		hold("G", 11, false, map[string]int{"lin": 4, "mei": 1})
		f.cards[len(f.cards)-1].State = scorecard.Drafted
		f.insert()

		list, err := f.Agreement(t.Context(), interviewtest.Rosa, f.query())
		apperrtest.RequireNoError(t, err)
		if len(list) != 4 || list[0].Criterion.Key != "coding" || list[0].Template.In("en") != "Technical interview" {
			t.Fatalf("%+v", list)
		}
		got := list[0].Result
		if got.Subjects != 5 || got.Ratings != 11 || got.Pairs != 7 || math.Abs(got.Kappa-(1-14/27.6)) > 1e-12 || got.Exact != 2.0/7 || got.WithinOne != 6.0/7 {
			t.Errorf("coding: %+v", got)
		}
		if list[1].Subjects != 0 || list[1].Obstacle != agreement.TooFew {
			t.Errorf("a criterion without scores: %+v", list[1])
		}
		q := f.query()
		q.PositionID = f.golang.ID
		if list, err = f.Agreement(t.Context(), interviewtest.Rosa, q); err != nil || list[0].Subjects != 4 || list[0].Obstacle != agreement.TooFew || list[0].WithinOne != 5.0/6 {
			t.Errorf("of a position: %+v, %v", list, err)
		}
		q = f.query()
		q.Interviewer = "MEI"
		if list, err = f.Agreement(t.Context(), interviewtest.Rosa, q); err != nil || list[0].Subjects != 3 {
			t.Errorf("of an interviewer: %+v, %v", list, err)
		}
		if _, err := f.Agreement(t.Context(), interviewtest.Lin, f.query()); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("an interviewer: %v", err)
		}
		f.MaxInterviews = 10
		if _, err := f.Agreement(t.Context(), interviewtest.Rosa, f.query()); apperr.KindOf(err) != apperr.Invalid {
			t.Errorf("more scorecards than one request reads: %v", err)
		}
	})
}
