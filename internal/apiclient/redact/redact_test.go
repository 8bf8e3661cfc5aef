package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSecretPrintsMask(t *testing.T) {
	const value = "tok+en/1 with %"
	s := Secret(value)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "token", s)
	object, err := json.Marshal(map[string]any{"a": s, "b": struct{ S *Secret }{&s}})
	if err != nil {
		t.Fatal(err)
	}
	outputs := []string{log.String(), string(object), s.String(), s.GoString()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		outputs = append(outputs, fmt.Sprintf(verb, s), fmt.Sprintf(verb, []Secret{s}), fmt.Sprintf(verb, struct{ S Secret }{s}))
	}
	for _, out := range outputs {
		if strings.Contains(out, "tok+en") || strings.Contains(strings.ToLower(out), fmt.Sprintf("%x", "tok+en")) || !strings.Contains(out, Mask) {
			t.Errorf("printed %q", out)
		}
	}
	if string(s) != value {
		t.Error("the value is lost")
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		text    string
		secrets []Secret
		want    string
	}{
		{"token abcdef/g", []Secret{"abcdef/g"}, "token ***"},
		{"/p?t=abcdef%2Fg+h&x=1", []Secret{"abcdef/g h"}, "/p?t=***&x=1"},
		{"/p/abcdef%2Fg%20h", []Secret{"abcdef/g h"}, "/p/***"},
		{"first1 second2", []Secret{"second2", "first1"}, "*** ***"},
		{"an x stays", []Secret{"x", ""}, "an x stays"},
		{"nothing", nil, "nothing"},
	} {
		if got := Text(c.text, c.secrets...); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestLine(t *testing.T) {
	if got := Line(" a\r\n\tb\x00c\u3000d  "); got != "a b c d" {
		t.Errorf("Line = %q", got)
	}
}

func TestTruncateBytes(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{{"abc", 3, "abc"}, {"abcd", 3, "abc"}, {"面试", 6, "面试"}, {"面试", 5, "面"}, {"面试", 2, ""}, {"a", 0, ""}, {"a", -1, ""}, {"", 0, ""}} {
		if got := TruncateBytes(c.in, c.limit); got != c.want {
			t.Errorf("TruncateBytes(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func FuzzTruncateBytes(f *testing.F) {
	f.Add("面试邀请", 4)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		got := TruncateBytes(s, limit)
		if len(got) > max(limit, 0) && len(s) > limit || !strings.HasPrefix(s, got) || utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("TruncateBytes(%q, %d) = %q", s, limit, got)
		}
	})
}
