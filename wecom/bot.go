package wecom

import (
	"context"
	"net/url"
	"strings"
)

// Limits of replies by a response URL.
// See https://developer.work.weixin.qq.com/document/path/101138
const (
	MaxBotMarkdownBytes   = 20480
	maxBotFeedbackIDBytes = 256
)

// botResponsePath is the path of every response URL.
const botResponsePath = "/cgi-bin/aibot/response"

// BotService sends the active replies of a smart bot (智能机器人) in callback mode.
// Package callback receives the bot's messages and sends the replies in the
// response to a callback.
// See https://developer.work.weixin.qq.com/document/path/101138
type BotService struct{ client *Client }

// BotResponse is an active reply. Exactly one of Markdown and TemplateCard is
// set.
type BotResponse struct {
	Markdown     string        // at most MaxBotMarkdownBytes, in the Markdown of RobotMarkdownV2
	TemplateCard *TemplateCard // single chats only
	FeedbackID   string        // at most 256 bytes; returned in callback.BotFeedbackEvent
}

// Respond sends a reply to the response URL of a bot message or of a tap on a
// card. In a group, the reply quotes the message.
//
// WeCom accepts one reply per URL, within an hour after the callback, and 30
// replies a minute and 1000 an hour per chat. The URL authorises the call, so
// the bot needs no access token. The request goes to Config.BaseURL: of the URL,
// only the query is used, so that a forged URL cannot direct a reply to another
// host.
//
// An error with Uncertain set may concern a reply that was delivered; sending it
// again fails then with errcode 60140.
// See https://developer.work.weixin.qq.com/document/path/101138
func (s *BotService) Respond(ctx context.Context, responseURL Secret, m *BotResponse) error {
	var k fieldChecker
	query := parseResponseURL(&k, responseURL)
	m.checkFields(&k)
	if err := k.firstError(); err != nil {
		return err
	}
	op := call{method: "POST", path: botResponsePath, query: query, body: m.encodeBody(),
		secrets: []Secret{responseURL, Secret(query.Get("response_code"))}}
	return s.client.doCall(ctx, op, &struct{ envelope }{})
}

// parseResponseURL returns the query of a response URL. Its errors do not
// contain the URL, which is a credential.
func parseResponseURL(k *fieldChecker, responseURL Secret) url.Values {
	u, err := url.Parse(string(responseURL))
	if err != nil || !strings.HasSuffix(u.Path, botResponsePath) || u.Query().Get("response_code") == "" {
		k.Reject("response_url", "is not the response_url of a bot message")
		return nil
	}
	return u.Query()
}

func (m *BotResponse) checkFields(k *fieldChecker) {
	k.CheckBytes("feedback.id", m.FeedbackID, maxBotFeedbackIDBytes)
	switch {
	case (m.Markdown == "") == (m.TemplateCard == nil):
		k.Reject("message", "must have exactly one content field")
	case m.TemplateCard != nil:
		m.TemplateCard.checkFields(k)
	default:
		k.CheckBytes("markdown.content", m.Markdown, MaxBotMarkdownBytes)
	}
}

// botFeedback enables the member's feedback on a reply.
type botFeedback struct {
	ID string `json:"id"`
}

func (m *BotResponse) encodeBody() any {
	var feedback *botFeedback
	if m.FeedbackID != "" {
		feedback = &botFeedback{m.FeedbackID}
	}
	if m.TemplateCard != nil {
		return map[string]any{"msgtype": "template_card", "template_card": struct {
			*TemplateCard
			Feedback *botFeedback `json:"feedback,omitempty"`
		}{m.TemplateCard, feedback}}
	}
	return map[string]any{"msgtype": "markdown", "markdown": struct {
		Content  string       `json:"content"`
		Feedback *botFeedback `json:"feedback,omitempty"`
	}{m.Markdown, feedback}}
}
