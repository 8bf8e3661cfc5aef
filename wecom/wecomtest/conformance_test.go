package wecomtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/internal/api"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
)

const conformance = "../../docs/simulator-conformance.md"

// conformanceRule is one documented rule for an endpoint or another part of WeCom, with its proof:
// a call and the expected reply, or a test.
type conformanceRule struct {
	part      string // an endpoint, or "callbacks" and the like
	statement string
	page      string // the number in WeCom's document/path/…
	open      bool   // the documentation is silent or contradictory, and the behaviour is a choice of the simulator
	call      string // path and query; with the prefix "narrow:", as an application that sees one department
	body      string
	code      int
	want      string // substring of the reply
	testName  string // the test that proves the rule, if call does not
}

// ruleByCall returns a rule proved by a call: its errcode and a substring of its reply.
func ruleByCall(call, page, statement string, code int, body string, want ...string) conformanceRule {
	part, _, _ := strings.Cut(strings.TrimPrefix(call, "narrow:"), "?")
	return conformanceRule{part: part, statement: statement, page: page, call: call, body: body, code: code, want: strings.Join(want, "")}
}

// ruleByTest returns a rule proved by a test.
func ruleByTest(part, page, statement, test string) conformanceRule {
	return conformanceRule{part: part, statement: statement, page: page, testName: test}
}

// markOpen marks a rule as a choice of the simulator.
func markOpen(r conformanceRule) conformanceRule {
	r.open = true
	return r
}

var allRules = slices.Concat(basicRules, sendRules, cardRules, contactRules, writeRules, fileRules, appRules,
	calendarRules, meetingRules, mailRules, approvalRules, outsideRules, suiteRules, otherRules)

// endpoints are the endpoints that a server serves, by path.
var endpoints = func() map[string]core.Endpoint {
	s := &Server{}
	s.init()
	return s.api.Endpoints
}()

func TestConformance(t *testing.T) {
	tests := testNames(t)
	covered := map[string]bool{}
	for i, r := range nameRules(allRules) {
		covered[r.part] = true
		if r.testName != "" {
			if !tests[r.testName] {
				t.Errorf("%s: %q refers to the test %s, which does not exist", r.part, r.statement, r.testName)
			}
			continue
		}
		t.Run(r.name, func(t *testing.T) { newRuleFixture(t).checkRule(allRules[i]) })
	}
	for path := range endpoints {
		if !covered[path] {
			t.Errorf("no rule for %s", path)
		}
	}
}

// namedRule is a rule with the name of its test or sub-test.
type namedRule struct {
	conformanceRule
	name string
}

func nameRules(list []conformanceRule) []namedRule {
	count := map[string]int{}
	out := make([]namedRule, len(list))
	for i, r := range list {
		if out[i] = (namedRule{r, r.testName}); r.testName == "" {
			count[r.part]++
			out[i].name = fmt.Sprintf("%s#%02d", r.part, count[r.part])
		}
	}
	return out
}

var testPattern = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// testNames returns the names of the tests of this package and of the packages below it.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	inner, err := filepath.Glob("internal/*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, f := range append(files, inner...) {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testPattern.FindAllSubmatch(data, -1) {
			out[string(m[1])] = true
		}
	}
	return out
}

// TestConformancePage checks that the published page matches the rules. With UPDATE=1 in the
// environment it rewrites the page.
func TestConformancePage(t *testing.T) {
	want := conformancePage()
	have, err := os.ReadFile(conformance)
	if err == nil && string(have) == want {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("%s is out of date (%v); run this test with UPDATE=1", conformance, err)
	}
	if err := os.WriteFile(conformance, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
}

func conformancePage() string {
	list := nameRules(allRules)
	slices.SortStableFunc(list, func(a, b namedRule) int { return cmp.Compare(partSortKey(a.part), partSortKey(b.part)) })
	open := 0
	for _, r := range list {
		if r.open {
			open++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# WeCom rules kept by the simulator

This page is generated from the conformance rules in the tests of wecom/wecomtest (%d rules for %d endpoints and %d other parts). The tests fail when the page is out of date, when an endpoint has no rule, or when a rule is broken. To regenerate the page: UPDATE=1 go test -run ConformancePage ./wecom/wecomtest

"Page" is the number in https://developer.work.weixin.qq.com/document/path/… "Open" marks rules on which the documentation is silent or contradictory (%d): the simulator's behaviour is then a choice. A test name with # is a sub-test of TestConformance.
`, len(list), len(endpoints), countParts(list)-len(endpoints), open)
	last := ""
	for _, r := range list {
		if r.part != last {
			fmt.Fprintf(&b, "\n## %s\n\n| rule | answer | page | | test |\n|---|---|---|---|---|\n", r.part)
			last = r.part
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", strings.ReplaceAll(r.sentence(), "|", `\|`), r.expectedAnswer(), r.page,
			map[bool]string{true: "open", false: "documented"}[r.open], "`"+r.name+"`")
	}
	return b.String()
}

func (r conformanceRule) expectedAnswer() string {
	switch {
	case r.testName != "":
		return ""
	case r.code != 0:
		return strconv.Itoa(r.code)
	case r.want != "":
		return "`" + strings.ReplaceAll(r.want, "|", `\|`) + "`"
	}
	return "ok"
}

func countParts(list []namedRule) int {
	seen := map[string]bool{}
	for _, r := range list {
		seen[r.part] = true
	}
	return len(seen)
}

// partSortKey sorts parts that are not endpoints first.
func partSortKey(part string) string {
	if _, ok := endpoints[part]; ok {
		return "1" + part
	}
	return "0" + part
}

// ruleFixture is a company for checking rules.
type ruleFixture struct {
	t testing.TB
	s *Server
}

const (
	ruleCorp  = "wwrules"
	ruleAgent = 1000002
)

func newRuleFixture(t testing.TB) *ruleFixture {
	t.Helper()
	w := &ruleFixture{t, &Server{NoQuotas: true, Now: func() time.Time { return time.Unix(soakStart, 0) }, HTTPClient: &http.Client{Transport: &countingReceiver{}}}}
	s := w.s
	s.AddCorp(Corp{ID: ruleCorp, Name: "云杉科技", ContactSecret: "contact"})
	s.AddCorp(Corp{ID: "wwother", Name: "another"})
	s.AddApp(App{CorpID: "wwother", AgentID: 1, Name: "another", Secret: "others-secret"})
	s.AddDepartment(Department{CorpID: ruleCorp, ID: 2, Name: "研发部"})
	s.AddDepartment(Department{CorpID: ruleCorp, ID: 3, Name: "人力资源部"})
	for _, m := range []Member{
		{UserID: "ZhangSan", Name: "张三", Alias: "三哥", Departments: []int64{2}, Mobile: "13800000001", BizMail: "zs@acme.example"},
		{UserID: "lisi", Name: "李四", Departments: []int64{3}},
		{UserID: "wangwu", Name: "王五", Departments: []int64{2}, Status: StatusLeft},
		{UserID: "nolicense", Name: "赵六", Departments: []int64{3}, Unlicensed: true},
	} {
		m.CorpID = ruleCorp
		s.AddMember(m)
	}
	s.AddApp(App{CorpID: ruleCorp, AgentID: ruleAgent, Name: "会面", Secret: "s", HomeURL: "https://product.example/", CallbackURL: "https://product.example/cb",
		CallbackToken: "T", EncodingAESKey: soakKey, Customers: true, CustomerService: true, CustomWorkbench: true})
	s.AddApp(App{CorpID: ruleCorp, AgentID: 1000003, Name: "窄", Secret: "narrow", VisibleParties: []int64{2}})
	s.AddRobot(Robot{CorpID: ruleCorp, Key: "robot"})
	s.AddRobot(Robot{CorpID: ruleCorp, Key: "stopped", Stopped: true})
	s.AddRobot(Robot{CorpID: ruleCorp, Key: "removed", Removed: true})
	s.AddApprovalTemplate(ApprovalTemplate{CorpID: ruleCorp, ID: "T1", Name: "offer", Approvers: []string{"lisi"},
		Controls: []ApprovalControl{{Control: "Text", ID: "Text-1", Title: "姓名", Required: true}}})
	s.AddSuite(Suite{ID: "wwsuite", Secret: "suite-secret", Name: "面试", ProviderCorpID: "wwprovider", ProviderSecret: "provider-secret",
		InstructURL: "https://provider.example/instruct", Token: "T", EncodingAESKey: soakKey})
	return w
}

// checkRule makes the call of a rule and checks the reply.
func (w *ruleFixture) checkRule(r conformanceRule) {
	w.t.Helper()
	secret, call := "s", r.call
	if narrow, ok := strings.CutPrefix(call, "narrow:"); ok {
		secret, call = "narrow", narrow
	}
	if endpoints[r.part].TokenKind == core.ContactToken {
		secret = "contact"
	}
	code, answer := w.callAPI(secret, w.expandPlaceholders(call), []byte(w.expandPlaceholders(r.body)))
	if code != r.code {
		w.t.Fatalf("%s: errcode %d, want %d: %s", r.statement, code, r.code, answer)
	}
	if want := w.expandPlaceholders(r.want); !strings.Contains(answer, want) {
		w.t.Fatalf("%s: the answer has no %s: %s", r.statement, want, answer)
	}
}

// callAPI calls an endpoint with the access token of a secret. It uses POST unless the endpoint
// uses GET.
func (w *ruleFixture) callAPI(secret, call string, body []byte) (code int, answer string) {
	path, query, _ := strings.Cut(call, "?")
	if !strings.Contains(query, "access_token=") && secret != "" && endpoints[path].TokenKind != core.NoToken {
		_, reply := w.callAPI("", "gettoken?corpid="+ruleCorp+"&corpsecret="+secret, nil)
		query += "&access_token=" + jsonField(reply, "access_token")
	}
	method, kind := http.MethodGet, "application/json"
	if endpoints[path].Post {
		method = http.MethodPost
	}
	if bytes.HasPrefix(body, []byte("GET")) {
		method, body = http.MethodGet, nil
	}
	if name, content, ok := bytes.Cut(body, []byte("<-")); ok { // "a.png<-content" is an upload
		body, kind = multipartOf(w.t, string(name), content)
	}
	req := httptest.NewRequest(method, "/cgi-bin/"+path+"?"+query, bytes.NewReader(body))
	req.Header.Set("Content-Type", kind)
	out := httptest.NewRecorder()
	w.s.ServeHTTP(out, req)
	var head api.ReplyHeader
	if err := json.Unmarshal(out.Body.Bytes(), &head); err != nil && strings.HasPrefix(out.Header().Get("Content-Type"), "application/json") {
		w.t.Fatalf("%s answered %s", call, out.Body)
	}
	return head.Errcode, out.Body.String()
}

func multipartOf(t testing.TB, name string, content []byte) (body []byte, kind string) {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	form.Grow(len(content) + 1024)
	part, err := w.CreateFormFile("media", name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = w.Close()
	return form.Bytes(), w.FormDataContentType()
}

// jsonField returns the first string value with a name in a JSON reply, at any depth.
func jsonField(answer, name string) string {
	_, rest, _ := strings.Cut(answer, `"`+name+`":"`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

var placeholderPattern = regexp.MustCompile(`\{(\w+)([*+-]?)(\d*)\}`)

// expandPlaceholders replaces placeholders: {x*9} nine letters x, {z*9} nine Chinese characters,
// {m*9} nine ids joined by bars, {d*9} ",1" nine times, {t+60} the Unix time in a minute, and the
// names in placeholders.
func (w *ruleFixture) expandPlaceholders(text string) string {
	return placeholderPattern.ReplaceAllStringFunc(text, func(whole string) string {
		m := placeholderPattern.FindStringSubmatch(whole)
		n, _ := strconv.ParseInt(m[3], 10, 64)
		switch {
		case m[2] == "*" && m[1] == "z":
			return strings.Repeat("字", int(n))
		case m[2] == "*" && m[1] == "d":
			return strings.Repeat(",1", int(n))
		case m[2] == "*" && m[1] == "m":
			return strings.TrimSuffix(strings.Repeat("9|", int(n)), "|")
		case m[2] == "*":
			return strings.Repeat(m[1], int(n))
		case m[1] == "t" && m[2] == "-":
			n = -n
			fallthrough
		case m[1] == "t":
			return strconv.FormatInt(w.s.Time().Add(time.Duration(n)*time.Second).Unix(), 10)
		}
		if thing, ok := placeholders[m[1]]; ok {
			return thing(w)
		}
		return whole
	})
}
