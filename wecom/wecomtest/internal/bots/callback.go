package bots

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// callbackBody is the decrypted JSON of a callback.
//
// https://developer.work.weixin.qq.com/document/path/100719
type callbackBody struct {
	MsgID       string      `json:"msgid"`
	CreateTime  int64       `json:"create_time,omitempty"` // of an event
	BotID       string      `json:"aibotid"`
	ChatID      string      `json:"chatid,omitempty"` // of a group
	ChatType    string      `json:"chattype"`
	From        sender      `json:"from"`
	ResponseURL string      `json:"response_url,omitempty"`
	MsgType     string      `json:"msgtype"`
	Text        *model.Text `json:"text,omitempty"`
	Stream      *streamRef  `json:"stream,omitempty"`
	Event       *eventBody  `json:"event,omitempty"`
}

type sender struct {
	UserID string `json:"userid"`
}

type streamRef struct {
	ID string `json:"id"`
}

// eventBody is an event. The field of its type is set.
//
// https://developer.work.weixin.qq.com/document/path/101027
type eventBody struct {
	EventType string         `json:"eventtype"`
	EnterChat *struct{}      `json:"enter_chat,omitempty"`
	Card      *cardEvent     `json:"template_card_event,omitempty"`
	Feedback  *feedbackEvent `json:"feedback_event,omitempty"`
}

type cardEvent struct {
	CardType      string `json:"card_type"`
	EventKey      string `json:"event_key"`
	TaskID        string `json:"task_id"`
	SelectedItems struct {
		Items []selectedItem `json:"selected_item"`
	} `json:"selected_items"`
}

type selectedItem struct {
	QuestionKey string `json:"question_key"`
	OptionIDs   struct {
		IDs []string `json:"option_id"`
	} `json:"option_ids"`
}

type feedbackEvent struct {
	ID      string `json:"id"`
	Type    int    `json:"type"`
	Content string `json:"content,omitempty"`
	Reasons []int  `json:"inaccurate_reason_list,omitempty"`
}

// newBody returns a callback about a member in a chat. Mu must be held.
func (s *Service) newBody(p participants, msgID, msgType string) *callbackBody {
	b := &callbackBody{MsgID: msgID, BotID: p.chat.bot.ID, ChatType: "single", From: sender{p.chat.bot.userID(p.member)}, MsgType: msgType}
	if p.chat.group != nil {
		b.ChatID, b.ChatType = p.chat.group.ID, "group"
	}
	return b
}

// newEvent returns the callback of an event. Mu must be held.
func (s *Service) newEvent(p participants, e *eventBody) *callbackBody {
	b := s.newBody(p, s.RandomText(24), "event")
	b.CreateTime, b.Event = s.CurrentTime().Unix(), e
	return b
}

// newCallback returns the delivery of a callback. Mu must be held.
func (s *Service) newCallback(p participants, body *callbackBody, handleReply func(plain []byte) string) *core.PendingCallback {
	plain := webpage.EncodeJSON(body)
	s.Seq++
	bot := p.chat.bot
	event := body.MsgType
	if body.Event != nil {
		event = body.Event.EventType
	}
	return &core.PendingCallback{To: bot.Callback, HandleReply: handleReply, Delivery: model.Delivery{
		Seq: s.Seq, Time: s.CurrentTime(), CorpID: bot.CorpID, BotID: bot.ID, URL: bot.URL, Event: event, From: p.member.UserID, Plain: string(plain),
	}}
}

// RepeatCallback returns a callback of the log that is sent again. Its reply is logged and not applied.
// Mu must be held.
func (s *Service) RepeatCallback(d model.Delivery) *core.PendingCallback {
	o := &core.PendingCallback{Delivery: d, HandleReply: func([]byte) string { return "" }}
	if b := s.bots[d.BotID]; b != nil {
		o.To = b.Callback
	}
	return o
}

// deliverMessage delivers a message of a member. It returns after the receiver has accepted it; the
// state of a stream is requested in the background.
func (s *Service) deliverMessage(ctx context.Context, question *message, o *core.PendingCallback) error {
	err := s.DeliverCallback(ctx, o)
	if err != nil {
		s.Mu.Lock()
		question.answered = true
		s.Mu.Unlock()
	}
	return err
}

// scheduleRefresh requests the state of a stream after refreshInterval, until it is finished or has
// expired.
func (s *Service) scheduleRefresh(ctx context.Context, p participants, reply *message) {
	s.Background.Go(func() { // not after Close
		select {
		case <-time.After(refreshInterval):
		case <-ctx.Done():
			return
		}
		if s.refreshStream(ctx, p, reply) {
			s.scheduleRefresh(ctx, p, reply)
		}
	})
}

// refreshStream requests the state of a stream once, and reports whether it is to be requested again.
func (s *Service) refreshStream(ctx context.Context, p participants, reply *message) bool {
	s.Mu.Lock()
	if !s.CurrentTime().Before(reply.question.deadline) {
		reply.Stream.Expired, reply.question.answered = true, true
		s.notifyChat(p.chat)
	}
	if reply.question.answered {
		s.Mu.Unlock()
		return false
	}
	body := s.newBody(p, s.RandomText(24), "stream")
	body.Stream = &streamRef{reply.Stream.ID}
	o := s.newCallback(p, body, func(plain []byte) string { return s.applyRefresh(p, reply, plain) })
	o.MaxAttempts = 1 // the next refresh is another one
	s.Mu.Unlock()
	_ = s.DeliverCallback(ctx, o) // a failure is in the delivery log
	return true
}
