package bench

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/util"
	"github.com/silenceper/wechat/v2/work"
	"github.com/silenceper/wechat/v2/work/config"
	"github.com/silenceper/wechat/v2/work/message"
	"github.com/xen0n/go-workwx/v2"

	"github.com/huimian/huimian/wecom"
)

const (
	floorName = "net/http alone"
	ourName   = "huimian/wecom"
	text      = "面试十分钟后开始"
	member    = "zhangsan"
	page      = "https://interview.example.com/room/42?a=b"
)

// client is one of the compared clients.
type client struct {
	name string
	send func(ctx context.Context) error
	sign func(ctx context.Context) error // signs a page for the JS-SDK; nil when unsupported
}

// newClients returns all compared clients for one base URL and one transport.
// The floor is first; it has a fixed token.
func newClients(base string, transport http.RoundTripper) []client {
	return []client{newFloorClient(base, transport), newOurClient(base, transport, nil), newGoWorkwxClient(base, transport), newSilenceperClient(base, transport)}
}

// newWideTransport returns a transport with a pool in which a thousand senders
// do not wait for connections.
func newWideTransport() *http.Transport {
	return &http.Transport{MaxIdleConns: 0, MaxIdleConnsPerHost: 256, MaxConnsPerHost: 256}
}

// newFloorClient returns the minimal send: encode JSON, send a request, decode
// JSON.
func newFloorClient(base string, transport http.RoundTripper) client {
	hc := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	return client{
		name: floorName,
		send: func(ctx context.Context) error { return sendFloor(ctx, hc, base, "token-1") },
		sign: func(context.Context) error {
			sum := sha1.Sum([]byte("jsapi_ticket=" + ticket + "&noncestr=" + "ABCDEFGHIJKLMNOP" +
				"&timestamp=" + strconv.FormatInt(1700000000, 10) + "&url=" + page))
			if len(hex.EncodeToString(sum[:])) != 40 {
				return errors.New("no signature")
			}
			return nil
		},
	}
}

func sendFloor(ctx context.Context, hc *http.Client, base, token string) error {
	var body struct {
		ToUser  string `json:"touser"`
		MsgType string `json:"msgtype"`
		AgentID int64  `json:"agentid"`
		Text    struct {
			Content string `json:"content"`
		} `json:"text"`
	}
	body.ToUser, body.MsgType, body.AgentID, body.Text.Content = member, "text", agentID, text
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/cgi-bin/message/send?access_token="+token, bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	var reply struct {
		ErrCode     int    `json:"errcode"`
		ErrMsg      string `json:"errmsg"`
		InvalidUser string `json:"invaliduser"`
		MsgID       string `json:"msgid"`
	}
	if err := json.NewDecoder(res.Body).Decode(&reply); err != nil {
		return err
	}
	if reply.ErrCode != 0 {
		return errors.New(reply.ErrMsg)
	}
	return nil
}

func newOurClient(base string, transport http.RoundTripper, tokens wecom.TokenStore) client {
	c, err := wecom.New(wecom.Config{CorpID: corpID, AgentID: agentID, Secret: secret, BaseURL: base,
		HTTPClient: &http.Client{Transport: transport}, TokenStore: tokens})
	if err != nil {
		panic(err)
	}
	return client{
		name: ourName,
		send: func(ctx context.Context) error {
			_, err := c.Messages.Send(ctx, &wecom.Message{ToUser: wecom.IDList{member}, Text: &wecom.Text{Content: text}})
			return err
		},
		sign: func(ctx context.Context) error {
			_, err := c.JSSDK.ConfigSignature(ctx, page)
			return err
		},
	}
}

func newGoWorkwxClient(base string, transport http.RoundTripper) client {
	app := workwx.New(corpID, workwx.WithQYAPIHost(base),
		workwx.WithHTTPClient(&http.Client{Transport: transport, Timeout: 10 * time.Second})).WithApp(secret, agentID)
	return client{
		name: "xen0n/go-workwx v2.0.0-alpha.1",
		send: func(context.Context) error {
			return app.SendTextMessage(&workwx.Recipient{UserIDs: []string{member}}, text, false)
		},
	}
}

// newSilenceperClient configures silenceper/wechat, which keeps URL and HTTP
// client in package variables, so only the last one created works.
func newSilenceperClient(base string, transport http.RoundTripper) client {
	util.SetURIModifier(func(uri string) string { return strings.Replace(uri, wecom.DefaultBaseURL, base, 1) })
	util.DefaultHTTPClient = &http.Client{Transport: transport, Timeout: 10 * time.Second}
	w := work.NewWork(&config.Config{CorpID: corpID, CorpSecret: secret, AgentID: strconv.Itoa(agentID), Cache: cache.NewMemory()})
	messages, js := w.GetMessage(), w.JsSdk()
	return client{
		name: "silenceper/wechat v2.1.14",
		send: func(context.Context) error {
			_, err := messages.SendText(message.SendTextRequest{
				SendRequestCommon: &message.SendRequestCommon{ToUser: member, AgentID: strconv.Itoa(agentID)},
				Text:              message.TextField{Content: text},
			})
			return err
		},
		sign: func(context.Context) error {
			_, err := js.GetConfig(page)
			return err
		},
	}
}
