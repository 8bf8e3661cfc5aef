package cli

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestGemCommands checks that the name of each command of the gem leads to a command
// that exists.
func TestGemCommands(t *testing.T) {
	clearSettings(t)
	d := &fixture{t: t, dir: t.TempDir(), outputIDs: map[string]string{}}
	k, err := kong.New(&testProgram{}, HelpVars())
	if err != nil {
		t.Fatal(err)
	}
	commands := map[string]bool{}
	for _, n := range k.Model.Leaves(false) {
		commands[n.Parent.Name+" "+n.Name] = true
	}
	for name, command := range gemCommands {
		words, _, _ := strings.Cut(command, " -")
		if !commands[words] {
			t.Errorf("%s leads to %q, which does not exist", name, command)
		}
		line := []string{"wecom", name, "ZhangSan"}
		if _, errs, code := d.runCommand(line...); code != ExitUsage || !strings.Contains(errs, "`huimian wecom "+command+"`") {
			t.Errorf("%v: exit %d: %s", line, code, errs)
		}
	}
}

// TestGemCommandsCoverGem checks that every command of the gem has a counterpart, a
// message or the same name.
func TestGemCommandsCoverGem(t *testing.T) {
	clearSettings(t)
	d := &fixture{t: t, dir: t.TempDir(), outputIDs: map[string]string{}}
	for name := range strings.FieldsSeq(`agent agent_list batch_job_result batch_replaceparty batch_replaceuser batch_syncuser callbackip
		clear_quota convert_to_openid convert_to_userid custom_image custom_music custom_news custom_text custom_video custom_voice
		department department_create department_delete department_update getusercumulate getusersummary getuserid invite_user
		material_add material_add_news material_count material_delete material_get material_list media media_create media_hq
		media_uploadimg menu menu_addconditional menu_create menu_delconditional menu_delete menu_trymatch message_send
		qrcode_download tag tag_add_department tag_add_user tag_create tag_del_department tag_del_user tag_delete tag_update tags
		template_message upload_replaceparty upload_replaceuser user user_batchdelete user_create user_delete user_list
		user_simplelist user_update_remark`) {
		_, errs, code := d.runCommand("wecom", name, "1")
		if code != ExitUsage || !strings.Contains(errs, "huimian wecom ") && !strings.Contains(errs, "WeCom has") && !strings.Contains(errs, "WeCom keeps") {
			t.Errorf("%s: exit %d: %s", name, code, errs)
		}
	}
}

// TestUnknownCommands checks that other unknown words get no counterpart of the gem.
func TestUnknownCommands(t *testing.T) {
	clearSettings(t)
	d := &fixture{t: t, dir: t.TempDir(), outputIDs: map[string]string{}}
	for line, text := range map[string]string{
		"wecom fly":           "unexpected argument fly\n",
		"wecom user crea":     `did you mean "create"?`,
		"user_create":         "unexpected argument user_create\n",
		"wecom user get a b":  "unexpected argument b\n",
		"wecom chat ZhangSan": "unexpected argument ZhangSan\n",
	} {
		if _, errs, code := d.runCommand(strings.Fields(line)...); code != ExitUsage || !strings.Contains(errs, text) {
			t.Errorf("%s: exit %d, want %q: %s", line, code, text, errs)
		}
	}
}
