package wecom

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

const botResponseURL = Secret("https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=THE-CODE")

func TestBotRespond(t *testing.T) {
	var request, body string
	c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/aibot/response": func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		request, body = r.Method+" "+r.URL.RequestURI()[len(basePath):], string(data)
		_, _ = io.WriteString(w, ok)
	}})
	const path = "POST /cgi-bin/aibot/response?response_code=THE-CODE"
	for name, x := range map[string]struct {
		reply BotResponse
		body  string
	}{
		"markdown": {BotResponse{Markdown: "**明天** 1 场", FeedbackID: "f"}, `{"msgtype":"markdown","markdown":{"content":"**明天** 1 场","feedback":{"id":"f"}}}`},
		"plain":    {BotResponse{Markdown: "a"}, `{"msgtype":"markdown","markdown":{"content":"a"}}`},
		"card": {BotResponse{TemplateCard: noticeCard(), FeedbackID: "f"},
			`{"msgtype":"template_card","template_card":{"card_type":"text_notice","main_title":{"title":"改期"},"card_action":{"type":1,"url":"https://interview.example.com"},"feedback":{"id":"f"}}}`},
	} {
		if err := c.Bots.Respond(t.Context(), botResponseURL, &x.reply); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if request != path || !equalJSON(t, []byte(body), x.body) {
			t.Errorf("%s: sent %s %s", name, request, body)
		}
	}
}

// The response code of a failed call is neither in the error nor tried again.
func TestBotRespondErrors(t *testing.T) {
	calls := 0
	c := newTestClient(t, map[string]http.HandlerFunc{"/cgi-bin/aibot/response": func(w http.ResponseWriter, _ *http.Request) {
		calls++
		_, _ = io.WriteString(w, `{"errcode":60140,"errmsg":"invalid response_code THE-CODE"}`)
	}})
	err := c.Bots.Respond(t.Context(), botResponseURL, &BotResponse{Markdown: "a"})
	if e, found := errors.AsType[*Error](err); !found || e.Code != 60140 || e.Class != ClassState || strings.Contains(err.Error(), "THE-CODE") || calls != 1 {
		t.Errorf("%d calls: %v", calls, err)
	}
	for name, bad := range map[string]struct {
		url   Secret
		reply BotResponse
	}{
		"other path":    {"https://qyapi.weixin.qq.com/cgi-bin/message/send?response_code=THE-CODE", BotResponse{Markdown: "a"}},
		"no code":       {"https://qyapi.weixin.qq.com/cgi-bin/aibot/response", BotResponse{Markdown: "a"}},
		"not a URL":     {"https://%zz/cgi-bin/aibot/response?response_code=THE-CODE", BotResponse{Markdown: "a"}},
		"nothing":       {botResponseURL, BotResponse{}},
		"both":          {botResponseURL, BotResponse{Markdown: "a", TemplateCard: noticeCard()}},
		"long":          {botResponseURL, BotResponse{Markdown: strings.Repeat("面", MaxBotMarkdownBytes/3+1)}},
		"long feedback": {botResponseURL, BotResponse{Markdown: "a", FeedbackID: strings.Repeat("x", 257)}},
		"wrong card":    {botResponseURL, BotResponse{TemplateCard: &TemplateCard{CardType: "poster"}}},
	} {
		err := c.Bots.Respond(context.Background(), bad.url, &bad.reply)
		if ClassOf(err) != ClassArgument || strings.Contains(err.Error(), "THE-CODE") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if calls != 1 {
		t.Errorf("%d calls", calls)
	}
}
