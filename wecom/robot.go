package wecom

import (
	"context"
	"crypto/md5" // #nosec G501 -- WeCom requires it
	"encoding/base64"
	"encoding/hex"
	"net/url"
)

// RobotService sends messages to group chats through a group robot's webhook
// (消息推送, formerly 群机器人). The webhook is authorised by its own key, which is a
// secret, instead of the app's access token.
// See https://developer.work.weixin.qq.com/document/path/99110
type RobotService struct{ client *Client }

// RobotMessage is a message of a group robot. Exactly one field is set. A card
// must be of type CardTextNotice or CardNewsNotice.
type RobotMessage struct {
	Text         *RobotText
	Markdown     *RobotMarkdown
	MarkdownV2   *RobotMarkdownV2
	Image        *RobotImage
	News         *News
	File         *File
	Voice        *Voice
	TemplateCard *TemplateCard
}

// RobotText is a text that may mention members, by the lists or by <@userid> in
// Content.
type RobotText struct {
	Content             string   `json:"content"`                         // at most 2048 bytes
	MentionedList       []string `json:"mentioned_list,omitempty"`        // userids, or AllMembers
	MentionedMobileList []string `json:"mentioned_mobile_list,omitempty"` // mobile numbers, or AllMembers
}

func (*RobotText) msgType() string               { return "text" }
func (t *RobotText) checkFields(k *fieldChecker) { (&Text{t.Content}).checkFields(k) }

// RobotMarkdown is a text of at most 4096 bytes in the Markdown subset of app
// messages, with colours and <@userid>.
type RobotMarkdown struct {
	Content string `json:"content"`
}

func (*RobotMarkdown) msgType() string { return "markdown" }

func (m *RobotMarkdown) checkFields(k *fieldChecker) {
	k.CheckRequired("markdown.content", m.Content)
	k.CheckBytes("markdown.content", m.Content, 4096)
}

// RobotMarkdownV2 is a text of at most 4096 bytes in a larger Markdown subset,
// with lists, tables, images and code, but without colours and mentions.
type RobotMarkdownV2 struct {
	Content string `json:"content"`
}

func (*RobotMarkdownV2) msgType() string { return "markdown_v2" }

func (m *RobotMarkdownV2) checkFields(k *fieldChecker) {
	k.CheckRequired("markdown_v2.content", m.Content)
	k.CheckBytes("markdown_v2.content", m.Content, 4096)
}

// RobotImage is a JPG or PNG image of at most 2 MB, sent inline.
type RobotImage struct{ Data []byte }

func (*RobotImage) msgType() string { return "image" }

func (i *RobotImage) checkFields(k *fieldChecker) {
	k.CheckMax("image", len(i.Data), maxImageBytes, "bytes")
	if !isJPEGOrPNG(i.Data) {
		k.Reject("image", "is not a JPG or PNG image")
	}
}

// encodedImage returns the image in WeCom's JSON format.
func (i *RobotImage) encodedImage() any {
	sum := md5.Sum(i.Data) // #nosec G401 -- WeCom requires it
	return struct {
		Base64 string `json:"base64"`
		MD5    string `json:"md5"`
	}{base64.StdEncoding.EncodeToString(i.Data), hex.EncodeToString(sum[:])}
}

func (m *RobotMessage) setContents() []messageContent {
	var set []messageContent
	appendContent(&set, m.Text)
	appendContent(&set, m.Markdown)
	appendContent(&set, m.MarkdownV2)
	appendContent(&set, m.Image)
	appendContent(&set, m.News)
	appendContent(&set, m.File)
	appendContent(&set, m.Voice)
	appendContent(&set, m.TemplateCard)
	return set
}

// Send sends a message to the group of the webhook with this key. WeCom accepts
// 20 messages a minute per webhook; the client stays below that by itself.
// See https://developer.work.weixin.qq.com/document/path/99110
func (s *RobotService) Send(ctx context.Context, key Secret, m *RobotMessage) error {
	var k fieldChecker
	k.CheckRequired("key", string(key))
	set := m.setContents()
	if len(set) != 1 {
		k.Reject("message", "must have exactly one content field")
		return k.firstError()
	}
	set[0].checkFields(&k)
	checkRobotCard(&k, m.TemplateCard)
	if err := k.firstError(); err != nil {
		return err
	}
	kind := set[0].msgType()
	body := map[string]any{"msgtype": kind, kind: set[0]}
	if m.Image != nil {
		body[kind] = m.Image.encodedImage()
	}
	op := s.webhookCall("/cgi-bin/webhook/send", key)
	op.body = body
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

func checkRobotCard(k *fieldChecker, card *TemplateCard) {
	switch {
	case card == nil:
	case card.CardType != CardTextNotice && card.CardType != CardNewsNotice:
		k.Reject("template_card.card_type", "is not available for robots")
	case card.ActionMenu != nil || card.TaskID != "":
		k.Reject("template_card.action_menu", "and task_id are not available for robots")
	}
}

// UploadMedia uploads a file (at most 20 MB) or an AMR voice recording
// (MediaVoice, at most 2 MB) for messages of this robot. WeCom keeps it for
// three days.
// See https://developer.work.weixin.qq.com/document/path/99110
func (s *RobotService) UploadMedia(ctx context.Context, key Secret, kind MediaType, file FileUpload) (*UploadedMedia, error) {
	if kind != MediaFile && kind != MediaVoice {
		return nil, &FieldError{Field: "type", Message: "must be file or voice for robots"}
	}
	op := s.webhookCall("/cgi-bin/webhook/upload_media", key)
	op.query.Set("type", string(kind))
	return s.client.uploadMedia(ctx, op, kind, file)
}

// webhookCall builds a POST that is authorised by the webhook key instead of a
// token. The key is redacted from errors.
func (s *RobotService) webhookCall(path string, key Secret) call {
	return call{method: "POST", path: path, query: url.Values{"key": {string(key)}},
		secrets: []Secret{key}, rateLimitKey: path + secretDigest(string(key))}
}
