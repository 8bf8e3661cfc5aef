package messaging

import (
	"regexp"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

var taskIDPattern = regexp.MustCompile(`^[0-9A-Za-z_@-]{1,128}$`)

// checkCardForSend checks the card of message/send.
func checkCardForSend(c *model.Card, r *core.Request) *core.APIError {
	if err := CheckCard(c); err != nil {
		return err
	}
	if core.IsInteractiveCard(c) || c.ActionMenu != nil {
		if c.TaskID == "" {
			return core.NewAPIError(42014)
		}
		if r.App.CallbackURL == "" {
			return core.NewAPIError(43012)
		}
	}
	return nil
}

// CheckCard checks the rules that also apply to a replacement card.
func CheckCard(c *model.Card) *core.APIError {
	if c == nil {
		return core.InvalidParam("template_card")
	}
	if c.TaskID != "" && !taskIDPattern.MatchString(c.TaskID) {
		return core.NewAPIError(42014)
	}
	checks := []func() *core.APIError{
		func() *core.APIError { return checkCardTitle(c) }, func() *core.APIError { return checkCardAction(c) }, func() *core.APIError { return checkCardLists(c) },
		func() *core.APIError { return checkCardMenu(c) }, func() *core.APIError { return checkCardKind(c) },
	}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func checkCardTitle(c *model.Card) *core.APIError {
	title := c.MainTitle != nil && c.MainTitle.Title != ""
	if c.CardType == core.TextNotice {
		if !title && c.SubTitleText == "" {
			return core.NewAPIError(42033)
		}
		return nil
	}
	if !title {
		return core.NewAPIError(42033)
	}
	return nil
}

func checkCardAction(c *model.Card) *core.APIError {
	required := c.CardType == core.TextNotice || c.CardType == core.NewsNotice
	if c.CardAction == nil {
		if required {
			return core.NewAPIError(42045)
		}
		return nil
	}
	if c.CardAction.Type == 0 && required {
		return core.NewAPIError(42045)
	}
	return checkJumpTarget(c.CardAction)
}

// checkJumpTarget checks that a link has the fields that its type requires.
func checkJumpTarget(j *model.Jump) *core.APIError {
	switch {
	case j.Type < 0 || j.Type > 2:
		return core.NewAPIError(42045)
	case j.Type == 1 && j.URL == "":
		return core.NewAPIError(42028)
	case j.Type == 1 && !core.IsHTTPURL(j.URL):
		return core.NewAPIError(40094)
	case j.Type == 2 && j.AppID == "":
		return core.NewAPIError(42030)
	}
	return nil
}

func checkCardLists(c *model.Card) *core.APIError {
	switch {
	case len(c.Horizontal) > 6:
		return core.NewAPIError(42035)
	case len(c.JumpList) > 3:
		return core.NewAPIError(42042)
	case len(c.Vertical) > 4:
		return core.NewAPIError(42036)
	}
	if q := c.QuoteArea; q != nil {
		if err := checkJumpTarget((&model.Jump{Type: q.Type, URL: q.URL, AppID: q.AppID})); err != nil {
			return err
		}
	}
	for _, h := range c.Horizontal {
		if err := checkHorizontal(h); err != nil {
			return err
		}
	}
	for _, j := range c.JumpList {
		if j.Title == "" {
			return core.NewAPIError(42033)
		}
		if err := checkJumpTarget(&j); err != nil {
			return err
		}
	}
	for _, v := range c.Vertical {
		if v.Title == "" {
			return core.NewAPIError(42033)
		}
	}
	return nil
}

func checkHorizontal(h model.Horizontal) *core.APIError {
	switch {
	case h.KeyName == "":
		return core.NewAPIError(42027)
	case h.Type == 1 && h.URL == "":
		return core.NewAPIError(42028)
	case h.Type == 2 && h.MediaID == "":
		return core.NewAPIError(42029)
	case h.Type == 3 && h.UserID == "":
		return core.NewAPIError(42050)
	}
	return nil
}

func checkCardMenu(c *model.Card) *core.APIError {
	if c.ActionMenu == nil {
		return nil
	}
	if n := len(c.ActionMenu.ActionList); n < 1 || n > 3 {
		return core.InvalidParam("action_menu.action_list")
	}
	seen := map[string]bool{}
	for _, b := range c.ActionMenu.ActionList {
		switch {
		case b.Text == "":
			return core.InvalidParam("action_menu.action_list.text")
		case b.Key == "" || len(b.Key) > 1024:
			return core.InvalidParam("action_menu.action_list.key")
		case seen[b.Key]:
			return core.NewAPIError(42051)
		}
		seen[b.Key] = true
	}
	return nil
}

func checkCardKind(c *model.Card) *core.APIError {
	switch c.CardType {
	case core.TextNotice:
		return nil
	case core.NewsNotice:
		return checkNewsNoticeCard(c)
	case core.ButtonInteraction:
		return checkCardButtons(c)
	case core.VoteInteraction:
		return checkVoteCard(c)
	case core.MultipleInteraction:
		return checkMultipleInteractionCard(c)
	}
	return core.NewAPIError(42031)
}

func checkNewsNoticeCard(c *model.Card) *core.APIError {
	if c.CardImage == nil && c.ImageTextArea == nil {
		return core.NewAPIError(42044)
	}
	if c.CardImage != nil && !core.IsHTTPURL(c.CardImage.URL) {
		return core.NewAPIError(42044)
	}
	if c.CardImage != nil && c.CardImage.AspectRatio != 0 &&
		(c.CardImage.AspectRatio < 1.3 || c.CardImage.AspectRatio >= 2.25) {
		return core.InvalidParam("card_image.aspect_ratio")
	}
	return nil
}

func checkCardButtons(c *model.Card) *core.APIError {
	if n := len(c.ButtonList); n < 1 || n > 6 {
		return core.InvalidParam("button_list")
	}
	seen := map[string]bool{}
	for _, b := range c.ButtonList {
		if err := checkButton(b, seen); err != nil {
			return err
		}
	}
	if c.ButtonSelection != nil {
		return checkSelection(c.ButtonSelection, 10)
	}
	return nil
}

func checkButton(b model.Button, seen map[string]bool) *core.APIError {
	switch {
	case b.Text == "":
		return core.NewAPIError(42038)
	case b.Type == 1 && b.URL == "":
		return core.NewAPIError(42028)
	case b.Type == 1:
		return nil
	case b.Key == "" || len(b.Key) > 1024 || seen[b.Key]:
		return core.NewAPIError(42039)
	}
	seen[b.Key] = true
	return nil
}

func checkSelection(q *model.Selection, limit int) *core.APIError {
	if q.QuestionKey == "" || len(q.QuestionKey) > 1024 {
		return core.NewAPIError(42043)
	}
	return checkOptions(q.OptionList, limit)
}

func checkOptions(list []model.Option, limit int) *core.APIError {
	if len(list) < 1 || len(list) > limit {
		return core.NewAPIError(42037)
	}
	seen := map[string]bool{}
	for _, o := range list {
		if o.ID == "" || len(o.ID) > 128 || seen[o.ID] {
			return core.NewAPIError(42040)
		}
		if o.Text == "" {
			return core.NewAPIError(42041)
		}
		seen[o.ID] = true
	}
	return nil
}

func checkVoteCard(c *model.Card) *core.APIError {
	if c.CheckBox == nil || c.CheckBox.QuestionKey == "" || len(c.CheckBox.QuestionKey) > 1024 {
		return core.NewAPIError(42043)
	}
	if err := checkOptions(c.CheckBox.OptionList, 20); err != nil {
		return err
	}
	return checkCardSubmit(c)
}

func checkMultipleInteractionCard(c *model.Card) *core.APIError {
	if n := len(c.SelectList); n < 1 || n > 3 {
		return core.NewAPIError(42047)
	}
	seen := map[string]bool{}
	for _, q := range c.SelectList {
		if err := checkSelection(&q, 10); err != nil {
			return err
		}
		if seen[q.QuestionKey] {
			return core.NewAPIError(42043)
		}
		seen[q.QuestionKey] = true
	}
	return checkCardSubmit(c)
}

// checkCardSubmit checks the submit button. Its text may be empty: clients show 提交.
func checkCardSubmit(c *model.Card) *core.APIError {
	if c.SubmitButton == nil || c.SubmitButton.Key == "" || len(c.SubmitButton.Key) > 1024 {
		return core.NewAPIError(42046)
	}
	return nil
}
