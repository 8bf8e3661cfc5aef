package callback

import (
	"encoding/xml"
	"fmt"
)

// TemplateCard is a template card in the XML format of passive replies, the
// counterpart of wecom.TemplateCard. The fields that a card type accepts are
// the same in both.
// See https://developer.work.weixin.qq.com/document/path/90241
type TemplateCard struct {
	CardType              string                  // "text_notice", "news_notice", "button_interaction", "vote_interaction" or "multiple_interaction"
	Source                *CardSource             `xml:",omitempty"`
	MainTitle             *CardTitle              `xml:",omitempty"`
	SubTitleText          string                  `xml:",omitempty"`
	HorizontalContentList []CardHorizontalContent `xml:"HorizontalContentList,omitempty"`
	JumpList              []CardJump              `xml:"JumpList,omitempty"`
	CardAction            *CardJump               `xml:",omitempty"`
	EmphasisContent       *CardTitle              `xml:"EmphasisContent,omitempty"`
	ActionMenu            *CardActionMenu         `xml:",omitempty"`
	QuoteArea             *CardArea               `xml:",omitempty"`
	CardImage             *CardImage              `xml:",omitempty"`
	ImageTextArea         *CardArea               `xml:",omitempty"`
	VerticalContentList   []CardTitle             `xml:"VerticalContentList,omitempty"`
	ButtonList            []CardButton            `xml:"ButtonList,omitempty"`
	ButtonSelection       *CardSelection          `xml:",omitempty"`
	CheckBox              *CardSelection          `xml:",omitempty"`
	SelectList            []CardSelection         `xml:"SelectList,omitempty"`
	SubmitButton          *CardButton             `xml:",omitempty"`
	ReplaceText           string                  `xml:",omitempty"` // disables the button and replaces its text
}

type (
	// CardSource is the sender line of a card.
	CardSource struct {
		IconURL   string `xml:"IconUrl,omitempty"`
		Desc      string `xml:",omitempty"`
		DescColor int    `xml:",omitempty"` // 0 grey, 1 black, 2 red, 3 green
	}
	// CardTitle is a title with a description below it.
	CardTitle struct {
		Title string `xml:",omitempty"`
		Desc  string `xml:",omitempty"`
	}
	// CardHorizontalContent is a line of key and value.
	CardHorizontalContent struct {
		Type    int `xml:",omitempty"` // 0 text, 1 URL, 2 file, 3 member
		KeyName string
		Value   string `xml:",omitempty"`
		URL     string `xml:"Url,omitempty"`
		MediaID string `xml:"MediaId,omitempty"`
		UserID  string `xml:"UserId,omitempty"`
	}
	// CardJump is the target of a tap: Type 1 a URL, 2 a mini program.
	CardJump struct {
		Type     int
		Title    string `xml:",omitempty"`
		URL      string `xml:"Url,omitempty"`
		AppID    string `xml:"AppId,omitempty"`
		PagePath string `xml:",omitempty"`
	}
	// CardActionMenu is the menu in the upper right corner, with 1 to 10 items.
	CardActionMenu struct {
		Desc       string         `xml:",omitempty"`
		ActionList []CardMenuItem `xml:"ActionList"`
	}
	// CardMenuItem is an item of a CardActionMenu.
	CardMenuItem struct {
		Text string
		Key  string
	}
	// CardArea is a quotation, or an image with a text.
	CardArea struct {
		Type      int    // 0 no target, 1 URL, 2 mini program
		URL       string `xml:"Url,omitempty"`
		AppID     string `xml:"Appid,omitempty"` // spelled AppId in other elements
		PagePath  string `xml:",omitempty"`
		Title     string `xml:",omitempty"`
		QuoteText string `xml:",omitempty"` // quotations only
		Desc      string `xml:",omitempty"` // images only
		ImageURL  string `xml:"ImageUrl,omitempty"`
	}
	// CardImage is the image of a news_notice card.
	CardImage struct {
		URL         string  `xml:"Url"`
		AspectRatio float64 `xml:",omitempty"` // width by height
	}
	// CardButton is a button. Style is not for SubmitButton.
	CardButton struct {
		Text  string
		Style int `xml:",omitempty"`
		Key   string
	}
	// CardSelection is a list of options. Title and SelectedID are not for
	// CheckBox; Mode is for CheckBox only.
	CardSelection struct {
		QuestionKey string
		Title       string       `xml:",omitempty"`
		SelectedID  string       `xml:"SelectedId,omitempty"`
		OptionList  []CardOption `xml:"OptionList"`
		Disable     bool         `xml:",omitempty"`
		Mode        int          `xml:",omitempty"` // 0 single choice, 1 multiple choice
	}
	// CardOption is an option of a CardSelection.
	CardOption struct {
		ID        string `xml:"Id"`
		Text      string
		IsChecked bool `xml:",omitempty"` // CheckBox only
	}
)

var cardTypes = map[string]bool{
	"text_notice": true, "news_notice": true, "button_interaction": true,
	"vote_interaction": true, "multiple_interaction": true,
}

// NewUpdateTemplateCardReply replaces the card that was tapped, for the member
// who tapped it. As with NewUpdateButtonReply, WeCom's pages disagree on the
// events that support it.
func NewUpdateTemplateCardReply(card TemplateCard) Reply {
	r := Reply{msgType: "update_template_card"}
	if !cardTypes[card.CardType] {
		r.err = fmt.Errorf("callback: reply: unknown card type %q", card.CardType)
		return r
	}
	inner, err := xml.Marshal(struct { //nolint:musttag // untagged fields are named like their elements
		XMLName xml.Name `xml:"TemplateCard"`
		TemplateCard
	}{TemplateCard: card})
	r.elements, r.err = string(inner), err
	return r
}
