package wecom

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

// newReplyClient returns a client whose calls are answered with body, and its log.
func newReplyClient(t *testing.T, path, body string) (*Client, *bytes.Buffer) {
	t.Helper()
	c := newTestClient(t, map[string]http.HandlerFunc{
		path: func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) },
	})
	log := &bytes.Buffer{}
	c.logger = slog.New(slog.NewTextHandler(log, nil))
	return c, log
}

func TestControlCharactersInResponses(t *testing.T) {
	body := "{\"errcode\":0,\"userlist\":[{\"userid\":\"a\",\"name\":\"王\v伟\",\"position\":\"one\ntwo\tthree\\\"\x00\b\"},{\"userid\":\"b\",\"name\":\"\xff\"}]}"
	c, _ := newReplyClient(t, "/cgi-bin/user/list", body)
	got, err := c.Users.List(t.Context(), 1)
	want := []User{{UserID: "a", Name: "王\v伟", Position: "one\ntwo\tthree\"\x00\b"}, {UserID: "b", Name: "\ufffd"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v (%v), want %+v", got, err, want)
	}
}

// A backslash that WeCom leaves as it is in a name.
func TestBackslashesInResponses(t *testing.T) {
	c, _ := newReplyClient(t, "/cgi-bin/user/list", `{"errcode":0,"userlist":[{"userid":"a","name":"D:\数据\u5","position":"\x41\u4e2d\\n\/"},{"userid":"b"}]}`)
	got, err := c.Users.List(t.Context(), 1)
	want := []User{{UserID: "a", Name: `D:\数据\u5`, Position: `\x41中\n/`}, {UserID: "b"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v (%v), want %+v", got, err, want)
	}
}

// A value of another type costs its field or entry, and no other.
func TestLenientLists(t *testing.T) {
	for name, c := range map[string]struct {
		path, body, skipped string
		call                func(ctx context.Context, c *Client) (any, error)
		want                any
	}{
		"members": {
			"/cgi-bin/user/list",
			`{"errcode":0,"userlist":[{"userid":"a","name":["x"],"department":["1",2,{}],"is_leader_in_dept":[7,1],"status":"1","position":"p"},null,5,{"userid":10010,"mobile":13800138000}]}`,
			"userlist[0].name",
			func(ctx context.Context, c *Client) (any, error) { return c.Users.List(ctx, 1) },
			[]User{{UserID: "a", Department: []int64{1, 2}, IsLeaderInDept: []Flag{true}, Position: "p", Status: 1}, {UserID: "10010", Mobile: "13800138000"}},
		},
		"departments": {
			"/cgi-bin/department/list",
			`{"errcode":0,"department":[{"id":2,"name":{},"parentid":"1","department_leader":"x"},{"id":3,"name":"n"}]}`,
			"department[0].name",
			func(ctx context.Context, c *Client) (any, error) { return c.Departments.List(ctx, 0) },
			[]Department{{ID: 2, ParentID: 1}, {ID: 3, Name: "n"}},
		},
		"member": {
			"/cgi-bin/user/get", `{"errcode":0,"userid":"a","status":"1","order":"x","name":"n"}`, "order",
			func(ctx context.Context, c *Client) (any, error) { return c.Users.Get(ctx, "a") },
			&User{UserID: "a", Name: "n", Status: 1},
		},
		"tag": {
			"/cgi-bin/tag/get", `{"errcode":0,"tagname":1,"userlist":[{"userid":"a","name":true},"b"],"partylist":["2",[]]}`, "userlist[0].name",
			func(ctx context.Context, c *Client) (any, error) { return c.Tags.GetMembers(ctx, 1) },
			&TagMembers{Name: "1", Users: []SimpleUser{{UserID: "a"}}, Departments: []int64{2}},
		},
		"accounts": {
			"/cgi-bin/kf/account/list", `{"errcode":0,"account_list":[{"open_kfid":"k","name":[]},{"open_kfid":"l"}]}`, "account_list[0].name",
			func(ctx context.Context, c *Client) (any, error) { return c.KF.ListAccounts(ctx, 0, 0) },
			[]KFAccount{{OpenKFID: "k"}, {OpenKFID: "l"}},
		},
		"meetings": {
			"/cgi-bin/meeting/get_user_meetingid", `{"errcode":0,"next_cursor":"","meetingid_list":["m1",2,{}]}`, "meetingid_list[2]",
			func(ctx context.Context, c *Client) (any, error) {
				ids, _, err := c.Meetings.ListByUser(ctx, "a", "", time.Time{}, time.Time{})
				return ids, err
			},
			[]string{"m1", "2"},
		},
		"schedules": {
			"/cgi-bin/oa/schedule/get", `{"errcode":0,"schedule_list":[{"schedule_id":"s","start_time":"soon","summary":"x"},{"schedule_id":"t"}]}`, "schedule_list[0].start_time",
			func(ctx context.Context, c *Client) (any, error) {
				list, err := c.Schedules.Get(ctx, "s", "t")
				ids := []string{}
				for _, s := range list {
					ids = append(ids, s.ScheduleID+s.Summary)
				}
				return ids, err
			},
			[]string{"sx", "t"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, log := newReplyClient(t, c.path, c.body)
			got, err := c.call(t.Context(), client)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v (%v), want %+v", got, err, c.want)
			}
			if !strings.Contains(log.String(), c.skipped) {
				t.Errorf("%s is not in the log: %s", c.skipped, log)
			}
		})
	}
}

func TestLenientMessagesOfCustomers(t *testing.T) {
	c, _ := newReplyClient(t, "/cgi-bin/kf/sync_msg", `{"errcode":0,"next_cursor":"c","has_more":0,"msg_list":[{"msgid":"1","origin":{},"text":{"content":"x"}},{"msgid":"2"}]}`)
	page, err := c.KF.SyncMessages(t.Context(), "k", "", "")
	if err != nil || len(page.Messages) != 2 || page.Messages[0].MsgID != "1" || page.Messages[0].Text.Content != "x" || page.NextCursor != "c" {
		t.Errorf("%+v (%v)", page, err)
	}
}

// Outside of records a value of another type remains an error, and the errcode of
// an error response is read in any case.
func TestStrictOutsideRecords(t *testing.T) {
	c, _ := newReplyClient(t, "/cgi-bin/user/getuserid", `{"errcode":0,"userid":{}}`)
	if _, err := c.Users.GetUserIDByMobile(t.Context(), "13800138000"); ClassOf(err) != ClassNetwork {
		t.Errorf("an object as a userid: %v", err)
	}
	c, _ = newReplyClient(t, "/cgi-bin/user/list", `{"errcode":60011,"errmsg":"no","userlist":{}}`)
	if _, err := c.Users.List(t.Context(), 1); !IsCode(err, 60011) {
		t.Errorf("an error response: %v", err)
	}
}
