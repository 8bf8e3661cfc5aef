package candidate_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/db"
)

// findNames returns the names and e-mail addresses of the same person.
func findNames(index *candidate.Index, c candidate.Candidate) []string {
	list := []string{}
	for _, found := range index.FindSame(&c) {
		list = append(list, found.Name+" "+found.Email)
	}
	return list
}

func TestFindSame(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		other := f.createPosition("前端工程师")
		for _, c := range []candidate.Candidate{
			{Name: "陈晨", Email: "chen@example.com", Mobile: "+86 139-0000-0000", PositionID: f.position.ID},
			{Name: "Wang Jing", PositionID: f.position.ID},
			{Name: "wang  jing", Email: "jing@example.com", PositionID: other.ID},
		} {
			f.create(c)
			f.clock.Advance(time.Second)
		}
		if _, err := f.Create(t.Context(), stranger, candidate.Candidate{Name: "陈晨", Email: "chen@example.com"}); err != nil {
			t.Fatal(err)
		}
		var index *candidate.Index
		err := f.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			index, err = candidate.ReadIndex(ctx, tx, "corp")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		chen, wang, jing := "陈晨 chen@example.com", "Wang Jing ", "wang jing jing@example.com"
		for name, tc := range map[string]struct {
			c    candidate.Candidate
			want []string
		}{
			"address":                     {candidate.Candidate{Name: "别人", Email: " CHEN@example.com "}, []string{chen}},
			"number":                      {candidate.Candidate{Name: "别人", Mobile: "13900000000"}, []string{chen}},
			"number with 0086":            {candidate.Candidate{Mobile: "0086 139 0000 0000"}, []string{chen}},
			"number with 86":              {candidate.Candidate{Mobile: "8613900000000"}, []string{chen}},
			"full-width number":           {candidate.Candidate{Mobile: "１３９０００００000"}, []string{chen}},
			"hidden character in address": {candidate.Candidate{Email: "chen@\u200bexample.com"}, []string{chen}},
			"full-width name":             {candidate.Candidate{Name: "ＷＡＮＧ\u200b　ＪＩＮＧ", PositionID: other.ID}, []string{jing}},
			"number with +86":             {candidate.Candidate{Mobile: "+86139 0000 0000"}, []string{chen}},
			"address before number":       {candidate.Candidate{Email: "jing@example.com", Mobile: "13900000000"}, []string{jing}},
			"name":                        {candidate.Candidate{Name: " 陈晨"}, []string{chen}},
			"name with another address":   {candidate.Candidate{Name: "陈晨", Email: "c2@example.com"}, []string{}},
			"name with another number":    {candidate.Candidate{Name: "陈晨", Mobile: "13800000000"}, []string{}},
			"name, address was unknown":   {candidate.Candidate{Name: "wang jing", Email: "w@example.com", PositionID: f.position.ID}, []string{wang}},
			"name without position":       {candidate.Candidate{Name: "WANG JING"}, []string{wang, jing}},
			"name for a position":         {candidate.Candidate{Name: "WANG JING", PositionID: other.ID}, []string{jing}},
			"name for another position":   {candidate.Candidate{Name: "陈晨", PositionID: other.ID}, []string{}},
			"address, another position":   {candidate.Candidate{Name: "陈晨", Email: "chen@example.com", PositionID: other.ID}, []string{chen}},
			"unknown":                     {candidate.Candidate{Name: "赵一鸣", Email: "zhao@example.com"}, []string{}},
			"without anything to compare": {candidate.Candidate{}, []string{}},
		} {
			if got := findNames(index, tc.c); !slices.Equal(got, tc.want) {
				t.Errorf("%s: found %q, want %q", name, got, tc.want)
			}
		}
		index.Add(&candidate.Candidate{Name: "赵一鸣", Email: "zhao@example.com"})
		if got := findNames(index, candidate.Candidate{Email: "zhao@example.com"}); len(got) != 1 {
			t.Errorf("an added candidate is found as %q", got)
		}
	})
}

func TestNarrow(t *testing.T) {
	a, b := &candidate.Candidate{Name: "王伟", PositionID: "go"}, &candidate.Candidate{Name: "王伟", PositionID: "web"}
	agent := &candidate.Candidate{Name: "李娜", PositionID: "go"}
	for _, tc := range []struct {
		c     candidate.Candidate
		found []*candidate.Candidate
		want  []*candidate.Candidate
	}{
		{candidate.Candidate{Name: "王伟", PositionID: "web"}, []*candidate.Candidate{a, b, agent}, []*candidate.Candidate{b}},
		{candidate.Candidate{Name: "王 伟", PositionID: "go"}, []*candidate.Candidate{a, b}, []*candidate.Candidate{a}},
		{candidate.Candidate{Name: "王伟"}, []*candidate.Candidate{a, b, agent}, []*candidate.Candidate{a, b}},
		{candidate.Candidate{Name: "赵一", PositionID: "qa"}, []*candidate.Candidate{agent}, []*candidate.Candidate{agent}},
	} {
		if got := tc.c.Narrow(tc.found); !slices.Equal(got, tc.want) {
			t.Errorf("%+v: %v, want %v", tc.c, got, tc.want)
		}
	}
}
