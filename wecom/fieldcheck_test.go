package wecom

import "testing"

func TestFieldChecks(t *testing.T) {
	for _, c := range []struct {
		name  string
		check func(*fieldChecker)
		field string // "" when the request is valid
	}{
		{"no jump", func(k *fieldChecker) { checkJumpTarget(k, "f", 0, "", "") }, ""},
		{"jump to a URL", func(k *fieldChecker) { checkJumpTarget(k, "f", 1, "https://a", "") }, ""},
		{"jump without a URL", func(k *fieldChecker) { checkJumpTarget(k, "f", 1, "", "wx1") }, "f.url"},
		{"jump to a mini program", func(k *fieldChecker) { checkJumpTarget(k, "f", 2, "", "wx1") }, ""},
		{"jump without an appid", func(k *fieldChecker) { checkJumpTarget(k, "f", 2, "https://a", "") }, "f.appid"},
		{"unknown jump", func(k *fieldChecker) { checkJumpTarget(k, "f", 3, "", "") }, "f.type"},

		{"menu view", func(k *fieldChecker) { (&MenuButton{Type: MenuView, URL: "https://a"}).checkButtonTarget(k, "f") }, ""},
		{"menu view without a URL", func(k *fieldChecker) { (&MenuButton{Type: MenuView}).checkButtonTarget(k, "f") }, "f.url"},
		{"menu mini program without an appid", func(k *fieldChecker) {
			(&MenuButton{Type: MenuViewMiniProgram, PagePath: "p"}).checkButtonTarget(k, "f")
		}, "f.appid"},
		{"menu mini program without a page", func(k *fieldChecker) {
			(&MenuButton{Type: MenuViewMiniProgram, AppID: "wx1"}).checkButtonTarget(k, "f")
		}, "f.pagepath"},
		{"menu click without a key", func(k *fieldChecker) { (&MenuButton{Type: MenuClick}).checkButtonTarget(k, "f") }, "f.key"},
		{"unknown menu type", func(k *fieldChecker) { (&MenuButton{Type: "sing"}).checkButtonTarget(k, "f") }, "f.type"},

		{"robot without a card", func(k *fieldChecker) { checkRobotCard(k, nil) }, ""},
		{"robot with a notice", func(k *fieldChecker) { checkRobotCard(k, &TemplateCard{CardType: CardTextNotice}) }, ""},
		{"robot with buttons", func(k *fieldChecker) { checkRobotCard(k, &TemplateCard{CardType: CardButtonInteraction}) }, "template_card.card_type"},
		{"robot with a task id", func(k *fieldChecker) { checkRobotCard(k, &TemplateCard{CardType: CardNewsNotice, TaskID: "t"}) }, "template_card.action_menu"},

		{"vote without options", func(k *fieldChecker) {
			(&TemplateCard{MainTitle: &CardTitle{Title: "t"}}).checkVoteInteraction(k)
		}, "template_card.checkbox"},
		{"news without an image", func(k *fieldChecker) {
			(&TemplateCard{MainTitle: &CardTitle{Title: "t"}, CardAction: &CardAction{Type: 1, URL: "https://a"}}).checkNewsNotice(k)
		}, "template_card.card_image"},
	} {
		var k fieldChecker
		c.check(&k)
		got := ""
		if fault := k.Fault(); fault != nil {
			got = fault.Field
		}
		if got != c.field {
			t.Errorf("%s: the fault is in %q, want %q", c.name, got, c.field)
		}
	}
}

func TestFieldErrorText(t *testing.T) {
	for _, c := range []struct {
		err  *FieldError
		want string
	}{
		{&FieldError{Field: "text.content", Actual: 2049, Limit: 2048, Unit: "bytes"}, "wecom: text.content has 2049 bytes, at most 2048 are allowed"},
		{&FieldError{Field: "touser", Message: "is empty"}, "wecom: touser is empty"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
		if ClassOf(c.err) != ClassArgument {
			t.Errorf("%v has class %s", c.err, ClassOf(c.err))
		}
	}
}
