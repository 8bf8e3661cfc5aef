package signin

import (
	"html"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/page"
)

// suitePages serves the sign-in pages of suites. Its methods return false for an
// id that is not a suite's.
type suitePages interface {
	AuthorizeSuite(w http.ResponseWriter, r *http.Request) bool
	LoginSuite(w http.ResponseWriter, r *http.Request) bool
}

// Routes registers the sign-in pages and the page that opens a web view.
func (s *Service) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /connect/oauth2/authorize", s.serveAuthorize)
	mux.HandleFunc("GET /wwlogin/sso/login", s.serveLogin)
	mux.HandleFunc("GET /wwopen/sso/qrConnect", s.serveLogin)
	mux.HandleFunc("GET /open", s.serveOpen)
}

// serveLogin serves the web login page. In WeCom, a member scans its QR code with the phone; here,
// the page offers the members to choose from. After a page has just been opened in the UI, it signs
// that member in at once, because inside WeCom the application would not redirect to this page.
//
// https://developer.work.weixin.qq.com/document/path/98152
func (s *Service) serveLogin(w http.ResponseWriter, r *http.Request) {
	if s.SuitePages.LoginSuite(w, r) {
		return
	}
	in, problem := s.ParseSignIn(r.URL.Query(), true)
	if problem != "" {
		WriteProblemPage(w, r, problem)
		return
	}
	if v := s.takeOpening(r, in.Corp.ID); v != nil {
		s.redirectWithCode(w, r, in, v.User)
		return
	}
	page.Site.WriteFile(w, http.StatusOK, "login.html")
}

// ProblemTexts are the error pages of the sign-in. The text of page.redirect is WeCom's own.
var ProblemTexts = map[string][3]string{
	"page.redirect":     {"redirect_uri 参数错误", "Wrong redirect_uri: its host, with the port, is not a trusted domain of the application", "redirect_uri が正しくありません：ホスト（ポートを含む）が信頼済みドメインではありません"},
	"page.appid":        {"appid 参数错误", "Wrong appid: there is no such company", "appid が正しくありません"},
	"page.agentid":      {"agentid 参数错误", "Wrong agentid: the company has no such application", "agentid が正しくありません"},
	"page.responseType": {"response_type 参数错误", "Wrong response_type: it must be code", "response_type が正しくありません"},
	"page.scope":        {"scope 参数错误", "Wrong scope: it must be snsapi_base or snsapi_privateinfo", "scope が正しくありません"},
	"page.state":        {"state 参数错误", "Wrong state: only letters and digits, at most 128", "state が正しくありません：英数字のみ、128 文字以内"},
	"page.loginType":    {"login_type 参数错误", "Wrong login_type: it must be CorpApp", "login_type が正しくありません"},
	"page.notInWeCom":   {"请在企业微信客户端打开链接", "Open this link inside WeCom", "このリンクは WeCom で開いてください"},
	"page.suite":        {"suite_id 参数错误", "Wrong suite_id: there is no such third-party application", "suite_id が正しくありません"},
	"page.preAuth":      {"pre_auth_code 无效或已过期", "The pre_auth_code is wrong, or its 20 minutes are over", "pre_auth_code が無効か、20 分の期限が切れています"},
	"page.install":      {"无法安装该应用", "The application cannot be installed there", "このアプリはインストールできません"},
	"page.member":       {"没有这位成员", "There is no such member", "メンバーが見つかりません"},
	"page.link":         {"链接无法打开", "This link cannot be opened", "このリンクは開けません"},
}

// problemHints are instructions for resolving a problem; the empty id is the default.
var problemHints = map[string][3]string{
	"":                {"请检查跳转到这里的链接参数。", "Look at the parameters of the link that led here.", "このページへのリンクのパラメーターを確認してください。"},
	"page.redirect":   {"请检查应用的可信域名：域名和端口必须与 redirect_uri 完全一致。", "Look at the trusted domains of the application: host and port must be exactly those of redirect_uri.", "アプリの信頼済みドメインを確認してください。ホストとポートは redirect_uri と完全に一致する必要があります。"},
	"page.notInWeCom": {"在模拟器里选择一位成员，从工作台或消息中打开应用。", "Choose a member in the simulator and open the application from the workbench or a message.", "シミュレーターでメンバーを選び、ワークベンチまたはメッセージからアプリを開いてください。"},
	"page.member":     {"这位成员可能已被删除，请重新选择。", "The member may have been removed; choose again.", "メンバーが削除された可能性があります。選び直してください。"},
}

// WriteProblemPage writes the error page of a problem.
func WriteProblemPage(w http.ResponseWriter, r *http.Request, id string) {
	n := RequestLanguage(r)
	hint, ok := problemHints[id]
	if !ok {
		hint = problemHints[""]
	}
	body, err := fs.ReadFile(page.Site.Files, "problem.html")
	if err != nil {
		http.Error(w, "page problem.html is missing", http.StatusInternalServerError)
		return
	}
	text := strings.NewReplacer(
		"{{lang}}", [3]string{"zh-CN", "en", "ja"}[n],
		"{{text}}", html.EscapeString(ProblemTexts[id][n]),
		"{{hint}}", html.EscapeString(hint[n]),
		"{{detail}}", html.EscapeString(r.URL.Query().Get("redirect_uri")),
		"{{client}}", [3]string{"打开模拟器", "Open the simulator", "シミュレーターを開く"}[n],
	).Replace(string(body))
	page.Site.WriteHTML(w, http.StatusBadRequest, []byte(text))
}

// RequestLanguage returns 0 for Chinese, 1 for English and 2 for Japanese, from ?lang= or else from
// Accept-Language.
func RequestLanguage(r *http.Request) int {
	for _, want := range append([]string{r.URL.Query().Get("lang")}, strings.Split(r.Header.Get("Accept-Language"), ",")...) {
		tag, _, _ := strings.Cut(strings.TrimSpace(strings.ToLower(want)), "-")
		tag, _, _ = strings.Cut(tag, ";")
		switch tag {
		case "zh":
			return 0
		case "en":
			return 1
		case "ja":
			return 2
		}
	}
	return 0
}

// NewCodeURL creates a sign-in code for a member and returns the redirect URL with it.
func (s *Service) NewCodeURL(in *signIn, user string) string {
	target := *in.redirect
	q := "code=" + url.QueryEscape(s.newSignInCode(in, user)) + "&state=" + url.QueryEscape(in.state)
	if target.RawQuery != "" {
		q = target.RawQuery + "&" + q
	}
	target.RawQuery = q
	return target.String()
}
