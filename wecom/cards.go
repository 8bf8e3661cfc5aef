package wecom

import (
	"cmp"
	"context"
)

// Types of template card.
const (
	CardTextNotice          = "text_notice"
	CardNewsNotice          = "news_notice"
	CardButtonInteraction   = "button_interaction"
	CardVoteInteraction     = "vote_interaction"
	CardMultipleInteraction = "multiple_interaction"
)

// TemplateCard is a card of one of the five types. The official table lists the
// fields that each type accepts. Cards that send events require an app with a
// callback URL.
// See https://developer.work.weixin.qq.com/document/path/90236
type TemplateCard struct {
	CardType              string                  `json:"card_type"`
	Source                *CardSource             `json:"source,omitempty"`
	ActionMenu            *CardActionMenu         `json:"action_menu,omitempty"`
	MainTitle             *CardTitle              `json:"main_title,omitempty"`
	QuoteArea             *CardQuoteArea          `json:"quote_area,omitempty"`
	EmphasisContent       *CardTitle              `json:"emphasis_content,omitempty"` // text_notice
	SubTitleText          string                  `json:"sub_title_text,omitempty"`
	HorizontalContentList []CardHorizontalContent `json:"horizontal_content_list,omitempty"` // at most 6
	JumpList              []CardJump              `json:"jump_list,omitempty"`               // at most 3
	CardAction            *CardAction             `json:"card_action,omitempty"`
	ImageTextArea         *CardImageTextArea      `json:"image_text_area,omitempty"`       // news_notice
	CardImage             *CardImage              `json:"card_image,omitempty"`            // news_notice
	VerticalContentList   []CardTitle             `json:"vertical_content_list,omitempty"` // news_notice, at most 4
	TaskID                string                  `json:"task_id,omitempty"`               // unique in the app; returned with the event
	ButtonSelection       *CardSelection          `json:"button_selection,omitempty"`      // button_interaction
	ButtonList            []CardButton            `json:"button_list,omitempty"`           // button_interaction, 1 to 6
	Checkbox              *CardCheckbox           `json:"checkbox,omitempty"`              // vote_interaction
	SelectList            []CardSelection         `json:"select_list,omitempty"`           // multiple_interaction, 1 to 3
	SubmitButton          *CardSubmitButton       `json:"submit_button,omitempty"`         // vote_interaction and multiple_interaction
	ReplaceText           string                  `json:"replace_text,omitempty"`          // in UpdateTemplateCard: disables the buttons and replaces their text
}

// CardSource is the sender line of a card.
type CardSource struct {
	IconURL   string `json:"icon_url,omitempty"`
	Desc      string `json:"desc,omitempty"`
	DescColor int    `json:"desc_color,omitempty"` // 0 grey, 1 black, 2 red, 3 green
}

// CardActionMenu is the menu in the upper right corner, with 1 to 3 items.
type CardActionMenu struct {
	Desc       string         `json:"desc,omitempty"`
	ActionList []CardMenuItem `json:"action_list"`
}

// CardMenuItem is an item of a CardActionMenu.
type CardMenuItem struct {
	Text string `json:"text"`
	Key  string `json:"key"` // at most 1024 bytes; returned as EventKey
}

// CardTitle is a title with a description below it.
type CardTitle struct {
	Title string `json:"title,omitempty"` // recommended: at most 36 characters
	Desc  string `json:"desc,omitempty"`  // recommended: at most 44 characters
}

// CardQuoteArea is a quotation.
type CardQuoteArea struct {
	Type      int    `json:"type,omitempty"` // 0 no link, 1 URL, 2 mini program
	URL       string `json:"url,omitempty"`
	AppID     string `json:"appid,omitempty"`
	PagePath  string `json:"pagepath,omitempty"`
	Title     string `json:"title,omitempty"`
	QuoteText string `json:"quote_text,omitempty"`
}

// CardHorizontalContent is a line with a key on the left and a value on the
// right.
type CardHorizontalContent struct {
	Type    int    `json:"type,omitempty"`  // 0 text, 1 URL, 2 attachment, 3 member
	KeyName string `json:"keyname"`         // recommended: at most 5 characters
	Value   string `json:"value,omitempty"` // recommended: at most 30 characters
	URL     string `json:"url,omitempty"`
	MediaID string `json:"media_id,omitempty"`
	UserID  string `json:"userid,omitempty"`
}

// CardJump is a link at the bottom of the card.
type CardJump struct {
	Type     int    `json:"type,omitempty"` // 0 no link, 1 URL, 2 mini program
	Title    string `json:"title"`          // recommended: at most 18 characters
	URL      string `json:"url,omitempty"`
	AppID    string `json:"appid,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// CardAction is the target of a tap on the card itself.
type CardAction struct {
	Type     int    `json:"type"` // 0 none (button cards only), 1 URL, 2 mini program
	URL      string `json:"url,omitempty"`
	AppID    string `json:"appid,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// CardImageTextArea is an image on the left and a text on the right.
type CardImageTextArea struct {
	Type     int    `json:"type,omitempty"` // 0 no link, 1 URL, 2 mini program
	URL      string `json:"url,omitempty"`
	AppID    string `json:"appid,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
	Title    string `json:"title,omitempty"`
	Desc     string `json:"desc,omitempty"`
	ImageURL string `json:"image_url"`
}

// CardImage is the image of a news_notice card.
type CardImage struct {
	URL         string  `json:"url"`
	AspectRatio float64 `json:"aspect_ratio,omitempty"` // width by height, between 1.3 and 2.25
}

// Types of CardButton.
const (
	CardButtonCallback = 0 // sends an event to the app
	CardButtonURL      = 1 // opens a URL
)

// CardButton is a button of a button_interaction card.
type CardButton struct {
	Type  int    `json:"type,omitempty"`  // CardButtonCallback or CardButtonURL
	Text  string `json:"text"`            // recommended: at most 10 characters
	Style int    `json:"style,omitempty"` // 1 to 4; 1 is blue, 2 grey
	Key   string `json:"key,omitempty"`   // at most 1024 bytes; returned as EventKey
	URL   string `json:"url,omitempty"`
}

// CardSelection is a single choice out of 1 to 10 options.
type CardSelection struct {
	QuestionKey string       `json:"question_key"` // at most 1024 bytes
	Title       string       `json:"title,omitempty"`
	OptionList  []CardOption `json:"option_list"`
	SelectedID  string       `json:"selected_id,omitempty"` // the first option when empty or unknown
	Disable     bool         `json:"disable,omitempty"`     // only in UpdateTemplateCard
}

// CardOption is an option of a CardSelection or CardCheckbox.
type CardOption struct {
	ID        string `json:"id"`                   // at most 128 bytes
	Text      string `json:"text"`                 // recommended: at most 16 characters
	IsChecked bool   `json:"is_checked,omitempty"` // only in CardCheckbox
}

// CardCheckbox is a single or multiple choice out of 1 to 20 options.
type CardCheckbox struct {
	QuestionKey string       `json:"question_key"`   // at most 1024 bytes
	Mode        int          `json:"mode,omitempty"` // 0 single choice, 1 multiple choice
	OptionList  []CardOption `json:"option_list"`
	Disable     bool         `json:"disable,omitempty"` // in UpdateTemplateCard
}

// CardSubmitButton submits a vote_interaction or multiple_interaction card.
type CardSubmitButton struct {
	Text string `json:"text"` // recommended: at most 10 characters
	Key  string `json:"key"`  // at most 1024 bytes; returned as EventKey
}

// CardUpdate updates a sent card. Exactly one of Button and TemplateCard is
// set. WeCom rejects an update without any of UserIDs, PartyIDs, TagIDs and
// AtAll.
// See https://developer.work.weixin.qq.com/document/path/94888
type CardUpdate struct {
	UserIDs       []string          `json:"userids,omitempty"`  // at most 1000
	PartyIDs      []int64           `json:"partyids,omitempty"` // at most 100
	TagIDs        []int64           `json:"tagids,omitempty"`   // at most 100
	AtAll         Flag              `json:"atall,omitempty"`    // every recipient of the card
	AgentID       int64             `json:"agentid"`            // set by UpdateTemplateCard
	ResponseCode  string            `json:"response_code"`      // from SendResult or the event; valid once, within 72 hours
	EnableIDTrans Flag              `json:"enable_id_trans,omitempty"`
	Button        *CardButtonUpdate `json:"button,omitempty"`        // disables the buttons and replaces their text
	TemplateCard  *TemplateCard     `json:"template_card,omitempty"` // replaces the card; may be of another type
}

// CardButtonUpdate replaces the buttons of a card by one disabled button.
type CardButtonUpdate struct {
	ReplaceName string `json:"replace_name"`
}

// CardUpdateResult is the response to an accepted update.
type CardUpdateResult struct {
	InvalidUser IDList `json:"invaliduser"` // in lower case
}

// UpdateTemplateCard updates a card in the chats of its recipients. The
// response code is valid once, within 72 hours; after that WeCom returns 60140.
// See https://developer.work.weixin.qq.com/document/path/94888
func (s *MessageService) UpdateTemplateCard(ctx context.Context, u *CardUpdate) (*CardUpdateResult, error) {
	request := *u
	request.AgentID = cmp.Or(u.AgentID, s.client.agentID)
	var k fieldChecker
	k.CheckRequired("response_code", u.ResponseCode)
	k.CheckCount("userids", len(u.UserIDs), 0, 1000)
	k.CheckCount("partyids", len(u.PartyIDs), 0, 100)
	k.CheckCount("tagids", len(u.TagIDs), 0, 100)
	if len(u.UserIDs)+len(u.PartyIDs)+len(u.TagIDs) == 0 && !bool(u.AtAll) {
		k.Reject("userids", "is empty, and so are partyids and tagids: name recipients, or set AtAll for every recipient of the card")
	}
	switch {
	case (u.Button == nil) == (u.TemplateCard == nil):
		k.Reject("button", "and template_card: exactly one is needed")
	case u.Button != nil:
		k.CheckRequired("button.replace_name", u.Button.ReplaceName)
	default:
		u.TemplateCard.checkReplacement(&k)
	}
	if err := k.firstError(); err != nil {
		return nil, err
	}
	var reply struct {
		envelope
		CardUpdateResult
	}
	if err := s.client.doCall(ctx, s.client.postCall("/cgi-bin/message/update_template_card", request), &reply); err != nil {
		return nil, err
	}
	return &reply.CardUpdateResult, nil
}
