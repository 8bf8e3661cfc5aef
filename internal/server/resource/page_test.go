package resource_test

import (
	"reflect"
	"strconv"
	"testing"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/candidate"
	"github.com/huimian/huimian/internal/interview"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/internal/position"
	"github.com/huimian/huimian/internal/question"
	"github.com/huimian/huimian/internal/server/resource"
)

func TestNewList(t *testing.T) {
	got := resource.NewList([]int{1, 2}, "after-2", strconv.Itoa)
	if encoded := encode(t, got); encoded != `{"items":["1","2"],"nextCursor":"after-2"}` {
		t.Errorf("list %s", encoded)
	}
	if encoded := encode(t, resource.NewList([]int(nil), "", strconv.Itoa)); encoded != `{"items":[]}` {
		t.Errorf("an empty last page is %s", encoded)
	}
}

func TestQueries(t *testing.T) {
	page := resource.Page{Cursor: "c", Limit: 7}
	domainPage := pagination.Page{Cursor: "c", Limit: 7}
	for name, test := range map[string]struct{ got, want any }{
		"candidates": {
			resource.CandidatesQuery{Page: page, Q: "q", PositionID: "p"}.ToFilter(),
			candidate.Filter{Page: domainPage, Query: "q", PositionID: "p"},
		},
		"positions": {
			resource.PositionsQuery{Page: page, Q: "q", State: "closed"}.ToFilter(),
			position.Filter{Page: domainPage, Query: "q", State: position.Closed},
		},
		"questions": {
			resource.QuestionsQuery{Page: page, Q: "q", Tag: "t", Difficulty: "easy"}.ToFilter(),
			question.Filter{Page: domainPage, Query: "q", Tag: "t", Difficulty: question.Easy},
		},
		"interviews": {
			resource.InterviewsQuery{
				Page: page, From: date, To: later, State: []string{"ended", "cancelled"}, Q: "q", PositionID: "p", CandidateID: "c", Order: "desc",
			}.ToFilter(),
			interview.Filter{
				Page: domainPage, From: date, To: later, States: []interview.State{interview.Ended, interview.Cancelled}, Query: "q",
				PositionID: "p", CandidateID: "c", Descending: true,
			},
		},
		"interviews in ascending order": {
			resource.InterviewsQuery{Page: page, Order: "asc"}.ToFilter(), interview.Filter{Page: domainPage, States: []interview.State{}},
		},
		"members": {
			resource.MembersQuery{Page: page, Q: "q"}.ToDomain(), account.MemberQuery{Page: domainPage, Text: "q"},
		},
	} {
		if !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s: %+v, want %+v", name, test.got, test.want)
		}
	}
}
