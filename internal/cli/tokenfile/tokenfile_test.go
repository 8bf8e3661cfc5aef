package tokenfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom"
)

// Tokens of different secrets and base URLs share a file without sharing tokens, and
// only the rejected value is invalidated.
func TestTokenFileKeys(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "tokens")
	first := New(path, wecom.Config{Secret: "first"})
	token := wecom.StoredToken{Value: "t1", ExpiresAt: time.Unix(7200, 0).UTC(), RefreshAt: time.Unix(6000, 0).UTC()}
	if err := first.Save(ctx, "key", "holder", token); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		cfg wecom.Config
		key string
		ok  bool
	}{
		"same application": {wecom.Config{Secret: "first"}, "key", true},
		"other key":        {wecom.Config{Secret: "first"}, "ticket", false},
		"other secret":     {wecom.Config{Secret: "second"}, "key", false},
		"other base URL":   {wecom.Config{Secret: "first", BaseURL: "http://127.0.0.1:1"}, "key", false},
	} {
		got, err := New(path, c.cfg).Load(ctx, c.key)
		if err != nil || (got == token) != c.ok || (got == wecom.StoredToken{}) == c.ok {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for value, ok := range map[string]bool{"older": true, "t1": false} {
		second := New(filepath.Join(t.TempDir(), "tokens"), wecom.Config{Secret: "first"})
		if err := second.Save(ctx, "key", "holder", token); err != nil {
			t.Fatal(err)
		}
		if err := second.Invalidate(ctx, "key", value); err != nil {
			t.Fatal(err)
		}
		if got, err := second.Load(ctx, "key"); err != nil || (got == token) != ok {
			t.Errorf("after invalidating %q: %v, %v", value, got, err)
		}
	}
	if raw, err := os.ReadFile(path); err != nil || strings.Contains(string(raw), "first") {
		t.Errorf("the file contains the secret or is missing: %v", err)
	}
}

func TestTokenFileErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct{ path, loadErr, saveErr string }{
		"missing file":   {filepath.Join(dir, "absent"), "", ""},
		"empty file":     {write("empty", ""), "", ""},
		"other content":  {write("other", "[1]"), "decoding the token file", "decoding the token file"},
		"folder":         {dir, "reading the token file", "reading the token file"},
		"missing folder": {filepath.Join(dir, "no", "such"), "", "writing the token file"},
	} {
		f := New(c.path, wecom.Config{Secret: "s"})
		_, err := f.Load(t.Context(), "key")
		checkError(t, name+": load", err, c.loadErr)
		checkError(t, name+": save", f.Save(t.Context(), "key", "holder", wecom.StoredToken{Value: "t"}), c.saveErr)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".token-*")); err != nil || len(left) != 0 {
		t.Errorf("temporary files left: %v, %v", left, err)
	}
}

// checkError compares an error with the text that it must contain; "" is no error.
func checkError(t *testing.T, name string, err error, want string) {
	t.Helper()
	if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %q", name, err, want)
	}
}
