package cli

import "github.com/alecthomas/kong"

// unsupportedCommands are commands of the Ruby gem wechat without a counterpart in
// WeCom. They fail with advice on what to use instead.
type unsupportedCommands struct {
	ClearQuota      unsupportedCommand `cmd:"" hidden:"" name:"clear-quota" aliases:"clear_quota"`
	UserSummary     unsupportedCommand `cmd:"" hidden:"" name:"user-summary" aliases:"getusersummary,getusercumulate"`
	UserRemark      unsupportedCommand `cmd:"" hidden:"" name:"user-remark" aliases:"user_update_remark"`
	InviteUser      unsupportedCommand `cmd:"" hidden:"" name:"invite-user" aliases:"invite_user"`
	Music           unsupportedCommand `cmd:"" hidden:"" name:"custom-music" aliases:"custom_music"`
	TemplateMessage unsupportedCommand `cmd:"" hidden:"" name:"template-message" aliases:"template_message"`
	MenuConditional unsupportedCommand `cmd:"" hidden:"" name:"menu-conditional" aliases:"menu_addconditional,menu_delconditional,menu_trymatch"`
	Material        unsupportedCommand `cmd:"" hidden:"" name:"material" aliases:"material_add,material_add_news,material_count,material_delete,material_get,material_list"`
	QRDownload      unsupportedCommand `cmd:"" hidden:"" name:"qrcode-download" aliases:"qrcode_download"`
}

var unsupportedAdvice = map[string]string{
	"clear-quota":      "WeCom has no call that resets counters: each limit ends with its own window.",
	"user-summary":     "WeCom has no statistics of followers: they belong to public accounts.",
	"user-remark":      "WeCom has remarks on external contacts only: use `wecom call POST /cgi-bin/externalcontact/remark`.",
	"invite-user":      "WeCom has replaced this call: use `wecom call POST /cgi-bin/batch/invite '{\"user\":[\"USERID\"]}'`.",
	"custom-music":     "WeCom has no music messages: send `wecom message voice`, or a link with `wecom message textcard`.",
	"template-message": "WeCom has template cards instead: use `wecom message card`.",
	"menu-conditional": "WeCom has one menu for each application and no conditional menus: use `wecom menu`.",
	"material":         "WeCom keeps no permanent assets for applications: use `wecom media upload` (three days) or `wecom media upload-image` (a permanent URL).",
	"qrcode-download":  "WeCom has no QR codes by ticket: use `wecom qr`, or `wecom call GET /cgi-bin/corp/get_join_qrcode` for joining the company.",
}

type unsupportedCommand struct {
	Rest []string `arg:"" optional:"" passthrough:""`
}

func (*unsupportedCommand) Run(k *kong.Context) error {
	return usageErrorf("%s", unsupportedAdvice[k.Selected().Name])
}
