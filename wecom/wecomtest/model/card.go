package model

// Card is a template card (模板卡片) of any of the five types.
//
// https://developer.work.weixin.qq.com/document/path/90236
type Card struct {
	CardType        string         `json:"card_type"`
	Source          *CardSource    `json:"source,omitempty"`
	ActionMenu      *ActionMenu    `json:"action_menu,omitempty"`
	MainTitle       *TitleDesc     `json:"main_title,omitempty"`
	QuoteArea       *QuoteArea     `json:"quote_area,omitempty"`
	Emphasis        *TitleDesc     `json:"emphasis_content,omitempty"`
	SubTitleText    string         `json:"sub_title_text,omitempty"`
	Horizontal      []Horizontal   `json:"horizontal_content_list,omitempty"`
	JumpList        []Jump         `json:"jump_list,omitempty"`
	CardAction      *Jump          `json:"card_action,omitempty"`
	TaskID          string         `json:"task_id,omitempty"`
	ButtonSelection *Selection     `json:"button_selection,omitempty"`
	ButtonList      []Button       `json:"button_list,omitempty"`
	CheckBox        *CheckBox      `json:"checkbox,omitempty"`
	SelectList      []Selection    `json:"select_list,omitempty"`
	SubmitButton    *Button        `json:"submit_button,omitempty"`
	CardImage       *CardImage     `json:"card_image,omitempty"`
	ImageTextArea   *ImageTextArea `json:"image_text_area,omitempty"`
	Vertical        []TitleDesc    `json:"vertical_content_list,omitempty"`
	// ReplaceText is the text of the disabled buttons; only in update_template_card.
	ReplaceText string `json:"replace_text,omitempty"`
}

// CardSource is the source shown above the card.
type CardSource struct {
	IconURL   string `json:"icon_url,omitempty"`
	Desc      string `json:"desc,omitempty"`
	DescColor Int    `json:"desc_color,omitempty"` // 0 grey, 1 black, 2 red, 3 green
}

// ActionMenu is the menu in the upper right corner.
type ActionMenu struct {
	Desc       string   `json:"desc,omitempty"`
	ActionList []Button `json:"action_list"`
}

// TitleDesc is a title and its description.
type TitleDesc struct {
	Title string `json:"title,omitempty"`
	Desc  string `json:"desc,omitempty"`
}

// QuoteArea is the quotation with a grey background.
type QuoteArea struct {
	Type      Int    `json:"type,omitempty"`
	URL       string `json:"url,omitempty"`
	AppID     string `json:"appid,omitempty"`
	PagePath  string `json:"pagepath,omitempty"`
	Title     string `json:"title,omitempty"`
	QuoteText string `json:"quote_text,omitempty"`
}

// Horizontal is a row of a key and a value.
type Horizontal struct {
	Type    Int    `json:"type,omitempty"` // 0 text, 1 link, 2 attachment, 3 member
	KeyName string `json:"keyname"`
	Value   string `json:"value,omitempty"`
	URL     string `json:"url,omitempty"`
	MediaID string `json:"media_id,omitempty"`
	UserID  string `json:"userid,omitempty"`
}

// Jump is a link to a page (type 1) or a mini program (type 2).
type Jump struct {
	Type     Int    `json:"type,omitempty"`
	Title    string `json:"title,omitempty"`
	URL      string `json:"url,omitempty"`
	AppID    string `json:"appid,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// Button is a button or an item of the action menu.
type Button struct {
	Type  Int    `json:"type,omitempty"` // 0 sends a callback, 1 opens URL
	Text  string `json:"text"`
	Style Int    `json:"style,omitempty"` // 1 to 4
	Key   string `json:"key,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Option is an option of a Selection or CheckBox.
type Option struct {
	ID        string `json:"id"`
	Text      string `json:"text"`
	IsChecked bool   `json:"is_checked,omitempty"`
}

// Selection is a drop-down list.
type Selection struct {
	QuestionKey string   `json:"question_key"`
	Title       string   `json:"title,omitempty"`
	SelectedID  string   `json:"selected_id,omitempty"`
	Disable     bool     `json:"disable,omitempty"`
	OptionList  []Option `json:"option_list"`
}

// CheckBox is the question of a vote_interaction card.
type CheckBox struct {
	QuestionKey string   `json:"question_key"`
	Mode        Int      `json:"mode,omitempty"` // 0 single, 1 multiple
	Disable     bool     `json:"disable,omitempty"`
	OptionList  []Option `json:"option_list"`
}

// CardImage is the image of a news_notice card.
type CardImage struct {
	URL         string  `json:"url"`
	AspectRatio float64 `json:"aspect_ratio,omitempty"`
}

// ImageTextArea is an image with text in a news_notice card.
type ImageTextArea struct {
	Type     Int    `json:"type,omitempty"`
	URL      string `json:"url,omitempty"`
	AppID    string `json:"appid,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
	Title    string `json:"title,omitempty"`
	Desc     string `json:"desc,omitempty"`
	ImageURL string `json:"image_url"`
}
