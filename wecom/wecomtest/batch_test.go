package wecomtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// uploadCSV uploads a CSV file and returns a request body with its media_id.
func uploadCSV(t *testing.T, s *wecomtest.Server, lines ...string) string {
	t.Helper()
	data := "\xef\xbb\xbf" + strings.Join(lines, "\r\n")
	return `{"media_id":"` + uploadFile(t, s, "media/upload?type=file", "media", "table.csv", data).expectCode(0).textField("media_id") + `"}`
}

// formatBatchRows returns the results of a job as text.
func formatBatchRows(do func(path, body string) reply, job string) string {
	r := do("batch/getresult?jobid="+job, "").expectCode(0)
	var out []string
	for _, row := range r.fields["result"].([]any) {
		m := row.(map[string]any)
		out = append(out, fmt.Sprintf("%v%v %v %v", orEmpty(m["userid"]), orEmpty(m["partyid"]), orEmpty(m["action"]), m["errcode"]))
	}
	return strings.Join(out, ", ")
}

func orEmpty(v any) any {
	if v == nil {
		return ""
	}
	return v
}

const csvHeader = "姓名,帐号,手机号,邮箱,所在部门,职位"

func TestBatchUsers(t *testing.T) {
	s := newFixture(t)
	do := newContactCaller(t, s)
	job := do("batch/syncuser", uploadCSV(t, s, csvHeader, "尼奥,neo,13800000001,,2;3,工程师", "重复,NEO,13800000002,,2,", "坏,_x,1,,2,",
		"无处,nowhere,13800000003,,99,", "无号,nonumber,,,2,", "张三丰,zhangsan,,,3,"), // an existing member does not need a mobile number
	).expectCode(0).textField("jobid")
	if got, want := formatBatchRows(do, job), "neo  0, NEO  302003, _x  40003, nowhere  60003, nonumber  60129, zhangsan  0"; got != want {
		t.Errorf("results are %q, want %q", got, want)
	}
	names := map[string]string{}
	for _, m := range s.Members(corpID) {
		names[m.UserID] = fmt.Sprint(m.Name, m.Departments)
	}
	if len(names) != 4 || names["neo"] != "尼奥[2 3]" || names["ZhangSan"] != "张三丰[3]" {
		t.Errorf("members are %v", names)
	}
	job = do("batch/replaceuser", uploadCSV(t, s, csvHeader, "尼奥,neo,,,2,", "张三,zhangsan,,,2,")).expectCode(0).textField("jobid")
	if got := formatBatchRows(do, job); got != "neo  0, zhangsan  0" || len(s.Members(corpID)) != 2 {
		t.Errorf("after replacing: %q, %d members", got, len(s.Members(corpID)))
	}
	job = do("batch/replaceuser", uploadCSV(t, s, csvHeader)).expectCode(0).textField("jobid")
	if got := formatBatchRows(do, job); got != "neo  45026, ZhangSan  45026" || len(s.Members(corpID)) != 2 {
		t.Errorf("removing all members: %q, %d members", got, len(s.Members(corpID)))
	}
}

func TestBatchParties(t *testing.T) {
	s := newFixture(t)
	do := newContactCaller(t, s)
	s.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 4, Name: "空"})
	job := do("batch/replaceparty", uploadCSV(t, s, "部门名称,部门ID,父部门ID,排序", "云杉科技,1,,", "技术部,2,1,9", "平台组,21,2,1", "谁,21,2,1", "孤儿,22,77,1", "?,x,1,1")).
		expectCode(0).textField("jobid")
	if got, want := formatBatchRows(do, job), "1  0, 2 10 0, 21 1 0, 21  302006, 22  60004,   60003"; got != want {
		t.Errorf("results are %q, want %q", got, want)
	}
	var ids []string
	for _, d := range do("department/simplelist", "").expectCode(0).fields["department_id"].([]any) {
		ids = append(ids, fmt.Sprint(d.(map[string]any)["id"]))
	}
	if strings.Join(ids, " ") != "1 2 21 3" { // 3 has members and is kept
		t.Errorf("departments are %v", ids)
	}
}

func TestBatchErrors(t *testing.T) {
	s := newFixture(t)
	do := newContactCaller(t, s)
	good := uploadCSV(t, s, csvHeader)
	do("batch/syncuser", `{}`).expectCode(41006)
	do("batch/syncuser", `{"media_id":"x"}`).expectCode(40007)
	do("batch/replaceparty", good).expectCode(40092) // has the columns of members
	do("batch/syncuser", strings.Replace(good, "}", `,"callback":{"url":"nowhere","token":"t"}}`, 1)).expectCode(40057)
	do("batch/syncuser", strings.Replace(good, "}", `,"callback":{"url":"https://example.com","token":"t","encodingaeskey":"short"}}`, 1)).expectCode(40058)
	callAPI(t, s, "POST", "batch/syncuser?access_token="+accessToken(t, s), good).expectCode(48002)
	first := do("batch/syncuser", good).expectCode(0).textField("jobid")
	for range 5 {
		do("batch/getresult?jobid="+first, "").expectCode(0)
		do("batch/syncuser", good).expectCode(0)
	}
	do("batch/getresult?jobid="+first, "").expectCode(40089) // only the last five are kept
}

func TestBatchCallback(t *testing.T) {
	s, r := newFixture(t), newReceiver(t)
	do := newContactCaller(t, s)
	body := strings.Replace(uploadCSV(t, s, csvHeader, "尼奥,neo,13800000001,,2,"), "}", `,"callback":{"url":"`+r.URL+`","token":"`+token+`","encodingaeskey":"`+aesKey+`"}}`, 1)
	job := do("batch/syncuser", body).expectCode(0).textField("jobid")
	s.Close() // waits for the event, which is sent in the background
	list := s.Deliveries()
	if len(list) != 1 || !list[0].OK || !strings.Contains(list[0].Plain, "<JobId><![CDATA["+job+"]]>") || !strings.Contains(list[0].Plain, "<JobType><![CDATA[sync_user]]>") {
		t.Errorf("callbacks are %+v", list)
	}
	for _, c := range s.Calls("batch/syncuser") {
		if strings.Contains(c.Request, aesKey) || strings.Contains(c.Request, token) {
			t.Errorf("the log holds the keys of the callback: %s", c.Request)
		}
	}
}
