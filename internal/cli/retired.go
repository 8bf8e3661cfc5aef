package cli

import "github.com/alecthomas/kong"

// retired are commands that people know from elsewhere (the gem wechat) and
// that WeCom has no counterpart for. They answer with a sentence.
type retired struct {
	ClearQuota      retiredCommand `cmd:"" hidden:"" name:"clear-quota" aliases:"clear_quota"`
	UserSummary     retiredCommand `cmd:"" hidden:"" name:"user-summary" aliases:"getusersummary,getusercumulate"`
	UserRemark      retiredCommand `cmd:"" hidden:"" name:"user-remark" aliases:"user_update_remark"`
	InviteUser      retiredCommand `cmd:"" hidden:"" name:"invite-user" aliases:"invite_user"`
	Music           retiredCommand `cmd:"" hidden:"" name:"custom-music" aliases:"custom_music"`
	TemplateMessage retiredCommand `cmd:"" hidden:"" name:"template-message" aliases:"template_message"`
	MenuConditional retiredCommand `cmd:"" hidden:"" name:"menu-conditional" aliases:"menu_addconditional,menu_delconditional,menu_trymatch"`
	Material        retiredCommand `cmd:"" hidden:"" name:"material" aliases:"material_add,material_add_news,material_count,material_delete,material_get,material_list"`
	QRDownload      retiredCommand `cmd:"" hidden:"" name:"qrcode-download" aliases:"qrcode_download"`
}

var retiredSentences = map[string]string{
	"clear-quota":      "WeCom has no call that resets counters: each limit ends with its own window.",
	"user-summary":     "WeCom has no statistics of followers: they belong to public accounts.",
	"user-remark":      "WeCom has remarks on external contacts only: use `wecom call POST /cgi-bin/externalcontact/remark`.",
	"invite-user":      "WeCom invites by another call now: use `wecom call POST /cgi-bin/batch/invite '{\"user\":[\"USERID\"]}'`.",
	"custom-music":     "WeCom has no music messages: send `wecom message voice`, or a link with `wecom message textcard`.",
	"template-message": "WeCom has template cards instead: use `wecom message card`.",
	"menu-conditional": "WeCom has one menu for each application and no conditional ones: use `wecom menu`.",
	"material":         "WeCom keeps no permanent assets for applications: use `wecom media upload` (three days) or `wecom media upload-image` (a lasting address).",
	"qrcode-download":  "WeCom gives out no codes by ticket: use `wecom qr`, or `wecom call GET /cgi-bin/corp/get_join_qrcode` for joining the company.",
}

type retiredCommand struct {
	Rest []string `arg:"" optional:"" passthrough:""`
}

// Run says what to use instead.
func (*retiredCommand) Run(k *kong.Context) error {
	return usagef("%s", retiredSentences[k.Selected().Name])
}
