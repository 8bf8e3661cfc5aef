package trial

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/internal/cluster"
	"github.com/huimian/huimian/internal/db/dbtest"
)

func TestMain(m *testing.M) {
	if !cluster.IsReplica() {
		os.Exit(m.Run())
	}
	if err := cluster.ServeReplica(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func newPage(t *testing.T) (*Service, string) {
	t.Helper()
	replica, err := cluster.ReplicaOfProgram()
	if err != nil {
		t.Fatal(err)
	}
	s := New(context.Background(), replica)
	srv := httptest.NewServer(s.Routes())
	t.Cleanup(func() {
		srv.Close()
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s, srv.URL + Path
}

func post(t *testing.T, address string, form url.Values) (int, string) {
	t.Helper()
	res, err := http.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, strings.TrimSpace(string(body))
}

func readState(t *testing.T, page string) (v state) {
	t.Helper()
	res, err := http.Get(page + "/state")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func form(kind Kind, pairs ...string) url.Values {
	v := url.Values{"kind": {string(kind)}}
	for _, f := range forms[kind] {
		v.Set(f.Name, fmt.Sprint(f.Min))
	}
	for n := 0; n < len(pairs); n += 2 {
		v.Set(pairs[n], pairs[n+1])
	}
	return v
}

// A trial of typing under faults ends with its result; a second one is refused meanwhile.
func TestTrial(t *testing.T) {
	_, page := newPage(t)
	if v := readState(t, page); v.Kind != "" || v.Running {
		t.Errorf("at first: %+v", v)
	}
	if status, body := post(t, page+"/start", form(Torture, "edits", "20")); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, body)
	}
	if status, body := post(t, page+"/start?lang=en", form(Rehearsal)); status != http.StatusConflict || !strings.HasPrefix(body, "Running") {
		t.Errorf("a second one: %d %s", status, body)
	}
	dbtest.WaitFor(t, func() string {
		if readState(t, page).Running {
			return "the trial runs"
		}
		return ""
	})
	v := readState(t, page)
	if v.Result != "passed" || v.Kind != Torture || v.Report || !strings.Contains(strings.Join(v.Lines, "\n"), "60 edits") {
		t.Errorf("%+v", v)
	}
	if status, _ := post(t, page+"/stop", nil); status != http.StatusNoContent || readState(t, page).Result != "passed" {
		t.Errorf("stopped after the end: %d, %+v", status, readState(t, page))
	}
}

// A stopped trial is no failure, and after the end of the demo none begins.
func TestStop(t *testing.T) {
	s, page := newPage(t)
	if status, body := post(t, page+"/start", form(Torture, "edits", "500")); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, body)
	}
	if status, _ := post(t, page+"/stop", nil); status != http.StatusNoContent {
		t.Fatal(status)
	}
	<-s.current.done
	if v := readState(t, page); v.Running || v.Result != "stopped" {
		t.Errorf("%+v", v)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, _ := post(t, page+"/start", form(Torture)); status != http.StatusServiceUnavailable {
		t.Errorf("after the end: %d", status)
	}
}

func TestInvalidForms(t *testing.T) {
	_, page := newPage(t)
	for _, c := range []struct {
		form url.Values
		want string
	}{
		{form("none"), "类型"},
		{form(Torture, "rooms", "21"), "面试间数"},
		{form(Torture, "kills", "-1"), "终止进程次数"},
		{form(Rehearsal, "days", "1.5"), "工作日数"},
		{form(Rehearsal, "seed", ""), "随机种子"},
	} {
		if status, body := post(t, page+"/start?lang=zh-CN", c.form); status != http.StatusBadRequest || body != "请检查这一项的数值: "+c.want {
			t.Errorf("%v: %d %s", c.form, status, body)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, page+"/start", strings.NewReader(form(Torture).Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusForbidden || readState(t, page).Running {
		t.Errorf("of another site: %d", res.StatusCode)
	}
}

// The page has all texts in each language.
func TestPage(t *testing.T) {
	_, page := newPage(t)
	ids := slices.Sorted(maps.Keys(texts["en"]))
	for language, list := range texts {
		if got := slices.Sorted(maps.Keys(list)); !reflect.DeepEqual(got, ids) {
			t.Errorf("%s has the texts %v, want %v", language, got, ids)
		}
		res, err := http.Get(page + "?lang=" + language)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), list["rehearsalText"]) || !strings.Contains(string(body), `lang="`+language+`"`) {
			t.Errorf("%s: %d %v %s", language, res.StatusCode, err, body)
		}
	}
	if res, err := http.Get(page + "/report"); err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("a report before the first trial: %v %v", res.StatusCode, err)
	}
}

// The output keeps its last lines, and of a long line the beginning.
func TestOutputIsBounded(t *testing.T) {
	var o output
	for n := range maxLines + 10 {
		fmt.Fprintf(&o, "line %d\n", n)
	}
	fmt.Fprintf(&o, "%s\nin progress", strings.Repeat("长", maxLineBytes))
	got := o.copyLines()
	if len(got) != maxLines || got[0] != "line 11" || len(got[maxLines-1]) > maxLineBytes || !strings.HasPrefix(got[maxLines-1], "长") {
		t.Errorf("%d lines from %q to %q", len(got), got[0], got[len(got)-1])
	}
}
