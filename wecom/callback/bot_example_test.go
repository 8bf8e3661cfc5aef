package callback_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/huimian/huimian/wecom/callback"
)

func ExampleNewBot() {
	h, err := callback.NewBot(callback.BotConfig{
		Token: "InterviewToken2026", EncodingAESKey: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", // from the bot's page
		Respond: func(_ context.Context, m callback.BotMessage) (callback.BotReply, error) {
			switch {
			case m.Event != nil && m.Event.EventType == "enter_chat":
				return callback.NewBotWelcomeReply("你好，问我今天的面试"), nil
			case m.Text != nil:
				// WeCom requests the stream again until it is finished.
				return callback.BotStream{ID: m.MsgID, Content: "在查……"}.Reply(), nil
			case m.Stream != nil:
				return callback.BotStream{ID: m.Stream.ID, Content: "今天没有面试", Finish: true}.Reply(), nil
			}
			return callback.BotReply{}, nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/wecom/bot", h)

	w := httptest.NewRecorder() // a request without a valid signature
	mux.ServeHTTP(w, httptest.NewRequest("POST", "/wecom/bot?timestamp=1700000000&nonce=n&msg_signature=x", strings.NewReader(`{"encrypt":"x"}`)))
	fmt.Println(w.Code, w.Body.Len())
	// Output: 403 0
}
