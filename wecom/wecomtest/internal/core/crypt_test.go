package core

import (
	"encoding/hex"
	"strings"
	"testing"
)

// The vectors follow WeCom's documented algorithm; the first key was published by WeCom.
//
// https://developer.work.weixin.qq.com/document/path/90968
const (
	vectorToken = "InterviewToken2026"
	vectorKey   = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
	vectorCorp  = "wwcorp0000000001"
	x2          = "<xml><ToUserName><![CDATA[wwcorp0000000001]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello 面试]]></Content><MsgId>7300000000000000001</MsgId><AgentID>1000002</AgentID></xml>"
	x6          = "<xml><ToUserName><![CDATA[wwcorp0000000001]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName><CreateTime>1700000005</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[accept]]></EventKey><TaskId><![CDATA[interview-42]]></TaskId><CardType><![CDATA[button_interaction]]></CardType><ResponseCode><![CDATA[RC-1]]></ResponseCode><AgentID>1000002</AgentID></xml>"
)

func TestEncryptionVectors(t *testing.T) {
	for _, v := range []struct {
		name, random, msg, receive, timestamp, nonce, signature, head string
	}{
		{"L1", "0123456789abcdef", "4712398810927341", vectorCorp, "1700000000", "nonce123", "2e40e5318aabc643902bf2bda65866e6e4f7afbe", "4j/AuRx71kQlxVlzbpsMWAdq9SfyZiuVNEcMwoiCXL0oY746DiznIRNUipWAl4xM0uQQhCRsENcZZR8iLB371Q=="},
		{"L2", "fedcba9876543210", x2, vectorCorp, "1700000001", "n2", "d47fb18439518b0a4bbfa5106dde2a61f0a1a2b7", "wrNmYnsdngNwZHPRm4NnS8SfL4wJ"},
		{"L3, aligned", "0123456789abcdef", strings.Repeat("A", 28), vectorCorp, "1700000002", "n3", "1ee083398cdceb790b53655488cbea7bc8fc5587", "4j/AuRx71kQlxVlzbpsMWIPi3uDW0E2S1LHLTkVyq9VSiaJZPP/ftp9V8l0ce00iZWFwIBjs4Xy/zufDxWISur3KuRz+dVW+3+ucFKWwB57oFpoavK8OTY0YZ8sF5Dtq"},
		{"L4, padding above 16", "0123456789abcdef", strings.Repeat("B", 11), vectorCorp, "1700000003", "n4", "cbe419dfe583a33f850a02dca601d5491da267d5", "4j/AuRx71kQlxVlzbpsMWKB2P/bLVYBHtbkufSYKAMJDCgt7FdQTWTVtl9/4JH2BtrMiQtJfZIo53w4LiF7GiQ=="},
		{"L5, no receive id", "0123456789abcdef", "success", "", "1700000004", "n5", "91b9345fda2b1d72ddf52489f69c35a45e3ec6b2", "4j/AuRx71kQlxVlzbpsMWAWK7gdbJcpaImXy6QYcBbc="},
		{"L6", "0123456789abcdef", x6, vectorCorp, "1700000005", "n6", "cb757ce40c0f7a95375f3d7c623621250c0e6950", "4j/AuRx71kQlxVlzbpsMWIQIxzLI9nSpxYWlEh"},
	} {
		key, err := DecodeAESKey(vectorKey)
		if err != nil {
			t.Fatal(err)
		}
		got, err := EncryptMessage(key, v.random, []byte(v.msg), v.receive)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(got, v.head) {
			t.Errorf("%s: cipher text is %s", v.name, got)
		}
		if s := SignMessage(vectorToken, v.timestamp, v.nonce, got); s != v.signature {
			t.Errorf("%s: signature is %s, want %s", v.name, s, v.signature)
		}
		back, err := DecryptMessage(key, got, v.receive)
		if err != nil || string(back) != v.msg {
			t.Errorf("%s: decrypted to %q, %v", v.name, back, err)
		}
		if _, err := DecryptMessage(key, got, "wwsomebodyelse"); err == nil {
			t.Errorf("%s: decrypted for another company", v.name)
		}
	}
}

// TestOfficialSampleKey uses WeCom's sample key, whose last character has non-zero trailing bits.
func TestOfficialSampleKey(t *testing.T) {
	key, err := DecodeAESKey("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(key); got != "8d69989bbaabe67328014c194631ad0719b3dca035b64023df292447aab60760" {
		t.Errorf("key is %s", got)
	}
	msg, err := DecryptMessage(key, "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==", "wx5823bf96d3bd56c7")
	if err != nil || string(msg) != "1616140317555161061" {
		t.Errorf("echostr decrypted to %q, %v", msg, err)
	}
}

func TestSignatureOrder(t *testing.T) {
	if got := SignMessage("abc", "1700000000", "ZZZ", "+/base64=="); got != "3d7c293ca1d1b0fb12836714accb080753e349e2" {
		t.Errorf("signature is %s", got)
	}
}

func TestDecryptRejectsCorruption(t *testing.T) {
	key, err := DecodeAESKey(vectorKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "x", "AAAA", "4j/AuRx71kQlxVlzbpsMWAWK7gdbJcpaImXy6QYcBba="} {
		if msg, err := DecryptMessage(key, text, ""); err == nil {
			t.Errorf("%q decrypted to %q", text, msg)
		}
	}
	if _, err := DecodeAESKey("short"); err == nil {
		t.Error("a short key was accepted")
	}
}

// TestXMLEncoding checks that the XML equals that of the vectors, byte for byte.
func TestXMLEncoding(t *testing.T) {
	e := NewXMLBuilder().AddText("ToUserName", vectorCorp).AddText("FromUserName", "zhangsan").AddNumber("CreateTime", 1700000005).
		AddText("MsgType", "event").AddText("Event", "template_card_event").AddText("EventKey", "accept").AddText("TaskId", "interview-42").
		AddText("CardType", "button_interaction").AddText("ResponseCode", "RC-1").AddNumber("AgentID", 1000002)
	if got := string(e.ToBytes()); got != x6 {
		t.Errorf("event is %s", got)
	}
	if got := string(NewXMLBuilder().AddText("Content", "a]]>b").ToBytes()); got != "<xml><Content><![CDATA[a]]]]><![CDATA[>b]]></Content></xml>" {
		t.Errorf("CDATA is %s", got)
	}
}
