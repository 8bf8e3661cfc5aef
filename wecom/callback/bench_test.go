package callback

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// BenchmarkReceive measures verification, decryption and parsing of a card
// event.
func BenchmarkReceive(b *testing.B) {
	v := officialVectors()[7]
	c := v.newCodec(b)
	body := []byte(xmlEnvelope(v.encrypted))
	b.ReportAllocs()
	for b.Loop() {
		outer, err := parseXML(body)
		if err != nil {
			b.Fatal(err)
		}
		encrypted := outer.firstChild("Encrypt").text
		if !c.Verify(v.signature, v.timestamp, v.nonce, encrypted) {
			b.Fatal("signature")
		}
		plain, err := c.Decrypt(encrypted)
		if err != nil {
			b.Fatal(err)
		}
		m, err := ParseMessage(plain)
		if err != nil || m.Body.(*TemplateCardEvent).Key != "accept" {
			b.Fatal(m, err)
		}
	}
}

// BenchmarkReceiveFloor measures the same with SHA-1, AES and encoding/xml
// alone, without any checks.
func BenchmarkReceiveFloor(b *testing.B) {
	v := officialVectors()[7]
	key, err := base64.StdEncoding.DecodeString(v.key + "=")
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(xmlEnvelope(v.encrypted))
	b.ReportAllocs()
	for b.Loop() {
		var outer struct {
			Encrypt string `xml:"Encrypt"`
		}
		if err := xml.Unmarshal(body, &outer); err != nil {
			b.Fatal(err)
		}
		parts := []string{v.token, v.timestamp, v.nonce, outer.Encrypt}
		slices.Sort(parts)
		sum := sha1.Sum([]byte(strings.Join(parts, "")))
		if hex.EncodeToString(sum[:]) != v.signature {
			b.Fatal("signature")
		}
		text, err := base64.StdEncoding.DecodeString(outer.Encrypt)
		if err != nil {
			b.Fatal(err)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			b.Fatal(err)
		}
		cipher.NewCBCDecrypter(block, key[:16]).CryptBlocks(text, text)
		size := binary.BigEndian.Uint32(text[16:])
		var m struct {
			FromUserName string `xml:"FromUserName"`
			EventKey     string `xml:"EventKey"`
			TaskID       string `xml:"TaskId"`
			ResponseCode string `xml:"ResponseCode"`
		}
		if err := xml.Unmarshal(text[20:20+size], &m); err != nil || m.EventKey != "accept" {
			b.Fatal(m, err)
		}
	}
}

// BenchmarkHandler measures the whole handler including deduplication.
func BenchmarkHandler(b *testing.B) {
	r := newFixture(b, func(c *Config) {
		c.Handle, c.Logger = func(context.Context, Message) error { return nil }, nil
	})
	v := officialVectors()[7]
	target, body := "/?"+signatureQuery(v.signature, v.timestamp, v.nonce).Encode(), xmlEnvelope(v.encrypted)
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		r.handler.ServeHTTP(w, httptest.NewRequest("POST", target, strings.NewReader(body)))
		if w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}
