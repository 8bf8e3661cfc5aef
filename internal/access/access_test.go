package access_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/apptest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/hiring"
	"github.com/huimian/huimian/internal/pool"
	"github.com/huimian/huimian/internal/server"
	"github.com/huimian/huimian/internal/server/accessapi"
	"github.com/huimian/huimian/internal/server/resource"
)

var ada = actor.ForMember("acme", "ada", actor.Administrator)

// company is a company whose members have each role in several combinations.
type company struct {
	*apptest.Fixture

	members    []string
	candidates []string
	interviews map[string][]string // ids by candidate
}

func newCompany(t *testing.T, d *db.DB) *company {
	t.Helper()
	c := &company{Fixture: apptest.New(t, d), members: []string{"ada", "rosa", "lin", "mei"}, interviews: map[string][]string{}}
	for user, roles := range map[string]actor.Roles{
		"kai": actor.Coordinator, "ivy": actor.Auditor, "han": actor.Interviewer, "ola": actor.Interviewer | actor.Coordinator,
		"max": actor.Interviewer | actor.FormerCoordinator, "noa": actor.Auditor, "dan": actor.Interviewer,
	} {
		c.exec("INSERT INTO members (corp_id, user_id, name, active, roles, synced_at) VALUES ('acme', ?, ?, TRUE, ?, ?)", user, user, roles, c.Clock.Now())
		c.members = append(c.members, user)
	}
	apperrtest.RequireNoError(t, account.RebuildSearch(t.Context(), d))
	slices.Sort(c.members)
	c.schedule()
	return c
}

func (c *company) exec(query string, args ...any) {
	c.T.Helper()
	apperrtest.RequireNoError(c.T, c.DB.InTx(c.T.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewRaw(query, args...).Exec(ctx)
		return err
	}))
}

// schedule creates positions with hiring managers, a department with some of its own, and candidates with
// interviews by chance.
func (c *company) schedule() {
	c.T.Helper()
	random := rand.New(rand.NewPCG(12, 8))
	rosa := c.SignIn("rosa")
	var positions []string
	for n, managers := range [][]string{{"han", "ola"}, {"noa"}, {}} {
		p := apptest.DecodeBody[resource.Position](rosa.Call("POST", "/api/positions", map[string]any{"title": fmt.Sprintf("职位 %d", n), "department": []string{"产品部", "研发部", "研发部"}[n]}), http.StatusCreated)
		_, err := c.Hiring.Update(c.T.Context(), ada, p.ID, 0, func(m *hiring.Managers) { m.UserIDs = managers })
		apperrtest.RequireNoError(c.T, err)
		_, err = c.Pools.Update(c.T.Context(), ada, p.ID, 0, func(p *pool.Pool) { p.Members = []pool.Member{{UserID: "mei", Qualification: pool.Shadow}} })
		apperrtest.RequireNoError(c.T, err)
		positions = append(positions, p.ID)
	}
	_, err := c.Hiring.UpdateDepartment(c.T.Context(), ada, "研发部", 0, func(m *hiring.Managers) { m.UserIDs = []string{"dan", "noa"} })
	apperrtest.RequireNoError(c.T, err)
	for n := range 6 {
		body := map[string]any{"name": fmt.Sprintf("候选人 %d", n), "email": fmt.Sprintf("c%d@example.com", n)}
		if n%3 > 0 {
			body["positionId"] = positions[n%3]
		}
		one := apptest.DecodeBody[resource.Candidate](rosa.Call("POST", "/api/candidates", body), http.StatusCreated)
		c.candidates = append(c.candidates, one.ID)
		for range n % 3 {
			people := []string{"lin", "mei", "ola", "max", "gone"}[random.IntN(4):][:1]
			input := c.InterviewInput(positions[random.IntN(3)], one.ID, func(p map[string]any) { p["interviewers"], p["overrideWarnings"] = people, true })
			i := apptest.DecodeBody[server.Interview](rosa.Call("POST", "/api/interviews", input), http.StatusCreated)
			c.interviews[one.ID] = append(c.interviews[one.ID], i.ID)
			if random.IntN(3) == 0 {
				rosa.Call("POST", "/api/interviews/"+i.ID+"/cancel", map[string]any{})
			}
			c.exec("UPDATE interviews SET organizer_id = ? WHERE id = ?", []string{"rosa", "kai", "max", "mei", "ivy"}[random.IntN(5)], i.ID)
		}
	}
}

// permitted returns what the API permits a member on a candidate: acts, and as "act interview"
// those on interviews.
func (c *company) permitted(user, candidateID string) []string {
	b, found := c.SignIn(user), map[string]bool{}
	allowed := func(path string) bool { return b.Call("GET", path, nil).Status == http.StatusOK }
	found["read_candidates"] = allowed("/api/candidates/" + candidateID)
	found["read_files"] = allowed("/api/candidates/" + candidateID + "/files")
	for _, id := range c.interviews[candidateID] {
		found["read_interviews "+id] = allowed("/api/interviews/" + id)
		found["read_records "+id] = allowed("/api/interviews/" + id + "/notes")
	}
	maps.DeleteFunc(found, func(_ string, ok bool) bool { return !ok })
	return slices.Sorted(maps.Keys(found))
}

// explained returns the same acts by the reasons of a viewer.
func (c *company) explained(v accessapi.Viewer, candidateID string) []string {
	found := map[string]bool{}
	for _, r := range v.Reasons {
		for _, act := range r.Acts {
			switch {
			case act == "read_candidates", act == "read_files":
				found[act] = true
			case act != "read_interviews" && act != "read_records":
			case r.Interview != nil:
				found[act+" "+r.Interview.ID] = true
			default:
				for _, id := range c.interviews[candidateID] {
					if r.Position == nil || c.positionOf(id) == r.Position.ID {
						found[act+" "+id] = true
					}
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func (c *company) positionOf(interviewID string) (id string) {
	apperrtest.RequireNoError(c.T, c.DB.NewRaw("SELECT position_id FROM interviews WHERE id = ?", interviewID).Scan(c.T.Context(), &id))
	return id
}

func (c *company) viewers(candidateID, query string) accessapi.ViewerList {
	c.T.Helper()
	return apptest.DecodeBody[accessapi.ViewerList](c.SignIn("rosa").Call("GET", "/api/candidates/"+candidateID+"/access"+query, nil), http.StatusOK)
}

// For each member and each candidate, the page lists exactly what the API permits.
func TestViewersMatchTheAPI(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := newCompany(t, d)
		seen := map[string]int{}
		for _, candidateID := range c.candidates {
			byUser := map[string]accessapi.Viewer{}
			for _, v := range c.viewers(candidateID, "").Items {
				byUser[v.Member.UserID] = v
				for _, r := range v.Reasons {
					seen[r.Role]++
					if r.Department != "" {
						seen["hiring_manager of a department"]++
					}
				}
			}
			for _, user := range c.members {
				want, got := c.permitted(user, candidateID), c.explained(byUser[user], candidateID)
				if _, listed := byUser[user]; listed != (len(want) > 0) || !slices.Equal(got, want) {
					t.Errorf("%s and %s: listed %v with %v, the API permits %v", user, candidateID, listed, got, want)
				}
			}
			if _, listed := byUser["gone"]; listed {
				t.Error("a member who has left is listed")
			}
		}
		for _, role := range []string{"administrator", "recruiter", "coordinator", "hiring_manager", "hiring_manager of a department", "organizer", "participant"} {
			if seen[role] == 0 {
				t.Errorf("no reason is %s: the company is too small", role)
			}
		}
	})
}

func TestViewersPages(t *testing.T) {
	c := newCompany(t, dbtest.Open(t, db.SQLite))
	id := c.candidates[1]
	all, cursor, got := c.viewers(id, ""), "", []string{}
	for {
		page := c.viewers(id, "?limit=2&cursor="+cursor)
		for _, v := range page.Items {
			got = append(got, v.Member.UserID)
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	want := []string{}
	for _, v := range all.Items {
		want = append(want, v.Member.UserID)
	}
	if !slices.Equal(got, want) || len(want) < 4 {
		t.Errorf("by pages %v, at once %v", got, want)
	}
	if found := c.viewers(id, "?q=ros"); len(found.Items) != 1 || found.Items[0].Member.UserID != "rosa" {
		t.Errorf("a search finds %+v", found.Items)
	}
	for _, user := range []string{"lin", "kai", "ivy", "han"} {
		apptest.WantProblem(c.SignIn(user).Call("GET", "/api/candidates/"+id+"/access", nil), http.StatusForbidden, "error.forbidden")
	}
}

// A hiring manager finds no candidate of another position, by whatever list, and none by contact data.
func TestHiringManagerScope(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := newCompany(t, d)
		for _, user := range []string{"dan", "han", "noa", "ola"} {
			b := c.SignIn(user)
			candidates := apptest.DecodeBody[resource.List[resource.Candidate]](b.Call("GET", "/api/candidates", nil), http.StatusOK)
			var listed []string
			for _, one := range candidates.Items {
				listed = append(listed, one.ID)
				if user != "ola" && (one.Email != "" || one.Mobile != "") { // ola is a coordinator too
					t.Errorf("%s reads contact data", user)
				}
			}
			interviews := apptest.DecodeBody[resource.List[server.Interview]](b.Call("GET", "/api/interviews?scope=all", nil), http.StatusOK)
			var ids []string
			for _, i := range interviews.Items {
				ids = append(ids, i.ID)
			}
			for _, id := range c.candidates {
				permitted := c.permitted(user, id)
				if slices.Contains(permitted, "read_candidates") != slices.Contains(listed, id) {
					t.Errorf("%s: candidate %s is listed: %v", user, id, slices.Contains(listed, id))
				}
				for _, interviewID := range c.interviews[id] {
					if slices.Contains(permitted, "read_interviews "+interviewID) != slices.Contains(ids, interviewID) {
						t.Errorf("%s: interview %s is listed: %v", user, interviewID, slices.Contains(ids, interviewID))
					}
				}
			}
		}
		if found := c.SignIn("han").Call("GET", "/api/candidates?q=example.com", nil); strings.Contains(string(found.Body), "候选人") {
			t.Errorf("a hiring manager finds candidates by contact data: %s", found.Body)
		}
	})
}
