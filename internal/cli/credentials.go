package cli

import (
	"context"
	"net/url"

	"github.com/huimian/huimian/wecom"
)

// maskedSecret replaces a secret in the output, which may be logged.
const maskedSecret = "***"

type revealFlag struct {
	Reveal bool `help:"Print the secret. Its holder can act as the application for two hours."`
}

func (r revealFlag) printSecret(s *session, name, secret string) error {
	if !r.Reveal {
		secret = maskedSecret
	}
	return s.printResult(map[string]string{name: secret}, singleCellTable(secret))
}

type tokenCommand struct{ revealFlag }

func (c *tokenCommand) Run(ctx context.Context, s *session) error {
	w, err := s.newWeComClient()
	if err != nil {
		return err
	}
	token, err := w.AccessToken(ctx)
	if err != nil {
		return err
	}
	return c.printSecret(s, "access_token", string(token))
}

type ticketCommand struct {
	revealFlag
	Agent bool `help:"Fetch the ticket of the application instead of the company's."`
}

func (c *ticketCommand) Run(ctx context.Context, s *session) error {
	w, err := s.newWeComClient()
	if err != nil {
		return err
	}
	path, query := "/cgi-bin/get_jsapi_ticket", url.Values(nil)
	if c.Agent {
		path, query = "/cgi-bin/ticket/get", url.Values{"type": {"agent_config"}}
	}
	var reply struct {
		Ticket string `json:"ticket"`
	}
	if err := w.Call(ctx, "GET", path, query, nil, &reply); err != nil {
		return err
	}
	return c.printSecret(s, "ticket", reply.Ticket)
}

type signCommand struct {
	Page  string `arg:"" help:"URL of the page, without the fragment (#…)."`
	Agent bool   `help:"Sign for agentConfig instead of config."`
}

func (c *signCommand) Run(ctx context.Context, s *session) error {
	return callAndPrint(s, func(w *wecom.Client) (*wecom.JSSDKSignature, error) {
		if c.Agent {
			return w.JSSDK.AgentConfigSignature(ctx, c.Page)
		}
		return w.JSSDK.ConfigSignature(ctx, c.Page)
	}, func(sig *wecom.JSSDKSignature) table {
		return keyValueTable("timestamp", formatInt(sig.Timestamp), "nonceStr", sig.NonceStr, "signature", sig.Signature)
	})
}

type oauthLinkCommand struct {
	Redirect string `arg:"" help:"Page that receives the code; its host must be the trusted domain."`
	State    string `help:"Returned with the code; use a random value once."`
	Private  bool   `help:"Request avatar, mobile and email too (snsapi_privateinfo)."`
}

func (c *oauthLinkCommand) Run(s *session) error {
	w, err := s.newAppClient()
	if err != nil {
		return err
	}
	scope := wecom.ScopeBase
	if c.Private {
		scope = wecom.ScopePrivateInfo
	}
	link := w.OAuth.AuthorizeURL(c.Redirect, c.State, scope)
	return s.printResult(map[string]string{"url": link}, singleCellTable(link))
}

type loginLinkCommand struct {
	Redirect string `arg:"" help:"Page that receives the code; its host must be set under 企业微信授权登录."`
	State    string `help:"Returned with the code; use a random value once."`
	Language string `help:"zh or en; default: the browser's language."`
}

func (c *loginLinkCommand) Run(s *session) error {
	w, err := s.newAppClient()
	if err != nil {
		return err
	}
	link := w.OAuth.LoginURL(c.Redirect, c.State, c.Language)
	return s.printResult(map[string]string{"url": link}, singleCellTable(link))
}
