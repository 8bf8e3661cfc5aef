package account_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/apperr/apperrtest"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/internal/secretbox"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/wecomtest"
)

const (
	corpID  = "ww_account"
	agentID = 1000002
	secret  = "the-secret-of-the-app"
	public  = "http://interview.test"
)

// newSimulator returns a WeCom simulator with a company of two departments.
func newSimulator(t *testing.T) *wecomtest.Server {
	t.Helper()
	sim := wecomtest.New(t)
	sim.AddCorp(wecomtest.Corp{ID: corpID, Name: "云杉科技"})
	sim.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 2, ParentID: 1, Name: "研发部"})
	sim.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 3, ParentID: 2, Name: "后端组"})
	sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "LinYue", Name: "林悦", Departments: []int64{1}, Position: "招聘"})
	sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "ChenMo", Name: "陈默", Departments: []int64{3}})
	sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "Outside", Name: "外人", Departments: []int64{1}})
	sim.AddApp(wecomtest.App{
		CorpID: corpID, AgentID: agentID, Name: "会面", Secret: secret, HomeURL: public,
		VisibleParties: []int64{2}, VisibleUsers: []string{"LinYue"},
	})
	return sim
}

func newTokenBox(t *testing.T, secret string) *secretbox.Box {
	t.Helper()
	box, err := secretbox.NewBox([]byte(secret), "tokens")
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func newClient(t *testing.T, sim interface{ URL() string }, d *db.DB) *wecom.Client {
	t.Helper()
	store := account.NewTokenStore(d, corpID, newTokenBox(t, secret), time.Now)
	c, err := wecom.New(wecom.Config{
		CorpID: corpID, AgentID: agentID, Secret: secret, TokenStore: store,
		BaseURL: sim.URL(), OAuthURL: sim.URL(), LoginURL: sim.URL(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newService(t *testing.T, sim interface{ URL() string }, d *db.DB) *account.Service {
	t.Helper()
	s := account.New(account.Config{
		DB: d, Client: newClient(t, sim, d), PublicURL: public, Administrators: []string{"LinYue"},
		Corp:   account.Corp{ID: corpID, Name: "云杉科技", TimeZone: "Asia/Shanghai"},
		Logger: slog.New(slog.DiscardHandler),
	})
	if err := s.SaveCorp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSync(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, sim := t.Context(), newSimulator(t)
		s := newService(t, sim, d)
		if err := s.Sync(ctx); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string][]string{
			"": {"ChenMo", "LinYue"}, "林": {"LinYue"}, "chenmo": {"ChenMo"}, "cm": {"ChenMo"}, "LIN": {"LinYue"}, "100%": {},
		} {
			got, _, err := s.FindMembers(ctx, corpID, account.MemberQuery{Text: text})
			if err != nil || !slices.Equal(userIDs(got), want) {
				t.Errorf("search for %q: %v (%v), want %v", text, userIDs(got), err, want)
			}
		}
		below, _, err := s.FindMembers(ctx, corpID, account.MemberQuery{Department: 2})
		if err != nil || !slices.Equal(userIDs(below), []string{"ChenMo"}) {
			t.Errorf("department 2 and below: %v (%v)", userIDs(below), err)
		}
		if d := below[0].Departments; len(d) != 1 || d[0].Name != "后端组" {
			t.Errorf("departments of ChenMo: %v", d)
		}
		for given, want := range map[string]string{"chenmo": "ChenMo", "Nobody": "Nobody", "": ""} {
			if got, err := s.CanonicalUserID(ctx, corpID, given); err != nil || got != want {
				t.Errorf("canonical form of %q is %q (%v), want %q", given, got, err, want)
			}
		}
		if got, err := s.CanonicalUserID(ctx, "another", "chenmo"); err != nil || got != "chenmo" {
			t.Errorf("canonical form for another company is %q (%v)", got, err)
		}
		if other, _, err := s.FindMembers(ctx, "another", account.MemberQuery{}); err != nil || len(other) != 0 {
			t.Errorf("members of another company: %v (%v)", userIDs(other), err)
		}

		if err := sim.RemoveMember(ctx, corpID, "ChenMo"); err != nil {
			t.Fatal(err)
		}
		if err := s.Sync(ctx); err != nil {
			t.Fatal(err)
		}
		left, err := s.MembersByID(ctx, corpID, []string{"ChenMo"})
		if err != nil || left["ChenMo"].Active || left["ChenMo"].Name != "陈默" {
			t.Errorf("a member who has left: %+v (%v), want an inactive row", left["ChenMo"], err)
		}
		if st, err := s.GetSyncState(ctx, corpID); err != nil || st.State != "done" || st.Members != 1 {
			t.Errorf("state: %+v (%v)", st, err)
		}
	})
}

func TestFindMembersOnBothDatabases(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		sim := newSimulator(t)
		for n, name := range []string{"Иван Петров", "Élodie Martin", "Øyvind Berg", "曾国强", "单雄信", "解珍", "仇英", "查良镛", "区寄", "吕秀才"} {
			sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: fmt.Sprintf("m%d", n), Name: name, Alias: "Ünal", Departments: []int64{3}})
		}
		s := newService(t, sim, d)
		if err := s.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]string{
			"Иван Петров": "m0", "ИВАН": "m0", "Élodie Martin": "m1", "elodie": "m1", "ÉLODIE": "m1", "Øyvind Berg": "m2", "oyvind": "m2",
			"zeng": "m3", "zgq": "m3", "shan xiong": "m4", "xie": "m5", "qiu": "m6", "zha": "m7", "ouji": "m8", "lü": "m9", "lyu": "m9", "M3": "m3",
		} {
			got, _, err := s.FindMembers(t.Context(), corpID, account.MemberQuery{Text: text})
			if err != nil || !slices.Equal(userIDs(got), []string{want}) {
				t.Errorf("search for %q: %v (%v), want %s", text, userIDs(got), err, want)
			}
		}
		if got, _, err := s.FindMembers(t.Context(), corpID, account.MemberQuery{Text: "unal"}); err != nil || len(got) != 10 {
			t.Errorf("search for an alias: %v (%v)", userIDs(got), err)
		}
		for name, want := range map[string]string{"élodie MARTIN": "m1", "Elodie Martin": "", "иван петров": "m0", "zengguoqiang": "", "曾国强": "m3", "M4": "m4"} {
			got, err := s.FindMembersByName(t.Context(), corpID, name)
			if err != nil || strings.Join(userIDs(got), " ") != want {
				t.Errorf("members named %q: %v (%v), want %q", name, userIDs(got), err, want)
			}
		}
	})
}

// A text that is the userid of one member and the name or alias of another is ambiguous;
// a userid in brackets behind it is not.
func TestNamesakesOfUserIDs(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		sim := newSimulator(t)
		for _, m := range []wecomtest.Member{
			{UserID: "kevin", Name: "凯文"}, {UserID: "m2", Name: "Kevin"}, {UserID: "m3", Name: "李四", Alias: "KEVIN"}, {UserID: "m4", Name: "王伟(北京)"},
		} {
			m.CorpID, m.Departments = corpID, []int64{3}
			sim.AddMember(m)
		}
		s := newService(t, sim, d)
		if err := s.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"Kevin": "kevin m2 m3", "kevin (m2)": "m2", "凯文（Kevin）": "kevin", "Kevin(m4)": "", "王伟(北京)": "m4", "王伟(北京) (m4)": "m4", "m2": "m2",
		} {
			got, err := s.FindMembersByName(t.Context(), corpID, name)
			if err != nil || strings.Join(userIDs(got), " ") != want {
				t.Errorf("members named %q: %v (%v), want %q", name, userIDs(got), err, want)
			}
		}
	})
}

// interceptedSimulator is a simulator that runs a function before it responds to the
// last call of a synchronization.
type interceptedSimulator struct {
	*httptest.Server
}

func (i interceptedSimulator) URL() string { return i.Server.URL }

func interceptLastCall(t *testing.T, sim *wecomtest.Server, fn func()) interceptedSimulator {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/cgi-bin/agent/get" {
			fn()
		}
		sim.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	return interceptedSimulator{srv}
}

// A member who joins the company and signs in during a synchronization stays active.
func TestSyncKeepsConcurrentSignIn(t *testing.T) {
	sim, d := newSimulator(t), dbtest.Open(t, db.SQLite)
	var s *account.Service
	s = newService(t, interceptLastCall(t, sim, func() {
		sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: "New", Name: "新人", Departments: []int64{3}})
		get := newBrowser(t, s)
		_, address := get("/auth/wecom/start", nil)
		if status, body := get("/auth/wecom/callback", url.Values{"code": {sim.SignInCode(corpID, "New", agentID)}, "state": {stateParameter(t, address)}}); status != http.StatusOK {
			t.Errorf("signing in: %d %s", status, body)
		}
	}), d)
	if err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := s.MembersByID(t.Context(), corpID, []string{"New", "ChenMo"})
	if err != nil || !found["New"].Active || !found["ChenMo"].Active {
		t.Errorf("%+v (%v)", found, err)
	}
}

// A synchronization writes members in batches.
func TestSyncInBatches(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		sim := newSimulator(t)
		for n := range 1200 {
			sim.AddMember(wecomtest.Member{CorpID: corpID, UserID: fmt.Sprintf("m%04d", n), Name: "众人", Departments: []int64{2, 3}})
		}
		s := newService(t, sim, d)
		for range 2 { // insert, then update
			if err := s.Sync(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if st, err := s.GetSyncState(t.Context(), corpID); err != nil || st.Members != 1202 || st.Departments != 2 {
			t.Errorf("%+v (%v)", st, err)
		}
		if n := countRows(t, d, "SELECT COUNT(*) FROM member_departments"); n != 2401 {
			t.Errorf("%d memberships in departments", n)
		}
	})
}

func TestSyncFailureStored(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	sim := newSimulator(t)
	s := newService(t, sim, d)
	sim.AddFault(wecomtest.Fault{Path: "/cgi-bin/department/list", Errcode: 60011})
	if err := s.Sync(t.Context()); err == nil {
		t.Fatal("no error")
	}
	if st, err := s.GetSyncState(t.Context(), corpID); err != nil || st.State != "failed" || st.Errcode != 60011 || st.Error == "" {
		t.Errorf("state: %+v (%v)", st, err)
	}
}

// A cancelled synchronization is stored as failed.
func TestSyncCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := newService(t, interceptLastCall(t, newSimulator(t), cancel), dbtest.Open(t, db.SQLite))
	if err := s.Sync(ctx); err == nil {
		t.Fatal("no error")
	}
	if st, err := s.GetSyncState(t.Context(), corpID); err != nil || st.State != "failed" || st.Error == "" {
		t.Errorf("state: %+v (%v)", st, err)
	}
}

func userIDs(members []account.Member) []string {
	out := []string{}
	for _, m := range members {
		out = append(out, m.UserID)
	}
	return out
}

func TestRoles(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := newService(t, newSimulator(t), d)
		if err := s.Sync(ctx); err != nil {
			t.Fatal(err)
		}
		found, err := s.MembersByID(ctx, corpID, []string{"LinYue", "ChenMo"})
		if err != nil {
			t.Fatal(err)
		}
		admin, other := account.Profile{Member: found["LinYue"]}.Actor(), account.Profile{Member: found["ChenMo"]}.Actor()
		if !admin.Roles.HasAll(actor.Administrator|actor.Recruiter) || other.Roles != actor.Interviewer {
			t.Fatalf("roles: %v and %v", admin.Roles.Names(), other.Roles.Names())
		}
		if _, err := s.SetRoles(ctx, other, "ChenMo", account.RolesEdit{Roles: actor.Administrator}); apperr.KindOf(err) != apperr.Forbidden {
			t.Errorf("roles set by an interviewer: %v", err)
		}
		if _, err := s.SetRoles(ctx, admin, "LinYue", account.RolesEdit{Roles: actor.Interviewer}); apperr.KindOf(err) != apperr.Conflict {
			t.Errorf("administrator role removed from oneself: %v", err)
		}
		m, err := s.SetRoles(ctx, admin, "ChenMo", account.RolesEdit{Roles: actor.Recruiter})
		if err != nil || !m.Roles.HasAll(actor.Recruiter|actor.Interviewer) {
			t.Errorf("roles after SetRoles: %v (%v)", m.Roles.Names(), err)
		}
		if _, err := s.SetRoles(ctx, admin, "Nobody", account.RolesEdit{Roles: actor.Recruiter}); apperr.KindOf(err) != apperr.NotFound {
			t.Errorf("roles of an unknown member: %v", err)
		}
		var who, data string
		err = d.NewRaw("SELECT user_id, data FROM audit_log WHERE act = 'member.roles' AND object_id = 'ChenMo'").Scan(ctx, &who, &data)
		if err != nil || who != "LinYue" || !strings.Contains(data, "recruiter") {
			t.Errorf("in the audit log: %s %s (%v)", who, data, err)
		}
		if n := countRows(t, d, "SELECT COUNT(*) FROM audit_log"); n != 1 {
			t.Errorf("%d entries of what was refused", n-1)
		}
		if err := s.Sync(ctx); err != nil {
			t.Fatal(err)
		}
		if found, _ := s.MembersByID(ctx, corpID, []string{"ChenMo"}); !found["ChenMo"].Roles.HasAll(actor.Recruiter) {
			t.Error("the synchronization removed the role")
		}
	})
}

// Two administrators dismiss each other, and two edits are made from the same roles.
func TestConcurrentRoles(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := newService(t, newSimulator(t), d)
		s.Administrators = nil
		if err := s.Sync(ctx); err != nil {
			t.Fatal(err)
		}
		setRoles := func(a actor.Actor, userID string, edit account.RolesEdit) error {
			_, err := s.SetRoles(ctx, a, userID, edit)
			return err
		}
		system := actor.System(corpID)
		administrator := func(userID string) actor.Actor {
			return actor.ForMember(corpID, userID, actor.Administrator)
		}
		for range 10 {
			for _, userID := range []string{"LinYue", "ChenMo"} {
				if err := setRoles(system, userID, account.RolesEdit{Roles: actor.Administrator}); err != nil {
					t.Fatal(err)
				}
			}
			both := []string{"LinYue", "ChenMo"}
			results := dbtest.Concurrently(2, func(n int) error {
				return setRoles(administrator(both[n]), both[1-n], account.RolesEdit{})
			})
			left, err := s.AdministratorsOf(ctx, corpID)
			if err != nil || len(left) != 1 || (results[0] == nil) == (results[1] == nil) {
				t.Fatalf("administrators %v (%v) after %v", left, err, results)
			}
			if err := setRoles(system, left[0], account.RolesEdit{Roles: actor.Recruiter}); apperrtest.CodeOf(err) != "account.last_administrator" {
				t.Fatalf("the last administrator was dismissed: %v", err)
			}
		}
		for _, edit := range []struct {
			userID string
			roles  actor.Roles
		}{{"LinYue", actor.Administrator}, {"ChenMo", actor.Interviewer}} {
			if err := setRoles(system, edit.userID, account.RolesEdit{Roles: edit.roles}); err != nil {
				t.Fatal(err)
			}
		}
		previous := actor.Interviewer
		codes := apperrtest.CountCodes(dbtest.Concurrently(2, func(n int) error {
			roles := []actor.Roles{actor.Recruiter, actor.Administrator}[n]
			return setRoles(system, "ChenMo", account.RolesEdit{Roles: roles, Previous: &previous})
		}))
		if got := fmt.Sprint(codes); got != "map[:1 account.roles_changed_meanwhile:1]" {
			t.Errorf("two edits of the same roles: %s", got)
		}
	})
}

// newBrowser serves the start and the end of a sign-in and the profile, and returns a
// GET function with a cookie jar.
func newBrowser(t *testing.T, s *account.Service) (get func(path string, query url.Values) (status int, body string)) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/auth/wecom/start", func(w http.ResponseWriter, r *http.Request) {
		to, err := s.StartSignIn(w, r, r.URL.Query().Has("inside"), r.URL.Query().Get("next"), "zh-CN")
		writeResult(w, to, err)
	})
	mux.HandleFunc("/auth/wecom/callback", func(w http.ResponseWriter, r *http.Request) {
		next, err := s.FinishSignIn(w, r)
		writeResult(w, next, err)
	})
	mux.HandleFunc("/auth/wecom/cookies", func(w http.ResponseWriter, r *http.Request) {
		writeResult(w, strconv.Itoa(len(r.Cookies())), nil)
	})
	mux.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.Profile(r.Context())
		writeResult(w, p.Name, err)
	})
	srv := httptest.NewServer(s.Sessions.LoadAndSave(mux))
	t.Cleanup(srv.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	return func(path string, query url.Values) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+path+"?"+query.Encode(), nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		var b bytes.Buffer
		if _, err := b.ReadFrom(res.Body); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, b.String()
	}
}

func writeResult(w http.ResponseWriter, text string, err error) {
	if err != nil {
		w.WriteHeader(400 + int(apperr.KindOf(err)))
		text = err.Error()
	}
	_, _ = w.Write([]byte(text))
}

func stateParameter(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("state")
}

func TestSignIn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		sim := newSimulator(t)
		s := newService(t, sim, d)
		get := newBrowser(t, s)
		if status, _ := get("/who", nil); status == http.StatusOK {
			t.Fatal("signed in without a sign-in")
		}
		_, address := get("/auth/wecom/start", url.Values{"next": {"/interviews/1?tab=people"}})
		state := stateParameter(t, address)
		code := sim.SignInCode(corpID, "ChenMo", agentID)
		if n := countRows(t, s.DB, "SELECT COUNT(*) FROM sessions"); n != 0 {
			t.Errorf("starting a sign-in stored %d sessions", n)
		}

		// The state is bound to the browser.
		if status, _ := newBrowser(t, s)("/auth/wecom/callback", url.Values{"code": {code}, "state": {state}}); status != 400+int(apperr.Forbidden) {
			t.Errorf("another browser's state: %d", status)
		}
		status, next := get("/auth/wecom/callback", url.Values{"code": {code}, "state": {state}})
		if status != http.StatusOK || next != "/interviews/1?tab=people" {
			t.Fatalf("signing in: %d %s", status, next)
		}
		if _, name := get("/who", nil); name != "陈默" {
			t.Errorf("signed in as %q", name)
		}
		if n := countRows(t, s.DB, "SELECT COUNT(*) FROM audit_log WHERE act = 'member.sign_in' AND user_id = 'ChenMo' AND object_id = 'ChenMo'"); n != 1 {
			t.Errorf("%d entries of the sign-in, want that of the browser with the state", n)
		}
		if status, next := get("/auth/wecom/callback", url.Values{"code": {code}, "state": {state}}); status != http.StatusOK || next != "/" {
			t.Errorf("the redirect once more while signed in: %d %s", status, next)
		}

		// Leaving the company ends the session immediately.
		if err := sim.RemoveMember(t.Context(), corpID, "ChenMo"); err != nil {
			t.Fatal(err)
		}
		if err := s.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		if status, _ := get("/who", nil); status != 400+int(apperr.Unauthenticated) {
			t.Errorf("a member who has left: %d", status)
		}
	})
}

func TestSignInRefused(t *testing.T) {
	sim := newSimulator(t)
	s := newService(t, sim, dbtest.Open(t, db.SQLite))
	for want, code := range map[string]string{
		"signin.out_of_range": sim.SignInCode(corpID, "Outside", agentID),
		"signin.code":         "made-up",
		"signin.refused":      "",
	} {
		get := newBrowser(t, s)
		_, address := get("/auth/wecom/start", nil)
		if status, body := get("/auth/wecom/callback", url.Values{"code": {code}, "state": {stateParameter(t, address)}}); status != 400+int(apperr.Forbidden) || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", want, status, body)
		}
		if status, body := get("/auth/wecom/callback", url.Values{"code": {code}, "state": {stateParameter(t, address)}}); !strings.Contains(body, "signin.state") {
			t.Errorf("%s: the state once more: %d %s", want, status, body)
		}
	}
}

// TestSignInInSeveralWindows: each window reaches its own page, in any order. Of
// many that were left open the newest one works.
func TestSignInInSeveralWindows(t *testing.T) {
	sim := newSimulator(t)
	s := newService(t, sim, dbtest.Open(t, db.SQLite))
	get := newBrowser(t, s)
	start := func(next string) (state string) {
		_, address := get("/auth/wecom/start", url.Values{"next": {next}})
		return stateParameter(t, address)
	}
	finish := func(state string) string {
		_, body := get("/auth/wecom/callback", url.Values{"code": {sim.SignInCode(corpID, "ChenMo", agentID)}, "state": {state}})
		return body
	}
	one, two := start("/interviews/1"), start("/interviews/2")
	if got := finish(one); got != "/interviews/1" {
		t.Errorf("the first window goes to %s", got)
	}
	if got := finish(two); got != "/interviews/2" {
		t.Errorf("the second window goes to %s", got)
	}
	var last string
	for range 30 {
		last = start("/interviews/3")
	}
	if _, n := get("/auth/wecom/cookies", nil); len(n) != 1 {
		t.Errorf("%s cookies of sign-ins that were left open", n)
	}
	if got := finish(last); got != "/interviews/3" {
		t.Errorf("the last of many goes to %s", got)
	}
	if got := finish(start("/" + strings.Repeat("x", 5000))); got != "/" {
		t.Errorf("a long path: %.40s", got)
	}
}

func TestSignInRejectsExternalNext(t *testing.T) {
	sim := newSimulator(t)
	s := newService(t, sim, dbtest.Open(t, db.SQLite))
	for _, next := range []string{"https://evil.test/", "//evil.test", `/\evil.test`, "javascript:alert(1)", "evil", "/\n//evil.test"} {
		get := newBrowser(t, s)
		_, address := get("/auth/wecom/start", url.Values{"next": {next}})
		code := sim.SignInCode(corpID, "ChenMo", agentID)
		if _, got := get("/auth/wecom/callback", url.Values{"code": {code}, "state": {stateParameter(t, address)}}); got != "/" {
			t.Errorf("next %q redirects to %q", next, got)
		}
	}
}

func TestSessionTokenIsHashed(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	s := newService(t, newSimulator(t), d)
	ctx, err := s.Sessions.Load(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SignIn(ctx, corpID, "ChenMo"); err != nil {
		t.Fatal(err)
	}
	token, _, err := s.Sessions.Commit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if n := countRows(t, d, "SELECT COUNT(*) FROM sessions WHERE token_hash = ?", token); n != 0 {
		t.Error("the table contains the cookie's value")
	}
	if n := countRows(t, d, "SELECT COUNT(*) FROM sessions"); n != 1 {
		t.Errorf("%d sessions", n)
	}
}

// A connection that outlives its request sees the end of the session.
func TestReloadSession(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := newService(t, newSimulator(t), d)
		load := func(token string) context.Context {
			t.Helper()
			ctx, err := s.Sessions.Load(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			return ctx
		}
		ctx := load("")
		if err := s.SignIn(ctx, corpID, "ChenMo"); err != nil {
			t.Fatal(err)
		}
		token, _, err := s.Sessions.Commit(ctx)
		if err != nil {
			t.Fatal(err)
		}
		connection := load(token)
		userID := func() string {
			t.Helper()
			fresh, err := s.ReloadSession(connection)
			if err != nil {
				t.Fatal(err)
			}
			return s.Sessions.GetString(fresh, "user_id")
		}
		if got := userID(); got != "ChenMo" {
			t.Errorf("before the sign-out: %q", got)
		}
		if err := s.SignOut(load(token)); err != nil {
			t.Fatal(err)
		}
		if got := userID(); got != "" {
			t.Errorf("after the sign-out: %q", got)
		}
		if err := s.SignOut(load("")); err != nil {
			t.Errorf("a sign-out without a session: %v", err)
		}
		if n := countRows(t, d, "SELECT COUNT(*) FROM audit_log WHERE act = 'member.sign_out' AND corp_id = ? AND user_id = 'ChenMo'", corpID); n != 1 {
			t.Errorf("%d entries of sign-outs, want 1", n)
		}
	})
}

func countRows(t *testing.T, d *db.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := d.NewRaw(query, args...).Scan(context.Background(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}
