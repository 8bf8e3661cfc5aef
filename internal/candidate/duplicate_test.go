package candidate_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apperr"
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
			{Name: "赵六", Email: "zhao@例子.公司", PositionID: other.ID},
		} {
			f.create(c)
			f.clock.Advance(time.Second)
		}
		if _, err := f.Create(t.Context(), stranger, candidate.Candidate{Name: "陈晨", Email: "chen@example.com"}, false); err != nil {
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
			"address with punycode":       {candidate.Candidate{Email: "Zhao@XN--fsqu00a.xn--55qx5d"}, []string{"赵六 zhao@例子.公司"}},
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

// duplicateWarnings returns the warnings of the creation of c as "path name".
func (f *fixture) duplicateWarnings(c candidate.Candidate) []string {
	f.t.Helper()
	_, err := f.Create(f.t.Context(), recruiter, c, false)
	if err == nil {
		return []string{}
	}
	invalid, ok := errors.AsType[*apperr.Error](err)
	if !ok {
		f.t.Fatal(err)
	}
	var out []string
	for _, field := range invalid.Fields {
		id, _ := field.Params["ID"].(string)
		existing, err := f.Get(f.t.Context(), recruiter, id)
		if err != nil || !field.Warning || field.Code != "candidate.same_"+field.Path || field.Params["Position"] != existing.PositionTitle {
			f.t.Fatalf("%+v: %v", field, err)
		}
		out = append(out, field.Path+" "+existing.Name)
	}
	return out
}

func TestCreateWarnsOfDuplicates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		other := f.createPosition("前端工程师")
		f.create(candidate.Candidate{Name: "陈晨", Email: "Chen@Example.com", Mobile: "+86 139-0000-0000", PositionID: f.position.ID})
		for range 4 {
			f.create(candidate.Candidate{Name: "王静", PositionID: f.position.ID})
		}
		f.create(candidate.Candidate{Name: "赵六", Email: "zhao@例子.公司"})
		f.create(candidate.Candidate{Name: "钱七", Email: "qian@xn--fsqu00a.xn--55qx5d"})
		if _, err := f.Create(t.Context(), stranger, candidate.Candidate{Name: "外人", Email: "out@example.com"}, false); err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct { // in order: those without a warning are created
			name string
			c    candidate.Candidate
			want []string
		}{
			{"address", candidate.Candidate{Name: "别人", Email: " chen@EXAMPLE.com", PositionID: other.ID}, []string{"email 陈晨"}},
			{"punycode", candidate.Candidate{Name: "别人", Email: "zhao@xn--fsqu00a.xn--55qx5d"}, []string{"email 赵六"}},
			{"Chinese host", candidate.Candidate{Name: "别人", Email: "qian@例子.公司"}, []string{"email 钱七"}},
			{"number", candidate.Candidate{Name: "别人", Mobile: "１３９ 0000 0000"}, []string{"mobile 陈晨"}},
			{"name", candidate.Candidate{Name: "陈 晨", PositionID: f.position.ID}, []string{}},
			{"name of a position", candidate.Candidate{Name: "陈晨 ", PositionID: f.position.ID}, []string{"name 陈晨"}},
			{"name of another", candidate.Candidate{Name: "陈晨", PositionID: other.ID}, []string{"name 陈晨"}},
			{"several", candidate.Candidate{Name: "王静"}, []string{"name 王静", "name 王静", "name 王静"}},
			{"another address", candidate.Candidate{Name: "陈晨", Email: "c2@example.com"}, []string{}},
			{"part of a name", candidate.Candidate{Name: "王"}, []string{}},
			{"part of a number", candidate.Candidate{Name: "数字", Mobile: "1390000"}, []string{}},
			{"another company", candidate.Candidate{Name: "外人", Email: "out@example.com"}, []string{}},
		} {
			t.Run(tc.name, func(t *testing.T) {
				if got := f.duplicateWarnings(tc.c); !slices.Equal(got, tc.want) {
					t.Errorf("warnings %v, want %v", got, tc.want)
				}
			})
		}
		if _, err := f.Create(t.Context(), recruiter, candidate.Candidate{Name: "陈晨", Email: "chen@example.com"}, true); err != nil {
			t.Errorf("a warning that is overridden: %v", err)
		}
		invalid := candidate.Candidate{Name: "王静", Email: "x"}
		if _, err := f.Create(t.Context(), recruiter, invalid, true); err == nil {
			t.Error("overridden warnings accept an invalid address")
		}
	})
}

// Several recruiters create the same person at once: all but one are warned.
func TestConcurrentDuplicates(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		const recruiters = 8
		for n := range 5 {
			c := candidate.Candidate{Name: fmt.Sprint("候选人", n), Email: fmt.Sprintf("c%d@example.com", n)}
			start, errs := make(chan struct{}), make(chan error, recruiters)
			for range recruiters {
				go func() {
					<-start
					_, err := f.Create(t.Context(), recruiter, c, false)
					errs <- err
				}()
			}
			close(start)
			created := 0
			for range recruiters {
				if err := <-errs; err == nil {
					created++
				}
			}
			if created != 1 {
				t.Fatalf("%d of %d creations at once succeeded, want 1", created, recruiters)
			}
		}
	})
}
