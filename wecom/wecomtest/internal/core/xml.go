package core

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"
)

// XMLBuilder builds the decrypted XML of callbacks as WeCom writes it: no white space between
// elements, strings in CDATA, numbers without.
type XMLBuilder struct{ b strings.Builder }

// NewXMLBuilder returns a builder of the element <xml>.
func NewXMLBuilder() *XMLBuilder {
	e := &XMLBuilder{}
	e.b.WriteString("<xml>")
	return e
}

// AddText adds an element with a text in CDATA.
func (e *XMLBuilder) AddText(name, value string) *XMLBuilder {
	// "]]>" must be split across two CDATA sections
	value = strings.ReplaceAll(value, "]]>", "]]]]><![CDATA[>")
	e.b.WriteString("<" + name + "><![CDATA[" + value + "]]></" + name + ">")
	return e
}

// AddNumber adds an element with a number.
func (e *XMLBuilder) AddNumber(name string, value int64) *XMLBuilder {
	e.b.WriteString("<" + name + ">" + strconv.FormatInt(value, 10) + "</" + name + ">")
	return e
}

// AddFloat adds an element with a number that may have decimals.
func (e *XMLBuilder) AddFloat(name string, value float64) *XMLBuilder {
	e.b.WriteString("<" + name + ">" + FormatFloat(value) + "</" + name + ">")
	return e
}

// FormatFloat returns a number in decimal notation.
func FormatFloat(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

// OpenElement adds the start tag of an element.
func (e *XMLBuilder) OpenElement(name string) *XMLBuilder {
	e.b.WriteString("<" + name + ">")
	return e
}

// CloseElement adds the end tag of an element.
func (e *XMLBuilder) CloseElement(name string) *XMLBuilder {
	e.b.WriteString("</" + name + ">")
	return e
}

// ToBytes ends the builder and returns the XML.
func (e *XMLBuilder) ToBytes() []byte { return []byte(e.b.String() + "</xml>") }

// NewMessageXML returns the elements that all messages and events begin with.
func NewMessageXML(corpID, from string, at time.Time, kind string) *XMLBuilder {
	return NewXMLBuilder().AddText("ToUserName", corpID).AddText("FromUserName", from).
		AddNumber("CreateTime", at.Unix()).AddText("MsgType", kind)
}

// newEnvelopeXML returns the body of a callback: the encrypted message and its addressee.
func newEnvelopeXML(corpID string, agentID int64, encrypted string) []byte {
	e := NewXMLBuilder().AddText("ToUserName", corpID)
	if agentID != 0 {
		e.AddText("AgentID", strconv.FormatInt(agentID, 10))
	}
	return e.AddText("Encrypt", encrypted).ToBytes()
}

// replyEnvelope is an encrypted passive reply.
type replyEnvelope struct {
	XMLName   xml.Name `xml:"xml"`
	Encrypt   string   `xml:"Encrypt"`
	Signature string   `xml:"MsgSignature"`
	Timestamp string   `xml:"TimeStamp"`
	Nonce     string   `xml:"Nonce"`
}

// passiveReply is a decrypted passive reply.
//
// https://developer.work.weixin.qq.com/document/path/90241
type passiveReply struct {
	XMLName xml.Name     `xml:"xml"`
	MsgType string       `xml:"MsgType"`
	Content string       `xml:"Content"`
	Image   passiveMedia `xml:"Image"`
	Voice   passiveMedia `xml:"Voice"`
	Video   passiveMedia `xml:"Video"`
	Items   []struct {
		Title       string `xml:"Title"`
		Description string `xml:"Description"`
		PicURL      string `xml:"PicUrl"`
		URL         string `xml:"Url"`
	} `xml:"Articles>item"`
	Button struct {
		ReplaceName string `xml:"ReplaceName"`
	} `xml:"Button"`
}

type passiveMedia struct {
	MediaID     string `xml:"MediaId"`
	Title       string `xml:"Title"`
	Description string `xml:"Description"`
}
