package wecom

// The functions here make the common messages in one call. What they make is
// checked when it is sent; fields may be set on it before.

// ToUsers names the members whom a message is for. Without any it is for
// EveryMember.
func ToUsers(userIDs ...string) IDList {
	if len(userIDs) == 0 {
		return IDList{AllMembers}
	}
	return IDList(userIDs)
}

// NewTextMessage is a text of at most 2048 bytes.
func NewTextMessage(to IDList, content string) *Message {
	return &Message{ToUser: to, Text: &Text{Content: content}}
}

// NewMarkdownMessage is a text of at most 2048 bytes in WeCom's small markdown.
func NewMarkdownMessage(to IDList, content string) *Message {
	return &Message{ToUser: to, Markdown: &Markdown{Content: content}}
}

// NewTextCard is a card with a title, a description and one link.
func NewTextCard(to IDList, title, description, address string) *Message {
	return &Message{ToUser: to, TextCard: &TextCard{Title: title, Description: description, URL: address}}
}

// NewTextNoticeCard is a card that tells something and opens a page: a title, a line
// below it, and up to 6 lines with a name and a value.
func NewTextNoticeCard(to IDList, title, line, address string, lines ...CardHorizontalContent) *Message {
	return &Message{ToUser: to, TemplateCard: &TemplateCard{
		CardType:              CardTextNotice,
		MainTitle:             &CardTitle{Title: title, Desc: line},
		HorizontalContentList: lines,
		CardAction:            &CardAction{Type: 1, URL: address},
	}}
}

// NewButtonInteractionCard is a card with 1 to 6 buttons. The task id names it in the
// answer: see callback.TemplateCardEvent. The app needs a callback address.
func NewButtonInteractionCard(to IDList, taskID, title, line string, buttons ...CardButton) *Message {
	return &Message{ToUser: to, TemplateCard: &TemplateCard{
		CardType:   CardButtonInteraction,
		MainTitle:  &CardTitle{Title: title, Desc: line},
		TaskID:     taskID,
		ButtonList: buttons,
	}}
}

// NewVoteInteractionCard is a card on which one, or several, of 1 to 20 options are chosen.
func NewVoteInteractionCard(to IDList, taskID, title, question string, several bool, options ...CardOption) *Message {
	mode := 0
	if several {
		mode = 1
	}
	return &Message{ToUser: to, TemplateCard: &TemplateCard{
		CardType:     CardVoteInteraction,
		MainTitle:    &CardTitle{Title: title},
		TaskID:       taskID,
		Checkbox:     &CardCheckbox{QuestionKey: question, Mode: mode, OptionList: options},
		SubmitButton: &CardSubmitButton{Text: "提交", Key: "submit"},
	}}
}

// HorizontalText is a name with a value, for a card.
func HorizontalText(name, value string) CardHorizontalContent {
	return CardHorizontalContent{KeyName: name, Value: value}
}

// HorizontalLink is a name with a value that opens a page.
func HorizontalLink(name, value, address string) CardHorizontalContent {
	return CardHorizontalContent{Type: 1, KeyName: name, Value: value, URL: address}
}

// HorizontalMember is a name with a member whose profile opens.
func HorizontalMember(name, value, userID string) CardHorizontalContent {
	return CardHorizontalContent{Type: 3, KeyName: name, Value: value, UserID: userID}
}

// NewCardButton is a button that tells the app its key. The styles are 1 to 4; 1 is
// for what one is asked to do, 2 for the rest.
func NewCardButton(text, key string, style int) CardButton {
	return CardButton{Text: text, Key: key, Style: style}
}

// WithDuplicateCheck makes WeCom deliver the message once although it is sent again, for as
// long as WeCom can tell, which is four hours. It returns the message.
func (m *Message) WithDuplicateCheck() *Message {
	m.EnableDuplicateCheck, m.DuplicateCheckInterval = true, int(MaxDuplicateCheckInterval.Seconds())
	return m
}

// DisableButtons is an update that makes the buttons of a card grey, for those members,
// with a text in their place.
func DisableButtons(responseCode, text string, userIDs ...string) *CardUpdate {
	return &CardUpdate{ResponseCode: responseCode, UserIDs: userIDs, Button: &CardButtonUpdate{ReplaceName: text}}
}
