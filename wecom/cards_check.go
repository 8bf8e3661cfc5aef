package wecom

import "slices"

const maxKeyBytes = 1024 // of a key that an event returns

func (*TemplateCard) msgType() string { return "template_card" }

// checkFields rejects what WeCom documents to reject. Recommended lengths are
// not enforced.
func (c *TemplateCard) checkFields(k *fieldChecker) {
	c.checkReplacement(k)
	interactive := c.CardType == CardButtonInteraction || c.CardType == CardVoteInteraction ||
		c.CardType == CardMultipleInteraction
	if interactive || c.ActionMenu != nil || c.TaskID != "" {
		k.checkTaskID("template_card.task_id", c.TaskID)
	}
	if c.SubmitButton == nil && (c.CardType == CardVoteInteraction || c.CardType == CardMultipleInteraction) {
		k.Reject("template_card.submit_button", "is missing")
	}
}

// checkReplacement contains the checks that also apply to the card of an
// update, which needs neither a task id nor a submit button.
func (c *TemplateCard) checkReplacement(k *fieldChecker) {
	switch c.CardType {
	case CardTextNotice:
		c.checkTextNotice(k)
	case CardNewsNotice:
		c.checkNewsNotice(k)
	case CardButtonInteraction:
		c.checkButtonInteraction(k)
	case CardVoteInteraction:
		c.checkVoteInteraction(k)
	case CardMultipleInteraction:
		c.checkMultipleInteraction(k)
	default:
		k.Reject("template_card.card_type", "is not one of the five types")
	}
	c.checkCommonFields(k)
}

func (c *TemplateCard) checkCommonFields(k *fieldChecker) {
	if c.ActionMenu != nil {
		c.ActionMenu.checkFields(k)
	}
	k.CheckCount("template_card.horizontal_content_list", len(c.HorizontalContentList), 0, 6)
	for i, line := range c.HorizontalContentList {
		line.checkFields(k, indexedField("template_card.horizontal_content_list", i))
	}
	k.CheckCount("template_card.jump_list", len(c.JumpList), 0, 3)
	for i, jump := range c.JumpList {
		field := indexedField("template_card.jump_list", i)
		k.CheckRequired(field+".title", jump.Title)
		checkJumpTarget(k, field, jump.Type, jump.URL, jump.AppID)
	}
	if c.QuoteArea != nil {
		checkJumpTarget(k, "template_card.quote_area", c.QuoteArea.Type, c.QuoteArea.URL, c.QuoteArea.AppID)
	}
	if c.CardAction != nil {
		checkJumpTarget(k, "template_card.card_action", c.CardAction.Type, c.CardAction.URL, c.CardAction.AppID)
	}
}

func (c *TemplateCard) checkTextNotice(k *fieldChecker) {
	if (c.MainTitle == nil || c.MainTitle.Title == "") && c.SubTitleText == "" {
		k.Reject("template_card.main_title.title", "is empty, and so is sub_title_text")
	}
	c.checkCardAction(k)
}

func (c *TemplateCard) checkNewsNotice(k *fieldChecker) {
	c.checkMainTitle(k)
	c.checkCardAction(k)
	if c.CardImage == nil && c.ImageTextArea == nil {
		k.Reject("template_card.card_image", "is missing, and so is image_text_area")
	}
	if c.CardImage != nil {
		k.CheckRequired("template_card.card_image.url", c.CardImage.URL)
		if r := c.CardImage.AspectRatio; r != 0 && (r < 1.3 || r > 2.25) {
			k.Reject("template_card.card_image.aspect_ratio", "must be between 1.3 and 2.25")
		}
	}
	if c.ImageTextArea != nil {
		k.CheckRequired("template_card.image_text_area.image_url", c.ImageTextArea.ImageURL)
		checkJumpTarget(k, "template_card.image_text_area", c.ImageTextArea.Type, c.ImageTextArea.URL, c.ImageTextArea.AppID)
	}
	k.CheckCount("template_card.vertical_content_list", len(c.VerticalContentList), 0, 4)
	for i, line := range c.VerticalContentList {
		k.CheckRequired(indexedField("template_card.vertical_content_list", i)+".title", line.Title)
	}
}

func (c *TemplateCard) checkButtonInteraction(k *fieldChecker) {
	c.checkMainTitle(k)
	k.CheckCount("template_card.button_list", len(c.ButtonList), 1, 6)
	var keys []string
	for i, b := range c.ButtonList {
		field := indexedField("template_card.button_list", i)
		k.CheckRequired(field+".text", b.Text)
		if b.Type == CardButtonURL {
			k.CheckRequired(field+".url", b.URL)
			continue
		}
		k.CheckRequired(field+".key", b.Key)
		k.CheckBytes(field+".key", b.Key, maxKeyBytes)
		keys = append(keys, b.Key)
	}
	k.CheckUnique("template_card.button_list", "key", keys)
	if c.ButtonSelection != nil {
		c.ButtonSelection.checkFields(k, "template_card.button_selection")
	}
}

func (c *TemplateCard) checkVoteInteraction(k *fieldChecker) {
	c.checkMainTitle(k)
	if c.Checkbox == nil {
		k.Reject("template_card.checkbox", "is missing")
		return
	}
	k.CheckRequired("template_card.checkbox.question_key", c.Checkbox.QuestionKey)
	k.CheckBytes("template_card.checkbox.question_key", c.Checkbox.QuestionKey, maxKeyBytes)
	checkOptions(k, "template_card.checkbox.option_list", c.Checkbox.OptionList, 20)
	c.checkSubmitButton(k)
}

func (c *TemplateCard) checkMultipleInteraction(k *fieldChecker) {
	c.checkMainTitle(k)
	k.CheckCount("template_card.select_list", len(c.SelectList), 1, 3)
	var keys []string
	for i, s := range c.SelectList {
		s.checkFields(k, indexedField("template_card.select_list", i))
		keys = append(keys, s.QuestionKey)
	}
	k.CheckUnique("template_card.select_list", "key", keys)
	c.checkSubmitButton(k)
}

func (c *TemplateCard) checkSubmitButton(k *fieldChecker) {
	if c.SubmitButton != nil {
		k.CheckRequired("template_card.submit_button.key", c.SubmitButton.Key)
		k.CheckBytes("template_card.submit_button.key", c.SubmitButton.Key, maxKeyBytes)
	}
}

func (c *TemplateCard) checkMainTitle(k *fieldChecker) {
	if c.MainTitle == nil {
		k.Reject("template_card.main_title", "is missing")
		return
	}
	k.CheckRequired("template_card.main_title.title", c.MainTitle.Title)
}

func (c *TemplateCard) checkCardAction(k *fieldChecker) {
	if c.CardAction == nil || c.CardAction.Type == 0 {
		k.Reject("template_card.card_action", "is missing")
	}
}

func (m *CardActionMenu) checkFields(k *fieldChecker) {
	k.CheckCount("template_card.action_menu.action_list", len(m.ActionList), 1, 3)
	var keys []string
	for i, item := range m.ActionList {
		field := indexedField("template_card.action_menu.action_list", i)
		k.CheckRequired(field+".text", item.Text)
		k.CheckRequired(field+".key", item.Key)
		k.CheckBytes(field+".key", item.Key, maxKeyBytes)
		keys = append(keys, item.Key)
	}
	k.CheckUnique("template_card.action_menu.action_list", "key", keys)
}

func (h *CardHorizontalContent) checkFields(k *fieldChecker, field string) {
	k.CheckRequired(field+".keyname", h.KeyName)
	switch h.Type {
	case 1:
		k.CheckRequired(field+".url", h.URL)
	case 2:
		k.CheckRequired(field+".media_id", h.MediaID)
	case 3:
		k.CheckRequired(field+".userid", h.UserID)
	}
}

func (s *CardSelection) checkFields(k *fieldChecker, field string) {
	k.CheckRequired(field+".question_key", s.QuestionKey)
	k.CheckBytes(field+".question_key", s.QuestionKey, maxKeyBytes)
	checkOptions(k, field+".option_list", s.OptionList, 10)
}

func checkOptions(k *fieldChecker, field string, options []CardOption, most int) {
	k.CheckCount(field, len(options), 1, most)
	ids := make([]string, 0, len(options))
	for i, o := range options {
		k.CheckRequired(indexedField(field, i)+".id", o.ID)
		k.CheckBytes(indexedField(field, i)+".id", o.ID, 128)
		k.CheckRequired(indexedField(field, i)+".text", o.Text)
		ids = append(ids, o.ID)
	}
	k.CheckUnique(field, "key", ids)
}

// checkJumpTarget checks that the target required by a link type is set.
func checkJumpTarget(k *fieldChecker, field string, kind int, url, appID string) {
	switch kind {
	case 1:
		k.CheckRequired(field+".url", url)
	case 2:
		k.CheckRequired(field+".appid", appID)
	}
	if !slices.Contains([]int{0, 1, 2}, kind) {
		k.Reject(field+".type", "must be 0, 1 or 2")
	}
}
