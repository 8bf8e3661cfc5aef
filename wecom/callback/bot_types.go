package callback

import (
	"crypto/md5" // #nosec G501 -- WeCom asks for it as a check sum
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
)

// BotMessage is what a member said to a smart bot, or an event around it.
// See https://developer.work.weixin.qq.com/document/path/100719
type BotMessage struct {
	MsgID      string  `json:"msgid"`
	BotID      string  `json:"aibotid"`
	ChatID     string  `json:"chatid"`      // of groups only
	ChatType   string  `json:"chattype"`    // "single" or "group"
	CreateTime int64   `json:"create_time"` // of events, in seconds
	From       BotUser `json:"from"`
	// ResponseURL takes one more answer within an hour: whoever has it can
	// write in the bot's name.
	ResponseURL Secret `json:"response_url"`

	BotContent
	Quote *BotContent `json:"quote"` // the message that this one answers
	Event *BotEvent   `json:"event"` // of MsgType "event"

	Raw []byte `json:"-"` // the decrypted JSON
}

// BotUser is who speaks.
type BotUser struct {
	UserID string `json:"userid"` // encrypted, with prefix "wo", when an ordinary member made the bot
	CorpID string `json:"corpid"` // empty for members of the own company
}

// BotContent is what was said: the field that MsgType names is set.
type BotContent struct {
	MsgType string        `json:"msgtype"` // "text", "image", "mixed", "voice", "file", "stream" or "event"
	Text    *BotText      `json:"text"`
	Image   *BotFile      `json:"image"`
	Mixed   *BotMixed     `json:"mixed"`
	Voice   *BotText      `json:"voice"` // as text that WeCom recognised
	File    *BotFile      `json:"file"`
	Stream  *BotStreamRef `json:"stream"`
}

type (
	// BotText is a text.
	BotText struct {
		Content string `json:"content"`
	}
	// BotFile is a picture or a file, encrypted: see Codec.OpenMedia.
	BotFile struct {
		URL string `json:"url"` // for five minutes
	}
	// BotMixed is texts and pictures in one message.
	BotMixed struct {
		Items []BotContent `json:"msg_item"`
	}
	// BotStreamRef asks for the next state of the stream with this id.
	BotStreamRef struct {
		ID string `json:"id"`
	}
)

// BotEvent is an event around a bot: the field that EventType names is set.
// See https://developer.work.weixin.qq.com/document/path/101027
type BotEvent struct {
	EventType         string                `json:"eventtype"` // "enter_chat", "template_card_event" or "feedback_event"
	TemplateCardEvent *BotTemplateCardEvent `json:"template_card_event"`
	FeedbackEvent     *BotFeedbackEvent     `json:"feedback_event"`
}

// BotTemplateCardEvent is a tap on a card of the bot. Answer it with BotCardUpdate.
type BotTemplateCardEvent struct {
	CardType      string `json:"card_type"`
	EventKey      string `json:"event_key"`
	TaskID        string `json:"task_id"`
	SelectedItems struct {
		Items []BotSelectedItem `json:"selected_item"`
	} `json:"selected_items"`
}

// BotSelectedItem is what was chosen in one question of a card.
type BotSelectedItem struct {
	QuestionKey string `json:"question_key"`
	OptionIDs   struct {
		IDs []string `json:"option_id"`
	} `json:"option_ids"`
}

// BotFeedbackEvent is what a member thinks of an answer.
type BotFeedbackEvent struct {
	ID      string `json:"id"`                     // as the answer gave it
	Type    int    `json:"type"`                   // 1 accurate, 2 inaccurate, 3 withdrawn
	Content string `json:"content"`                // in the member's words
	Reasons []int  `json:"inaccurate_reason_list"` // 1 off topic, 2 incomplete, 3 wrong, 4 wrongly analysed
}

// BotReply is the answer to a message of a bot. The zero value answers nothing.
// See https://developer.work.weixin.qq.com/document/path/101031
type BotReply struct {
	body map[string]any
	err  error
}

// NewBotWelcomeReply greets a member who opens the chat with the bot.
func NewBotWelcomeReply(content string) BotReply {
	return BotReply{body: map[string]any{"msgtype": "text", "text": BotText{content}}}
}

// BotStream is an answer that may grow. WeCom asks for it again and again, at
// most six minutes from the message on, until Finish is set.
type BotStream struct {
	ID         string   // of our choosing; comes back in BotTicket
	Content    string   // the whole text each time, in Markdown, at most 20480 bytes
	Finish     bool     // no more to come
	Images     [][]byte // with Finish only: at most 10 of at most 10 MB, JPG or PNG
	FeedbackID string   // at most 256 bytes; comes back in BotFeedback
}

// Reply answers with the stream as it is now.
func (s BotStream) Reply() BotReply {
	return BotReply{body: map[string]any{"msgtype": "stream", "stream": s.encodeFields()}, err: s.checkLimits()}
}

// ReplyWithTemplateCard answers with the stream and a card, such as a
// wecom.TemplateCard. A stream takes one card.
func (s BotStream) ReplyWithTemplateCard(card any) BotReply {
	return BotReply{body: map[string]any{"msgtype": "stream_with_template_card", "stream": s.encodeFields(), "template_card": card}, err: s.checkLimits()}
}

// NewBotTemplateCardReply answers with a card, such as a wecom.TemplateCard.
// See https://developer.work.weixin.qq.com/document/path/101032
func NewBotTemplateCardReply(card any) BotReply {
	return BotReply{body: map[string]any{"msgtype": "template_card", "template_card": card}}
}

// NewBotUpdateTemplateCardReply replaces the card that was tapped, for the members named. It
// has to have the same task id.
func NewBotUpdateTemplateCardReply(card any, userIDs ...string) BotReply {
	body := map[string]any{"response_type": "update_template_card", "template_card": card}
	if len(userIDs) > 0 {
		body["userids"] = userIDs
	}
	return BotReply{body: body}
}

const (
	maxStreamBytes     = 20480    // bytes
	maxFeedbackIDBytes = 256      // bytes
	maxStreamImages    = 10       // in one answer
	maxImageBytes      = 10 << 20 // bytes
)

func (s BotStream) checkLimits() error {
	if s.ID == "" {
		return errors.New("callback: stream has no id")
	}
	if len(s.Images) > 0 && !s.Finish || len(s.Images) > maxStreamImages {
		return errors.New("callback: stream: at most 10 images, and only with Finish")
	}
	for i, image := range s.Images {
		if len(image) > maxImageBytes {
			return fmt.Errorf("callback: stream: image %d has %d bytes, at most %d are allowed", i, len(image), maxImageBytes)
		}
	}
	return firstError(checkMaxBytes("stream.content", s.Content, maxStreamBytes), checkMaxBytes("stream.feedback.id", s.FeedbackID, maxFeedbackIDBytes))
}

func (s BotStream) encodeFields() map[string]any {
	wire := map[string]any{"id": s.ID, "finish": s.Finish, "content": s.Content}
	var items []map[string]any
	for _, image := range s.Images {
		sum := md5.Sum(image) // #nosec G401 -- see the import
		items = append(items, map[string]any{"msgtype": "image", "image": map[string]string{
			"base64": base64.StdEncoding.EncodeToString(image), "md5": hex.EncodeToString(sum[:])}})
	}
	if items != nil {
		wire["msg_item"] = items
	}
	if s.FeedbackID != "" {
		wire["feedback"] = map[string]string{"id": s.FeedbackID}
	}
	return wire
}
