package wecom

// The functions here make the common messages in one call. What they make is
// checked when it is sent; fields may be set on it before.

// To names the members whom a message is for. Without any it is for
// EveryMember.
func To(userIDs ...string) List {
	if len(userIDs) == 0 {
		return List{EveryMember}
	}
	return List(userIDs)
}

// NewText is a text of at most 2048 bytes.
func NewText(to List, content string) *Message {
	return &Message{ToUser: to, Text: &Text{Content: content}}
}

// NewMarkdown is a text of at most 2048 bytes in WeCom's small markdown.
func NewMarkdown(to List, content string) *Message {
	return &Message{ToUser: to, Markdown: &Markdown{Content: content}}
}

// NewTextCard is a card with a title, a description and one link.
func NewTextCard(to List, title, description, address string) *Message {
	return &Message{ToUser: to, TextCard: &TextCard{Title: title, Description: description, URL: address}}
}

// NewNotice is a card that tells something and opens a page: a title, a line
// below it, and up to 6 lines with a name and a value.
func NewNotice(to List, title, line, address string, lines ...CardHorizontal) *Message {
	return &Message{ToUser: to, TemplateCard: &TemplateCard{
		CardType:              CardTextNotice,
		MainTitle:             &CardTitle{Title: title, Desc: line},
		HorizontalContentList: lines,
		CardAction:            &CardAction{Type: 1, URL: address},
	}}
}

// NewQuestion is a card with 1 to 6 buttons. The task id names it in the
// answer: see callback.TemplateCardEvent. The app needs a callback address.
func NewQuestion(to List, taskID, title, line string, buttons ...CardButton) *Message {
	return &Message{ToUser: to, TemplateCard: &TemplateCard{
		CardType:   CardButtonInteraction,
		MainTitle:  &CardTitle{Title: title, Desc: line},
		TaskID:     taskID,
		ButtonList: buttons,
	}}
}

// NewVote is a card on which one, or several, of 1 to 20 options are chosen.
func NewVote(to List, taskID, title, question string, several bool, options ...CardOption) *Message {
	mode := 0
	if several {
		mode = 1
	}
	return &Message{ToUser: to, TemplateCard: &TemplateCard{
		CardType:     CardVoteInteraction,
		MainTitle:    &CardTitle{Title: title},
		TaskID:       taskID,
		Checkbox:     &CardCheckbox{QuestionKey: question, Mode: mode, OptionList: options},
		SubmitButton: &CardSubmit{Text: "提交", Key: "submit"},
	}}
}

// Line is a name with a value, for a card.
func Line(name, value string) CardHorizontal { return CardHorizontal{KeyName: name, Value: value} }

// LinkLine is a name with a value that opens a page.
func LinkLine(name, value, address string) CardHorizontal {
	return CardHorizontal{Type: 1, KeyName: name, Value: value, URL: address}
}

// MemberLine is a name with a member whose profile opens.
func MemberLine(name, value, userID string) CardHorizontal {
	return CardHorizontal{Type: 3, KeyName: name, Value: value, UserID: userID}
}

// Button is a button that tells the app its key. The styles are 1 to 4; 1 is
// for what one is asked to do, 2 for the rest.
func Button(text, key string, style int) CardButton {
	return CardButton{Text: text, Key: key, Style: style}
}

// Once makes WeCom deliver the message once although it is sent again, for as
// long as WeCom can tell, which is four hours. It returns the message.
func (m *Message) Once() *Message {
	m.EnableDuplicateCheck, m.DuplicateCheckInterval = true, int(LongestDuplicateCheck.Seconds())
	return m
}

// Greyed is an update that makes the buttons of a card grey, for those members,
// with a text in their place.
func Greyed(responseCode, text string, userIDs ...string) *CardUpdate {
	return &CardUpdate{ResponseCode: responseCode, UserIDs: userIDs, Button: &ButtonUpdate{ReplaceName: text}}
}
