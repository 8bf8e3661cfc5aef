package wecomtest

import "regexp"

var taskIDPattern = regexp.MustCompile(`^[0-9A-Za-z_@-]{1,128}$`)

// checkForSend checks the card of message/send.
func (c *Card) checkForSend(r *request) *apiError {
	if err := c.checkFields(); err != nil {
		return err
	}
	if c.isInteractive() || c.ActionMenu != nil {
		if c.TaskID == "" {
			return newAPIError(42014)
		}
		if r.app.CallbackURL == "" {
			return newAPIError(43012)
		}
	}
	return nil
}

// checkFields checks the rules that also apply to a replacement card.
func (c *Card) checkFields() *apiError {
	if c == nil {
		return invalidParam("template_card")
	}
	if c.TaskID != "" && !taskIDPattern.MatchString(c.TaskID) {
		return newAPIError(42014)
	}
	parts := []func() *apiError{c.checkTitle, c.checkAction, c.checkLists, c.checkMenu, c.checkKind}
	for _, part := range parts {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Card) checkTitle() *apiError {
	title := c.MainTitle != nil && c.MainTitle.Title != ""
	if c.CardType == textNotice {
		if !title && c.SubTitleText == "" {
			return newAPIError(42033)
		}
		return nil
	}
	if !title {
		return newAPIError(42033)
	}
	return nil
}

func (c *Card) checkAction() *apiError {
	required := c.CardType == textNotice || c.CardType == newsNotice
	if c.CardAction == nil {
		if required {
			return newAPIError(42045)
		}
		return nil
	}
	if c.CardAction.Type == 0 && required {
		return newAPIError(42045)
	}
	return c.CardAction.checkTarget()
}

// checkTarget checks that a link has the fields that its type requires.
func (j *Jump) checkTarget() *apiError {
	switch {
	case j.Type < 0 || j.Type > 2:
		return newAPIError(42045)
	case j.Type == 1 && j.URL == "":
		return newAPIError(42028)
	case j.Type == 1 && !isHTTPURL(j.URL):
		return newAPIError(40094)
	case j.Type == 2 && j.AppID == "":
		return newAPIError(42030)
	}
	return nil
}

func (c *Card) checkLists() *apiError {
	switch {
	case len(c.Horizontal) > 6:
		return newAPIError(42035)
	case len(c.JumpList) > 3:
		return newAPIError(42042)
	case len(c.Vertical) > 4:
		return newAPIError(42036)
	}
	if q := c.QuoteArea; q != nil {
		if err := (&Jump{Type: q.Type, URL: q.URL, AppID: q.AppID}).checkTarget(); err != nil {
			return err
		}
	}
	for _, h := range c.Horizontal {
		if err := h.checkFields(); err != nil {
			return err
		}
	}
	for _, j := range c.JumpList {
		if j.Title == "" {
			return newAPIError(42033)
		}
		if err := j.checkTarget(); err != nil {
			return err
		}
	}
	for _, v := range c.Vertical {
		if v.Title == "" {
			return newAPIError(42033)
		}
	}
	return nil
}

func (h Horizontal) checkFields() *apiError {
	switch {
	case h.KeyName == "":
		return newAPIError(42027)
	case h.Type == 1 && h.URL == "":
		return newAPIError(42028)
	case h.Type == 2 && h.MediaID == "":
		return newAPIError(42029)
	case h.Type == 3 && h.UserID == "":
		return newAPIError(42050)
	}
	return nil
}

func (c *Card) checkMenu() *apiError {
	if c.ActionMenu == nil {
		return nil
	}
	if n := len(c.ActionMenu.ActionList); n < 1 || n > 3 {
		return invalidParam("action_menu.action_list")
	}
	seen := map[string]bool{}
	for _, b := range c.ActionMenu.ActionList {
		switch {
		case b.Text == "":
			return invalidParam("action_menu.action_list.text")
		case b.Key == "" || len(b.Key) > 1024:
			return invalidParam("action_menu.action_list.key")
		case seen[b.Key]:
			return newAPIError(42051)
		}
		seen[b.Key] = true
	}
	return nil
}

func (c *Card) checkKind() *apiError {
	switch c.CardType {
	case textNotice:
		return nil
	case newsNotice:
		return c.checkNewsNotice()
	case buttonInteraction:
		return c.checkButtons()
	case voteInteraction:
		return c.checkVote()
	case multipleInteraction:
		return c.checkMultipleInteraction()
	}
	return newAPIError(42031)
}

func (c *Card) checkNewsNotice() *apiError {
	if c.CardImage == nil && c.ImageTextArea == nil {
		return newAPIError(42044)
	}
	if c.CardImage != nil && !isHTTPURL(c.CardImage.URL) {
		return newAPIError(42044)
	}
	if c.CardImage != nil && c.CardImage.AspectRatio != 0 &&
		(c.CardImage.AspectRatio < 1.3 || c.CardImage.AspectRatio >= 2.25) {
		return invalidParam("card_image.aspect_ratio")
	}
	return nil
}

func (c *Card) checkButtons() *apiError {
	if n := len(c.ButtonList); n < 1 || n > 6 {
		return invalidParam("button_list")
	}
	seen := map[string]bool{}
	for _, b := range c.ButtonList {
		if err := b.checkFields(seen); err != nil {
			return err
		}
	}
	if c.ButtonSelection != nil {
		return c.ButtonSelection.checkFields(10)
	}
	return nil
}

func (b Button) checkFields(seen map[string]bool) *apiError {
	switch {
	case b.Text == "":
		return newAPIError(42038)
	case b.Type == 1 && b.URL == "":
		return newAPIError(42028)
	case b.Type == 1:
		return nil
	case b.Key == "" || len(b.Key) > 1024 || seen[b.Key]:
		return newAPIError(42039)
	}
	seen[b.Key] = true
	return nil
}

func (q *Selection) checkFields(limit int) *apiError {
	if q.QuestionKey == "" || len(q.QuestionKey) > 1024 {
		return newAPIError(42043)
	}
	return checkOptions(q.OptionList, limit)
}

func checkOptions(list []Option, limit int) *apiError {
	if len(list) < 1 || len(list) > limit {
		return newAPIError(42037)
	}
	seen := map[string]bool{}
	for _, o := range list {
		if o.ID == "" || len(o.ID) > 128 || seen[o.ID] {
			return newAPIError(42040)
		}
		if o.Text == "" {
			return newAPIError(42041)
		}
		seen[o.ID] = true
	}
	return nil
}

func (c *Card) checkVote() *apiError {
	if c.CheckBox == nil || c.CheckBox.QuestionKey == "" || len(c.CheckBox.QuestionKey) > 1024 {
		return newAPIError(42043)
	}
	if err := checkOptions(c.CheckBox.OptionList, 20); err != nil {
		return err
	}
	return c.checkSubmit()
}

func (c *Card) checkMultipleInteraction() *apiError {
	if n := len(c.SelectList); n < 1 || n > 3 {
		return newAPIError(42047)
	}
	seen := map[string]bool{}
	for _, q := range c.SelectList {
		if err := q.checkFields(10); err != nil {
			return err
		}
		if seen[q.QuestionKey] {
			return newAPIError(42043)
		}
		seen[q.QuestionKey] = true
	}
	return c.checkSubmit()
}

// checkSubmit checks the submit button. Its text may be empty: clients show 提交.
func (c *Card) checkSubmit() *apiError {
	if c.SubmitButton == nil || c.SubmitButton.Key == "" || len(c.SubmitButton.Key) > 1024 {
		return newAPIError(42046)
	}
	return nil
}
