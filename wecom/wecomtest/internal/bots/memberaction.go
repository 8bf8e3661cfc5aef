package bots

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// SendText sends a text of a member. In a group, the bot receives it only if the text mentions it:
// @ and the name of the bot.
func (s *Service) SendText(ctx context.Context, at model.BotChat, text string) error {
	question, o, err := s.newQuestion(ctx, at, text)
	if err != nil || o == nil {
		return err
	}
	return s.deliverMessage(ctx, question, o)
}

// newQuestion stores a text and returns its callback, nil if the bot does not receive it.
func (s *Service) newQuestion(ctx context.Context, at model.BotChat, text string) (*message, *core.PendingCallback, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	p, err := s.findParticipants(at)
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("sending a text: %w", err)
	case strings.TrimSpace(text) == "":
		return nil, nil, errors.New("sending a text: it is empty")
	}
	bot := p.chat.bot
	received := bot.URL != "" && (p.chat.group == nil || strings.Contains(text, "@"+bot.Name))
	key := memberKey{bot.ID, p.member.Key}
	if received && len(s.openMessages(key)) >= maxOpenMessages {
		return nil, nil, fmt.Errorf("sending a text: bot %s is still replying to %d messages of %s", bot.ID, maxOpenMessages, p.member.UserID)
	}
	question := &message{BotMessage: model.BotMessage{Author: p.member.UserID, MsgType: "text", Text: text}, deadline: s.CurrentTime().Add(streamLifetime)}
	s.addMessage(p.chat, question)
	if !received {
		return question, nil, nil
	}
	s.open[key] = append(s.open[key], question)
	body := s.newBody(p, question.MsgID, "text")
	body.Text, body.ResponseURL = &model.Text{Content: text}, s.newResponseURL(p, question)
	return question, s.newCallback(p, body, func(plain []byte) string { return s.applyReply(ctx, p, question, plain) }), nil
}

// Enter opens the single chat of a member with a bot. The first time on a day, enter_chat is sent.
func (s *Service) Enter(ctx context.Context, at model.BotChat) error {
	return s.deliverEvent(ctx, at, func(p participants) (*core.PendingCallback, error) {
		today := s.CurrentTime().In(chinaTime).Format(time.DateOnly)
		if p.chat.group != nil || p.chat.enteredOn == today {
			return nil, nil //nolint:nilnil // no event
		}
		p.chat.enteredOn = today
		body := s.newEvent(p, &eventBody{EventType: "enter_chat", EnterChat: &struct{}{}})
		return s.newCallback(p, body, func(plain []byte) string { return s.applyWelcome(p, plain) }), nil
	})
}

// chinaTime is the zone of the day of enter_chat.
var chinaTime = time.FixedZone("UTC+8", 8*60*60)

// ClickButton clicks a button of a card. ref is the msgid of the card or its task id.
func (s *Service) ClickButton(ctx context.Context, at model.BotChat, ref, key string, chosen ...model.Selected) error {
	return s.deliverEvent(ctx, at, func(p participants) (*core.PendingCallback, error) {
		m := p.findCard(ref)
		if m == nil {
			return nil, fmt.Errorf("clicking a button: the chat has no card %q", ref)
		}
		view := m.viewFor(p.member)
		found, menu := core.FindCardButton(view.Card, key)
		switch {
		case !found:
			return nil, fmt.Errorf("clicking a button: the card has no button with the key %q", key)
		case view.ButtonText != "" && !menu:
			return nil, fmt.Errorf("clicking a button: the buttons have been replaced by %q", view.ButtonText)
		}
		e := &cardEvent{CardType: view.Card.CardType, EventKey: key, TaskID: view.Card.TaskID}
		e.SelectedItems.Items = []selectedItem{}
		for _, c := range chosen {
			item := selectedItem{QuestionKey: c.QuestionKey}
			item.OptionIDs.IDs = c.OptionIDs
			e.SelectedItems.Items = append(e.SelectedItems.Items, item)
		}
		body := s.newEvent(p, &eventBody{EventType: "template_card_event", Card: e})
		body.ResponseURL = s.newResponseURL(p, nil)
		return s.newCallback(p, body, func(plain []byte) string { return s.applyCardUpdate(p, m, e.TaskID, plain) }), nil
	})
}

// SendFeedback sends a member's feedback on a reply that has a feedback id.
func (s *Service) SendFeedback(ctx context.Context, at model.BotChat, msgID string, f model.BotFeedback) error {
	return s.deliverEvent(ctx, at, func(p participants) (*core.PendingCallback, error) {
		list := p.chat.messages.List()
		i := slices.IndexFunc(list, func(m *message) bool { return m.MsgID == msgID && m.Feedback != "" })
		if i < 0 || f.Type < 1 || f.Type > 3 {
			return nil, fmt.Errorf("sending feedback: the chat has no reply %q with a feedback id, or type %d is not 1 to 3", msgID, f.Type)
		}
		body := s.newEvent(p, &eventBody{EventType: "feedback_event", Feedback: &feedbackEvent{list[i].Feedback, f.Type, f.Content, f.Reasons}})
		return s.newCallback(p, body, func(plain []byte) string {
			if plain != nil {
				return "the reply was ignored: feedback has none"
			}
			return ""
		}), nil
	})
}

// deliverEvent delivers the event of an action once, as WeCom does.
func (s *Service) deliverEvent(ctx context.Context, at model.BotChat, build func(participants) (*core.PendingCallback, error)) error {
	s.Mu.Lock()
	p, err := s.findParticipants(at)
	var o *core.PendingCallback
	if err == nil {
		o, err = build(p)
	}
	s.Mu.Unlock()
	if err != nil || o == nil {
		return err
	}
	o.MaxAttempts = 1
	return s.DeliverCallback(ctx, o)
}

// newResponseURL returns the URL that accepts one active reply. Mu must be held.
func (s *Service) newResponseURL(p participants, question *message) string {
	code, now := s.RandomText(32), s.CurrentTime()
	expires := now.Add(responseLifetime)
	s.codes.Put(code, &responseCode{participants: p, question: question, expires: expires}, now, expires)
	return s.URL() + "/cgi-bin/aibot/response?response_code=" + url.QueryEscape(code)
}
