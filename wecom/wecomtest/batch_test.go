package wecomtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

// table uploads a CSV file and returns the body of a call that names it.
func table(t *testing.T, s *wecomtest.Server, lines ...string) string {
	t.Helper()
	data := "\xef\xbb\xbf" + strings.Join(lines, "\r\n")
	return `{"media_id":"` + upload(t, s, "media/upload?type=file", "media", "table.csv", data).want(0).text("media_id") + `"}`
}

// rows are the results of a job.
func rows(do func(path, body string) reply, job string) string {
	r := do("batch/getresult?jobid="+job, "").want(0)
	var out []string
	for _, row := range r.fields["result"].([]any) {
		m := row.(map[string]any)
		out = append(out, fmt.Sprintf("%v%v %v %v", or(m["userid"]), or(m["partyid"]), or(m["action"]), m["errcode"]))
	}
	return strings.Join(out, ", ")
}

func or(v any) any {
	if v == nil {
		return ""
	}
	return v
}

const head = "姓名,帐号,手机号,邮箱,所在部门,职位"

func TestBatchOfMembers(t *testing.T) {
	s := company(t)
	do := contacts(t, s)
	job := do("batch/syncuser", table(t, s, head, "尼奥,neo,13800000001,,2;3,工程师", "重复,NEO,13800000002,,2,", "坏,_x,1,,2,",
		"无处,nowhere,13800000003,,99,", "无号,nonumber,,,2,", "张三丰,zhangsan,,,3,"), // an existing member needs no number
	).want(0).text("jobid")
	if got, want := rows(do, job), "neo  0, NEO  302003, _x  40003, nowhere  60003, nonumber  60129, zhangsan  0"; got != want {
		t.Errorf("results are %q, want %q", got, want)
	}
	names := map[string]string{}
	for _, m := range s.Members(corpID) {
		names[m.UserID] = fmt.Sprint(m.Name, m.Departments)
	}
	if len(names) != 4 || names["neo"] != "尼奥[2 3]" || names["ZhangSan"] != "张三丰[3]" {
		t.Errorf("members are %v", names)
	}
	job = do("batch/replaceuser", table(t, s, head, "尼奥,neo,,,2,", "张三,zhangsan,,,2,")).want(0).text("jobid")
	if got := rows(do, job); got != "neo  0, zhangsan  0" || len(s.Members(corpID)) != 2 {
		t.Errorf("after replacing: %q, %d members", got, len(s.Members(corpID)))
	}
	job = do("batch/replaceuser", table(t, s, head)).want(0).text("jobid")
	if got := rows(do, job); got != "neo  45026, ZhangSan  45026" || len(s.Members(corpID)) != 2 {
		t.Errorf("removing everybody: %q, %d members", got, len(s.Members(corpID)))
	}
}

func TestBatchOfDepartments(t *testing.T) {
	s := company(t)
	do := contacts(t, s)
	s.AddDepartment(wecomtest.Department{CorpID: corpID, ID: 4, Name: "空"})
	job := do("batch/replaceparty", table(t, s, "部门名称,部门ID,父部门ID,排序", "云杉科技,1,,", "技术部,2,1,9", "平台组,21,2,1", "谁,21,2,1", "孤儿,22,77,1", "?,x,1,1")).
		want(0).text("jobid")
	if got, want := rows(do, job), "1  0, 2 10 0, 21 1 0, 21  302006, 22  60004,   60003"; got != want {
		t.Errorf("results are %q, want %q", got, want)
	}
	var ids []string
	for _, d := range do("department/simplelist", "").want(0).fields["department_id"].([]any) {
		ids = append(ids, fmt.Sprint(d.(map[string]any)["id"]))
	}
	if strings.Join(ids, " ") != "1 2 21 3" { // 3 has members and stays
		t.Errorf("departments are %v", ids)
	}
}

func TestBatchRefusals(t *testing.T) {
	s := company(t)
	do := contacts(t, s)
	good := table(t, s, head)
	do("batch/syncuser", `{}`).want(41006)
	do("batch/syncuser", `{"media_id":"x"}`).want(40007)
	do("batch/replaceparty", good).want(40092) // columns of members
	do("batch/syncuser", strings.Replace(good, "}", `,"callback":{"url":"nowhere","token":"t"}}`, 1)).want(40057)
	do("batch/syncuser", strings.Replace(good, "}", `,"callback":{"url":"https://example.com","token":"t","encodingaeskey":"short"}}`, 1)).want(40058)
	call(t, s, "POST", "batch/syncuser?access_token="+accessToken(t, s), good).want(48002)
	first := do("batch/syncuser", good).want(0).text("jobid")
	for range 5 {
		do("batch/getresult?jobid="+first, "").want(0)
		do("batch/syncuser", good).want(0)
	}
	do("batch/getresult?jobid="+first, "").want(40089) // the last five are kept
}

func TestBatchCallback(t *testing.T) {
	s, r := company(t), receive(t)
	do := contacts(t, s)
	body := strings.Replace(table(t, s, head, "尼奥,neo,13800000001,,2,"), "}", `,"callback":{"url":"`+r.URL+`","token":"`+token+`","encodingaeskey":"`+aesKey+`"}}`, 1)
	job := do("batch/syncuser", body).want(0).text("jobid")
	s.Close() // waits until the event, which is sent in the background, has arrived
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
