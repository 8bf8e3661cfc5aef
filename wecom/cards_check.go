package wecom

import "slices"

const longestKey = 1024 // bytes of a key that comes back with an answer

func (*TemplateCard) msgType() string { return "template_card" }

// check refuses what WeCom is documented to refuse. Lengths that are only
// advised are left alone.
func (c *TemplateCard) check(k *checker) {
	c.checkUpdate(k)
	interactive := c.CardType == CardButtonInteraction || c.CardType == CardVoteInteraction ||
		c.CardType == CardMultipleInteraction
	if interactive || c.ActionMenu != nil || c.TaskID != "" {
		k.taskID("template_card.task_id", c.TaskID)
	}
	if c.SubmitButton == nil && (c.CardType == CardVoteInteraction || c.CardType == CardMultipleInteraction) {
		k.fail("template_card.submit_button", "is missing")
	}
}

// checkUpdate holds for a card that replaces another, too, which needs neither
// task id nor submit button.
func (c *TemplateCard) checkUpdate(k *checker) {
	switch c.CardType {
	case CardTextNotice:
		c.checkTextNotice(k)
	case CardNewsNotice:
		c.checkNewsNotice(k)
	case CardButtonInteraction:
		c.checkButtons(k)
	case CardVoteInteraction:
		c.checkVote(k)
	case CardMultipleInteraction:
		c.checkMultiple(k)
	default:
		k.fail("template_card.card_type", "is not one of the five types")
	}
	c.checkShared(k)
}

func (c *TemplateCard) checkShared(k *checker) {
	if c.ActionMenu != nil {
		c.ActionMenu.check(k)
	}
	k.count("template_card.horizontal_content_list", len(c.HorizontalContentList), 0, 6)
	for i, line := range c.HorizontalContentList {
		line.check(k, at("template_card.horizontal_content_list", i))
	}
	k.count("template_card.jump_list", len(c.JumpList), 0, 3)
	for i, jump := range c.JumpList {
		field := at("template_card.jump_list", i)
		k.need(field+".title", jump.Title)
		checkLink(k, field, jump.Type, jump.URL, jump.AppID)
	}
	if c.QuoteArea != nil {
		checkLink(k, "template_card.quote_area", c.QuoteArea.Type, c.QuoteArea.URL, c.QuoteArea.AppID)
	}
	if c.CardAction != nil {
		checkLink(k, "template_card.card_action", c.CardAction.Type, c.CardAction.URL, c.CardAction.AppID)
	}
}

func (c *TemplateCard) checkTextNotice(k *checker) {
	if (c.MainTitle == nil || c.MainTitle.Title == "") && c.SubTitleText == "" {
		k.fail("template_card.main_title.title", "is empty, and so is sub_title_text")
	}
	c.needAction(k)
}

func (c *TemplateCard) checkNewsNotice(k *checker) {
	c.needTitle(k)
	c.needAction(k)
	if c.CardImage == nil && c.ImageTextArea == nil {
		k.fail("template_card.card_image", "is missing, and so is image_text_area")
	}
	if c.CardImage != nil {
		k.need("template_card.card_image.url", c.CardImage.URL)
		if r := c.CardImage.AspectRatio; r != 0 && (r < 1.3 || r > 2.25) {
			k.fail("template_card.card_image.aspect_ratio", "must be between 1.3 and 2.25")
		}
	}
	if c.ImageTextArea != nil {
		k.need("template_card.image_text_area.image_url", c.ImageTextArea.ImageURL)
		checkLink(k, "template_card.image_text_area", c.ImageTextArea.Type, c.ImageTextArea.URL, c.ImageTextArea.AppID)
	}
	k.count("template_card.vertical_content_list", len(c.VerticalContentList), 0, 4)
	for i, line := range c.VerticalContentList {
		k.need(at("template_card.vertical_content_list", i)+".title", line.Title)
	}
}

func (c *TemplateCard) checkButtons(k *checker) {
	c.needTitle(k)
	k.count("template_card.button_list", len(c.ButtonList), 1, 6)
	var keys []string
	for i, b := range c.ButtonList {
		field := at("template_card.button_list", i)
		k.need(field+".text", b.Text)
		if b.Type == CardButtonURL {
			k.need(field+".url", b.URL)
			continue
		}
		k.need(field+".key", b.Key)
		k.bytes(field+".key", b.Key, longestKey)
		keys = append(keys, b.Key)
	}
	k.distinct("template_card.button_list", keys)
	if c.ButtonSelection != nil {
		c.ButtonSelection.check(k, "template_card.button_selection")
	}
}

func (c *TemplateCard) checkVote(k *checker) {
	c.needTitle(k)
	if c.Checkbox == nil {
		k.fail("template_card.checkbox", "is missing")
		return
	}
	k.need("template_card.checkbox.question_key", c.Checkbox.QuestionKey)
	k.bytes("template_card.checkbox.question_key", c.Checkbox.QuestionKey, longestKey)
	checkOptions(k, "template_card.checkbox.option_list", c.Checkbox.OptionList, 20)
	c.checkSubmit(k)
}

func (c *TemplateCard) checkMultiple(k *checker) {
	c.needTitle(k)
	k.count("template_card.select_list", len(c.SelectList), 1, 3)
	var keys []string
	for i, s := range c.SelectList {
		s.check(k, at("template_card.select_list", i))
		keys = append(keys, s.QuestionKey)
	}
	k.distinct("template_card.select_list", keys)
	c.checkSubmit(k)
}

func (c *TemplateCard) checkSubmit(k *checker) {
	if c.SubmitButton != nil {
		k.need("template_card.submit_button.key", c.SubmitButton.Key)
		k.bytes("template_card.submit_button.key", c.SubmitButton.Key, longestKey)
	}
}

func (c *TemplateCard) needTitle(k *checker) {
	if c.MainTitle == nil {
		k.fail("template_card.main_title", "is missing")
		return
	}
	k.need("template_card.main_title.title", c.MainTitle.Title)
}

func (c *TemplateCard) needAction(k *checker) {
	if c.CardAction == nil || c.CardAction.Type == 0 {
		k.fail("template_card.card_action", "is missing")
	}
}

func (m *CardActionMenu) check(k *checker) {
	k.count("template_card.action_menu.action_list", len(m.ActionList), 1, 3)
	var keys []string
	for i, item := range m.ActionList {
		field := at("template_card.action_menu.action_list", i)
		k.need(field+".text", item.Text)
		k.need(field+".key", item.Key)
		k.bytes(field+".key", item.Key, longestKey)
		keys = append(keys, item.Key)
	}
	k.distinct("template_card.action_menu.action_list", keys)
}

func (h *CardHorizontalContent) check(k *checker, field string) {
	k.need(field+".keyname", h.KeyName)
	switch h.Type {
	case 1:
		k.need(field+".url", h.URL)
	case 2:
		k.need(field+".media_id", h.MediaID)
	case 3:
		k.need(field+".userid", h.UserID)
	}
}

func (s *CardSelection) check(k *checker, field string) {
	k.need(field+".question_key", s.QuestionKey)
	k.bytes(field+".question_key", s.QuestionKey, longestKey)
	checkOptions(k, field+".option_list", s.OptionList, 10)
}

func checkOptions(k *checker, field string, options []CardOption, most int) {
	k.count(field, len(options), 1, most)
	ids := make([]string, 0, len(options))
	for i, o := range options {
		k.need(at(field, i)+".id", o.ID)
		k.bytes(at(field, i)+".id", o.ID, 128)
		k.need(at(field, i)+".text", o.Text)
		ids = append(ids, o.ID)
	}
	k.distinct(field, ids)
}

// checkLink checks the target that a type of link needs.
func checkLink(k *checker, field string, kind int, url, appID string) {
	switch kind {
	case 1:
		k.need(field+".url", url)
	case 2:
		k.need(field+".appid", appID)
	}
	if !slices.Contains([]int{0, 1, 2}, kind) {
		k.fail(field+".type", "must be 0, 1 or 2")
	}
}
