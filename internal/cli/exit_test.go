package cli

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/huimian/huimian/wecom/wecomtest"
)

func TestExitCodes(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*desk)
		line  string
		code  int
		says  string
	}{
		"ok":               {nil, "wecom user get LinYue", ExitOK, ""},
		"query":            {nil, "wecom call get user/get -q userid=LinYue", ExitOK, ""},
		"token in a query": {nil, "wecom call get user/get -q access_token=x", ExitUsage, "token"},
		"no such method":   {nil, "wecom call delete user/get", ExitUsage, "GET or POST"},
		"refused":          {nil, "wecom user get nobody", ExitError, "errcode 60111"},
		"no such command":  {nil, "wecom fly", ExitUsage, "fly"},
		"no command":       {nil, "wecom", ExitUsage, "expected one of"},
		"no such flag":     {nil, "wecom user get LinYue --fast", ExitUsage, "--fast"},
		"id with a hyphen": {nil, "wecom message recall -nX", ExitUsage, "write -- before"},
		"behind --":        {nil, "wecom message recall -- -nX", ExitError, "errcode"},
		"too long":         {nil, "wecom message text -t LinYue " + strings.Repeat("字", 700), ExitUsage, "2048"},
		"nothing set":      {func(d *desk) { d.t.Setenv("HUIMIAN_WECOM_SECRET", "") }, "wecom token", ExitUsage, "HUIMIAN_WECOM_SECRET"},
		"another, not set": {nil, "wecom --as other token", ExitUsage, "HUIMIAN_WECOM_OTHER_SECRET"},
		"needs an app":     {nil, "wecom --as sync agent get", ExitUsage, "HUIMIAN_WECOM_SYNC_AGENT_ID"},
		"wrong secret":     {func(d *desk) { d.t.Setenv("HUIMIAN_WECOM_SECRET", "wrong") }, "wecom user get LinYue", ExitError, "errcode 40001"},
		"busy":             {func(d *desk) { d.sim.AddFault(wecomtest.Fault{Path: "user/get", Errcode: 45009}) }, "wecom user get LinYue", ExitRetry, "errcode 45009"},
		"no network":       {func(d *desk) { d.t.Setenv("HUIMIAN_WECOM_BASE_URL", "http://127.0.0.1:1") }, "wecom user get LinYue", ExitRetry, "could not be reached"},
		"address refused":  {func(d *desk) { d.sim.AddFault(wecomtest.Fault{Path: "user/get", Errcode: 60020}) }, "wecom user get LinYue", ExitError, "127.0.0.1"},
		"no robot":         {nil, "wecom robot text hello", ExitUsage, "HUIMIAN_WECOM_ROBOT_KEY"},
		"help":             {func(d *desk) { d.t.Setenv("HUIMIAN_WECOM_SECRET", "") }, "wecom --help", ExitOK, ""},
		"gone":             {nil, "wecom getusersummary 2026-01-01 2026-01-02", ExitUsage, "public accounts"},
		"gone, with flags": {nil, "wecom custom_music LinYue a.jpg --title x", ExitUsage, "no music"},
		"no such file":     {nil, "wecom media upload file /no/such/file", ExitUsage, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sit(t)
			if c.spoil != nil {
				c.spoil(d)
			}
			_, errs, code := d.run(strings.Fields(c.line)...)
			if code != c.code || !strings.Contains(errs, c.says) || c.says == "" && errs != "" {
				t.Errorf("exit %d, want %d with %q: %s", code, c.code, c.says, errs)
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	d := sit(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, errs, code := d.runIn(ctx, "", "wecom", "user", "get", "LinYue"); code != ExitEnded {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestErrorsAsJSON(t *testing.T) {
	d := sit(t)
	_, errs, code := d.run("wecom", "user", "get", "nobody", "--json")
	var got struct{ Error failure }
	if err := json.Unmarshal([]byte(errs), &got); err != nil {
		t.Fatalf("%v: %s", err, errs)
	}
	if got.Error.ErrCode != 60111 || got.Error.Exit != code || got.Error.Page == "" || got.Error.Class == "unknown" {
		t.Errorf("%+v", got.Error)
	}
}

// Every command that is gone has its sentence.
func TestRetired(t *testing.T) {
	d := sit(t)
	for name, sentence := range retiredSentences {
		if _, errs, code := d.run("wecom", name); code != ExitUsage || !strings.Contains(errs, sentence) {
			t.Errorf("%s: exit %d: %s", name, code, errs)
		}
	}
}

func TestTokenIsMasked(t *testing.T) {
	d := sit(t)
	for _, line := range []string{"token", "ticket", "call get get_jsapi_ticket"} {
		if out, _, _ := d.run(wecomLine(line)...); !strings.Contains(out, masked) {
			t.Errorf("%s prints %q", line, out)
		}
		if out, _, _ := d.run(wecomLine(line + " --reveal")...); strings.Contains(out, masked) || len(out) < 20 {
			t.Errorf("%s --reveal prints %q", line, out)
		}
	}
}

// With a token file the second run fetches none, and a token that died is
// replaced. Others can't read it, and another secret does not get it.
func TestTokenFile(t *testing.T) {
	d := sit(t)
	line := wecomLine("user get LinYue --token-file {dir}/tokens")
	d.run(slices.Clone(line)...)
	d.run(slices.Clone(line)...)
	if n := d.sim.CallCount("gettoken"); n != 1 {
		t.Errorf("two runs fetched %d tokens", n)
	}
	d.sim.RevokeTokens(testCorp, testAgent, 42001)
	if _, errs, code := d.run(slices.Clone(line)...); code != 0 {
		t.Errorf("after the token died: %s", errs)
	}
	if n := d.sim.CallCount("gettoken"); n != 2 {
		t.Errorf("%d tokens were fetched", n)
	}
	if _, errs, code := d.run(wecomLine("department create Other --token-file {dir}/tokens --as sync")...); code != 0 {
		t.Errorf("another application: %s", errs)
	}
	info, err := os.Stat(filepath.Join(d.dir, "tokens"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the token file: %v, %v", info, err)
	}
	d.file("tokens", []byte("not ours"))
	if _, errs, code := d.run(slices.Clone(line)...); code != ExitUsage || !strings.Contains(errs, "something else") {
		t.Errorf("a file of something else: exit %d", code)
	}
}

func TestRobot(t *testing.T) {
	d := sit(t)
	t.Setenv("HUIMIAN_WECOM_ROBOT_KEY", "the-key-of-the-robot")
	d.sim.AllowUnknown("/cgi-bin/webhook/send")
	_, errs, code := d.run("wecom", "robot", "text", "hello")
	if strings.Contains(errs, "the-key-of-the-robot") {
		t.Errorf("prints the key: %s", errs)
	}
	if d.sim.CallCount("webhook/send") == 0 && code == 0 {
		t.Error("nothing was sent")
	}
}

func TestQRPicture(t *testing.T) {
	d := sit(t)
	if _, errs, code := d.runIn(t.Context(), "https://interview.example.com\n", "wecom", "qr", "-", "--png", "{dir}/code.png"); code != 0 {
		t.Fatal(errs)
	}
	raw, err := os.ReadFile(filepath.Join(d.dir, "code.png"))
	if err != nil || !strings.HasPrefix(string(raw), "\x89PNG") {
		t.Errorf("the picture: %v", err)
	}
}

// A name in the contacts can't steer the terminal, and wide characters count
// as two columns.
func TestTable(t *testing.T) {
	var b strings.Builder
	tab := table{head: []string{"A", "B"}, rows: [][]string{{"林悦", "x"}, {"\x1b[31mred", "y"}}}
	if err := tab.print(&b); err != nil {
		t.Fatal(err)
	}
	if want := "A         B\n林悦      x\n [31mred  y\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestProgress(t *testing.T) {
	d := sit(t)
	d.file("big.bin", make([]byte, 1<<20))
	var out, errs strings.Builder
	args := []string{"wecom", "media", "upload", "file", filepath.Join(d.dir, "big.bin")}
	if code := Execute(t.Context(), &program{}, args, IO{Out: &out, Err: &errs, Terminal: true}); code != 0 {
		t.Fatal(errs.String())
	}
	if !strings.HasSuffix(errs.String(), strings.Repeat("#", barWidth)+"] 100 %\n") {
		t.Errorf("%q", errs.String())
	}
}

func TestCompletion(t *testing.T) {
	d := sit(t)
	for _, shell := range []string{"bash", "zsh", "fish"} {
		out, _, code := d.run("completion", shell)
		if code != 0 || !strings.Contains(out, "wecom message text") || strings.Contains(out, "custom_music") {
			t.Errorf("%s: exit %d: %.200s", shell, code, out)
		}
	}
	path, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here to try the script with")
	}
	script, _, _ := d.run("completion", "bash")
	for line, want := range map[string]string{
		"huimian ": "wecom", "huimian wecom me": "message", "huimian wecom --json user ": "simple-list", "huimian wecom message text --o": "--once",
	} {
		script := script + "\nCOMP_WORDS=(" + line + `"")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _huimian; printf '%s\n' "${COMPREPLY[@]}"`
		out, err := exec.CommandContext(t.Context(), path, "-c", script).CombinedOutput()
		if err != nil || !slices.Contains(strings.Fields(string(out)), want) {
			t.Errorf("after %q: %s %v", line, out, err)
		}
	}
}
