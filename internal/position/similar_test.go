package position_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/huimian/huimian/internal/position"
)

func TestFindSimilar(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *fixture) {
		f.create("Go 工程师", func(p *position.Position) { p.State = position.Closed })
		for _, title := range []string{"前端工程师", "Senior Backend Engineer", "产品经理", "go 工程师"} {
			f.create(title)
		}
		titles, err := position.ReadTitles(t.Context(), f.DB.DB, "corp")
		if err != nil {
			t.Fatal(err)
		}
		for title, want := range map[string][]string{
			"Go工程帅":                   {"go 工程师 open", "Go 工程师 closed"},
			"senior bakcend engineer": {"Senior Backend Engineer open"},
			"Backend Engineer":        {"Senior Backend Engineer open"},
			"高级产品经理":                  {"产品经理 open"},
			"架构师":                     nil,
			"":                        nil,
		} {
			var got []string
			for _, p := range titles.FindSimilar(title) {
				got = append(got, fmt.Sprint(p.Title, " ", p.State))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", title, got, want)
			}
		}
		if other, err := position.ReadTitles(t.Context(), f.DB.DB, "other"); err != nil || other.FindSimilar("Go 工程师") != nil {
			t.Errorf("another company finds positions: %v", err)
		}
	})
}
