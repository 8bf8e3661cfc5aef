package core

import (
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Values of card_type.
const (
	TextNotice          = "text_notice"
	NewsNotice          = "news_notice"
	ButtonInteraction   = "button_interaction"
	VoteInteraction     = "vote_interaction"
	MultipleInteraction = "multiple_interaction"
)

// CardNeedsResponseCode reports whether message/send returns a response code for the card: always for
// cards with buttons, and for notices with an action menu.
func CardNeedsResponseCode(c *model.Card) bool {
	return c != nil && (IsInteractiveCard(c) || c.ActionMenu != nil)
}

// IsInteractiveCard reports whether members can answer the card.
func IsInteractiveCard(c *model.Card) bool {
	return c.CardType == ButtonInteraction || c.CardType == VoteInteraction || c.CardType == MultipleInteraction
}

// CardIDTokenFields returns the fields in which id tokens are replaced.
func CardIDTokenFields(c *model.Card) []*string {
	out := []*string{&c.SubTitleText}
	if c.Source != nil {
		out = append(out, &c.Source.Desc)
	}
	if c.MainTitle != nil {
		out = append(out, &c.MainTitle.Title, &c.MainTitle.Desc)
	}
	for i := range c.Horizontal {
		out = append(out, &c.Horizontal[i].Value)
	}
	return out
}

// FindCardButton reports whether a key belongs to a button, the submit button or an item of the action
// menu (menu is then true).
func FindCardButton(c *model.Card, key string) (found, menu bool) {
	for _, b := range c.ButtonList {
		if b.Key == key && b.Type == 0 {
			return true, false
		}
	}
	if c.SubmitButton != nil && c.SubmitButton.Key == key {
		return true, false
	}
	if c.ActionMenu != nil {
		for _, b := range c.ActionMenu.ActionList {
			if b.Key == key {
				return true, true
			}
		}
	}
	return false, false
}
