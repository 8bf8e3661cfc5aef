package wecom

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
)

const testToken = "t0k3n-of-the-app/9876543210+zyxwvu="

// leakyTransport is a network whose errors contain everything about the
// request, like those of some proxies and libraries.
type leakyTransport struct {
	tokenFails bool
	err        func(*http.Request) error
	answer     func(*http.Request) string
	status     int
}

func (g *leakyTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	switch req.URL.Path {
	case "/cgi-bin/gettoken", "/cgi-bin/service/get_suite_token", "/cgi-bin/service/get_provider_token":
		if !g.tokenFails {
			return jsonResponse(map[string]any{"access_token": testToken, "suite_access_token": testToken, "provider_access_token": testToken, "expires_in": 7200}), nil
		}
	}
	if g.err != nil {
		return nil, g.err(req)
	}
	return &http.Response{StatusCode: cmp.Or(g.status, 200), Header: http.Header{"Location": {req.URL.String()}},
		Body: io.NopCloser(strings.NewReader(g.answer(req)))}, nil
}

// secretsOf returns the parts of a request that must not appear in output.
func secretsOf(req *http.Request) string {
	plain, _ := url.QueryUnescape(req.URL.RawQuery)
	text := req.URL.String() + " " + plain + " " + testSecret
	for name := range req.URL.Query() {
		if name == "key" || strings.HasSuffix(name, "access_token") {
			text += " " + testToken
		}
	}
	return text
}

func leakyTransports() map[string]*leakyTransport {
	m := map[string]*leakyTransport{}
	for name, tokenFails := range map[string]bool{"": false, " while fetching the token": true} {
		m["network"+name] = &leakyTransport{tokenFails: tokenFails, err: func(r *http.Request) error {
			return fmt.Errorf("proxy: %w", &url.Error{Op: "Get", URL: secretsOf(r), Err: errors.New("refused " + secretsOf(r))})
		}}
		for _, code := range []int{-1, 40001, 40014, 42001, 45009, 60020, 81013, 999} {
			m[fmt.Sprint(code, name)] = &leakyTransport{tokenFails: tokenFails, answer: func(r *http.Request) string {
				errmsg := secretsOf(r) + ", hint: [" + secretsOf(r) + "], from ip: " + secretsOf(r) + ", more info at " + secretsOf(r)
				return formatString(`{"errcode":%d,"errmsg":%q}`, code, errmsg)
			}}
		}
		for _, status := range []int{200, 302, 404, 502} {
			m[fmt.Sprint("status ", status, name)] = &leakyTransport{tokenFails: tokenFails, status: status, answer: secretsOf}
		}
	}
	return m
}

// TestSecretsDoNotLeak calls every method of every service while every request
// fails, and searches all errors and logs for secret and token.
func TestSecretsDoNotLeak(t *testing.T) {
	for name, g := range leakyTransports() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				c, err := New(Config{CorpID: "wwcorp", AgentID: 7, Secret: testSecret, HTTPClient: &http.Client{Transport: g},
					Logger: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
				if err != nil {
					t.Fatal(err)
				}
				results := callAllMethods(c)
				callMethods(results, "Suite", reflect.ValueOf(newLeakySuite(t, g, c.logger)))
				for method, err := range results {
					for _, text := range errorTexts(err) {
						assertNoSecret(t, method, text)
					}
				}
				assertNoSecret(t, "log", log.String())
			})
		})
	}
}

func newLeakySuite(t *testing.T, g *leakyTransport, log *slog.Logger) *Suite {
	t.Helper()
	s, err := NewSuite(SuiteConfig{SuiteID: "wwsuite", SuiteSecret: testSecret, ProviderCorpID: "wwprovider", ProviderSecret: testSecret,
		SuiteTicket: func(context.Context) (Secret, error) { return testToken, nil },
		HTTPClient:  &http.Client{Transport: g}, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// errorTexts formats an error and its causes in every usual way.
func errorTexts(err error) (texts []string) {
	for ; err != nil; err = errors.Unwrap(err) {
		texts = append(texts, err.Error(), formatString("%+v", err), formatString("%#v", err), formatString("%q", err), AdminMessage(err))
		if e, ok := errors.AsType[*Error](err); ok {
			data, jsonErr := json.Marshal(any(e))
			texts = append(texts, formatString("%+v", *e), formatString("%#v", *e), string(data), formatString("%v", jsonErr))
		}
	}
	return texts
}

func assertNoSecret(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{testSecret, testToken} {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), secret[:12]} {
			if strings.Contains(text, form) {
				t.Fatalf("%s contains a secret: %.300s", where, text)
			}
		}
	}
}

// callAllMethods calls each exported method of the client and of its services
// with plausible arguments, and returns the errors by method.
func callAllMethods(c *Client) map[string]error {
	results := map[string]error{}
	callMethods(results, "Client", reflect.ValueOf(c))
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if field := v.Type().Field(i); field.IsExported() {
			callMethods(results, field.Name, v.Field(i))
		}
	}
	return results
}

// methodArguments are the strings for methods that do not accept an arbitrary
// one.
var methodArguments = map[string][]string{
	"Client.Call":       {"POST", "/cgi-bin/any/thing"},
	"Bots.Respond":      {"https://x.example/cgi-bin/aibot/response?response_code=" + url.QueryEscape(testToken)},
	"KF.GetAccountLink": {"wk", "scene"},
	"KF.CreateAccount":  {"name", "m"},
	"KF.UpdateAccount":  {"wk", "name", "m"},
}

func callMethods(results map[string]error, service string, v reflect.Value) {
	for i := range v.NumMethod() {
		method := v.Method(i)
		texts := methodArguments[service+"."+v.Type().Method(i).Name]
		args := make([]reflect.Value, 0, method.Type().NumIn())
		for j := range method.Type().NumIn() {
			in := method.Type().In(j)
			if method.Type().IsVariadic() && j == method.Type().NumIn()-1 {
				in = in.Elem()
			}
			arg := plausibleValue(in)
			if len(texts) > 0 && in.Kind() == reflect.String {
				arg, texts = reflect.ValueOf(texts[0]).Convert(in), texts[1:]
			}
			args = append(args, arg)
		}
		for _, out := range method.Call(args) {
			if err, ok := reflect.TypeAssert[error](out); ok {
				results[service+"."+v.Type().Method(i).Name] = err
			}
		}
	}
}

func plausibleValues() []any {
	return []any{
		context.Background(),
		Secret(testToken),
		FileUpload{Name: "x.png", Content: strings.NewReader("\x89PNG\r\n\x1a\n picture")},
		MediaFile,
		&Message{ToUser: IDList{"u"}, Text: &Text{"x"}},
		&CardUpdate{UserIDs: []string{"u"}, ResponseCode: "r", Button: &CardButtonUpdate{"x"}},
		MenuButton{Name: "x", Type: MenuClick, Key: "k"},
		AppChat{Users: []string{"a", "b"}},
		AppChatUpdate{ChatID: "c"},
		&AppChatMessage{ChatID: "c", Text: &AppChatText{Content: "x"}},
		&RobotMessage{Text: &RobotText{Content: "x"}},
		&BotResponse{Markdown: "x"},
		UserFields{UserID: "u", Name: "n", Mobile: "13800001111"},
		DepartmentFields{Name: "n", ParentID: 1},
		json.RawMessage(`{"a":1}`),
		ContactWay{Type: 1, Scene: 2, Users: []string{"u"}},
		WelcomeMessage{Text: "x"},
		KFReply{Text: &Text{"x"}},
		ApprovalRequest{CreatorUserID: "u", TemplateID: "t", Summary: []string{"x"}},
		Calendar{CalID: "c", Summary: "x", Color: "#000000"},
		&Schedule{StartTime: nineAM(1), EndTime: nineAM(2)},
		ScheduleUpdate{Schedule: Schedule{ScheduleID: "s", StartTime: nineAM(1), EndTime: nineAM(2)}},
		Mail{To: MailRecipients{UserIDs: []string{"u"}}, Subject: "x", Content: "x"},
		&Meeting{AdminUserID: "a", Title: "x", Start: nineAM(1), Duration: 600},
	}
}

// plausibleValue returns an argument that passes the checks before sending.
func plausibleValue(t reflect.Type) reflect.Value {
	if t == reflect.TypeFor[any]() { // the body and the reply of Client.Call
		body := json.RawMessage(`{"a":1}`)
		return reflect.ValueOf(&body)
	}
	for _, value := range plausibleValues() {
		if v := reflect.ValueOf(value); v.Type().AssignableTo(t) {
			return v
		}
	}
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.String:
		v.SetString("https://x.example") // valid as an id and as a URL
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
	case reflect.Slice:
		v.Set(reflect.Append(v, plausibleValue(t.Elem())))
	}
	return v
}

// TestPlausibleArgumentsReachWeCom ensures that TestSecretsDoNotLeak tests
// something: a method that fails before its request cannot leak.
func TestPlausibleArgumentsReachWeCom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Config{CorpID: "wwcorp", AgentID: 7, Secret: testSecret,
			HTTPClient: &http.Client{Transport: &leakyTransport{err: func(*http.Request) error { return errors.New("down") }}}})
		if err != nil {
			t.Fatal(err)
		}
		reached := 0
		for method, err := range callAllMethods(c) {
			reached++
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("%s failed before it called WeCom: %v", method, err)
			}
		}
		if reached < 17 {
			t.Errorf("only %d methods returned errors", reached)
		}
	})
}

var docURLPattern = regexp.MustCompile(`https://developer\.work\.weixin\.qq\.com/document/path/\d{5,6}\b`)

// TestMethodsCiteOfficialPage checks that the comment of each exported service
// method contains the URL of the official page.
func TestMethodsCiteOfficialPage(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !f.Name.IsExported() || !strings.HasSuffix(receiverName(f), "Service") && receiverName(f) != "Suite" {
				continue
			}
			found++
			if !docURLPattern.MatchString(f.Doc.Text()) {
				t.Errorf("%s.%s does not cite its page", receiverName(f), f.Name.Name)
			}
		}
	}
	if found < 17 {
		t.Errorf("only %d methods were found", found)
	}
}

func receiverName(f *ast.FuncDecl) string {
	t := f.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
