package bots

import (
	"bytes"
	"context"
	"crypto/md5" // #nosec G501 -- required by WeCom
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/internal/messaging"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// replyBody is the decrypted JSON of a reply.
//
// https://developer.work.weixin.qq.com/document/path/101031
type replyBody struct {
	MsgType      string      `json:"msgtype"`
	ResponseType string      `json:"response_type"`
	Text         *model.Text `json:"text"`
	Stream       *streamBody `json:"stream"`
	Card         *cardBody   `json:"template_card"`
	UserIDs      []string    `json:"userids"`
}

type streamBody struct {
	ID       string       `json:"id"`
	Finish   bool         `json:"finish"`
	Content  string       `json:"content"`
	Items    []imageItem  `json:"msg_item"`
	Feedback *feedbackRef `json:"feedback"`
}

type imageItem struct {
	MsgType string `json:"msgtype"`
	Image   struct {
		Base64 string `json:"base64"`
		MD5    string `json:"md5"`
	} `json:"image"`
}

type cardBody struct {
	model.Card
	Feedback *feedbackRef `json:"feedback"`
}

type feedbackRef struct {
	ID string `json:"id"`
}

func (f *feedbackRef) feedbackID() string {
	if f == nil {
		return ""
	}
	return f.ID
}

// decodeReply decodes and checks a reply. It is an error for a fault that WeCom's page names.
func decodeReply(plain []byte) (*replyBody, error) {
	in := new(replyBody)
	if err := json.Unmarshal(plain, in); err != nil {
		return nil, fmt.Errorf("it is not the documented JSON: %w", err)
	}
	if in.Stream != nil {
		if err := in.Stream.checkFields(); err != nil {
			return nil, err
		}
	}
	if in.Card != nil {
		if err := checkBotCard(in.Card); err != nil {
			return nil, fmt.Errorf("template_card: %s (%d)", err.ShortMessage(), err.Code)
		}
	}
	return in, nil
}

func (b *streamBody) checkFields() error {
	switch {
	case b.ID == "":
		return fmt.Errorf("stream.id is empty")
	case len(b.Content) > maxContent:
		return fmt.Errorf("stream.content has %d bytes, at most %d are allowed", len(b.Content), maxContent)
	case len(b.Feedback.feedbackID()) > maxFeedbackID:
		return fmt.Errorf("stream.feedback.id has more than %d bytes", maxFeedbackID)
	case len(b.Items) > maxImages, len(b.Items) > 0 && !b.Finish:
		return fmt.Errorf("stream.msg_item: at most %d images, and only with finish", maxImages)
	}
	return nil
}

// decodeImages decodes the images of a finished stream.
func (b *streamBody) decodeImages() (out [][]byte, err error) {
	for i, item := range b.Items {
		data, err := base64.StdEncoding.DecodeString(item.Image.Base64)
		if err != nil || item.MsgType != "image" {
			return nil, fmt.Errorf("stream.msg_item[%d] is not an image in base64", i)
		}
		sum := md5.Sum(data) // #nosec G401 -- required by WeCom
		want, err := hex.DecodeString(item.Image.MD5)
		kind := http.DetectContentType(data)
		if err != nil || !bytes.Equal(want, sum[:]) || len(data) > maxImageSize || kind != "image/jpeg" && kind != "image/png" {
			return nil, fmt.Errorf("stream.msg_item[%d] is not a JPG or PNG image of at most 10 MB with its MD5", i)
		}
		out = append(out, data)
	}
	return out, nil
}

// checkBotCard checks a card. One with buttons needs a task id.
func checkBotCard(c *cardBody) *core.APIError {
	if err := messaging.CheckCard(&c.Card); err != nil {
		return err
	}
	if c.TaskID == "" && (core.IsInteractiveCard(&c.Card) || c.ActionMenu != nil) {
		return core.NewAPIError(42014)
	}
	if len(c.Feedback.feedbackID()) > maxFeedbackID {
		return core.TooLong("template_card.feedback.id", maxFeedbackID)
	}
	return nil
}

// applyWelcome applies the reply to enter_chat: a text or a card. It returns a note for the log.
func (s *Service) applyWelcome(p participants, plain []byte) string {
	if plain == nil {
		return ""
	}
	in, err := decodeReply(plain)
	if err != nil {
		return ignored(err)
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	switch {
	case in.MsgType == "text" && in.Text != nil && in.Text.Content != "":
		s.addMessage(p.chat, &message{BotMessage: model.BotMessage{MsgType: "text", Text: in.Text.Content}})
	case in.MsgType == "template_card" && in.Card != nil:
		s.addMessage(p.chat, newCardMessage(in.Card, nil))
	default:
		return ignored(fmt.Errorf("type %q is not one of enter_chat", in.MsgType))
	}
	return ""
}

// applyReply applies the reply to a message: a stream, a card, or both.
func (s *Service) applyReply(ctx context.Context, p participants, question *message, plain []byte) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if plain == nil {
		question.answered = true
		return ""
	}
	in, err := decodeReply(plain)
	if err == nil && !s.allowReply(p.chat) {
		err = fmt.Errorf("more than %d replies a minute or %d an hour", repliesPerMinute, repliesPerHour)
	}
	if err == nil {
		err = s.applyMessageReply(ctx, p, question, in)
	}
	if err != nil {
		question.answered = true
		return ignored(err)
	}
	return ""
}

func (s *Service) applyMessageReply(ctx context.Context, p participants, question *message, in *replyBody) error {
	switch {
	case in.MsgType == "template_card" && in.Card != nil:
		question.answered = true
		s.addMessage(p.chat, newCardMessage(in.Card, question))
		return nil
	case in.Stream == nil || in.MsgType != "stream" && (in.MsgType != "stream_with_template_card" || in.Card == nil):
		return fmt.Errorf("type %q with its content is not one of a reply to a message", in.MsgType)
	}
	reply := &message{question: question, BotMessage: model.BotMessage{MsgType: "stream", Stream: &model.Stream{ID: in.Stream.ID}, Feedback: in.Stream.Feedback.feedbackID()}}
	if err := s.updateStream(p, reply, in); err != nil {
		return err
	}
	s.addMessage(p.chat, reply)
	s.addStreamCard(p, reply, in)
	if !reply.Stream.Finished {
		s.scheduleRefresh(context.WithoutCancel(ctx), p, reply)
	}
	return nil
}

// applyRefresh applies the reply to the refresh of a stream.
func (s *Service) applyRefresh(p participants, reply *message, plain []byte) string {
	if plain == nil {
		return ""
	}
	in, err := decodeReply(plain)
	if err != nil {
		return ignored(err)
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	switch {
	case in.Stream == nil || in.MsgType != "stream" && in.MsgType != "stream_with_template_card":
		return ignored(fmt.Errorf("type %q is not one of a refresh", in.MsgType))
	case in.Stream.ID != reply.Stream.ID:
		return ignored(fmt.Errorf("stream %q instead of %q", in.Stream.ID, reply.Stream.ID))
	}
	reply.Stream.Refreshes++
	if err := s.updateStream(p, reply, in); err != nil {
		return ignored(err)
	}
	s.addStreamCard(p, reply, in)
	s.notifyChat(p.chat)
	return ""
}

// updateStream replaces the text of a stream. Mu must be held.
func (s *Service) updateStream(p participants, reply *message, in *replyBody) error {
	images, err := in.Stream.decodeImages()
	if err != nil {
		return err
	}
	reply.Text, reply.Stream.Finished, reply.question.answered = in.Stream.Content, in.Stream.Finish, in.Stream.Finish
	p.chat.setImages(reply, images)
	return nil
}

// addStreamCard adds the card of a stream, which accepts one. Mu must be held.
func (s *Service) addStreamCard(p participants, reply *message, in *replyBody) {
	if in.MsgType != "stream_with_template_card" || in.Card == nil || reply.hasCard {
		return
	}
	reply.hasCard = true
	s.addMessage(p.chat, newCardMessage(in.Card, reply.question))
}

// applyCardUpdate applies the reply to a tap on a card.
func (s *Service) applyCardUpdate(p participants, tapped *message, taskID string, plain []byte) string {
	if plain == nil {
		return ""
	}
	in, err := decodeReply(plain)
	switch {
	case err != nil:
		return ignored(err)
	case in.ResponseType != "update_template_card" || in.Card == nil:
		return ignored(fmt.Errorf("response_type %q is not one of a tap on a card", in.ResponseType))
	case in.Card.TaskID != taskID:
		return ignored(fmt.Errorf("task_id %q instead of %q", in.Card.TaskID, taskID))
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	tapped.replaceCard(&in.Card.Card, in.UserIDs)
	s.notifyChat(p.chat)
	return ""
}

func newCardMessage(card *cardBody, question *message) *message {
	return &message{question: question, BotMessage: model.BotMessage{MsgType: "template_card", Card: &card.Card, Feedback: card.Feedback.feedbackID()}}
}

// ignored returns the note for the log about a reply that has no effect.
func ignored(err error) string { return "the reply was ignored: " + err.Error() }
