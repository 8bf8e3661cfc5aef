package cli

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"strings"

	"rsc.io/qr"

	"github.com/huimian/huimian/wecom"
)

// masked keeps a secret off the screen and out of the logs of scripts.
const masked = "***"

type revealed struct {
	Reveal bool `help:"Print it. Whoever has it acts as the application for two hours."`
}

func (r revealed) show(s *session, name, secret string) error {
	if !r.Reveal {
		secret = masked
	}
	return s.show(map[string]string{name: secret}, one(secret))
}

type tokenCommand struct{ revealed }

// Run fetches the token.
func (c *tokenCommand) Run(ctx context.Context, s *session) error {
	w, err := s.client()
	if err != nil {
		return err
	}
	token, err := w.AccessToken(ctx)
	if err != nil {
		return err
	}
	return c.show(s, "access_token", string(token))
}

type ticketCommand struct {
	revealed
	Agent bool `help:"The ticket of the application rather than that of the company."`
}

// Run fetches a ticket.
func (c *ticketCommand) Run(ctx context.Context, s *session) error {
	w, err := s.client()
	if err != nil {
		return err
	}
	path, query := "/cgi-bin/get_jsapi_ticket", url.Values(nil)
	if c.Agent {
		path, query = "/cgi-bin/ticket/get", url.Values{"type": {"agent_config"}}
	}
	answer, err := w.Call(ctx, "GET", path, query, nil)
	if err != nil {
		return err
	}
	var reply struct {
		Ticket string `json:"ticket"`
	}
	if err := json.Unmarshal(answer, &reply); err != nil {
		return wrap("reading the ticket", err)
	}
	return c.show(s, "ticket", reply.Ticket)
}

type signCommand struct {
	Page  string `arg:"" help:"Address of the page, without what follows #."`
	Agent bool   `help:"For agentConfig rather than config."`
}

// Run signs a page.
func (c *signCommand) Run(ctx context.Context, s *session) error {
	return run(s, func(w *wecom.Client) (*wecom.JSSDKSignature, error) {
		if c.Agent {
			return w.JSSDK.AgentConfigSignature(ctx, c.Page)
		}
		return w.JSSDK.ConfigSignature(ctx, c.Page)
	}, func(sig *wecom.JSSDKSignature) table {
		return pairs("timestamp", number(sig.Timestamp), "nonceStr", sig.NonceStr, "signature", sig.Signature)
	})
}

type oauthLinkCommand struct {
	Redirect string `arg:"" help:"Page that gets the code; its host has to be the trusted domain."`
	State    string `help:"Comes back with the code; make it random and good once."`
	Private  bool   `help:"Ask for avatar, mobile and e-mail too (snsapi_privateinfo)."`
}

// Run prints the link.
func (c *oauthLinkCommand) Run(s *session) error {
	w, err := s.appClient()
	if err != nil {
		return err
	}
	scope := wecom.ScopeBase
	if c.Private {
		scope = wecom.ScopePrivateInfo
	}
	link := w.OAuth.AuthorizeURL(c.Redirect, c.State, scope)
	return s.show(map[string]string{"url": link}, one(link))
}

type loginLinkCommand struct {
	Redirect string `arg:"" help:"Page that gets the code; its host has to be set for 企业微信授权登录."`
	State    string `help:"Comes back with the code; make it random and good once."`
	Language string `help:"zh or en; what the browser asks for when left out."`
}

// Run prints the link.
func (c *loginLinkCommand) Run(s *session) error {
	w, err := s.appClient()
	if err != nil {
		return err
	}
	link := w.OAuth.LoginURL(c.Redirect, c.State, c.Language)
	return s.show(map[string]string{"url": link}, one(link))
}

type qrCommand struct {
	Text string `arg:"" help:"What the code says, such as a link; @file or - for the input."`
	PNG  string `name:"png" type:"path" placeholder:"FILE" help:"Write a picture instead of printing."`
}

// Run draws the code.
func (c *qrCommand) Run(s *session) error {
	raw, err := s.read(c.Text)
	if err != nil {
		return err
	}
	code, err := qr.Encode(strings.TrimSpace(string(raw)), qr.M)
	if err != nil {
		return usagef("the text can't be drawn as a QR code: %w", err)
	}
	if c.PNG != "" {
		if err := os.WriteFile(c.PNG, code.PNG(), 0o644); err != nil { // #nosec G306 -- a picture to be shown
			return usage{wrap("writing the picture", err)}
		}
		return s.done("saved " + c.PNG)
	}
	return s.show(map[string]any{"text": string(raw), "size": code.Size, "rows": qrRows(code)}, lines(qrText(code)))
}

// qrRows is the code as rows of 0 and 1.
func qrRows(code *qr.Code) []string {
	rows := make([]string, code.Size)
	for y := range rows {
		row := make([]byte, code.Size)
		for x := range row {
			row[x] = '0'
			if code.Black(x, y) {
				row[x] = '1'
			}
		}
		rows[y] = string(row)
	}
	return rows
}

// quiet is the white frame without which many cameras see no code.
const quiet = 2

// qrText draws with half blocks, two rows in one line; light on dark, as most
// terminals are: what is white in the code is drawn.
func qrText(code *qr.Code) []string {
	white := func(x, y int) bool { return !code.Black(x, y) }
	var out []string
	for y := -quiet; y < code.Size+quiet; y += 2 {
		var b strings.Builder
		for x := -quiet; x < code.Size+quiet; x++ {
			switch upper, lower := white(x, y), white(x, y+1); {
			case upper && lower:
				b.WriteRune('█')
			case upper:
				b.WriteRune('▀')
			case lower:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		out = append(out, b.String())
	}
	return out
}

type callCommand struct {
	Method string            `arg:"" help:"GET or POST."`
	Path   string            `arg:"" help:"Such as /cgi-bin/user/get; /cgi-bin/ may be left out."`
	Body   string            `arg:"" optional:"" help:"JSON, @file or -."`
	Query  map[string]string `short:"q" mapsep:"none" placeholder:"NAME=VALUE" help:"Parameter of the address; may be given again."`
	Reveal bool              `help:"Print tokens and tickets in the answer."`
}

// Run calls an endpoint.
func (c *callCommand) Run(ctx context.Context, s *session) error {
	w, err := s.client()
	if err != nil {
		return err
	}
	var body json.RawMessage
	if c.Body != "" {
		if body, err = s.read(c.Body); err != nil {
			return err
		}
	}
	path, inPath, _ := strings.Cut(c.Path, "?")
	query, err := url.ParseQuery(inPath)
	if err != nil {
		return usagef("the query of the path can't be read: %w", err)
	}
	for name, value := range c.Query {
		query.Set(name, value)
	}
	if !strings.HasPrefix(path, "/cgi-bin/") {
		path = "/cgi-bin/" + strings.TrimPrefix(path, "/")
	}
	answer, err := w.Call(ctx, strings.ToUpper(c.Method), path, query, body)
	if err != nil {
		return err
	}
	return s.raw(c.mask(answer))
}

// secretFields hold what lets others act for the application.
var secretFields = []string{"access_token", "ticket", "suite_access_token", "provider_access_token", "permanent_code", "pre_auth_code", "user_ticket"}

// mask hides the secrets of an answer, at its top.
func (c *callCommand) mask(answer json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	if c.Reveal || json.Unmarshal(answer, &fields) != nil {
		return answer
	}
	for _, name := range secretFields {
		if _, ok := fields[name]; ok {
			fields[name] = json.RawMessage(`"` + masked + `"`)
		}
	}
	hidden, err := json.Marshal(fields)
	if err != nil {
		return answer
	}
	return hidden
}
