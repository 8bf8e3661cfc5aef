package wecomtest

import "strings"
import (
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

const pngHead = "\x89PNG\r\n\x1a\n"

// createdID returns a placeholder that calls an endpoint and extracts an id from the reply.
func createdID(call, body, name string) func(*ruleFixture) string {
	return func(w *ruleFixture) string {
		w.t.Helper()
		secret := "s"
		if path, _, _ := strings.Cut(call, "?"); endpoints[path].TokenKind == core.ContactToken {
			secret = "contact"
		}
		code, answer := w.callAPI(secret, w.expandPlaceholders(call), []byte(w.expandPlaceholders(body)))
		id := jsonField(answer, name)
		if code != 0 || id == "" {
			w.t.Fatalf("%s gave no %s: %s", call, name, answer)
		}
		return id
	}
}

const validCard = `"card_type":"button_interaction","main_title":{"title":"a"},"button_list":[{"text":"b","key":"k"}],"task_id":"t1"`

// placeholders maps the names in braces in a rule to their values.
var placeholders map[string]func(*ruleFixture) string

func init() { //nolint:gochecknoinits // placeholders refer to each other through expandPlaceholders
	placeholders = map[string]func(*ruleFixture) string{
		"image":    createdID("media/upload?type=image", "a.png<-"+pngHead+"xxxx", "media_id"),
		"voice":    createdID("media/upload?type=voice", "a.amr<-#!AMR\nxxxx", "media_id"),
		"file":     createdID("media/upload?type=file", "a.txt<-hello, world", "media_id"),
		"exe":      createdID("media/upload?type=file", "a.exe<-MZ hello, world", "media_id"),
		"table":    createdID("media/upload?type=file", "a.csv<-姓名,帐号,手机号,邮箱,所在部门\n新人,new1,13900000000,,2\n", "media_id"),
		"job":      createdID("batch/syncuser", `{"media_id":"{table}"}`, "jobid"),
		"robotkey": func(*ruleFixture) string { return "robot" },
		"robotdoc": createdID("webhook/upload_media?key=robot&type=file", "a.txt<-hello, world", "media_id"),
		"sent":     createdID("message/send", `{"touser":"lisi","agentid":1000002,"msgtype":"text","text":{"content":"x"}}`, "msgid"),
		"card":     createdID("message/send", `{"touser":"lisi","agentid":1000002,"msgtype":"template_card","template_card":{`+validCard+`}}`, "response_code"),
		"chat":     createdID("appchat/create", `{"userlist":["lisi","zhangsan"]}`, "chatid"),
		"cal":      createdID("oa/calendar/add", `{"calendar":{"summary":"面试","color":"#0000FF","shares":[{"userid":"lisi"}]}}`, "cal_id"),
		"default":  createdID("oa/calendar/add", `{"calendar":{"summary":"面试","color":"#0000FF","set_as_default":1}}`, "cal_id"),
		"entry":    createdID("oa/schedule/add", `{"schedule":{"start_time":{t+60},"end_time":{t+120},"attendees":[{"userid":"lisi"}]}}`, "schedule_id"),
		"meeting":  createdID("meeting/create", `{"admin_userid":"lisi","title":"面试","meeting_start":{t+600},"meeting_duration":3600,"invitees":{"userid":["lisi"]}}`, "meetingid"),
		"approval": createdID("oa/applyevent", `{`+validApproval+`}`, "sp_no"),
		"kf":       createdID("kf/account/add", `{"name":"客服","media_id":"{image}"}`, "open_kfid"),
		"way":      createdID("externalcontact/add_contact_way", `{"type":1,"scene":2,"user":["lisi"]}`, "config_id"),
		"tag": func(w *ruleFixture) string {
			w.t.Helper()
			if code, answer := w.callAPI("s", "tag/create", []byte(`{"tagname":"mine","tagid":77}`)); code != 0 {
				w.t.Fatal(answer)
			}
			return "77"
		},
		"code": func(w *ruleFixture) string { return w.s.SignInCode(ruleCorp, "lisi", ruleAgent) },
		"person": func(w *ruleFixture) string {
			id, err := w.s.AddCustomer(w.t.Context(), Customer{CorpID: ruleCorp, UserID: "lisi", Name: "王小明"})
			if err != nil {
				w.t.Fatal(err)
			}
			return id
		},
		"ticket": func(w *ruleFixture) string {
			if err := w.s.PushTicket(w.t.Context(), "wwsuite"); err != nil {
				w.t.Fatal(err)
			}
			return w.s.SuiteTicket("wwsuite")
		},
		"suite":     createdID("service/get_suite_token", `{"suite_id":"wwsuite","suite_secret":"suite-secret","suite_ticket":"{ticket}"}`, "suite_access_token"),
		"provider":  createdID("service/get_provider_token", `{"corpid":"wwprovider","provider_secret":"provider-secret"}`, "provider_access_token"),
		"preauth":   createdID("service/get_pre_auth_code?suite_access_token={suite}", "", "pre_auth_code"),
		"suitecode": func(w *ruleFixture) string { return w.s.SuiteSignInCode("wwsuite", ruleCorp, "lisi") },
		"openid":    createdID("user/convert_to_openid", `{"userid":"lisi"}`, "openid"),
	}
}
