package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/internal/db/dbtest"
	"github.com/huimian/huimian/wecom/wecomtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	testCorp   = "wwcli00000000001"
	testAgent  = 1000002
	testSecret = "the-secret-of-the-app"
	syncSecret = "the-secret-of-contact-sync"
	testToken  = "InterviewToken2026"
	testKey    = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
)

// testProgram is the grammar of cmd/huimian without serve and the API commands.
type testProgram struct {
	WeCom  WeCom  `cmd:"" name:"wecom"`
	Doctor Doctor `cmd:""`
}

// fixture runs command lines against the WeCom simulator.
type fixture struct {
	t         *testing.T
	sim       *wecomtest.Server
	dir       string
	outputIDs map[string]string // ids from the output, such as msgid and media_id, by placeholder
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	sim := wecomtest.New(t)
	start := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	sim.Now, sim.Seed = func() time.Time { return start }, 7
	sim.AddCorp(wecomtest.Corp{ID: testCorp, Name: "云杉科技", ContactSecret: syncSecret})
	sim.AddDepartment(wecomtest.Department{CorpID: testCorp, ID: 2, ParentID: 1, Name: "研发部", Leaders: []string{"ChenMo"}})
	sim.AddDepartment(wecomtest.Department{CorpID: testCorp, ID: 3, ParentID: 2, Name: "Platform"})
	sim.AddMember(wecomtest.Member{CorpID: testCorp, UserID: "LinYue", Name: "林悦", Departments: []int64{1}, Position: "招聘"})
	sim.AddMember(wecomtest.Member{CorpID: testCorp, UserID: "ChenMo", Name: "陈默", Departments: []int64{2, 3}})
	sim.AddMember(wecomtest.Member{CorpID: testCorp, UserID: "Jo", Name: "Jo Bloggs", Departments: []int64{3}})
	sim.AddApp(wecomtest.App{CorpID: testCorp, AgentID: testAgent, Name: "会面", Description: "技术面试", Secret: testSecret,
		HomeURL: "https://interview.example.com", CallbackURL: "http://127.0.0.1:1", CallbackToken: testToken, EncodingAESKey: testKey, VisibleParties: []int64{1}})
	clearSettings(t)
	for name, value := range map[string]string{
		"CORP_ID": testCorp, "AGENT_ID": strconv.Itoa(testAgent), "SECRET": testSecret, "BASE_URL": sim.URL(),
		"OAUTH_URL": sim.URL(), "LOGIN_URL": sim.URL(), "SYNC_SECRET": syncSecret,
	} {
		t.Setenv("HUIMIAN_WECOM_"+name, value)
	}
	return &fixture{t: t, sim: sim, dir: t.TempDir(), outputIDs: map[string]string{"sim": sim.URL()}}
}

// clearSettings unsets the HUIMIAN_ variables of this machine.
func clearSettings(t *testing.T) {
	t.Helper()
	for _, setting := range os.Environ() {
		if name, _, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "HUIMIAN_") && name != dbtest.PostgresURLEnv {
			t.Setenv(name, "")
		}
	}
}

// runCommand runs a command line. Placeholders such as {msgid} are replaced by ids
// from earlier output, {dir} by the fixture's folder.
func (d *fixture) runCommand(args ...string) (out, errors string, code int) {
	d.t.Helper()
	return d.runCommandContext(d.t.Context(), "", args...)
}

func (d *fixture) runCommandContext(ctx context.Context, input string, args ...string) (out, errors string, code int) {
	d.t.Helper()
	for i := range args {
		for name, value := range d.outputIDs {
			args[i] = strings.ReplaceAll(args[i], "{"+name+"}", value)
		}
		args[i] = strings.ReplaceAll(args[i], "{dir}", d.dir)
	}
	var o, e bytes.Buffer
	code = Execute(ctx, &testProgram{}, args, IO{In: strings.NewReader(input), Out: &o, Err: &e}, kong.Resolvers(app.FileResolver()))
	d.rememberIDs(o.Bytes())
	for _, secret := range []string{testSecret, syncSecret, testKey} {
		if strings.Contains(o.String()+e.String(), secret) {
			d.t.Errorf("%v prints a secret", args)
		}
	}
	return o.String(), e.String(), code
}

func (d *fixture) rememberIDs(out []byte) {
	var answer map[string]any
	if json.Unmarshal(out, &answer) != nil {
		return
	}
	for _, name := range []string{"msgid", "media_id", "response_code"} {
		if value, ok := answer[name].(string); ok && value != "" {
			d.outputIDs[name] = value
		}
	}
}

// replaceVariables replaces values that differ from run to run by placeholders.
func (d *fixture) replaceVariables(text string) string {
	for name, value := range d.outputIDs {
		text = strings.ReplaceAll(text, value, "{"+name+"}")
	}
	return hintPattern.ReplaceAllString(strings.ReplaceAll(text, d.dir, "{dir}"), "$1{hint}")
}

// hintPattern matches WeCom's trace number.
var hintPattern = regexp.MustCompile(`(hint"?:? "?)\d+`)

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./internal/cli -update rewrites it)\n--- got\n%s--- want\n%s", path, got, want)
	}
}

// runTranscript runs the command lines in order and returns them with their output
// and exit codes.
func (d *fixture) runTranscript(lines [][]string) string {
	var b strings.Builder
	for _, args := range lines {
		b.WriteString("$ huimian " + strings.Join(args, " ") + "\n")
		out, errs, code := d.runCommand(append([]string(nil), args...)...)
		b.WriteString(d.replaceVariables(out) + d.replaceVariables(errs))
		if code != 0 {
			b.WriteString("exit " + strconv.Itoa(code) + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// withJSON repeats each command line with --json.
func withJSON(lines ...[]string) [][]string {
	var all [][]string
	for _, l := range lines {
		all = append(all, l, append(append([]string(nil), l...), "--json"))
	}
	return all
}

func wecomArgs(line string) []string { return append([]string{"wecom"}, strings.Fields(line)...) }

func (d *fixture) writeFile(name string, body []byte) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), body, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func TestReadCommands(t *testing.T) {
	d := newFixture(t)
	compareGolden(t, "read", d.runTranscript(withJSON(
		wecomArgs("user get LinYue"), wecomArgs("user list -r"), wecomArgs("user list 2"), wecomArgs("user list 2 -r -s left"), wecomArgs("user simple-list 3"),
		wecomArgs("department list"), wecomArgs("department get 2"), wecomArgs("agent get"), wecomArgs("agent list"),
		wecomArgs("ip callback"), wecomArgs("ip api"), wecomArgs("token"), wecomArgs("ticket"), wecomArgs("ticket --agent"),
		wecomArgs("oauth-link https://interview.example.com/auth --state s1"), wecomArgs("login-link https://interview.example.com/auth --state s1"),
		wecomArgs("call get user/get?userid=LinYue"), wecomArgs("call GET /cgi-bin/get_jsapi_ticket"), wecomArgs("qr https://interview.example.com"),
	)))
}

func TestWriteCommands(t *testing.T) {
	d := newFixture(t)
	compareGolden(t, "write", d.runTranscript([][]string{
		wecomArgs("--as sync user create NewOne --name New -d 2 -m 13800000001"), wecomArgs("--as sync user update NewOne --position Tester --json"),
		wecomArgs("user get NewOne"), wecomArgs("--as sync user delete NewOne"),
		wecomArgs("--as sync department create QA -p 2 --id 9"), wecomArgs("--as sync department update 9 Quality"), wecomArgs("--as sync department delete 9 --json"),
		wecomArgs("tag create Seniors --id 5"), wecomArgs("tag list"), wecomArgs("tag list --json"), wecomArgs("tag add 5 -u ChenMo -d 3"), wecomArgs("tag add 5 -u nobody"),
		wecomArgs("tag get 5"), wecomArgs("tag get 5 --json"), wecomArgs("tag remove 5 -u ChenMo"), wecomArgs("tag rename 5 Elders"), wecomArgs("tag delete 5"),
		{"wecom", "menu", "create", `{"button":[{"name":"面试","type":"view","url":"https://interview.example.com"},{"name":"More","sub_button":[{"name":"Help","type":"click","key":"help"}]}]}`},
		wecomArgs("menu get"), wecomArgs("menu get --json"), wecomArgs("menu delete"),
		wecomArgs("chat create LinYue ChenMo Jo --name Panel --id panel1"), wecomArgs("chat get panel1"), wecomArgs("chat text panel1 hello"),
		wecomArgs("chat markdown panel1 **hello** --json"), wecomArgs("chat update panel1 --remove Jo"), wecomArgs("chat get panel1 --json"),
	}))
}

var samplePNG = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89")

const sampleCard = `{"card_type":"button_interaction","main_title":{"title":"面试邀请"},"task_id":"t1","button_list":[{"text":"接受","style":1,"key":"yes"}]}`

func TestMessageCommands(t *testing.T) {
	d := newFixture(t)
	d.writeFile("photo.png", samplePNG)
	d.writeFile("简历.pdf", []byte("%PDF-1.7 resume"))
	d.writeFile("card.json", []byte(sampleCard))
	compareGolden(t, "messages", d.runTranscript([][]string{
		wecomArgs("message text -t LinYue,nobody hello --json"), wecomArgs("message recall {msgid}"),
		wecomArgs("message markdown -t LinYue **hello** --json"), wecomArgs("message textcard -t LinYue title line https://interview.example.com --json"),
		wecomArgs("message news -t LinYue --title t --url https://interview.example.com --json"),
		wecomArgs("message image -t LinYue {dir}/photo.png --json"), wecomArgs("message file -t LinYue {dir}/简历.pdf --json"),
		wecomArgs("media upload file {dir}/简历.pdf --json"), wecomArgs("message file -t LinYue --media {media_id} --json"),
		wecomArgs("media download {media_id} -o {dir}/copy.pdf"), wecomArgs("media upload image {dir}/简历.pdf"),
		wecomArgs("message card -t ChenMo @{dir}/card.json --json"), wecomArgs("message update-card {response_code} --button 已接受"),
		{"wecom", "message", "send", `{"touser":"Jo","text":{"content":"hi"}}`, "--json"},
		{"wecom", "message", "send", `{"touser":"Jo","txt":{"content":"hi"}}`},
		wecomArgs("message text hello"), wecomArgs("message file -t LinYue"),
	}))
	if got, err := os.ReadFile(filepath.Join(d.dir, "copy.pdf")); err != nil || string(got) != "%PDF-1.7 resume" {
		t.Errorf("downloaded file: %q, %v", got, err)
	}
	if n := len(d.sim.Messages(testCorp, "LinYue")); n != 7 {
		t.Errorf("LinYue has %d messages", n)
	}
}

// A download under the name of the upload does not overwrite an existing file.
func TestDownloadRefusesToOverwrite(t *testing.T) {
	d := newFixture(t)
	d.writeFile("a.txt", []byte("first content"))
	d.runCommand("wecom", "media", "upload", "file", "{dir}/a.txt", "--json")
	if _, errs, code := d.runCommand("wecom", "media", "download", "{media_id}", "-o", "{dir}"); code != ExitUsage || !strings.Contains(errs, "already exists") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if out, _, code := d.runCommand("wecom", "media", "download", "{media_id}", "-o", "-"); code != 0 || out != "first content" {
		t.Errorf("exit %d: %q", code, out)
	}
}
