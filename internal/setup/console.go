package setup

import (
	"fmt"
	"net/url"
)

// Console holds the values that an administrator enters in WeCom's admin console.
type Console struct {
	PublicURL, CorpID     string
	AgentID               int64
	Token, EncodingAESKey string // "" if they were not generated: the console has them already
	CallerIP              string // IP address from which WeCom sees this server; "" if unknown
}

// Step is a step in WeCom's admin console.
type Step struct {
	Place  string     `json:"place"` // the console's own labels
	Values []Variable `json:"values"`
	Note   string     `json:"note,omitempty"` // text id
}

// CallbackURL returns the URL to which WeCom sends callbacks.
func (c *Console) CallbackURL() string {
	return fmt.Sprintf("%s/wecom/callback/%s/%d", c.PublicURL, c.CorpID, c.AgentID)
}

// Steps returns the steps in an order in which each one can be saved. The callback is
// saved last: WeCom requests the URL at that moment.
func (c *Console) Steps() []Step {
	host := c.PublicURL
	if u, err := url.Parse(c.PublicURL); err == nil && u.Host != "" {
		host = u.Host
	}
	callback := Step{Place: "接收消息 → 设置API接收", Values: []Variable{{"URL", c.CallbackURL()}}, Note: "setup.note.callback"}
	if c.Token != "" {
		callback.Values = append(callback.Values, Variable{"Token", c.Token})
	}
	if c.EncodingAESKey != "" {
		callback.Values = append(callback.Values, Variable{"EncodingAESKey", c.EncodingAESKey})
	}
	trusted := Step{Place: "企业可信IP", Note: "setup.note.ip"}
	if c.CallerIP != "" {
		trusted.Values = []Variable{{"IP", c.CallerIP}}
	}
	return []Step{
		{Place: "网页授权及JS-SDK → 可信域名", Values: []Variable{{"可信域名", host}}, Note: "setup.note.domain"},
		{Place: "企业微信授权登录 → 设置授权回调域", Values: []Variable{{"授权回调域", host}}},
		trusted,
		{Place: "工作台应用主页", Values: []Variable{{"应用主页", c.PublicURL}}},
		{Place: "协作 → 日程、协作 → 会议", Values: []Variable{{"可调用接口的应用", fmt.Sprint(c.AgentID)}}, Note: "setup.note.permissions"},
		callback,
	}
}
