package v1_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/server/resource"
)

// Each list returns every object once, at any page size.
func TestPagesOfEveryList(t *testing.T) {
	runOnBoth(t, func(t *testing.T, f *apptest.Fixture) {
		ats := f.NewAPIClient("ada", apitoken.Company)
		for n := range 5 {
			f.Clock.Advance(time.Second)
			ats.Call("POST", "/api/v1/questions", object{"title": fmt.Sprint("q", n), "body": "x"})
			apptest.DecodeBody[object](ats.Call("POST", "/api/v1/interviews", apptest.ScheduleInput(func(in map[string]any) {
				in["startsAt"] = apptest.Noon.AddDate(0, 0, 2+n).Format(time.RFC3339)
			})), http.StatusCreated)
		}
		for path, want := range map[string]int{
			"/candidates": 5, "/positions": 5, "/questions": 5, "/interviews": 5, "/interviews?order=desc": 5, "/members": 4,
			"/questions?q=q1": 1, "/interviews?state=cancelled": 0, "/candidates?q=" + url.QueryEscape("陈"): 5,
		} {
			whole := readPages(t, ats, path, 200)
			if len(whole) != want {
				t.Errorf("%s has %d objects, want %d", path, len(whole), want)
			}
			for _, limit := range []int{1, 2, 5} {
				if got := readPages(t, ats, path, limit); !slices.Equal(got, whole) {
					t.Errorf("%s in pages of %d: %v, want %v", path, limit, got, whole)
				}
			}
			if strings.Contains(path, "?order=desc") {
				ascending := readPages(t, ats, "/interviews", 200)
				slices.Reverse(ascending)
				if !slices.Equal(whole, ascending) {
					t.Errorf("descending order %v, want %v", whole, ascending)
				}
			}
		}
	})
}

// readPages returns the ids of a list.
func readPages(t *testing.T, ats *apptest.APIClient, path string, limit int) (ids []string) {
	t.Helper()
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	cursor := ""
	for range 10 {
		page := apptest.DecodeBody[resource.List[struct{ ID, UserID string }]](
			ats.Call("GET", fmt.Sprintf("/api/v1%s%slimit=%d&cursor=%s", path, separator, limit, url.QueryEscape(cursor)), nil), http.StatusOK)
		if len(page.Items) > limit {
			t.Errorf("%s: %d objects on a page of %d", path, len(page.Items), limit)
		}
		for _, item := range page.Items {
			ids = append(ids, item.ID+item.UserID)
		}
		if cursor = page.NextCursor; cursor == "" {
			return ids
		}
	}
	t.Errorf("%s has no last page", path)
	return nil
}

func TestPageParameters(t *testing.T) {
	f := newSQLiteFixture(t)
	ats := f.NewAPIClient("ada", apitoken.Company)
	for _, path := range []string{"/candidates", "/positions", "/questions", "/interviews", "/members", "/events"} {
		for parameter, code := range map[string]string{
			"limit=0": "field.too_small", "limit=201": "field.too_big", "limit=x": "field.invalid", "cursor=" + strings.Repeat("x", 201): "field.too_long",
		} {
			p := apptest.WantProblem(ats.Call("GET", "/api/v1"+path+"?"+parameter, nil), http.StatusUnprocessableEntity, "error.fields")
			name, _, _ := strings.Cut(parameter, "=")
			if len(p.Errors) != 1 || p.Errors[0].Path != name || p.Errors[0].Code != code {
				t.Errorf("%s?%.20s: %+v, want %s", path, parameter, p.Errors, code)
			}
		}
	}
}
