package wecomtest

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"
)

// xmlBuilder builds the decrypted XML of callbacks as WeCom writes it: no white space between
// elements, strings in CDATA, numbers without.
type xmlBuilder struct{ b strings.Builder }

func newXMLBuilder() *xmlBuilder {
	e := &xmlBuilder{}
	e.b.WriteString("<xml>")
	return e
}

func (e *xmlBuilder) addText(name, value string) *xmlBuilder {
	// "]]>" must be split across two CDATA sections
	value = strings.ReplaceAll(value, "]]>", "]]]]><![CDATA[>")
	e.b.WriteString("<" + name + "><![CDATA[" + value + "]]></" + name + ">")
	return e
}

func (e *xmlBuilder) addNumber(name string, value int64) *xmlBuilder {
	e.b.WriteString("<" + name + ">" + strconv.FormatInt(value, 10) + "</" + name + ">")
	return e
}

func (e *xmlBuilder) openElement(name string) *xmlBuilder {
	e.b.WriteString("<" + name + ">")
	return e
}
func (e *xmlBuilder) closeElement(name string) *xmlBuilder {
	e.b.WriteString("</" + name + ">")
	return e
}

func (e *xmlBuilder) toBytes() []byte { return []byte(e.b.String() + "</xml>") }

// newMessageXML returns the elements that all messages and events begin with.
func newMessageXML(corpID, from string, at time.Time, kind string) *xmlBuilder {
	return newXMLBuilder().addText("ToUserName", corpID).addText("FromUserName", from).
		addNumber("CreateTime", at.Unix()).addText("MsgType", kind)
}

// newEnvelopeXML returns the body of a callback: the encrypted message and its addressee.
func newEnvelopeXML(corpID string, agentID int64, encrypted string) []byte {
	e := newXMLBuilder().addText("ToUserName", corpID)
	if agentID != 0 {
		e.addText("AgentID", strconv.FormatInt(agentID, 10))
	}
	return e.addText("Encrypt", encrypted).toBytes()
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
	XMLName xml.Name `xml:"xml"`
	MsgType string   `xml:"MsgType"`
	Content string   `xml:"Content"`
	Button  struct {
		ReplaceName string `xml:"ReplaceName"`
	} `xml:"Button"`
}
