package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/huimian/huimian/internal/account"
	"github.com/huimian/huimian/internal/apitoken"
	"github.com/huimian/huimian/internal/app"
	"github.com/huimian/huimian/wecom/wecomtest"
)

// apiProgram is the part of the grammar of cmd/huimian that calls an installation.
type apiProgram struct {
	Interview Interview `cmd:""`
	Export    Export    `cmd:""`
	Candidate Candidate `cmd:""`
}

// apiFixture runs command lines against a complete installation.
type apiFixture struct {
	t   *testing.T
	url string
	dir string

	weComURL string
	accounts *account.Service

	lastID  string   // first id in the output of the last command that printed one
	seenIDs []string // ids in order of first appearance
}

func newAPIFixture(t *testing.T) *apiFixture {
	t.Helper()
	sim := wecomtest.New(t)
	sim.AddCorp(wecomtest.Corp{ID: testCorp, Name: "云杉科技"})
	for id, name := range map[string]string{"LinYue": "林悦", "ChenMo": "陈默"} {
		sim.AddMember(wecomtest.Member{CorpID: testCorp, UserID: id, Name: name, Email: strings.ToLower(id) + "@example.com", Departments: []int64{1}})
	}
	sim.AddApp(wecomtest.App{CorpID: testCorp, AgentID: testAgent, Name: "会面", Secret: testSecret, HomeURL: "https://interview.test", VisibleParties: []int64{1}})
	clearSettings(t)
	dir := t.TempDir()
	a, err := app.New(t.Context(), app.Config{
		PublicURL: "https://interview.test", DatabaseURL: filepath.Join(dir, "test.db"), CompanyName: "云杉科技", TimeZone: "Asia/Shanghai",
		Administrators: []string{"LinYue"}, Sandbox: app.Sandbox{SandboxHost: app.SandboxHost{Dir: dir, Runsc: "/no/such/runsc", Slots: 1}},
		WeCom: app.WeCom{
			CorpID: testCorp, AgentID: testAgent, Secret: testSecret, Token: testToken, EncodingAESKey: testKey,
			BaseURL: sim.URL(), OAuthURL: sim.URL(), LoginURL: sim.URL(),
		},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.DB.Close() })
	if err := a.Accounts.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := a.Accounts.MembersByID(t.Context(), testCorp, []string{"LinYue"})
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := a.APITokens.Create(t.Context(), account.Profile{Member: found["LinYue"], Corp: a.Accounts.Corp}.Actor(), apitoken.NewToken{
		Kind: apitoken.Personal, Name: "terminal", Scopes: apitoken.Scopes,
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a.Server)
	t.Cleanup(s.Close)
	t.Setenv("HUIMIAN_SERVER", s.URL)
	t.Setenv("HUIMIAN_API_TOKEN", token)
	t.Setenv("LC_ALL", "en_US.UTF-8")
	return &apiFixture{t: t, url: s.URL, dir: dir, weComURL: sim.URL(), accounts: a.Accounts}
}

var uuidPattern = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

func (o *apiFixture) runCommand(args ...string) (out, errs string, code int) {
	o.t.Helper()
	for n := range args {
		args[n] = strings.NewReplacer("{id}", o.lastID, "{dir}", o.dir).Replace(args[n])
	}
	var stdout, stderr bytes.Buffer
	code = Execute(o.t.Context(), &apiProgram{}, args, IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, kong.Resolvers(app.FileResolver()))
	for _, id := range uuidPattern.FindAllString(stdout.String(), -1) {
		if !strings.Contains(strings.Join(o.seenIDs, " "), id) {
			o.seenIDs = append(o.seenIDs, id)
		}
	}
	if id := uuidPattern.FindString(stdout.String()); id != "" {
		o.lastID = id
	}
	return stdout.String(), stderr.String(), code
}

var (
	timePattern      = regexp.MustCompile(`\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z| \d\d:\d\d–\d\d:\d\d)`)
	joinLinkPattern  = regexp.MustCompile(`/join#[\w-]+`)
	requestIDPattern = regexp.MustCompile(`requestId"?: "?[A-Z0-9]{12}`)
)

// replaceVariables replaces values that differ from run to run by placeholders.
func (o *apiFixture) replaceVariables(text string) string {
	for n, id := range o.seenIDs {
		text = strings.ReplaceAll(text, id, fmt.Sprintf("{%d}", n+1))
	}
	text = strings.NewReplacer(o.url, "{server}", o.dir, "{dir}").Replace(text)
	return requestIDPattern.ReplaceAllString(joinLinkPattern.ReplaceAllString(timePattern.ReplaceAllString(text, "{time}"), "/join#{token}"), "requestId {number}")
}

func (o *apiFixture) runTranscript(lines [][]string) string {
	var b strings.Builder
	for _, args := range lines {
		line := "$ huimian " + strings.Join(args, " ") + "\n"
		out, errs, code := o.runCommand(append([]string(nil), args...)...)
		b.WriteString(o.replaceVariables(line + out + errs))
		if code != 0 {
			fmt.Fprintf(&b, "exit %d\n", code)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestInterviewCommands(t *testing.T) {
	o := newAPIFixture(t)
	soon := time.Now().UTC().AddDate(0, 0, 2).Truncate(time.Hour).Format(time.RFC3339)
	words := strings.Fields
	schedule := func(more ...string) []string {
		return append(words("interview schedule --title 一面 --interviewer ChenMo --candidate-name 陈晨 --position-title 后端 --at "+soon), more...)
	}
	got := o.runTranscript([][]string{
		schedule(),
		words("interview show {id}"), words("interview show {id} --json"), words("interview list"), words("interview list --state cancelled"),
		words("interview change {id} --note 带简历 --minutes 45 --if-version 1"), words("interview change {id} --note x --if-version 1"), words("interview change {id}"),
		words("interview change {id} --external-id ats-4711-1"), words("interview list --external-id ats-4711-1"), words("interview list --external-id none"),
		words("interview link {id}"), words("interview scorecards {id}"), words("interview result {id}"), words("interview result {id} --decide hire"),
		words("interview replay {id}"), words("interview replay {id} -o {dir}/replay.json"), words("interview replay {id} -o {dir}/replay.json"),
		words("export interview {id}"), words("export interview {id} --format json"),
		words("interview cancel {id} --reason 已招满"), words("interview list --json"),
		schedule("-i", "linyue@example.com"), schedule("--override", "-i", "linyue@example.com"), schedule("-i", "nobody@example.com", "--json"),
		words("interview schedule --title x"), words("interview schedule --title x -i ChenMo --at never --candidate-name y --position-title z"),
		words("interview show nothing"), words("interview show nothing --json"),
	})
	compareGolden(t, "interview", strings.ReplaceAll(got, soon, "{soon}"))
}

func TestCandidateCommands(t *testing.T) {
	o := newAPIFixture(t)
	words := strings.Fields
	compareGolden(t, "candidate", o.runTranscript([][]string{
		words("candidate list"), words("candidate create 陈晨 --email chen@example.com --source 内推"), words("candidate show {id}"), words("candidate show {id} --json"),
		words("candidate create 韩梅 --external-id ats-4711"), words("candidate create 李雷 --external-id ats-4711"), words("candidate list --external-id ats-4711"),
		words("candidate create 李雷 --email nonsense"), words("candidate list"), words("candidate list -q 陈 --json"), words("candidate list --limit 0"),
	}))
}

func TestAPIClientErrors(t *testing.T) {
	o := newAPIFixture(t)
	respond := func(status int, header, body string) {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", header)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(s.Close)
		t.Setenv("HUIMIAN_SERVER", s.URL)
	}
	check := func(name string, want int, message string) {
		t.Helper()
		out, errs, code := o.runCommand("candidate", "list")
		if code != want || !strings.Contains(errs, message) || strings.Contains(out+errs, os.Getenv("HUIMIAN_API_TOKEN")) && os.Getenv("HUIMIAN_API_TOKEN") != "" {
			t.Errorf("%s: exit %d, want %d with %q: %s%s", name, code, want, message, out, errs)
		}
	}
	respond(http.StatusTooManyRequests, "3", `{"detail":"too many requests","code":"request.too_many"}`)
	check("rate limit", ExitRetry, "too many requests")
	respond(http.StatusOK, "", "<html>another site</html>")
	check("another site", ExitError, "decoding the response")
	respond(http.StatusNotFound, "", "<html>not found</html>")
	check("not found without problem details", ExitUsage, "is not an installation of Huimian")
	respond(http.StatusInternalServerError, "", `{"detail":"internal error","code":"error.internal","requestId":"R1"}`)
	check("internal error", ExitRetry, "R1")
	t.Setenv("HUIMIAN_SERVER", "http://127.0.0.1:1")
	check("connection refused", ExitRetry, "sending the request to")
	t.Setenv("HUIMIAN_SERVER", "interview.example.com")
	check("invalid server URL", ExitUsage, "--server")
	t.Setenv("HUIMIAN_SERVER", o.url)
	file := filepath.Join(o.dir, "token")
	if err := os.WriteFile(file, []byte(os.Getenv("HUIMIAN_API_TOKEN")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HUIMIAN_API_TOKEN", "")
	check("no token", ExitUsage, "HUIMIAN_API_TOKEN (or HUIMIAN_API_TOKEN_FILE) is not set")
	t.Setenv("HUIMIAN_API_TOKEN_FILE", file)
	check("token file", ExitOK, "")
	t.Setenv("HUIMIAN_API_TOKEN_FILE", "")
	t.Setenv("HUIMIAN_API_TOKEN", "hm_nonsense")
	check("unknown token", ExitError, "Invalid token")
}

func TestMemberRef(t *testing.T) {
	for name, want := range map[string]string{
		"ChenMo": "userId", "chen@example.com": "email", "13800000001": "mobile", "+86 138-0000-0001": "mobile", "1001": "userId", "-x": "userId",
	} {
		got, err := json.Marshal(memberRef(name))
		if err != nil || !strings.Contains(string(got), `"`+want+`"`) {
			t.Errorf("%s is %s", name, got)
		}
	}
}

func TestAPICommandsHaveHelp(t *testing.T) {
	k, err := kong.New(&apiProgram{}, HelpVars())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range k.Model.Leaves(true) {
		if n.Help == "" {
			t.Errorf("%s has no help", n.FullPath())
		}
	}
}
