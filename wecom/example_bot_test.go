package wecom_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/huimian/huimian/wecom"
	"github.com/huimian/huimian/wecom/callback"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// A smart bot welcomes a member with a card, and answers a question by a stream. The tap on the card is
// answered by an active reply, because the response to a tap can only replace the card.
func ExampleBotService() {
	runInCompany(func(ctx context.Context, sim *wecomtest.Server, c *wecom.Client) error {
		card := wecom.TemplateCard{CardType: wecom.CardButtonInteraction, TaskID: "menu-1", MainTitle: &wecom.CardTitle{Title: "面试助手"},
			ButtonList: []wecom.CardButton{{Text: "今天的面试", Key: "today", Style: 1}}}
		h, err := callback.NewBot(callback.BotConfig{Token: callbackToken, EncodingAESKey: callbackKey,
			Respond: func(ctx context.Context, m callback.BotMessage) (callback.BotReply, error) {
				switch m.Kind() {
				case "event/" + callback.BotEventEnterChat:
					return callback.NewBotTemplateCardReply(card), nil
				case "event/" + callback.BotEventTemplateCard:
					return callback.BotReply{}, c.Bots.Respond(ctx, m.ResponseURL, &wecom.BotResponse{Markdown: "今天没有面试"})
				case callback.BotMsgText:
					return callback.BotStream{ID: m.MsgID, Content: "在查……"}.Reply(), nil
				case callback.BotMsgStream: // WeCom requests the stream until it is finished
					return callback.BotStream{ID: m.Stream.ID, Content: "明天有 **1** 场面试", Finish: true}.Reply(), nil
				}
				return callback.BotReply{}, nil
			}})
		if err != nil {
			return err
		}
		mine := httptest.NewServer(h)
		defer mine.Close()

		bots := wecomtest.SmartBots(sim)
		bots.AddBot(wecomtest.SmartBot{CorpID: corpID, ID: "aib-1", Name: "面试助手", Callback: wecomtest.Callback{URL: mine.URL, Token: callbackToken, EncodingAESKey: callbackKey}})
		chat := wecomtest.BotChat{CorpID: corpID, UserID: "LinYue", BotID: "aib-1"}
		if err := bots.Enter(ctx, chat); err != nil {
			return err
		}
		if err := bots.ClickButton(ctx, chat, "menu-1", "today"); err != nil {
			return err
		}
		if err := bots.SendText(ctx, chat, "明天呢"); err != nil {
			return err
		}
		if _, err := bots.WaitMessage(ctx, chat, func(m wecomtest.BotMessage) bool { return m.Stream != nil && m.Stream.Finished }); err != nil {
			return err
		}
		for _, m := range bots.Messages(chat) {
			if m.Card != nil {
				m.Text = m.Card.MainTitle.Title
			}
			fmt.Println(m.MsgType, m.Text)
		}
		return nil
	})
	// Output:
	// template_card 面试助手
	// markdown 今天没有面试
	// text 明天呢
	// stream 明天有 **1** 场面试
}
