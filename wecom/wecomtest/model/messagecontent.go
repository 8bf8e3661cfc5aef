package model

import (
	"fmt"
	"strconv"
	"strings"
)

// Int is a JSON number that may also be given as a string, which WeCom accepts. An empty string
// and null are 0, which in an optional field means that it is not given.
type Int int64

// UnmarshalJSON accepts 7, "7", "" and null.
func (n *Int) UnmarshalJSON(b []byte) error {
	if text := string(b); text == `""` || text == "null" {
		*n = 0
		return nil
	}
	v, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	if err != nil {
		return fmt.Errorf("reading %q as a number: %w", b, err)
	}
	*n = Int(v)
	return nil
}

// OptionalInt is an Int whose value 0 differs from an absent one. null and "" are absent.
type OptionalInt struct {
	Value Int
	Given bool
}

// UnmarshalJSON accepts what Int accepts.
func (n *OptionalInt) UnmarshalJSON(b []byte) error {
	if text := string(b); text == "null" || text == `""` {
		return nil
	}
	n.Given = true
	return n.Value.UnmarshalJSON(b)
}

// Content is the body of a message; only the field of its type is set.
type Content struct {
	Text     *Text     `json:"text,omitempty"`
	TextCard *TextCard `json:"textcard,omitempty"`
	Markdown *Markdown `json:"markdown,omitempty"`
	News     *News     `json:"news,omitempty"`
	Card     *Card     `json:"template_card,omitempty"`
	Image    *Media    `json:"image,omitempty"`
	Voice    *Media    `json:"voice,omitempty"`
	Video    *Media    `json:"video,omitempty"`
	File     *Media    `json:"file,omitempty"`
	MPNews   *MPNews   `json:"mpnews,omitempty"`
	Notice   *Notice   `json:"miniprogram_notice,omitempty"`
}

// Text is the body of a text message.
type Text struct {
	Content string `json:"content"`
	// MentionedList are the user ids to mention; only in group chats.
	MentionedList []string `json:"mentioned_list,omitempty"`
}

// Markdown is the body of a markdown message.
type Markdown struct {
	Content string `json:"content"`
}

// TextCard is the body of a textcard message.
type TextCard struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
	BtnTxt      string `json:"btntxt,omitempty"`
}

// News is the body of a news message.
type News struct {
	Articles []Article `json:"articles"`
}

// Article is one entry of News.
type Article struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
	PicURL      string `json:"picurl,omitempty"`
	AppID       string `json:"appid,omitempty"`
	PagePath    string `json:"pagepath,omitempty"`
}
