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
	"github.com/huimian/huimian/wecom/wecomtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	testCorp   = "wwcli00000000001"
	testAgent  = 1000002
	testSecret = "the-secret-of-the-app"
	syncSecret = "the-secret-of-contact-sync"
	testToken  = "InterviewToken2026"
	testKey    = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
)

// program is the grammar of cmd/huimian without the server.
type program struct {
	WeCom      WeCom      `cmd:"" name:"wecom"`
	Doctor     Doctor     `cmd:""`
	Completion Completion `cmd:""`
}

// desk is a terminal with a simulated WeCom behind it.
type desk struct {
	t    *testing.T
	sim  *wecomtest.Server
	dir  string
	last map[string]string // what answers named: msgid, media_id and the like
}

func sit(t *testing.T) *desk {
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
	return &desk{t: t, sim: sim, dir: t.TempDir(), last: map[string]string{"sim": sim.URL()}}
}

// clearSettings keeps what is set on this machine out of the tests.
func clearSettings(t *testing.T) {
	t.Helper()
	for _, setting := range os.Environ() {
		if name, _, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "HUIMIAN_") {
			t.Setenv(name, "")
		}
	}
}

// run runs a command line. Words such as {msgid} stand for what came before.
func (d *desk) run(args ...string) (out, errors string, code int) {
	d.t.Helper()
	return d.runIn(d.t.Context(), "", args...)
}

func (d *desk) runIn(ctx context.Context, input string, args ...string) (out, errors string, code int) {
	d.t.Helper()
	for i := range args {
		for name, value := range d.last {
			args[i] = strings.ReplaceAll(args[i], "{"+name+"}", value)
		}
		args[i] = strings.ReplaceAll(args[i], "{dir}", d.dir)
	}
	var o, e bytes.Buffer
	code = Execute(ctx, &program{}, args, IO{In: strings.NewReader(input), Out: &o, Err: &e}, kong.Resolvers(app.FromFiles()))
	d.remember(o.Bytes())
	for _, secret := range []string{testSecret, syncSecret, testKey} {
		if strings.Contains(o.String()+e.String(), secret) {
			d.t.Errorf("%v prints a secret", args)
		}
	}
	return o.String(), e.String(), code
}

func (d *desk) remember(out []byte) {
	var answer map[string]any
	if json.Unmarshal(out, &answer) != nil {
		return
	}
	for _, name := range []string{"msgid", "media_id", "response_code"} {
		if value, ok := answer[name].(string); ok && value != "" {
			d.last[name] = value
		}
	}
}

// scrub puts names in the place of what differs from run to run.
func (d *desk) scrub(text string) string {
	for name, value := range d.last {
		text = strings.ReplaceAll(text, value, "{"+name+"}")
	}
	return hint.ReplaceAllString(strings.ReplaceAll(text, d.dir, "{dir}"), "$1{hint}")
}

// hint is WeCom's trace number.
var hint = regexp.MustCompile(`(hint"?:? "?)\d+`)

func golden(t *testing.T, name, got string) {
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
		t.Errorf("%s differs (go test ./internal/cli -update writes it anew)\n--- got\n%s--- want\n%s", path, got, want)
	}
}

// transcript runs the lines one after another and writes down what they print.
func (d *desk) transcript(lines [][]string) string {
	var b strings.Builder
	for _, args := range lines {
		b.WriteString("$ huimian " + strings.Join(args, " ") + "\n")
		out, errs, code := d.run(append([]string(nil), args...)...)
		b.WriteString(d.scrub(out) + d.scrub(errs))
		if code != 0 {
			b.WriteString("exit " + strconv.Itoa(code) + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// both adds each line once more with --json.
func both(lines ...[]string) [][]string {
	var all [][]string
	for _, l := range lines {
		all = append(all, l, append(append([]string(nil), l...), "--json"))
	}
	return all
}

func wecomLine(line string) []string { return append([]string{"wecom"}, strings.Fields(line)...) }

func (d *desk) file(name string, body []byte) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), body, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func TestReading(t *testing.T) {
	d := sit(t)
	golden(t, "reading", d.transcript(both(
		wecomLine("user get LinYue"), wecomLine("user list -r"), wecomLine("user list 2"), wecomLine("user list 2 -r -s left"), wecomLine("user simple-list 3"),
		wecomLine("department list"), wecomLine("department get 2"), wecomLine("agent get"), wecomLine("agent list"),
		wecomLine("ip callback"), wecomLine("ip api"), wecomLine("token"), wecomLine("ticket"), wecomLine("ticket --agent"),
		wecomLine("oauth-link https://interview.example.com/auth --state s1"), wecomLine("login-link https://interview.example.com/auth --state s1"),
		wecomLine("call get user/get?userid=LinYue"), wecomLine("call GET /cgi-bin/get_jsapi_ticket"), wecomLine("qr https://interview.example.com"),
	)))
}

func TestChanging(t *testing.T) {
	d := sit(t)
	golden(t, "changing", d.transcript([][]string{
		wecomLine("--as sync user create NewOne --name New -d 2 -m 13800000001"), wecomLine("--as sync user update NewOne --position Tester --json"),
		wecomLine("user get NewOne"), wecomLine("--as sync user delete NewOne"),
		wecomLine("--as sync department create QA -p 2 --id 9"), wecomLine("--as sync department update 9 Quality"), wecomLine("--as sync department delete 9 --json"),
		wecomLine("tag create Seniors --id 5"), wecomLine("tag list"), wecomLine("tag list --json"), wecomLine("tag add 5 -u ChenMo -d 3"), wecomLine("tag add 5 -u nobody"),
		wecomLine("tag get 5"), wecomLine("tag get 5 --json"), wecomLine("tag remove 5 -u ChenMo"), wecomLine("tag rename 5 Elders"), wecomLine("tag delete 5"),
		{"wecom", "menu", "create", `{"button":[{"name":"面试","type":"view","url":"https://interview.example.com"},{"name":"More","sub_button":[{"name":"Help","type":"click","key":"help"}]}]}`},
		wecomLine("menu get"), wecomLine("menu get --json"), wecomLine("menu delete"),
		wecomLine("chat create LinYue ChenMo Jo --name Panel --id panel1"), wecomLine("chat get panel1"), wecomLine("chat text panel1 hello"),
		wecomLine("chat markdown panel1 **hello** --json"), wecomLine("chat update panel1 --remove Jo"), wecomLine("chat get panel1 --json"),
	}))
}

var png = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89")

const card = `{"card_type":"button_interaction","main_title":{"title":"面试邀请"},"task_id":"t1","button_list":[{"text":"接受","style":1,"key":"yes"}]}`

func TestMessages(t *testing.T) {
	d := sit(t)
	d.file("photo.png", png)
	d.file("简历.pdf", []byte("%PDF-1.7 resume"))
	d.file("card.json", []byte(card))
	golden(t, "messages", d.transcript([][]string{
		wecomLine("message text -t LinYue,nobody hello --json"), wecomLine("message recall {msgid}"),
		wecomLine("message markdown -t LinYue **hello** --json"), wecomLine("message textcard -t LinYue title line https://interview.example.com --json"),
		wecomLine("message news -t LinYue --title t --url https://interview.example.com --json"),
		wecomLine("message image -t LinYue {dir}/photo.png --json"), wecomLine("message file -t LinYue {dir}/简历.pdf --json"),
		wecomLine("media upload file {dir}/简历.pdf --json"), wecomLine("message file -t LinYue --media {media_id} --json"),
		wecomLine("media download {media_id} -o {dir}/copy.pdf"), wecomLine("media upload image {dir}/简历.pdf"),
		wecomLine("message card -t ChenMo @{dir}/card.json --json"), wecomLine("message update-card {response_code} --button 已接受"),
		{"wecom", "message", "send", `{"touser":"Jo","text":{"content":"hi"}}`, "--json"},
		{"wecom", "message", "send", `{"touser":"Jo","txt":{"content":"hi"}}`},
		wecomLine("message text hello"), wecomLine("message file -t LinYue"),
	}))
	if got, err := os.ReadFile(filepath.Join(d.dir, "copy.pdf")); err != nil || string(got) != "%PDF-1.7 resume" {
		t.Errorf("the file that came back: %q, %v", got, err)
	}
	if n := len(d.sim.Messages(testCorp, "LinYue")); n != 7 {
		t.Errorf("LinYue has %d messages", n)
	}
}

// A file that was downloaded by its own name replaces nothing.
func TestDownloadReplacesNothing(t *testing.T) {
	d := sit(t)
	d.file("a.txt", []byte("first content"))
	d.run("wecom", "media", "upload", "file", "{dir}/a.txt", "--json")
	if _, errs, code := d.run("wecom", "media", "download", "{media_id}", "-o", "{dir}"); code != ExitUsage || !strings.Contains(errs, "is there already") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if out, _, code := d.run("wecom", "media", "download", "{media_id}", "-o", "-"); code != 0 || out != "first content" {
		t.Errorf("exit %d: %q", code, out)
	}
}
