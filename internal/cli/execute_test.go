package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestExitCodes(t *testing.T) {
	for name, c := range map[string]struct {
		setUp   func(*fixture)
		line    string
		code    int
		message string
	}{
		"ok":                             {nil, "wecom user get LinYue", ExitOK, ""},
		"query":                          {nil, "wecom call get user/get -q userid=LinYue", ExitOK, ""},
		"token in a query":               {nil, "wecom call get user/get -q access_token=x", ExitUsage, "token"},
		"no such method":                 {nil, "wecom call delete user/get", ExitUsage, "GET or POST"},
		"API error":                      {nil, "wecom user get nobody", ExitError, "errcode 60111"},
		"no such command":                {nil, "wecom fly", ExitUsage, "fly"},
		"no command":                     {nil, "wecom", ExitUsage, "expected one of"},
		"no such flag":                   {nil, "wecom user get LinYue --fast", ExitUsage, "--fast"},
		"id with a hyphen":               {nil, "wecom message recall -nX", ExitUsage, "put -- before"},
		"id after --":                    {nil, "wecom message recall -- -nX", ExitError, "errcode"},
		"too long":                       {nil, "wecom message text -t LinYue " + strings.Repeat("字", 700), ExitUsage, "2048"},
		"no settings":                    {func(d *fixture) { d.t.Setenv("HUIMIAN_WECOM_SECRET", "") }, "wecom token", ExitUsage, "HUIMIAN_WECOM_SECRET"},
		"other application not set":      {nil, "wecom --as other token", ExitUsage, "HUIMIAN_WECOM_OTHER_SECRET"},
		"no agent id":                    {nil, "wecom --as sync agent get", ExitUsage, "HUIMIAN_WECOM_SYNC_AGENT_ID"},
		"wrong secret":                   {func(d *fixture) { d.t.Setenv("HUIMIAN_WECOM_SECRET", "wrong") }, "wecom user get LinYue", ExitError, "errcode 40001"},
		"rate limit":                     {func(d *fixture) { d.sim.AddFault(wecomtest.Fault{Path: "user/get", Errcode: 45009}) }, "wecom user get LinYue", ExitRetry, "errcode 45009"},
		"no network":                     {func(d *fixture) { d.t.Setenv("HUIMIAN_WECOM_BASE_URL", "http://127.0.0.1:1") }, "wecom user get LinYue", ExitRetry, "could not be reached"},
		"untrusted address":              {func(d *fixture) { d.sim.AddFault(wecomtest.Fault{Path: "user/get", Errcode: 60020}) }, "wecom user get LinYue", ExitError, "127.0.0.1"},
		"no robot key":                   {nil, "wecom robot text hello", ExitUsage, "HUIMIAN_WECOM_ROBOT_KEY"},
		"help":                           {func(d *fixture) { d.t.Setenv("HUIMIAN_WECOM_SECRET", "") }, "wecom --help", ExitOK, ""},
		"unsupported command":            {nil, "wecom getusersummary 2026-01-01 2026-01-02", ExitUsage, "public accounts"},
		"unsupported command with flags": {nil, "wecom custom_music LinYue a.jpg --title x", ExitUsage, "no music"},
		"no such file":                   {nil, "wecom media upload file /no/such/file", ExitUsage, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newFixture(t)
			if c.setUp != nil {
				c.setUp(d)
			}
			_, errs, code := d.runCommand(strings.Fields(c.line)...)
			if code != c.code || !strings.Contains(errs, c.message) || c.message == "" && errs != "" {
				t.Errorf("exit %d, want %d with %q: %s", code, c.code, c.message, errs)
			}
		})
	}
}

func TestExecuteInterrupted(t *testing.T) {
	d := newFixture(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, errs, code := d.runCommandContext(ctx, "", "wecom", "user", "get", "LinYue"); code != ExitInterrupted {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestErrorsAsJSON(t *testing.T) {
	d := newFixture(t)
	_, errs, code := d.runCommand("wecom", "user", "get", "nobody", "--json")
	var got struct{ Error errorOutput }
	if err := json.Unmarshal([]byte(errs), &got); err != nil {
		t.Fatalf("%v: %s", err, errs)
	}
	if got.Error.ErrCode != 60111 || got.Error.Exit != code || got.Error.Page == "" || got.Error.Class == "unknown" {
		t.Errorf("%+v", got.Error)
	}
}

func TestUnsupportedCommands(t *testing.T) {
	d := newFixture(t)
	for name, sentence := range unsupportedAdvice {
		if _, errs, code := d.runCommand("wecom", name); code != ExitUsage || !strings.Contains(errs, sentence) {
			t.Errorf("%s: exit %d: %s", name, code, errs)
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	d := newFixture(t)
	for _, line := range []string{"token", "ticket", "call get get_jsapi_ticket"} {
		if out, _, _ := d.runCommand(wecomArgs(line)...); !strings.Contains(out, maskedSecret) {
			t.Errorf("%s prints %q", line, out)
		}
		if out, _, _ := d.runCommand(wecomArgs(line + " --reveal")...); strings.Contains(out, maskedSecret) || len(out) < 20 {
			t.Errorf("%s --reveal prints %q", line, out)
		}
	}
}

// With a token file a second run fetches no token, and a rejected token is replaced.
// The file has mode 0600, and a token is not used with another secret.
func TestTokenFile(t *testing.T) {
	d := newFixture(t)
	line := wecomArgs("user get LinYue --token-file {dir}/tokens")
	d.runCommand(slices.Clone(line)...)
	d.runCommand(slices.Clone(line)...)
	if n := d.sim.CallCount("gettoken"); n != 1 {
		t.Errorf("%d tokens fetched by two runs", n)
	}
	d.sim.RevokeTokens(testCorp, testAgent, 42001)
	if _, errs, code := d.runCommand(slices.Clone(line)...); code != 0 {
		t.Errorf("after the token was rejected: %s", errs)
	}
	if n := d.sim.CallCount("gettoken"); n != 2 {
		t.Errorf("%d tokens fetched", n)
	}
	if _, errs, code := d.runCommand(wecomArgs("department create Other --token-file {dir}/tokens --as sync")...); code != 0 {
		t.Errorf("another application: %s", errs)
	}
	info, err := os.Stat(filepath.Join(d.dir, "tokens"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the token file: %v, %v", info, err)
	}
	d.writeFile("tokens", []byte("no JSON"))
	if _, errs, code := d.runCommand(slices.Clone(line)...); code != ExitUsage || !strings.Contains(errs, "decoding the token file") {
		t.Errorf("invalid token file: exit %d", code)
	}
}

func TestRobotKeyNotPrinted(t *testing.T) {
	d := newFixture(t)
	t.Setenv("HUIMIAN_WECOM_ROBOT_KEY", "the-key-of-the-robot")
	d.sim.AllowUnknown("/cgi-bin/webhook/send")
	_, errs, code := d.runCommand("wecom", "robot", "text", "hello")
	if strings.Contains(errs, "the-key-of-the-robot") {
		t.Errorf("prints the key: %s", errs)
	}
	if d.sim.CallCount("webhook/send") == 0 && code == 0 {
		t.Error("no request was sent")
	}
}

func TestQRWritesPNG(t *testing.T) {
	d := newFixture(t)
	if _, errs, code := d.runCommandContext(t.Context(), "https://interview.example.com\n", "wecom", "qr", "-", "--png", "{dir}/code.png"); code != 0 {
		t.Fatal(errs)
	}
	raw, err := os.ReadFile(filepath.Join(d.dir, "code.png"))
	if err != nil || !strings.HasPrefix(string(raw), "\x89PNG") {
		t.Errorf("the picture: %v", err)
	}
}

// Control characters are replaced, and wide characters count as two columns.
func TestTableWriteTo(t *testing.T) {
	var b strings.Builder
	tab := table{head: []string{"A", "B"}, rows: [][]string{{"林悦", "x"}, {"\x1b[31mred", "y"}}}
	if err := tab.writeTo(&b); err != nil {
		t.Fatal(err)
	}
	if want := "A         B\n林悦      x\n [31mred  y\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestUploadProgress(t *testing.T) {
	d := newFixture(t)
	d.writeFile("big.bin", make([]byte, 1<<20))
	var out, errs strings.Builder
	args := []string{"wecom", "media", "upload", "file", filepath.Join(d.dir, "big.bin")}
	if code := Execute(t.Context(), &testProgram{}, args, IO{Out: &out, Err: &errs, Terminal: true}); code != 0 {
		t.Fatal(errs.String())
	}
	if !strings.HasSuffix(errs.String(), strings.Repeat("#", barWidth)+"] 100 %\n") {
		t.Errorf("%q", errs.String())
	}
}

// checkError compares an error with the text that it must contain; "" is no error.
func checkError(t *testing.T, name string, err error, want string) {
	t.Helper()
	if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %q", name, err, want)
	}
}
