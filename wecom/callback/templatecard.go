package callback

import (
	"encoding/xml"
	"fmt"
)

// TemplateCard is a template card as a passive reply writes it: the twin of the
// client's TemplateCard, with the names that XML has for its fields. Which
// fields a kind takes is the same in both.
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
	ReplaceText           string                  `xml:",omitempty"` // on the button, which becomes grey
}

type (
	// CardSource is where a card comes from.
	CardSource struct {
		IconURL   string `xml:"IconUrl,omitempty"`
		Desc      string `xml:",omitempty"`
		DescColor int    `xml:",omitempty"` // 0 grey, 1 black, 2 red, 3 green
	}
	// CardTitle is a title with a line under it.
	CardTitle struct {
		Title string `xml:",omitempty"`
		Desc  string `xml:",omitempty"`
	}
	// CardHorizontalContent is a key with a value.
	CardHorizontalContent struct {
		Type    int `xml:",omitempty"` // 0 text, 1 address, 2 file, 3 member
		KeyName string
		Value   string `xml:",omitempty"`
		URL     string `xml:"Url,omitempty"`
		MediaID string `xml:"MediaId,omitempty"`
		UserID  string `xml:"UserId,omitempty"`
	}
	// CardJump is where a tap leads: Type 1 an address, 2 a mini program.
	CardJump struct {
		Type     int
		Title    string `xml:",omitempty"`
		URL      string `xml:"Url,omitempty"`
		AppID    string `xml:"AppId,omitempty"`
		PagePath string `xml:",omitempty"`
	}
	// CardActionMenu is the menu in the upper right, with 1 to 10 entries.
	CardActionMenu struct {
		Desc       string         `xml:",omitempty"`
		ActionList []CardMenuItem `xml:"ActionList"`
	}
	// CardMenuItem is one entry of a CardMenu.
	CardMenuItem struct {
		Text string
		Key  string
	}
	// CardArea is a quotation, or a picture with a text.
	CardArea struct {
		Type      int    // 0 leads nowhere, 1 to an address, 2 to a mini program
		URL       string `xml:"Url,omitempty"`
		AppID     string `xml:"Appid,omitempty"` // written so here, and AppId elsewhere
		PagePath  string `xml:",omitempty"`
		Title     string `xml:",omitempty"`
		QuoteText string `xml:",omitempty"` // of quotations
		Desc      string `xml:",omitempty"` // of pictures
		ImageURL  string `xml:"ImageUrl,omitempty"`
	}
	// CardImage is the picture of a news card.
	CardImage struct {
		URL         string  `xml:"Url"`
		AspectRatio float64 `xml:",omitempty"` // width by height
	}
	// CardButton is a button; SubmitButton has no style.
	CardButton struct {
		Text  string
		Style int `xml:",omitempty"`
		Key   string
	}
	// CardSelection is a list to choose from. Title and SelectedID are not for
	// CheckBox, Mode is for nothing else.
	CardSelection struct {
		QuestionKey string
		Title       string       `xml:",omitempty"`
		SelectedID  string       `xml:"SelectedId,omitempty"`
		OptionList  []CardOption `xml:"OptionList"`
		Disable     bool         `xml:",omitempty"`
		Mode        int          `xml:",omitempty"` // 0 one, 1 several
	}
	// CardOption is one entry of a CardQuestion.
	CardOption struct {
		ID        string `xml:"Id"`
		Text      string
		IsChecked bool `xml:",omitempty"` // of CheckBox
	}
)

var cardTypes = map[string]bool{
	"text_notice": true, "news_notice": true, "button_interaction": true,
	"vote_interaction": true, "multiple_interaction": true,
}

// NewUpdateTemplateCardReply puts a card in place of the one that was tapped, for the member
// who tapped. As for ButtonReply, WeCom's pages disagree on where it works.
func NewUpdateTemplateCardReply(card TemplateCard) Reply {
	r := Reply{msgType: "update_template_card"}
	if !cardTypes[card.CardType] {
		r.err = fmt.Errorf("callback: reply: there is no card type %q", card.CardType)
		return r
	}
	inner, err := xml.Marshal(struct { //nolint:musttag // untagged fields have the names of their elements
		XMLName xml.Name `xml:"TemplateCard"`
		TemplateCard
	}{TemplateCard: card})
	r.elements, r.err = string(inner), err
	return r
}
