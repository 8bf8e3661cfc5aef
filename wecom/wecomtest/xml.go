package wecomtest

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"
)

// element writes the decrypted XML of callbacks in WeCom's form: no blanks
// between elements, texts in CDATA, numbers bare.
type element struct{ b strings.Builder }

func newElement() *element {
	e := &element{}
	e.b.WriteString("<xml>")
	return e
}

func (e *element) text(name, value string) *element {
	// "]]>" cannot stand in CDATA; two sections carry it.
	value = strings.ReplaceAll(value, "]]>", "]]]]><![CDATA[>")
	e.b.WriteString("<" + name + "><![CDATA[" + value + "]]></" + name + ">")
	return e
}

func (e *element) number(name string, value int64) *element {
	e.b.WriteString("<" + name + ">" + strconv.FormatInt(value, 10) + "</" + name + ">")
	return e
}

func (e *element) open(name string) *element  { e.b.WriteString("<" + name + ">"); return e }
func (e *element) close(name string) *element { e.b.WriteString("</" + name + ">"); return e }

func (e *element) bytes() []byte { return []byte(e.b.String() + "</xml>") }

// header is what every message and event begins with.
func header(corpID, from string, at time.Time, kind string) *element {
	return newElement().text("ToUserName", corpID).text("FromUserName", from).
		number("CreateTime", at.Unix()).text("MsgType", kind)
}

// outer is the body of a callback: the cipher text and where it goes.
func outer(corpID string, agentID int64, encrypted string) []byte {
	e := newElement().text("ToUserName", corpID)
	if agentID != 0 {
		e.text("AgentID", strconv.FormatInt(agentID, 10))
	}
	return e.text("Encrypt", encrypted).bytes()
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
