package wecom

// Constructors of the common messages. A message is checked when it is sent, so
// further fields may be set before.

// ToUsers addresses members by userid. Send rejects an empty list, and rejects
// AllMembers among the userids: only ToAll addresses every member.
func ToUsers(userIDs ...string) IDList {
	if len(userIDs) == 1 && isAllMembers(userIDs[0]) {
		return IDList{AllMembers, AllMembers} // rejected, because AllMembers must be the only entry
	}
	return IDList(userIDs)
}

// ToAll addresses every member in the app's visible range.
func ToAll() IDList { return IDList{AllMembers} }

// NewTextMessage returns a text message of at most 2048 bytes.
func NewTextMessage(to IDList, content string) *Message {
	return &Message{ToUser: to, Text: &Text{Content: content}}
}

// NewMarkdownMessage returns a message of at most 2048 bytes in WeCom's subset
// of Markdown.
func NewMarkdownMessage(to IDList, content string) *Message {
	return &Message{ToUser: to, Markdown: &Markdown{Content: content}}
}

// NewTextCard returns a textcard message with a title, a description and one
// link.
func NewTextCard(to IDList, title, description, linkURL string) *Message {
	return &Message{ToUser: to, TextCard: &TextCard{Title: title, Description: description, URL: linkURL}}
}

// NewTextNoticeCard returns a text_notice template card that opens a page: a
// title, a description, and up to 6 lines of key and value.
func NewTextNoticeCard(to IDList, title, desc, pageURL string, contents ...CardHorizontalContent) *Message {
	return &Message{ToUser: to, TemplateCard: &TemplateCard{
		CardType:              CardTextNotice,
		MainTitle:             &CardTitle{Title: title, Desc: desc},
		HorizontalContentList: contents,
		CardAction:            &CardAction{Type: 1, URL: pageURL},
	}}
}

// NewButtonInteractionCard returns a button_interaction template card with 1 to
// 6 buttons. The task id returned with the event: see
// callback.TemplateCardEvent. The app needs a callback URL.
func NewButtonInteractionCard(to IDList, taskID, title, desc string, buttons ...CardButton) *Message {
	return &Message{ToUser: to, TemplateCard: &TemplateCard{
		CardType:   CardButtonInteraction,
		MainTitle:  &CardTitle{Title: title, Desc: desc},
		TaskID:     taskID,
		ButtonList: buttons,
	}}
}

// NewVoteInteractionCard returns a vote_interaction template card with 1 to 20
// options, of which one, or several if multiple is true, can be chosen.
func NewVoteInteractionCard(to IDList, taskID, title, questionKey string, multiple bool, options ...CardOption) *Message {
	mode := 0
	if multiple {
		mode = 1
	}
	return &Message{ToUser: to, TemplateCard: &TemplateCard{
		CardType:     CardVoteInteraction,
		MainTitle:    &CardTitle{Title: title},
		TaskID:       taskID,
		Checkbox:     &CardCheckbox{QuestionKey: questionKey, Mode: mode, OptionList: options},
		SubmitButton: &CardSubmitButton{Text: "提交", Key: "submit"},
	}}
}

// HorizontalText returns a line of key and value on a template card.
func HorizontalText(keyName, value string) CardHorizontalContent {
	return CardHorizontalContent{KeyName: keyName, Value: value}
}

// HorizontalLink returns a line whose value opens a page.
func HorizontalLink(keyName, value, pageURL string) CardHorizontalContent {
	return CardHorizontalContent{Type: 1, KeyName: keyName, Value: value, URL: pageURL}
}

// HorizontalMember returns a line whose value opens a member's profile.
func HorizontalMember(keyName, value, userID string) CardHorizontalContent {
	return CardHorizontalContent{Type: 3, KeyName: keyName, Value: value, UserID: userID}
}

// NewCardButton returns a button whose tap sends an event with its key to the app.
// Style is 1 to 4: 1 for the primary action, 2 for the others.
func NewCardButton(text, key string, style int) CardButton {
	return CardButton{Text: text, Key: key, Style: style}
}

// WithDuplicateCheck turns WeCom's duplicate check on for its longest interval,
// four hours, so that sending the message again does not deliver it twice. It
// modifies and returns m.
func (m *Message) WithDuplicateCheck() *Message {
	m.EnableDuplicateCheck, m.DuplicateCheckInterval = true, int(MaxDuplicateCheckInterval.Seconds())
	return m
}

// DisableButtons returns an update that disables the buttons of a card for
// these members and replaces their text. UpdateTemplateCard rejects an update
// without members; set AtAll for every recipient of the card.
func DisableButtons(responseCode, text string, userIDs ...string) *CardUpdate {
	return &CardUpdate{ResponseCode: responseCode, UserIDs: userIDs, Button: &CardButtonUpdate{ReplaceName: text}}
}
