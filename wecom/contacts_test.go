package wecom

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestContactCalls(t *testing.T) {
	off, no := Flag(false), false
	runAPICases(t, []apiCase{
		{"userid by mobile", func(ctx context.Context, c *Client) (any, error) {
			return c.Users.GetUserIDByMobile(ctx, "13800001111")
		},
			"POST user/getuserid", `{"mobile":"13800001111"}`, `{"errcode":0,"userid":"a"}`, "a"},
		{"userid by e-mail", func(ctx context.Context, c *Client) (any, error) {
			return c.Users.GetUserIDByEmail(ctx, "a@x.example", 0)
		},
			"POST user/get_userid_by_email", `{"email":"a@x.example","email_type":1}`, `{"errcode":0,"userid":"a"}`, "a"},
		{"openid", func(ctx context.Context, c *Client) (any, error) { return c.Users.ConvertToOpenID(ctx, "a") },
			"POST user/convert_to_openid", `{"userid":"a"}`, `{"errcode":0,"openid":"o"}`, "o"},
		{"userid by openid", func(ctx context.Context, c *Client) (any, error) { return c.Users.ConvertToUserID(ctx, "o") },
			"POST user/convert_to_userid", `{"openid":"o"}`, `{"errcode":0,"userid":"a"}`, "a"},
		{"list ids", func(ctx context.Context, c *Client) (any, error) {
			users, next, err := c.Users.ListIDs(ctx, "c1", 0)
			return []any{users, next}, err
		}, "POST user/list_id", `{"cursor":"c1","limit":10000}`, `{"errcode":0,"next_cursor":"c2","dept_user":[{"userid":"a","department":1}]}`,
			[]any{[]DepartmentUser{{"a", 1}}, "c2"}},
		{"launch code", func(ctx context.Context, c *Client) (any, error) { return c.Users.GetLaunchCode(ctx, "a", "b") },
			"POST get_launch_code", `{"operator_userid":"a","single_chat":{"userid":"b"}}`, `{"errcode":0,"launch_code":"l"}`, "l"},
		{"second verification", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.OAuth.ConfirmSecondVerification(ctx, "a"))
		},
			"GET user/authsucc?userid=a", "", ok, nil},
		{"detail of a sign-in", func(ctx context.Context, c *Client) (any, error) { return c.OAuth.GetUserDetail(ctx, "T") },
			"POST auth/getuserdetail", `{"user_ticket":"T"}`, `{"errcode":0,"userid":"a","gender":"1","mobile":"13800001111"}`,
			&UserDetail{UserID: "a", Gender: "1", Mobile: "13800001111"}},
		{"create member", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.Users.Create(ctx, UserFields{UserID: "zhangsan", Name: "张三", Mobile: "13800001111", Department: []int64{1, 2},
				Order: []int64{10, 40}, IsLeaderInDept: []Flag{true, false}, ToInvite: &no}))
		}, "POST user/create", `{"userid":"zhangsan","name":"张三","mobile":"13800001111","department":[1,2],"order":[10,40],"is_leader_in_dept":[1,0],"to_invite":false}`,
			`{"errcode":0,"errmsg":"created"}`, nil},
		{"disable member", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.Users.Update(ctx, UserFields{UserID: "zhangsan", Enable: &off}))
		}, "POST user/update", `{"userid":"zhangsan","enable":0}`, `{"errcode":0,"errmsg":"updated"}`, nil},
		{"delete member", func(ctx context.Context, c *Client) (any, error) { return noResult(c.Users.Delete(ctx, "a")) },
			"GET user/delete?userid=a", "", `{"errcode":0,"errmsg":"deleted"}`, nil},
		{"delete members", func(ctx context.Context, c *Client) (any, error) { return noResult(c.Users.BatchDelete(ctx, "a", "b")) },
			"POST user/batchdelete", `{"useridlist":["a","b"]}`, `{"errcode":0,"errmsg":"deleted"}`, nil},
		{"create department", func(ctx context.Context, c *Client) (any, error) {
			return c.Departments.Create(ctx, DepartmentFields{Name: "研发", NameEN: "R&D", ParentID: 1})
		}, "POST department/create", `{"name":"研发","name_en":"R&D","parentid":1}`, `{"errcode":0,"errmsg":"created","id":2}`, int64(2)},
		{"update department", func(ctx context.Context, c *Client) (any, error) {
			return noResult(c.Departments.Update(ctx, DepartmentFields{ID: 2, ParentID: 3}))
		}, "POST department/update", `{"id":2,"parentid":3}`, ok, nil},
		{"delete department", func(ctx context.Context, c *Client) (any, error) { return noResult(c.Departments.Delete(ctx, 2)) },
			"GET department/delete?id=2", "", ok, nil},
		{"sync members", func(ctx context.Context, c *Client) (any, error) {
			return c.Batch.SyncUsers(ctx, "m", BatchOptions{CallbackURL: "https://x.example", Token: "tok", EncodingAESKey: "key"})
		}, "POST batch/syncuser", `{"media_id":"m","to_invite":true,"callback":{"url":"https://x.example","token":"tok","encodingaeskey":"key"}}`, `{"errcode":0,"jobid":"j"}`, "j"},
		{"replace members", func(ctx context.Context, c *Client) (any, error) {
			return c.Batch.ReplaceUsers(ctx, "m", BatchOptions{SkipInvitation: true})
		}, "POST batch/replaceuser", `{"media_id":"m","to_invite":false}`, `{"errcode":0,"jobid":"j"}`, "j"},
		{"replace departments", func(ctx context.Context, c *Client) (any, error) {
			return c.Batch.ReplaceDepartments(ctx, "m", BatchOptions{})
		},
			"POST batch/replaceparty", `{"media_id":"m"}`, `{"errcode":0,"jobid":"j"}`, "j"},
		{"job", func(ctx context.Context, c *Client) (any, error) { return c.Batch.GetResult(ctx, "j") }, "GET batch/getresult?jobid=j", "",
			`{"errcode":0,"status":3,"type":"replace_party","total":3,"percentage":100,"result":[{"action":1,"partyid":1,"errcode":0,"errmsg":"ok"},{"userid":"a","errcode":60111,"errmsg":"userid not found"}]}`,
			&BatchJob{BatchJobCompleted, "replace_party", 3, 100, []BatchResult{{DepartmentID: 1, Action: 1, ErrMsg: "ok"}, {UserID: "a", ErrCode: 60111, ErrMsg: "userid not found"}}}},
	})
}

func TestClientCall(t *testing.T) {
	runAPICases(t, []apiCase{
		{"GET", func(ctx context.Context, c *Client) (any, error) {
			return callRaw(ctx, c, "GET", url.Values{"id": {"1"}}, nil)
		}, "GET oa/new?id=1", "", `{"errcode":0,"errmsg":"ok","x":[1,2]}`, json.RawMessage(`{"errcode":0,"errmsg":"ok","x":[1,2]}`)},
		{"POST", func(ctx context.Context, c *Client) (any, error) {
			return callRaw(ctx, c, "POST", nil, json.RawMessage(`{"a":"<面>"}`))
		}, "POST oa/new", `{"a":"<面>"}`, ok, json.RawMessage(ok)},
		{"POST of a struct", func(ctx context.Context, c *Client) (any, error) {
			var reply struct{ X []int }
			err := c.Call(ctx, "POST", "/cgi-bin/oa/new", nil, struct {
				A string `json:"a"`
			}{"<面>"}, &reply)
			return reply.X, err
		}, "POST oa/new", `{"a":"<面>"}`, `{"errcode":0,"errmsg":"ok","x":[1,2]}`, []int{1, 2}},
		{"POST of a map, response discarded", func(ctx context.Context, c *Client) (any, error) {
			return nil, c.Call(ctx, "POST", "/cgi-bin/oa/new", nil, map[string]any{"a": 1}, nil)
		}, "POST oa/new", `{"a":1}`, ok, nil},
		{"POST without body", func(ctx context.Context, c *Client) (any, error) {
			return nil, c.Call(ctx, "POST", "/cgi-bin/oa/new", nil, nil, nil)
		},
			"POST oa/new", `{}`, ok, nil},
	})
	c := newTestClient(t, nil)
	for name, x := range map[string]struct {
		method, path string
		query        url.Values
		body, reply  any
	}{
		"method":            {"PUT", "/cgi-bin/x", nil, nil, nil},
		"path":              {"GET", "/x", nil, nil, nil},
		"path upwards":      {"GET", "/cgi-bin/../x", nil, nil, nil},
		"path with ?":       {"GET", "/cgi-bin/x?a=b", nil, nil, nil},
		"own token":         {"GET", "/cgi-bin/x", url.Values{"access_token": {"t"}}, nil, nil},
		"body of a GET":     {"GET", "/cgi-bin/x", nil, map[string]int{"a": 1}, nil},
		"body not JSON":     {"POST", "/cgi-bin/x", nil, json.RawMessage("{"), nil},
		"body no object":    {"POST", "/cgi-bin/x", nil, "text", nil},
		"body of bytes":     {"POST", "/cgi-bin/x", nil, []byte("{}"), nil},
		"body of a channel": {"POST", "/cgi-bin/x", nil, make(chan int), nil},
		"reply no pointer":  {"POST", "/cgi-bin/x", nil, nil, struct{}{}},
		"reply nil pointer": {"POST", "/cgi-bin/x", nil, nil, (*User)(nil)},
	} {
		err := c.Call(t.Context(), x.method, x.path, x.query, x.body, x.reply)
		if _, ok := errors.AsType[*FieldError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func callRaw(ctx context.Context, c *Client, method string, query url.Values, body any) (reply json.RawMessage, err error) {
	err = c.Call(ctx, method, "/cgi-bin/oa/new", query, body, &reply)
	return reply, err
}

// A response that does not fit the caller's type is neither retried nor
// uncertain: WeCom executed the call.
func TestCallResponseOfAnotherType(t *testing.T) {
	calls := 0
	c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/x": func(w http.ResponseWriter, _ *http.Request) {
		calls++
		_, _ = w.Write([]byte(`{"errcode":0,"id":{}}`))
	}})
	var reply struct{ ID string }
	err := c.Call(t.Context(), "POST", "/cgi-bin/x", nil, nil, &reply)
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Class != ClassArgument || e.Uncertain || !strings.Contains(e.Message, "the call succeeded") || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
}

func TestContactFieldChecks(t *testing.T) {
	c := newTestClient(t, nil)
	for name, u := range map[string]UserFields{
		"no userid":       {Name: "n", Mobile: "1"},
		"odd userid":      {UserID: "-a", Name: "n", Mobile: "1"},
		"long userid":     {UserID: repeatText(65, "a"), Name: "n", Mobile: "1"},
		"odd new userid":  {UserID: "a", NewUserID: "b c", Name: "n", Mobile: "1"},
		"no name":         {UserID: "a", Mobile: "1"},
		"long name":       {UserID: "a", Name: repeatText(65, "张"), Mobile: "1"},
		"unreachable":     {UserID: "a", Name: "n"},
		"lengths differ":  {UserID: "a", Name: "n", Mobile: "1", Department: []int64{1}, Order: []int64{1, 2}},
		"101 departments": {UserID: "a", Name: "n", Mobile: "1", Department: make([]int64, 101)},
	} {
		if err := c.Users.Create(t.Context(), u); ClassOf(err) != ClassArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, d := range map[string]DepartmentFields{
		"no name": {ParentID: 1}, "no parent": {Name: "n"}, "odd name": {Name: "a|b", ParentID: 1}, "long name": {Name: repeatText(65, "x"), ParentID: 1},
	} {
		if _, err := c.Departments.Create(t.Context(), d); ClassOf(err) != ClassArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.Users.BatchDelete(t.Context()); ClassOf(err) != ClassArgument {
		t.Errorf("nobody was deleted: %v", err)
	}
}
