package wecom

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func benchServer(b *testing.B) *httptest.Server {
	b.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/cgi-bin/gettoken" {
			_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200}`)
			return
		}
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok","msgid":"m-1"}`)
	}))
	b.Cleanup(srv.Close)
	return srv
}

// BenchmarkSend measures a send with a cached token over a real connection.
func BenchmarkSend(b *testing.B) {
	srv := benchServer(b)
	c, err := New(Config{CorpID: "ww", AgentID: 7, Secret: testSecret, BaseURL: srv.URL})
	if err != nil {
		b.Fatal(err)
	}
	m := &Message{ToUser: IDList{"zhangsan"}, Text: &Text{"面试十分钟后开始"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Messages.Send(b.Context(), m); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFloor measures the same request with net/http alone.
func BenchmarkFloor(b *testing.B) {
	srv := benchServer(b)
	m := &Message{ToUser: IDList{"zhangsan"}, MsgType: "text", AgentID: 7, Text: &Text{"面试十分钟后开始"}}
	b.ReportAllocs()
	for b.Loop() {
		data, err := json.Marshal(m)
		if err != nil {
			b.Fatal(err)
		}
		res, err := http.Post(srv.URL+"/cgi-bin/message/send?access_token=t", jsonContentType[0], bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		var reply struct {
			envelope
			SendResult
		}
		if err := json.NewDecoder(res.Body).Decode(&reply); err != nil {
			b.Fatal(err)
		}
		_ = res.Body.Close()
	}
}

// BenchmarkPageSignature measures a signature with a cached ticket.
func BenchmarkPageSignature(b *testing.B) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"errcode":0,"access_token":"t","ticket":"sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3","expires_in":7200}`)
	}))
	b.Cleanup(srv.Close)
	c, err := New(Config{CorpID: "ww", AgentID: 7, Secret: testSecret, BaseURL: srv.URL})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.JSSDK.ConfigSignature(b.Context(), "https://interview.example.com/room/42?a=b"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPageSignatureFloor measures the hash alone.
func BenchmarkPageSignatureFloor(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		jsapiSignature("sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1700000000, "https://interview.example.com/room/42?a=b")
	}
}
