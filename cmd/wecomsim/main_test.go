package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// firstAddress waits until the program prints its address.
type firstAddress struct {
	found chan string
	buf   bytes.Buffer
}

var clientLine = regexp.MustCompile(`client +(http://\S+)/\n`)

func (f *firstAddress) Write(p []byte) (int, error) {
	f.buf.Write(p)
	if m := clientLine.FindSubmatch(f.buf.Bytes()); m != nil {
		select {
		case f.found <- string(m[1]):
		default:
		}
	}
	return len(p), nil
}

func TestServesSample(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out := &firstAddress{found: make(chan string, 1)}
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"-listen", "127.0.0.1:0", "-home", "http://product.example/", "-callback", "http://product.example/cb"}, out, io.Discard)
	}()
	var address string
	select {
	case address = <-out.found:
	case err := <-ended:
		t.Fatalf("the program ended: %v", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/cgi-bin/gettoken?corpid=wwsim0000000001&corpsecret=sample-app-secret", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Errcode int `json:"errcode"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || got.Errcode != 0 {
		t.Errorf("gettoken answered %+v, %v", got, err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the program ended with %v", err)
	}
}

func TestPrintsSample(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-print-company"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(out.Bytes()) || !strings.Contains(out.String(), "wwsim0000000001") {
		t.Errorf("printed %s", out.String())
	}
}

func TestInvalidArguments(t *testing.T) {
	for _, args := range [][]string{{"-company", "/does/not/exist"}, {"-listen", "nowhere:-1"}, {"-unknown"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
}
