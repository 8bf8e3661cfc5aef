package wecomtest

import "strings"

const pngHead = "\x89PNG\r\n\x1a\n"

// made calls an endpoint and takes an id from the answer.
func made(call, body, name string) func(*ruleWorld) string {
	return func(w *ruleWorld) string {
		w.t.Helper()
		secret := "s"
		if path, _, _ := strings.Cut(call, "?"); endpoints[path].tokenKind == contactToken {
			secret = "contact"
		}
		code, answer := w.ask(secret, w.fill(call), []byte(w.fill(body)))
		id := field(answer, name)
		if code != 0 || id == "" {
			w.t.Fatalf("%s gave no %s: %s", call, name, answer)
		}
		return id
	}
}

const plainCard = `"card_type":"button_interaction","main_title":{"title":"a"},"button_list":[{"text":"b","key":"k"}],"task_id":"t1"`

// ruleThings are what a rule can name in braces.
var ruleThings map[string]func(*ruleWorld) string

func init() { //nolint:gochecknoinits // the things name each other through fill
	ruleThings = map[string]func(*ruleWorld) string{
		"image":    made("media/upload?type=image", "a.png<-"+pngHead+"xxxx", "media_id"),
		"voice":    made("media/upload?type=voice", "a.amr<-#!AMR\nxxxx", "media_id"),
		"file":     made("media/upload?type=file", "a.txt<-hello, world", "media_id"),
		"exe":      made("media/upload?type=file", "a.exe<-MZ hello, world", "media_id"),
		"table":    made("media/upload?type=file", "a.csv<-姓名,帐号,手机号,邮箱,所在部门\n新人,new1,13900000000,,2\n", "media_id"),
		"job":      made("batch/syncuser", `{"media_id":"{table}"}`, "jobid"),
		"robotkey": func(*ruleWorld) string { return "robot" },
		"robotdoc": made("webhook/upload_media?key=robot&type=file", "a.txt<-hello, world", "media_id"),
		"sent":     made("message/send", `{"touser":"lisi","agentid":1000002,"msgtype":"text","text":{"content":"x"}}`, "msgid"),
		"card":     made("message/send", `{"touser":"lisi","agentid":1000002,"msgtype":"template_card","template_card":{`+plainCard+`}}`, "response_code"),
		"chat":     made("appchat/create", `{"userlist":["lisi","zhangsan"]}`, "chatid"),
		"cal":      made("oa/calendar/add", `{"calendar":{"summary":"面试","color":"#0000FF","shares":[{"userid":"lisi"}]}}`, "cal_id"),
		"default":  made("oa/calendar/add", `{"calendar":{"summary":"面试","color":"#0000FF","set_as_default":1}}`, "cal_id"),
		"entry":    made("oa/schedule/add", `{"schedule":{"start_time":{t+60},"end_time":{t+120},"attendees":[{"userid":"lisi"}]}}`, "schedule_id"),
		"meeting":  made("meeting/create", `{"admin_userid":"lisi","title":"面试","meeting_start":{t+600},"meeting_duration":3600,"invitees":{"userid":["lisi"]}}`, "meetingid"),
		"approval": made("oa/applyevent", `{`+plainApproval+`}`, "sp_no"),
		"kf":       made("kf/account/add", `{"name":"客服","media_id":"{image}"}`, "open_kfid"),
		"way":      made("externalcontact/add_contact_way", `{"type":1,"scene":2,"user":["lisi"]}`, "config_id"),
		"tag": func(w *ruleWorld) string {
			w.t.Helper()
			if code, answer := w.ask("s", "tag/create", []byte(`{"tagname":"mine","tagid":77}`)); code != 0 {
				w.t.Fatal(answer)
			}
			return "77"
		},
		"code": func(w *ruleWorld) string { return w.s.SignInCode(ruleCorp, "lisi", ruleAgent) },
		"person": func(w *ruleWorld) string {
			id, err := w.s.AddCustomer(w.t.Context(), Customer{CorpID: ruleCorp, UserID: "lisi", Name: "王小明"})
			if err != nil {
				w.t.Fatal(err)
			}
			return id
		},
		"ticket": func(w *ruleWorld) string {
			if err := w.s.PushTicket(w.t.Context(), "wwsuite"); err != nil {
				w.t.Fatal(err)
			}
			return w.s.SuiteTicket("wwsuite")
		},
		"suite":     made("service/get_suite_token", `{"suite_id":"wwsuite","suite_secret":"suite-secret","suite_ticket":"{ticket}"}`, "suite_access_token"),
		"provider":  made("service/get_provider_token", `{"corpid":"wwprovider","provider_secret":"provider-secret"}`, "provider_access_token"),
		"preauth":   made("service/get_pre_auth_code?suite_access_token={suite}", "", "pre_auth_code"),
		"suitecode": func(w *ruleWorld) string { return w.s.SuiteSignInCode("wwsuite", ruleCorp, "lisi") },
		"openid":    made("user/convert_to_openid", `{"userid":"lisi"}`, "openid"),
	}
}
