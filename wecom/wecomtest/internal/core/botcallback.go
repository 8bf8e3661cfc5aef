package core

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// receiver returns the receive id of a callback. Smart bots have none.
func (o *PendingCallback) receiver() string {
	switch {
	case o.HandleReply != nil:
		return ""
	case o.ReceiveID != "":
		return o.ReceiveID
	}
	return o.CorpID
}

// newEnvelope returns the body of a callback and its content type.
func (o *PendingCallback) newEnvelope(encrypted string) (body []byte, contentType string) {
	if o.HandleReply != nil {
		return []byte(`{"encrypt":"` + encrypted + `"}`), "application/json; charset=utf-8" // base64 needs no escapes
	}
	return newEnvelopeXML(o.receiver(), o.AgentID, encrypted), "text/xml; charset=utf-8"
}

// botReplyEnvelope is an encrypted reply of a smart bot.
//
// https://developer.work.weixin.qq.com/document/path/101033
type botReplyEnvelope struct {
	Encrypt   string      `json:"encrypt"`
	Signature string      `json:"msgsignature"`
	Timestamp json.Number `json:"timestamp"`
	Nonce     string      `json:"nonce"`
}

// handleBotReply decrypts the reply of a smart bot and passes it to HandleReply.
func (o *PendingCallback) handleBotReply(key, body []byte) {
	if len(bytes.TrimSpace(body)) == 0 {
		o.HandleReply(nil)
		return
	}
	plain, note := decryptBotReply(o, key, body)
	if note != "" {
		o.Note = note
		o.HandleReply(nil)
		return
	}
	o.Reply = string(plain)
	if note := o.HandleReply(plain); note != "" {
		o.Note = note
	}
}

func decryptBotReply(o *PendingCallback, key, body []byte) (plain []byte, note string) {
	var env botReplyEnvelope
	if err := json.Unmarshal(body, &env); err != nil || env.Encrypt == "" {
		return nil, "the reply is neither empty nor an encrypted reply"
	}
	if _, err := strconv.ParseInt(env.Timestamp.String(), 10, 64); err != nil {
		return nil, "the timestamp of the reply is not a number of seconds"
	}
	if env.Nonce != o.encrypted.query.Get("nonce") {
		return nil, "the nonce of the reply is not that of the callback"
	}
	if !EqualConstantTime(env.Signature, SignMessage(o.To.Token, env.Timestamp.String(), env.Nonce, env.Encrypt)) {
		return nil, "the signature of the reply is wrong"
	}
	plain, err := DecryptMessage(key, env.Encrypt, "")
	if err != nil {
		return nil, err.Error()
	}
	return plain, ""
}
