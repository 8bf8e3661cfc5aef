package ui

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/simulator/webpage"
	"github.com/huimian/huimian/wecom/wecomtest/internal/bots"
	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// botAPI serves the chats with smart bots.
type botAPI struct{ *Service }

// Routes registers the requests of the chats with smart bots.
func (s botAPI) Routes(mux *http.ServeMux) {
	handle := JSONRoutes(mux)
	handle("POST /sim/bots/say", webpage.Action(s.sendText))
	handle("POST /sim/bots/enter", webpage.Action(s.enterChat))
	handle("POST /sim/bots/click", webpage.Action(s.clickButton))
	handle("POST /sim/bots/feedback", webpage.Action(s.sendFeedback))
	handle("GET /sim/bots/messages", webpage.Query(s.listMessages, "corpId", "as", "botId", "chatId"))
	handle("GET /sim/bots/wait", webpage.Query(s.waitMessage, "corpId", "as", "botId", "chatId", "after", "seconds"))
}

func (s botAPI) sendText(ctx context.Context, in struct {
	model.BotChat
	Text string `json:"text"`
}) (any, error) {
	return nil, s.Bots.SendText(ctx, in.BotChat, in.Text)
}

func (s botAPI) enterChat(ctx context.Context, in model.BotChat) (any, error) {
	return nil, s.Bots.Enter(ctx, in)
}

func (s botAPI) clickButton(ctx context.Context, in struct {
	model.BotChat
	MsgID  string           `json:"msgid"`
	Key    string           `json:"key"`
	Chosen []model.Selected `json:"chosen"`
}) (any, error) {
	return nil, s.Bots.ClickButton(ctx, in.BotChat, in.MsgID, in.Key, in.Chosen...)
}

func (s botAPI) sendFeedback(ctx context.Context, in struct {
	model.BotChat
	MsgID string `json:"msgid"`
	model.BotFeedback
}) (any, error) {
	return nil, s.Bots.SendFeedback(ctx, in.BotChat, in.MsgID, in.BotFeedback)
}

func botChatOf(r *http.Request) model.BotChat {
	q := r.URL.Query()
	return model.BotChat{CorpID: q.Get("corpId"), UserID: q.Get("as"), BotID: q.Get("botId"), ChatID: q.Get("chatId")}
}

func (s botAPI) listMessages(r *http.Request) (any, error) { return s.Bots.Messages(botChatOf(r)) }

// waitMessage returns the newest message of a chat whose seq is greater than ?after= and whose stream is
// finished, and waits for one for at most ?seconds=.
func (s botAPI) waitMessage(r *http.Request) (any, error) {
	after, _ := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	wait := maxWait
	if n, err := strconv.ParseFloat(r.URL.Query().Get("seconds"), 64); err == nil && n >= 0 {
		wait = min(maxWait, time.Duration(n*float64(time.Second)))
	}
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	return s.Bots.WaitMessage(ctx, botChatOf(r), func(m model.BotMessage) bool {
		return m.Seq > after && m.Author == "" && (m.Stream == nil || m.Stream.Finished)
	})
}

// botPrefix begins the key of a chat with a bot: b-, the id of the bot, and in a group : and its id.
const botPrefix = "b-"

func botChatKey(botID, chatID string) string {
	if chatID == "" {
		return botPrefix + botID
	}
	return botPrefix + botID + ":" + chatID
}

// botChats returns the chats of a member with smart bots. Mu must be held.
func (s *Service) botChats(c *core.CorpState, m *core.MemberState) (out []*chatEntry) {
	for _, b := range s.Bots.ListChats(m) {
		e := &chatEntry{BotID: b.Bot.ID, BotName: b.Bot.Name, Name: b.Bot.Name, Logo: contacts.AvatarPath(b.Bot.Name) + "&kind=app", Menu: []model.MenuButton{}, Receives: true}
		if b.Group != nil {
			e.ChatID, e.Name, e.Members = b.Group.ID, b.Group.Name, len(b.Group.Members)+1
			e.Logo = contacts.AvatarPath(b.Group.Name) + "&kind=app"
		}
		if b.Last != nil {
			last := s.botMessage(c, m, b, b.Last)
			e.Last = &last
		}
		out = append(out, e)
	}
	return out
}

// botMessage returns a message of a chat with a bot as an entry. Text and streams are Markdown.
func (s *Service) botMessage(c *core.CorpState, reader *core.MemberState, b bots.Overview, m *model.BotMessage) messageEntry {
	out := messageEntry{Message: model.Message{Seq: m.Seq, MsgID: m.MsgID, CorpID: c.ID, UserID: reader.UserID, Time: m.Time, MsgType: m.MsgType,
		FromUser: m.Author == reader.UserID, Updated: m.Updated, ButtonText: m.ButtonText}, Stream: m.Stream, Quote: m.Quote, Feedback: m.Feedback}
	switch m.MsgType {
	case "text":
		out.Text = &model.Text{Content: m.Text}
	case "template_card":
		out.Card = m.Card
	default:
		out.MsgType, out.MarkdownV2 = "markdown_v2", &model.Markdown{Content: m.Text}
	}
	for _, image := range m.Images {
		out.Images = append(out.Images, "data:"+http.DetectContentType(image)+";base64,"+base64.StdEncoding.EncodeToString(image))
	}
	if author, ok := c.Members[core.FoldUserID(m.Author)]; ok {
		entry := s.showMember(c, author)
		out.Author = &entry
	} else {
		out.Author = &memberEntry{Name: b.Bot.Name, Avatar: contacts.AvatarPath(b.Bot.Name) + "&kind=app"}
	}
	return out
}

// botMessages returns a chat with a bot: the newest messagePage messages before a number.
func (s *Service) botMessages(m *core.MemberState, key string, before int64) (any, error) {
	botID, chatID, _ := strings.Cut(strings.TrimPrefix(key, botPrefix), ":")
	for _, b := range s.Bots.ListChats(m) {
		if b.Bot.ID != botID || chatID == "" != (b.Group == nil) || b.Group != nil && b.Group.ID != chatID {
			continue
		}
		out := []messageEntry{}
		for _, message := range s.Bots.ListMessages(m, botID, chatID) {
			if message.Seq < before {
				out = append(out, s.botMessage(s.CorpStates[m.CorpID], m, b, &message))
			}
		}
		return out[max(0, len(out)-messagePage):], nil
	}
	return nil, core.ErrNotFound
}
