package bots

import (
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// responseCode authorises one active reply.
type responseCode struct {
	participants
	question *message // nil after a tap on a card
	expires  time.Time
	used     bool
}

// Endpoints returns the endpoint of active replies.
func (s *Service) Endpoints() map[string]core.Endpoint {
	return map[string]core.Endpoint{"aibot/response": {Post: true, TokenKind: core.NoToken, Handle: s.sendActiveReply}}
}

// responseBody is the request of aibot/response.
//
// https://developer.work.weixin.qq.com/document/path/101138
type responseBody struct {
	MsgType  string `json:"msgtype"`
	Markdown *struct {
		Content  string       `json:"content"`
		Feedback *feedbackRef `json:"feedback"`
	} `json:"markdown"`
	Card *cardBody `json:"template_card"`
}

// sendActiveReply implements aibot/response. A refused reply does not use up the code.
func (s *Service) sendActiveReply(r *core.Request) (any, *core.APIError) {
	code, ok := s.codes.Get(r.Query.Get("response_code"))
	if !ok || code.used || !s.CurrentTime().Before(code.expires) {
		return nil, core.NewAPIError(60140)
	}
	r.Corp = s.CorpStates[code.chat.bot.CorpID]
	var in responseBody
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	m, err := in.newMessage(code)
	if err != nil {
		return nil, err
	}
	if !s.allowReply(code.chat) {
		return nil, core.NewAPIError(45009)
	}
	code.used = true
	if code.chat.group != nil && code.question != nil && m.Card == nil {
		m.Quote = code.question.Text
	}
	s.addMessage(code.chat, m)
	return nil, nil
}

// newMessage checks an active reply and returns its message. A group accepts Markdown only.
func (in *responseBody) newMessage(code *responseCode) (*message, *core.APIError) {
	switch {
	case in.MsgType == "template_card" && code.chat.group == nil:
		if in.Card == nil {
			return nil, core.InvalidParam("template_card")
		}
		if err := checkBotCard(in.Card); err != nil {
			return nil, err
		}
		return newCardMessage(in.Card, code.question), nil
	case in.MsgType != "markdown":
		return nil, core.NewAPIError(40008)
	case in.Markdown == nil || in.Markdown.Content == "":
		return nil, core.NewAPIError(44004)
	case len(in.Markdown.Content) > maxContent:
		return nil, core.TooLong("markdown.content", maxContent)
	case len(in.Markdown.Feedback.feedbackID()) > maxFeedbackID:
		return nil, core.TooLong("markdown.feedback.id", maxFeedbackID)
	}
	return &message{question: code.question, BotMessage: model.BotMessage{MsgType: "markdown", Text: in.Markdown.Content, Feedback: in.Markdown.Feedback.feedbackID()}}, nil
}
