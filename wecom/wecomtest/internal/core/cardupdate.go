package core

import (
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// ResponseCode permits one update of a card.
type ResponseCode struct {
	Message *SentMessage
	Expires time.Time
	Used    bool
}

// UpdateCard replaces the card of one recipient or disables its buttons.
func (d *InboxMessage) UpdateCard(card *model.Card, replaceName string) {
	if card != nil {
		if card.TaskID == "" {
			fresh := *card
			fresh.TaskID = d.CurrentCard().TaskID
			card = &fresh
		}
		d.replaced, d.ButtonText = card, card.ReplaceText
		return
	}
	d.ButtonText = replaceName
}
