package cli

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// gemCommands are the commands of the Ruby gem wechat with their counterparts below
// "huimian wecom".
var gemCommands = map[string]string{
	"agent": "agent get", "agent_list": "agent list", "callbackip": "ip callback",

	"batch_job_result": "batch result", "batch_replaceparty": "batch replace-departments", "batch_replaceuser": "batch replace-users",
	"batch_syncuser": "batch sync-users", "upload_replaceparty": "batch replace-departments", "upload_replaceuser": "batch replace-users",

	"convert_to_openid": "user openid", "convert_to_userid": "user from-openid", "getuserid": "user find --mobile", "user": "user get",
	"user_batchdelete": "user delete", "user_create": "user create", "user_delete": "user delete", "user_list": "user list",
	"user_simplelist": "user simple-list", "user_update": "user update",

	"department": "department list", "department_create": "department create", "department_delete": "department delete",
	"department_update": "department update",

	"tag": "tag get", "tags": "tag list", "tag_add_department": "tag add -d", "tag_add_user": "tag add -u", "tag_create": "tag create",
	"tag_del_department": "tag remove -d", "tag_del_user": "tag remove -u", "tag_delete": "tag delete", "tag_update": "tag rename",

	"custom_image": "message image", "custom_news": "message news", "custom_text": "message text", "custom_video": "message video",
	"custom_voice": "message voice", "message_send": "message text",

	"media": "media download", "media_create": "media upload", "media_hq": "media voice", "media_uploadimg": "media upload-image",
	"menu": "menu get", "menu_create": "menu create", "menu_delete": "menu delete",
}

var unexpectedArgumentPattern = regexp.MustCompile(`^unexpected argument (\S+)`)

// suggestGemCommand appends the counterpart of a command of the gem to the error about
// an unknown command. It recognizes the name, such as user_create, and a group with an
// argument, such as "user ZhangSan".
func suggestGemCommand(err error) error {
	m := unexpectedArgumentPattern.FindStringSubmatch(err.Error())
	parsed, ok := errors.AsType[*kong.ParseError](err)
	if m == nil || !ok || parsed.Context == nil {
		return err
	}
	group := parsed.Context.Selected()
	if group == nil {
		group = lastCommand(parsed.Context)
	}
	switch command := gemCommands[strings.Trim(m[1], `",`)]; {
	case group == nil:
		return err
	case group.Name == "wecom" && command != "":
		return fmt.Errorf("%s: did you mean `huimian wecom %s`?", m[0], command)
	case group.Name != "wecom" && gemCommands[group.Name] != "" && !strings.Contains(err.Error(), "did you mean"):
		return fmt.Errorf("%s: did you mean `huimian wecom %s`?", m[0], gemCommands[group.Name])
	}
	return err
}

// lastCommand returns the innermost command of a command line that was parsed in part.
func lastCommand(c *kong.Context) *kong.Node {
	for _, step := range slices.Backward(c.Path) {
		if step.Command != nil {
			return step.Command
		}
	}
	return nil
}
