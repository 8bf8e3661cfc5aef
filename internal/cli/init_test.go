package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/setup"
	"github.com/huimian/huimian/wecom/wecomtest"

	"github.com/huimian/huimian/internal/systemstatus"
)

// setupProgram is the part of the grammar of cmd/huimian for a new installation.
type setupProgram struct {
	app.EnvFileFlag
	Init   Init   `cmd:""`
	Doctor Doctor `cmd:""`
}

// initFixture runs init against the WeCom simulator. Variables of the environment do
// not answer, except for the simulator's URLs.
type initFixture struct {
	*fixture
	file string
}

func newInitFixture(t *testing.T) *initFixture {
	t.Helper()
	f := &initFixture{fixture: newFixture(t)}
	f.file = filepath.Join(f.dir, "huimian.env")
	for _, q := range append(initQuestions, initQuestion{name: "HUIMIAN_SECRET_KEY"}) {
		t.Setenv(q.name, "") // restored at the end: --env-file sets them
		if err := os.Unsetenv(q.name); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HUIMIAN_SANDBOX_RUNSC", "/no/such/runsc")
	f.writeFile("secret", []byte(testSecret+"\n"))
	return f
}

// runInit runs a command line; input are the answers on a terminal, nil for none.
func (f *initFixture) runInit(input []string, args ...string) (out, errs string, code int) {
	f.t.Helper()
	var o, e bytes.Buffer
	stdio := IO{In: strings.NewReader(strings.Join(input, "\n") + "\n"), Out: &o, Err: &e, Prompt: input != nil}
	code = Execute(f.t.Context(), &setupProgram{}, args, stdio, kong.Resolvers(app.FileResolver()))
	if strings.Contains(o.String()+e.String(), testSecret) {
		f.t.Errorf("%v prints the Secret", args)
	}
	return o.String(), e.String(), code
}

// initArgs returns the required flags.
func (f *initFixture) initArgs(more ...string) []string {
	return append([]string{
		"init", f.file, "--lang", "en", "--public-url", "HTTPS://Interview.Example.com/", "--company-name", "云杉 科技", "--wecom-corp-id", testCorp, "--wecom-agent-id", "1000002",
		"--database-url", filepath.Join(f.dir, "test.db"), "--administrators", "LinYue", "--wecom-secret-from", filepath.Join(f.dir, "secret"),
	}, more...)
}

// variables returns the variables of the file.
func (f *initFixture) variables() map[string]string {
	f.t.Helper()
	list, err := setup.ReadFile(f.file)
	if err != nil {
		f.t.Fatal(err)
	}
	values := map[string]string{}
	for _, v := range list {
		values[v.Name] = v.Value
	}
	return values
}

func TestInitWithFlags(t *testing.T) {
	f := newInitFixture(t)
	out, errs, code := f.runInit(nil, f.initArgs()...)
	if code != ExitOK {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if info, err := os.Stat(f.file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	values := f.variables()
	for name, want := range map[string]string{
		"HUIMIAN_PUBLIC_URL": "https://interview.example.com", "HUIMIAN_COMPANY_NAME": "云杉 科技", "HUIMIAN_WECOM_CORP_ID": testCorp, "HUIMIAN_WECOM_AGENT_ID": "1000002",
		"HUIMIAN_WECOM_SECRET": testSecret, "HUIMIAN_TIME_ZONE": "Asia/Shanghai", "HUIMIAN_ADMINISTRATORS": "LinYue",
	} {
		if values[name] != want {
			t.Errorf("%s is %q, want %q", name, values[name], want)
		}
	}
	for _, want := range []string{
		"https://interview.example.com/wecom/callback/" + testCorp + "/1000002", "Token: " + values["HUIMIAN_WECOM_TOKEN"], "EncodingAESKey: " + values["HUIMIAN_WECOM_ENCODING_AES_KEY"],
		"可信域名: interview.example.com", "企业可信IP", "应用主页: https://interview.example.com", "huimian serve --env-file " + f.file, "ok    Secret", "ok    Secret key",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if key := values["HUIMIAN_SECRET_KEY"]; len(key) < 40 || strings.Contains(out+errs, key) {
		t.Errorf("secret key of %d characters, or it is printed", len(key))
	}

	out, errs, code = f.runInit(nil, "doctor", "--env-file", f.file, "--json")
	var report struct{ Checks []systemstatus.Finding }
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatalf("exit %d, %v: %s%s", code, err, out, errs)
	}
	for _, check := range report.Checks {
		if check.Check == "settings" && check.State != systemstatus.OK || check.Check == "secret" && check.State != systemstatus.OK {
			t.Errorf("with the file: %+v", check)
		}
	}
}

func TestInitNamesMissingFlags(t *testing.T) {
	f := newInitFixture(t)
	for name, tc := range map[string]struct {
		args []string
		want []string
	}{
		"nothing given":   {[]string{"init", f.file, "--yes"}, []string{"--public-url", "--company-name", "--wecom-corp-id", "--wecom-agent-id", "--wecom-secret-from"}},
		"not a zone":      {f.initArgs("--time-zone", "Mars/Olympus"), []string{"Mars/Olympus"}},
		"not an origin":   {f.initArgs("--public-url", "https://example.com/path"), []string{"HUIMIAN_PUBLIC_URL", "without a path"}},
		"no such file":    {f.initArgs("--wecom-secret-from", "/no/such/file"), []string{"--wecom-secret-from"}},
		"other database":  {f.initArgs("--database-url", "mysql://x"), []string{"mysql"}},
		"negative number": {f.initArgs("--wecom-agent-id=-5"), []string{"HUIMIAN_WECOM_AGENT_ID"}},
	} {
		_, errs, code := f.runInit(nil, tc.args...)
		for _, want := range tc.want {
			if code != ExitUsage || !strings.Contains(errs, want) {
				t.Errorf("%s: exit %d, no %q in %s", name, code, want, errs)
			}
		}
		if strings.Contains(errs, "TOKEN") {
			t.Errorf("%s: asks for a value that is generated: %s", name, errs)
		}
	}
	if _, err := os.Stat(f.file); err == nil {
		t.Error("a file was written")
	}
}

// The prompt is repeated after an invalid answer; Enter takes the default or generates.
func TestInitAsks(t *testing.T) {
	f := newInitFixture(t)
	answers := []string{
		"interview.example.com", "https://interview.example.com/", "云杉科技", "Mars/Olympus", "", filepath.Join(f.dir, "test.db"), "LinYue，ChenMo",
		"", testCorp, "one million", "1000002", testSecret, "", "too short", "", "",
	}
	out, errs, code := f.runInit(answers, "init", f.file, "--lang", "zh-CN")
	if code != ExitOK {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	for _, want := range []string{"it must look like https://", "Mars/Olympus", "企业ID", "not a number", "43"} {
		if !strings.Contains(errs, want) {
			t.Errorf("no %q in\n%s", want, errs)
		}
	}
	values := f.variables()
	if values["HUIMIAN_ADMINISTRATORS"] != "LinYue,ChenMo" || values["HUIMIAN_TIME_ZONE"] != "Asia/Shanghai" || len(values["HUIMIAN_WECOM_ENCODING_AES_KEY"]) != 43 {
		t.Errorf("%v", values)
	}
	if !strings.Contains(out, "设置已写入 "+f.file) {
		t.Error(out)
	}
	if _, errs, code := f.runInit([]string{"https://interview.example.com"}, "init", filepath.Join(f.dir, "other.env")); code != ExitUsage || !strings.Contains(errs, "ended") {
		t.Errorf("input that ends early: exit %d: %s", code, errs)
	}
}

// A second run refuses to overwrite. With --force it keeps what is not given: the
// secret key, on which stored values depend, and lines that are no settings.
func TestInitForce(t *testing.T) {
	f := newInitFixture(t)
	if out, errs, code := f.runInit(nil, f.initArgs()...); code != ExitOK {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	before := f.variables()
	if _, errs, code := f.runInit(nil, f.initArgs()...); code != ExitUsage || !strings.Contains(errs, "--force") {
		t.Errorf("without --force: exit %d: %s", code, errs)
	}
	raw, err := os.ReadFile(f.file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.file, append([]byte("# ours\nHTTPS_PROXY=http://proxy:3128\nHUIMIAN_LOG_FORMAT=text\n"), raw...), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := f.runInit(nil, "init", f.file, "--yes", "--force", "--company-name", "新名称", "--json")
	if code != ExitOK {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if strings.Contains(out, before["HUIMIAN_WECOM_TOKEN"]) {
		t.Error("a value that the console has is printed")
	}
	after := f.variables()
	before["HUIMIAN_COMPANY_NAME"], before["HTTPS_PROXY"], before["HUIMIAN_LOG_FORMAT"] = "新名称", "http://proxy:3128", "text"
	for name, want := range before {
		if after[name] != want {
			t.Errorf("%s is %q, want %q", name, after[name], want)
		}
	}
	if raw, _ := os.ReadFile(f.file); !strings.HasPrefix(string(raw), "# ours\n") {
		t.Errorf("the comment is gone:\n%s", raw)
	}
}

// The address that WeCom does not trust is among the values to paste.
func TestInitShowsCallerIP(t *testing.T) {
	f := newInitFixture(t)
	f.sim.AddFault(wecomtest.Fault{Path: "getcallbackip", Errcode: 60020})
	out, errs, code := f.runInit(nil, f.initArgs("--json")...)
	var report struct{ Steps []setup.Step }
	if err := json.Unmarshal([]byte(out), &report); code != ExitOK || err != nil {
		t.Fatalf("exit %d, %v: %s%s", code, err, out, errs)
	}
	for _, step := range report.Steps {
		if step.Place == "企业可信IP" && (len(step.Values) != 1 || step.Values[0].Value != "127.0.0.1") {
			t.Errorf("%+v", step)
		}
	}
}
