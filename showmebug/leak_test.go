package showmebug

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"iter"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
)

// leakingTransport is a transport whose errors contain the whole request, as
// proxies and libraries do.
type leakingTransport struct {
	tokenFails bool
	err        func(*http.Request) error
	answer     func(*http.Request) string
	status     int
}

func (g *leakingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path == tokenPath && !g.tokenFails {
		return newResponse(200, fmt.Sprintf(`{"access_token":%q,"refresh_token":%q,"expires_in":7200}`, testToken, testToken)), nil
	}
	if g.err != nil {
		return nil, g.err(req)
	}
	res := newResponse(cmp.Or(g.status, 200), g.answer(req))
	res.Header.Set("Location", req.URL.String())
	return res, nil
}

// requestSecrets returns everything about a request that must not be repeated.
func requestSecrets(req *http.Request) string { // also of the tokens, where it carries one
	text := req.Header.Get("Authorization") + " " + testSecret
	if req.Body != nil {
		body, _ := io.ReadAll(req.Body)
		text += " " + string(body)
	}
	return req.URL.String() + " " + text + " " + url.QueryEscape(text) + " " + url.PathEscape(text)
}

func leakingTransports() map[string]*leakingTransport {
	m := map[string]*leakingTransport{}
	for name, tokenFails := range map[string]bool{"": false, " while fetching the token": true} {
		m["network"+name] = &leakingTransport{tokenFails: tokenFails, err: func(r *http.Request) error {
			return fmt.Errorf("proxy says: %w", &url.Error{Op: "Get", URL: requestSecrets(r), Err: errors.New("refused " + requestSecrets(r))})
		}}
		for _, code := range []int{1, 401, 402, 404, 422, 429, 500, 10001} {
			m[fmt.Sprint("errcode ", code, name)] = &leakingTransport{tokenFails: tokenFails, answer: func(r *http.Request) string {
				return fmt.Sprintf(`{"errcode":%d,"errmsg":%q}`, code, requestSecrets(r))
			}}
		}
		for _, status := range []int{200, 302, 400, 401, 404, 502} {
			m[fmt.Sprint("status ", status, name)] = &leakingTransport{tokenFails: tokenFails, status: status, answer: requestSecrets}
			m[fmt.Sprint("OAuth ", status, name)] = &leakingTransport{tokenFails: tokenFails, status: status, answer: func(r *http.Request) string {
				return fmt.Sprintf(`{"error":%q,"error_description":%q}`, requestSecrets(r), requestSecrets(r))
			}}
		}
	}
	return m
}

// TestErrorsAndLogsHoldNoSecrets calls every exported method while all goes wrong, and looks
// for secret and token in whatever comes out.
func TestErrorsAndLogsHoldNoSecrets(t *testing.T) {
	for name, g := range leakingTransports() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				cfg := Config{ClientID: "app-key", ClientSecret: testSecret, HTTPClient: &http.Client{Transport: g}, Logger: logTo(&log)}
				results := callEverything(t, cfg)
				for method, err := range results {
					for _, text := range printedForms(err) {
						checkNoSecret(t, method, text)
					}
				}
				synctest.Wait()
				checkNoSecret(t, "log", log.String())
				checkNoSecret(t, "config", fmt.Sprintf("%v %+v %#v %s", cfg, cfg, cfg, mustJSON(t, cfg.ClientSecret)))
			})
		})
	}
}

// printedForms returns an error and its causes in every printed form.
func printedForms(err error) (texts []string) {
	for ; err != nil; err = errors.Unwrap(err) {
		texts = append(texts, err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err), fmt.Sprintf("%q", err), AdminMessage(err))
		if e, ok := errors.AsType[*Error](err); ok {
			data, jsonErr := json.Marshal(any(e))
			texts = append(texts, fmt.Sprintf("%+v", *e), fmt.Sprintf("%#v", *e), string(data), fmt.Sprint(jsonErr))
		}
	}
	return texts
}

func checkNoSecret(t *testing.T, where, text string) {
	t.Helper()
	application := base64.StdEncoding.EncodeToString([]byte("app-key:" + testSecret))
	for _, secret := range []string{testSecret, testToken, application} {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), secret[:14]} {
			if strings.Contains(text, form) {
				t.Fatalf("%s tells a secret: %.300s", where, text)
			}
		}
	}
}

// callEverything calls each exported method of the clients of both modes and
// of their services with plausible arguments, and returns the errors by method.
func callEverything(t *testing.T, cfg Config) map[string]error {
	t.Helper()
	results := map[string]error{}
	own, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	platform, err := NewPlatform(cfg, redirectAddress)
	if err != nil {
		t.Fatal(err)
	}
	callMethods(results, "Platform", reflect.ValueOf(platform))
	team, err := platform.Exchange(t.Context(), "acme", testToken)
	results["Exchange"] = err
	for mode, c := range map[string]*Client{"": own, "team ": team} {
		if c == nil {
			continue // the consent failed
		}
		callMethods(results, mode+"Client", reflect.ValueOf(c))
		v := reflect.ValueOf(c).Elem()
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				callMethods(results, mode+field.Name, v.Field(i))
			}
		}
	}
	return results
}

func callMethods(results map[string]error, service string, v reflect.Value) {
	for i := range v.NumMethod() {
		method, name := v.Method(i), service+"."+v.Type().Method(i).Name
		var args []reflect.Value
		texts := []string{"GET", "/open_api/v1/any/thing"}
		for j := range method.Type().NumIn() {
			in := method.Type().In(j)
			if method.Type().IsVariadic() && j == method.Type().NumIn()-1 {
				in = in.Elem()
			}
			arg := sampleValue(in)
			if strings.Contains(name, ".Call") && in.Kind() == reflect.String {
				arg, texts = reflect.ValueOf(texts[0]), texts[1:]
			}
			args = append(args, arg)
		}
		for _, out := range method.Call(args) {
			if err, ok := reflect.TypeAssert[error](out); ok {
				results[name] = err
			}
			if out.Kind() == reflect.Func { // iter.Seq2[…, error]
				for _, err := range out.Seq2() {
					results[name], _ = reflect.TypeAssert[error](err)
				}
			}
		}
	}
}

var _ iter.Seq2[Exam, error] = (*ExamService)(nil).All(context.Background(), ListFilter{}) // the signature that callMethods handles

// sampleValue makes an argument that passes the checks before sending.
func sampleValue(t reflect.Type) reflect.Value {
	for _, value := range []any{
		context.Background(),
		Secret(testToken),
		QuotaTransfer{"app-key", testSecret, 1, 1},
		NewMember{UID: "u", Name: "n", Phone: "1"},
		BatchCandidate{"u", "n"},
		NewExamRoom{ExamID: 1, Name: "n", Entrance: EntranceTimeAt},
		NewWrittenPad{ExamID: 1, CandidateUID: "u", CandidateName: "n"},
		NewQuestion{Type: QuestionEssay, Title: "t"},
	} {
		if v := reflect.ValueOf(value); v.Type().AssignableTo(t) {
			return v
		}
	}
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.String:
		v.SetString("x1")
	case reflect.Int64:
		v.SetInt(1)
	case reflect.Slice:
		v.Set(reflect.Append(v, sampleValue(t.Elem())))
	}
	return v
}

// TestLeakTestCallsEveryMethod checks that TestNothingLeaks calls every method: a method that fails
// before it calls anything has nothing to leak.
func TestLeakTestCallsEveryMethod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &leakingTransport{err: func(*http.Request) error { return errors.New("down") }}
		results := callEverything(t, Config{ClientID: "app-key", ClientSecret: testSecret, HTTPClient: &http.Client{Transport: g}})
		reached := 0
		for method, err := range results {
			if _, ok := errors.AsType[*Error](err); ok {
				reached++
			} else if err != nil {
				t.Errorf("%s failed before it called ShowMeBug: %v", method, err)
			}
		}
		if reached < 70 {
			t.Errorf("only %d methods returned errors", reached)
		}
	})
}

var (
	citation = regexp.MustCompile(`https://(www\.)?showmebug\.com/help/openapi/[a-z-]+\.html\b`)
	mark     = regexp.MustCompile(`(?i)documented|SDK only|inferred`)
)

// TestMethodsCiteTheirPage wants the address of the official page in the
// comment of each exported method that calls ShowMeBug, and how sure we are.
func TestMethodsCiteTheirPage(t *testing.T) {
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
			if !ok || f.Recv == nil || !f.Name.IsExported() || !strings.HasSuffix(receiverType(f), "Service") {
				continue
			}
			found++
			if !citation.MatchString(f.Doc.Text()) || !mark.MatchString(f.Doc.Text()) {
				t.Errorf("%s.%s does not cite its page, or does not say how sure it is", receiverType(f), f.Name.Name)
			}
		}
	}
	if found < 36 {
		t.Errorf("only %d methods were found", found)
	}
}

func receiverType(f *ast.FuncDecl) string {
	t := f.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
