package callback

import (
	"crypto/md5" // #nosec G501 -- WeCom requires it as a checksum
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
)

// BotMessage is a message of a member to a smart bot, or an event.
// See https://developer.work.weixin.qq.com/document/path/100719
type BotMessage struct {
	MsgID      string  `json:"msgid"`
	BotID      string  `json:"aibotid"`
	ChatID     string  `json:"chatid"`      // group chats only
	ChatType   string  `json:"chattype"`    // "single" or "group"
	CreateTime int64   `json:"create_time"` // events only, in seconds
	From       BotUser `json:"from"`
	// ResponseURL accepts one more reply within an hour. It is a credential:
	// its holder can send messages in the name of the bot.
	ResponseURL Secret `json:"response_url"`

	BotContent
	Quote *BotContent `json:"quote"` // the quoted message
	Event *BotEvent   `json:"event"` // MsgType "event" only

	Raw []byte `json:"-"` // the decrypted JSON
}

// BotUser is the sender.
type BotUser struct {
	UserID string `json:"userid"` // encrypted, with the prefix "wo", when an ordinary member created the bot
	CorpID string `json:"corpid"` // empty for members of the bot's company
}

// BotContent is the content of a message: the field named by MsgType is set.
type BotContent struct {
	MsgType string        `json:"msgtype"` // "text", "image", "mixed", "voice", "file", "stream" or "event"
	Text    *BotText      `json:"text"`
	Image   *BotFile      `json:"image"`
	Mixed   *BotMixed     `json:"mixed"`
	Voice   *BotText      `json:"voice"` // transcribed by WeCom
	File    *BotFile      `json:"file"`
	Stream  *BotStreamRef `json:"stream"`
}

type (
	// BotText is a text.
	BotText struct {
		Content string `json:"content"`
	}
	// BotFile is an encrypted image or file: see Codec.DecryptMedia.
	BotFile struct {
		URL string `json:"url"` // valid for five minutes
	}
	// BotMixed combines texts and images in one message.
	BotMixed struct {
		Items []BotContent `json:"msg_item"`
	}
	// BotStreamRef requests the next state of the stream with this id.
	BotStreamRef struct {
		ID string `json:"id"`
	}
)

// BotEvent is an event of a bot: the field named by EventType is set.
// See https://developer.work.weixin.qq.com/document/path/101027
type BotEvent struct {
	EventType         string                `json:"eventtype"` // "enter_chat", "template_card_event" or "feedback_event"
	TemplateCardEvent *BotTemplateCardEvent `json:"template_card_event"`
	FeedbackEvent     *BotFeedbackEvent     `json:"feedback_event"`
}

// BotTemplateCardEvent is a tap on a card of the bot. Reply with
// NewBotUpdateTemplateCardReply.
type BotTemplateCardEvent struct {
	CardType      string `json:"card_type"`
	EventKey      string `json:"event_key"`
	TaskID        string `json:"task_id"`
	SelectedItems struct {
		Items []BotSelectedItem `json:"selected_item"`
	} `json:"selected_items"`
}

// BotSelectedItem is the choice in one question of a card.
type BotSelectedItem struct {
	QuestionKey string `json:"question_key"`
	OptionIDs   struct {
		IDs []string `json:"option_id"`
	} `json:"option_ids"`
}

// BotFeedbackEvent is a member's feedback on a reply.
type BotFeedbackEvent struct {
	ID      string `json:"id"`                     // FeedbackID of the reply
	Type    int    `json:"type"`                   // 1 accurate, 2 inaccurate, 3 withdrawn
	Content string `json:"content"`                // comment of the member
	Reasons []int  `json:"inaccurate_reason_list"` // 1 off topic, 2 incomplete, 3 wrong, 4 wrong analysis
}

// BotReply is the reply to a bot message. The zero value sends no reply.
// See https://developer.work.weixin.qq.com/document/path/101031
type BotReply struct {
	body map[string]any
	err  error
}

// NewBotWelcomeReply welcomes a member who opens the chat with the bot (event
// enter_chat).
func NewBotWelcomeReply(content string) BotReply {
	return BotReply{body: map[string]any{"msgtype": "text", "text": BotText{content}}}
}

// BotStream is a reply that is generated over time. WeCom requests its state
// repeatedly, for at most six minutes after the message, until Finish is set.
type BotStream struct {
	ID         string   // chosen by the application; returned in BotStreamRef
	Content    string   // the complete text so far, in Markdown, at most 20480 bytes
	Finish     bool     // whether the stream is complete
	Images     [][]byte // only with Finish: at most 10 images of at most 10 MB, JPG or PNG
	FeedbackID string   // at most 256 bytes; returned in BotFeedbackEvent
}

// Reply replies with the current state of the stream.
func (s BotStream) Reply() BotReply {
	return BotReply{body: map[string]any{"msgtype": "stream", "stream": s.encodeFields()}, err: s.checkLimits()}
}

// ReplyWithTemplateCard replies with the current state of the stream and a
// card, such as a wecom.TemplateCard. A stream accepts one card.
func (s BotStream) ReplyWithTemplateCard(card any) BotReply {
	return BotReply{body: map[string]any{"msgtype": "stream_with_template_card", "stream": s.encodeFields(), "template_card": card}, err: s.checkLimits()}
}

// NewBotTemplateCardReply replies with a card, such as a wecom.TemplateCard.
// See https://developer.work.weixin.qq.com/document/path/101032
func NewBotTemplateCardReply(card any) BotReply {
	return BotReply{body: map[string]any{"msgtype": "template_card", "template_card": card}}
}

// NewBotUpdateTemplateCardReply replaces the tapped card for the given members.
// The new card must have the same task id.
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
	maxStreamImages    = 10       // per reply
	maxImageBytes      = 10 << 20 // bytes
)

func (s BotStream) checkLimits() error {
	if s.ID == "" {
		return errors.New("callback: stream: no id")
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
	fields := map[string]any{"id": s.ID, "finish": s.Finish, "content": s.Content}
	var items []map[string]any
	for _, image := range s.Images {
		sum := md5.Sum(image) // #nosec G401 -- see the import
		items = append(items, map[string]any{"msgtype": "image", "image": map[string]string{
			"base64": base64.StdEncoding.EncodeToString(image), "md5": hex.EncodeToString(sum[:])}})
	}
	if items != nil {
		fields["msg_item"] = items
	}
	if s.FeedbackID != "" {
		fields["feedback"] = map[string]string{"id": s.FeedbackID}
	}
	return fields
}
