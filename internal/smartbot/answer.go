package smartbot

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/huimian/huimian/internal/chatanswer"
	"github.com/huimian/huimian/internal/chatintent"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
)

// answerFormat writes answers as Markdown.
var answerFormat = chatanswer.Format{
	MaxBytes: callback.MaxBotStreamBytes, Introduction: "smartbot.introduction",
	Link:   func(address, text string) string { return "[" + text + "](" + address + ")" },
	Escape: escapeMarkdown,
	Line:   func(time, link, note string) string { return "- " + time + " " + link + note },
	More:   func(link string) string { return "- " + link },
	Text:   func(text string) string { return strings.NewReplacer("\n· ", "\n- ", "\n・", "\n- ").Replace(text) },
}

// escapeMarkdown replaces characters with a meaning in Markdown by others that look alike: WeCom's
// Markdown has no escapes.
func escapeMarkdown(text string) string {
	return strings.NewReplacer("<", "‹", ">", "›", "[", "［", "]", "］", "*", "＊", "_", "＿", "`", "'", "|", "｜", "~", "～", "#", "＃", "\n", " ").Replace(text)
}

// respondToCallback returns the reply to a callback. A callback of another bot has none.
func (s *Service) respondToCallback(ctx context.Context, c *Settings, m callback.BotMessage) (callback.BotReply, error) {
	if accepted, err := s.recordCallback(ctx, c, m.BotID); err != nil || !accepted {
		return callback.BotReply{}, err
	}
	switch m.Kind() {
	case "event/" + callback.BotEventEnterChat:
		return s.welcomeMember(ctx, c, m)
	case "event/" + callback.BotEventTemplateCard:
		return callback.BotReply{}, s.answerTap(ctx, c, m)
	case callback.BotMsgText, callback.BotMsgVoice, callback.BotMsgMixed, callback.BotMsgImage, callback.BotMsgFile:
		return s.answerMessage(ctx, c, m)
	}
	return callback.BotReply{}, nil // feedback, which no reply requests, and kinds that WeCom adds
}

// findAsker returns the sender of a message, or a sentence for a sender who is not in the company's
// contacts.
func (s *Service) findAsker(ctx context.Context, c *Settings, m callback.BotMessage) (who *chatanswer.Asker, refusal string, err error) {
	if m.From.CorpID != "" && m.From.CorpID != c.CorpID {
		return nil, i18n.T(i18n.DefaultLanguage, "smartbot.other_company", nil), nil
	}
	if who, err = s.Answers.FindAsker(ctx, c.CorpID, m.From.UserID); err != nil {
		return nil, "", err
	}
	if !who.Known {
		return nil, i18n.T(who.Language, "smartbot.unknown_member", nil), nil
	}
	return who, "", nil
}

// answerMessage answers a message by a stream that is complete at once: an answer takes some queries of
// the database, far less than the time that WeCom waits.
func (s *Service) answerMessage(ctx context.Context, c *Settings, m callback.BotMessage) (callback.BotReply, error) {
	who, content, err := s.findAsker(ctx, c, m)
	if err == nil && who != nil {
		content, err = s.answerText(ctx, who, m, c.Name)
	}
	if err != nil {
		return callback.BotReply{}, err
	}
	return callback.BotStream{ID: db.NewID(), Content: content, Finish: true}.Reply(), nil
}

func (s *Service) answerText(ctx context.Context, who *chatanswer.Asker, m callback.BotMessage, botName string) (string, error) {
	text := textOf(m.BotContent)
	if m.ChatType == callback.BotChatSingle {
		return s.Answers.Answer(ctx, who, who.ParseIntent(text), answerFormat)
	}
	// every kind of chat but a single one may have other readers
	return s.Answers.AnswerInGroup(ctx, who, who.ParseIntent(removeMentions(text, botName)), answerFormat)
}

// textOf returns the text of a message, "" if it has none. WeCom has transcribed a voice message.
func textOf(c callback.BotContent) string {
	switch {
	case c.Text != nil:
		return c.Text.Content
	case c.Voice != nil:
		return c.Voice.Content
	case c.Mixed != nil:
		var texts []string
		for _, item := range c.Mixed.Items {
			if item.Text != nil {
				texts = append(texts, item.Text.Content)
			}
		}
		return strings.Join(texts, " ")
	}
	return ""
}

// removeMentions removes the mentions from a text of a group: @ and the name of the bot, which may
// contain spaces, and any other word that begins with @.
func removeMentions(text, botName string) string {
	if botName != "" {
		text = strings.ReplaceAll(text, "@"+botName, " ")
	}
	words := strings.FieldsFunc(text, unicode.IsSpace)
	kept := words[:0]
	for _, word := range words {
		if !strings.HasPrefix(word, "@") {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

// welcomeMember welcomes a member in the single chat with buttons for frequent questions.
func (s *Service) welcomeMember(ctx context.Context, c *Settings, m callback.BotMessage) (callback.BotReply, error) {
	who, refusal, err := s.findAsker(ctx, c, m)
	if err != nil {
		return callback.BotReply{}, err
	}
	if who == nil {
		return callback.NewBotWelcomeReply(refusal), nil
	}
	text := func(id string) string { return i18n.T(who.Language, id, nil) }
	return callback.NewBotTemplateCardReply(&wecom.TemplateCard{
		CardType: wecom.CardButtonInteraction, TaskID: "welcome-" + db.NewID(),
		MainTitle:    &wecom.CardTitle{Title: text("smartbot.welcome.title"), Desc: text("smartbot.welcome.text")},
		SubTitleText: text("smartbot.welcome.examples"),
		ButtonList: []wecom.CardButton{
			{Text: text("notify.menu.today"), Key: chatintent.MenuToday, Style: 1},
			{Text: text("notify.menu.scorecards"), Key: chatintent.MenuScorecards, Style: 2},
		},
	}), nil
}

// answerTap answers a tap on the card of welcomeMember by an active reply, because the response to a tap
// can only replace the card. The buttons remain, for the next day.
func (s *Service) answerTap(ctx context.Context, c *Settings, m callback.BotMessage) error {
	if m.Event.TemplateCardEvent == nil {
		return nil
	}
	intent, known := chatintent.OfMenu(m.Event.TemplateCardEvent.EventKey)
	if !known || m.ChatType != callback.BotChatSingle {
		return nil
	}
	who, content, err := s.findAsker(ctx, c, m)
	if err == nil && who != nil {
		content, err = s.Answers.Answer(ctx, who, intent, answerFormat)
	}
	if err != nil {
		return err
	}
	if err := s.Client.Bots.Respond(ctx, m.ResponseURL, &wecom.BotResponse{Markdown: content}); err != nil {
		return fmt.Errorf("answering a tap on a card of the smart bot: %w", err)
	}
	return nil
}
