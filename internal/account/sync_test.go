package account_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/job"
	"github.com/huimian/huimian/internal/pagination"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// overriddenSimulator responds to the paths in bodies with these, and to all others as
// the simulator does.
func overriddenSimulator(t *testing.T, sim *wecomtest.Server, bodies map[string]string) interceptedSimulator {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, ok := bodies[strings.TrimPrefix(r.URL.Path, "/cgi-bin/")]; ok {
			_, _ = w.Write([]byte(body))
			return
		}
		sim.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	return interceptedSimulator{srv}
}

func activeMembers(t *testing.T, s *account.Service) []string {
	t.Helper()
	found, _, err := s.FindMembers(t.Context(), corpID, account.MemberQuery{Page: pagination.Page{Limit: 200}})
	if err != nil {
		t.Fatal(err)
	}
	return userIDs(found)
}

// The visible range includes the members and the departments of its tags.
func TestSyncOfTags(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	sim := wecomtest.New(t)
	sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技"})
	sim.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 2, ParentID: 1, Name: "研发部"})
	sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "LinYue", Name: "林悦", Departments: []int64{1}})
	sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "ChenMo", Name: "陈默", Departments: []int64{2}, Tags: []int64{7}})
	sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "Outside", Name: "外人", Departments: []int64{2}})
	sim.AddApp(wecomtest.App{
		CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, HomeURL: public,
		VisibleUsers: []string{"LinYue"}, VisibleTags: []int64{7},
	})
	s := newService(t, sim, d)
	if err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := activeMembers(t, s); !slices.Equal(got, []string{"ChenMo", "LinYue"}) {
		t.Errorf("members: %v", got)
	}
}

func TestSyncOfTaggedDepartments(t *testing.T) {
	d, sim := dbtest.Open(t, db.SQLite), newSimulator(t)
	member := func(userID string, department string) string {
		return `{"userid":"` + userID + `","name":"` + userID + `","department":[` + department + `],"status":1}`
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body string
		switch id := r.URL.Query().Get("department_id") + r.URL.Query().Get("id") + r.URL.Query().Get("tagid"); strings.TrimPrefix(r.URL.Path, "/cgi-bin/") + " " + id {
		case "department/list ":
			body = `{"errcode":0,"department":[]}`
		case "department/list 5":
			body = `{"errcode":0,"department":[{"id":5,"name":"a","parentid":1},{"id":6,"name":"b","parentid":5}]}`
		case "user/list 5":
			body = `{"errcode":0,"userlist":[` + member("ada", "5") + `]}`
		case "user/list 6":
			body = `{"errcode":0,"userlist":[` + member("bob", "6") + `]}`
		case "tag/get 7":
			body = `{"errcode":0,"tagname":"t","userlist":[{"userid":"ADA","name":"ada"}],"partylist":[5,9]}`
		case "tag/get 8":
			body = `{"errcode":40068,"errmsg":"invalid tagid"}`
		case "department/list 9":
			body = `{"errcode":60003,"errmsg":"department not found"}`
		default:
			if strings.HasSuffix(r.URL.Path, "/agent/get") {
				body = `{"errcode":0,"agentid":1000002,"allow_tags":{"tagid":[7,8]}}`
				break
			}
			sim.ServeHTTP(w, r)
			return
		}
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(srv.Close)
	s := newService(t, interceptedSimulator{srv}, d)
	if err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := activeMembers(t, s); !slices.Equal(got, []string{"ada", "bob"}) {
		t.Errorf("members: %v", got)
	}
	if list, err := s.ListDepartments(t.Context(), corpID); err != nil || len(list) != 2 {
		t.Errorf("departments: %+v (%v)", list, err)
	}
}

// A bad record is cleaned or left out, and the others are copied.
func TestSyncOfBadRecords(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(t, overriddenSimulator(t, newSimulator(t), map[string]string{
			"department/list": `{"errcode":0,"department":[{"id":2,"name":"a\u0000b","parentid":1},{"id":2,"name":"again","parentid":1},{"id":"3","name":7},null,{"name":"without id"}]}`,
			"user/list": "{\"errcode\":0,\"userlist\":[{\"userid\":\"good\",\"name\":\"好\",\"department\":[2,2]}," +
				"{\"userid\":\"tab\",\"name\":\"王\v伟\",\"position\":\"one\ntwo\",\"department\":[2]},{\"userid\":\"nul\",\"name\":\"a\\u0000b\",\"alias\":\"\xff\"}," +
				"{\"userid\":\"\",\"name\":\"x\"},{\"userid\":\"n\\u0000l\",\"name\":\"x\"},{\"userid\":\"typed\",\"name\":[],\"department\":{},\"status\":\"1\"},null,7," +
				"{\"userid\":\"GOOD\",\"name\":\"好\",\"department\":[2]}]}",
		}), d)
		if err := s.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		found, err := s.MembersByID(t.Context(), corpID, activeMembers(t, s))
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]string{}
		for id, m := range found {
			names[strings.ToLower(id)] = m.Name
		}
		if len(names) != 5 || names["good"] != "好" || names["tab"] != "王 伟" || names["nul"] != "ab" || names["typed"] != "typed" || names["linyue"] != "林悦" {
			t.Errorf("names: %q", names)
		}
		if p := found["tab"].Position; p != "one two" {
			t.Errorf("position: %q", p)
		}
		list, err := s.ListDepartments(t.Context(), corpID)
		if err != nil || len(list) != 2 {
			t.Errorf("departments: %+v (%v)", list, err)
		}
	})
}

// A department that was deleted during the synchronization does not stop it; if none
// can be read, it fails.
func TestSyncOfMissingDepartments(t *testing.T) {
	sim := newSimulator(t)
	s := newService(t, sim, dbtest.Open(t, db.SQLite))
	sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/user/list", Errcode: 60003, Times: 1})
	if err := s.Sync(t.Context()); err != nil {
		t.Error(err)
	}
	sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/user/list", Errcode: 60011})
	if err := s.Sync(t.Context()); err == nil {
		t.Error("no department could be read, and there is no error")
	}
	if st, err := s.GetSyncState(t.Context(), corpID); err != nil || st.Errcode != 60011 {
		t.Errorf("state: %+v (%v)", st, err)
	}
}

func TestSyncRefusesEmptyContacts(t *testing.T) {
	emptyRange := `{"errcode":0,"agentid":1000002,"allow_userinfos":{"user":[]},"allow_partys":{"partyid":[]},"allow_tags":{"tagid":[]}}`
	for name, bodies := range map[string]map[string]string{
		"no departments":       {"department/list": `{"errcode":0,"department":[]}`},
		"departments missing":  {"department/list": `{"errcode":0}`},
		"no members":           {"user/list": `{"errcode":0,"userlist":[]}`, "agent/get": emptyRange},
		"nothing":              {"department/list": `{"errcode":0,"department":[]}`, "agent/get": emptyRange},
		"members individually": {"user/list": `{"errcode":0,"userlist":[]}`},
	} {
		t.Run(name, func(t *testing.T) {
			d, sim := dbtest.Open(t, db.SQLite), newSimulator(t)
			for _, userID := range []string{"a", "b"} {
				sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: userID, Name: userID, Departments: []int64{3}})
			}
			if err := newService(t, sim, d).Sync(t.Context()); err != nil {
				t.Fatal(err)
			}
			q, err := job.New(d, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			s := account.New(account.Config{
				DB: d, Queue: q, Client: newClient(t, overriddenSimulator(t, sim, bodies), d), PublicURL: public,
				Corp: account.Corp{ID: corpID, Name: "云杉科技", TimeZone: "Asia/Shanghai"},
			})
			before := activeMembers(t, s)
			for range 2 {
				if err := s.Sync(t.Context()); err == nil {
					t.Fatal("empty contacts were accepted")
				}
			}
			if got := activeMembers(t, s); !slices.Equal(got, before) || len(got) != 4 {
				t.Errorf("active members: %v, before %v", got, before)
			}
			if st, err := s.GetSyncState(t.Context(), corpID); err != nil || st.State != "failed" || st.Error != account.SyncErrorEmpty || st.Departments != 2 {
				t.Errorf("state: %+v (%v)", st, err)
			}
			if n := countRows(t, d, "SELECT COUNT(*) FROM river_job WHERE kind = 'account_contacts_empty'"); n != 1 {
				t.Errorf("%d notifications, want one", n)
			}
			if err := newService(t, sim, d).Sync(t.Context()); err != nil { // the range is repaired
				t.Error(err)
			}
		})
	}
}

// A visible range that consists of members only has no departments.
func TestSyncOfNarrowedRange(t *testing.T) {
	d, sim := dbtest.Open(t, db.SQLite), newSimulator(t)
	if err := newService(t, sim, d).Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := newService(t, overriddenSimulator(t, sim, map[string]string{
		"department/list": `{"errcode":0,"department":[]}`,
		"agent/get":       `{"errcode":0,"agentid":1000002,"allow_userinfos":{"user":[{"userid":"LinYue"}]}}`,
	}), d)
	if err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := activeMembers(t, s); !slices.Equal(got, []string{"LinYue"}) {
		t.Errorf("active members: %v", got)
	}
}

// WeCom ignores the case of userids: a member keeps the stored spelling.
func TestUserIDsIgnoreCase(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		sim := newSimulator(t)
		if err := newService(t, sim, d).Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		s := account.New(account.Config{
			DB: d, Client: newClient(t, overriddenSimulator(t, sim, map[string]string{
				"user/list": `{"errcode":0,"userlist":[{"userid":"CHENMO","name":"陈默","department":[3]}]}`,
				"agent/get": `{"errcode":0,"agentid":1000002,"allow_userinfos":{"user":[{"userid":"linyue"},{"userid":"chenmo"}]},"allow_partys":{"partyid":[2]}}`,
			}), d), PublicURL: public, Administrators: []string{"linyue"}, Corp: account.Corp{ID: corpID, Name: "云杉科技", TimeZone: "Asia/Shanghai"},
		})
		if err := s.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := activeMembers(t, s); !slices.Equal(got, []string{"ChenMo", "LinYue"}) {
			t.Errorf("members: %v", got)
		}
		if got, err := s.AdministratorsOf(t.Context(), corpID); err != nil || !slices.Equal(got, []string{"LinYue"}) {
			t.Errorf("administrators: %v (%v)", got, err)
		}
		found, err := s.MembersByID(t.Context(), corpID, []string{"LINYUE", "linyue", "ChenMo", "nobody"})
		if err != nil || len(found) != 4 || found["LINYUE"].UserID != "LinYue" || found["linyue"].UserID != "LinYue" || found["ChenMo"].Name != "陈默" || !found["LinYue"].Roles.HasAll(actor.Administrator) {
			t.Errorf("found %+v (%v)", found, err)
		}
		lin := account.Profile{Member: found["LinYue"]}.Actor()
		if m, err := s.SetRoles(t.Context(), lin, "chenmo", account.RolesEdit{Roles: actor.Recruiter}); err != nil || m.UserID != "ChenMo" || !m.Roles.HasAll(actor.Recruiter) {
			t.Errorf("roles of another spelling: %+v (%v)", m, err)
		}
		if _, err := s.SetRoles(t.Context(), lin, "lINYUE", account.RolesEdit{}); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("the own role in another spelling: %v", err)
		}
		if _, err := s.SetRoles(t.Context(), actor.ForMember(corpID, "x", actor.Administrator), "LINYUE", account.RolesEdit{}); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("a configured administrator in another spelling: %v", err)
		}
		if m, err := s.FindMember(t.Context(), corpID, account.Contact{UserID: "CHENMO"}); err != nil || m.UserID != "ChenMo" {
			t.Errorf("contact: %+v (%v)", m, err)
		}
		var audit struct{ ObjectID string }
		if err := d.NewRaw("SELECT object_id FROM audit_log WHERE act = 'member.roles'").Scan(context.Background(), &audit); err != nil || audit.ObjectID != "ChenMo" {
			out, _ := json.Marshal(audit)
			t.Errorf("audit log: %s (%v)", out, err)
		}
	})
}
