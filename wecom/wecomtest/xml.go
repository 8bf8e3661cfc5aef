package wecomtest

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"
)

// xmlBuilder writes the decrypted XML of callbacks in WeCom's form: no blanks
// between elements, texts in CDATA, numbers bare.
type xmlBuilder struct{ b strings.Builder }

func newXMLBuilder() *xmlBuilder {
	e := &xmlBuilder{}
	e.b.WriteString("<xml>")
	return e
}

func (e *xmlBuilder) addText(name, value string) *xmlBuilder {
	// "]]>" cannot stand in CDATA; two sections carry it.
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

// newMessageXML is what every message and event begins with.
func newMessageXML(corpID, from string, at time.Time, kind string) *xmlBuilder {
	return newXMLBuilder().addText("ToUserName", corpID).addText("FromUserName", from).
		addNumber("CreateTime", at.Unix()).addText("MsgType", kind)
}

// newEnvelopeXML is the body of a callback: the cipher text and where it goes.
func newEnvelopeXML(corpID string, agentID int64, encrypted string) []byte {
	e := newXMLBuilder().addText("ToUserName", corpID)
	if agentID != 0 {
		e.addText("AgentID", strconv.FormatInt(agentID, 10))
	}
	return e.addText("Encrypt", encrypted).toBytes()
}

// replyEnvelope is a receiver's passive reply before decryption.
type replyEnvelope struct {
	XMLName   xml.Name `xml:"xml"`
	Encrypt   string   `xml:"Encrypt"`
	Signature string   `xml:"MsgSignature"`
	Timestamp string   `xml:"TimeStamp"`
	Nonce     string   `xml:"Nonce"`
}

// passiveReply is what a receiver may answer.
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
