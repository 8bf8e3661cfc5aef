package callback

import (
	"crypto/md5" // #nosec G501 -- WeCom requires it as a checksum
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Values of BotMessage.ChatType.
const (
	BotChatSingle = "single"
	BotChatGroup  = "group" // the bot was mentioned
)

// Values of BotContent.MsgType.
const (
	BotMsgText   = "text"
	BotMsgImage  = "image"
	BotMsgMixed  = "mixed"
	BotMsgVoice  = "voice"
	BotMsgFile   = "file"
	BotMsgStream = "stream"
	BotMsgEvent  = "event"
)

// Values of BotEvent.EventType.
const (
	BotEventEnterChat    = "enter_chat" // the first opening of the single chat on a day
	BotEventTemplateCard = "template_card_event"
	BotEventFeedback     = "feedback_event"
)

// Limits of replies in time.
const (
	BotStreamLifetime      = 6 * time.Minute // from the message to the last refresh of its stream
	BotResponseURLLifetime = time.Hour       // from the callback to the reply by BotMessage.ResponseURL
)

// BotMessage is a message of a member to a smart bot, or an event.
// See https://developer.work.weixin.qq.com/document/path/100719
type BotMessage struct {
	MsgID      string  `json:"msgid"`
	BotID      string  `json:"aibotid"`
	ChatID     string  `json:"chatid"`      // group chats only
	ChatType   string  `json:"chattype"`    // BotChatSingle or BotChatGroup
	CreateTime int64   `json:"create_time"` // events only, in seconds
	From       BotUser `json:"from"`
	// ResponseURL accepts one more reply within an hour, by BotService.Respond of
	// package wecom. It is a credential: its holder can send a message in the name
	// of the bot. Refreshes of a stream have none.
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
	MsgType string        `json:"msgtype"` // BotMsgText, …
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
	EventType         string                `json:"eventtype"` // BotEventEnterChat, …
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

// BotReply is the reply to a bot message. The zero value sends no reply. A reply
// that WeCom does not accept for the message is an error:
//
//   - a text or a card for the event enter_chat;
//   - a stream, a card, or a stream with a card for a message;
//   - a stream with the same id, with or without a card, for the refresh of a stream;
//   - an updated card for a tap on a card;
//   - none for the feedback event.
//
// See https://developer.work.weixin.qq.com/document/path/101031
type BotReply struct {
	kind     botReplyKind
	streamID string
	body     map[string]any
	err      error
}

// botReplyKind is the kind of a reply: its msgtype, or its response_type.
type botReplyKind string

const (
	botReplyText           botReplyKind = "text"
	botReplyStream         botReplyKind = "stream"
	botReplyCard           botReplyKind = "template_card"
	botReplyStreamWithCard botReplyKind = "stream_with_template_card"
	botReplyCardUpdate     botReplyKind = "update_template_card"
)

// botReplyKinds are the kinds of reply that WeCom accepts, by kind of message;
// "" is that of every message other than those named.
var botReplyKinds = map[string][]botReplyKind{
	"event/" + BotEventEnterChat:    {botReplyText, botReplyCard},
	"event/" + BotEventTemplateCard: {botReplyCardUpdate},
	"event/" + BotEventFeedback:     {},
	BotMsgStream:                    {botReplyStream, botReplyStreamWithCard},
	"":                              {botReplyStream, botReplyCard, botReplyStreamWithCard},
}

// checkFor reports why WeCom does not accept the reply to a message.
func (r BotReply) checkFor(m *BotMessage) error {
	if r.err != nil {
		return r.err
	}
	kinds, known := botReplyKinds[m.Kind()]
	if !known && m.Event != nil {
		return nil // an event that this package does not know
	}
	if !known {
		kinds = botReplyKinds[""]
	}
	if !slices.Contains(kinds, r.kind) {
		return fmt.Errorf("callback: a reply of type %s to %s, WeCom accepts %v: see BotReply", r.kind, m.Kind(), kinds)
	}
	if m.Stream != nil && m.Stream.ID != r.streamID {
		return fmt.Errorf("callback: the reply to the refresh of stream %q has the stream id %q: use that of the message", m.Stream.ID, r.streamID)
	}
	return nil
}

// NewBotWelcomeReply welcomes a member who opens the chat with the bot (event
// enter_chat). WeCom waits five seconds for it.
func NewBotWelcomeReply(content string) BotReply {
	return BotReply{kind: botReplyText, body: map[string]any{"msgtype": "text", "text": BotText{content}}}
}

// BotStream is a reply that is generated over time. WeCom requests its state
// repeatedly, until Finish is set, for at most BotStreamLifetime after the
// message. Each reply replaces the text that is displayed. A member can have
// three messages of a bot without a finished reply at a time.
type BotStream struct {
	ID string // chosen by the application, unique; returned in BotStreamRef
	// Content is the complete text so far, in Markdown, at most
	// MaxBotStreamBytes. A part within <think></think> is displayed as the bot's
	// reasoning.
	Content    string
	Finish     bool     // whether the stream is complete
	Images     [][]byte // only with Finish: at most 10 images of at most 10 MB, JPG or PNG
	FeedbackID string   // at most 256 bytes, in the first reply; returned in BotFeedbackEvent
}

// Reply replies with the current state of the stream.
func (s BotStream) Reply() BotReply {
	return BotReply{botReplyStream, s.ID, map[string]any{"msgtype": "stream", "stream": s.encodeFields()}, s.checkLimits()}
}

// ReplyWithTemplateCard replies with the current state of the stream and a
// card, such as a wecom.TemplateCard. A stream accepts one card.
func (s BotStream) ReplyWithTemplateCard(card any) BotReply {
	return BotReply{botReplyStreamWithCard, s.ID, map[string]any{"msgtype": "stream_with_template_card", "stream": s.encodeFields(), "template_card": card}, s.checkLimits()}
}

// NewBotTemplateCardReply replies with a card, such as a wecom.TemplateCard. A
// card with buttons needs a task id.
// See https://developer.work.weixin.qq.com/document/path/101032
func NewBotTemplateCardReply(card any) BotReply {
	return BotReply{kind: botReplyCard, body: map[string]any{"msgtype": "template_card", "template_card": card}}
}

// WithCardFeedback enables the member's feedback on the card of a reply. The id
// has at most 256 bytes and is returned in BotFeedbackEvent.
func (r BotReply) WithCardFeedback(id string) BotReply {
	card, ok := r.body["template_card"]
	if !ok {
		r.err = firstError(r.err, errors.New("callback: feedback on a card: the reply has no card"))
		return r
	}
	fields := map[string]any{}
	data, err := json.Marshal(card)
	if err == nil {
		err = json.Unmarshal(data, &fields)
	}
	if err != nil {
		r.err = firstError(r.err, fmt.Errorf("callback: template_card: not a JSON object: %w", err))
		return r
	}
	fields["feedback"] = map[string]string{"id": id}
	r.body = maps.Clone(r.body)
	r.body["template_card"] = fields
	r.err = firstError(r.err, checkMaxBytes("template_card.feedback.id", id, maxFeedbackIDBytes))
	return r
}

// NewBotUpdateTemplateCardReply replaces the tapped card for the given members,
// without userIDs for all members of the chat. The new card must have the same
// task id. WeCom delivers the tap once and waits five seconds for the reply.
func NewBotUpdateTemplateCardReply(card any, userIDs ...string) BotReply {
	body := map[string]any{"response_type": "update_template_card", "template_card": card}
	if len(userIDs) > 0 {
		body["userids"] = userIDs
	}
	return BotReply{kind: botReplyCardUpdate, body: body}
}

// MaxBotStreamBytes is the limit of BotStream.Content.
const MaxBotStreamBytes = 20480

const (
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
	return firstError(checkMaxBytes("stream.content", s.Content, MaxBotStreamBytes), checkMaxBytes("stream.feedback.id", s.FeedbackID, maxFeedbackIDBytes))
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
